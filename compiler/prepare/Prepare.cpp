//===- Prepare.cpp - What surrounds a network becomes part of it ----------===//

#include "compiler/prepare/Prepare.h"
#include "compiler/prepare/ImageBuilder.h"
#include "dialects/nn/Constants.h"
#include "dialects/nn/Declarations.h"
#include "dialects/nn/pixels/Pixels.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace dlc;
using namespace dlc::prepare;

FailureOr<unsigned> dlc::prepare::findInput(ModuleOp module,
                                            const Description &description) {
  auto main = module.lookupSymbol<func::FuncOp>("main");
  if (!main)
    return module.emitError("no function 'main' in the module");
  unsigned count = main.getNumArguments();
  SmallVector<std::string> names;
  for (unsigned i = 0; i < count; ++i) {
    auto name = nn::nameAttr.getAt(main, i);
    names.push_back(name ? name.str() : "input " + std::to_string(i));
    if (!description.input.empty() && names.back() == description.input)
      return i;
  }
  if (description.input.empty() && count == 1)
    return 0;
  InFlightDiagnostic error = emitError(description.inputLoc);
  if (description.input.empty())
    error << "the model has " << count
          << " inputs: say which one this is for, 'input: " << names.front()
          << "'";
  else
    error << "the model has no input '" << description.input << "'; it has "
          << llvm::join(names, ", ");
  return error;
}

namespace {

/// Numbers that an image's bytes become: less a mean or divided by a scale, in
/// the order that is written.
struct Affine {
  Step::Kind kind;
  Location loc;
  std::vector<double> numbers; // of each channel
};

class InputBuilder {
public:
  InputBuilder(func::FuncOp main, const Description &description,
               unsigned input, std::optional<InputScale> scale)
      : description(description), scale(scale), main(main),
        argument(main.getArgument(input)), wanted(argument.getType()),
        b(OpBuilder::atBlockBegin(&main.front())) {}

  LogicalResult run();

private:
  LogicalResult addSteps(ImageBuilder &image);
  LogicalResult addNumbers(const Step &step, int64_t channels);
  FailureOr<bool> wantsChannelsLast(RankedTensorType image);
  Value makeNumbers(Value value);
  FailureOr<Value> convertElements(Value value);
  FailureOr<Value> convertLayout(Value value, RankedTensorType image);
  Location locate(llvm::StringRef step) {
    return stepLocation(description.loc, step);
  }

  const Description &description;
  std::optional<InputScale> scale;
  func::FuncOp main;
  BlockArgument argument;
  Type wanted;
  OpBuilder b;
  std::vector<Affine> numbers;
  Layout layout = Layout::Auto;
  Location lastLoc = UnknownLoc::get(b.getContext());
};

} // namespace

static std::string shapeText(ArrayRef<int64_t> shape) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << '[';
  llvm::interleaveComma(shape, os);
  os << ']';
  return text;
}

LogicalResult InputBuilder::addNumbers(const Step &step, int64_t channels) {
  std::vector<double> each = step.numbers;
  if (each.size() == 1)
    each.assign(channels, each.front());
  if (static_cast<int64_t>(each.size()) != channels)
    return emitError(step.loc)
           << nameOf(step.kind) << " has " << step.numbers.size()
           << " numbers for " << channels << " channels: write one, or "
           << channels;
  numbers.push_back({step.kind, step.loc, std::move(each)});
  return success();
}

LogicalResult InputBuilder::addSteps(ImageBuilder &image) {
  bool last = false;
  for (const Step &step : description.steps) {
    lastLoc = step.loc;
    if (last)
      return emitError(step.loc) << nameOf(step.kind)
                                 << " comes after convert_layout, which is the "
                                    "last step: put it before";
    switch (step.kind) {
    case Step::Mean:
    case Step::Scale:
      if (failed(image.finish(step.loc)) ||
          failed(addNumbers(step, image.channels())))
        return failure();
      break;
    case Step::ConvertLayout:
      layout = step.layout;
      last = true;
      break;
    case Step::ReverseChannels:
      if (failed(image.add(step)))
        return failure();
      for (Affine &affine : numbers)
        std::reverse(affine.numbers.begin(), affine.numbers.end());
      break;
    default:
      if (!numbers.empty())
        return emitError(step.loc)
               << nameOf(step.kind) << " is of bytes, and "
               << nameOf(numbers.back().kind)
               << " before it has made numbers of them: put "
               << nameOf(step.kind) << " before mean and scale";
      if (failed(image.add(step)))
        return failure();
    }
  }
  return success();
}

/// Bytes as float32, less means, divided by scales.
Value InputBuilder::makeNumbers(Value value) {
  auto image = cast<RankedTensorType>(value.getType());
  RankedTensorType floats = image.clone(b.getF32Type());
  value = nn::CastOp::create(b, locate("to_float"), floats, value);
  auto channels = RankedTensorType::get({image.getDimSize(2)}, b.getF32Type());
  for (const Affine &affine : numbers) {
    Location loc = stepLocation(affine.loc, nameOf(affine.kind));
    SmallVector<float> each(affine.numbers.begin(), affine.numbers.end());
    Value constant = arith::ConstantOp::create(
        b, loc, DenseElementsAttr::get(channels, ArrayRef<float>(each)));
    value = affine.kind == Step::Mean
                ? Value(nn::SubOp::create(b, loc, floats, value, constant))
                : Value(nn::DivOp::create(b, loc, floats, value, constant));
  }
  return value;
}

/// To the elements that the model's input has.
FailureOr<Value> InputBuilder::convertElements(Value value) {
  auto image = cast<RankedTensorType>(value.getType());
  Type element = cast<RankedTensorType>(wanted).getElementType();
  if (element.isUnsignedInteger(8) && numbers.empty())
    return value;
  if (isa<FloatType>(element)) {
    value = makeNumbers(value);
    if (!element.isF32())
      value = nn::CastOp::create(b, locate("to_float"), image.clone(element),
                                 value);
    return value;
  }
  auto integer = dyn_cast<IntegerType>(element);
  if (!integer || !scale)
    return emitError(description.inputLoc)
           << "the model's input has elements of type " << element
           << (integer ? ", and the model does not say which numbers they "
                         "stand for (a DequantizeLinear that reads it does)"
                       : "")
           << ": a frame can be given to an input of floats, of bytes, or of "
              "quantised integers";
  Location loc = locate("quantize");
  value = makeNumbers(value);
  auto scalar = [&](Type type, double number) -> Value {
    return arith::ConstantOp::create(
        b, loc,
        cast<TypedAttr>(
            nn::makeSplat(RankedTensorType::get({}, type), number)));
  };
  Value step = scalar(b.getF32Type(), scale->scale),
        zero = scalar(element, scale->zeroPoint);
  return Value(nn::QuantizeOp::create(b, loc, image.clone(element), value, step,
                                      zero, /*axis=*/0));
}

/// Whether the model's input has the channels last.
FailureOr<bool> InputBuilder::wantsChannelsLast(RankedTensorType image) {
  ArrayRef<int64_t> shape = cast<RankedTensorType>(wanted).getShape();
  ArrayRef<int64_t> size = image.getShape();
  ArrayRef<int64_t> inner = shape;
  if (shape.size() == 4 && shape[0] == 1)
    inner = shape.drop_front();
  SmallVector<int64_t> first = {size[2], size[0], size[1]};
  bool fitsLast = inner == size, fitsFirst = inner == ArrayRef<int64_t>(first);
  bool fits = layout == Layout::Nhwc   ? fitsLast
              : layout == Layout::Nchw ? fitsFirst
                                       : fitsLast || fitsFirst;
  if (!fits)
    return emitError(lastLoc)
           << "the steps make an image of " << size[0] << " x " << size[1]
           << " with " << size[2] << (size[2] == 1 ? " channel" : " channels")
           << ", which is not the model's input: its shape is "
           << shapeText(shape)
           << (fitsLast || fitsFirst ? "; write 'convert_layout: auto'" : "");
  // With one channel both are one order of the same bytes.
  if (layout == Layout::Auto && fitsLast && fitsFirst && size[2] != 1)
    return emitError(lastLoc) << "an input of " << shapeText(shape)
                              << " can have its channels first or last: write "
                                 "'- convert_layout: NCHW' or NHWC";
  return layout == Layout::Auto ? fitsLast : layout == Layout::Nhwc;
}

FailureOr<Value> InputBuilder::convertLayout(Value value,
                                             RankedTensorType image) {
  FailureOr<bool> channelsLast = wantsChannelsLast(image);
  if (failed(channelsLast))
    return failure();
  Location loc = locate("convert_layout");
  if (!*channelsLast)
    value = nn::TransposeOp::create(b, loc, value,
                                    b.getDenseI64ArrayAttr({2, 0, 1}));
  return Value(nn::ReshapeOp::create(b, loc, wanted, value));
}

LogicalResult InputBuilder::run() {
  const Frame &frame = description.frame;
  nn::FrameShape shape =
      nn::frameShape(frame.format, frame.height, frame.width);
  auto frameType = RankedTensorType::get({shape.rows, frame.stride},
                                         b.getIntegerType(8, false));
  lastLoc = description.loc;
  // A stand-in while the argument still has its old type.
  auto standIn = UnrealizedConversionCastOp::create(
      b, description.loc, TypeRange(frameType), ValueRange());
  Value bytes = standIn.getResult(0);
  ImageBuilder image(b, frame, bytes, description.loc);
  if (failed(addSteps(image)))
    return failure();
  FailureOr<Value> pixels = image.finish(lastLoc);
  if (failed(pixels))
    return failure();
  auto imageType = cast<RankedTensorType>(pixels->getType());
  FailureOr<Value> elements = convertElements(*pixels);
  if (failed(elements))
    return failure();
  FailureOr<Value> result = convertLayout(*elements, imageType);
  if (failed(result))
    return failure();
  argument.replaceAllUsesWith(*result);
  argument.setType(frameType);
  bytes.replaceAllUsesWith(argument);
  standIn.erase();
  main.setType(FunctionType::get(b.getContext(),
                                 main.getBody().getArgumentTypes(),
                                 main.getFunctionType().getResults()));
  return success();
}

LogicalResult dlc::prepare::prepareInput(ModuleOp module,
                                         const Description &description,
                                         unsigned input,
                                         std::optional<InputScale> scale) {
  auto main = module.lookupSymbol<func::FuncOp>("main");
  auto type = dyn_cast<RankedTensorType>(main.getArgument(input).getType());
  if (!type)
    return emitError(description.inputLoc) << "the model's input is no tensor";
  return InputBuilder(main, description, input, scale).run();
}
