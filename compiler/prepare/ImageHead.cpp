//===- ImageHead.cpp - A model that makes its image ready itself ----------===//

#include "compiler/prepare/ImageHead.h"
#include "compiler/evaluate/Interpolation.h"
#include "dialects/dlc/lines/Declarations.h"
#include "dialects/nn/Constants.h"
#include "dialects/nn/state/Declarations.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <cmath>

using namespace mlir;
using namespace dlc;
using namespace dlc::prepare;

using Dims = SmallVector<ImageDim>;

static ArrayRef<int64_t> shapeOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

static Operation *onlyUser(Value value) {
  return value.hasOneUse() ? *value.getUsers().begin() : nullptr;
}

namespace {

/// Follows an input from op to op.
class Follower {
public:
  explicit Follower(ImageHead &head) : head(head), value(head.input) {}

  /// False: it is no image.
  bool begin();
  void follow();
  bool makesBytes() const { return endsInBytes; }
  bool resizes() const { return isResized; }

private:
  bool take(Operation *op);
  bool move(nn::TransposeOp op);
  bool view(nn::ReshapeOp op);
  bool slice(nn::SliceOp op);
  bool gather(nn::GatherOp op);
  bool pad(nn::PadOp op);
  bool resize(nn::ResizeOp op);
  bool compute(Operation *op);
  bool addReversal(Operation *op);
  bool variesByChannelAlone(Value constant) const;
  std::optional<ResizeTables> tablesOf(nn::ResizeOp op, Size to) const;
  /// Where a dimension of the value is.
  int64_t at(ImageDim dim) const {
    const auto *found = llvm::find(dims, dim);
    return found == dims.end() ? -1 : found - dims.begin();
  }
  Step step(Step::Kind kind, Operation *op) const {
    return Step{kind, op->getLoc()};
  }
  void keep(Operation *op, Dims to) {
    dims = std::move(to);
    head.rest.push_back({op, dims});
  }

  ImageHead &head;
  Value value;
  Dims dims;
  Size size;               // of the image at the value
  bool isBytes = true;     // its numbers are bytes, whatever their type
  bool perChannel = false; // something has a number for each channel
  bool hasBorder = false;
  bool endsInBytes = false, isResized = false;
};

} // namespace

bool Follower::begin() {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (!type || !type.hasStaticShape() ||
      !type.getElementType().isUnsignedInteger(8) || type.getRank() < 3 ||
      type.getRank() > 4 || (type.getRank() == 4 && type.getDimSize(0) != 1))
    return false;
  ArrayRef<int64_t> image = type.getShape().take_back(3);
  using D = ImageDim;
  if (image[2] == 1 || image[2] == 3)
    dims = {D::Row, D::Column, D::Channel};
  else if (image[0] == 1) // of one channel both orders are the same bytes
    dims = {D::Channel, D::Row, D::Column};
  else
    return false;
  if (type.getRank() == 4)
    dims.insert(dims.begin(), D::One);
  size = {type.getDimSize(at(D::Row)), type.getDimSize(at(D::Column))};
  head.dims = dims;
  head.size = size;
  head.channels = type.getDimSize(at(D::Channel));
  // As large as a frame may be.
  return size.height > 0 && size.width > 0 && size.height <= 16384 &&
         size.width <= 16384;
}

void Follower::follow() {
  Operation *op = onlyUser(value);
  while (op && !endsInBytes && op->getNumResults() == 1 && take(op)) {
    head.nodes.push_back(op);
    value = op->getResult(0);
    op = onlyUser(value);
  }
}

bool Follower::take(Operation *op) {
  if (auto transpose = dyn_cast<nn::TransposeOp>(op))
    return move(transpose);
  if (auto reshape = dyn_cast<nn::ReshapeOp>(op))
    return view(reshape);
  if (auto part = dyn_cast<nn::SliceOp>(op))
    return slice(part);
  if (auto choice = dyn_cast<nn::GatherOp>(op))
    return gather(choice);
  if (auto border = dyn_cast<nn::PadOp>(op))
    return pad(border);
  if (auto other = dyn_cast<nn::ResizeOp>(op))
    return resize(other);
  return compute(op);
}

bool Follower::move(nn::TransposeOp op) {
  Dims moved;
  for (int64_t dim : op.getPerm())
    moved.push_back(dims[dim]);
  keep(op, moved);
  return true;
}

/// Dimensions of one element come and go.
bool Follower::view(nn::ReshapeOp op) {
  ArrayRef<int64_t> from = shapeOf(value);
  SmallVector<std::pair<ImageDim, int64_t>> left;
  for (auto [dim, extent] : llvm::zip_equal(dims, from))
    if (dim != ImageDim::One)
      left.push_back({dim, extent});
  size_t next = 0;
  Dims to;
  for (int64_t extent : shapeOf(op.getResult())) {
    if (next < left.size() && left[next].second == extent)
      to.push_back(left[next++].first);
    else if (extent == 1)
      to.push_back(ImageDim::One);
    else
      return false;
  }
  if (next != left.size())
    return false;
  keep(op, to);
  return true;
}

/// Channels in the other order.
bool Follower::addReversal(Operation *op) {
  // Numbers of the channels would have to change places too.
  if (head.channels != 3 || perChannel)
    return false;
  head.steps.push_back({step(Step::ReverseChannels, op)});
  return true;
}

bool Follower::slice(nn::SliceOp op) {
  ArrayRef<int64_t> from = shapeOf(value);
  Step crop = step(Step::Crop, op);
  crop.size = size;
  bool isReversed = false;
  for (auto [d, dim] : llvm::enumerate(dims)) {
    int64_t start = op.getStarts()[d], extent = op.getSizes()[d],
            stride = op.getSteps()[d];
    bool isWhole = start == 0 && extent == from[d] && stride == 1;
    if (isWhole || (from[d] == 1 && extent == 1))
      continue;
    if (dim == ImageDim::Channel && start == from[d] - 1 && extent == from[d] &&
        stride == -1)
      isReversed = true;
    else if (dim == ImageDim::Row && stride == 1 && extent > 0)
      crop.top = start, crop.size.height = extent;
    else if (dim == ImageDim::Column && stride == 1 && extent > 0)
      crop.left = start, crop.size.width = extent;
    else
      return false;
  }
  bool isCrop =
      crop.size.height != size.height || crop.size.width != size.width;
  // A window of what has a border is not said by steps.
  if ((isCrop && hasBorder) || (isReversed && !addReversal(op)))
    return false;
  if (isCrop)
    head.steps.push_back({crop});
  size = crop.size;
  return true;
}

bool Follower::gather(nn::GatherOp op) {
  ElementsAttr constant = nn::constantOf(op.getIndices());
  std::optional<SmallVector<int64_t>> indices =
      constant ? nn::readIntegers(constant) : std::nullopt;
  if (op.getData() != value || !indices || indices->size() != 3 ||
      cast<RankedTensorType>(op.getIndices().getType()).getRank() != 1 ||
      static_cast<int64_t>(op.getAxis()) != at(ImageDim::Channel))
    return false;
  for (auto [i, index] : llvm::enumerate(*indices))
    if ((index < 0 ? index + 3 : index) != 2 - static_cast<int64_t>(i))
      return false;
  return addReversal(op);
}

/// A border of bytes around bytes.
bool Follower::pad(nn::PadOp op) {
  if (!isBytes || op.getInput() != value ||
      op.getMode() != nn::PadMode::Constant)
    return false;
  std::optional<double> fill = 0.0;
  if (op.getValue())
    fill = nn::splatOf(op.getValue());
  if (!fill || *fill != std::floor(*fill) || *fill < 0 || *fill > 255)
    return false;
  Step border = step(Step::Pad, op);
  border.value = static_cast<int64_t>(*fill);
  size_t rank = dims.size();
  for (auto [d, dim] : llvm::enumerate(dims)) {
    int64_t before = op.getPads()[d], after = op.getPads()[rank + d];
    if (before < 0 || after < 0)
      return false;
    if (dim == ImageDim::Row)
      border.top = before, border.bottom = after;
    else if (dim == ImageDim::Column)
      border.left = before, border.right = after;
    else if (before || after)
      return false;
  }
  size = {size.height + border.top + border.bottom,
          size.width + border.left + border.right};
  head.steps.push_back({border});
  hasBorder = true;
  return true;
}

/// The nearest element of each place, as reference evaluation finds it.
static Axis nearestAxis(nn::ResizeOp op, int64_t dim, int64_t from,
                        int64_t to) {
  Axis axis;
  double scale = op.getScales()[dim];
  for (int64_t i = 0; i < to; ++i) {
    bool isCopied = from == to && scale == 1;
    int64_t place = isCopied ? i
                             : evaluate::roundedCoordinate(
                                   op.getNearest(),
                                   evaluate::inputCoordinate(
                                       op.getCoordinate(), i, scale, from, to));
    axis.offsets.push_back(
        static_cast<int32_t>(std::clamp<int64_t>(place, 0, from - 1)));
    axis.weights.push_back(1);
  }
  return axis;
}

/// Of a linear resize: only that of onnx_linear, whose numbers are bytes when
/// they have been rounded.
std::optional<ResizeTables> Follower::tablesOf(nn::ResizeOp op, Size to) const {
  int64_t row = at(ImageDim::Row), column = at(ImageDim::Column);
  if (op.getMode() == nn::ResizeMode::Nearest) {
    ResizeTables tables;
    tables.rows = nearestAxis(op, row, size.height, to.height);
    tables.columns = nearestAxis(op, column, size.width, to.width);
    return tables;
  }
  auto isRatio = [&](int64_t dim, int64_t from, int64_t now) {
    return op.getScales()[dim] ==
           static_cast<double>(now) / static_cast<double>(from);
  };
  bool isHalfPixel =
      op.getCoordinate() == nn::ResizeCoordinate::HalfPixel ||
      (op.getCoordinate() == nn::ResizeCoordinate::PytorchHalfPixel &&
       to.height > 1 && to.width > 1);
  auto type = cast<RankedTensorType>(value.getType());
  Operation *next = onlyUser(op.getResult());
  if (op.getMode() != nn::ResizeMode::Linear || !isBytes || !isHalfPixel ||
      !isRatio(row, size.height, to.height) ||
      !isRatio(column, size.width, to.width) ||
      !isa<FloatType>(type.getElementType()) ||
      !isa_and_nonnull<nn::RoundOp>(next))
    return std::nullopt;
  std::variant<ResizeTables, std::string> made =
      makeResizeTables(ResizeMethod::OnnxLinear, size, to);
  if (const auto *tables = std::get_if<ResizeTables>(&made))
    return *tables;
  return std::nullopt;
}

bool Follower::resize(nn::ResizeOp op) {
  ArrayRef<int64_t> from = shapeOf(value), to = shapeOf(op.getResult());
  for (auto [d, dim] : llvm::enumerate(dims))
    if ((dim == ImageDim::One || dim == ImageDim::Channel) &&
        (from[d] != to[d] || op.getScales()[d] != 1))
      return false;
  Size wanted{to[at(ImageDim::Row)], to[at(ImageDim::Column)]};
  if (wanted.height < 1 || wanted.width < 1)
    return false;
  std::optional<ResizeTables> tables = tablesOf(op, wanted);
  if (!tables)
    return false;
  HeadStep taken{step(Step::Resize, op), std::move(tables)};
  taken.step.size = wanted;
  head.steps.push_back(std::move(taken));
  size = wanted;
  hasBorder = false; // it is a part of the image by now
  isResized = true;
  return true;
}

bool Follower::variesByChannelAlone(Value constant) const {
  ArrayRef<int64_t> shape = shapeOf(constant);
  if (shape.size() > dims.size())
    return false;
  for (auto [i, extent] : llvm::enumerate(llvm::reverse(shape)))
    if (extent != 1 && dims[dims.size() - 1 - i] != ImageDim::Channel)
      return false;
  return true;
}

/// The same for each pixel.
bool Follower::compute(Operation *op) {
  auto quantize = dyn_cast<nn::QuantizeOp>(op);
  if ((quantize ? quantize.getInput() != value
                : !op->hasTrait<nn::ElementwiseOp>()) ||
      shapeOf(op->getResult(0)) != shapeOf(value))
    return false;
  for (Value operand : op->getOperands()) {
    if (operand == value)
      continue;
    if (!nn::constantOf(operand))
      return false;
    bool isOne =
        cast<RankedTensorType>(operand.getType()).getNumElements() == 1;
    if (quantize ? !isOne && dims[quantize.getAxis()] != ImageDim::Channel
                 : !variesByChannelAlone(operand))
      return false;
    perChannel |= !isOne;
  }
  Type element =
      cast<RankedTensorType>(op->getResult(0).getType()).getElementType();
  auto cast = dyn_cast<nn::CastOp>(op);
  // Floats and wide integers hold all bytes as they are.
  isBytes &=
      (cast &&
       (isa<Float32Type, Float64Type>(element) ||
        element.isUnsignedInteger(8) ||
        (isa<IntegerType>(element) && element.getIntOrFloatBitWidth() > 8))) ||
      isa<nn::RoundOp>(op);
  endsInBytes = quantize && element.getIntOrFloatBitWidth() <= 8;
  keep(op, dims);
  return true;
}

std::vector<ImageHead> dlc::prepare::findImageHeads(ModuleOp module,
                                                    bool floats) {
  std::vector<ImageHead> heads;
  auto main = module.lookupSymbol<func::FuncOp>("main");
  for (BlockArgument input :
       main ? main.getArguments() : ArrayRef<BlockArgument>()) {
    unsigned number = input.getArgNumber();
    if (nn::stateAttr.getAt(main, number) ||
        phases::pushedAttr.isAt(main, number))
      continue;
    ImageHead head;
    head.input = input;
    Follower follower(head);
    if (!follower.begin())
      continue;
    follower.follow();
    bool computes = llvm::any_of(head.rest, [](const HeadRest &rest) {
      return !isa<nn::TransposeOp, nn::ReshapeOp>(rest.op);
    });
    if (follower.makesBytes() || follower.resizes() || (floats && computes))
      heads.push_back(std::move(head));
  }
  return heads;
}
