//===- SameResultsTest.cpp - Rewriting a network keeps what it computes ---===//

#include "RandomNetwork.h"
#include "compiler/evaluate/Evaluate.h"
#include "compiler/evaluate/Tensor.h"
#include "compiler/layout/Passes.h"
#include "compiler/pipeline/Pipeline.h"
#include "compiler/simplify/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"
#include <cmath>
#include <gtest/gtest.h>

using namespace mlir;
using namespace dlc;
using evaluate::Tensor;

namespace {

std::string textOf(ModuleOp module) {
  std::string text;
  llvm::raw_string_ostream(text) << module;
  return text;
}

SmallVector<Tensor> resultsOf(ModuleOp module, unsigned seed) {
  auto main = module.lookupSymbol<func::FuncOp>("main");
  std::mt19937 random(seed);
  Tensor input =
      Tensor::zeros(cast<RankedTensorType>(main.getArgumentTypes().front()));
  for (int64_t i = 0; i < input.size(); ++i)
    input.store<double>(i, {double(int(random() % 65) - 32) / 16});
  SmallVector<Tensor> results;
  EXPECT_TRUE(succeeded(evaluate::evaluateFunction(main, input, results)));
  return results;
}

/// Runs the phases that only rewrite nn ops.
LogicalResult simplify(ModuleOp module) {
  for (const pipeline::Phase &phase : pipeline::phases()) {
    if (phase.name != "simplify" && phase.name != "layout")
      continue;
    PassManager manager(module.getContext(), ModuleOp::getOperationName());
    if (failed(parsePassPipeline(phase.passes, manager)) ||
        failed(manager.run(module)))
      return failure();
  }
  return success();
}

/// Largest difference, relative to the largest element.
double difference(const Tensor &a, const Tensor &b) {
  double largest = 1e-6, difference = 0;
  for (auto [x, y] : llvm::zip_equal(a.values<double>(), b.values<double>())) {
    largest = std::max(largest, std::fabs(x));
    difference = std::max(difference, std::fabs(x - y));
  }
  return difference / largest;
}

class SameResults : public testing::Test {
protected:
  static void SetUpTestSuite() {
    simplify::registerSimplifyPasses();
    layout::registerLayoutPasses();
    registerTransformsPasses();
  }
};

TEST_F(SameResults, OfRandomNetworks) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    MLIRContext context(MLIRContext::Threading::DISABLED);
    context
        .loadDialect<nn::NnDialect, arith::ArithDialect, func::FuncDialect>();
    auto module = test::RandomNetwork(context, seed).build(3 + seed % 12);
    ASSERT_TRUE(succeeded(verify(*module))) << "seed " << seed;
    std::string before = textOf(*module);
    SmallVector<Tensor> expected = resultsOf(*module, seed);
    ASSERT_TRUE(succeeded(simplify(*module))) << "seed " << seed << before;
    SmallVector<Tensor> actual = resultsOf(*module, seed);
    ASSERT_EQ(actual.size(), expected.size());
    for (auto [a, e] : llvm::zip(actual, expected)) {
      ASSERT_EQ(a.getType(), e.getType());
      ASSERT_LT(difference(e, a), 1e-5) << "seed " << seed << "\n"
                                        << before << textOf(*module);
    }
  }
}

} // namespace
