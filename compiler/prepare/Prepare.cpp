//===- Prepare.cpp - What surrounds a network becomes part of it ----------===//

#include "compiler/prepare/Prepare.h"
#include "compiler/prepare/ImageBuilder.h"
#include "compiler/prepare/Numbers.h"
#include "compiler/prepare/Presets.h"
#include "dialects/dlc/DlcDialect.h"
#include "dialects/dlc/lines/Declarations.h"
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

class InputBuilder {
public:
  InputBuilder(func::FuncOp main, const Description &description,
               unsigned input, std::optional<InputScale> scale)
      : description(description), scale(scale), main(main),
        argument(main.getArgument(input)), wanted(argument.getType()),
        b(OpBuilder::atBlockBegin(&main.front())) {}

  FailureOr<Chain> run();

private:
  LogicalResult addSteps(ImageBuilder &image);
  LogicalResult addStep(ImageBuilder &image, const Step &step);
  LogicalResult addPreset(ImageBuilder &image);
  void record(const ImageBuilder &image, const Step &step);
  Size wantedSize() const;
  std::string hintOfPreset(ArrayRef<int64_t> image) const;
  void warnOfRange(Type element);
  FailureOr<bool> wantsChannelsLast(RankedTensorType image);
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
  Numbers numbers;
  std::vector<StepResult> taken;
  std::string become; // what the numbers do in the input
  Layout layout = Layout::Auto;
  bool channelsLast = false; // of the model's input
  Location lastLoc = UnknownLoc::get(b.getContext());
};

} // namespace

LogicalResult InputBuilder::addStep(ImageBuilder &image, const Step &step) {
  lastLoc = step.loc;
  switch (step.kind) {
  case Step::Mean:
  case Step::Scale:
    if (failed(image.finish(step.loc)) ||
        failed(numbers.add(step, image.channels())))
      return failure();
    break;
  case Step::ConvertLayout:
    layout = step.layout;
    return success();
  case Step::ReverseChannels:
    if (failed(image.add(step)))
      return failure();
    numbers.reverseChannels();
    break;
  default:
    if (!numbers.empty())
      return emitError(step.loc)
             << nameOf(step.kind) << " is of bytes, and "
             << nameOf(numbers.last())
             << " before it has made numbers of them: put " << nameOf(step.kind)
             << " before mean and scale";
    if (failed(image.add(step)))
      return failure();
  }
  record(image, step);
  return success();
}

LogicalResult InputBuilder::addSteps(ImageBuilder &image) {
  bool last = false;
  for (const Step &step : description.steps) {
    if (last)
      return emitError(step.loc) << nameOf(step.kind)
                                 << " comes after convert_layout, which is the "
                                    "last step: put it before";
    last = step.kind == Step::ConvertLayout;
    if (description.preset &&
        (step.kind == Step::Mean || step.kind == Step::Scale))
      return emitError(step.loc)
             << nameOf(*description.preset) << " has its own mean and scale: "
             << "leave " << nameOf(step.kind) << " out, or the preset";
    if (failed(addStep(image, step)))
      return failure();
  }
  return success();
}

/// Height and width of the model's input, in either order of dimensions.
Size InputBuilder::wantedSize() const {
  ArrayRef<int64_t> shape = cast<RankedTensorType>(wanted).getShape();
  if (shape.size() == 4)
    shape = shape.drop_front();
  if (shape.size() != 3)
    return {};
  auto isChannels = [](int64_t size) { return size == 1 || size == 3; };
  bool last = layout == Layout::Nhwc ||
              (layout == Layout::Auto && !isChannels(shape[0]));
  return last ? Size{shape[0], shape[1]} : Size{shape[1], shape[2]};
}

LogicalResult InputBuilder::addPreset(ImageBuilder &image) {
  if (!description.preset)
    return success();
  Size size = wantedSize();
  if (!size.height)
    return emitError(description.presetLoc)
           << nameOf(*description.preset)
           << " makes an image, and the model's input is none: its shape is "
           << shapeText(cast<RankedTensorType>(wanted).getShape());
  FailureOr<std::vector<Step>> steps =
      expandPreset(*description.preset, image.currentColor(),
                   image.currentSize(), size, description.presetLoc);
  if (failed(steps))
    return failure();
  return success(llvm::all_of(*steps, [&](const Step &step) {
    return succeeded(addStep(image, step));
  }));
}

//===----------------------------------------------------------------------===//
// What the steps make
//===----------------------------------------------------------------------===//

void InputBuilder::record(const ImageBuilder &image, const Step &step) {
  Size size = image.currentSize();
  StepResult result{stepText(step), {size.height, size.width}, std::nullopt};
  if (auto color = image.currentColor()) {
    result.shape.push_back(nn::channelsOf(*color));
    result.range = numbers.range();
  }
  taken.push_back(std::move(result));
}

/// A scale that is missing, or there twice, is no error, and makes every answer
/// wrong.
void InputBuilder::warnOfRange(Type element) {
  auto [least, most] = numbers.range();
  bool isSigned = !element.isUnsignedInteger();
  double lowest = isSigned ? -128 : 0;
  double from = (lowest - scale->zeroPoint) * scale->scale,
         to = (lowest + 255 - scale->zeroPoint) * scale->scale;
  double ratio = (most - least) / (to - from);
  if (ratio > 4 || ratio < 1.0 / 16)
    emitWarning(lastLoc) << "the steps make numbers from " << shortText(least)
                         << " to " << shortText(most)
                         << ", and the integers of the model's input stand for "
                         << shortText(from) << " to " << shortText(to)
                         << ": is a scale "
                         << (ratio > 4 ? "missing?" : "there twice?");
}

/// To the elements that the model's input has.
FailureOr<Value> InputBuilder::convertElements(Value value) {
  auto image = cast<RankedTensorType>(value.getType());
  Type element = cast<RankedTensorType>(wanted).getElementType();
  if (element.isUnsignedInteger(8) && numbers.empty()) {
    become = "the model's input is of bytes";
    return value;
  }
  if (isa<FloatType>(element)) {
    become = "the model's input is of floats";
    value = numbers.build(b, locate("to_float"), value);
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
  if (element.isInteger(8))
    warnOfRange(element);
  become = "the model's input is quantised: scale " + shortText(scale->scale) +
           ", zero point " + std::to_string(scale->zeroPoint);
  value = numbers.build(b, locate("to_float"), value);
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

/// What to write where a preset leaves the size to the user.
std::string InputBuilder::hintOfPreset(ArrayRef<int64_t> image) const {
  Size size = wantedSize();
  if (!description.preset ||
      (image[0] == size.height && image[1] == size.width))
    return "";
  return "; " + nameOf(*description.preset).str() +
         " resizes nothing: write a resize under preprocess, with the method "
         "that the network was trained with";
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
           << (fitsLast || fitsFirst ? "; write 'convert_layout: auto'" : "")
           << hintOfPreset(size);
  // With one channel both are one order of the same bytes.
  if (layout == Layout::Auto && fitsLast && fitsFirst && size[2] != 1)
    return emitError(lastLoc) << "an input of " << shapeText(shape)
                              << " can have its channels first or last: write "
                                 "'- convert_layout: NCHW' or NHWC";
  return layout == Layout::Auto ? fitsLast : layout == Layout::Nhwc;
}

FailureOr<Value> InputBuilder::convertLayout(Value value,
                                             RankedTensorType image) {
  FailureOr<bool> isLast = wantsChannelsLast(image);
  if (failed(isLast))
    return failure();
  channelsLast = *isLast;
  Location loc = locate("convert_layout");
  if (!channelsLast)
    value = nn::TransposeOp::create(b, loc, value,
                                    b.getDenseI64ArrayAttr({2, 0, 1}));
  Step step{Step::ConvertLayout, lastLoc};
  step.layout = channelsLast ? Layout::Nhwc : Layout::Nchw;
  ArrayRef<int64_t> shape = cast<RankedTensorType>(wanted).getShape();
  taken.push_back({stepText(step), llvm::to_vector(shape), std::nullopt});
  return Value(nn::ReshapeOp::create(b, loc, wanted, value));
}

FailureOr<Chain> InputBuilder::run() {
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
  if (failed(addSteps(image)) || failed(addPreset(image)))
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
  if (frame.lines) {
    // Its verifier is to see the mark.
    b.getContext()->loadDialect<phases::DlcDialect>();
    phases::pushedAttr.putAt(main, argument.getArgNumber());
  }
  Chain chain{
      "",           frame,           std::move(taken),    std::move(become),
      image.rows(), image.columns(), image.currentSize(), channelsLast};
  for (int64_t c = 0; c < image.channels(); ++c)
    chain.channels.push_back(numbers.ofChannel(c));
  return chain;
}

FailureOr<Chain> dlc::prepare::prepareInput(ModuleOp module,
                                            const Description &description,
                                            unsigned input,
                                            std::optional<InputScale> scale) {
  auto main = module.lookupSymbol<func::FuncOp>("main");
  auto type = dyn_cast<RankedTensorType>(main.getArgument(input).getType());
  if (!type)
    return emitError(description.inputLoc) << "the model's input is no tensor";
  return InputBuilder(main, description, input, scale).run();
}
