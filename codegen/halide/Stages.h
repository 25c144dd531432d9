//===- Stages.h - Steps from a frame to an image in Halide ------*- C++ -*-===//
//
// Each function here is one op of the nn dialect, whose description has the
// arithmetic. An image is a function of column x, row y and channel c.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_HALIDE_STAGES_H
#define DLC_CODEGEN_HALIDE_STAGES_H

#include "codegen/pixels/Pipeline.h"

#include "Halide.h"

namespace dlc::halide {

struct Vars {
  Halide::Var x{"x"}, y{"y"}, c{"c"};
};

/// The byte at a column and row of a frame, or of an image whose channels lie
/// side by side.
using ByteAt =
    std::function<Halide::Expr(const Halide::Expr &, const Halide::Expr &)>;

/// nn.color_convert of a frame whose rows have `rowBytes`, `left` of its
/// columns being left out; `inside`: it is asked for pixels alone that are not
/// at the frame's border.
Halide::Func convertColor(const pixels::Step &step, int64_t rowBytes,
                          const ByteAt &bytes, const Halide::Expr &left,
                          const Vars &v, bool inside = false);

/// Whether the steps are a mosaic's colours, as they are or looked up, in
/// vectors.
bool isMosaicAlone(const pixels::Pipeline &pipeline);
/// Such a pipeline, scheduled: `value` is what is asked for of the channel v.c
/// of a pixel that is not at the frame's border.
using ValueAt =
    std::function<Halide::Expr(const Halide::Expr &, const Halide::Expr &)>;
void demosaic(const pixels::Pipeline &pipeline, const ValueAt &value,
              Halide::Func &result, const Vars &v);

/// What the schedule has to know of a resampling.
struct Resampled {
  Halide::Func image;
  /// Rows with the columns of the result, as bytes; undefined where both
  /// directions are one expression.
  Halide::Func lines;
  /// Rows that `lines` keeps, a power of two.
  int keptRows = 0;
  /// What a row of the result reads, each row with the columns of the result;
  /// undefined unless asked for.
  Halide::Func taps;
  Halide::Var tap{"tap"};
  int tapCount = 0;
  /// Columns after which offsets and weights repeat; 0: they do not.
  int period = 0;
};

struct ResampleForm {
  /// Columns of the result are unrolled, so that offsets and weights may be
  /// constants of each.
  bool periods = false;
  /// Rows are made one by one: what is read of them is known before (`taps`).
  bool rowByRow = false;
  /// Rows with the columns of the result may be kept for the next row.
  bool keepsLines = true;
};

/// nn.resample of an image of `height` rows.
Resampled resample(const pixels::Step &step, const Halide::Func &image,
                   int64_t height, int64_t width, ResampleForm form,
                   const Vars &v);

/// Columns after which the tables of `step` repeat, 0: none that is short.
int periodOf(const pixels::Step &step, int64_t width);

/// nn.pad by one byte.
Halide::Func addBorder(const pixels::Step &step, const Halide::Func &image,
                       int64_t height, int64_t width, const Vars &v);

/// nn.lookup: the function of a byte, of the pipeline's elements.
Halide::Expr lookUp(const pixels::Step &step, const pixels::Element &element,
                    const Halide::Expr &byte, const Vars &v);

Halide::Expr toInt(const Halide::Expr &value);
/// In 0 to 255.
Halide::Expr toByte(const Halide::Expr &value);

} // namespace dlc::halide

#endif
