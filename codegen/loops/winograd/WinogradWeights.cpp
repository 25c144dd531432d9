//===- WinogradWeights.cpp - Filters in Winograd's domain -----------------===//

#include "codegen/loops/winograd/WinogradWeights.h"
#include "codegen/loops/winograd/WinogradTransform.h"
#include "dialects/nn/Constants.h"

#include <cmath>

using namespace mlir;

namespace dlc::loops {

namespace {
constexpr double kDoubled = 4; // both ways

double numberOfHalf(uint16_t bits) {
  return APFloat(APFloat::IEEEhalf(), APInt(16, bits)).convertToDouble();
}

uint16_t roundedToHalf(double number) {
  APFloat value(number);
  bool isInexact = false;
  value.convert(APFloat::IEEEhalf(), APFloat::rmNearestTiesToEven, &isInexact);
  return static_cast<uint16_t>(value.bitcastToAPInt().getZExtValue());
}

/// The filter as [points, channels, features] of T, from its taps.
template <typename T>
ElementsAttr transformed(const WinogradFilter &layout, Type element,
                         llvm::function_ref<double(int64_t)> tapAt,
                         llvm::function_ref<T(double)> asStored) {
  int64_t points = (layout.m + 2) * (layout.m + 2);
  int64_t plane = layout.channels * layout.features;
  std::vector<char> bytes(points * plane * sizeof(T));
  auto *result = reinterpret_cast<T *>(bytes.data());
  double taps[9], transformed[36];
  for (int64_t c = 0; c < layout.channels; ++c)
    for (int64_t f = 0; f < layout.features; ++f) {
      int64_t start =
          layout.start + c * layout.channelStride + f * layout.featureStride;
      for (int64_t k = 0; k < 9; ++k)
        taps[k] = tapAt(start + k / 3 * layout.rowStride +
                        k % 3 * layout.columnStride);
      transformFilter(layout.m, taps, transformed);
      for (int64_t p = 0; p < points; ++p)
        result[p * plane + c * layout.features + f] = asStored(transformed[p]);
    }
  auto type = RankedTensorType::get({points, layout.channels, layout.features},
                                    element);
  return nn::makeConstant(type, std::move(bytes));
}

/// Null if the filter has no data.
ElementsAttr transformConstant(ElementsAttr filter,
                               const WinogradFilter &layout) {
  MLIRContext *context = filter.getContext();
  if (layout.integers) {
    std::optional<SmallVector<int64_t>> numbers = nn::readIntegers(filter);
    if (!numbers)
      return nullptr;
    constexpr int64_t kByte = 0xff;
    return transformed<int16_t>(
        layout, IntegerType::get(context, 16),
        [&](int64_t at) {
          int64_t tap = (*numbers)[at];
          if (!layout.integers->signedFilter)
            tap &= kByte;
          return kDoubled *
                 static_cast<double>(tap - layout.integers->filterZero);
        },
        [](double number) { return static_cast<int16_t>(number); });
  }
  std::optional<nn::ConstantData> data = nn::readConstant(filter);
  if (!data)
    return nullptr;
  if (layout.isHalves)
    return transformed<uint16_t>(
        layout, Float16Type::get(context),
        [&](int64_t at) {
          return layout.factor * numberOfHalf(data->get<uint16_t>(at));
        },
        roundedToHalf);
  return transformed<float>(
      layout, Float32Type::get(context),
      [&](int64_t at) { return data->get<float>(at); },
      [](double number) { return static_cast<float>(number); });
}
} // namespace

bool staysInHalves(ElementsAttr filter, double factor) {
  constexpr double kSums = 9.0 / 4, kLargestHalf = 65504;
  std::optional<nn::ConstantData> data = nn::readConstant(filter);
  if (!data || !filter.getElementType().isF16())
    return false;
  int64_t count = data->splat ? 1 : filter.getNumElements();
  for (int64_t i = 0; i < count; ++i) {
    double magnitude = std::abs(numberOfHalf(data->get<uint16_t>(i)));
    // Not a number is not below.
    if (!(magnitude * kSums * factor <= kLargestHalf))
      return false;
  }
  return true;
}

SmallVector<ElementsAttr>
WinogradWeights::encode(ArrayRef<ElementsAttr> operands) const {
  ElementsAttr transformed = transformConstant(operands.front(), filter);
  return transformed ? stored->encode(transformed)
                     : SmallVector<ElementsAttr>();
}

} // namespace dlc::loops
