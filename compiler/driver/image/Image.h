//===- Image.h - Pictures in files ------------------------------*- C++ -*-===//

#ifndef DLC_COMPILER_DRIVER_IMAGE_IMAGE_H
#define DLC_COMPILER_DRIVER_IMAGE_IMAGE_H

#include "llvm/Support/Error.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace dlc::driver {

/// Red, green, blue from 0 to 255, row by row.
struct Image {
  int64_t height = 0, width = 0;
  std::vector<uint8_t> rgb;

  Image() = default;
  Image(int64_t height, int64_t width)
      : height(height), width(width), rgb(3 * height * width) {}

  uint8_t *at(int64_t y, int64_t x) { return &rgb[3 * (y * width + x)]; }
  const uint8_t *at(int64_t y, int64_t x) const {
    return &rgb[3 * (y * width + x)];
  }
};

/// Reads PNG (what is transparent lies on black), BMP without compression, or
/// PPM and PGM of bytes (P5, P6), by what the file begins with. An error names
/// the file, says what is wrong with it and what can be read.
llvm::Expected<Image> readImage(llvm::StringRef path);

/// As PNG, whole or not at all.
llvm::Error writePng(llvm::StringRef path, const Image &image);

// Each of a file's content, whose name messages do not have.
llvm::Expected<Image> readPng(llvm::ArrayRef<uint8_t> content);
llvm::Expected<Image> readBmp(llvm::ArrayRef<uint8_t> content);
llvm::Expected<Image> readPnm(llvm::ArrayRef<uint8_t> content);

/// A picture that is too large, or has no pixels, is an error.
llvm::Error checkImageSize(uint64_t height, uint64_t width);

} // namespace dlc::driver

#endif // DLC_COMPILER_DRIVER_IMAGE_IMAGE_H
