//===- SameResultsTest.cpp - Rewriting a network keeps what it computes ---===//

#include "RandomNetwork.h"
#include "compiler/evaluate/Evaluate.h"
#include "compiler/evaluate/Tensor.h"
#include "compiler/import/Import.h"
#include "compiler/layout/Passes.h"
#include "compiler/pipeline/Pipeline.h"
#include "compiler/simplify/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/Support/FileSystem.h"
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

/// Sixteenths between -2 and 2; 0 or 1 for integers, which may be indices.
Tensor randomTensor(Type type, std::mt19937 &random) {
  Tensor tensor = Tensor::zeros(cast<RankedTensorType>(type));
  bool isFloat = tensor.domain() == evaluate::Domain::Float;
  for (int64_t i = 0; i < tensor.size(); ++i)
    tensor.store<double>(i, {isFloat ? double(int(random() % 65) - 32) / 16
                                     : double(random() % 2)});
  return tensor;
}

/// What the module computes of random inputs; fails where it is not defined.
LogicalResult run(ModuleOp module, unsigned seed,
                  SmallVectorImpl<Tensor> &results) {
  auto main = module.lookupSymbol<func::FuncOp>("main");
  std::mt19937 random(seed);
  SmallVector<Tensor> inputs;
  for (Type type : main.getArgumentTypes())
    inputs.push_back(randomTensor(type, random));
  return evaluate::evaluateFunction(main, inputs, results);
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

/// Largest difference, relative to the largest element; NaN and infinities
/// must be the same.
double difference(const Tensor &a, const Tensor &b) {
  double largest = 1e-6, difference = 0;
  for (auto [x, y] : llvm::zip_equal(a.values<double>(), b.values<double>())) {
    if (x == y || (std::isnan(x) && std::isnan(y)))
      continue;
    if (!std::isfinite(x) || !std::isfinite(y))
      return INFINITY;
    largest = std::max(largest, std::fabs(x));
    difference = std::max(difference, std::fabs(x - y));
  }
  return difference / largest;
}

/// Simplifies the module and compares what it computes; false if its results
/// are not defined in the first place.
bool checkSameResults(ModuleOp module, unsigned seed, StringRef name) {
  std::string before = textOf(module);
  SmallVector<Tensor> expected, actual;
  if (failed(run(module, seed, expected)))
    return false;
  EXPECT_TRUE(succeeded(simplify(module))) << name.str() << before;
  EXPECT_TRUE(succeeded(run(module, seed, actual))) << name.str() << before;
  if (actual.size() != expected.size()) {
    ADD_FAILURE() << name.str() << before << textOf(module);
    return true;
  }
  for (auto [a, e] : llvm::zip(actual, expected)) {
    EXPECT_EQ(a.getType(), e.getType()) << name.str();
    EXPECT_LT(difference(e, a), 1e-5) << name.str() << "\n"
                                      << before << textOf(module);
  }
  return true;
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
  for (unsigned seed = 0; seed < 300 && !HasFailure(); ++seed) {
    MLIRContext context(MLIRContext::Threading::DISABLED);
    context
        .loadDialect<nn::NnDialect, arith::ArithDialect, func::FuncDialect>();
    auto module = test::RandomNetwork(context, seed).build(3 + seed % 12);
    ASSERT_TRUE(succeeded(verify(*module))) << "seed " << seed;
    EXPECT_TRUE(
        checkSameResults(*module, seed, "seed " + std::to_string(seed)));
  }
}

// ONNX's own tests have every operator that the importer knows.
TEST_F(SameResults, OfOnnxBackendModels) {
  int compared = 0;
  for (const char *kind :
       {"node", "simple", "pytorch-operator", "pytorch-converted"}) {
    std::error_code error;
    for (llvm::sys::fs::directory_iterator
             at(std::string("/usr/share/libonnx-testdata/data/") + kind, error),
         end;
         at != end && !error; at.increment(error)) {
      MLIRContext context(MLIRContext::Threading::DISABLED);
      context
          .loadDialect<nn::NnDialect, arith::ArithDialect, func::FuncDialect>();
      ScopedDiagnosticHandler quiet(&context,
                                    [](Diagnostic &) { return success(); });
      import::ImportOptions options;
      options.file = at->path() + "/model.onnx";
      if (auto module = import::importModel(context, options))
        compared += checkSameResults(*module, 1, at->path());
    }
  }
  EXPECT_GE(compared, 800);
}

} // namespace
