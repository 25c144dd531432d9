/* dlc_draw.c - outlines and labels, in spans of a row. */
#include <dlc/draw.h>

/* A pixel in the picture's format; of YUYV luma, U and V. */
struct ink {
  uint8_t bytes[4];
};

/* A row of the picture from x0 on, before x1. */
struct span {
  int32_t x0, x1, y;
};

enum { GLYPH_WIDTH = 5, GLYPH_HEIGHT = 7, CELL = 6, STRIP = 9, TEXT = 32 };

/* Columns of the characters from ' ' to '_', bit 0 is the upper row. */
static const uint8_t glyphs[64][GLYPH_WIDTH] = {
    {0x00, 0x00, 0x00, 0x00, 0x00}, /*   */
    {0x00, 0x00, 0x5F, 0x00, 0x00}, /* ! */
    {0x00, 0x07, 0x00, 0x07, 0x00}, /* " */
    {0x14, 0x7F, 0x14, 0x7F, 0x14}, /* # */
    {0x24, 0x2A, 0x7F, 0x2A, 0x12}, /* $ */
    {0x23, 0x13, 0x08, 0x64, 0x62}, /* % */
    {0x36, 0x49, 0x55, 0x22, 0x50}, /* & */
    {0x00, 0x00, 0x07, 0x00, 0x00}, /* ' */
    {0x00, 0x1C, 0x22, 0x41, 0x00}, /* ( */
    {0x00, 0x41, 0x22, 0x1C, 0x00}, /* ) */
    {0x14, 0x08, 0x3E, 0x08, 0x14}, /* * */
    {0x08, 0x08, 0x3E, 0x08, 0x08}, /* + */
    {0x00, 0x50, 0x30, 0x00, 0x00}, /* , */
    {0x08, 0x08, 0x08, 0x08, 0x08}, /* - */
    {0x00, 0x60, 0x60, 0x00, 0x00}, /* . */
    {0x20, 0x10, 0x08, 0x04, 0x02}, /* / */
    {0x3E, 0x51, 0x49, 0x45, 0x3E}, /* 0 */
    {0x00, 0x42, 0x7F, 0x40, 0x00}, /* 1 */
    {0x42, 0x61, 0x51, 0x49, 0x46}, /* 2 */
    {0x21, 0x41, 0x45, 0x4B, 0x31}, /* 3 */
    {0x18, 0x14, 0x12, 0x7F, 0x10}, /* 4 */
    {0x27, 0x45, 0x45, 0x45, 0x39}, /* 5 */
    {0x3C, 0x4A, 0x49, 0x49, 0x30}, /* 6 */
    {0x01, 0x71, 0x09, 0x05, 0x03}, /* 7 */
    {0x36, 0x49, 0x49, 0x49, 0x36}, /* 8 */
    {0x06, 0x49, 0x49, 0x29, 0x1E}, /* 9 */
    {0x00, 0x36, 0x36, 0x00, 0x00}, /* : */
    {0x00, 0x56, 0x36, 0x00, 0x00}, /* ; */
    {0x08, 0x14, 0x22, 0x41, 0x00}, /* < */
    {0x14, 0x14, 0x14, 0x14, 0x14}, /* = */
    {0x00, 0x41, 0x22, 0x14, 0x08}, /* > */
    {0x02, 0x01, 0x51, 0x09, 0x06}, /* ? */
    {0x3E, 0x41, 0x5D, 0x55, 0x1E}, /* @ */
    {0x7E, 0x09, 0x09, 0x09, 0x7E}, /* A */
    {0x7F, 0x49, 0x49, 0x49, 0x36}, /* B */
    {0x3E, 0x41, 0x41, 0x41, 0x22}, /* C */
    {0x7F, 0x41, 0x41, 0x41, 0x3E}, /* D */
    {0x7F, 0x49, 0x49, 0x49, 0x41}, /* E */
    {0x7F, 0x09, 0x09, 0x09, 0x01}, /* F */
    {0x3E, 0x41, 0x49, 0x49, 0x7A}, /* G */
    {0x7F, 0x08, 0x08, 0x08, 0x7F}, /* H */
    {0x00, 0x41, 0x7F, 0x41, 0x00}, /* I */
    {0x20, 0x40, 0x41, 0x3F, 0x01}, /* J */
    {0x7F, 0x08, 0x14, 0x22, 0x41}, /* K */
    {0x7F, 0x40, 0x40, 0x40, 0x40}, /* L */
    {0x7F, 0x02, 0x0C, 0x02, 0x7F}, /* M */
    {0x7F, 0x02, 0x04, 0x08, 0x7F}, /* N */
    {0x3E, 0x41, 0x41, 0x41, 0x3E}, /* O */
    {0x7F, 0x09, 0x09, 0x09, 0x06}, /* P */
    {0x3E, 0x41, 0x51, 0x21, 0x5E}, /* Q */
    {0x7F, 0x09, 0x19, 0x29, 0x46}, /* R */
    {0x46, 0x49, 0x49, 0x49, 0x31}, /* S */
    {0x01, 0x01, 0x7F, 0x01, 0x01}, /* T */
    {0x3F, 0x40, 0x40, 0x40, 0x3F}, /* U */
    {0x1F, 0x20, 0x40, 0x20, 0x1F}, /* V */
    {0x7F, 0x20, 0x18, 0x20, 0x7F}, /* W */
    {0x63, 0x14, 0x08, 0x14, 0x63}, /* X */
    {0x03, 0x04, 0x78, 0x04, 0x03}, /* Y */
    {0x61, 0x51, 0x49, 0x45, 0x43}, /* Z */
    {0x00, 0x7F, 0x41, 0x41, 0x00}, /* [ */
    {0x02, 0x04, 0x08, 0x10, 0x20}, /* backslash */
    {0x00, 0x41, 0x41, 0x7F, 0x00}, /* ] */
    {0x04, 0x02, 0x01, 0x02, 0x04}, /* ^ */
    {0x40, 0x40, 0x40, 0x40, 0x40}, /* _ */
};

/* Light ones, on which black letters can be read. */
static const uint8_t palette[8][3] = {
    {255, 80, 80},   {80, 220, 80},  {90, 170, 255}, {255, 210, 60},
    {230, 120, 255}, {60, 220, 220}, {255, 150, 60}, {200, 200, 200},
};

static struct ink ink_of(enum dlc_pixels format, const uint8_t *rgb) {
  struct ink ink = {{0, 0, 0, 0}};
  int32_t r = rgb[0], g = rgb[1], b = rgb[2];
  uint32_t word =
      (uint32_t)(r >> 3) << 11 | (uint32_t)(g >> 2) << 5 | (uint32_t)(b >> 3);
  switch (format) {
  case DLC_PIXELS_RGB:
  case DLC_PIXELS_RGBX:
    ink.bytes[0] = rgb[0], ink.bytes[1] = rgb[1], ink.bytes[2] = rgb[2];
    break;
  case DLC_PIXELS_BGR:
  case DLC_PIXELS_BGRX:
    ink.bytes[0] = rgb[2], ink.bytes[1] = rgb[1], ink.bytes[2] = rgb[0];
    break;
  case DLC_PIXELS_RGB565_LE:
    ink.bytes[0] = (uint8_t)word, ink.bytes[1] = (uint8_t)(word >> 8);
    break;
  case DLC_PIXELS_RGB565_BE:
    ink.bytes[0] = (uint8_t)(word >> 8), ink.bytes[1] = (uint8_t)word;
    break;
  case DLC_PIXELS_GRAY:
    ink.bytes[0] = (uint8_t)((77 * r + 150 * g + 29 * b + 128) >> 8);
    break;
  case DLC_PIXELS_YUYV: /* BT.601, 16 to 235 */
    ink.bytes[0] = (uint8_t)(((66 * r + 129 * g + 25 * b + 128) >> 8) + 16);
    ink.bytes[1] =
        (uint8_t)((-38 * r - 74 * g + 112 * b + 128 + (128 << 8)) >> 8);
    ink.bytes[2] =
        (uint8_t)((112 * r - 94 * g - 18 * b + 128 + (128 << 8)) >> 8);
    break;
  }
  return ink;
}

static void fill_yuyv(uint8_t *row, int32_t x0, int32_t x1,
                      const struct ink *ink) {
  for (; x0 < x1; ++x0) {
    uint8_t *pair = row + 4 * (x0 >> 1);
    pair[2 * (x0 & 1)] = ink->bytes[0];
    pair[1] = ink->bytes[1];
    pair[3] = ink->bytes[2];
  }
}

/* Clipped. */
static void fill(const struct dlc_picture *picture, struct span span,
                 const struct ink *ink) {
  uint8_t *row, *end;
  int32_t bytes = 1, used = 1, i;
  if (span.x0 < 0)
    span.x0 = 0;
  if (span.x1 > picture->width)
    span.x1 = picture->width;
  if (span.y < 0 || span.y >= picture->height || span.x0 >= span.x1)
    return;
  row = picture->pixels + (intptr_t)span.y * picture->stride;
  switch (picture->format) {
  case DLC_PIXELS_RGB:
  case DLC_PIXELS_BGR:
    bytes = used = 3;
    break;
  case DLC_PIXELS_RGBX:
  case DLC_PIXELS_BGRX:
    bytes = 4, used = 3;
    break;
  case DLC_PIXELS_RGB565_LE:
  case DLC_PIXELS_RGB565_BE:
    bytes = used = 2;
    break;
  case DLC_PIXELS_GRAY:
    break;
  case DLC_PIXELS_YUYV:
    fill_yuyv(row, span.x0, span.x1, ink);
    return;
  }
  end = row + bytes * span.x1;
  for (row += bytes * span.x0; row < end; row += bytes)
    for (i = 0; i < used; ++i)
      row[i] = ink->bytes[i];
}

static int32_t clamp(int32_t value, int32_t least, int32_t most) {
  return value < least ? least : value > most ? most : value;
}

/* Pixels of the outline, the last ones too. */
struct edges {
  int32_t left, top, right, bottom;
};

static void outline(const struct dlc_picture *picture, const struct edges *e,
                    int32_t thick, const struct ink *ink) {
  struct span span;
  for (span.y = e->top; span.y <= e->bottom; ++span.y) {
    span.x0 = e->left;
    span.x1 = e->right + 1;
    if (span.y < e->top + thick || span.y > e->bottom - thick ||
        span.x1 - span.x0 <= 2 * thick) {
      fill(picture, span, ink);
      continue;
    }
    span.x1 = e->left + thick;
    fill(picture, span, ink);
    span.x0 = e->right + 1 - thick;
    span.x1 = e->right + 1;
    fill(picture, span, ink);
  }
}

/* The label in capitals, cut off where it is long, and the score: "CAT 87%".
   Returns how many positions of `glyphs` it has written. */
static int32_t write_text(uint8_t *text, const char *label, int32_t score) {
  int32_t length = 0, percent = (100 * clamp(score, 0, 32767) + 16383) / 32767;
  for (; *label && length < TEXT - 6; ++label) {
    unsigned char c = (unsigned char)*label;
    if (c >= 'a' && c <= 'z')
      c = (unsigned char)(c - 'a' + 'A');
    if (c >= 0x80 && c < 0xC0)
      continue; /* the rest of a character of UTF-8 */
    if (c < ' ' || c > '_')
      c = '?';
    text[length++] = (uint8_t)(c - ' ');
  }
  text[length++] = 0;
  if (percent == 100)
    text[length++] = '1' - ' ';
  if (percent >= 10)
    text[length++] = (uint8_t)('0' - ' ' + percent / 10 % 10);
  text[length++] = (uint8_t)('0' - ' ' + percent % 10);
  text[length++] = '%' - ' ';
  return length;
}

/* A row of letters in runs of its pixels. */
static void letters(const struct dlc_picture *picture, struct span span,
                    const uint8_t *text, int32_t length, int32_t bit,
                    int32_t size, const struct ink *ink) {
  int32_t i, column, x = span.x0 + size;
  for (i = 0; i < length; ++i, x += CELL * size)
    for (column = 0; column < GLYPH_WIDTH; ++column) {
      int32_t begin = column;
      while (column < GLYPH_WIDTH && glyphs[text[i]][column] >> bit & 1)
        ++column;
      if (column == begin)
        continue;
      span.x0 = x + begin * size;
      span.x1 = x + column * size;
      fill(picture, span, ink);
    }
}

static const struct ink *dark(const struct dlc_picture *picture) {
  static const struct ink black = {{0, 0, 0, 0}};
  static const struct ink black_yuv = {{16, 128, 128, 0}};
  return picture->format == DLC_PIXELS_YUYV ? &black_yuv : &black;
}

static void caption(const struct dlc_picture *picture, const struct edges *e,
                    const uint8_t *text, int32_t length, int32_t size,
                    const struct ink *back) {
  const struct ink *front = dark(picture);
  int32_t height = STRIP * size, width = (CELL * length + 1) * size, row;
  int32_t x = clamp(e->left, 0, picture->width - width);
  int32_t y = e->top >= height ? e->top - height : e->top;
  struct span span;
  if (x < 0)
    x = 0;
  for (row = 0; row < height; ++row) {
    int32_t bit = row / size - 1;
    span.x0 = x;
    span.x1 = x + width;
    span.y = y + row;
    fill(picture, span, back);
    if (bit >= 0 && bit < GLYPH_HEIGHT)
      letters(picture, span, text, length, bit, size, front);
  }
}

/* A corner in pixels of the picture. */
static int32_t place(int32_t corner, int32_t size, int32_t scene_size,
                     int32_t bits) {
  return clamp(corner, 0, 32767) * size / (scene_size << bits);
}

/* How thick a line is. */
static int32_t line_of(const struct dlc_picture *picture) {
  int32_t shorter =
      picture->width < picture->height ? picture->width : picture->height;
  return shorter < 480 ? 1 : shorter / 240;
}

void dlc_draw_boxes(const struct dlc_picture *picture,
                    const struct dlc_box *boxes, int count,
                    const struct dlc_scene *scene) {
  int32_t size = line_of(picture);
  int i;
  /* The best one on top of the others. */
  for (i = count - 1; i >= 0; --i) {
    const struct dlc_box *box = boxes + i;
    struct ink ink = ink_of(picture->format, palette[(uint16_t)box->label % 8]);
    struct edges e;
    uint8_t text[TEXT];
    e.left = place(box->x0, picture->width, scene->width, scene->fraction_bits);
    e.top =
        place(box->y0, picture->height, scene->height, scene->fraction_bits);
    e.right =
        place(box->x1, picture->width, scene->width, scene->fraction_bits) - 1;
    e.bottom =
        place(box->y1, picture->height, scene->height, scene->fraction_bits) -
        1;
    outline(picture, &e, size, &ink);
    if (box->label >= 0 && box->label < scene->label_count)
      caption(picture, &e, text,
              write_text(text, scene->labels[box->label], box->score), size,
              &ink);
  }
}

/* A square around a pixel, and so many pixels to all sides. */
static void spot(const struct dlc_picture *picture, int32_t x, int32_t y,
                 int32_t reach, const struct ink *ink) {
  struct span span;
  span.x0 = x - reach;
  span.x1 = x + reach + 1;
  for (span.y = y - reach; span.y <= y + reach; ++span.y)
    fill(picture, span, ink);
}

void dlc_draw_points(const struct dlc_picture *picture,
                     const struct dlc_box *boxes,
                     const struct dlc_points *points, int count,
                     const struct dlc_scene *scene) {
  enum { SEEN = 32767 / 4 };
  int32_t size = line_of(picture), step = points->scored ? 3 : 2, j;
  int i;
  for (i = count - 1; i >= 0; --i) {
    const int16_t *point = points->numbers + (intptr_t)i * points->count * step;
    struct ink ink =
        ink_of(picture->format, palette[(uint16_t)boxes[i].label % 8]);
    for (j = 0; j < points->count; ++j, point += step) {
      int32_t x =
          place(point[0], picture->width, scene->width, scene->fraction_bits);
      int32_t y =
          place(point[1], picture->height, scene->height, scene->fraction_bits);
      if (points->scored && point[2] < SEEN)
        continue;
      spot(picture, x, y, 2 * size, dark(picture));
      spot(picture, x, y, size, &ink);
    }
  }
}
