//===- SignPlan.cpp - Which products of signs are counted -----------------===//

#include "codegen/loops/signs/SignPlan.h"
#include "codegen/loops/nest/ByteValues.h"
#include "codegen/loops/nest/ModuleIndex.h"
#include "codegen/loops/weights/CallerConstants.h"

using namespace mlir;

namespace dlc::loops {

namespace {
constexpr int64_t kBits = SignWords::kBits;
/// Of a vector of words: bits that are equal, counted in bytes by a table or an
/// instruction and added up in words. And what 32 signs take to become bits.
constexpr double kVector = 5, kPacked = 6;

class Planner {
public:
  explicit Planner(const Problem &problem)
      : problem(problem), nest(problem.nest),
        contraction(*problem.contraction) {}

  std::optional<SignPlan> run() {
    if (!readFactors() || !readDimensions() || !areWordsAligned() ||
        !areWeightsSigns())
      return std::nullopt;
    plan.guarded = !data().guards.empty();
    plan.sum = static_cast<unsigned>(contraction.epilogue.sum);
    int64_t lanes = problem.machine.vectorBits / kBits,
            words = plan.order.depth() / kBits;
    double vectors =
        static_cast<double>(llvm::divideCeil(nest.sizes[plan.feature], lanes)) *
        static_cast<double>(words);
    for (unsigned d : contraction.positions)
      vectors *= static_cast<double>(nest.sizes[d]);
    plan.cycles =
        vectors * kVector + static_cast<double>(plan.words()) * kPacked;
    plan.denseBytes = plan.order.depth() * nest.sizes[plan.feature];
    return plan;
  }

private:
  const Access &data() const { return nest.inputs[plan.data]; }
  const Access &weights() const { return nest.inputs[plan.weights]; }

  bool readFactors() {
    plan.data = contraction.data.input;
    plan.weights = contraction.weights.input;
    auto isPlain = [](const Factor &factor) {
      return factor.element.isInteger(8) && factor.isSigned &&
             !factor.zeroPoint.isGiven();
    };
    return isPlain(contraction.data) && isPlain(contraction.weights) &&
           contraction.accumulator.isInteger(32) && contraction.startsAtZero &&
           nest.inputs.size() == 2 && nest.outputs.size() == 1 &&
           nest.epilogue && contraction.epilogue.sum >= 0 &&
           llvm::count(nest.epilogueInputs, std::nullopt) == 1 &&
           data().buffer.flat && valuesOf(data().buffer) == ByteValues::Signs &&
           weights().packable && weights().guards.empty();
  }

  /// One dimension of features, and channels that lie side by side.
  bool readDimensions() {
    if (!contraction.groups.empty() || contraction.features.size() != 1)
      return false;
    plan.feature = contraction.features.front();
    plan.order.element = weights().buffer.element;
    plan.order.source = weights().address;
    plan.order.sizes = nest.sizes;
    plan.order.reduction = contraction.reduction();
    auto *innermost = llvm::find_if(plan.order.reduction, [&](unsigned d) {
      return data().address.coefficients[d] == 1 &&
             contraction.roles[d] == Role::Channel;
    });
    if (innermost == plan.order.reduction.end())
      return false;
    plan.channel = *innermost;
    std::rotate(innermost, innermost + 1, plan.order.reduction.end());
    return nest.sizes[plan.channel] % kBits == 0;
  }

  /// All else moves by whole words.
  bool areWordsAligned() {
    auto type = cast<MemRefType>(data().buffer.flat.getType());
    plan.elements = type.getNumElements();
    const Linear &address = data().address;
    for (auto [d, c] : llvm::enumerate(address.coefficients))
      if (d != plan.channel && c % kBits != 0)
        return false;
    bool inChannel = llvm::any_of(data().guards, [&](const Guard &guard) {
      return guard.position.coefficients[plan.channel] != 0;
    });
    return address.constant % kBits == 0 && plan.elements % kBits == 0 &&
           !inChannel;
  }

  bool areWeightsSigns() {
    return holdsAtCallers(*nest.module, problem.stage,
                          weights().buffer.constant, [&](ElementsAttr each) {
                            return areSigns(plan.order, plan.feature, each);
                          });
  }

  const Problem &problem;
  const Nest &nest;
  const Contraction &contraction;
  SignPlan plan;
};
} // namespace

std::optional<SignPlan> planSigns(const Problem &problem) {
  if (!problem.contraction || problem.machine.storage == Storage::Dense)
    return std::nullopt;
  return Planner(problem).run();
}

} // namespace dlc::loops
