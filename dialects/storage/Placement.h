//===- Placement.h - Where the values of @main lie --------------*- C++ -*-===//
//
// Which storages there are, which value lies in which part of which, what has
// to be copied, and which results replace a dying operand. The order of stages,
// what is computed twice or patch by patch, and the memory plan all ask this.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_DIALECTS_STORAGE_PLACEMENT_H
#define DLC_DIALECTS_STORAGE_PLACEMENT_H

#include "dialects/storage/Place.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/MapVector.h"
#include <vector>

namespace dlc::storage {

struct Storage {
  /// State is the caller's: an argument and what a result leaves there.
  enum Kind { Buffer, Input, Output, Constant, State } kind = Buffer;
  mlir::RankedTensorType type;
  /// What made it necessary, for its name; its first result has the type.
  mlir::Operation *origin = nullptr;
  /// Position among the inputs, outputs or states.
  unsigned index = 0;
  mlir::ElementsAttr constant = {};

  /// In the arena; 0 for what is the caller's or flash.
  int64_t bytes() const;
};

/// Elements of `source` to be written to `target`, another shape of as many
/// elements.
struct PlacedCopy {
  Place source, target;
};

/// A stage: a call, or the ops that will be one.
struct StageUse {
  /// The call, or the last of the ops, whose results are the stage's.
  mlir::Operation *op = nullptr;
  /// The ops before it, whose results are nobody else's.
  llvm::SmallVector<mlir::Operation *> inner;
  /// What comes from outside, constants included where they are arguments.
  llvm::SmallVector<mlir::Value> reads;
  /// Those of `reads` that the one result may be written over.
  llvm::SmallVector<mlir::Value, 1> inplace;
};

/// The calls of `main`; those of stages that have a function know which of
/// their arguments are `nn.inplace`.
std::vector<StageUse> usesOfCalls(mlir::func::FuncOp main);

/// Whether results lie over operands that are not read again, new state over
/// the old.
enum class Sharing {
  None,  // whatever the order of stages
  Whole, // over whole buffers
  Parts, // over parts of buffers too
};

/// Of a function whose ops, besides those of stages, are constants, reshapes,
/// slices with unit steps, concatenations and a return. `stages` have to
/// outlive it.
///
/// New state is written where the old is if all that reads the old comes
/// before, or is the stage that writes it and reads it element by element in
/// its place. Otherwise it is computed elsewhere and copied in the end.
class Placement {
public:
  Placement(mlir::func::FuncOp main, llvm::ArrayRef<StageUse> stages,
            Sharing sharing);

  llvm::ArrayRef<Storage> storages() const { return all; }
  /// Of a stage's operand or result, of a view, a constant or an argument.
  const Place &placeOf(mlir::Value value) const { return places.at(value); }
  /// Copies to be done where `op` stands.
  llvm::ArrayRef<PlacedCopy> copiesAt(mlir::Operation *op) const;
  /// The operand that the stage's result is written over; null for none.
  mlir::Value inplaceOperand(mlir::Operation *stage) const {
    return inplace.lookup(stage);
  }
  /// Whether a storage holds nothing but one stage's result, at first.
  bool isOwnedBy(unsigned storage, mlir::Operation *stage) const {
    return all[storage].kind == Storage::Buffer && all[storage].origin == stage;
  }

  /// A stage or copies, in the order in which they stand: who reads or writes
  /// storages.
  struct Event {
    mlir::Operation *op = nullptr; // a stage's, or where copies are done
    bool isStage = false;
    llvm::SmallVector<unsigned> reads, writes; // storages, each once
  };
  std::vector<Event> events() const;
  /// The bytes of buffers alive at each event.
  std::vector<int64_t> liveBytes() const;
  int64_t peakBytes() const;

private:
  void placeAll(mlir::func::FuncOp main);
  void addStates(mlir::func::FuncOp main);
  bool copyClobberedStates();
  bool isOldState(mlir::Value value, unsigned storage) const;
  bool isClobbered(unsigned storage) const;
  mlir::Value stateOperand(const StageUse &stage, const Place &result) const;

  /// An op of @main, or all ops of a stage at the last one's position.
  struct Position {
    mlir::Operation *op = nullptr;
    const StageUse *stage = nullptr;
    llvm::SmallVector<mlir::Value> reads;
  };

  void findPositions(mlir::func::FuncOp main, llvm::ArrayRef<StageUse> stages);
  unsigned addStorage(Storage storage);
  Place newBuffer(mlir::Value value);
  bool isProducer(mlir::Operation *op) const;
  bool assignTarget(mlir::Value value, const Place &place);
  void assignTargets();
  void assignTargetsOfReturn(mlir::Operation *op);
  void assignTargetsOfConcat(mlir::Operation *op);
  void findLastReads();
  void assignPlaces(mlir::func::FuncOp main);
  void setPlace(mlir::Value value, Place place);
  void placeView(mlir::Operation *op);
  void placeConcat(mlir::Operation *op);
  void placeReturn(mlir::Operation *op);
  void placeResults(const StageUse &stage, unsigned position);
  mlir::Value findInplace(const StageUse &stage, unsigned position) const;

  Sharing sharing;
  unsigned states; // the last arguments and the last results of the function
  llvm::BitVector copied;            // those that are copied in the end
  llvm::SmallVector<unsigned> ofOld; // the storage of each, as an argument
  llvm::SmallVector<unsigned> ofNew; // and as a result
  std::vector<Position> positions;
  llvm::DenseMap<mlir::Operation *, const StageUse *> stageOf;
  std::vector<Storage> all;
  /// The values that lie in each storage.
  std::vector<llvm::SmallVector<mlir::Value, 1>> contents;
  /// The position of the last op that reads a value or a view of it.
  llvm::DenseMap<mlir::Value, unsigned> lastReads;
  /// Places that readers ask for, before producers are placed.
  llvm::DenseMap<mlir::Value, Place> targets;
  llvm::DenseMap<mlir::Value, Place> places;
  llvm::DenseMap<mlir::Operation *, llvm::SmallVector<PlacedCopy, 1>> copies;
  llvm::DenseMap<mlir::Operation *, mlir::Value> inplace;
};

/// Where the values of calls lie in the end: over parts of dying buffers too
/// if fewer bytes are alive at once then, all or none.
Placement placeValues(mlir::func::FuncOp main, llvm::ArrayRef<StageUse> stages);

} // namespace dlc::storage

#endif // DLC_DIALECTS_STORAGE_PLACEMENT_H
