//===- Spectrum.cpp - Code of the transforms of frames --------------------===//

#include "codegen/audio/FloatTransform.h"
#include "codegen/audio/FrameReader.h"
#include "codegen/audio/FrontEnds.h"

using namespace dlc::audio;

int64_t dlc::audio::scratchBytes(const Spectrum &frontEnd, const Machine &) {
  return 4 * frontEnd.frames.fftSize;
}

int64_t dlc::audio::keptTensors(const Spectrum &) { return 0; }

void dlc::audio::writeCode(const Spectrum &frontEnd, Code &c,
                           llvm::Function *function) {
  llvm::FastMathFlags flags;
  flags.setAllowContract();
  c.b.setFastMathFlags(flags);
  const Features &features = frontEnd.features;
  llvm::Value *work = function->getArg(2);
  FrameReader reader(frontEnd.frames, c, function->getArg(0));
  FloatTransform transform(c, frontEnd.frames.fftSize);
  c.loop(features.frames, [&](llvm::Value *frame) {
    reader.begin(frame);
    transform.transform([&](llvm::Value *pair) { return reader.pair(pair); },
                        work);
    llvm::Value *row = c.at(c.f32(), function->getArg(1),
                            c.b.CreateMul(frame, c.word(features.frameStride)));
    transform.bins(work, [&](llvm::Value *bin, const Complex &x, double scale) {
      llvm::Value *place = c.b.CreateMul(bin, c.word(features.channelStride));
      auto *factor = llvm::ConstantFP::get(c.f32(), scale);
      c.store(c.b.CreateFMul(x.re, factor), row, place);
      c.store(c.b.CreateFMul(x.im, factor), row,
              c.b.CreateAdd(place, c.word(frontEnd.partStride)));
    });
  });
  c.b.CreateRetVoid();
}
