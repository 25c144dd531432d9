//===- SignWords.cpp - Weights of -1 and 1 as bits ------------------------===//

#include "codegen/loops/signs/SignWords.h"
#include "dialects/nn/Constants.h"

using namespace mlir;

namespace dlc::loops {

SmallVector<MemRefType> SignWords::constants() const {
  int64_t words = order.depth() / kBits * order.sizes[feature];
  return {MemRefType::get({words},
                          IntegerType::get(order.element.getContext(), kBits))};
}

Linear SignWords::address() const {
  Linear linear;
  linear.coefficients.assign(order.sizes.size(), 0);
  linear.coefficients[feature] = 1;
  int64_t stride = order.sizes[feature];
  for (unsigned d : llvm::reverse(order.reduction)) {
    linear.coefficients[d] = stride;
    stride *=
        d == order.reduction.back() ? order.sizes[d] / kBits : order.sizes[d];
  }
  return linear;
}

SmallVector<ElementsAttr>
SignWords::encode(ArrayRef<ElementsAttr> operands) const {
  std::optional<SmallVector<int64_t>> weights =
      nn::readIntegers(operands.front());
  if (!weights)
    return {};
  int64_t features = order.sizes[feature];
  std::vector<uint32_t> words(order.depth() / kBits * features);
  for (int64_t n = 0; n < features; ++n) {
    int64_t k = 0;
    forEachPosition(order, order.reduction,
                    order.source.constant +
                        n * order.source.coefficients[feature],
                    [&](int64_t position) {
                      words[k / kBits * features + n] |=
                          uint32_t((*weights)[position] > 0) << (k % kBits);
                      ++k;
                    });
  }
  const auto *bytes = reinterpret_cast<const char *>(words.data());
  auto type = RankedTensorType::get(
      {static_cast<int64_t>(words.size())},
      IntegerType::get(order.element.getContext(), kBits));
  return {nn::makeConstant(
      type, std::vector<char>(bytes, bytes + words.size() * sizeof(uint32_t)))};
}

bool areSigns(const WeightOrder &order, unsigned feature,
              ElementsAttr weights) {
  std::optional<SmallVector<int64_t>> numbers = nn::readIntegers(weights);
  if (!numbers)
    return false;
  bool all = true;
  for (int64_t n = 0; n < order.sizes[feature]; ++n)
    forEachPosition(order, order.reduction,
                    order.source.constant +
                        n * order.source.coefficients[feature],
                    [&](int64_t position) {
                      int64_t weight = (*numbers)[position];
                      all &= weight == 1 || weight == -1;
                    });
  return all;
}

} // namespace dlc::loops
