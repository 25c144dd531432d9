//===- ReadPipeline.cpp - A stage's pixels as data ------------------------===//

#include "codegen/pixels/ReadPipeline.h"
#include "dialects/dlc/Declarations.h"
#include "dialects/dlc/lines/Declarations.h"
#include "dialects/nn/Constants.h"
#include "dialects/nn/NnOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

#include <algorithm>

using namespace mlir;

namespace dlc::pixels {

//===----------------------------------------------------------------------===//
// Ops to attributes
//===----------------------------------------------------------------------===//

static constexpr llvm::StringLiteral opName = "op", typeName = "type",
                                     fillName = "fill";

ArrayAttr describeSteps(func::FuncOp stage) {
  if (stage.getNumArguments() != 1 || !stage.getBody().hasOneBlock())
    return nullptr;
  Builder b(stage.getContext());
  Value value = stage.getArgument(0);
  SmallVector<Attribute> steps;
  bool isPart = false; // nothing follows
  for (Operation &op : stage.front().without_terminator()) {
    if (isa<arith::ConstantOp>(op))
      continue;
    if (!isa<nn::ColorConvertOp, nn::ResampleOp, nn::PadOp, nn::LookupOp>(op) &&
        !(isa<nn::SliceOp>(op) && !steps.empty()))
      return nullptr;
    if (op.getOperand(0) != value || isPart)
      return nullptr;
    NamedAttrList attributes(op.getAttrs());
    attributes.set(opName, b.getStringAttr(op.getName().stripDialect()));
    attributes.set(typeName, TypeAttr::get(op.getResult(0).getType()));
    if (auto pad = dyn_cast<nn::PadOp>(op); pad && pad.getValue()) {
      auto fill = nn::readIntegers(nn::constantOf(pad.getValue()));
      if (!fill || fill->size() != 1)
        return nullptr;
      attributes.set(fillName, b.getI64IntegerAttr(fill->front() & 0xFF));
    }
    steps.push_back(attributes.getDictionary(b.getContext()));
    value = op.getResult(0);
    isPart = isa<nn::SliceOp>(op);
  }
  if (steps.empty() || stage.front().getTerminator()->getOperand(0) != value)
    return nullptr;
  return b.getArrayAttr(steps);
}

//===----------------------------------------------------------------------===//
// Attributes to data
//===----------------------------------------------------------------------===//

namespace {

/// The entries of one step.
class Entries {
public:
  explicit Entries(DictionaryAttr entries) : entries(entries) {}

  StringRef op() const { return entries.getAs<StringAttr>(opName).getValue(); }
  RankedTensorType type() const {
    return cast<RankedTensorType>(entries.getAs<TypeAttr>(typeName).getValue());
  }
  int64_t number(StringRef name, int64_t otherwise = 0) const {
    auto value = entries.getAs<IntegerAttr>(name);
    return value ? value.getInt() : otherwise;
  }
  bool has(StringRef name) const { return entries.contains(name); }
  ArrayRef<int64_t> longs(StringRef name) const {
    return entries.getAs<DenseI64ArrayAttr>(name).asArrayRef();
  }
  std::vector<int32_t> words(StringRef name) const {
    ArrayRef<int32_t> values =
        entries.getAs<DenseI32ArrayAttr>(name).asArrayRef();
    return {values.begin(), values.end()};
  }
  template <typename AttrT> AttrT get(StringRef name) const {
    return entries.getAs<AttrT>(name);
  }

private:
  DictionaryAttr entries;
};

} // namespace

static Axis readAxis(const Entries &entries, StringRef rowsOrColumns) {
  Axis axis;
  axis.offsets = entries.words((rowsOrColumns + "_offsets").str());
  axis.weights = entries.words((rowsOrColumns + "_weights").str());
  axis.taps = static_cast<int64_t>(axis.weights.size() / axis.offsets.size());
  return axis;
}

static bool isPartEntry(const Entries &entries) {
  return entries.op() == nn::SliceOp::getOperationName().substr(3);
}

static Step readStep(const Entries &entries) {
  Step step;
  ArrayRef<int64_t> shape = entries.type().getShape();
  step.height = shape[0], step.width = shape[1], step.channels = shape[2];
  if (entries.op() == nn::ColorConvertOp::getOperationName().substr(3)) {
    step.kind = StepKind::Convert;
    step.format = static_cast<Format>(
        entries.get<nn::PixelFormatAttr>("format").getValue());
    step.color =
        static_cast<Color>(entries.get<nn::PixelColorAttr>("color").getValue());
    step.frameHeight = entries.longs("frame")[0];
    step.frameWidth = entries.longs("frame")[1];
    step.top = entries.longs("origin")[0];
    step.left = entries.longs("origin")[1];
    step.weights = entries.words("weights");
  } else if (entries.op() == nn::ResampleOp::getOperationName().substr(3)) {
    step.kind = StepKind::Resample;
    step.rows = readAxis(entries, "row");
    step.columns = readAxis(entries, "column");
    step.columnShift = entries.number("column_shift");
    step.productShift = entries.number("product_shift");
    step.rowShift = entries.number("row_shift");
    step.divisor = entries.number("divisor", 1);
    step.narrow = entries.has("narrow");
    step.tiesToEven = entries.has("ties_to_even");
  } else if (entries.op() == nn::PadOp::getOperationName().substr(3)) {
    step.kind = StepKind::Border;
    step.top = entries.longs("pads")[0];
    step.left = entries.longs("pads")[1];
    step.value = entries.number(fillName);
  } else {
    step.kind = StepKind::Lookup;
    ArrayRef<char> bytes = entries.get<DenseElementsAttr>("table").getRawData();
    step.table.assign(bytes.begin(), bytes.end());
  }
  return step;
}

static Element elementOf(Type type) {
  if (isa<FloatType>(type))
    return {Element::Float, static_cast<int>(type.getIntOrFloatBitWidth())};
  return {type.isUnsignedInteger() ? Element::Unsigned : Element::Signed,
          static_cast<int>(type.getIntOrFloatBitWidth())};
}

/// Leaves of a pipeline what makes some columns of its result.
static void narrowTo(Pipeline &pipeline, int64_t begin, int64_t count) {
  for (size_t i = pipeline.steps.size(); i-- > 0;) {
    Step &step = pipeline.steps[i];
    step.width = count;
    switch (step.kind) {
    case StepKind::Lookup:
      break;
    case StepKind::Border:
      // Beyond it all columns stay: where they begin and end is a fact of it.
      step.left -= begin;
      return;
    case StepKind::Convert:
      step.left += begin;
      if (i == 0)
        return;
      begin = step.left;
      step.left = 0;
      step.frameWidth = count;
      break;
    case StepKind::Resample: {
      Axis &axis = step.columns;
      axis.offsets = {axis.offsets.begin() + begin,
                      axis.offsets.begin() + begin + count};
      axis.weights = {axis.weights.begin() + begin * axis.taps,
                      axis.weights.begin() + (begin + count) * axis.taps};
      // What a tap outside of the image reads is its nearest column.
      int64_t width = pipeline.steps[i - 1].width;
      auto [least, most] =
          std::minmax_element(axis.offsets.begin(), axis.offsets.end());
      int64_t first = std::clamp<int64_t>(*least, 0, width - 1),
              last = std::clamp<int64_t>(*most + axis.taps - 1, 0, width - 1);
      for (int32_t &offset : axis.offsets)
        offset -= static_cast<int32_t>(first);
      begin = first;
      count = last - first + 1;
      break;
    }
    }
  }
}

/// Turns a pipeline into one whose code makes such parts.
static ImagePart takePart(Pipeline &pipeline, ArrayRef<int64_t> starts,
                          ArrayRef<int64_t> sizes) {
  ImagePart part{starts[0], sizes[0], 0};
  pipeline.inBands = true;
  if (sizes[1] == pipeline.result().width)
    return part;
  narrowTo(pipeline, starts[1], sizes[1]);
  // Parts that are alike but for where they begin have one code.
  pipeline.inColumns = true;
  part.columnPairs = pipeline.steps.front().left / 2;
  pipeline.steps.front().left %= 2;
  return part;
}

/// The machine in Halide's words. Without an operating system: nothing of
/// Halide's runtime is used.
static void setTarget(Pipeline &pipeline, const targets::TargetInfo &target) {
  std::string flags = "-no_runtime-no_asserts-no_bounds_query";
  if (target.indexBits == 32) {
    pipeline.target = "arm-32-noos-no_neon" + flags;
    return;
  }
  pipeline.vectorBytes = std::max<int64_t>(1, target.vectorBits / 8);
  if (target.kernels == targets::KernelSet::Neon) {
    pipeline.target = "arm-64-noos" + flags;
    return;
  }
  pipeline.target = "x86-64-noos-sse41";
  if (target.vectorBits >= 256)
    pipeline.target += "-avx-f16c-fma-avx2";
  if (target.vectorBits >= 512)
    pipeline.target += "-avx512-avx512_skylake";
  pipeline.target += flags;
}

FailureOr<StagePixels> readPipeline(func::FuncOp stage,
                                    const targets::TargetInfo &target) {
  StagePixels read;
  Pipeline &pipeline = read.pipeline;
  auto last = Entries(
      cast<DictionaryAttr>(*std::prev(phases::pixelsAttr.get(stage).end())));
  for (Attribute step : phases::pixelsAttr.get(stage))
    if (auto entries = Entries(cast<DictionaryAttr>(step));
        !isPartEntry(entries))
      pipeline.steps.push_back(readStep(entries));
  if (isPartEntry(last))
    read.part = takePart(pipeline, last.longs("starts"), last.longs("sizes"));
  pipeline.element = elementOf(last.type().getElementType());
  DenseI64ArrayAttr lines = phases::linesAttr.get(stage);
  auto input = lines ? MemRefType::get(lines.asArrayRef(),
                                       IntegerType::get(stage.getContext(), 8))
                     : dyn_cast<MemRefType>(stage.getArgumentTypes()[0]);
  auto output = dyn_cast<MemRefType>(stage.getArgumentTypes()[lines ? 0 : 1]);
  SmallVector<int64_t> strides;
  int64_t offset = 0;
  if (!input || !output || !input.getLayout().isIdentity() ||
      failed(output.getStridesAndOffset(strides, offset)) || offset != 0 ||
      strides.size() != 3 || llvm::any_of(strides, ShapedType::isDynamic))
    return stage.emitError("internal error: pixels lie in memory as no "
                           "pipeline reads or writes them");
  pipeline.inputRows = input.getDimSize(0);
  pipeline.inputBytes = input.getNumElements() / input.getDimSize(0);
  llvm::copy(strides, pipeline.strides.begin());
  setTarget(pipeline, target);
  return read;
}

} // namespace dlc::pixels
