//===- Pixels.h - Facts about formats of pixels -----------------*- C++ -*-===//

#ifndef DLC_DIALECTS_NN_PIXELS_H
#define DLC_DIALECTS_NN_PIXELS_H

#include "dialects/nn/NnOps.h"

namespace dlc::nn {

/// Rows of all planes, and the bytes of a row without what a stride adds.
struct FrameShape {
  int64_t rows, bytes;
};
FrameShape frameShape(PixelFormat format, int64_t height, int64_t width);

bool isYuv(PixelFormat format);
bool isBayer(PixelFormat format);

/// How many pixels of a column (`rows`) or of a row share a sample of chroma.
unsigned pixelsSharingChroma(PixelFormat format, bool rows);

/// How many weights nn.color_convert has.
size_t conversionWeights(PixelFormat format, PixelColor color);

int64_t channelsOf(PixelColor color);

} // namespace dlc::nn

#endif
