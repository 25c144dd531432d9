//===- IntegerWinograd.h - 3x3 convolutions of bytes, exactly ---*- C++ -*-===//
//
// Winograd's F(2x2, 3x3) on integers: with the filter's transform times two,
// all numbers are integers and results come four times, which their rescaling
// takes in (docs/decisions/integer-winograd.md).
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_INTEGERWINOGRAD_H
#define DLC_CODEGEN_LOOPS_INTEGERWINOGRAD_H

#include "codegen/loops/integer/IntegerStage.h"
#include "codegen/loops/strategy/Plan.h"
#include "codegen/loops/winograd/WinogradGeometry.h"
#include "llvm/Support/MathExtras.h"

namespace dlc::loops {

/// Results of a tile along a side, and pixels that they are made of.
constexpr int64_t kTileResults = 2, kTilePixels = 4;
/// Points that a tile, and a filter, are transformed into.
constexpr int64_t kPoints = kTilePixels * kTilePixels;
/// Sums come 2^2 times.
constexpr unsigned kWinogradScale = 2;

struct IntegerWinogradPlan : StageSums, WinogradDimensions {
  using StageSums::feature; // the same
  const IntegerForm *instructions = nullptr;
  TileRow rows, columns; // of tiles
  /// Tiles of a row, and features, whose sums are in registers together.
  int64_t tiles = 1, block = 4;
  int64_t elementBytes = 2;      // of a point
  int64_t shift = 0;             // of rescaling (findFactors)
  std::optional<LimbForm> limbs; // or by limbs; weights are words then
  /// Rows of tiles whose points are in scratch memory together, for which the
  /// stage makes points of its filters block by block; 0: the filters are
  /// stored as points, and a tile's features are computed at once.
  int64_t strip = 0;
  /// The kernel rescales, and code of the stage does what follows (`part`).
  bool inParts = false;
  int64_t pixel = 0;    // bytes between two pixels of a row
  int64_t pixelRow = 0; // and between two rows
  double instructionsInAll = 0;

  /// Channels in whole groups: what is read behind those of a pixel is
  /// multiplied by weights of zero.
  int64_t wholeChannels() const {
    return llvm::alignTo(channels, instructions->group);
  }
  /// Of tiles that are computed together.
  int64_t pointBytes() const {
    return kPoints * wholeChannels() * tiles * elementBytes;
  }
  /// Of all tiles whose points are in scratch memory.
  int64_t stripBytes() const {
    return pointBytes() * (strip ? strip * columns.count / tiles : 1);
  }
  /// Features that are computed at once.
  int64_t width() const { return strip ? block : features; }
  /// Filters of one channel in a block of features.
  int64_t blockFilters() const { return wholeChannels() * block; }
  /// Halfwords of a block of filters as the stage makes points of them.
  int64_t filterHalfwords() const;
  /// Of the pixels of a tile at the border, one behind the other.
  int64_t borderBytes() const {
    return kPoints * channels + wholeChannels() - channels;
  }
  /// Whether a tile may reach beyond the image, and beyond the results.
  bool hasBorder() const;
  bool hasEdge() const;
  /// Whether results of a tile are stored where they are to be, if all exist.
  bool storesWhole(const Nest &nest) const;
  /// Of the pixels of a tile at the border and, later, of results that are not
  /// stored by the kernel. In a strip pixels are where filters will be.
  int64_t besideBytes(const Nest &nest) const;
};

/// How to compute `nest`, a sum of products of `stage`; nullopt where it is no
/// 3x3 convolution of bytes of stride 1 with constant weights, where they are
/// not rescaled by constants, or where scratch memory or flash do not suffice.
std::optional<IntegerWinogradPlan>
planIntegerWinograd(Nest &nest, const Contraction &contraction,
                    mlir::func::FuncOp stage, const Machine &machine);

void emitIntegerWinograd(StageContext &context, Nest &nest,
                         const IntegerWinogradPlan &plan);

/// U g U^T of a filter g, row by row, and of its rows the points of the columns
/// 1, 0, 2 and 3: four times that of the algorithm.
std::array<int64_t, kPoints> transformIntegers(llvm::ArrayRef<int64_t> filter);

/// What kernel.winograd_columns reads; or, as `filters`, what the stage makes
/// it of: bytes [blocks][groups of channels][columns][group][taps], and beside
/// them the words of it that are no weights.
class IntegerWinogradWeights : public WeightEncoding {
public:
  /// `sums` go through a filter's rows, columns and channels.
  IntegerWinogradWeights(ColumnSums sums, const IntegerForm &instructions,
                         int64_t block, int64_t shift, bool filters = false,
                         std::optional<LimbForm> limbs = std::nullopt)
      : sums(std::move(sums)), instructions(instructions), block(block),
        shift(shift), filters(filters), limbs(limbs) {}

  /// Words in front of all blocks, and of a column.
  static int64_t headWords(int64_t shift) { return shift == 0 ? 0 : 1; }
  static int64_t numberWords(int64_t shift) { return shift == 0 ? 4 : 2; }

  llvm::SmallVector<mlir::MemRefType> constants() const override;
  llvm::SmallVector<mlir::ElementsAttr>
  encode(llvm::ArrayRef<mlir::ElementsAttr> operands) const override;

private:
  int64_t channels() const;
  int64_t wholeChannels() const;
  int64_t words() const;
  bool hasAddend() const { return !limbs && shift != 0; }
  void addPoints(llvm::ArrayRef<Column> columns,
                 std::vector<int32_t> &words) const;
  void addFilters(llvm::ArrayRef<Column> columns,
                  std::vector<char> &bytes) const;
  void addNumbers(llvm::ArrayRef<Column> columns,
                  llvm::ArrayRef<ColumnFactor> factors,
                  std::vector<int32_t> &words) const;

  ColumnSums sums;
  const IntegerForm &instructions;
  int64_t block, shift;
  bool filters;
  std::optional<LimbForm> limbs;
};

/// The limbs of all callers' columns, whose sums come four times; nullopt if
/// there are none.
std::optional<LimbForm>
winogradLimbs(const ColumnSums &sums,
              const std::vector<std::vector<Column>> &callers);

/// Whether filters less their zero point are bytes.
bool areByteFilters(llvm::ArrayRef<Column> columns);

Strategy integerWinogradStrategy();

} // namespace dlc::loops

#endif
