#include "compiler/driver/image/Image.h"
#include "compiler/driver/image/FrameOfImage.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CRC.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "gtest/gtest.h"

using namespace dlc;
using namespace dlc::driver;

namespace {

using Bytes = std::vector<uint8_t>;

/// Another color at each pixel.
Image makeImage(int64_t height, int64_t width) {
  Image image(height, width);
  for (size_t i = 0; i < image.rgb.size(); ++i)
    image.rgb[i] = static_cast<uint8_t>(37 * i + i / 7);
  return image;
}

std::string messageOf(llvm::Expected<Image> image) {
  return image ? "" : llvm::toString(image.takeError());
}

void append(Bytes &bytes, llvm::StringRef text) {
  bytes.insert(bytes.end(), text.bytes_begin(), text.bytes_end());
}

void append(Bytes &bytes, uint32_t number, int count) {
  for (int i = 0; i < count; ++i)
    bytes.push_back(static_cast<uint8_t>(number >> (8 * i)));
}

/// A BMP file without pixels.
Bytes bmpHeader(int32_t height, int32_t width, unsigned bits,
                uint32_t compression, uint32_t colors, uint32_t begin) {
  Bytes bytes;
  append(bytes, "BM");
  append(bytes, 0, 4), append(bytes, 0, 4), append(bytes, begin, 4);
  append(bytes, 40, 4), append(bytes, width, 4), append(bytes, height, 4);
  append(bytes, 1, 2), append(bytes, bits, 2), append(bytes, compression, 4);
  append(bytes, 0, 4), append(bytes, 0, 4), append(bytes, 0, 4);
  append(bytes, colors, 4), append(bytes, 0, 4);
  return bytes;
}

/// Of PNG: its length, name, bytes and checksum.
void appendChunk(Bytes &file, llvm::StringRef name, const Bytes &content) {
  auto big = [&](uint32_t number) {
    for (int shift = 24; shift >= 0; shift -= 8)
      file.push_back(static_cast<uint8_t>(number >> shift));
  };
  big(static_cast<uint32_t>(content.size()));
  Bytes checked;
  append(checked, name);
  checked.insert(checked.end(), content.begin(), content.end());
  file.insert(file.end(), checked.begin(), checked.end());
  big(llvm::crc32(checked));
}

/// As zlib has bytes that are not packed.
Bytes zlibOf(const Bytes &content) {
  auto size = static_cast<uint8_t>(content.size());
  Bytes stream = {0x78, 0x01, 0x01, size, 0, static_cast<uint8_t>(~size), 0xFF};
  uint32_t low = 1, high = 0;
  for (uint8_t byte : content) {
    stream.push_back(byte);
    low = (low + byte) % 65521;
    high = (high + low) % 65521;
  }
  for (uint32_t sum : {high, low})
    for (int shift : {8, 0})
      stream.push_back(static_cast<uint8_t>(sum >> shift));
  return stream;
}

/// A PNG file of grey pixels of 16 bits in one row.
Bytes greyPng(const std::vector<uint16_t> &pixels) {
  Bytes file = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  auto width = static_cast<uint8_t>(pixels.size());
  appendChunk(file, "IHDR", {0, 0, 0, width, 0, 0, 0, 1, 16, 0, 0, 0, 0});
  Bytes row = {0}; // no filter
  for (uint16_t pixel : pixels) {
    row.push_back(static_cast<uint8_t>(pixel >> 8));
    row.push_back(static_cast<uint8_t>(pixel));
  }
  appendChunk(file, "IDAT", zlibOf(row));
  appendChunk(file, "IEND", {});
  return file;
}

TEST(Image, PixelsOf16BitsAreTheBytesThatTheyScaleTo) {
  Bytes file = greyPng({0, 77 * 257, 128 * 257, 255 * 257});
  llvm::Expected<Image> image = readPng(file);
  ASSERT_TRUE(static_cast<bool>(image));
  EXPECT_EQ(image->rgb,
            (Bytes{0, 0, 0, 77, 77, 77, 128, 128, 128, 255, 255, 255}));
  EXPECT_EQ(messageOf(readPng(llvm::ArrayRef(file).drop_back(20))),
            "it is cut off");
}

TEST(Image, PngIsReadAsItWasWritten) {
  llvm::SmallString<128> path;
  ASSERT_FALSE(llvm::sys::fs::createTemporaryFile("picture", "png", path));
  llvm::FileRemover remover(path);
  Image image = makeImage(13, 17);
  ASSERT_FALSE(llvm::errorToBool(writePng(path, image)));
  llvm::Expected<Image> read = readImage(path);
  ASSERT_TRUE(static_cast<bool>(read));
  EXPECT_EQ(read->height, 13);
  EXPECT_EQ(read->width, 17);
  EXPECT_EQ(read->rgb, image.rgb);

  // Cut off anywhere, or with any byte changed, it is an error or a picture.
  auto buffer = llvm::MemoryBuffer::getFile(path);
  llvm::StringRef content = (*buffer)->getBuffer();
  Bytes bytes(content.bytes_begin(), content.bytes_end());
  for (size_t size = 8; size + 20 < bytes.size(); size += 5)
    EXPECT_NE(messageOf(readPng(llvm::ArrayRef(bytes).take_front(size))), "")
        << size;
  for (size_t i = 0; i < bytes.size(); ++i) {
    Bytes changed = bytes;
    changed[i] ^= 0x55;
    messageOf(readPng(changed));
  }
}

TEST(Image, PgmAndPpm) {
  Bytes bytes;
  append(bytes, "P6 # a comment\n2\n# another\n1 255\n");
  append(bytes, 0x030201, 3), append(bytes, 0x060504, 3);
  llvm::Expected<Image> color = readPnm(bytes);
  ASSERT_TRUE(static_cast<bool>(color));
  EXPECT_EQ(color->rgb, (Bytes{1, 2, 3, 4, 5, 6}));
  bytes.pop_back();
  EXPECT_EQ(messageOf(readPnm(bytes)), "it ends before its last pixel");

  Bytes grey;
  append(grey, "P5 1 2 255\n\x07\x09");
  llvm::Expected<Image> read = readPnm(grey);
  ASSERT_TRUE(static_cast<bool>(read));
  EXPECT_EQ(read->rgb, (Bytes{7, 7, 7, 9, 9, 9}));

  auto message = [](llvm::StringRef text) {
    Bytes bytes;
    append(bytes, text);
    return messageOf(readPnm(bytes));
  };
  EXPECT_EQ(message("P5 1 1 65535\n\x01\x01"),
            "its values go to 65535; to 255 they are bytes");
  EXPECT_EQ(message("P5 1 -1 255\n"),
            "its header is no width, height and greatest value");
  EXPECT_EQ(message("P5 1 1 255"),
            "its header is no width, height and greatest value");
  EXPECT_EQ(message("P5 0 4 255\n"), "it has no pixels");
  EXPECT_EQ(message("P5 99999 99999 255\n"),
            "it has 99999 x 99999 pixels; at most 67108864 are read");
}

TEST(Image, Bmp) {
  // Rows are filled up to words, the lowest is the first.
  Bytes bytes = bmpHeader(2, 1, 24, 0, 0, 54);
  append(bytes, 0x010203, 4), append(bytes, 0x040506, 4);
  llvm::Expected<Image> image = readBmp(bytes);
  ASSERT_TRUE(static_cast<bool>(image));
  EXPECT_EQ(image->rgb, (Bytes{4, 5, 6, 1, 2, 3}));
  bytes.pop_back(); // the last row may lack what only fills it
  EXPECT_EQ(messageOf(readBmp(bytes)), "");
  bytes.pop_back();
  EXPECT_EQ(messageOf(readBmp(bytes)), "it ends before its last pixel");

  // The upper row first, with a byte that is not used.
  Bytes upper = bmpHeader(-2, 1, 32, 0, 0, 54);
  append(upper, 0xFF010203, 4), append(upper, 0xFF040506, 4);
  image = readBmp(upper);
  ASSERT_TRUE(static_cast<bool>(image));
  EXPECT_EQ(image->rgb, (Bytes{1, 2, 3, 4, 5, 6}));

  // Positions in a palette.
  Bytes colors = bmpHeader(1, 2, 8, 0, 2, 62);
  append(colors, 0x010203, 4), append(colors, 0x040506, 4);
  append(colors, 0x0001, 4);
  image = readBmp(colors);
  ASSERT_TRUE(static_cast<bool>(image));
  EXPECT_EQ(image->rgb, (Bytes{4, 5, 6, 1, 2, 3}));
  colors[62] = 2;
  EXPECT_EQ(messageOf(readBmp(colors)), "a pixel has color 2 of 2");

  EXPECT_EQ(messageOf(readBmp(bmpHeader(1, 1, 8, 1, 0, 54))),
            "its pixels have 8 bits and compression 1; 8, 24 or 32 bits "
            "without compression can be read");
  EXPECT_EQ(messageOf(readBmp(bmpHeader(INT32_MIN, 1, 24, 0, 0, 54))),
            "it has 2147483648 x 1 pixels; at most 67108864 are read");
  EXPECT_EQ(messageOf(readBmp(bmpHeader(1, -1, 24, 0, 0, 54))),
            "its width is below 0");
  EXPECT_EQ(messageOf(readBmp(bmpHeader(1, 1, 24, 0, 0, 0xFFFFFFFF))),
            "it ends before its last pixel");
  EXPECT_EQ(messageOf(readBmp(bmpHeader(1, 1, 8, 0, 0xFFFFFFFF, 20))),
            "its palette is cut off");
  EXPECT_EQ(messageOf(readBmp(llvm::ArrayRef(upper).take_front(40))),
            "its header is cut off");
}

TEST(Image, TheMiddleHasTheShapeOfTheFrame) {
  auto check = [](prepare::Size image, prepare::Size size, Window expected) {
    Window window = middleOf(image, size);
    EXPECT_EQ(window.top, expected.top);
    EXPECT_EQ(window.left, expected.left);
    EXPECT_EQ(window.height, expected.height);
    EXPECT_EQ(window.width, expected.width);
  };
  check({480, 640}, {240, 320}, {0, 0, 480, 640});
  check({720, 1280}, {480, 640}, {0, 160, 720, 960});
  check({1280, 720}, {480, 640}, {370, 0, 540, 720});
  check({1, 1000}, {1000, 1}, {0, 499, 1, 1});
}

TEST(Image, ASizeThatFitsIsKeptAndTheRestIsTheMiddle) {
  Image image = makeImage(6, 8);
  EXPECT_EQ(fitImage(image, {6, 8}).rgb, image.rgb);
  Image middle = fitImage(image, {6, 4});
  for (int64_t y = 0; y < 6; ++y)
    EXPECT_TRUE(
        std::equal(middle.at(y, 0), middle.at(y, 0) + 12, image.at(y, 2)));
  // Half the size: each pixel is a triangle of weights 1 3 3 1 over 8, both
  // ways, rounded between; what one color is stays one.
  Image plain(8, 8);
  for (size_t i = 0; i < plain.rgb.size(); ++i)
    plain.rgb[i] = static_cast<uint8_t>(10 * (i % 3 + 1));
  Image small = fitImage(plain, {4, 4});
  for (size_t i = 0; i < small.rgb.size(); ++i)
    EXPECT_EQ(small.rgb[i], 10 * (i % 3 + 1));
}

prepare::Frame makeFrame(nn::PixelFormat format, int64_t stride) {
  prepare::Frame frame;
  frame.format = format;
  frame.height = frame.width = 2;
  frame.stride = stride;
  return frame;
}

TEST(Image, FramesAreWhatTheirFormatsSay) {
  Image image(2, 2);
  image.rgb = {255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255};
  using nn::PixelFormat;
  auto bytes = [&](PixelFormat format, int64_t stride) {
    return frameOfImage(image, makeFrame(format, stride));
  };
  EXPECT_EQ(bytes(PixelFormat::RGB, 6), image.rgb);
  EXPECT_EQ(bytes(PixelFormat::BGR, 8), (Bytes{0, 0, 255, 0, 255, 0, 0, 0, 255,
                                               0, 0, 255, 255, 255, 0, 0}));
  EXPECT_EQ(bytes(PixelFormat::RGB565LE, 4),
            (Bytes{0x00, 0xF8, 0xE0, 0x07, 0x1F, 0x00, 0xFF, 0xFF}));
  EXPECT_EQ(bytes(PixelFormat::RGB565BE, 4),
            (Bytes{0xF8, 0x00, 0x07, 0xE0, 0x00, 0x1F, 0xFF, 0xFF}));
  EXPECT_EQ(bytes(PixelFormat::GRAY, 2), (Bytes{76, 150, 29, 255}));
  // Red, green above; green, blue below.
  EXPECT_EQ(bytes(PixelFormat::BayerRGGB, 2), (Bytes{255, 255, 0, 255}));
  EXPECT_EQ(bytes(PixelFormat::BayerBGGR, 2), (Bytes{0, 255, 0, 255}));
}

TEST(Image, ChromaIsSharedAndInItsRange) {
  Image image(2, 2);
  for (int i = 0; i < 4; ++i)
    image.rgb[3 * i] = 255; // red
  prepare::Frame frame = makeFrame(nn::PixelFormat::NV12, 2);
  // ITU-R BT.601: red is 81, 90, 240; of full range 76, 85, 255.
  frame.yuv.emplace();
  EXPECT_EQ(frameOfImage(image, frame), (Bytes{81, 81, 81, 81, 90, 240}));
  frame.yuv->range = prepare::YuvRange::Full;
  EXPECT_EQ(frameOfImage(image, frame), (Bytes{76, 76, 76, 76, 85, 255}));
  frame.format = nn::PixelFormat::NV21;
  EXPECT_EQ(frameOfImage(image, frame), (Bytes{76, 76, 76, 76, 255, 85}));
  frame.format = nn::PixelFormat::UYVY;
  frame.stride = 4;
  EXPECT_EQ(frameOfImage(image, frame),
            (Bytes{85, 76, 255, 76, 85, 76, 255, 76}));
  // Planes of I420, whose rows have half of the padding: two lie in a row.
  frame.format = nn::PixelFormat::I420;
  EXPECT_EQ(frameOfImage(image, frame),
            (Bytes{76, 76, 0, 0, 76, 76, 0, 0, 85, 0, 255, 0}));
}

} // namespace
