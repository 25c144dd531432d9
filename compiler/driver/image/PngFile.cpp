//===- PngFile.cpp - PNG by libpng ----------------------------------------===//

#include "compiler/driver/OutputFiles.h"
#include "compiler/driver/image/Image.h"

#include <png.h>

using namespace dlc;
using namespace dlc::driver;

namespace {

/// libpng's own state, which goes whatever happens.
struct Png {
  png_image image = {};
  Png() { image.version = PNG_IMAGE_VERSION; }
  ~Png() { png_image_free(&image); }
  Png(const Png &) = delete;
  Png &operator=(const Png &) = delete;

  llvm::Error error() const {
    llvm::StringRef message = image.message;
    if (message == "read beyond end of data")
      return llvm::createStringError("it is cut off");
    return llvm::createStringError("libpng: " + message);
  }
};

} // namespace

llvm::Expected<Image> driver::readPng(llvm::ArrayRef<uint8_t> content) {
  Png png;
  if (!png_image_begin_read_from_memory(&png.image, content.data(),
                                        content.size()))
    return png.error();
  if (llvm::Error error = checkImageSize(png.image.height, png.image.width))
    return error;
  png.image.format = PNG_FORMAT_RGB;
  // As bytes are, and as other programs read them: not as light.
  png.image.flags |= PNG_IMAGE_FLAG_16BIT_sRGB;
  Image image(png.image.height, png.image.width);
  const png_color black = {0, 0, 0};
  if (!png_image_finish_read(&png.image, &black, image.rgb.data(),
                             /*row_stride=*/0, /*colormap=*/nullptr))
    return png.error();
  return image;
}

llvm::Error driver::writePng(llvm::StringRef path, const Image &image) {
  Png png;
  png.image.width = static_cast<png_uint_32>(image.width);
  png.image.height = static_cast<png_uint_32>(image.height);
  png.image.format = PNG_FORMAT_RGB;
  png_alloc_size_t size = 0;
  if (!png_image_write_to_memory(&png.image, nullptr, &size, 0,
                                 image.rgb.data(), 0, nullptr))
    return png.error();
  std::vector<char> bytes(size);
  if (!png_image_write_to_memory(&png.image, bytes.data(), &size, 0,
                                 image.rgb.data(), 0, nullptr))
    return png.error();
  return writeFile(
      path, [&](llvm::raw_pwrite_stream &os) { os.write(bytes.data(), size); });
}
