//===- FrameOfImage.h - A picture as a camera would send it -----*- C++ -*-===//

#ifndef DLC_COMPILER_DRIVER_IMAGE_FRAMEOFIMAGE_H
#define DLC_COMPILER_DRIVER_IMAGE_FRAMEOFIMAGE_H

#include "compiler/driver/image/Image.h"
#include "compiler/prepare/Description.h"

namespace dlc::driver {

/// The part in the middle of a picture that has the shape of `size`.
struct Window {
  int64_t top = 0, left = 0, height = 0, width = 0;
};
Window middleOf(prepare::Size image, prepare::Size size);

/// That part in the size; as it is where it has it, else as Pillow's BILINEAR
/// makes it.
Image fitImage(const Image &image, prepare::Size size);

/// The bytes of a frame that shows the picture, which has its size: all planes,
/// with the frame's stride. Colours are rounded to the format's nearest, those
/// that pixels share are their mean; grey is OpenCV's; RGB565 is cut off, as
/// OpenCV has it.
std::vector<uint8_t> frameOfImage(const Image &image,
                                  const prepare::Frame &frame);

} // namespace dlc::driver

#endif // DLC_COMPILER_DRIVER_IMAGE_FRAMEOFIMAGE_H
