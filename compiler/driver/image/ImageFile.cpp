//===- ImageFile.cpp - Which kind of picture a file is --------------------===//

#include "compiler/driver/image/Image.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace dlc;
using namespace dlc::driver;

/// A photograph of 64 million pixels is 192 MB of bytes.
static constexpr uint64_t kMostPixels = uint64_t(1) << 26;

llvm::Error driver::checkImageSize(uint64_t height, uint64_t width) {
  if (height == 0 || width == 0)
    return llvm::createStringError("it has no pixels");
  // Neither side is above 2^32: the product fits.
  if (height > kMostPixels || width > kMostPixels ||
      height * width > kMostPixels)
    return llvm::createStringError("it has " + llvm::Twine(height) + " x " +
                                   llvm::Twine(width) + " pixels; at most " +
                                   llvm::Twine(kMostPixels) + " are read");
  return llvm::Error::success();
}

static llvm::Expected<Image> readContent(llvm::StringRef content) {
  llvm::ArrayRef<uint8_t> bytes(
      reinterpret_cast<const uint8_t *>(content.data()), content.size());
  if (content.starts_with("\x89PNG"))
    return readPng(bytes);
  if (content.starts_with("BM"))
    return readBmp(bytes);
  if (content.starts_with("P5") || content.starts_with("P6"))
    return readPnm(bytes);
  llvm::StringRef kind = content.starts_with("\xFF\xD8") ? "it is a JPEG file; "
                         : content.empty()               ? "it is empty; "
                                                         : "";
  return llvm::createStringError(
      kind + "pictures are PNG, BMP, or PPM and PGM of bytes (P5, P6)");
}

llvm::Expected<Image> driver::readImage(llvm::StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!buffer)
    return llvm::createStringError("cannot read the picture '" + path +
                                   "': " + buffer.getError().message());
  llvm::Expected<Image> image = readContent((*buffer)->getBuffer());
  if (!image)
    return llvm::createStringError("cannot read the picture '" + path +
                                   "': " + llvm::toString(image.takeError()));
  return image;
}
