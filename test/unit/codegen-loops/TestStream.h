//===- TestStream.h - Weights that are encoded as a stream ------*- C++ -*-===//

#ifndef DLC_TEST_UNIT_CODEGEN_LOOPS_TESTSTREAM_H
#define DLC_TEST_UNIT_CODEGEN_LOOPS_TESTSTREAM_H

#include "codegen/loops/integer/IntegerColumns.h"
#include "codegen/loops/integer/IntegerForms.h"
#include "dialects/nn/Constants.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/MLIRContext.h"
#include "gtest/gtest.h"

#include <random>

namespace dlc::loops {

/// Draws the constants of a stage, the same ones each time.
class StreamTest : public testing::Test {
protected:
  explicit StreamTest(unsigned seed) : random(seed) {}

  template <typename T>
  mlir::ElementsAttr constant(llvm::ArrayRef<int64_t> shape,
                              llvm::ArrayRef<T> values) {
    auto type = mlir::RankedTensorType::get(
        shape, mlir::IntegerType::get(&context, 8 * sizeof(T)));
    return mlir::DenseElementsAttr::get(type, values);
  }

  int64_t draw(int64_t least, int64_t greatest) {
    return std::uniform_int_distribution<int64_t>(least, greatest)(random);
  }

  mlir::MLIRContext context;
  std::mt19937 random;
};

/// The form that is made of an instruction.
inline const IntegerForm &formOf(const char *instruction) {
  Machine machine;
  machine.forms.resize(1);
  machine.forms.front().instruction = instruction;
  machine.forms.front().lanes = 1;
  return *integerFormOf(machine);
}

/// Sums of bytes over all but the first of these dimensions, which is the
/// features': filters that lie one behind the other.
inline ColumnSums sumsOver(mlir::MLIRContext &context,
                           llvm::ArrayRef<int64_t> sizes) {
  ColumnSums sums;
  llvm::SmallVector<int64_t> strides(sizes.size(), 1);
  for (size_t d = sizes.size() - 1; d > 0; --d)
    strides[d - 1] = strides[d] * sizes[d];
  sums.order.element = mlir::IntegerType::get(&context, 8);
  sums.order.source = {strides, 0};
  sums.order.sizes.assign(sizes.begin(), sizes.end());
  for (unsigned d = 1; d < sizes.size(); ++d)
    sums.order.reduction.push_back(d);
  sums.features = sizes.front();
  sums.featureStride = strides.front();
  sums.bias = {0, 1, 0, 1};
  return sums;
}

/// To signed bytes, alike for all channels.
inline ColumnRescale rescaleToBytes() {
  ColumnRescale rescale;
  rescale.multiplier = {1 << 20};
  rescale.addend = {int64_t(3) << 39};
  rescale.shift = {40};
  rescale.min = -128;
  rescale.max = 127;
  return rescale;
}

inline llvm::SmallVector<int32_t> wordsOf(mlir::ElementsAttr stream) {
  auto read = nn::readIntegers(stream);
  llvm::SmallVector<int32_t> words;
  for (int64_t word : *read)
    words.push_back(static_cast<int32_t>(word));
  return words;
}

} // namespace dlc::loops

#endif // DLC_TEST_UNIT_CODEGEN_LOOPS_TESTSTREAM_H
