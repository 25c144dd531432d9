//===- MicroFeatures.cpp - Code of the front end in integers --------------===//

#include "codegen/audio/FixedTransform.h"
#include "codegen/audio/FrontEnds.h"
#include "codegen/audio/MicroMath.h"
#include "codegen/audio/Roots.h"
#include "codegen/audio/StoredForm.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/InlineAsm.h"

using namespace dlc::audio;

namespace {

/// Offsets in the scratch memory.
struct Layout {
  explicit Layout(const MicroFeatures &frontEnd)
      : work(2 * frontEnd.fftSize), estimates(work + 2 * frontEnd.fftSize),
        bytes(estimates +
              (frontEnd.keepsEstimates ? 0 : 4 * frontEnd.features.channels)) {}

  int64_t work, estimates, bytes; // the window's result is the first
};

class Writer {
public:
  Writer(const MicroFeatures &frontEnd, Code &code, llvm::Function *function);
  void write();

private:
  using Value = llvm::Value;

  /// A channel's sum, and what goes into the next one.
  struct Sums {
    Value *own, *next;
    Value *ownUpper = nullptr, *nextUpper = nullptr;
  };

  Value *applyWindow(Value *samples);
  Value *windowPairs(Value *samples, Value *coefficients);
  Value *windowNumbers(Value *samples, Value *coefficients);
  void dropOverflow(Value *shift, Value *magnitudes);
  Code::Values addBins(Value *width, Code::Values places, Code::Values next);
  std::pair<Value *, Value *> wordsOf(llvm::ArrayRef<Value *> sums);
  Value *finishChannel(Value *channel, Value *value);
  void writeChannels(Value *shift, Value *row);
  bool sumsFitWords() const;

  const MicroFeatures &frontEnd;
  Code &c;
  MicroMath math;
  Roots roots;
  StoredForm stored;
  bool words; ///< sums of channels are two of 32 bits
  Value *samples, *before, *features, *frame, *work, *estimates;
  Value *widths, *weights;
};

} // namespace

Writer::Writer(const MicroFeatures &frontEnd, Code &code,
               llvm::Function *function)
    : frontEnd(frontEnd), c(code), math(code, frontEnd.gains), roots(code),
      stored(frontEnd.stored),
      words(!code.machine.longProducts && sumsFitWords()),
      samples(function->getArg(0)), before(nullptr) {
  Layout layout(frontEnd);
  int64_t kept = keptTensors(frontEnd);
  features = function->getArg(1 + kept);
  frame = function->getArg(2 + 2 * kept);
  work = c.behind(frame, layout.work);
  estimates = c.behind(frame, layout.estimates);
  if (frontEnd.keepsEstimates) {
    before = function->getArg(1);
    estimates = function->getArg(3);
  }
  widths = c.table(unsignedOf(frontEnd.widths));
  weights = c.table(frontEnd.weights);
}

//===----------------------------------------------------------------------===//
// The window
//===----------------------------------------------------------------------===//

/// Two samples in a word at a time; returns all magnitudes, joined by or, in
/// both halves.
Writer::Value *Writer::windowPairs(Value *samples, Value *coefficients) {
  // -x where that is positive, in each half; LLVM may not come in between.
  auto *type = llvm::FunctionType::get(c.i32(), {c.i32(), c.i32()}, false);
  llvm::InlineAsm *magnitude = llvm::InlineAsm::get(
      type, "ssub16 $0, $2, $1\n\tsel $0, $0, $1", "=&r,r,r",
      /*hasSideEffects=*/false);
  auto count = static_cast<int64_t>(frontEnd.window.size() / 2);
  Value *joined =
      c.loop(c.word(0), c.word(count), 1, {c.number(0)},
             [&](Value *i, llvm::ArrayRef<Value *> carried) -> Code::Values {
               Value *x = c.load(c.i32(), samples, i, /*align=*/2),
                     *by = c.load(c.i32(), coefficients, i);
               Value *first = c.arm("smulbb", {x, by}),
                     *second = c.arm("smultt", {x, by});
               Value *upper = c.b.CreateAnd(c.b.CreateShl(second, 4),
                                            c.number(0xFFFF0000));
               Value *lower =
                   c.b.CreateAnd(c.b.CreateAShr(first, 12), c.number(0xFFFF));
               Value *pair = c.b.CreateOr(upper, lower);
               c.store(pair, frame, i);
               Value *size = c.b.CreateCall(magnitude, {pair, c.number(0)});
               return {c.b.CreateOr(carried[0], size)};
             })[0];
  return c.b.CreateOr(c.b.CreateLShr(joined, 16),
                      c.b.CreateAnd(joined, c.number(0xFFFF)));
}

Writer::Value *Writer::windowNumbers(Value *samples, Value *coefficients) {
  auto count = static_cast<int64_t>(frontEnd.window.size());
  int64_t unrolled = count % 4 ? 1 : 4;
  auto round = [&](Value *i, llvm::ArrayRef<Value *> carried) -> Code::Values {
    Value *joined = carried[0];
    for (int64_t j = 0; j < unrolled; ++j) {
      Value *place = c.b.CreateAdd(i, c.word(j));
      Value *product =
          c.b.CreateMul(c.loadSigned(c.i16(), samples, place),
                        c.loadSigned(c.i16(), coefficients, place));
      Value *value = c.b.CreateAShr(product, 12);
      c.store(c.b.CreateTrunc(value, c.i16()), frame, place);
      Value *sign = c.b.CreateAShr(product, 31);
      joined =
          c.b.CreateOr(joined, c.b.CreateSub(c.b.CreateXor(value, sign), sign));
    }
    return {joined};
  };
  return c.loop(c.word(0), c.word(count), unrolled, {c.number(0)}, round)[0];
}

/// Returns the shift of the frame.
Writer::Value *Writer::applyWindow(Value *samples) {
  Value *coefficients = c.table(frontEnd.window);
  bool pairs = c.machine.pairs && frontEnd.window.size() % 2 == 0;
  Value *magnitudes = pairs ? windowPairs(samples, coefficients)
                            : windowNumbers(samples, coefficients);
  Value *counted = c.b.CreateAnd(magnitudes, c.number(0x7FFF));
  Value *shift = c.b.CreateSub(c.number(15), math.bitsOf(counted).count);
  dropOverflow(shift, magnitudes);
  return shift;
}

/// -32768 does not count when the shift is chosen: shifted, nothing is left.
void Writer::dropOverflow(Value *shift, Value *magnitudes) {
  Value *isThere = c.b.CreateICmpUGT(magnitudes, c.number(0x7FFF));
  Value *isShifted = c.b.CreateICmpNE(shift, c.number(0));
  auto size = static_cast<int64_t>(frontEnd.window.size());
  c.either(
      c.b.CreateAnd(isThere, isShifted),
      [&] {
        c.loop(size, [&](Value *i) {
          Value *x = c.load(c.i16(), frame, i);
          Value *gone = c.b.CreateICmpEQ(x, c.b.getInt16(0x8000));
          c.store(c.select(gone, c.b.getInt16(0), x), frame, i);
        });
        return c.number(0);
      },
      [&] { return c.number(0); });
}

//===----------------------------------------------------------------------===//
// The channels
//===----------------------------------------------------------------------===//

/// Whether weights times halves of energies add up to less than 2^32.
bool Writer::sumsFitWords() const {
  int64_t own = 0, next = 0;
  const int16_t *weight = frontEnd.weights.data();
  for (int32_t width : frontEnd.widths) {
    own = next;
    next = 0;
    for (int32_t i = 0; i < width; ++i, ++weight) {
      own += *weight;
      next += 4096 - *weight;
    }
    if (std::max(own, next) * 0xFFFF > UINT32_MAX || width > 0xFFFF)
      return false;
  }
  return true;
}

/// Adds the next `width` bins to a channel's sums. `places` are where the bins
/// and their weights are; returned are these, the channel's sums, and those
/// that the next one begins with.
Code::Values Writer::addBins(Value *width, Code::Values places,
                             Code::Values own) {
  llvm::Type *type = words ? c.i32() : c.i64();
  unsigned parts = words ? 2 : 1;
  Code::Values carried = own;
  for (unsigned i = 0; i < parts; ++i)
    carried.push_back(llvm::ConstantInt::get(type, 0));
  auto round = [&](Value *i, llvm::ArrayRef<Value *> sums) -> Code::Values {
    Value *energy = c.load(c.i32(), work, c.b.CreateAdd(places[0], i));
    Value *weight =
        c.loadUnsigned(c.i16(), weights, c.b.CreateAdd(places[1], i));
    Code::Values halves = {energy};
    if (words)
      halves = {c.b.CreateAnd(energy, c.number(0xFFFF)),
                c.b.CreateLShr(energy, 16)};
    Code::Values next;
    for (unsigned p = 0; p < parts; ++p) {
      Value *product = nullptr;
      if (words || c.machine.longProducts) {
        product = c.b.CreateMul(c.b.CreateZExt(halves[p], type),
                                c.b.CreateZExt(weight, type));
      } else { // of 32 bits each
        Value *lower =
            c.b.CreateMul(c.b.CreateAnd(energy, c.number(0xFFFF)), weight);
        Value *upper = c.b.CreateMul(c.b.CreateLShr(energy, 16), weight);
        product = c.b.CreateAdd(c.b.CreateZExt(lower, type),
                                c.b.CreateShl(c.b.CreateZExt(upper, type), 16));
      }
      next.push_back(c.b.CreateAdd(sums[p], product));
    }
    for (unsigned p = 0; p < parts; ++p)
      next.push_back(
          c.b.CreateAdd(sums[parts + p], c.b.CreateZExt(halves[p], type)));
    return next;
  };
  Code::Values sums =
      c.loop(c.word(0), width, 1, carried, round, /*mayBeNone=*/true);
  Code::Values result = {c.b.CreateAdd(places[0], width),
                         c.b.CreateAdd(places[1], width)};
  result.append(sums.begin(), sums.begin() + parts);
  // All of the energy, less what the channel has got of it by now.
  for (unsigned p = 0; p < parts; ++p)
    result.push_back(c.b.CreateAdd(
        c.b.CreateSub(c.b.CreateShl(sums[parts + p], 12), sums[p]), own[p]));
  return result;
}

/// 64 bits of a sum.
std::pair<llvm::Value *, llvm::Value *>
Writer::wordsOf(llvm::ArrayRef<Value *> sums) {
  if (!words)
    return {c.b.CreateTrunc(sums[0], c.i32()),
            c.b.CreateTrunc(c.b.CreateLShr(sums[0], 32), c.i32())};
  Value *shifted = c.b.CreateShl(sums[1], 16);
  Value *low = c.b.CreateAdd(sums[0], shifted);
  Value *carry = c.b.CreateZExt(c.b.CreateICmpULT(low, shifted), c.i32());
  return {low, c.b.CreateAdd(c.b.CreateLShr(sums[1], 16), carry)};
}

/// Noise, gain, logarithm.
Writer::Value *Writer::finishChannel(Value *channel, Value *value) {
  Value *isOdd = c.b.CreateICmpNE(c.b.CreateAnd(channel, c.word(1)), c.word(0));
  Value *smoothing = c.select(isOdd, c.number(frontEnd.oddSmoothing),
                              c.number(frontEnd.evenSmoothing));
  Value *up = c.b.CreateShl(value, frontEnd.smoothingBits);
  Value *estimate =
      math.mix(up, c.load(c.i32(), estimates, channel), smoothing);
  c.store(estimate, estimates, channel);
  Value *without = c.b.CreateLShr(c.b.CreateSub(up, c.smaller(estimate, up)),
                                  frontEnd.smoothingBits);
  value = c.larger(without, math.fraction14(value, frontEnd.leastRemaining));

  Value *ratio = math.scale(value, math.gain(estimate), frontEnd.ratioShift);
  Value *isSmall = c.b.CreateICmpULT(ratio, c.number(8192));
  value = c.select(isSmall, c.b.CreateLShr(c.b.CreateMul(ratio, ratio), 20),
                   c.b.CreateSub(c.b.CreateLShr(ratio, 6), c.number(64)));

  value = c.b.CreateShl(value, frontEnd.logBits);
  Value *feature = c.either(
      c.b.CreateICmpULT(value, c.number(2)), [&] { return c.number(0); },
      [&] {
        Value *scaled = c.b.CreateShl(math.logarithm(value), frontEnd.logShift);
        return c.smaller(
            c.b.CreateLShr(c.b.CreateAdd(scaled, c.number(32768)), 16),
            c.number(0xFFFF));
      });
  return stored.write(c, feature);
}

void Writer::writeChannels(Value *shift, Value *row) {
  llvm::Type *type = words ? c.i32() : c.i64();
  Code::Values none(words ? 2 : 1, llvm::ConstantInt::get(type, 0));
  // Bins in front of the first channel.
  Code::Values carried = addBins(c.word(frontEnd.widths.front()),
                                 {c.word(frontEnd.firstBin), c.word(0)}, none);
  carried.erase(carried.begin() + 2, carried.begin() + 2 + none.size());
  c.loop(c.word(0), c.word(frontEnd.features.channels), 1, carried,
         [&](Value *channel, llvm::ArrayRef<Value *> before) {
           Value *width = c.toWord(c.loadUnsigned(
               c.i16(), widths, c.b.CreateAdd(channel, c.word(1))));
           Code::Values after =
               addBins(width, {before[0], before[1]},
                       Code::Values(before.begin() + 2, before.end()));
           auto [low, high] =
               wordsOf(llvm::ArrayRef(after).slice(2, none.size()));
           Value *root = c.b.CreateLShr(roots.rounded(low, high), shift);
           Value *place =
               c.b.CreateMul(channel, c.word(frontEnd.features.channelStride));
           c.store(finishChannel(channel, root), row, place);
           after.erase(after.begin() + 2, after.begin() + 2 + none.size());
           return after;
         });
}

void Writer::write() {
  c.loop(frontEnd.features.channels, [&](Value *i) {
    c.store(before ? c.load(c.i32(), before, i) : c.number(0), estimates, i);
  });
  // Zeros behind the window.
  auto size = static_cast<int64_t>(frontEnd.window.size());
  if (size < frontEnd.fftSize)
    c.loop(c.word(size), c.word(frontEnd.fftSize), 1, {},
           [&](Value *i, llvm::ArrayRef<Value *>) {
             c.store(c.b.getInt16(0), frame, i);
             return Code::Values();
           });
  FixedTransform transform(c, frontEnd.fftSize);
  int64_t bins = 0;
  for (int32_t width : frontEnd.widths)
    bins += width;
  c.loop(frontEnd.features.frames, [&](Value *i) {
    Value *first =
        c.at(c.i16(), samples, c.b.CreateMul(i, c.word(frontEnd.hop)));
    Value *row = c.at(stored.element(c), features,
                      c.b.CreateMul(i, c.word(frontEnd.features.frameStride)));
    Value *shift = applyWindow(first);
    transform.transform(frame, shift, work);
    if (bins)
      transform.energies(work, frontEnd.firstBin, frontEnd.firstBin + bins - 1);
    writeChannels(shift, row);
  });
  c.b.CreateRetVoid();
}

int64_t dlc::audio::scratchBytes(const MicroFeatures &frontEnd,
                                 const Machine &) {
  return Layout(frontEnd).bytes;
}

int64_t dlc::audio::keptTensors(const MicroFeatures &frontEnd) {
  return frontEnd.keepsEstimates ? 1 : 0;
}

void dlc::audio::writeCode(const MicroFeatures &frontEnd, Code &code,
                           llvm::Function *function) {
  Writer(frontEnd, code, function).write();
}
