//===- Packing.cpp - Constants in the order the innermost loop reads them -===//

#include "codegen/loops/weights/Packing.h"
#include "codegen/loops/block_fixed/BlockFixed.h"
#include "codegen/loops/winograd/Winograd.h"
#include "dialects/nn/Constants.h"
#include <cstring>

using namespace mlir;

namespace dlc::loops {

int64_t Packing::depth() const {
  int64_t elements = 1;
  for (unsigned d : reduction)
    elements *= sizes[d];
  return elements;
}

/// Only the last block, of which there is one, can be filled up.
int64_t Packing::paddedSize() const {
  return blocks.back().start + (blocks.back().count - 1) * blocks.back().width +
         blocks.back().paddedWidth();
}

int64_t Packing::elements() const {
  if (blockFixed)
    return blockFixed->elements(*this);
  int64_t elements = depth() * paddedSize();
  for (unsigned d : outer)
    elements *= sizes[d];
  return elements;
}

Linear Packing::address(int64_t width) const {
  Linear linear;
  linear.coefficients.assign(sizes.size(), 0);
  int64_t stride = width;
  for (unsigned d : llvm::reverse(reduction)) {
    linear.coefficients[d] = stride;
    stride *= sizes[d];
  }
  linear.coefficients[vectorDim] = depth();
  stride = depth() * paddedSize();
  for (unsigned d : llvm::reverse(outer)) {
    linear.coefficients[d] = stride;
    stride *= sizes[d];
  }
  return linear;
}

std::optional<Packing> planPacking(const Nest &nest, const Access &access,
                                   const Schedule &schedule) {
  if (!access.packable || schedule.vectorDim < 0)
    return std::nullopt;
  ArrayRef<int64_t> c = access.address.coefficients;
  if (c[schedule.vectorDim] == 0)
    return std::nullopt;
  Packing packing;
  packing.argument = access.buffer.constant.getArgNumber();
  packing.element = access.buffer.element;
  packing.source = access.address;
  packing.sizes = nest.sizes;
  packing.vectorDim = schedule.vectorDim;
  packing.blocks = schedule.vectorBlocks;
  for (unsigned d = 0; d < nest.sizes.size(); ++d) {
    if (c[d] == 0 || static_cast<int>(d) == schedule.vectorDim)
      continue;
    (nest.reduction[d] ? packing.reduction : packing.outer).push_back(d);
  }
  if (packing.depth() == 1 && c[schedule.vectorDim] == 1)
    return std::nullopt;
  return packing;
}

namespace {
template <typename T>
void pack(const char *source, char *target, const Packing &packing) {
  const T *from = reinterpret_cast<const T *>(source);
  T *to = reinterpret_cast<T *>(target);
  int64_t lane = packing.source.coefficients[packing.vectorDim];
  forEachPosition(
      packing, packing.outer, packing.source.constant, [&](int64_t base) {
        for (const VectorBlock &block : packing.blocks)
          for (int64_t b = 0; b < block.count; ++b) {
            int64_t start = base + (block.start + b * block.width) * lane;
            forEachPosition(packing, packing.reduction, start,
                            [&](int64_t position) {
                              for (int64_t i = 0; i < block.width; ++i)
                                to[i] = from[position + i * lane];
                              to += block.paddedWidth();
                            });
          }
      });
}
} // namespace

ElementsAttr packConstant(ElementsAttr constant, const Packing &packing) {
  if (packing.blockFixed)
    return packBlockFixed(constant, packing);
  if (packing.winograd)
    constant = transformConstant(constant, *packing.winograd);
  std::optional<nn::ConstantData> data = nn::readConstant(constant);
  if (!data)
    return nullptr;
  auto type = RankedTensorType::get({packing.elements()}, packing.element);
  if (data->splat)
    return nn::makeConstant(
        type, std::vector<char>(data->bytes.begin(), data->bytes.end()));
  std::vector<char> packed(packing.elements() * data->elementBytes);
  switch (data->elementBytes) {
  case 1:
    pack<uint8_t>(data->bytes.data(), packed.data(), packing);
    break;
  case 2:
    pack<uint16_t>(data->bytes.data(), packed.data(), packing);
    break;
  case 4:
    pack<uint32_t>(data->bytes.data(), packed.data(), packing);
    break;
  default:
    pack<uint64_t>(data->bytes.data(), packed.data(), packing);
  }
  return nn::makeConstant(type, std::move(packed));
}

} // namespace dlc::loops
