//===- PlainFiles.cpp - Pictures without compression ----------------------===//

#include "compiler/driver/image/Image.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"

using namespace dlc;
using namespace dlc::driver;

static llvm::Error endsEarly() {
  return llvm::createStringError("it ends before its last pixel");
}

//===----------------------------------------------------------------------===//
// PPM, PGM
//===----------------------------------------------------------------------===//

/// A number of the header, after blanks and comments; none where there is no
/// number.
static std::optional<uint32_t> readNumber(llvm::StringRef &text) {
  for (text = text.ltrim(); text.starts_with("#"); text = text.ltrim())
    text = text.drop_until([](char c) { return c == '\n'; });
  uint32_t number = 0;
  if (text.consumeInteger(10, number))
    return std::nullopt;
  return number;
}

llvm::Expected<Image> driver::readPnm(llvm::ArrayRef<uint8_t> content) {
  llvm::StringRef text(reinterpret_cast<const char *>(content.data()),
                       content.size());
  bool isGrey = text.starts_with("P5");
  text = text.drop_front(2);
  std::optional<uint32_t> width = readNumber(text), height = readNumber(text),
                          most = readNumber(text);
  if (!width || !height || !most || text.empty() || !llvm::isSpace(text[0]))
    return llvm::createStringError("its header is no width, height and "
                                   "greatest value");
  if (*most != 255)
    return llvm::createStringError("its values go to " + llvm::Twine(*most) +
                                   "; to 255 they are bytes");
  if (llvm::Error error = checkImageSize(*height, *width))
    return error;
  Image image(*height, *width);
  text = text.drop_front();
  size_t pixels = image.rgb.size() / 3;
  if (text.size() < (isGrey ? 1 : 3) * pixels)
    return endsEarly();
  const uint8_t *from = text.bytes_begin();
  for (size_t i = 0; i < image.rgb.size(); ++i)
    image.rgb[i] = from[isGrey ? i / 3 : i];
  return image;
}

//===----------------------------------------------------------------------===//
// BMP
//===----------------------------------------------------------------------===//

namespace {

/// What the two headers say.
struct Bitmap {
  uint64_t begin = 0, palette = 0; ///< offsets
  int64_t width = 0, height = 0;   ///< below 0: the upper row first
  unsigned bits = 0;               ///< of a pixel
  uint32_t colors = 0;             ///< of the palette
};

} // namespace

static llvm::Expected<Bitmap> readHeader(llvm::ArrayRef<uint8_t> content) {
  using namespace llvm::support::endian;
  constexpr size_t kFileHeader = 14, kInfoHeader = 40;
  if (content.size() < kFileHeader + kInfoHeader)
    return llvm::createStringError("its header is cut off");
  Bitmap map;
  const uint8_t *info = content.data() + kFileHeader;
  uint32_t infoBytes = read32le(info), compression = read32le(info + 16);
  if (infoBytes < kInfoHeader)
    return llvm::createStringError(
        "its header is of OS/2, before the one of 40 bytes");
  map.begin = read32le(content.data() + 10);
  map.palette = kFileHeader + uint64_t(infoBytes);
  map.width = static_cast<int32_t>(read32le(info + 4));
  map.height = static_cast<int32_t>(read32le(info + 8));
  map.bits = read16le(info + 14);
  map.colors = read32le(info + 32);
  if (map.colors == 0)
    map.colors = 256;
  bool plain =
      compression == 0 && (map.bits == 8 || map.bits == 24 || map.bits == 32);
  // Masks of colours, which are those of plain pixels in what is written.
  constexpr uint32_t kMasks = 3;
  if (compression == kMasks && map.bits == 32 &&
      content.size() >= kFileHeader + kInfoHeader + 12)
    plain = read32le(info + 40) == 0xFF0000 && read32le(info + 44) == 0xFF00 &&
            read32le(info + 48) == 0xFF;
  if (!plain)
    return llvm::createStringError(
        "its pixels have " + llvm::Twine(map.bits) + " bits and compression " +
        llvm::Twine(compression) +
        "; 8, 24 or 32 bits without compression can be read");
  return map;
}

llvm::Expected<Image> driver::readBmp(llvm::ArrayRef<uint8_t> content) {
  llvm::Expected<Bitmap> map = readHeader(content);
  if (!map)
    return map.takeError();
  if (map->width < 0)
    return llvm::createStringError("its width is below 0");
  if (llvm::Error error = checkImageSize(std::abs(map->height), map->width))
    return error;
  Image image(std::abs(map->height), map->width);
  uint64_t pixel = map->bits / 8, row = (image.width * pixel + 3) / 4 * 4;
  // The last row may lack what only fills it up to words.
  if (content.size() <
      map->begin + row * (image.height - 1) + image.width * pixel)
    return endsEarly();
  if (map->bits == 8 &&
      (map->colors > 256 || content.size() < map->palette + 4 * map->colors))
    return llvm::createStringError("its palette is cut off");
  for (int64_t y = 0; y < image.height; ++y) {
    int64_t line = map->height < 0 ? y : image.height - 1 - y;
    const uint8_t *from = content.data() + map->begin + line * row;
    for (int64_t x = 0; x < image.width; ++x, from += pixel) {
      const uint8_t *color = from;
      if (map->bits == 8) {
        if (*from >= map->colors)
          return llvm::createStringError("a pixel has color " +
                                         llvm::Twine(unsigned(*from)) + " of " +
                                         llvm::Twine(map->colors));
        color = content.data() + map->palette + 4 * *from;
      }
      std::reverse_copy(color, color + 3, image.at(y, x));
    }
  }
  return image;
}
