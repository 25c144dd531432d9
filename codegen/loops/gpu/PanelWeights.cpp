//===- PanelWeights.cpp - Weights as a block's shared memory has them -----===//

#include "codegen/loops/gpu/PanelWeights.h"
#include "codegen/loops/nest/BodyEmitter.h"
#include "dialects/nn/Constants.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
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

int64_t PanelWeights::parts() const {
  return layout.groups.empty() ? 1 : layout.sizes[layout.groups.front()];
}

int64_t PanelWeights::partStride() const {
  return layout.groups.empty()
             ? 0
             : layout.source.coefficients[layout.groups.front()];
}

namespace {
/// Indices below 2^31, as those of the kernels' own.
class Positions {
public:
  Positions(OpBuilder &b, Location loc) : b(b), loc(loc) {}

  Value index(int64_t value) { return constantIndex(b, loc, value); }
  Value plus(Value x, Value y) { return arith::AddIOp::create(b, loc, x, y); }
  Value times(Value x, int64_t factor) {
    return factor == 1 ? x
                       : Value(arith::MulIOp::create(b, loc, x, index(factor)));
  }
  /// `x` without what is below `divisor` in it, which is handed back.
  Value takeOff(Value &x, int64_t divisor) {
    if (divisor == 1)
      return index(0);
    Value rest = arith::RemUIOp::create(b, loc, x, index(divisor));
    x = arith::DivUIOp::create(b, loc, x, index(divisor));
    return rest;
  }
  Value isBelow(Value x, int64_t bound) {
    return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, x,
                                 index(bound));
  }
  /// The part of an address that a position among all those of `dims` is, the
  /// last varying fastest.
  Value addressOf(const PanelLayout &layout, ArrayRef<unsigned> dims,
                  Value position) {
    Value sum = index(0);
    for (unsigned d : llvm::reverse(dims)) {
      Value own =
          d == dims.front() ? position : takeOff(position, layout.sizes[d]);
      sum = plus(sum, times(own, layout.source.coefficients[d]));
    }
    return sum;
  }

private:
  OpBuilder &b;
  Location loc;
};
} // namespace

ElementOrder::Origin PanelWeights::emitOrigin(OpBuilder &b, Location loc,
                                              Value at) const {
  Positions positions(b, loc);
  // The way back of what encode() does.
  Value inWord = positions.takeOff(at, layout.together),
        row = positions.takeOff(at, layout.width),
        word = positions.takeOff(at, layout.paddedSteps / layout.together),
        panel = positions.takeOff(at, layout.panels()), group = at;
  row = positions.plus(row, positions.times(panel, layout.width));
  Value step = positions.plus(inWord, positions.times(word, layout.together));
  Value exists = arith::AndIOp::create(
      b, loc, positions.isBelow(row, layout.count(layout.rows)),
      positions.isBelow(step, layout.count(layout.steps)));
  ArrayRef<unsigned> groups = layout.groups;
  Value position = positions.index(layout.source.constant);
  if (groups.size() > 1)
    position = positions.plus(
        position, positions.addressOf(layout, groups.drop_front(), group));
  position =
      positions.plus(position, positions.addressOf(layout, layout.rows, row));
  position =
      positions.plus(position, positions.addressOf(layout, layout.steps, step));
  position =
      arith::SelectOp::create(b, loc, exists, position, positions.index(0));
  return {position, exists};
}

} // namespace dlc::loops
