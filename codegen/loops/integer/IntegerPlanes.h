//===- IntegerPlanes.h - Depthwise convolutions of integers -----*- C++ -*-===//
//
// Each channel has a filter of its own, so that nothing of a channel is read
// for another, and neighbouring windows share what they read. Strips of rows of
// four channels become planes, padding included, whose elements are as wide as
// the instructions want them, and a kernel goes over each of them.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_INTEGERPLANES_H
#define DLC_CODEGEN_LOOPS_INTEGERPLANES_H

#include "codegen/loops/integer/IntegerStage.h"
#include "codegen/loops/strategy/Plan.h"

namespace dlc::loops {

/// A dimension of the image.
struct PlaneAxis {
  unsigned output = 0, window = 0; // dimensions of the nest
  int64_t results = 1, taps = 1;   // their sizes
  int64_t step = 1;                // elements from a window to the next
  int64_t pad = 0;                 // elements before the first
  int64_t size = 0;                // elements that exist
  int64_t stride = 0;              // of an element, in the image

  /// Elements that so many results read, padding included.
  int64_t extent(int64_t count) const { return (count - 1) * step + taps; }
};

/// Some rows of results.
struct PlaneStrip {
  int64_t first = 0, rows = 0;
  /// Rows of the strip's planes that are rows of the image.
  int64_t begin = 0, end = 0;
};

struct PlanesPlan : StageSums {
  const IntegerForm *instructions = nullptr;
  PlaneAxis row, column;
  /// Columns of the image are rows of the planes.
  bool transposed = false;
  llvm::SmallVector<unsigned> outer; // dimensions around: images
  int64_t strip = 1;                 // rows of results
  mlir::func::FuncOp stage;
  mlir::BlockArgument image;     // of the stage, if it is one
  int64_t shift = 0;             // of rescaling, one for all channels
  std::optional<LimbForm> limbs; // in its place
  double instructionsInAll = 0;

  const PlaneForm &form() const { return *instructions->planes; }
  int64_t groups() const { return (sums.features + 3) / 4; }
  int64_t movedBy() const; // of elements of planes
  int64_t storedBytes() const { return stored->isWide() ? 2 : 1; }
  int64_t pixels() const; // that exist and are read
  int64_t rowBytes() const;
  int64_t planeBytes() const;
  llvm::SmallVector<PlaneStrip> strips() const;
};

std::optional<PlanesPlan> planPlanes(Nest &nest, const Contraction &contraction,
                                     mlir::func::FuncOp stage,
                                     const Machine &machine);

void emitPlanes(StageContext &context, Nest &nest, const PlanesPlan &plan);

/// What a channel's weights and sums are multiplied by to be rescaled at a
/// shift that is one for all: two to `scale`.
struct PlaneFactor {
  unsigned scale = 0;
  int32_t multiplier = 0;
};

/// The largest shift at which all columns' multipliers stay below 2^31, with
/// weights of 16 bits.
int64_t planeShift(const ColumnSums &sums, const std::vector<Column> &columns);

/// Factors that are exact for all sums; nullopt if a column has none.
std::optional<std::vector<PlaneFactor>>
planeFactors(const ColumnSums &sums, const std::vector<Column> &columns,
             int64_t shift);

/// [groups of four channels][addend, [channel][words of filter rows, bias,
/// multiplier]], or limbs and no addend, or both words of a wide multiplier;
/// the last group begins so that it has four.
class PlaneWeights : public WeightEncoding {
public:
  /// A row of a filter has so many words: two pairs of halfwords, one for each
  /// of its three columns, or one for all, of 10, 10 and 12 bits. It has `taps`
  /// rows and `columnTaps` columns; `transposed`: the network has it column by
  /// column.
  PlaneWeights(ColumnSums sums, int64_t rowWords, int64_t taps,
               int64_t columnTaps, int64_t columnStep, bool transposed,
               int64_t shift)
      : sums(std::move(sums)), rowWords(rowWords), taps(taps),
        columnTaps(columnTaps), columnStep(columnStep), transposed(transposed),
        shift(shift) {}
  /// Multipliers are limbs.
  void useLimbs(const LimbForm &form) { limbs = form; }
  /// Elements are so much larger.
  void setMoved(int64_t by) { moved = by; }

  llvm::SmallVector<mlir::MemRefType> constants() const override;
  llvm::SmallVector<mlir::ElementsAttr>
  encode(llvm::ArrayRef<mlir::ElementsAttr> operands) const override;

  int64_t groupWords() const {
    int64_t numbers = 1 + (limbs ? LimbForm::kWords : storesWide() ? 2 : 1);
    return (limbs ? 0 : 1) + 4 * (rowWords * taps + numbers);
  }

private:
  int64_t groups() const { return (sums.features + 3) / 4; }
  bool storesWide() const { return sums.rescale && sums.rescale->storesWide; }

  ColumnSums sums;
  int64_t rowWords, taps, columnTaps, columnStep;
  bool transposed;
  int64_t shift;
  std::optional<LimbForm> limbs;
  int64_t moved = 0;
};

} // namespace dlc::loops

#endif
