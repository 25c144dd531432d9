//===- RefusalTest.cpp - Models at the borders of what ONNX allows --------===//
//
// Each line of refusals.txt is a model that the importer must refuse, and with
// which words; each line of accepted.txt one that it must take. Whether
// onnxruntime agrees is checked by test/e2e/refusals.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/Import.h"
#include "dialects/nn/NodeLocation.h"
#include "mlir/IR/MLIRContext.h"
#include "test/unit/compiler-import/Borders.h"
#include "llvm/Support/Regex.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace dlc::test;

namespace {
/// What the importer says about a row's model.
struct Outcome {
  bool imported = false;
  std::string where;
  SmallVector<std::string> messages;
};

Outcome import(const Row &row) {
  onnx::ModelProto model = modelOf(row);
  std::string bytes = model.SerializeAsString();
  Outcome outcome;
  MLIRContext context(MLIRContext::Threading::DISABLED);
  context.getDiagEngine().registerHandler([&](Diagnostic &diagnostic) {
    outcome.where = dlc::nn::describeNode(diagnostic.getLocation());
    outcome.messages.push_back(diagnostic.str());
    return success();
  });
  dlc::import::ImportOptions options;
  options.file = "border.onnx";
  outcome.imported =
      static_cast<bool>(importModelFromMemory(context, bytes, options));
  return outcome;
}

TEST(Refusal, EveryLineIsRefusedInItsWords) {
  Table table("refusals.txt", 4);
  ASSERT_GT(table.rows.size(), 250u);
  // What belongs to the compiler and not to the model.
  llvm::Regex internal("nn\\.|\\([0-9]\\) |tensor<|operand #");
  for (const Row &row : table.rows) {
    SCOPED_TRACE("refusals.txt:" + std::to_string(row.line) + ": " +
                 row.columns[1].str());
    Outcome outcome = import(row);
    EXPECT_FALSE(outcome.imported);
    ASSERT_EQ(outcome.messages.size(), 1u);
    EXPECT_EQ(outcome.messages.front(), row.columns[2].str());
    EXPECT_FALSE(internal.match(outcome.messages.front()));
    // The node at fault is called n.
    if (row.columns[1].contains("[n]"))
      EXPECT_EQ(outcome.where.substr(0, 10), "node 'n' (");
  }
}

TEST(Refusal, EveryAcceptedLineIsImported) {
  Table table("accepted.txt", 3);
  ASSERT_GT(table.rows.size(), 50u);
  for (const Row &row : table.rows) {
    SCOPED_TRACE("accepted.txt:" + std::to_string(row.line) + ": " +
                 row.columns[1].str());
    Outcome outcome = import(row);
    EXPECT_TRUE(outcome.imported)
        << (outcome.messages.empty() ? "" : outcome.messages.front());
  }
}
} // namespace
