//===- MelEnergies.cpp - Code of energies in bands of frequencies ---------===//

#include "codegen/audio/FloatTransform.h"
#include "codegen/audio/FrontEnds.h"

using namespace dlc::audio;

namespace {

class Writer {
public:
  Writer(const MelEnergies &frontEnd, Code &code, llvm::Function *function);
  void write();

private:
  using Value = llvm::Value;

  Value *real(double value) { return llvm::ConstantFP::get(c.f32(), value); }
  Value *sampleAt(Value *place);
  Value *meanOf();
  Complex input(Value *pair);
  void writeBands(Value *row);

  const MelEnergies &frontEnd;
  Code &c;
  Value *samples, *features, *work;
  Value *window, *starts, *widths, *weights;
  Value *first = nullptr, *offset = nullptr; // of the frame
};

} // namespace

Writer::Writer(const MelEnergies &frontEnd, Code &code,
               llvm::Function *function)
    : frontEnd(frontEnd), c(code), samples(function->getArg(0)),
      features(function->getArg(1)), work(function->getArg(2)) {
  std::vector<float> padded = frontEnd.window;
  padded.resize(frontEnd.fftSize);
  window = c.table(padded);
  starts = c.table(unsignedOf(frontEnd.starts));
  widths = c.table(unsignedOf(frontEnd.widths));
  weights = c.table(frontEnd.weights);
  llvm::FastMathFlags flags;
  flags.setAllowContract();
  c.b.setFastMathFlags(flags);
}

llvm::Value *Writer::sampleAt(Value *place) {
  return c.b.CreateSIToFP(c.loadSigned(c.i16(), first, place), c.f32());
}

/// The sum fits a word: there are at most 4096 samples of 16 bits.
llvm::Value *Writer::meanOf() {
  auto size = static_cast<int64_t>(frontEnd.window.size());
  Value *sum = c.loop(
      c.word(0), c.word(size), 1, {c.number(0)},
      [&](Value *i, llvm::ArrayRef<Value *> carried) -> Code::Values {
        return {c.b.CreateAdd(carried[0], c.loadSigned(c.i16(), first, i))};
      })[0];
  return c.b.CreateFMul(c.b.CreateSIToFP(sum, c.f32()),
                        real(1 / static_cast<double>(size)));
}

/// Two samples as they are transformed. Behind the window, whose coefficients
/// are 0 there, its last sample is read.
Complex Writer::input(Value *pair) {
  auto size = static_cast<int64_t>(frontEnd.window.size());
  Value *parts[2];
  for (int64_t j = 0; j < 2; ++j) {
    Value *place = c.b.CreateAdd(c.b.CreateShl(pair, 1), c.word(j));
    Value *from = place;
    if (size < frontEnd.fftSize)
      from = c.smaller(place, c.word(size - 1));
    Value *value = sampleAt(from);
    if (frontEnd.preemphasis != 0) {
      Value *isFirst = c.b.CreateICmpEQ(from, c.word(0));
      Value *before = sampleAt(
          c.select(isFirst, c.word(0), c.b.CreateSub(from, c.word(1))));
      value = c.b.CreateFSub(
          value, c.b.CreateFMul(before, real(frontEnd.preemphasis)));
    }
    if (offset)
      value = c.b.CreateFSub(value, offset);
    parts[j] = c.b.CreateFMul(value, c.load(c.f32(), window, place));
  }
  return {parts[0], parts[1], nullptr};
}

void Writer::writeBands(Value *row) {
  c.loop(
      c.word(0), c.word(frontEnd.features.channels), 1, {c.word(0)},
      [&](Value *band, llvm::ArrayRef<Value *> carried) -> Code::Values {
        Value *start = c.toWord(c.loadUnsigned(c.i16(), starts, band)),
              *width = c.toWord(c.loadUnsigned(c.i16(), widths, band));
        Value *sum = c.loop(
            c.word(0), width, 1, {real(0)},
            [&](Value *i, llvm::ArrayRef<Value *> sums) -> Code::Values {
              Value *bin = c.b.CreateShl(c.b.CreateAdd(start, i), 1);
              Value *weight =
                  c.load(c.f32(), weights, c.b.CreateAdd(carried[0], i));
              return {c.b.CreateFAdd(
                  c.b.CreateFMul(weight, c.load(c.f32(), work, bin)), sums[0])};
            },
            /*mayBeNone=*/true)[0];
        c.store(sum, row,
                c.b.CreateMul(band, c.word(frontEnd.features.channelStride)));
        return {c.b.CreateAdd(carried[0], width)};
      });
}

void Writer::write() {
  FloatTransform transform(c, frontEnd.fftSize);
  c.loop(frontEnd.features.frames, [&](Value *i) {
    first = c.at(c.i16(), samples, c.b.CreateMul(i, c.word(frontEnd.hop)));
    if (frontEnd.removeMean)
      offset = c.b.CreateFMul(meanOf(), real(1 - frontEnd.preemphasis));
    transform.transform([&](Value *pair) { return input(pair); }, work);
    transform.energies(work, frontEnd.magnitude);
    writeBands(c.at(c.f32(), features,
                    c.b.CreateMul(i, c.word(frontEnd.features.frameStride))));
  });
  c.b.CreateRetVoid();
}

int64_t dlc::audio::scratchBytes(const MelEnergies &frontEnd, const Machine &) {
  return 4 * (frontEnd.fftSize + 1);
}

int64_t dlc::audio::keptTensors(const MelEnergies &) { return 0; }

void dlc::audio::writeCode(const MelEnergies &frontEnd, Code &code,
                           llvm::Function *function) {
  Writer(frontEnd, code, function).write();
}
