//===- PlanesEmitter.cpp - Depthwise convolutions as kernels of planes ----===//

#include "codegen/loops/integer/IntegerCode.h"
#include "codegen/loops/integer/IntegerPlanes.h"
#include "dialects/arena/Declarations.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace dlc::loops {

namespace {
constexpr int64_t kChannels = 4, kWord = 4;

/// [images][strips][groups of four channels]: rows become planes, then results.
class PlanesEmitter : public IntegerCode {
public:
  PlanesEmitter(StageContext &context, Nest &nest, const PlanesPlan &plan)
      : IntegerCode(context, nest), plan(plan), strips(plan.strips()),
        planeWords(plan.planeBytes() / kWord) {}

  void emit() {
    auto weights = std::make_shared<PlaneWeights>(
        plan.sums, plan.form().rowWords, plan.row.taps, plan.column.taps,
        plan.column.step, plan.transposed, plan.shift);
    weights->setMoved(plan.movedBy());
    if (plan.limbs)
      weights->useLimbs(*plan.limbs);
    groupBytes = weights->groupWords() * kWord;
    stream =
        context.encode(nest.inputs[plan.weights], weights, plan.beside).front();
    planes = context.scratch(kChannels * planeWords, b.getI32Type());
    // Where rows and columns of padding are; the other elements are written
    // before they are read.
    fill(index(0), kChannels * planeWords);
    forEachOf(plan.outer, [&] { emitStrips(); });
    // All of a channel is read before any of it is written.
    if (BlockArgument image = plan.image;
        image && strips.size() == 1 &&
        plan.storedBytes() == plan.sums.dataBytes)
      arena::inPlaceAttr.putAt(plan.stage, image.getArgNumber());
  }

private:
  /// Neighbouring strips that differ in nothing but their place are a loop.
  void emitStrips() {
    for (size_t i = 0; i < strips.size();) {
      const PlaneStrip &strip = strips[i];
      size_t same = i + 1;
      while (same < strips.size() && strips[same].rows == strip.rows &&
             strips[same].begin == strip.begin && strips[same].end == strip.end)
        ++same;
      forEach(static_cast<int64_t>(same - i), [&](Value n) {
        emitStrip(strip, plus(index(strip.first), times(n, strip.rows)));
      });
      i = same;
    }
  }

  void emitStrip(const PlaneStrip &strip, Value first) {
    // What an only strip leaves out stays as it was filled.
    if (strips.size() > 1) {
      fillRows(0, strip.begin);
      fillRows(strip.end, plan.row.extent(strip.rows));
    }
    at[plan.row.output] = first;
    forEach(plan.groups(), [&](Value group) {
      Value channel = times(group, kChannels);
      if (plan.sums.features % kChannels != 0)
        channel = arith::MinSIOp::create(b, loc, channel,
                                         index(plan.sums.features - kChannels));
      at[plan.feature] = channel;
      gather(strip);
      depthwise(strip, group);
      at[plan.feature] = nullptr;
    });
    at[plan.row.output] = nullptr;
  }

  void fillRows(int64_t begin, int64_t end) {
    int64_t words = plan.rowBytes() / kWord;
    if (begin >= end)
      return;
    for (int64_t plane = 0; plane < kChannels; ++plane)
      fill(index(plane * planeWords + begin * words), (end - begin) * words);
  }

  /// Words of zero points.
  void fill(Value start, int64_t words) {
    auto bits = static_cast<uint32_t>(plan.sums.dataZero + plan.movedBy());
    if (plan.form().elementBytes == 1)
      bits = (bits & 0xff) * 0x01010101U;
    else
      bits = (bits & 0xffff) * 0x00010001U;
    Value word =
        arith::ConstantIntOp::create(b, loc, static_cast<int32_t>(bits), 32);
    int64_t together = words % 4 == 0 ? 4 : 1;
    forEach(words / together, [&](Value i) {
      Value first = plus(start, times(i, together));
      for (int64_t n = 0; n < together; ++n)
        memref::StoreOp::create(b, loc, word, planes,
                                ValueRange{plus(first, index(n))});
    });
  }

  /// Rows of the image that the strip reads, as planes.
  void gather(const PlaneStrip &strip) {
    const Access &image = nest.inputs[plan.data];
    IntegerType from = stored(), to = element();
    // The address of the first element is that of the padding before it.
    const int64_t bytes = plan.sums.dataBytes;
    Value source = plus(plus(addressOf(image.buffer.flat),
                             times(startOf(image.address), bytes)),
                        index(plan.column.pad * plan.column.stride * bytes));
    Value target = plus(addressOf(planes),
                        index(plan.column.pad * plan.form().elementBytes));
    forEach(strip.end - strip.begin, [&](Value i) {
      Value row = plus(i, index(strip.begin));
      kernel::PlanesOp::create(
          b, loc, TypeRange(),
          plus(source, times(row, plan.row.stride * bytes)),
          plus(target, times(row, plan.rowBytes())), plan.pixels(),
          plan.column.stride * bytes, plan.planeBytes(), from, to,
          plan.column.pad % 2 != 0, instructions());
    });
  }

  void depthwise(const PlaneStrip &strip, Value group) {
    const Access &output = nest.outputs.front();
    ArrayRef<int64_t> to = output.address.coefficients;
    const int64_t bytes = plan.storedBytes();
    Value result = plus(addressOf(output.buffer.flat),
                        times(startOf(output.address), bytes));
    Value right = plus(addressOf(stream), times(group, groupBytes));
    IntegerType left = element();
    kernel::DepthwiseOp::create(
        b, loc, TypeRange(), addressOf(planes), right, result, strip.rows,
        plan.column.results, plan.row.taps, plan.row.step, plan.column.step,
        plan.rowBytes(), plan.planeBytes(), to[plan.column.output] * bytes,
        to[plan.row.output] * bytes, left, *plan.stored, instructions());
  }

  /// The type of the data, and of an element of a plane.
  IntegerType stored() {
    return IntegerType::get(
        b.getContext(), static_cast<unsigned>(8 * plan.sums.dataBytes),
        plan.sums.signedData ? IntegerType::Signed : IntegerType::Unsigned);
  }
  IntegerType element() {
    int64_t bytes = plan.form().elementBytes;
    return bytes == 1 ? stored()
                      : IntegerType::get(b.getContext(), 8 * bytes,
                                         IntegerType::Signed);
  }

  kernel::InstructionsAttr instructions() {
    return kernel::InstructionsAttr::get(b.getContext(), plan.instructions->set,
                                         plan.instructions->load);
  }

  const PlanesPlan &plan;
  SmallVector<PlaneStrip> strips;
  int64_t planeWords, groupBytes = 0;
  Value planes; // i32
  Value stream; // i32
};
} // namespace

void emitPlanes(StageContext &context, Nest &nest, const PlanesPlan &plan) {
  PlanesEmitter(context, nest, plan).emit();
}

} // namespace dlc::loops
