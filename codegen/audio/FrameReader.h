//===- FrameReader.h - A frame of samples, as it is transformed -*- C++ -*-===//

#ifndef DLC_CODEGEN_AUDIO_FRAMEREADER_H
#define DLC_CODEGEN_AUDIO_FRAMEREADER_H

#include "codegen/audio/Butterflies.h"
#include "codegen/audio/FrontEnds.h"

namespace dlc::audio {

/// Reads samples in memory as the numbers that a float transform takes.
class FrameReader {
public:
  using Value = llvm::Value;

  FrameReader(const Frames &frames, Code &code, Value *samples);

  /// From here on frame `number` is read.
  void begin(Value *number);
  /// Two numbers of the frame, by the place of their pair.
  Complex pair(Value *place);

private:
  Value *sampleAt(Value *place);
  Value *meanOf();

  const Frames &frames;
  Code &c;
  Value *samples;
  Value *window = nullptr;                   // none where it changes nothing
  Value *first = nullptr, *offset = nullptr; // of the frame
};

} // namespace dlc::audio

#endif
