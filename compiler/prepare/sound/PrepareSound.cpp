//===- PrepareSound.cpp - A front end becomes part of a network -----------===//

#include "compiler/prepare/sound/PrepareSound.h"
#include "compiler/prepare/answers/Compute.h"
#include "compiler/prepare/sound/SoundStream.h"
#include "compiler/prepare/sound/SoundTables.h"
#include "dialects/nn/Constants.h"
#include "dialects/nn/audio/NnAudioOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <cmath>

using namespace mlir;
using namespace dlc;
using namespace dlc::prepare;

namespace {

class SoundBuilder {
public:
  SoundBuilder(func::FuncOp main, const Description &description,
               unsigned input, std::optional<InputScale> scale)
      : description(description), sound(*description.sound), scale(scale),
        main(main), argument(main.getArgument(input)),
        wanted(cast<RankedTensorType>(argument.getType())),
        b(OpBuilder::atBlockBegin(&main.front())), lastLoc(description.loc),
        states(argument) {}

  FailureOr<Chain> run();
  /// What the network is given, in real numbers; after run().
  Value realFeatures();

private:
  using Kind = SoundStep::Kind;

  FailureOr<Value> keepFeatures(Value fresh);
  LogicalResult addStep(const SoundStep &step);
  LogicalResult addMicro(const SoundStep &step);
  LogicalResult addMel(const SoundStep &step);
  LogicalResult center(const SoundStep &step);
  LogicalResult addLog(const SoundStep &step);
  LogicalResult addDct(const SoundStep &step);
  LogicalResult needWindow(const SoundStep &step);
  LogicalResult needFeatures(const SoundStep &step, bool wants);
  FailureOr<Value> convertElements();
  bool storesAsMicroSpeech() const;
  FailureOr<Value> quantize(Value value);

  Location locate(llvm::StringRef step) { return stepLocation(lastLoc, step); }
  Compute at(llvm::StringRef step) { return {b, locate(step)}; }
  RankedTensorType typeOf(Value x) const {
    return cast<RankedTensorType>(x.getType());
  }
  Type wantedElement() const { return wanted.getElementType(); }

  const Description &description;
  const Sound &sound;
  std::optional<InputScale> scale;
  func::FuncOp main;
  BlockArgument argument;
  RankedTensorType wanted;
  OpBuilder b;
  Location lastLoc;
  Value samples;        // from the beginning on
  Value value;          // what the steps have made of them
  Value features;       // in real numbers, where they have been any
  Value elements;       // that the network is given
  bool isMicro = false; // of which the features are
  bool normalizes = false;
  std::optional<SoundParts> parts;
  SoundStates states;
  /// The features of silence, in real numbers: of each band.
  std::vector<double> silence;
  bool bandsAreRows = false;
  std::vector<StepResult> taken;
  std::string become;
};

} // namespace

//===----------------------------------------------------------------------===//
// Steps
//===----------------------------------------------------------------------===//

/// Steps are of samples or of features, in this order.
LogicalResult SoundBuilder::needFeatures(const SoundStep &step, bool wants) {
  bool has = value != samples;
  if (wants == has)
    return success();
  if (wants)
    return emitError(step.loc) << nameOf(step.kind)
                               << " is of features: write micro_frontend or "
                                  "mel before it";
  return emitError(step.loc) << nameOf(step.kind)
                             << " is of samples, of which a step before it has "
                                "made features: write it before that";
}

LogicalResult SoundBuilder::needWindow(const SoundStep &step) {
  int64_t size = typeOf(samples).getDimSize(0);
  int64_t needed = std::max(step.window, step.center ? step.fft / 2 + 1 : 0);
  if (size >= needed)
    return success();
  return emitError(step.loc) << size << " samples are less than " << needed
                             << ", which one frame needs: write more samples, "
                                "or a smaller window";
}

LogicalResult SoundBuilder::addMicro(const SoundStep &step) {
  if (normalizes)
    return emitError(step.loc) << "micro_frontend takes samples as they are: "
                                  "leave normalize out";
  MicroTables tables = makeMicroTables(step, sound.rate);
  if (!tables.problem.empty())
    return emitError(step.loc) << tables.problem;
  auto number = [&](llvm::StringRef name, int64_t value) {
    return b.getNamedAttr(name, b.getI64IntegerAttr(value));
  };
  auto shorts = [&](llvm::StringRef name, ArrayRef<int16_t> values) {
    return b.getNamedAttr(name, DenseI16ArrayAttr::get(b.getContext(), values));
  };
  SmallVector<NamedAttribute> attributes = {
      number("hop", step.hop),
      shorts("window", tables.window),
      number("fft_size", step.fft),
      number("first_bin", tables.firstBin),
      b.getNamedAttr("widths", b.getDenseI32ArrayAttr(tables.widths)),
      shorts("weights", tables.weights),
      number("smoothing_bits", tables.smoothingBits),
      number("even_smoothing", tables.evenSmoothing),
      number("odd_smoothing", tables.oddSmoothing),
      number("least_remaining", tables.leastRemaining),
      shorts("gains", tables.gains),
      number("ratio_shift", tables.ratioShift),
      number("log_bits", tables.logBits),
      number("log_shift", tables.logShift)};
  isMicro = true;
  // (feature * 256 + 333) / 666 - 128 in micro_speech's
  // micro_features_generator.
  if (storesAsMicroSpeech())
    attributes.push_back(b.getNamedAttr(
        "stored", b.getDenseI64ArrayAttr({256, 333, 666, -128})));
  SmallVector<Value> operands = {samples};
  if (parts)
    operands.push_back(states.before(
        "noise",
        nn::makeSplat(RankedTensorType::get({step.bins}, b.getI32Type()), 0)));
  auto op = nn::createInferred<nn::MicroFeaturesOp>(b, locate("micro_frontend"),
                                                    operands, attributes);
  if (failed(op))
    return failure();
  value = op->getFeatures();
  if (parts)
    states.keep(op->getLater());
  silence.assign(step.bins, 0);
  return success();
}

/// Samples around the clip, so that frames have their time in the middle.
LogicalResult SoundBuilder::center(const SoundStep &step) {
  bool reflects = step.library == SoundLibrary::Torchaudio;
  auto op = nn::createInferred<nn::PadOp>(
      b, locate("mel"), samples,
      {b.getNamedAttr("pads",
                      b.getDenseI64ArrayAttr({step.fft / 2, step.fft / 2})),
       b.getNamedAttr("mode",
                      nn::PadModeAttr::get(b.getContext(),
                                           reflects ? nn::PadMode::Reflect
                                                    : nn::PadMode::Constant))});
  if (failed(op))
    return failure();
  value = *op;
  return success();
}

LogicalResult SoundBuilder::addMel(const SoundStep &step) {
  if (step.center && failed(center(step)))
    return failure();
  MelTables tables = makeMelTables(step, sound.rate);
  if (static_cast<int64_t>(tables.window.size()) > typeOf(value).getDimSize(0))
    return emitError(step.loc)
           << typeOf(value).getDimSize(0) << " samples are less than "
           << tables.window.size()
           << ", which one frame needs: write more samples";
  SmallVector<NamedAttribute> attributes = {
      b.getNamedAttr("hop", b.getI64IntegerAttr(step.hop)),
      b.getNamedAttr("window", b.getDenseF32ArrayAttr(tables.window)),
      b.getNamedAttr("fft_size", b.getI64IntegerAttr(step.fft)),
      b.getNamedAttr("starts", b.getDenseI32ArrayAttr(tables.starts)),
      b.getNamedAttr("widths", b.getDenseI32ArrayAttr(tables.widths)),
      b.getNamedAttr("weights", b.getDenseF32ArrayAttr(tables.weights))};
  if (step.power == 1)
    attributes.push_back(b.getNamedAttr("magnitude", b.getUnitAttr()));
  if (step.library == SoundLibrary::Kaldi) {
    attributes.push_back(b.getNamedAttr("remove_mean", b.getUnitAttr()));
    attributes.push_back(
        b.getNamedAttr("preemphasis", b.getF32FloatAttr(0.97F)));
  }
  auto op = nn::createInferred<nn::MelEnergiesOp>(b, locate("mel"), value,
                                                  attributes);
  if (failed(op))
    return failure();
  value = *op;
  silence.assign(step.bins, 0);
  if (!normalizes)
    return success();
  // Of samples divided by the largest one: the same, divided once or twice. Of
  // silence nothing is left either way.
  Compute c = at("normalize");
  Value peak =
      nn::ReduceOp::create(b, locate("normalize"), samples, nn::ReduceKind::Max,
                           ArrayRef<int64_t>(0), /*keepdims=*/true);
  peak = c.clipBelow(c.asFloat(peak), 1);
  peak = c.mul(peak, c.scalar(peak, 1.0 / 32768));
  for (int64_t i = 0; i < step.power; ++i)
    value = nn::DivOp::create(b, locate("normalize"), value, peak);
  return success();
}

LogicalResult SoundBuilder::addLog(const SoundStep &step) {
  Compute c = at("log");
  if (step.lower != 0)
    value = c.clipBelow(value, step.lower);
  if (step.offset != 0)
    value = c.add(value, c.scalar(value, step.offset));
  value = nn::LogOp::create(b, locate("log"), value);
  double factor = step.factor;
  if (step.base != LogBase::E)
    factor /= std::log(step.base == LogBase::Two ? 2 : 10);
  if (factor != 1)
    value = c.mul(value, c.scalar(value, factor));
  for (double &band : silence)
    band = factor * std::log(std::max(band, step.lower) + step.offset);
  return success();
}

LogicalResult SoundBuilder::addDct(const SoundStep &step) {
  int64_t bands = typeOf(value).getDimSize(1);
  if (step.count > bands)
    return emitError(step.loc)
           << "there are no more than " << bands << " coefficients of " << bands
           << " bands: write a count of that at most";
  std::vector<float> table = makeDctTable(step, bands);
  auto type = RankedTensorType::get({bands, step.count}, b.getF32Type());
  Value cosines = arith::ConstantOp::create(
      b, locate("dct"), DenseElementsAttr::get(type, ArrayRef(table)));
  value = nn::MatmulOp::create(
      b, locate("dct"),
      RankedTensorType::get({typeOf(value).getDimSize(0), step.count},
                            b.getF32Type()),
      value, cosines);
  std::vector<double> coefficients(step.count);
  for (int64_t i = 0; i < bands * step.count; ++i)
    coefficients[i % step.count] += silence[i / step.count] * table[i];
  silence = std::move(coefficients);
  return success();
}

LogicalResult SoundBuilder::addStep(const SoundStep &step) {
  lastLoc = step.loc;
  bool ofSamples = step.kind == Kind::MicroFrontend ||
                   step.kind == Kind::Normalize || step.kind == Kind::Mel;
  if (failed(needFeatures(step, !ofSamples)))
    return failure();
  if (isMicro && step.kind != Kind::Transpose)
    return emitError(step.loc) << "micro_frontend's features are logarithms "
                                  "already: leave "
                               << nameOf(step.kind) << " out";
  LogicalResult added = success();
  switch (step.kind) {
  case Kind::MicroFrontend:
    added = failed(needWindow(step)) ? failure() : addMicro(step);
    break;
  case Kind::Normalize:
    if (normalizes)
      return emitError(step.loc) << "a second normalize changes nothing";
    normalizes = true;
    break;
  case Kind::Mel:
    added = failed(needWindow(step)) ? failure() : addMel(step);
    break;
  case Kind::Log:
    added = addLog(step);
    break;
  case Kind::Dct:
    added = addDct(step);
    break;
  case Kind::Transpose:
    value = at("transpose").transposed(value);
    bandsAreRows = !bandsAreRows;
    break;
  }
  taken.push_back({prepare::stepText(step),
                   llvm::to_vector(typeOf(value).getShape()), std::nullopt});
  return added;
}

//===----------------------------------------------------------------------===//
// The model's input
//===----------------------------------------------------------------------===//

/// Whether the input is quantised as micro_speech's is, whose program divides
/// in integers.
bool SoundBuilder::storesAsMicroSpeech() const {
  return isMicro && wantedElement().isSignlessInteger(8) && scale &&
         scale->zeroPoint == -128 &&
         std::abs(scale->scale / (26.0F / 256) - 1) < 0.01F;
}

FailureOr<Value> SoundBuilder::quantize(Value value) {
  if (!isa<IntegerType>(wantedElement()) || !scale)
    return emitError(description.inputLoc)
           << "the model's input has elements of type " << wantedElement()
           << ", and the model does not say which numbers they stand for (a "
              "DequantizeLinear that reads it does): features can be given to "
              "an input of floats, or of quantised integers";
  become = "the model's input is quantised: scale " + shortText(scale->scale) +
           ", zero point " + std::to_string(scale->zeroPoint);
  Location loc = locate("quantize");
  auto scalar = [&](Type type, double number) -> Value {
    return arith::ConstantOp::create(
        b, loc,
        cast<TypedAttr>(
            nn::makeSplat(RankedTensorType::get({}, type), number)));
  };
  Value step = scalar(b.getF32Type(), scale->scale),
        zero = scalar(wantedElement(), scale->zeroPoint);
  return Value(nn::QuantizeOp::create(b, loc,
                                      typeOf(value).clone(wantedElement()),
                                      value, step, zero, /*axis=*/0));
}

FailureOr<Value> SoundBuilder::convertElements() {
  if (typeOf(value).getElementType() == wantedElement()) {
    become = wantedElement().isSignlessInteger(8)
                 ? "the model's input is quantised as micro_speech's is: "
                   "(feature * 256 + 333) / 666 - 128"
                 : "the model's input is of floats";
    return value;
  }
  Compute c = at("to_float");
  Value floats = c.asFloat(value);
  // What models of floats are trained with: 0 to about 26.
  if (isMicro)
    floats = c.mul(floats, c.scalar(floats, 10.0 / 256));
  features = floats;
  if (!isa<FloatType>(wantedElement()))
    return quantize(floats);
  become = isMicro ? "the model's input is of floats: features times 10 / 256"
                   : "the model's input is of floats";
  if (!wantedElement().isF32())
    floats = c.cast(floats, wantedElement());
  return floats;
}

/// Each feature that the network looks at again lies in front of the new ones.
FailureOr<Value> SoundBuilder::keepFeatures(Value fresh) {
  int64_t again = parts->frames - parts->fresh;
  become += ", " + parts->text() + " with each call";
  if (!again)
    return fresh;
  int64_t axis = bandsAreRows ? 1 : 0;
  SmallVector<int64_t> shape(typeOf(fresh).getShape());
  shape[axis] = again;
  ElementsAttr initial =
      silentFeatures(typeOf(fresh).clone(shape), silence, bandsAreRows,
                     scale.value_or(InputScale{1, 0}));
  return states.join(b, locate("features"), "features", initial, fresh, axis);
}

Value SoundBuilder::realFeatures() {
  Compute c = at("to_float");
  if (isa<FloatType>(wantedElement()))
    return c.asFloat(elements);
  if (features && !parts)
    return features;
  return c.dequantize(elements, scale->scale, scale->zeroPoint);
}

FailureOr<Chain> SoundBuilder::run() {
  if (sound.hop) {
    FailureOr<SoundParts> divided = divide(sound);
    if (failed(divided))
      return failure();
    parts = *divided;
  }
  auto type = RankedTensorType::get({parts ? sound.hop : sound.samples},
                                    b.getIntegerType(16));
  // A stand-in while the argument still has its old type.
  auto standIn = UnrealizedConversionCastOp::create(
      b, description.loc, TypeRange(type), ValueRange());
  samples = value = standIn.getResult(0);
  if (parts && parts->before) {
    auto before = RankedTensorType::get({parts->before}, b.getIntegerType(16));
    FailureOr<Value> joined =
        states.join(b, locate("samples"), "samples", nn::makeSplat(before, 0),
                    samples, /*axis=*/0);
    if (failed(joined))
      return failure();
    samples = value = *joined;
  }
  for (const SoundStep &step : sound.steps)
    if (failed(addStep(step)))
      return failure();
  if (value == samples)
    return emitError(lastLoc) << "no step makes features: write micro_frontend "
                                 "or mel";
  FailureOr<Value> made = convertElements();
  if (succeeded(made) && parts)
    made = keepFeatures(*made);
  if (failed(made))
    return failure();
  elements = *made;
  if (typeOf(elements).getNumElements() != wanted.getNumElements())
    return emitError(lastLoc)
           << "the steps make features of "
           << shapeText(typeOf(elements).getShape())
           << ", which is not the model's input: its shape is "
           << shapeText(wanted.getShape());
  Value result = nn::ReshapeOp::create(b, locate("reshape"), wanted, elements);
  argument.replaceAllUsesWith(result);
  argument.setType(type);
  standIn.getResult(0).replaceAllUsesWith(argument);
  standIn.erase();
  main.setType(FunctionType::get(b.getContext(),
                                 main.getBody().getArgumentTypes(),
                                 main.getFunctionType().getResults()));
  Chain chain;
  chain.sound = soundText(sound);
  chain.steps = std::move(taken);
  chain.element = std::move(become);
  return chain;
}

FailureOr<Chain> dlc::prepare::prepareSound(ModuleOp module,
                                            const Description &description,
                                            unsigned input,
                                            std::optional<InputScale> scale,
                                            Value *features) {
  auto main = module.lookupSymbol<func::FuncOp>("main");
  if (!isa<RankedTensorType>(main.getArgument(input).getType()))
    return emitError(description.inputLoc) << "the model's input is no tensor";
  SoundBuilder builder(main, description, input, scale);
  FailureOr<Chain> chain = builder.run();
  if (succeeded(chain) && features)
    *features = builder.realFeatures();
  return chain;
}
