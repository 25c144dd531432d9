//===- EncodeConstantsTest.cpp - Operands stored as several constants -----===//

#include "codegen/loops/weights/EncodeConstants.h"
#include "codegen/loops/nest/ModuleIndex.h"
#include "codegen/loops/stage/StageEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

using namespace dlc::loops;
using namespace mlir;

namespace {

/// Rows as bytes, each with a scale: its largest element is 127 of them.
class BytesWithScales : public WeightEncoding {
public:
  BytesWithScales(MLIRContext *context, int64_t rows, int64_t columns)
      : b(context), rows(rows), columns(columns) {}

  SmallVector<MemRefType> constants() const override {
    Builder builder = b;
    return {MemRefType::get({rows * columns}, builder.getI8Type()),
            MemRefType::get({rows}, builder.getF32Type())};
  }

  SmallVector<ElementsAttr>
  encode(ArrayRef<ElementsAttr> operands) const override {
    auto values = llvm::to_vector(operands.front().getValues<float>());
    SmallVector<int8_t> bytes;
    SmallVector<float> scales;
    for (int64_t r = 0; r < rows; ++r) {
      ArrayRef<float> row = ArrayRef(values).slice(r * columns, columns);
      scales.push_back(*std::max_element(row.begin(), row.end()) / 127);
      for (float value : row)
        bytes.push_back(static_cast<int8_t>(value / scales.back()));
    }
    Builder builder = b;
    return {DenseElementsAttr::get(
                RankedTensorType::get({rows * columns}, builder.getI8Type()),
                ArrayRef<int8_t>(bytes)),
            DenseElementsAttr::get(
                RankedTensorType::get({rows}, builder.getF32Type()),
                ArrayRef<float>(scales))};
  }

private:
  Builder b;
  int64_t rows, columns;
};

/// A plan that reads the first element of each constant of its weights.
class ReadsBoth : public Plan {
public:
  explicit ReadsBoth(const Problem &problem) : nest(problem.nest) {}
  double cycles() const override { return 0; }
  void emit(StageContext &context, std::optional<ChunkRange>) override {
    OpBuilder &b = context.builder();
    Location loc = nest.root.getLoc();
    SmallVector<Value> constants =
        context.encode(nest.inputs[1],
                       std::make_shared<BytesWithScales>(b.getContext(), 2, 3));
    ASSERT_EQ(constants.size(), 2u);
    Value zero = arith::ConstantIndexOp::create(b, loc, 0);
    memref::LoadOp::create(b, loc, b.getI8Type(), constants[0], zero);
    Value scale = memref::LoadOp::create(b, loc, constants[1], zero);
    memref::StoreOp::create(b, loc, scale, nest.outputs[0].buffer.flat, zero);
  }

private:
  Nest &nest;
};

const char *const network = R"mlir(
memref.global "private" constant @x : memref<1x3xf32> = dense<1.0>
memref.global "private" constant @w : memref<2x3xf32> =
  dense<[[1.0, 2.0, 4.0], [127.0, 64.0, 0.0]]>
func.func private @stage(%x: memref<1x3xf32>, %w: memref<2x3xf32> {nn.constant},
                         %y: memref<1x2xf32>) attributes {nn.stage} {
  %xt = bufferization.to_tensor %x restrict : memref<1x3xf32> to tensor<1x3xf32>
  %wt = bufferization.to_tensor %w restrict : memref<2x3xf32> to tensor<2x3xf32>
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x2xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<1x2xf32>) -> tensor<1x2xf32>
  %s = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>,
      affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%xt, %wt : tensor<1x3xf32>, tensor<2x3xf32>)
      outs(%i : tensor<1x2xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %a, %b : f32
    %q = arith.addf %c, %p : f32
    linalg.yield %q : f32
  } -> tensor<1x2xf32>
  bufferization.materialize_in_destination %s in writable %y
      : (tensor<1x2xf32>, memref<1x2xf32>) -> ()
  return
}
func.func @main(%y: memref<1x2xf32>, %z: memref<1x2xf32>) {
  %x = memref.get_global @x : memref<1x3xf32>
  %w = memref.get_global @w : memref<2x3xf32>
  call @stage(%x, %w, %y) : (memref<1x3xf32>, memref<2x3xf32>, memref<1x2xf32>) -> ()
  %w2 = memref.get_global @w : memref<2x3xf32>
  call @stage(%x, %w2, %z) : (memref<1x3xf32>, memref<2x3xf32>, memref<1x2xf32>) -> ()
  return
}
)mlir";

class EncodedNetwork : public testing::Test {
protected:
  void SetUp() override {
    context
        .loadDialect<arith::ArithDialect, bufferization::BufferizationDialect,
                     func::FuncDialect, linalg::LinalgDialect,
                     memref::MemRefDialect, tensor::TensorDialect>();
    module = parseSourceString<ModuleOp>(network, &context);
    ASSERT_TRUE(module);
    stage = module->lookupSymbol<func::FuncOp>("stage");
  }

  StageEncodings emitStage() {
    ModuleIndex index(*module);
    std::vector<EncodedArgument> encoded;
    auto choose = [](const Problem &problem) {
      return std::make_unique<ReadsBoth>(problem);
    };
    EXPECT_TRUE(
        succeeded(StageEmitter(stage, index, Machine(), choose).run(encoded)));
    StageEncodings encodings;
    encodings["stage"] = std::move(encoded);
    return encodings;
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
  func::FuncOp stage;
};

TEST_F(EncodedNetwork, TheStageHasAnArgumentForEachConstant) {
  StageEncodings encodings = emitStage();
  ASSERT_EQ(encodings["stage"].size(), 1u);
  EXPECT_EQ(encodings["stage"][0].argument, 1u);
  ASSERT_EQ(stage.getNumArguments(), 4u);
  Builder b(&context);
  EXPECT_EQ(stage.getArgumentTypes()[1], MemRefType::get({6}, b.getI8Type()));
  EXPECT_EQ(stage.getArgumentTypes()[2], MemRefType::get({2}, b.getF32Type()));
  EXPECT_EQ(stage.getArgumentTypes()[3],
            MemRefType::get({1, 2}, b.getF32Type()));
  EXPECT_FALSE(stage.getArgAttr(0, "nn.constant"));
  EXPECT_TRUE(stage.getArgAttr(1, "nn.constant"));
  EXPECT_TRUE(stage.getArgAttr(2, "nn.constant"));
  EXPECT_FALSE(stage.getArgAttr(3, "nn.constant"));
  for (unsigned argument : {1, 2}) {
    ASSERT_TRUE(stage.getArgument(argument).hasOneUse());
    EXPECT_TRUE(isa<memref::LoadOp>(*stage.getArgument(argument).user_begin()));
  }
}

TEST_F(EncodedNetwork, CallersGiveEachConstant) {
  ASSERT_TRUE(succeeded(encodeAtCallers(*module, emitStage())));
  ASSERT_TRUE(succeeded(verify(*module)));
  SmallVector<func::CallOp> calls;
  module->walk([&](func::CallOp call) { calls.push_back(call); });
  ASSERT_EQ(calls.size(), 2u);
  SmallVector<StringRef> names;
  for (func::CallOp call : calls) {
    ASSERT_EQ(call.getNumOperands(), 4u);
    for (unsigned i : {1, 2})
      names.push_back(
          call.getOperand(i).getDefiningOp<memref::GetGlobalOp>().getName());
  }
  // Both calls read the same two.
  EXPECT_EQ(names[0], names[2]);
  EXPECT_EQ(names[1], names[3]);
  EXPECT_NE(names[0], names[1]);
  auto bytes = module->lookupSymbol<memref::GlobalOp>(names[0]);
  auto scales = module->lookupSymbol<memref::GlobalOp>(names[1]);
  EXPECT_EQ(llvm::to_vector(cast<DenseElementsAttr>(*bytes.getInitialValue())
                                .getValues<int8_t>()),
            SmallVector<int8_t>({31, 63, 127, 127, 64, 0}));
  EXPECT_EQ(llvm::to_vector(cast<DenseElementsAttr>(*scales.getInitialValue())
                                .getValues<float>())[1],
            1.0f);
  // Nothing reads the original any more.
  bool read = false;
  module->walk([&](memref::GetGlobalOp get) { read |= get.getName() == "w"; });
  EXPECT_FALSE(read);
}

TEST_F(EncodedNetwork, WhatIsNoConstantIsAnError) {
  StageEncodings encodings = emitStage();
  encodings["stage"][0].argument = 2;
  ScopedDiagnosticHandler silent(&context,
                                 [](Diagnostic &) { return success(); });
  EXPECT_TRUE(failed(encodeAtCallers(*module, encodings)));
}

TEST_F(EncodedNetwork, BytesCountAllConstants) {
  EXPECT_EQ(BytesWithScales(&context, 2, 3).bytes(), 6 + 2 * 4);
}

} // namespace
