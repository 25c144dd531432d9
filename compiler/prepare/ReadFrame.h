//===- ReadFrame.h - A camera's frame, or a picture -------------*- C++ -*-===//
//
// Each reads a value and returns false after an error at its place.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_PREPARE_READFRAME_H
#define DLC_COMPILER_PREPARE_READFRAME_H

#include "compiler/prepare/Description.h"
#include "compiler/prepare/Yaml.h"

namespace dlc::prepare {

/// Larger sides are typing errors, and their bytes would not fit a frame.
inline constexpr int64_t kMostPixels = 1 << 14;

bool readFormat(const YamlNode &node, nn::PixelFormat &format);

/// "[480, 640]", height first.
bool readSize(const YamlNode &node, Size &size);

/// Bytes of a row; what the pixels take without a node.
bool readStride(const YamlNode *node, Frame &frame);

/// The value of "tensor:".
bool readFrame(const YamlNode &node, Frame &frame);

} // namespace dlc::prepare

#endif
