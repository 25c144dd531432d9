//===- DotWeights.cpp - Weights in groups, and what sums begin with -------===//

#include "codegen/loops/dot/DotWeights.h"
#include "dialects/nn/Constants.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::loops {

namespace {
constexpr int64_t kHalf = 0xffff;
} // namespace

int64_t DotOperand::runLength() const {
  return order.count(llvm::ArrayRef(order.reduction).take_back(runDims));
}

int64_t DotWeights::paddedRun() const {
  return llvm::alignTo(operand.runLength(), operand.group);
}

int64_t DotWeights::paddedDepth() const {
  return operand.order.count(llvm::ArrayRef(operand.order.reduction)
                                 .drop_back(operand.runDims)) *
         paddedRun();
}

/// Only the last block, of which there is one, can be filled up.
int64_t DotWeights::paddedSize() const {
  const VectorBlock &last = operand.blocks.back();
  return last.start + (last.count - 1) * last.width + last.paddedWidth();
}

SmallVector<MemRefType> DotWeights::constants() const {
  MLIRContext *context = operand.order.element.getContext();
  int64_t elements = paddedDepth() * paddedSize() * outerCount();
  return {MemRefType::get({elements}, IntegerType::get(context, operand.bits)),
          MemRefType::get({paddedSize() * outerCount()},
                          IntegerType::get(context, 32))};
}

Linear DotWeights::address(const VectorBlock &block) const {
  const WeightOrder &order = operand.order;
  Linear linear;
  linear.coefficients.assign(order.sizes.size(), 0);
  int64_t width = block.paddedWidth();
  linear.coefficients[order.reduction.back()] = width;
  int64_t stride = width * paddedRun();
  for (unsigned d : llvm::reverse(
           llvm::ArrayRef(order.reduction).drop_back(operand.runDims))) {
    linear.coefficients[d] = stride;
    stride *= order.sizes[d];
  }
  linear.coefficients[operand.feature] = paddedDepth();
  stride = paddedDepth() * paddedSize();
  for (unsigned d : llvm::reverse(order.outer)) {
    linear.coefficients[d] = stride;
    stride *= order.sizes[d];
  }
  return linear;
}

Linear DotWeights::startAddress() const {
  const WeightOrder &order = operand.order;
  Linear linear;
  linear.coefficients.assign(order.sizes.size(), 0);
  linear.coefficients[operand.feature] = 1;
  int64_t stride = paddedSize();
  for (unsigned d : llvm::reverse(order.outer)) {
    linear.coefficients[d] = stride;
    stride *= order.sizes[d];
  }
  return linear;
}

template <typename T>
void DotWeights::pack(ArrayRef<int64_t> weights, T *packed,
                      int32_t *starts) const {
  const WeightOrder &order = operand.order;
  int64_t group = operand.group;
  int64_t lane = order.source.coefficients[operand.feature];
  unsigned bits = order.element.getIntOrFloatBitWidth();
  llvm::ArrayRef<unsigned> reduction = order.reduction;
  auto rows = reduction.drop_back(operand.runDims);
  SmallVector<int64_t> run; // offsets of a run's elements
  forEachPosition(order, reduction.take_back(operand.runDims), 0,
                  [&](int64_t offset) { run.push_back(offset); });
  auto weightAt = [&](int64_t position) {
    int64_t weight = weights[position];
    if (!operand.isSigned)
      weight &= (int64_t(1) << bits) - 1;
    return weight - operand.zeroPoint;
  };
  forEachPosition(order, order.outer, order.source.constant, [&](int64_t base) {
    for (const VectorBlock &block : operand.blocks) {
      int64_t width = block.paddedWidth();
      for (int64_t n = 0; n < block.count; ++n) {
        SmallVector<int64_t> sums(block.width, 0);
        int64_t first = base + (block.start + n * block.width) * lane;
        forEachPosition(order, rows, first, [&](int64_t start) {
          for (auto [k, offset] : llvm::enumerate(run)) {
            auto step = static_cast<int64_t>(k);
            T *at = packed + step / group * group * width + step % group;
            for (int64_t i = 0; i < block.width; ++i) {
              int64_t weight = weightAt(start + offset + i * lane);
              at[i * group] =
                  static_cast<T>(sizeof(T) == 4 ? weight & kHalf : weight);
              sums[i] += weight;
            }
          }
          packed += paddedRun() * width;
        });
        // Sums wrap around, as accumulators do.
        for (int64_t i = 0; i < block.width; ++i)
          starts[i] = static_cast<int32_t>(
              static_cast<uint32_t>(-operand.dataZero * sums[i]));
        starts += width;
      }
    }
  });
}

void DotWeights::addBias(ArrayRef<int64_t> bias, int32_t *starts) const {
  WeightOrder order = operand.order;
  order.source = *operand.bias;
  int64_t lane = order.source.coefficients[operand.feature];
  forEachPosition(order, order.outer, order.source.constant, [&](int64_t base) {
    for (int64_t i = 0; i < order.sizes[operand.feature]; ++i)
      starts[i] =
          static_cast<int32_t>(static_cast<uint32_t>(starts[i]) +
                               static_cast<uint32_t>(bias[base + i * lane]));
    starts += paddedSize();
  });
}

SmallVector<ElementsAttr>
DotWeights::encode(ArrayRef<ElementsAttr> operands) const {
  std::optional<SmallVector<int64_t>> read = nn::readIntegers(operands.front());
  if (!read)
    return {};
  SmallVector<MemRefType> types = constants();
  std::vector<char> packed(types[0].getNumElements() * operand.bits / 8);
  std::vector<char> starts(types[1].getNumElements() * sizeof(int32_t));
  auto *begin = reinterpret_cast<int32_t *>(starts.data());
  if (operand.bits == 8)
    pack(*read, reinterpret_cast<int8_t *>(packed.data()), begin);
  else if (operand.bits == 16)
    pack(*read, reinterpret_cast<int16_t *>(packed.data()), begin);
  else
    pack(*read, reinterpret_cast<int32_t *>(packed.data()), begin);
  if (operand.bias) {
    std::optional<SmallVector<int64_t>> bias = nn::readIntegers(operands[1]);
    if (!bias)
      return {};
    addBias(*bias, begin);
  }
  auto tensorOf = [](MemRefType type) {
    return RankedTensorType::get(type.getShape(), type.getElementType());
  };
  return {nn::makeConstant(tensorOf(types[0]), std::move(packed)),
          nn::makeConstant(tensorOf(types[1]), std::move(starts))};
}

} // namespace dlc::loops
