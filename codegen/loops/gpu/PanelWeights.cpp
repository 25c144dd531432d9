//===- PanelWeights.cpp - Weights as a block's shared memory has them -----===//

#include "codegen/loops/gpu/PanelWeights.h"
#include "dialects/nn/Constants.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::loops {

int64_t PanelLayout::count(ArrayRef<unsigned> dims) const {
  int64_t positions = 1;
  for (unsigned d : dims)
    positions *= sizes[d];
  return positions;
}

int64_t PanelLayout::panels() const {
  return llvm::divideCeil(count(rows), width);
}

int64_t PanelLayout::elements() const {
  return count(groups) * panels() * paddedSteps * width;
}

SmallVector<MemRefType> PanelWeights::constants() const {
  SmallVector<MemRefType> types = {
      MemRefType::get({layout.elements()}, layout.element)};
  if (layout.sumFactor != 0)
    types.push_back(
        MemRefType::get({layout.elements() / layout.paddedSteps},
                        IntegerType::get(layout.element.getContext(), 32)));
  return types;
}

namespace {
/// The source position of each combination of `dims`, without the constant.
std::vector<int64_t> positionsOf(const PanelLayout &layout,
                                 ArrayRef<unsigned> dims) {
  std::vector<int64_t> positions = {0};
  for (unsigned d : dims) {
    std::vector<int64_t> longer;
    longer.reserve(positions.size() * layout.sizes[d]);
    for (int64_t base : positions)
      for (int64_t i = 0; i < layout.sizes[d]; ++i)
        longer.push_back(base + i * layout.source.coefficients[d]);
    positions = std::move(longer);
  }
  return positions;
}

/// The sums of each row, times the factor.
ElementsAttr sumsOf(const PanelLayout &layout, const nn::ConstantData &data,
                    ArrayRef<int64_t> groups, ArrayRef<int64_t> rows,
                    ArrayRef<int64_t> steps) {
  std::vector<int32_t> sums;
  for (int64_t group : groups)
    for (int64_t row = 0; row < layout.panels() * layout.width; ++row) {
      int64_t sum = 0;
      if (row < static_cast<int64_t>(rows.size()))
        for (int64_t step : steps) {
          char byte =
              *data.at(layout.source.constant + group + rows[row] + step);
          sum += layout.isSigned
                     ? static_cast<int64_t>(static_cast<int8_t>(byte))
                     : static_cast<int64_t>(static_cast<uint8_t>(byte));
        }
      sums.push_back(static_cast<int32_t>(sum * layout.sumFactor));
    }
  std::vector<char> bytes(sums.size() * sizeof(int32_t));
  memcpy(bytes.data(), sums.data(), bytes.size());
  auto type =
      RankedTensorType::get({static_cast<int64_t>(sums.size())},
                            IntegerType::get(layout.element.getContext(), 32));
  return nn::makeConstant(type, std::move(bytes));
}
} // namespace

SmallVector<ElementsAttr>
PanelWeights::encode(ArrayRef<ElementsAttr> operands) const {
  std::optional<nn::ConstantData> data = nn::readConstant(operands.front());
  if (!data)
    return {};
  int64_t size = data->elementBytes, at = 0;
  std::vector<char> panels(layout.elements() * size);
  std::vector<int64_t> groups = positionsOf(layout, layout.groups),
                       rows = positionsOf(layout, layout.rows),
                       steps = positionsOf(layout, layout.steps);
  for (int64_t group : groups)
    for (int64_t panel = 0; panel < layout.panels(); ++panel)
      for (int64_t i = 0; i < layout.paddedSteps * layout.width; ++i, ++at) {
        int64_t inWord = i % layout.together, word = i / layout.together;
        size_t row = panel * layout.width + word % layout.width;
        int64_t step = word / layout.width * layout.together + inWord;
        if (row < rows.size() && step < static_cast<int64_t>(steps.size()))
          memcpy(&panels[at * size],
                 data->at(layout.source.constant + group + rows[row] +
                          steps[step]),
                 size);
      }
  auto type = RankedTensorType::get({layout.elements()}, layout.element);
  SmallVector<ElementsAttr> constants = {
      nn::makeConstant(type, std::move(panels))};
  if (layout.sumFactor != 0)
    constants.push_back(sumsOf(layout, *data, groups, rows, steps));
  return constants;
}

} // namespace dlc::loops
