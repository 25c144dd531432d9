//===- WinogradWeights.cpp - Filters in Winograd's domain -----------------===//

#include "codegen/loops/winograd/WinogradWeights.h"
#include "codegen/loops/winograd/WinogradTransform.h"
#include "dialects/nn/Constants.h"

using namespace mlir;

namespace dlc::loops {

namespace {
/// The filter as [points, channels, features]; null if it has no data.
ElementsAttr transformConstant(ElementsAttr filter,
                               const WinogradFilter &layout) {
  std::optional<nn::ConstantData> data = nn::readConstant(filter);
  if (!data)
    return nullptr;
  int64_t points = (layout.m + 2) * (layout.m + 2);
  int64_t plane = layout.channels * layout.features;
  std::vector<char> bytes(points * plane * sizeof(float));
  auto *result = reinterpret_cast<float *>(bytes.data());
  double taps[9], transformed[36];
  for (int64_t c = 0; c < layout.channels; ++c)
    for (int64_t f = 0; f < layout.features; ++f) {
      int64_t start =
          layout.start + c * layout.channelStride + f * layout.featureStride;
      for (int64_t k = 0; k < 9; ++k)
        taps[k] = data->get<float>(start + k / 3 * layout.rowStride +
                                   k % 3 * layout.columnStride);
      transformFilter(layout.m, taps, transformed);
      for (int64_t p = 0; p < points; ++p)
        result[p * plane + c * layout.features + f] =
            static_cast<float>(transformed[p]);
    }
  auto type = RankedTensorType::get({points, layout.channels, layout.features},
                                    Float32Type::get(filter.getContext()));
  return nn::makeConstant(type, std::move(bytes));
}
} // namespace

SmallVector<ElementsAttr>
WinogradWeights::encode(ArrayRef<ElementsAttr> operands) const {
  ElementsAttr transformed = transformConstant(operands.front(), filter);
  return transformed ? stored->encode(transformed)
                     : SmallVector<ElementsAttr>();
}

} // namespace dlc::loops
