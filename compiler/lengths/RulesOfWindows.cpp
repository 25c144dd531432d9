//===- RulesOfWindows.cpp - Convolutions and pools ------------------------===//

#include "compiler/lengths/Rules.h"
#include "dialects/nn/Constants.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace dlc::lengths {

namespace {
using Result = std::optional<LogicalResult>;

/// The windows of an op along its spatial dimensions.
class Windows {
public:
  Windows(Rules &rules, Operation *op, nn::Layout layout,
          ArrayRef<int64_t> kernel, ArrayRef<int64_t> strides,
          ArrayRef<int64_t> dilations)
      : rules(rules), op(op), kernel(kernel), strides(strides),
        dilations(dilations), first(nn::firstSpatialDim(layout)) {}

  int64_t axis(size_t i) const { return first + static_cast<int64_t>(i); }
  size_t count() const { return kernel.size(); }

  /// Whether windows begin at the same places for all lengths.
  bool beginTogether() const {
    for (size_t point = 0; point < rules.points.size(); ++point) {
      auto pads = rules.integersAt(op, "pads", point);
      for (size_t i = 0; i < count(); ++i)
        if (!pads || (*pads)[i] != begin(i))
          return false;
    }
    return true;
  }

  /// Spatial dimensions whose windows reach behind the end of some length.
  SmallVector<int64_t> axesBeyond() const {
    SmallVector<int64_t> axes;
    for (size_t i = 0; i < count(); ++i)
      if (rules.varies(op->getOperand(0), axis(i)) && reachesBeyond(i))
        axes.push_back(axis(i));
    return axes;
  }

  /// Whether each window of each length ends before `beyond` elements behind
  /// the end of it, `beyond` from an attribute of begins and ends.
  bool endWithin(StringRef beyond) const {
    for (size_t point = 0; point < rules.points.size(); ++point)
      for (size_t i = 0; i < count(); ++i) {
        ArrayRef<int64_t> at = *rules.integersAt(op, beyond, point);
        if (at[i] < begin(i) ||
            end(i, point) > size(i, point) + at[count() + i])
          return false;
      }
    return true;
  }

private:
  int64_t begin(size_t i) const {
    return op->getAttrOfType<DenseI64ArrayAttr>("pads").asArrayRef()[i];
  }
  int64_t size(size_t i, size_t point) const {
    return rules.observed.sizeAt(op->getOperand(0), axis(i), point);
  }
  /// Where the last window of a length ends.
  int64_t end(size_t i, size_t point) const {
    int64_t last = rules.observed.sizeAt(op->getResult(0), axis(i), point) - 1;
    return last * strides[i] + (kernel[i] - 1) * dilations[i] + 1 - begin(i);
  }
  bool reachesBeyond(size_t i) const {
    for (size_t point = 0; point < rules.points.size(); ++point)
      if (end(i, point) > size(i, point))
        return true;
    return false;
  }

  Rules &rules;
  Operation *op;
  ArrayRef<int64_t> kernel, strides, dilations;
  int64_t first;
};

constexpr const char *kBegins =
    "its windows begin at other places for other lengths";

LogicalResult applyConv(Rules &rules, nn::ConvOp op) {
  ArrayRef<int64_t> filter = typeOf(op.getFilter()).getShape();
  SmallVector<int64_t> kernel(filter.drop_front(2));
  Windows windows(rules, op, op.getLayout(), kernel, op.getStrides(),
                  op.getDilations());
  if (!rules.isSame(op, {"pads"}) || !windows.beginTogether())
    return rules.refuse(op, kBegins);
  if (rules.observed.varies(op.getFilter()) ||
      rules.varies(op.getInput(),
                   nn::channelDim(op.getLayout(), rankOf(op.getInput()))))
    return rules.refuse(op, "its channels or its filter depend on it");
  SmallVector<int64_t> axes = windows.axesBeyond();
  if (!axes.empty() && op.getAccumulator())
    return rules.refuse(op, "sums of stored integers are of all elements");
  rules.mask(op, 0, axes, Neutral::Zero);
  return success();
}

LogicalResult applyConvTranspose(Rules &rules, nn::ConvTransposeOp op) {
  int64_t rank = rankOf(op.getInput()), spatial = rank - 2;
  int64_t first = nn::firstSpatialDim(op.getLayout());
  for (size_t point = 0; point < rules.points.size(); ++point)
    if (auto pads = rules.integersAt(op, "pads", point);
        !pads ||
        pads->take_front(spatial) != ArrayRef(op.getPads()).take_front(spatial))
      return rules.refuse(op, kBegins);
  if (!rules.isSame(op, {"pads", "output_padding"}) ||
      rules.observed.varies(op.getFilter()) ||
      rules.varies(op.getInput(), nn::channelDim(op.getLayout(), rank)))
    return rules.refuse(op, "its channels or its filter depend on it");
  rules.mask(op, 0, llvm::to_vector(llvm::seq<int64_t>(first, first + spatial)),
             Neutral::Zero);
  return success();
}

LogicalResult applyMaxPool(Rules &rules, nn::MaxPoolOp op) {
  Windows windows(rules, op, op.getLayout(), op.getKernel(), op.getStrides(),
                  op.getDilations());
  if (!rules.isSame(op, {"pads"}) || !windows.beginTogether())
    return rules.refuse(op, kBegins);
  rules.mask(op, 0, windows.axesBeyond(), Neutral::Lowest);
  return success();
}

/// The mean of the elements within a length: that of all, with zeros behind, by
/// that of ones.
LogicalResult applyAveragePool(Rules &rules, nn::AvgPoolOp op) {
  Windows windows(rules, op, op.getLayout(), op.getKernel(), op.getStrides(),
                  op.getDilations());
  if (!rules.isSame(op, {"pads", "counted_pads"}) || !windows.beginTogether())
    return rules.refuse(op, kBegins);
  SmallVector<int64_t> axes = windows.axesBeyond();
  if (axes.empty())
    return success();
  if (op.getAccumulator())
    return rules.refuse(op, "sums of stored integers are of all elements");
  // Where all of a window counts, zeros do as well.
  bool countsAll = windows.endWithin("counted_pads");
  if (!countsAll &&
      llvm::any_of(op.getCountedPads(), [](int64_t pad) { return pad != 0; }))
    return rules.refuse(op, "a part of the padding counts in its means");
  Value input = op.getInput();
  auto type = typeOf(input);
  Value ones;
  if (!countsAll) {
    SmallVector<int64_t> shape(type.getRank(), 1);
    for (size_t i = 0; i < windows.count(); ++i)
      shape[windows.axis(i)] = type.getDimSize(windows.axis(i));
    ones = rules.run.constant(nn::makeSplat(type.clone(shape), 1));
    Value zero = rules.run.scalar(type.getElementType(), 0.0);
    for (int64_t axis : axes)
      ones =
          rules.run.masked(ones, axis, rules.observed.sizes(input, axis), zero);
  }
  rules.mask(op, 0, axes, Neutral::Zero);
  if (countsAll)
    return success();
  rules.run.startAt(op->getNextNode());
  Value share = rules.run.make<nn::AvgPoolOp>(
      ones, llvm::to_vector(op->getAttrDictionary().getValue()));
  Value sum = op.getOutput();
  Value mean = rules.run.make<nn::DivOp>({sum, share});
  rules.observed.copy(sum, mean);
  sum.replaceAllUsesExcept(mean, mean.getDefiningOp());
  return success();
}
} // namespace

Result Rules::applyWindow(Operation *op) {
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case([&](nn::ConvOp known) -> Result { return applyConv(*this, known); })
      .Case([&](nn::ConvTransposeOp known) -> Result {
        return applyConvTranspose(*this, known);
      })
      .Case([&](nn::MaxPoolOp known) -> Result {
        return applyMaxPool(*this, known);
      })
      .Case([&](nn::AvgPoolOp known) -> Result {
        return applyAveragePool(*this, known);
      })
      .Default(Result());
}

} // namespace dlc::lengths
