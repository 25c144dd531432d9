//===- TileNumbers.cpp - In which numbers a tile is summed up -------------===//
//
// Bytes: where a chip has dp4a, it takes words of four. A multiply-add of
// float32 is one instruction on every chip, one of integers is three or more.
// Products of bytes are below 2^16, so that sums of a few hundred of them are
// exact; before one could be too large, it becomes a whole number. Which steps
// are added first does not matter.
//
// Halves: where a chip is fast at them, two neighbouring columns are a register
// and an instruction (fma.rn.f16x2) adds two products. Sums of halves lose
// digits as they grow: long ones go to one of float32 every few hundred steps.
//
//===----------------------------------------------------------------------===//

#include "codegen/loops/gpu/Bytes.h"
#include "codegen/loops/gpu/TileEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace dlc::loops {

namespace {
constexpr int64_t kPair = 2;
} // namespace

const Factor &GpuTileEmitter::factorOf(const Side &side) const {
  return side.operand.input == contraction.data.input ? contraction.data
                                                      : contraction.weights;
}

/// Bytes without their zero point.
Value GpuTileEmitter::asFloat(const Side &side, Value bytes) {
  const Factor &factor = factorOf(side);
  auto vector = dyn_cast<VectorType>(bytes.getType());
  int64_t lanes = vector ? vector.getNumElements() : 1;
  auto like = [&](Type element) {
    return vector ? Type(VectorType::get({lanes}, element)) : element;
  };
  Type word = like(b.getI32Type());
  Value wide = factor.isSigned
                   ? Value(arith::ExtSIOp::create(b, loc, word, bytes))
                   : Value(arith::ExtUIOp::create(b, loc, word, bytes));
  if (int64_t zeroPoint = *zeroPointOf(factor))
    wide = arith::SubIOp::create(
        b, loc, wide,
        constant(b.getI32IntegerAttr(static_cast<int32_t>(zeroPoint)), lanes));
  return arith::SIToFPOp::create(b, loc, like(b.getF32Type()), wide);
}

/// Bytes as words of four; one word is a scalar.
Value GpuTileEmitter::asWords(Value bytes) {
  constexpr int64_t word = 4;
  int64_t words = cast<VectorType>(bytes.getType()).getNumElements() / word;
  auto type = VectorType::get({words}, b.getI32Type());
  Value cast = vector::BitCastOp::create(b, loc, type, bytes);
  return words == 1 ? Value(vector::ExtractOp::create(b, loc, cast, 0)) : cast;
}

/// Adds the products of the bytes of two words (dp4a).
Value GpuTileEmitter::addProducts(Value row, Value column, Value sum) {
  auto sign = [&](const Side &side) {
    return factorOf(side).isSigned ? ".s" : ".u";
  };
  std::string name = std::string("llvm.nvvm.idp4a") + sign(left) + sign(right);
  return LLVM::CallIntrinsicOp::create(b, loc, b.getI32Type(),
                                       b.getStringAttr(name),
                                       ValueRange{row, column, sum})
      .getResult(0);
}

/// Takes the data's zero point off: its product with the sum of a row of
/// weights.
void GpuTileEmitter::addRowSums(Values &sums, const Side &side) {
  constexpr int64_t quad = 4;
  bool isLeft = &side == &left;
  int64_t panels = (side.count + side.width - 1) / side.width;
  Value panel = plus(times(block(2), panels), block(isLeft ? 0 : 1));
  Value first = plus(times(panel, side.width), side.fragment);
  Values ofRows = loadRuns(side, side.rowSums, first, quad);
  for (int64_t i = 0; i < tile.threadRows; ++i)
    for (int64_t j = 0; j < tile.threadColumns; ++j) {
      Value &sum = sums[i * tile.threadColumns + j];
      sum = arith::AddIOp::create(b, loc, sum, ofRows[isLeft ? i : j]);
    }
}

/// What shared memory has elements of.
Type GpuTileEmitter::sharedElement() const {
  return schedule.hasWords   ? Type(b.getI32Type())
         : schedule.hasPairs ? Type(b.getF16Type())
                             : b.getF32Type();
}

/// An operand's elements as shared memory has them.
Value GpuTileEmitter::asStored(const Side &side, Value value) {
  if (schedule.hasWords)
    return asWords(value);
  if (schedule.exactSteps)
    return asFloat(side, value);
  if (!schedule.widens)
    return value;
  Type wide = b.getF32Type();
  if (auto vector = dyn_cast<VectorType>(value.getType()))
    wide = vector.clone(wide);
  return arith::ExtFOp::create(b, loc, wide, value);
}

/// What stands for elements that there are not: those that are 0 in a product.
Value GpuTileEmitter::nothing(const Side &side, int64_t lanes) {
  const Factor &factor = factorOf(side);
  return constant(schedule.exactSteps ? nothingOf(factor)
                                      : b.getZeroAttr(factor.element),
                  lanes);
}

/// A register of sums of nothing.
Value GpuTileEmitter::noSum() {
  return schedule.hasPairs ? constant(b.getF16FloatAttr(0), kPair)
                           : constant(b.getF32FloatAttr(0), 1);
}

/// Adds the products of a step to sums of two columns each.
void GpuTileEmitter::addPairs(ArrayRef<Value> rows, ArrayRef<Value> columns,
                              Values &sums) {
  auto type = VectorType::get({kPair}, b.getF16Type());
  size_t pairs = columns.size() / kPair;
  Values both;
  for (Value row : rows)
    both.push_back(vector::BroadcastOp::create(b, loc, type, row));
  for (size_t j = 0; j < pairs; ++j) {
    Value pair = vector::FromElementsOp::create(
        b, loc, type, columns.slice(j * kPair, kPair));
    for (auto [i, row] : llvm::enumerate(both)) {
      Value &sum = sums[i * pairs + j];
      sum = vector::FMAOp::create(b, loc, row, pair, sum);
    }
  }
}

/// The elements of registers of sums.
GpuTileEmitter::Values GpuTileEmitter::separate(ArrayRef<Value> pairs) {
  Values elements;
  for (Value pair : pairs)
    for (int64_t i = 0; i < kPair; ++i)
      elements.push_back(vector::ExtractOp::create(b, loc, pair, i));
  return elements;
}

/// Whole sums with what was added up since.
GpuTileEmitter::Values GpuTileEmitter::withSums(ArrayRef<Value> wholes,
                                                ArrayRef<Value> sums) {
  Values results;
  if (!schedule.hasPairs) {
    for (auto [whole, sum] : llvm::zip_equal(wholes, sums)) {
      Value integer = arith::FPToSIOp::create(b, loc, b.getI32Type(), sum);
      results.push_back(arith::AddIOp::create(b, loc, whole, integer));
    }
    return results;
  }
  for (auto [whole, half] : llvm::zip_equal(wholes, separate(sums))) {
    Value wide = arith::ExtFOp::create(b, loc, b.getF32Type(), half);
    results.push_back(arith::AddFOp::create(b, loc, whole, wide));
  }
  return results;
}

} // namespace dlc::loops
