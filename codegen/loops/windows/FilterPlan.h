//===- FilterPlan.h - Depthwise convolutions of bytes in vectors -*- C++
//-*-===//
//
// Of a channel's rows of bytes a vector holds all of a window: four columns of
// four rows (kernel.interleave). A block of channels at a time is copied out of
// the image, with its padding; then each line of results is interleaved and
// computed.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_FILTERPLAN_H
#define DLC_CODEGEN_LOOPS_FILTERPLAN_H

#include "codegen/loops/integer/IntegerStage.h"

namespace dlc::loops {

/// An axis of the image, in pixels.
struct ImageAxis {
  int output = -1, tap = -1; // dimensions of the nest; -1: there is one
  int64_t results = 1, taps = 1, step = 1;
  int64_t pad = 0, size = 1; // before the first pixel; pixels that are read
  int64_t stride = 0;        // elements from a pixel to the next

  /// Pixels that so many results read, padding included.
  int64_t extent(int64_t count) const { return (count - 1) * step + taps; }
};

struct FilterPlan : StageSums {
  /// Of a line of results, and from one to the next.
  ImageAxis along, across;
  bool alongIsInner = true;          // of both in a filter
  llvm::SmallVector<unsigned> outer; // dimensions around
  int64_t channels = 8;              // of a block
  int64_t lines = 1;                 // that are copied together
  int64_t shift = 0;                 // of rescaling (findFactors)
  mlir::func::FuncOp stage;
  double instructionsInAll = 0;

  int64_t blocks() const;
  bool isWhole() const { return lines == across.results; }
  /// Bytes from a line of the copy to the next, and of all.
  int64_t pitch() const { return along.extent(along.results) * channels; }
  int64_t copyBytes() const { return across.extent(lines) * pitch(); }
  /// Bytes from an interleaved channel to the next.
  int64_t spacing() const;
};

/// How to compute `nest`, a depthwise convolution of `stage`; nullopt where it
/// is none of bytes with filters of 4x4 at most.
std::optional<FilterPlan> planFilters(Nest &nest,
                                      const Contraction &contraction,
                                      mlir::func::FuncOp stage,
                                      const Machine &machine);

/// What kernel.filter reads, for each block of channels; the last one begins so
/// that it is whole.
class FilterWeights : public WeightEncoding {
public:
  explicit FilterWeights(const FilterPlan &plan)
      : sums(plan.sums), along(plan.along.taps), across(plan.across.taps),
        alongIsInner(plan.alongIsInner), channels(plan.channels),
        shift(plan.shift) {}

  llvm::SmallVector<mlir::MemRefType> constants() const override;
  llvm::SmallVector<mlir::ElementsAttr>
  encode(llvm::ArrayRef<mlir::ElementsAttr> operands) const override;

  int64_t blockWords() const;

private:
  ColumnSums sums;
  int64_t along, across; // taps
  bool alongIsInner;
  int64_t channels, shift;
};

} // namespace dlc::loops

#endif
