//===- DotEmitter.h - Sums of integers with features in lanes ---*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_DOTEMITTER_H
#define DLC_CODEGEN_LOOPS_DOTEMITTER_H

#include "codegen/loops/dot/DotPlan.h"
#include "codegen/loops/tiles/TiledNest.h"

namespace dlc::loops {

class DotEmitter : public TiledNest {
public:
  DotEmitter(StageContext &context, Nest &nest, const DotPlan &plan,
             const Machine &machine);

protected:
  void enterLevel(LoopLevel::Kind kind) override;
  Values startSums() override;
  Values reduceTile(Values sums) override;
  Values finished(Values values, const Piece &piece) override;
  bool storeTile(llvm::ArrayRef<mlir::Value> results) override;
  Values reduceInnermost(unsigned, const Range &, Values) override {
    llvm_unreachable("tiles are reduced as a whole");
  }

private:
  // Sums (DotEmitter.cpp).
  Values reduceRows(llvm::ArrayRef<unsigned> dims, Values sums);
  Values reduceRun(Values sums);
  int64_t unrolledGroups();
  const Linear &dataAddress() const {
    return plan.gather ? plan.gather->address : nest.inputs[plan.data].address;
  }
  Values addGroups(int64_t first, int64_t end, Values sums);
  /// The data's group at a run's element for a position, in so many lanes.
  using Factor = llvm::function_ref<mlir::Value(int64_t, int64_t, int64_t)>;
  Values multiply(llvm::ArrayRef<int64_t> groups, Factor factor, Values sums);
  llvm::SmallVector<mlir::Value> loadWeights(int64_t first);
  mlir::Value loadWeights(const Piece &piece, int64_t lanes, int64_t first);
  mlir::Value loadData(int64_t position, int64_t first, int64_t groups);
  mlir::Value loadGroup(int64_t position, int64_t first, int64_t elements);
  mlir::Value flipped(mlir::Value vector);
  mlir::Value asElements(mlir::Value groups);
  unsigned runDim() const { return plan.operand.order.reduction.back(); }

  // Depthwise convolutions (DotDepthwise.cpp).
  Values reduceDepthwise(llvm::ArrayRef<unsigned> dims, Values sums);
  Values addTap(Values sums);
  mlir::Value loadLanes(size_t number,
                        llvm::function_ref<mlir::Value(const Piece &)> load);
  mlir::Value loadFactors(const Piece &piece);
  mlir::Value loadChannels(const Piece &piece);

  // Results (DotStores.cpp).
  mlir::Value sumOf(mlir::Value lanes);
  mlir::Value narrowed(mlir::Value vector);
  void storeJoined(llvm::ArrayRef<mlir::Value> results, int64_t offset);

  // Gathering (DotGather.cpp).
  void fillScratch();
  void gatherData();
  void gatherAxis(unsigned axis, mlir::Value from, mlir::Value to);
  void gatherWhole(unsigned axis, mlir::Value from, mlir::Value to);
  void gatherTaps(unsigned axis, mlir::Value from, mlir::Value to);
  void copy(mlir::Value from, mlir::Value to, int64_t elements);
  void fill(mlir::Value to, int64_t elements);
  void forVectors(int64_t elements,
                  llvm::function_ref<void(mlir::Value, int64_t)> each);
  void forEach(int64_t first, int64_t end,
               llvm::function_ref<void(mlir::Value)> body);
  mlir::Value plus(mlir::Value x, mlir::Value y);
  mlir::Value times(mlir::Value x, int64_t factor);
  int64_t padding() const;
  mlir::Type elementType() { return b.getIntegerType(plan.form->bits); }
  mlir::Type gatheredType() { return b.getIntegerType(plan.gatheredBits()); }

  const DotPlan &plan;
  const int64_t vectorBits;
  std::shared_ptr<const DotWeights> encoding;
  mlir::Value packed, starts; // constants
  mlir::Value scratch;        // null: the data is read where it is
  Linear startAddress, weightAddress;
};

} // namespace dlc::loops

#endif
