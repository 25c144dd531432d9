//===- QuantisationTest.cpp - What integers at a network's edge mean ------===//

#include "codegen/header/Quantisation.h"

#include "dialects/nn/NnDialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

#include <cmath>

using namespace dlc::header;

namespace {

class QuantisedEdges : public ::testing::Test {
protected:
  QuantisedEdges() {
    context.loadDialect<dlc::nn::NnDialect, mlir::arith::ArithDialect,
                        mlir::func::FuncDialect>();
  }

  /// `body` computes; scales %s1 = 0.25 and %s2 = 0.5, zero points %z1 = -3 and
  /// %z2 = 7 are there.
  void parse(const std::string &signature, const std::string &body) {
    std::string text = "func.func @main(" + signature + R"( {
      %s1 = arith.constant dense<0.25> : tensor<f32>
      %s2 = arith.constant dense<0.5> : tensor<f32>
      %z1 = arith.constant dense<-3> : tensor<i8>
      %z2 = arith.constant dense<7> : tensor<i8>
    )" + body + "}";
    module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
    ASSERT_TRUE(module);
    main = module->lookupSymbol<mlir::func::FuncOp>("main");
  }

  std::optional<Quantisation> input(unsigned i = 0) {
    return quantisationOfInput(main.getArgument(i));
  }
  std::optional<Quantisation> output(unsigned i = 0) {
    return quantisationOfOutput(main.front().getTerminator()->getOperand(i));
  }

  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  mlir::func::FuncOp main;
};

const std::optional<Quantisation> none;
const std::optional<Quantisation> first = Quantisation{0.25F, -3};
const std::optional<Quantisation> second = Quantisation{0.5F, 7};

TEST_F(QuantisedEdges, AreThoseOfTheirNeighbours) {
  parse("%x: tensor<4xi8>) -> tensor<4xi8>", R"(
    %r = nn.dequantize %x, %s1, %z1 : (tensor<4xi8>, tensor<f32>, tensor<i8>) -> tensor<4xf32>
    %y = nn.quantize %r, %s2, %z2 : (tensor<4xf32>, tensor<f32>, tensor<i8>) -> tensor<4xi8>
    return %y : tensor<4xi8>)");
  EXPECT_EQ(input(), first);
  EXPECT_EQ(output(), second);
}

// A float means itself, whatever is done to it next.
TEST_F(QuantisedEdges, FloatsHaveNone) {
  parse("%x: tensor<4xf32>) -> tensor<4xf32>", R"(
    %q = nn.quantize %x, %s1, %z1 : (tensor<4xf32>, tensor<f32>, tensor<i8>) -> tensor<4xi8>
    %y = nn.dequantize %q, %s1, %z1 : (tensor<4xi8>, tensor<f32>, tensor<i8>) -> tensor<4xf32>
    return %y : tensor<4xf32>)");
  EXPECT_EQ(input(), none);
  EXPECT_EQ(output(), none);
}

TEST_F(QuantisedEdges, NoZeroPointIsZero) {
  parse("%x: tensor<4xi8>) -> tensor<4xf32>", R"(
    %y = nn.dequantize %x, %s1 : (tensor<4xi8>, tensor<f32>) -> tensor<4xf32>
    return %y : tensor<4xf32>)");
  EXPECT_EQ(input(), (Quantisation{0.25F, 0}));
}

TEST_F(QuantisedEdges, SurviveMovement) {
  parse("%x: tensor<2x2xi8>, %i: tensor<1xi64>) -> tensor<8xi8>", R"(
    %t = nn.transpose %x {perm = array<i64: 1, 0>} : (tensor<2x2xi8>) -> tensor<2x2xi8>
    %f = nn.reshape %t : (tensor<2x2xi8>) -> tensor<4xi8>
    %g = nn.gather %f, %i {axis = 0 : i64} : (tensor<4xi8>, tensor<1xi64>) -> tensor<1xi8>
    %r = nn.dequantize %g, %s1, %z1 : (tensor<1xi8>, tensor<f32>, tensor<i8>) -> tensor<1xf32>
    %q = nn.quantize %r, %s2, %z2 : (tensor<1xf32>, tensor<f32>, tensor<i8>) -> tensor<1xi8>
    %b = nn.broadcast %q : (tensor<1xi8>) -> tensor<4xi8>
    %y = nn.concat %b, %b {axis = 0 : i64} : (tensor<4xi8>, tensor<4xi8>) -> tensor<8xi8>
    return %y : tensor<8xi8>)");
  EXPECT_EQ(input(0), first);
  EXPECT_EQ(input(1), none); // indices
  EXPECT_EQ(output(), second);
}

TEST_F(QuantisedEdges, EndAtArithmetic) {
  parse("%x: tensor<4xi8>) -> tensor<4xi8>", R"(
    %a = nn.add %x, %x : (tensor<4xi8>, tensor<4xi8>) -> tensor<4xi8>
    %r = nn.dequantize %a, %s1, %z1 : (tensor<4xi8>, tensor<f32>, tensor<i8>) -> tensor<4xf32>
    %q = nn.quantize %r, %s2, %z2 : (tensor<4xf32>, tensor<f32>, tensor<i8>) -> tensor<4xi8>
    %y = nn.neg %q : (tensor<4xi8>) -> tensor<4xi8>
    return %y : tensor<4xi8>)");
  EXPECT_EQ(input(), none);
  EXPECT_EQ(output(), none);
}

TEST_F(QuantisedEdges, ReadersThatDisagree) {
  parse("%x: tensor<4xi8>) -> (tensor<4xf32>, tensor<4xf32>)", R"(
    %a = nn.dequantize %x, %s1, %z1 : (tensor<4xi8>, tensor<f32>, tensor<i8>) -> tensor<4xf32>
    %b = nn.dequantize %x, %s1, %z2 : (tensor<4xi8>, tensor<f32>, tensor<i8>) -> tensor<4xf32>
    return %a, %b : tensor<4xf32>, tensor<4xf32>)");
  EXPECT_EQ(input(), none);
}

TEST_F(QuantisedEdges, ReadersThatAgreeAndOneThatCounts) {
  parse("%x: tensor<4xi8>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xi32>)",
        R"(
    %a = nn.dequantize %x, %s1, %z1 : (tensor<4xi8>, tensor<f32>, tensor<i8>) -> tensor<4xf32>
    %b = nn.dequantize %x, %s1, %z1 : (tensor<4xi8>, tensor<f32>, tensor<i8>) -> tensor<4xf32>
    %c = nn.cast %x : (tensor<4xi8>) -> tensor<4xi32>
    return %a, %b, %c : tensor<4xf32>, tensor<4xf32>, tensor<4xi32>)");
  EXPECT_EQ(input(), first);
  EXPECT_EQ(output(2), none);
}

TEST_F(QuantisedEdges, MakersThatDisagree) {
  parse("%x: tensor<4xf32>) -> tensor<8xi8>", R"(
    %a = nn.quantize %x, %s1, %z1 : (tensor<4xf32>, tensor<f32>, tensor<i8>) -> tensor<4xi8>
    %b = nn.quantize %x, %s2, %z1 : (tensor<4xf32>, tensor<f32>, tensor<i8>) -> tensor<4xi8>
    %y = nn.concat %a, %b {axis = 0 : i64} : (tensor<4xi8>, tensor<4xi8>) -> tensor<8xi8>
    return %y : tensor<8xi8>)");
  EXPECT_EQ(output(), none);
}

// What makes an output counts, not how the network reads it elsewhere.
TEST_F(QuantisedEdges, MakersComeBeforeReaders) {
  parse("%x: tensor<4xf32>) -> (tensor<4xi8>, tensor<4xf32>)", R"(
    %a = nn.quantize %x, %s1, %z1 : (tensor<4xf32>, tensor<f32>, tensor<i8>) -> tensor<4xi8>
    %b = nn.dequantize %a, %s2, %z2 : (tensor<4xi8>, tensor<f32>, tensor<i8>) -> tensor<4xf32>
    return %a, %b : tensor<4xi8>, tensor<4xf32>)");
  EXPECT_EQ(output(), first);
}

// An input that is given back, and integers that the network itself reads.
TEST_F(QuantisedEdges, OutputsThatNothingMakes) {
  parse("%x: tensor<2x2xi8>) -> (tensor<2x2xi8>, tensor<2x2xi8>, "
        "tensor<2x2xf32>)",
        R"(
    %t = nn.transpose %x {perm = array<i64: 1, 0>} : (tensor<2x2xi8>) -> tensor<2x2xi8>
    %a = nn.dequantize %x, %s1, %z1 : (tensor<2x2xi8>, tensor<f32>, tensor<i8>) -> tensor<2x2xf32>
    %n = nn.relu %x : (tensor<2x2xi8>) -> tensor<2x2xi8>
    %b = nn.dequantize %n, %s2, %z2 : (tensor<2x2xi8>, tensor<f32>, tensor<i8>) -> tensor<2x2xf32>
    return %t, %n, %b : tensor<2x2xi8>, tensor<2x2xi8>, tensor<2x2xf32>)");
  EXPECT_EQ(output(0), first);
  EXPECT_EQ(output(1), second);
}

TEST_F(QuantisedEdges, OneScaleForTheWholeTensor) {
  const std::string read = R"(
    %y = nn.dequantize %x, %s {axis = 0 : i64} : (tensor<2xi8>, tensor<2xf32>) -> tensor<2xf32>
    return %y : tensor<2xf32>)";
  parse("%x: tensor<2xi8>) -> tensor<2xf32>",
        "%s = arith.constant dense<[0.5, 0.25]> : tensor<2xf32>" + read);
  EXPECT_EQ(input(), none);
  parse("%x: tensor<2xi8>) -> tensor<2xf32>",
        "%s = arith.constant dense<0.5> : tensor<2xf32>" + read);
  EXPECT_EQ(input(), (Quantisation{0.5F, 0}));
}

TEST_F(QuantisedEdges, ScalesThatAreNotKnown) {
  parse("%x: tensor<4xi8>, %s: tensor<f32>) -> tensor<4xf32>", R"(
    %y = nn.dequantize %x, %s : (tensor<4xi8>, tensor<f32>) -> tensor<4xf32>
    return %y : tensor<4xf32>)");
  EXPECT_EQ(input(), none);
  for (const char *scale : {"0x7F800000", "0x7FC00000"}) {
    parse("%x: tensor<4xi8>) -> tensor<4xf32>",
          std::string("%s = arith.constant dense<") + scale +
              "> : tensor<f32>\n%y = nn.dequantize %x, %s : (tensor<4xi8>, "
              "tensor<f32>) -> tensor<4xf32>\nreturn %y : tensor<4xf32>");
    EXPECT_EQ(input(), none);
  }
}

TEST_F(QuantisedEdges, HalfPrecisionScalesAreFloats) {
  parse("%x: tensor<4xui16>) -> tensor<4xf16>", R"(
    %s = arith.constant dense<0.75> : tensor<f16>
    %z = arith.constant dense<65535> : tensor<ui16>
    %y = nn.dequantize %x, %s, %z : (tensor<4xui16>, tensor<f16>, tensor<ui16>) -> tensor<4xf16>
    return %y : tensor<4xf16>)");
  EXPECT_EQ(input(), (Quantisation{0.75F, 65535}));
}

} // namespace
