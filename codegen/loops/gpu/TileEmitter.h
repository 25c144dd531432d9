//===- TileEmitter.h - The code of a block that computes a tile -*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_GPUTILEEMITTER_H
#define DLC_CODEGEN_LOOPS_GPUTILEEMITTER_H

#include "codegen/loops/gpu/ThreadCode.h"
#include "codegen/loops/gpu/TileSchedule.h"

namespace dlc::loops {

/// Emits a launch that follows the schedule.
///
/// Shared memory holds two parts of each operand: while one is computed with,
/// the next is on its way from the device's memory into registers and then into
/// the other, so that one barrier a part is enough.
class GpuTileEmitter : public ThreadCode {
public:
  GpuTileEmitter(StageContext &context, const Problem &problem,
                 const GpuTileSchedule &schedule);
  void emit();

private:
  using Values = llvm::SmallVector<mlir::Value>;

  struct SlotDistance {
    int64_t rows = 0, steps = 0;
  };
  /// What a thread brings of an operand's part: a run or an element.
  struct Slot {
    int64_t number = 0;
    mlir::Value row, step; // of shared memory
    /// From those of the thread's first slot, where they are known.
    std::optional<SlotDistance> distance;
    mlir::Value target; // in shared memory
    mlir::Value base;   // address but for the steps
    mlir::Value exists; // null: for all threads
    Values guards;      // positions but for the steps
  };
  /// How slots are counted: `count` of `run` elements in a line.
  struct SlotOrder {
    int64_t count, run;
    bool isAlongRows;
  };
  struct Side {
    const GpuOperand &operand;
    int64_t rows;               // of the tile along this side
    int64_t width, threadWidth; // the same as shared memory has them
    mlir::Value first;          // row at which the block begins
    int64_t count;              // rows in all
    mlir::Value memory;         // what is loaded from
    mlir::Value rowSums;        // PanelLayout::sumFactor, or null
    int64_t stride;             // elements of a step in shared memory
    int64_t begin;              // bytes of a part before this operand's
    llvm::SmallVector<Slot> slots;
    mlir::Value fragment, fragmentBytes; // where the thread's first run begins
  };
  /// Where the steps of a part begin: in lines along the last dimension, if all
  /// parts lie in one; else there is one line of all steps.
  struct StepPoint {
    mlir::Value line, inner;
    Values counters; // of the dimensions but the last
  };
  /// What loops over parts carry.
  struct Progress {
    mlir::Value place; // of the part that is computed with
    Values sums, wholes;
  };

  // TileLoads.cpp
  void prepare(Side &side);
  void prepareSlot(Side &side, int64_t number);
  SlotOrder orderOf(const Side &side) const;
  void placeSlot(const Side &side, Slot &slot);
  bool areRowsInLine(const Side &side) const;
  mlir::Value panelBase(const Side &side, const Slot &slot);
  void setBase(const Side &side, Slot &slot);
  mlir::Value rowOf(const Side &side, mlir::Value slot);
  mlir::Value ifInside(mlir::Value inside, mlir::Value outside,
                       llvm::function_ref<mlir::Value()> read);
  mlir::Value termsOf(const Linear &address, llvm::ArrayRef<unsigned> dims);
  void setSteps(const StepPoint &point, mlir::Value within);
  mlir::Value withSteps(mlir::Value base, const Linear &position);
  mlir::Value fetch(Side &side, const Slot &slot, const StepPoint &point);
  Values fetchAll(const StepPoint &point);
  void keepAll(llvm::ArrayRef<mlir::Value> values, mlir::Value place);
  void keep(const Side &side, const Slot &slot, mlir::Value value,
            mlir::Value part);

  // TileEmitter.cpp
  static Side sideOf(const GpuOperand &operand, int64_t rows, int64_t width,
                     int64_t threadWidth, int64_t count);
  void locateThread();
  StepPoint pointOf(mlir::Value line);
  mlir::Value partAt(const Side &side, mlir::Value place, mlir::Value bytes);
  /// A thread's elements of a side, so many of them side by side at a time.
  Values loadRuns(const Side &side, mlir::Value memory, mlir::Value first,
                  int64_t run);
  Values windowOf(const Side &side, mlir::Value memory);
  Values compute(Values sums, mlir::Value place);
  void repeat(Progress &now, mlir::Value begin, mlir::Value end, int64_t step,
              llvm::function_ref<void(mlir::Value)> body);
  mlir::Value endOf(mlir::Value from, int64_t count, int64_t all);
  void addPart(Progress &now, const StepPoint &point);
  void addParts(Progress &now, StepPoint point, mlir::Value begin,
                mlir::Value end);
  void addShortLines(Progress &now);
  void addLines(Progress &now, mlir::Value begin, mlir::Value end);
  void addAll(Progress &now);
  mlir::Value noSum();
  Values sumUp();

  // TileNumbers.cpp
  mlir::Type sharedElement() const;
  mlir::Value asStored(const Side &side, mlir::Value value);
  void addPairs(llvm::ArrayRef<mlir::Value> rows,
                llvm::ArrayRef<mlir::Value> columns, Values &sums);
  Values withSums(llvm::ArrayRef<mlir::Value> wholes,
                  llvm::ArrayRef<mlir::Value> sums);
  Values separate(llvm::ArrayRef<mlir::Value> pairs);
  const Factor &factorOf(const Side &side) const;
  mlir::Value nothing(const Side &side, int64_t lanes);
  mlir::Value asFloat(const Side &side, mlir::Value bytes);
  mlir::Value asWords(mlir::Value bytes);
  mlir::Value addProducts(mlir::Value row, mlir::Value column, mlir::Value sum);
  void addRowSums(Values &sums, const Side &side);

  // TileResults.cpp
  void emitResults(const Values &sums);
  void emitRow(const Values &sums, int64_t row);
  void emitElements(llvm::ArrayRef<mlir::Value> sums, int64_t number);
  void finish(mlir::Value sum, int64_t lanes, int64_t number);
  bool isOfColumns(const Access &access) const;
  mlir::Value within(mlir::Value position, int64_t size, int64_t tile);

  bool isVector(const Side &side) const {
    return side.operand.load != OperandLoad::Single && !isWindow(side);
  }
  static bool isWindow(const Side &side) {
    return side.operand.load == OperandLoad::Window;
  }
  int64_t lineElements(const Side &side) const {
    return side.operand.lineElements(side.rows, tile.steps);
  }
  /// Of a part in shared memory.
  int64_t partElements(const Side &side) const;
  int64_t elementsOfSlot(const Side &side) const;
  /// Of the sum in a step of shared memory: four where that has words of bytes.
  int64_t stepsTogether() const { return schedule.partSteps() / tile.steps; }
  /// Of all threads.
  int64_t allSlots(const Side &side) const;
  int64_t slotCount(const Side &side) const;

  int64_t lineSteps() const {
    return uniform ? nest.sizes[schedule.steps.back()] : schedule.paddedDepth;
  }
  int64_t lines() const { return schedule.paddedDepth / lineSteps(); }
  int64_t bytesOfPart(const Side &side) const {
    return partElements(side) * bytesOf(sharedElement());
  }
  /// From a part to the one that is on its way.
  int64_t bytesOfParts() const {
    return bytesOfPart(left) + bytesOfPart(right);
  }

  const Contraction &contraction;
  const GpuTileSchedule &schedule;
  const GpuTile &tile;
  Side left, right;
  mlir::Value parts;     // in shared memory: two of both operands
  mlir::Value threadRow; // number of the thread along the rows
  bool uniform;          // parts lie in one row of the steps
  // Of the results: each run's columns, and what all rows share of its inputs.
  llvm::SmallVector<Values> columnsAt, columnInputs;
  llvm::SmallVector<mlir::Value> columnInside;
};

} // namespace dlc::loops

#endif
