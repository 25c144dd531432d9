//===- FrameReader.cpp - A frame of samples, as it is transformed ---------===//

#include "codegen/audio/FrameReader.h"
#include "llvm/ADT/STLExtras.h"

using namespace dlc::audio;

static llvm::Value *real(Code &c, double value) {
  return llvm::ConstantFP::get(c.f32(), value);
}

FrameReader::FrameReader(const Frames &frames, Code &code, Value *samples)
    : frames(frames), c(code), samples(samples) {
  std::vector<float> padded = frames.window;
  padded.resize(frames.fftSize);
  if (!llvm::all_of(padded, [](float factor) { return factor == 1; }))
    window = c.table(padded);
}

llvm::Value *FrameReader::sampleAt(Value *place) {
  if (frames.floats)
    return c.load(c.f32(), first, place);
  return c.b.CreateSIToFP(c.loadSigned(c.i16(), first, place), c.f32());
}

/// The sum fits a word: there are at most 4096 samples of 16 bits.
llvm::Value *FrameReader::meanOf() {
  auto size = static_cast<int64_t>(frames.window.size());
  Value *sum = c.loop(
      c.word(0), c.word(size), 1, {c.number(0)},
      [&](Value *i, llvm::ArrayRef<Value *> carried) -> Code::Values {
        return {c.b.CreateAdd(carried[0], c.loadSigned(c.i16(), first, i))};
      })[0];
  return c.b.CreateFMul(c.b.CreateSIToFP(sum, c.f32()),
                        real(c, 1 / static_cast<double>(size)));
}

void FrameReader::begin(Value *number) {
  first = c.at(frames.floats ? c.f32() : c.i16(), samples,
               c.b.CreateMul(number, c.word(frames.hop)));
  if (frames.removeMean)
    offset = c.b.CreateFMul(meanOf(), real(c, 1 - frames.preemphasis));
}

/// Behind the window, whose coefficients are 0 there, its last sample is read.
Complex FrameReader::pair(Value *place) {
  auto size = static_cast<int64_t>(frames.window.size());
  Value *parts[2];
  for (int64_t j = 0; j < 2; ++j) {
    Value *at = c.b.CreateAdd(c.b.CreateShl(place, 1), c.word(j));
    Value *from = at;
    if (size < frames.fftSize)
      from = c.smaller(at, c.word(size - 1));
    Value *value = sampleAt(from);
    if (frames.preemphasis != 0) {
      Value *isFirst = c.b.CreateICmpEQ(from, c.word(0));
      Value *before = sampleAt(
          c.select(isFirst, c.word(0), c.b.CreateSub(from, c.word(1))));
      value = c.b.CreateFSub(
          value, c.b.CreateFMul(before, real(c, frames.preemphasis)));
    }
    if (offset)
      value = c.b.CreateFSub(value, offset);
    parts[j] =
        window ? c.b.CreateFMul(value, c.load(c.f32(), window, at)) : value;
  }
  return {parts[0], parts[1], nullptr};
}
