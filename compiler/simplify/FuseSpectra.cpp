//===- FuseSpectra.cpp - What is summed up of spectra, frame by frame -----===//

#include "compiler/evaluate/Tensor.h"
#include "compiler/simplify/Passes.h"
#include "dialects/nn/Constants.h"
#include "dialects/nn/NnOps.h"
#include "dialects/nn/audio/NnAudioOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/SetVector.h"

#include <cmath>

namespace dlc::simplify {
#define GEN_PASS_DEF_FUSESPECTRA
#include "compiler/simplify/Passes.h.inc"
} // namespace dlc::simplify

using namespace mlir;

namespace dlc::simplify {
namespace {

/// What a dimension of a value that comes from spectra is.
enum class Axis { One, Frame, Bin, Part };

/// A value with the elements of spectra, or of what is computed of each bin.
struct View {
  Value value;
  SmallVector<Axis> axes;

  ArrayRef<int64_t> shape() const {
    return cast<RankedTensorType>(value.getType()).getShape();
  }
  int64_t at(Axis axis) const {
    const auto *found = llvm::find(axes, axis);
    return found == axes.end() ? -1 : found - axes.begin();
  }
};

/// Each once.
SmallVector<Operation *> readersOf(Value value) {
  llvm::SetVector<Operation *> readers(value.user_begin(), value.user_end());
  return readers.takeVector();
}

Operation *onlyReader(Value value) {
  SmallVector<Operation *> readers = readersOf(value);
  return readers.size() == 1 ? readers.front() : nullptr;
}

/// Of as many elements as `value`, times or divided by one number: that.
std::optional<double> factorOf(Operation *op, Value value) {
  if (!isa<nn::MulOp, nn::DivOp>(op) ||
      cast<RankedTensorType>(op->getResult(0).getType()).getNumElements() !=
          cast<RankedTensorType>(value.getType()).getNumElements())
    return std::nullopt;
  bool isFirst = op->getOperand(0) == value;
  std::optional<double> factor = nn::splatOf(op->getOperand(isFirst ? 1 : 0));
  if (!factor || (isa<nn::DivOp>(op) && !isFirst))
    return std::nullopt;
  double result = isa<nn::DivOp>(op) ? 1 / *factor : *factor;
  // Products with weights remain normal numbers.
  bool isPlain = result > 1e-20 && result < 1e20;
  return isPlain ? std::optional(result) : std::nullopt;
}

/// x^power, if `op` is that of `value` and keeps its shape.
bool isPower(Operation *op, Value value, double power) {
  if (!isa<nn::SqrtOp, nn::MulOp, nn::PowOp>(op) ||
      op->getResult(0).getType() != value.getType())
    return false;
  if (isa<nn::SqrtOp>(op))
    return power == 0.5;
  if (isa<nn::MulOp>(op))
    return power == 2 && op->getOperand(0) == op->getOperand(1);
  return op->getOperand(0) == value && nn::splatOf(op->getOperand(1)) == power;
}

/// The axes behind a transpose, or a reshape by dimensions of one element; an
/// axis of one element may become one that is none.
std::optional<View> moved(const View &from, Operation *op) {
  if (!isa<nn::TransposeOp, nn::ReshapeOp>(op))
    return std::nullopt;
  View to{op->getResult(0), {}};
  if (auto transpose = dyn_cast<nn::TransposeOp>(op)) {
    for (int64_t dim : transpose.getPerm())
      to.axes.push_back(from.axes[dim]);
    return to;
  }
  SmallVector<std::pair<Axis, int64_t>> left;
  for (auto [axis, size] : llvm::zip_equal(from.axes, from.shape()))
    if (size != 1)
      left.push_back({axis, size});
  size_t next = 0;
  for (int64_t size : to.shape()) {
    if (size == 1) {
      to.axes.push_back(Axis::One);
    } else if (next < left.size() && left[next].second == size) {
      to.axes.push_back(left[next++].first);
    } else {
      return std::nullopt;
    }
  }
  return next == left.size() ? std::optional(to) : std::nullopt;
}

/// The parts of a band that are not 0, in a matrix of bins and bands.
struct Bands {
  SmallVector<int32_t> starts, widths;
  SmallVector<float> weights;
};

/// From a spectrum to its energies in bands.
class Chain {
public:
  explicit Chain(nn::SpectrumOp spectrum) : spectrum(spectrum) {}

  /// Whether what is read of it are energies alone.
  bool follow();
  void replace();

private:
  bool takeSquares(View parts);
  std::optional<View> takePart(View part, int64_t number);
  bool takeSum(const View &squares, Operation *sum);
  bool takeStep(Operation *op);
  bool takeBands(nn::MatmulOp product);
  View skipMoves(View view);
  /// Samples of 16 bits and the factor that they have been multiplied by.
  std::pair<Value, double> source();
  Value finished(OpBuilder &b, Value energies);

  nn::SpectrumOp spectrum;
  View view;
  SmallVector<Operation *> taken;
  bool magnitude = false, hasBands = false;
  double factor = 1;
  Bands bands;
};

} // namespace

View Chain::skipMoves(View from) {
  while (Operation *op = onlyReader(from.value)) {
    std::optional<View> next = moved(from, op);
    if (!next)
      break;
    taken.push_back(op);
    from = *next;
  }
  return from;
}

/// Which part of each bin `op` takes: 0 for the real ones, 1 for the imaginary
/// ones, -1 for anything else.
static int64_t numberOfPart(const View &parts, Operation *op, View &part) {
  if (!isa<nn::SliceOp, nn::GatherOp>(op))
    return -1;
  int64_t axis = parts.at(Axis::Part);
  part = View{op->getResult(0), parts.axes};
  if (auto slice = dyn_cast<nn::SliceOp>(op)) {
    part.axes[axis] = Axis::One;
    for (auto [i, size] : llvm::enumerate(slice.getSizes()))
      if (size != (static_cast<int64_t>(i) == axis ? 1 : parts.shape()[i]) ||
          (static_cast<int64_t>(i) != axis && slice.getSteps()[i] != 1))
        return -1;
    return slice.getStarts()[axis];
  }
  auto gather = cast<nn::GatherOp>(op);
  if (gather.getData() != parts.value ||
      static_cast<int64_t>(gather.getAxis()) != axis)
    return -1;
  ElementsAttr constant = nn::constantOf(gather.getIndices());
  auto number = constant ? nn::readIntegers(constant) : std::nullopt;
  if (!number || number->size() != 1)
    return -1;
  // The indices' dimensions, each of one element, take the axis' place.
  part.axes.erase(part.axes.begin() + axis);
  part.axes.insert(part.axes.begin() + axis,
                   gather.getIndices().getType().getRank(), Axis::One);
  return number->front() < 0 ? number->front() + 2 : number->front();
}

/// The squares of one part.
std::optional<View> Chain::takePart(View part, int64_t number) {
  if (number < 0 || number > 1)
    return std::nullopt;
  part = skipMoves(part);
  Operation *square = onlyReader(part.value);
  if (!square || !isPower(square, part.value, 2))
    return std::nullopt;
  taken.push_back(square);
  part.value = square->getResult(0);
  return skipMoves(part);
}

/// The sum of both parts' squares.
bool Chain::takeSum(const View &squares, Operation *sum) {
  auto reduce = dyn_cast<nn::ReduceOp>(sum);
  int64_t axis = squares.at(Axis::Part);
  if (!reduce || reduce.getKind() != nn::ReduceKind::Sum ||
      reduce.getZeroPoint() || reduce.getAccumulator() ||
      reduce.getAxes() != ArrayRef(axis))
    return false;
  taken.push_back(reduce);
  view = {reduce.getOutput(), squares.axes};
  if (reduce.getKeepdims())
    view.axes[axis] = Axis::One;
  else
    view.axes.erase(view.axes.begin() + axis);
  return true;
}

bool Chain::takeSquares(View parts) {
  SmallVector<Operation *> readers = readersOf(parts.value);
  if (readers.size() == 1 && isPower(readers[0], parts.value, 2)) {
    taken.push_back(readers[0]);
    parts.value = readers[0]->getResult(0);
    parts = skipMoves(parts);
    Operation *sum = onlyReader(parts.value);
    return sum && takeSum(parts, sum);
  }
  if (readers.size() != 2)
    return false;
  View half[2];
  for (Operation *reader : readers) {
    View part;
    int64_t number = numberOfPart(parts, reader, part);
    taken.push_back(reader);
    std::optional<View> squares = takePart(part, number);
    if (!squares || half[number].value)
      return false;
    half[number] = *squares;
  }
  Operation *sum = onlyReader(half[0].value);
  if (!isa_and_nonnull<nn::AddOp>(sum) || onlyReader(half[1].value) != sum ||
      half[0].axes != half[1].axes ||
      half[0].value.getType() != half[1].value.getType())
    return false;
  taken.push_back(sum);
  view = {sum->getResult(0), half[0].axes};
  return true;
}

/// Of a matrix with few weights that are not 0 in each band, or none.
static std::optional<Bands> bandsOf(ElementsAttr constant, bool byRows,
                                    double factor) {
  auto type = cast<RankedTensorType>(constant.getType());
  FailureOr<evaluate::Tensor> tensor = evaluate::Tensor::view(constant);
  if (failed(tensor) || !type.getElementType().isF32() || type.getRank() < 2)
    return std::nullopt;
  int64_t rows = type.getDimSize(type.getRank() - 2),
          columns = type.getDimSize(type.getRank() - 1);
  if (rows * columns != type.getNumElements())
    return std::nullopt;
  SmallVector<double> values = tensor->values<double>();
  int64_t count = byRows ? rows : columns, bins = byRows ? columns : rows;
  auto at = [&](int64_t band, int64_t bin) {
    return byRows ? values[band * columns + bin] : values[bin * columns + band];
  };
  Bands bands;
  for (int64_t band = 0; band < count; ++band) {
    int64_t first = 0, end = bins;
    while (first < end && at(band, first) == 0)
      ++first;
    while (first < end && at(band, end - 1) == 0)
      --end;
    bands.starts.push_back(static_cast<int32_t>(first < end ? first : 0));
    bands.widths.push_back(static_cast<int32_t>(end - first));
    for (int64_t bin = first; bin < end; ++bin)
      bands.weights.push_back(static_cast<float>(at(band, bin) * factor));
  }
  // Else products with all weights are better.
  bool areFew = static_cast<int64_t>(bands.weights.size()) * 4 <= count * bins;
  bool areNormal = llvm::all_of(bands.weights, [](float weight) {
    return weight == 0 || std::isnormal(weight);
  });
  return areFew && areNormal ? std::optional(bands) : std::nullopt;
}

bool Chain::takeBands(nn::MatmulOp product) {
  if (product.getAccumulator() || product.getLhsZeroPoint() ||
      product.getRhsZeroPoint())
    return false;
  bool isLeft = product.getLhs() == view.value;
  Value matrix = isLeft ? product.getRhs() : product.getLhs();
  ElementsAttr constant = nn::constantOf(matrix);
  auto rank = static_cast<int64_t>(view.axes.size());
  // Bins are what is summed up.
  int64_t bins = rank - (isLeft ? 1 : 2);
  if (!constant || bins < 0 || view.axes[bins] != Axis::Bin ||
      cast<RankedTensorType>(matrix.getType()).getRank() > rank)
    return false;
  std::optional<Bands> found = bandsOf(constant, /*byRows=*/!isLeft, factor);
  if (!found)
    return false;
  bands = std::move(*found);
  return hasBands = true;
}

/// What is computed of each energy, or of all of a frame.
bool Chain::takeStep(Operation *op) {
  if (std::optional<View> next = moved(view, op)) {
    view = *next;
    return true;
  }
  if (auto product = dyn_cast<nn::MatmulOp>(op)) {
    if (!takeBands(product))
      return false;
    view.value = product.getOutput();
    return true;
  }
  if (std::optional<double> more = factorOf(op, view.value)) {
    double all = factor * *more;
    auto type = cast<RankedTensorType>(op->getResult(0).getType());
    if (all < 1e-20 || all > 1e20 || type != view.value.getType())
      return false;
    factor = all;
  } else if (!magnitude && isPower(op, view.value, 0.5)) {
    magnitude = true;
    factor = std::sqrt(factor);
  } else if (magnitude && factor > 1e-10 && factor < 1e10 &&
             isPower(op, view.value, 2)) {
    magnitude = false;
    factor *= factor;
  } else {
    return false;
  }
  view.value = op->getResult(0);
  return true;
}

bool Chain::follow() {
  View parts{spectrum.getBins(), {Axis::Frame, Axis::Bin, Axis::Part}};
  if (!takeSquares(skipMoves(parts)))
    return false;
  while (Operation *op = hasBands ? nullptr : onlyReader(view.value)) {
    if (!takeStep(op))
      break;
    taken.push_back(op);
  }
  return true;
}

std::pair<Value, double> Chain::source() {
  Value value = spectrum.getSamples();
  double scale = 1;
  while (Operation *op = value.getDefiningOp()) {
    Value first = op->getNumOperands() ? op->getOperand(0) : Value();
    if (isa<nn::CastOp>(op) && cast<RankedTensorType>(first.getType())
                                   .getElementType()
                                   .isSignlessInteger(16))
      return {first, scale};
    if (isa<nn::ReshapeOp>(op)) {
      value = first;
      continue;
    }
    Value from = op->getNumOperands() == 2 && nn::constantOf(first)
                     ? op->getOperand(1)
                     : first;
    std::optional<double> more = from ? factorOf(op, from) : std::nullopt;
    if (!more)
      break;
    scale *= *more;
    value = from;
  }
  return {Value(), 1};
}

/// [frames, bands] in the order of dimensions that the last value has.
Value Chain::finished(OpBuilder &b, Value energies) {
  Location loc = spectrum.getLoc();
  int64_t frame = view.at(Axis::Frame), band = view.at(Axis::Bin);
  if (frame >= 0 && band >= 0 && band < frame)
    energies = nn::TransposeOp::create(b, loc, energies,
                                       b.getDenseI64ArrayAttr({1, 0}));
  if (energies.getType() == view.value.getType())
    return energies;
  return nn::ReshapeOp::create(b, loc, view.value.getType(), energies);
}

void Chain::replace() {
  OpBuilder b(taken.back());
  Location loc = spectrum.getLoc();
  auto [samples, scale] = source();
  SmallVector<float> window(spectrum.getWindow());
  if (samples) {
    for (float &weight : window)
      weight = static_cast<float>(weight * scale);
    auto type = cast<RankedTensorType>(spectrum.getSamples().getType())
                    .clone(b.getI16Type());
    if (samples.getType() != type)
      samples = nn::ReshapeOp::create(b, loc, type, samples);
  } else {
    samples = spectrum.getSamples();
  }
  if (!hasBands) {
    auto bins = static_cast<int32_t>(spectrum.getFftSize() / 2 + 1);
    bands = {};
    for (int32_t bin = 0; bin < bins; ++bin)
      bands.starts.push_back(bin);
    bands.widths.assign(bins, 1);
    bands.weights.assign(bins, static_cast<float>(factor));
  }
  SmallVector<NamedAttribute> attributes = {
      b.getNamedAttr("hop", spectrum.getHopAttr()),
      b.getNamedAttr("window", b.getDenseF32ArrayAttr(window)),
      b.getNamedAttr("fft_size", spectrum.getFftSizeAttr()),
      b.getNamedAttr("starts", b.getDenseI32ArrayAttr(bands.starts)),
      b.getNamedAttr("widths", b.getDenseI32ArrayAttr(bands.widths)),
      b.getNamedAttr("weights", b.getDenseF32ArrayAttr(bands.weights))};
  if (magnitude)
    attributes.push_back(b.getNamedAttr("magnitude", b.getUnitAttr()));
  auto energies =
      nn::MelEnergiesOp::create(b, loc,
                                TypeRange(RankedTensorType::get(
                                    {spectrum.getBins().getType().getDimSize(0),
                                     static_cast<int64_t>(bands.starts.size())},
                                    b.getF32Type())),
                                samples, attributes);
  view.value.replaceAllUsesWith(finished(b, energies.getEnergies()));
  for (Operation *op : llvm::reverse(taken))
    if (op->use_empty())
      op->erase();
  spectrum->erase();
}

namespace {
struct FuseSpectra : impl::FuseSpectraBase<FuseSpectra> {
  void runOnOperation() override {
    SmallVector<nn::SpectrumOp> spectra;
    getOperation().walk([&](nn::SpectrumOp op) { spectra.push_back(op); });
    for (nn::SpectrumOp spectrum : spectra) {
      Chain chain(spectrum);
      if (chain.follow())
        chain.replace();
    }
  }
};
} // namespace

} // namespace dlc::simplify
