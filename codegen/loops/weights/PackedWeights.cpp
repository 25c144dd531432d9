//===- PackedWeights.cpp - Weights in the order of the innermost loop -----===//

#include "codegen/loops/weights/PackedWeights.h"
#include "dialects/nn/Constants.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::loops {

int64_t WeightOrder::count(ArrayRef<unsigned> dims) const {
  int64_t positions = 1;
  for (unsigned d : dims)
    positions *= sizes[d];
  return positions;
}

PackedWeights::PackedWeights(WeightOrder order, unsigned vectorDim,
                             ArrayRef<VectorBlock> blocks, int64_t group)
    : order(std::move(order)), vectorDim(vectorDim),
      blocks(blocks.begin(), blocks.end()), group(group) {
  assert((group == 1 || !this->order.reduction.empty()) &&
         "groups are of a reduction");
}

int64_t PackedWeights::paddedDepth() const {
  if (group == 1)
    return order.depth();
  ArrayRef<unsigned> reduction = order.reduction;
  return order.count(reduction.drop_back()) *
         llvm::alignTo(order.sizes[reduction.back()], group);
}

/// Only the last block, of which there is one, can be filled up.
int64_t PackedWeights::paddedSize() const {
  return blocks.back().start + (blocks.back().count - 1) * blocks.back().width +
         blocks.back().paddedWidth();
}

int64_t PackedWeights::elements() const {
  return paddedDepth() * paddedSize() * order.count(order.outer);
}

SmallVector<MemRefType> PackedWeights::constants() const {
  return {MemRefType::get({elements()}, order.element)};
}

Linear PackedWeights::address(const VectorBlock &block) const {
  Linear linear;
  linear.coefficients.assign(order.sizes.size(), 0);
  int64_t stride = block.paddedWidth() / block.streams;
  for (unsigned d : llvm::reverse(order.reduction)) {
    linear.coefficients[d] = stride;
    bool innermost = d == order.reduction.back();
    stride *= llvm::alignTo(order.sizes[d], innermost ? group : 1);
  }
  linear.coefficients[vectorDim] = paddedDepth();
  stride = paddedDepth() * paddedSize();
  for (unsigned d : llvm::reverse(order.outer)) {
    linear.coefficients[d] = stride;
    stride *= order.sizes[d];
  }
  return linear;
}

int64_t PackedWeights::offsetOf(const VectorBlock &block,
                                const Piece &piece) const {
  int64_t width = block.paddedWidth() / block.streams;
  int64_t inside = piece.offset % width;
  return (piece.offset - inside) * paddedDepth() + inside * group;
}

Value PackedWeights::decode(OpBuilder &b, Location loc, ValueRange constants,
                            Value position, int64_t lanes) const {
  int64_t count = lanes * group;
  if (count == 1)
    return memref::LoadOp::create(b, loc, constants.front(), position);
  auto type = VectorType::get({count}, order.element);
  return vector::LoadOp::create(b, loc, type, constants.front(),
                                ValueRange{position});
}

template <typename T>
void PackedWeights::pack(const char *source, char *target) const {
  const T *from = reinterpret_cast<const T *>(source);
  T *to = reinterpret_cast<T *>(target);
  int64_t lane = order.source.coefficients[vectorDim];
  SmallVector<unsigned> rows(order.reduction);
  // Steps of the innermost reduction dimension, in whole groups.
  int64_t steps = 1, stride = 0;
  if (!rows.empty()) {
    unsigned innermost = rows.pop_back_val();
    steps = order.sizes[innermost];
    stride = order.source.coefficients[innermost];
  }
  auto packRow = [&](int64_t width, int64_t paddedWidth, int64_t start) {
    for (int64_t k = 0; k < steps; k += group) {
      int64_t some = std::min(group, steps - k);
      for (int64_t i = 0; i < width; ++i)
        for (int64_t j = 0; j < some; ++j)
          to[i * group + j] = from[start + i * lane + (k + j) * stride];
      to += paddedWidth * group;
    }
  };
  forEachPosition(order, order.outer, order.source.constant, [&](int64_t base) {
    for (const VectorBlock &block : blocks) {
      int64_t width = block.width / block.streams;
      int64_t paddedWidth = block.paddedWidth() / block.streams;
      for (int64_t n = 0; n < block.count * block.streams; ++n)
        forEachPosition(
            order, rows, base + (block.start + n * width) * lane,
            [&](int64_t start) { packRow(width, paddedWidth, start); });
    }
  });
}

SmallVector<ElementsAttr>
PackedWeights::encode(ArrayRef<ElementsAttr> operands) const {
  std::optional<nn::ConstantData> data = nn::readConstant(operands.front());
  if (!data)
    return {};
  auto type = RankedTensorType::get({elements()}, order.element);
  if (data->splat)
    return {nn::makeConstant(
        type, std::vector<char>(data->bytes.begin(), data->bytes.end()))};
  std::vector<char> packed(elements() * data->elementBytes);
  switch (data->elementBytes) {
  case 1:
    pack<uint8_t>(data->bytes.data(), packed.data());
    break;
  case 2:
    pack<uint16_t>(data->bytes.data(), packed.data());
    break;
  case 4:
    pack<uint32_t>(data->bytes.data(), packed.data());
    break;
  default:
    pack<uint64_t>(data->bytes.data(), packed.data());
  }
  return {nn::makeConstant(type, std::move(packed))};
}

std::shared_ptr<PackedWeights> planPacking(const Nest &nest,
                                           const Access &access, int vectorDim,
                                           ArrayRef<VectorBlock> blocks,
                                           int64_t group) {
  if (!access.packable || vectorDim < 0)
    return nullptr;
  ArrayRef<int64_t> c = access.address.coefficients;
  if (c[vectorDim] == 0)
    return nullptr;
  WeightOrder order;
  order.element = access.buffer.element;
  order.source = access.address;
  order.sizes = nest.sizes;
  for (unsigned d = 0; d < nest.sizes.size(); ++d) {
    if (c[d] == 0 || static_cast<int>(d) == vectorDim)
      continue;
    (nest.reduction[d] ? order.reduction : order.outer).push_back(d);
  }
  if (order.depth() == 1 && c[vectorDim] == 1)
    return nullptr;
  if (order.reduction.empty())
    group = 1;
  return std::make_shared<PackedWeights>(std::move(order), vectorDim, blocks,
                                         group);
}

} // namespace dlc::loops
