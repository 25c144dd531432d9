//===- MelEnergies.cpp - Code of energies in bands of frequencies ---------===//

#include "codegen/audio/FloatTransform.h"
#include "codegen/audio/FrameReader.h"
#include "codegen/audio/FrontEnds.h"
#include "llvm/ADT/STLExtras.h"

using namespace dlc::audio;

namespace {

class Writer {
public:
  Writer(const MelEnergies &frontEnd, Code &code, llvm::Function *function);
  void write();

private:
  using Value = llvm::Value;

  Value *real(double value) { return llvm::ConstantFP::get(c.f32(), value); }
  bool areBins() const;
  void writeBins(Value *row);
  void writeBands(Value *row);
  void store(Value *sum, Value *row, Value *band) {
    c.store(sum, row,
            c.b.CreateMul(band, c.word(frontEnd.features.channelStride)));
  }

  const MelEnergies &frontEnd;
  Code &c;
  Value *samples, *features, *work;
};

} // namespace

Writer::Writer(const MelEnergies &frontEnd, Code &code,
               llvm::Function *function)
    : frontEnd(frontEnd), c(code), samples(function->getArg(0)),
      features(function->getArg(1)), work(function->getArg(2)) {
  llvm::FastMathFlags flags;
  flags.setAllowContract();
  c.b.setFastMathFlags(flags);
}

/// Whether each band is the bin with its number, all of one weight.
bool Writer::areBins() const {
  for (size_t i = 0; i < frontEnd.starts.size(); ++i)
    if (frontEnd.starts[i] != static_cast<int32_t>(i) ||
        frontEnd.widths[i] != 1)
      return false;
  return llvm::all_equal(frontEnd.weights);
}

void Writer::writeBins(Value *row) {
  float weight = frontEnd.weights.front();
  c.loop(frontEnd.features.channels, [&](Value *bin) {
    Value *energy = c.load(c.f32(), work, c.b.CreateShl(bin, 1));
    store(weight == 1 ? energy : c.b.CreateFMul(energy, real(weight)), row,
          bin);
  });
}

void Writer::writeBands(Value *row) {
  Value *starts = c.table(unsignedOf(frontEnd.starts)),
        *widths = c.table(unsignedOf(frontEnd.widths)),
        *weights = c.table(frontEnd.weights);
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
        store(sum, row, band);
        return {c.b.CreateAdd(carried[0], width)};
      });
}

void Writer::write() {
  FrameReader reader(frontEnd.frames, c, samples);
  FloatTransform transform(c, frontEnd.frames.fftSize);
  c.loop(frontEnd.features.frames, [&](Value *frame) {
    reader.begin(frame);
    transform.transform([&](Value *pair) { return reader.pair(pair); }, work);
    transform.energies(work, frontEnd.magnitude);
    Value *row =
        c.at(c.f32(), features,
             c.b.CreateMul(frame, c.word(frontEnd.features.frameStride)));
    if (areBins())
      writeBins(row);
    else
      writeBands(row);
  });
  c.b.CreateRetVoid();
}

int64_t dlc::audio::scratchBytes(const MelEnergies &frontEnd, const Machine &) {
  return 4 * (frontEnd.frames.fftSize + 1);
}

int64_t dlc::audio::keptTensors(const MelEnergies &) { return 0; }

void dlc::audio::writeCode(const MelEnergies &frontEnd, Code &code,
                           llvm::Function *function) {
  Writer(frontEnd, code, function).write();
}
