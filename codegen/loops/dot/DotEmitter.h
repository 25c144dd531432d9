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
  /// A group of the sum: its first element in a run, and the run's row among
  /// those in hand.
  struct Group {
    int64_t row = 0, element = 0;
  };
  /// Where a group of the data is: a lane of a vector of groups.
  struct LoadedGroup {
    Group first;
    int64_t lanes = 1, lane = 0;
  };
  /// A loop over `steps` of a reduction dimension, `each` of which is added.
  Values addSteps(unsigned dim, const Range &steps, int64_t step, Values sums,
                  llvm::function_ref<Values(Values)> each);
  Values reduceRows(llvm::ArrayRef<unsigned> dims, Values sums);
  bool joinsRows() const;
  Values reduceJoinedRows(unsigned dim, Values sums);
  Values reduceRun(Values sums);
  int64_t mostUnrolled() const;
  int64_t unrolledGroups();
  const Linear &dataAddress() const {
    return plan.gather ? plan.gather->address : nest.inputs[plan.data].address;
  }
  int64_t rowOffset(const Linear &address, const Group &group) const {
    return joinedRows < 0 ? 0 : group.row * address.coefficients[joinedRows];
  }
  Values addGroups(llvm::ArrayRef<Group> groups, Values sums);
  mlir::Value usedAfter(mlir::Value data, llvm::ArrayRef<mlir::Value> sums);
  Values multiply(size_t number, llvm::ArrayRef<Group> groups, Values sums);

  // Products of matrices (DotRows.cpp).
  mlir::Value startOfRows(int64_t position, mlir::Value start);
  Values multiplyRows(size_t number, const Group &group, Values sums);
  Values separateRows(Values sums);
  mlir::Value rowsOf(size_t number, const Group &group, int64_t position);
  mlir::Value loadRow(const LoadedGroup &from, const Group &group,
                      int64_t position);

  // Operands (DotOperands.cpp).
  int64_t positionStride() const {
    int blocked = plan.schedule.blockedDim;
    return blocked < 0 ? 0 : dataAddress().coefficients[blocked];
  }
  int64_t reachOf(int64_t groups) const;
  bool sharesLoads(int64_t groups) const;
  mlir::Value sharedFactor(const Group &group, int64_t position, int64_t lanes);
  void planLoads(llvm::ArrayRef<Group> groups);
  mlir::Value factorOf(size_t number, const Group &group, int64_t position,
                       int64_t lanes);
  Values loadWeights(const Group &group);
  mlir::Value loadWeights(const Piece &piece, int64_t lanes,
                          const Group &group);
  mlir::Value loadElements(int64_t position, const Group &first,
                           int64_t elements);
  mlir::Value loadData(int64_t position, const Group &first, int64_t groups);
  mlir::Value loadWhole(int64_t position, Group group);
  mlir::Value loadGroup(int64_t position, Group group, int64_t elements);
  mlir::Value flipped(mlir::Value vector);
  mlir::Value asElements(mlir::Value groups);
  /// Elements of a group that are beyond its run, if that must not be read.
  int64_t missingOf(const Group &group) const {
    if (plan.readsBeyondRuns() || at[runDim()].variable)
      return 0;
    return std::max<int64_t>(0, group.element + plan.operand.group -
                                    plan.operand.runLength());
  }
  unsigned runDim() const { return plan.operand.order.reduction.back(); }

  // Depthwise convolutions (DotDepthwise.cpp).
  /// Products of bytes are added up two by two.
  bool addsBytes() const { return plan.depthwise && plan.form->multiplyTwo; }
  /// Offsets of one tap along some reduction dimensions.
  using Tap = llvm::SmallVector<int64_t, 3>;
  Values reduceDepthwise(llvm::ArrayRef<unsigned> dims, Values sums);
  void goTo(llvm::ArrayRef<unsigned> dims, llvm::ArrayRef<int64_t> tap);
  Values addTap(Values sums);
  Values addTwoTaps(llvm::ArrayRef<unsigned> dims, llvm::ArrayRef<Tap> taps,
                    Values sums);
  mlir::Value productsOf(const Piece &piece);
  mlir::Value loadLanes(size_t number,
                        llvm::function_ref<mlir::Value(const Piece &)> load);
  std::optional<Piece> pairOf(size_t number) const;
  mlir::Value loadFactors(const Piece &piece);
  mlir::Value loadBytes(const Piece &piece);
  mlir::Value loadChannels(const Piece &piece);

  // Results (DotStores.cpp).
  bool hasSumsBeside() const {
    return plan.form->sumsInLane > 1 && !plan.depthwise;
  }
  mlir::Value loadStart(const Piece &piece);
  mlir::Value sumOf(mlir::Value lanes, const Piece &piece);
  bool storesHalfWords() const;
  mlir::Value narrowed(mlir::Value vector);
  void storeJoined(llvm::ArrayRef<mlir::Value> results, int64_t offset);
  mlir::Value concatenated(mlir::Value x, mlir::Value y);
  void storeShort(llvm::ArrayRef<mlir::Value> results,
                  llvm::ArrayRef<mlir::Value> indices);

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
  const int64_t vectorBits, vectorRegisters;
  std::shared_ptr<const DotWeights> encoding;
  mlir::Value packed, starts; // constants
  mlir::Value scratch;        // null: the data is read where it is
  Linear startAddress, weightAddress;

  // Of the groups in hand.
  int joinedRows = -1; // the dimension of their rows; -1: there is one
  llvm::SmallVector<LoadedGroup> loads;
  std::optional<Group> shared; // the first one, where positions share vectors
  int64_t sharedReach = 0;     // groups from it on
  std::map<std::tuple<int64_t, int64_t, int64_t>, mlir::Value> lanesLoaded;
};

} // namespace dlc::loops

#endif
