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
  return {MemRefType::get({layout.elements()}, layout.element)};
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
      for (int64_t step = 0; step < layout.paddedSteps; ++step)
        for (int64_t lane = 0; lane < layout.width; ++lane, ++at) {
          size_t row = panel * layout.width + lane;
          if (row < rows.size() && step < static_cast<int64_t>(steps.size()))
            memcpy(&panels[at * size],
                   data->at(layout.source.constant + group + rows[row] +
                            steps[step]),
                   size);
        }
  auto type = RankedTensorType::get({layout.elements()}, layout.element);
  return {nn::makeConstant(type, std::move(panels))};
}

} // namespace dlc::loops
