#include "runtime/include/dlc/draw.h"

#include "gtest/gtest.h"

#include <string>
#include <vector>

namespace {

int bytesOf(dlc_pixels format) {
  switch (format) {
  case DLC_PIXELS_RGB:
  case DLC_PIXELS_BGR:
    return 3;
  case DLC_PIXELS_RGBX:
  case DLC_PIXELS_BGRX:
    return 4;
  case DLC_PIXELS_GRAY:
    return 1;
  default:
    return 2;
  }
}

/// A picture of bytes 7 with two bytes behind each row.
struct Picture {
  Picture(int width, int height, dlc_pixels format)
      : bytes(height * (width * bytesOf(format) + 2), 7),
        picture{bytes.data(), width, height, width * bytesOf(format) + 2,
                format} {}

  const uint8_t *at(int x, int y) const {
    return &bytes[y * picture.stride + x * bytesOf(picture.format)];
  }
  /// '#' where something was drawn.
  std::string row(int y) const {
    std::string text;
    for (int x = 0; x < picture.width; ++x)
      text += *at(x, y) == 7 ? '.' : *at(x, y) == 0 ? '@' : '#';
    return text;
  }

  std::vector<uint8_t> bytes;
  dlc_picture picture;
};

TEST(Draw, OutlinesLieInsideOfTheirBoxes) {
  Picture p(10, 7, DLC_PIXELS_GRAY);
  dlc_box box{2 << 4, 1 << 4, 8 << 4, 5 << 4, 0, 30000};
  dlc_scene scene{10, 7, 4, nullptr, 0};
  dlc_draw_boxes(&p.picture, &box, 1, &scene);
  const char *expected[] = {"..........", "..######..", "..#....#..",
                            "..#....#..", "..######..", "..........",
                            ".........."};
  for (int y = 0; y < 7; ++y)
    EXPECT_EQ(p.row(y), expected[y]) << y;
}

TEST(Draw, BoxesOfAnotherSizeOfFrameAreScaledAndCut) {
  Picture p(8, 6, DLC_PIXELS_GRAY);
  // The whole frame, and beyond it.
  dlc_box box{0, 0, 32767, 32767, 3, 1};
  dlc_scene scene{640, 480, 4, nullptr, 0};
  dlc_draw_boxes(&p.picture, &box, 1, &scene);
  EXPECT_EQ(p.row(0), "########");
  EXPECT_EQ(p.row(3), "#.......");
  // Nothing is in a box without an area.
  Picture q(8, 6, DLC_PIXELS_GRAY);
  dlc_box none{100, 100, 100, 100, 3, 1};
  dlc_draw_boxes(&q.picture, &none, 1, &scene);
  EXPECT_EQ(q.bytes, std::vector<uint8_t>(q.bytes.size(), 7));
}

TEST(Draw, LabelsAreCapitalsAboveTheBoxOrInside) {
  Picture p(40, 24, DLC_PIXELS_GRAY);
  const char *labels[] = {"other", "a"};
  dlc_box box{4 << 2, 12 << 2, 40 << 2, 24 << 2, 1, 32767};
  dlc_scene scene{40, 24, 2, labels, 2};
  dlc_draw_boxes(&p.picture, &box, 1, &scene);
  // "A 100%" from the box's left edge, but inside of the picture.
  const char *expected[] = {"...#####################################",
                            "...##@@@##########@####@@@###@@@##@@####",
                            "...#@###@########@@###@###@#@###@#@@##@#",
                            "...#@###@#########@###@##@@#@##@@####@##",
                            "...#@@@@@#########@###@#@#@#@#@#@###@###",
                            "...#@###@#########@###@@##@#@@##@##@####",
                            "...#@###@#########@###@###@#@###@#@##@@#",
                            "...#@###@########@@@###@@@###@@@#####@@#",
                            "...#####################################"};
  for (int y = 0; y < 9; ++y)
    EXPECT_EQ(p.row(3 + y), expected[y]) << y;
  EXPECT_EQ(p.row(2), std::string(40, '.'));
  EXPECT_EQ(p.row(12), "...." + std::string(36, '#'));

  // No room above.
  Picture q(40, 24, DLC_PIXELS_GRAY);
  box = {4 << 2, 1 << 2, 40 << 2, 24 << 2, 1, 32767};
  dlc_draw_boxes(&q.picture, &box, 1, &scene);
  EXPECT_EQ(q.row(0), std::string(40, '.'));
  EXPECT_EQ(q.row(2), expected[1]);
}

TEST(Draw, LongAndStrangeLabelsStayInside) {
  const char *labels[] = {
      "a label that is longer than any picture is wide, and goes on and on",
      "\xC3\xA9t\xC3\xA9 \x01~|", ""};
  for (int width : {1, 2, 30, 500})
    for (int height : {1, 9, 600})
      for (int label : {-1, 0, 1, 2, 3, 32767}) {
        Picture p(width, height, DLC_PIXELS_RGB);
        dlc_box box{0,
                    0,
                    static_cast<int16_t>(width),
                    static_cast<int16_t>(height),
                    static_cast<int16_t>(label),
                    static_cast<int16_t>(label == 2 ? -5 : 20000)};
        dlc_scene scene{width, height, 0, labels, 3};
        dlc_draw_boxes(&p.picture, &box, 1, &scene);
        // What lies behind a row is no pixel of it.
        for (int y = 0; y < height; ++y)
          for (int i = 1; i <= 2; ++i)
            EXPECT_EQ(p.bytes[(y + 1) * p.picture.stride - i], 7);
      }
}

TEST(Draw, PointsAreSpotsThatCanBeSeen) {
  Picture p(14, 9, DLC_PIXELS_GRAY);
  // The box itself is not drawn. A quarter is 8191.
  dlc_box box{0, 0, 14 << 4, 9 << 4, 0, 30000};
  const int16_t numbers[] = {4 << 4, 3 << 4,  8191,   10 << 4, 4 << 4,
                             8190,   14 << 4, 9 << 4, 32767};
  dlc_points points{numbers, 3, 1};
  dlc_scene scene{14, 9, 4, nullptr, 0};
  dlc_draw_points(&p.picture, &box, &points, 1, &scene);
  const char *expected[] = {
      "..............", "..@@@@@.......", "..@###@.......",
      "..@###@.......", "..@###@.......", "..@@@@@.......",
      "..............", "............@@", "............@#"};
  for (int y = 0; y < 9; ++y)
    EXPECT_EQ(p.row(y), expected[y]) << y;
}

TEST(Draw, PointsOfAllBoxesHaveTheirColors) {
  Picture p(16, 8, DLC_PIXELS_RGB);
  dlc_box boxes[] = {{0, 0, 16, 8, 1, 0}, {0, 0, 16, 8, 0, 0}};
  // Two numbers of each; the best box's are on top.
  const int16_t numbers[] = {3, 3, 8, 4, 12, 3, 8, 4};
  dlc_points points{numbers, 2, 0};
  dlc_scene scene{16, 8, 0, nullptr, 0};
  dlc_draw_points(&p.picture, boxes, &points, 2, &scene);
  auto color = [&](int x, int y) {
    return std::vector<int>(p.at(x, y), p.at(x, y) + 3);
  };
  EXPECT_EQ(color(3, 3), (std::vector<int>{80, 220, 80}));
  EXPECT_EQ(color(8, 4), (std::vector<int>{80, 220, 80}));
  EXPECT_EQ(color(12, 3), (std::vector<int>{255, 80, 80}));
  EXPECT_EQ(color(12, 1), (std::vector<int>{0, 0, 0}));
  EXPECT_EQ(color(8, 7), (std::vector<int>{7, 7, 7}));
}

TEST(Draw, PointsAnywhereStayInside) {
  for (int width : {1, 2, 30, 500})
    for (int height : {1, 9, 600})
      for (int x : {-32768, -1, 0, width, 32767})
        for (int y : {-32768, 0, height, 32767}) {
          Picture p(width, height, DLC_PIXELS_RGB);
          dlc_box box{0, 0, 0, 0, -1, 0};
          const int16_t numbers[] = {static_cast<int16_t>(x),
                                     static_cast<int16_t>(y)};
          dlc_points points{numbers, 1, 0};
          dlc_scene scene{width, height, 0, nullptr, 0};
          dlc_draw_points(&p.picture, &box, &points, 1, &scene);
          for (int row = 0; row < height; ++row)
            for (int i = 1; i <= 2; ++i)
              EXPECT_EQ(p.bytes[(row + 1) * p.picture.stride - i], 7);
        }
}

TEST(Draw, EachFormatHasTheColor) {
  // The first label's color is 255, 80, 80.
  struct {
    dlc_pixels format;
    std::vector<uint8_t> pixel;
  } cases[] = {{DLC_PIXELS_RGB, {255, 80, 80}},
               {DLC_PIXELS_BGR, {80, 80, 255}},
               {DLC_PIXELS_RGBX, {255, 80, 80, 7}},
               {DLC_PIXELS_BGRX, {80, 80, 255, 7}},
               // 31 << 11 | 20 << 5 | 10
               {DLC_PIXELS_RGB565_LE, {0x8A, 0xFA}},
               {DLC_PIXELS_RGB565_BE, {0xFA, 0x8A}},
               {DLC_PIXELS_GRAY, {133}}};
  for (auto &[format, pixel] : cases) {
    Picture p(6, 6, format);
    dlc_box box{1, 1, 5, 5, 0, 0};
    dlc_scene scene{6, 6, 0, nullptr, 0};
    dlc_draw_boxes(&p.picture, &box, 1, &scene);
    for (size_t i = 0; i < pixel.size(); ++i) {
      EXPECT_EQ(p.at(1, 1)[i], pixel[i]) << format << " " << i;
      EXPECT_EQ(p.at(4, 4)[i], pixel[i]) << format << " " << i;
      EXPECT_EQ(p.at(0, 1)[i], 7) << format << " " << i;
      EXPECT_EQ(p.at(2, 2)[i], 7) << format << " " << i;
    }
  }
  // Two pixels of YUYV share their chroma: BT.601, 255 80 80 is 122 104 204.
  Picture p(6, 6, DLC_PIXELS_YUYV);
  dlc_box box{2, 1, 6, 5, 0, 0};
  dlc_scene scene{6, 6, 0, nullptr, 0};
  dlc_draw_boxes(&p.picture, &box, 1, &scene);
  std::vector<uint8_t> pair(p.at(2, 1), p.at(2, 1) + 4);
  EXPECT_NEAR(pair[0], 131, 1);
  EXPECT_EQ(pair[0], pair[2]);
  EXPECT_NEAR(pair[1], 104, 2);
  EXPECT_NEAR(pair[3], 204, 2);
  EXPECT_EQ(p.at(0, 1)[1], 7);
}

} // namespace
