//===- ReadFrontEnd.cpp - A stage of sound as data ------------------------===//

#include "codegen/audio/ReadFrontEnd.h"
#include "dialects/dlc/Declarations.h"
#include "dialects/nn/audio/NnAudioOps.h"

using namespace mlir;

namespace dlc::audio {

static constexpr llvm::StringLiteral opName = "op";

DictionaryAttr describeFrontEnd(Operation *op) {
  Builder b(op->getContext());
  NamedAttrList attributes(op->getAttrs());
  attributes.set(opName, b.getStringAttr(op->getName().stripDialect()));
  return attributes.getDictionary(b.getContext());
}

namespace {

/// The attributes of the op.
class Entries {
public:
  explicit Entries(DictionaryAttr entries) : entries(entries) {}

  StringRef op() const { return entries.getAs<StringAttr>(opName).getValue(); }
  bool has(StringRef name) const { return entries.contains(name); }
  int64_t number(StringRef name) const {
    return entries.getAs<IntegerAttr>(name).getInt();
  }
  float real(StringRef name) const {
    auto value = entries.getAs<FloatAttr>(name);
    return value ? value.getValue().convertToFloat() : 0;
  }
  template <typename AttrT> auto list(StringRef name) const {
    auto values = entries.getAs<AttrT>(name).asArrayRef();
    return std::vector(values.begin(), values.end());
  }

private:
  DictionaryAttr entries;
};

} // namespace

static MicroFeatures readMicroFeatures(const Entries &entries) {
  MicroFeatures result;
  result.hop = entries.number("hop");
  result.fftSize = entries.number("fft_size");
  result.firstBin = entries.number("first_bin");
  result.window = entries.list<DenseI16ArrayAttr>("window");
  result.weights = entries.list<DenseI16ArrayAttr>("weights");
  result.gains = entries.list<DenseI16ArrayAttr>("gains");
  result.widths = entries.list<DenseI32ArrayAttr>("widths");
  result.smoothingBits = entries.number("smoothing_bits");
  result.evenSmoothing = entries.number("even_smoothing");
  result.oddSmoothing = entries.number("odd_smoothing");
  result.leastRemaining = entries.number("least_remaining");
  result.ratioShift = entries.number("ratio_shift");
  result.logBits = entries.number("log_bits");
  result.logShift = entries.number("log_shift");
  if (entries.has("stored")) {
    std::vector<int64_t> stored = entries.list<DenseI64ArrayAttr>("stored");
    std::copy_n(stored.begin(), 4, result.stored.emplace().begin());
  }
  return result;
}

static Frames readFrames(const Entries &entries, MemRefType samples) {
  Frames result;
  result.hop = entries.number("hop");
  result.fftSize = entries.number("fft_size");
  result.window = entries.list<DenseF32ArrayAttr>("window");
  result.floats = samples.getElementType().isF32();
  result.preemphasis = entries.real("preemphasis");
  result.removeMean = entries.has("remove_mean");
  return result;
}

static MelEnergies readMelEnergies(const Entries &entries, MemRefType samples) {
  MelEnergies result;
  result.frames = readFrames(entries, samples);
  result.weights = entries.list<DenseF32ArrayAttr>("weights");
  result.starts = entries.list<DenseI32ArrayAttr>("starts");
  result.widths = entries.list<DenseI32ArrayAttr>("widths");
  result.magnitude = entries.has("magnitude");
  return result;
}

template <typename OpT> static bool isOp(StringRef name) {
  return name == OpT::getOperationName().substr(3);
}

/// Dimensions of the features.
static size_t rankOf(StringRef name) {
  return isOp<nn::SpectrumOp>(name) ? 3 : 2;
}

FailureOr<FrontEnd> readFrontEnd(func::FuncOp stage) {
  // Samples, and features behind what else there is of operands.
  ArrayRef<Type> arguments = stage.getArgumentTypes();
  size_t operands = arguments.size() / 2;
  auto input = dyn_cast<MemRefType>(arguments[0]);
  auto output = dyn_cast<MemRefType>(arguments[operands]);
  Entries entries(phases::audioAttr.get(stage));
  SmallVector<int64_t> strides;
  int64_t offset = 0;
  bool isPlain = llvm::all_of(arguments, [&](Type type) {
    auto memory = dyn_cast<MemRefType>(type);
    return memory == output || (memory && memory.getLayout().isIdentity());
  });
  if (!input || !output || !isPlain ||
      failed(output.getStridesAndOffset(strides, offset)) || offset != 0 ||
      strides.size() != rankOf(entries.op()) ||
      llvm::any_of(strides, ShapedType::isDynamic))
    return stage.emitError("internal error: sound lies in memory as no front "
                           "end reads or writes it");
  Features features{output.getDimSize(0), output.getDimSize(1), strides[0],
                    strides[1]};
  FrontEnd result;
  if (isOp<nn::MicroFeaturesOp>(entries.op()))
    result = readMicroFeatures(entries);
  else if (isOp<nn::SpectrumOp>(entries.op()))
    result = Spectrum{readFrames(entries, input), {}, strides.back()};
  else
    result = readMelEnergies(entries, input);
  if (auto *micro = std::get_if<MicroFeatures>(&result))
    micro->keepsEstimates = operands > 1;
  std::visit([&](auto &frontEnd) { frontEnd.features = features; }, result);
  return result;
}

} // namespace dlc::audio
