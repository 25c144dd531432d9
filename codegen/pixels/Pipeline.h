//===- Pipeline.h - The steps from a frame to an image, as data -*- C++ -*-===//
//
// What nn.color_convert, nn.resample, nn.pad and nn.lookup say, without MLIR:
// codegen/halide, a library of its own, is given this. The ops' descriptions
// have the arithmetic.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_PIXELS_PIPELINE_H
#define DLC_CODEGEN_PIXELS_PIPELINE_H

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace dlc::pixels {

/// In the order of nn::PixelFormat.
enum class Format {
  Rgb,
  Bgr,
  Rgbx,
  Bgrx,
  Rgb565Le,
  Rgb565Be,
  Yuyv,
  Uyvy,
  Nv12,
  Nv21,
  I420,
  Gray,
  BayerRggb,
  BayerBggr,
  BayerGrbg,
  BayerGbrg,
};

/// In the order of nn::PixelColor.
enum class Color { Rgb, Bgr, Gray };

struct Axis {
  int64_t taps = 1;
  std::vector<int32_t> offsets, weights;
};

enum class StepKind { Convert, Resample, Border, Lookup };

struct Step {
  StepKind kind = StepKind::Convert;
  int64_t height = 0, width = 0, channels = 0; ///< of the result

  // Convert.
  Format format = Format::Rgb;
  Color color = Color::Rgb;
  int64_t frameHeight = 0, frameWidth = 0;
  int64_t top = 0, left = 0; ///< also of Border
  std::vector<int32_t> weights;

  // Resample.
  Axis rows, columns;
  int64_t columnShift = 0, productShift = 0, rowShift = 0, divisor = 1;
  bool narrow = false, tiesToEven = false;

  // Border: the byte outside.
  int64_t value = 0;

  // Lookup: [channels, 256], of the pipeline's elements.
  std::vector<char> table;
};

struct Element {
  enum Kind { Unsigned, Signed, Float } kind = Unsigned;
  int bits = 8;
};

struct Pipeline {
  /// The frame, or an image, whose rows have `inputBytes`.
  int64_t inputRows = 0, inputBytes = 0;
  std::vector<Step> steps;
  Element element; ///< of the result
  /// Elements from one row, column and channel of the result to the next.
  std::array<int64_t, 3> strides = {};
  std::string target;      ///< in Halide's words
  int64_t vectorBytes = 1; ///< 1: arithmetic is scalar
  /// A call makes one row of the result: the code takes its number, and that of
  /// the row which the memory of the input begins with.
  bool byRows = false;
  /// A call makes rows of the result: the code takes the first one's number and
  /// how many there are.
  bool inBands = false;
  /// Where it makes some columns as well: the code takes half of what is added
  /// to `left` of the first step, which is 0 or 1.
  bool inColumns = false;

  const Step &result() const { return steps.back(); }
};

/// What the library exports: writes LLVM's bitcode of a function `dlc_pixels`
/// of two halide_buffer_t (input [bytes, rows], result [channels, columns,
/// rows]), with two numbers between them where it is `byRows`, and with the
/// first row and, `inColumns`, the columns where it is `inBands`; or why there
/// is none into `error`, and returns false.
using CompileFunction = bool(const Pipeline &pipeline, std::string &bitcode,
                             std::string &error);
inline constexpr char kCompileSymbol[] = "dlc_halide_compile";

} // namespace dlc::pixels

#endif
