//===- DotPlan.h - Which sums are computed with features in lanes -*- C++
//-*-===//

#ifndef DLC_CODEGEN_LOOPS_DOTPLAN_H
#define DLC_CODEGEN_LOOPS_DOTPLAN_H

#include "codegen/loops/dot/DotForms.h"
#include "codegen/loops/dot/DotRescale.h"
#include "codegen/loops/dot/DotWeights.h"
#include "codegen/loops/nest/Contraction.h"
#include "codegen/loops/tiles/TileSchedule.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace dlc::loops {

/// An axis of the data along which a gathered part of it extends: element
/// `stride * position + dilation * tap + constant`, of which there are `size`.
struct GatherAxis {
  int position = -1, tap = -1; // dimensions of the nest, -1: none
  int64_t stride = 0, dilation = 0, constant = 0;
  std::optional<int64_t> size; // none: all that are asked for exist
  int64_t unit = 0;            // elements of the data from one to the next
  /// All elements of the axis are gathered, else one for each tap.
  bool whole = false;
  int64_t extent = 1; // in scratch
  int64_t pitch = 0;  // elements in scratch from one to the next
};

/// What a row or a tile of positions reads, gathered in scratch memory with its
/// padding.
struct Gather {
  llvm::SmallVector<GatherAxis> axes; // outermost first
  int64_t channels = 1;               // elements side by side
  int64_t elements = 0;               // of scratch
  /// For each tile; else for all positions of the blocked dimension.
  bool perTile = false;
  /// Of the data in scratch; positions of a tile count from its first one.
  Linear address;
};

struct DotPlan {
  const DotForm *form = nullptr;
  /// Each lane has its own data too: a depthwise convolution, whose products
  /// are made of single elements that are widened to a whole group.
  bool depthwise = false;
  unsigned data = 0, weights = 0; // inputs of the root
  bool signedData = true;
  unsigned dataBits = 8; // as it is stored: 8 or 16
  int64_t dataZero = 0;  // of stored data
  /// The sign bit of the data is turned over: half its values more, or less.
  bool flip = false;
  int64_t signBit() const { return -(int64_t(1) << (dataBits - 1)); }
  DotOperand operand;
  /// The epilogue's input that is in what sums begin with, -1: none is.
  int bias = -1;
  /// How sums are rescaled; none: the epilogue is emitted as it is.
  std::optional<HighWordEpilogue> rescale;
  std::optional<Gather> gather;
  TileSchedule schedule;
  double cycles = 0;

  /// Of the data in scratch.
  unsigned gatheredBits() const { return depthwise ? dataBits : form->bits; }
  /// The data's element k of a run is read `group` at a time; what lies beyond
  /// a run may be read too.
  bool readsBeyondRuns() const { return gather.has_value(); }
};

/// How to compute a nest that is a sum of products of integers of 8 or 16 bits
/// with constant weights; nullopt where it is none, or no form is exact for it.
std::optional<DotPlan> planDot(Nest &nest, const Contraction &contraction,
                               mlir::func::FuncOp stage,
                               const Machine &machine);

} // namespace dlc::loops

#endif
