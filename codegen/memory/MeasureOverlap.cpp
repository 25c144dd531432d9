//===- MeasureOverlap.cpp - Which results may lie over operands -----------===//

#include "codegen/memory/Passes.h"
#include "codegen/memory/plan/Liveness.h"
#include "codegen/memory/plan/Overlap.h"
#include "codegen/memory/proof/InPlaceCheck.h"
#include "dialects/arena/Declarations.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/SymbolTable.h"
#include <map>

namespace dlc::memory {
#define GEN_PASS_DEF_MEASUREOVERLAP
#include "codegen/memory/Passes.h.inc"
} // namespace dlc::memory

using namespace mlir;

namespace dlc::memory {
namespace {

/// Steps of the search that compares directions (planArena). All forwards has
/// more: stages that go both ways share less code (dlc-merge-stages).
constexpr uint64_t kEffort = 200'000, kEffortForwards = 4'000'000;

using Stages = llvm::DenseSet<Operation *>;

/// In which direction the stages of a network go through their rows.
class Directions {
public:
  explicit Directions(func::FuncOp main)
      : main(main), symbols(main->getParentOp()), liveness(main) {}

  /// A result lies a little below its operand if the stage goes forwards, a
  /// little above it if it goes backwards: a chain that only goes forwards
  /// needs that little for each stage, one that alternates only once.
  Stages choose() {
    Stages best;
    ArenaPlan plan = planWith(best, kEffortForwards);
    for (bool first : {true, false}) {
      if (plan.bytes <= plan.lowerBound)
        break;
      Stages alternating = alternate(first);
      ArenaPlan other = planWith(alternating, kEffort);
      if (other.bytes < plan.bytes) {
        plan = std::move(other);
        best = std::move(alternating);
      }
    }
    return best;
  }

  /// Marks operands with how far the result may lie over them.
  void mark(const Stages &backwards) {
    for (const Meeting &meeting : liveness.meetings()) {
      func::FuncOp stage = stageOf(meeting);
      std::optional<OverlapDistances> distances =
          distancesOf(meeting, backwards.contains(stage));
      if (distances)
        arena::overlapAttr.setAt(
            stage, meeting.operand,
            DenseI64ArrayAttr::get(stage.getContext(),
                                   {distances->after, distances->before}));
      else
        arena::overlapAttr.removeAt(stage, meeting.operand);
    }
  }

private:
  func::FuncOp stageOf(const Meeting &meeting) {
    return symbols.lookup<func::FuncOp>(func::CallOp(meeting.call).getCallee());
  }

  std::optional<OverlapDistances> distancesOf(const Meeting &meeting,
                                              bool backwards) {
    func::FuncOp stage = stageOf(meeting);
    auto [known, isNew] = measured.try_emplace(
        {stage, meeting.operand, meeting.result, backwards});
    if (isNew)
      known->second =
          measureOverlap(stage, meeting.operand, meeting.result, backwards);
    return known->second;
  }

  ArenaPlan planWith(const Stages &backwards, uint64_t effort) {
    mark(backwards);
    return planArena(ArenaLiveness(main).ranges(), effort);
  }

  /// Each stage goes the other way than the one that made its operand, as far
  /// as the stages' other calls leave the choice.
  Stages alternate(bool first) {
    Stages backwards, decided;
    llvm::DenseMap<unsigned, bool> madeBackwards; // by buffer
    for (const Meeting &meeting : liveness.meetings()) {
      func::FuncOp stage = stageOf(meeting);
      auto before = madeBackwards.find(meeting.dying);
      bool wanted = before == madeBackwards.end() ? first : !before->second;
      if (decided.insert(stage).second && wanted && distancesOf(meeting, true))
        backwards.insert(stage);
      madeBackwards[meeting.born] = backwards.contains(stage);
    }
    return backwards;
  }

  func::FuncOp main;
  SymbolTable symbols;
  ArenaLiveness liveness;
  std::map<std::tuple<Operation *, unsigned, unsigned, bool>,
           std::optional<OverlapDistances>>
      measured;
};

/// Has the loop's body see the numbers of its iterations from the last on.
void reverse(scf::ForOp loop) {
  OpBuilder b = OpBuilder::atBlockBegin(loop.getBody());
  Location loc = loop.getLoc();
  Value variable = loop.getInductionVar();
  // The last is from + (to - 1 - from) / step * step.
  auto number = [&](Value value) {
    return cast<IntegerAttr>(
               value.getDefiningOp<arith::ConstantOp>().getValue())
        .getInt();
  };
  int64_t from = number(loop.getLowerBound()), step = number(loop.getStep());
  int64_t last = from + (number(loop.getUpperBound()) - 1 - from) / step * step;
  auto sum = arith::ConstantIndexOp::create(b, loc, from + last);
  auto mirrored = arith::SubIOp::create(b, loc, sum, variable);
  variable.replaceAllUsesExcept(mirrored, mirrored);
}

struct MeasureOverlap : impl::MeasureOverlapBase<MeasureOverlap> {
  /// Takes the mark of an operand that the result may not lie over, as it is,
  /// off.
  void checkMarks(func::FuncOp main) {
    SymbolTable symbols(main->getParentOp());
    ArenaLiveness liveness(main);
    for (const Meeting &meeting : liveness.meetings()) {
      func::CallOp call = meeting.call;
      auto stage = symbols.lookup<func::FuncOp>(call.getCallee());
      if (arena::inPlaceAttr.isAt(stage, meeting.operand) &&
          checkInPlace(stage, meeting.operand, meeting.result) != InPlace::Safe)
        arena::inPlaceAttr.removeAt(stage, meeting.operand);
    }
  }

  void runOnOperation() override {
    ModuleOp module = getOperation();
    func::FuncOp main = findMain(module);
    if (!main)
      return signalPassFailure();
    checkMarks(main);
    Directions directions(main);
    Stages backwards = directions.choose();
    directions.mark(backwards);
    for (auto stage : module.getOps<func::FuncOp>())
      stage.walk([&](scf::ForOp loop) {
        if (arena::anyOrderAttr.remove(loop) && backwards.contains(stage))
          reverse(loop);
      });
  }
};

} // namespace
} // namespace dlc::memory
