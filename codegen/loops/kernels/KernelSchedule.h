//===- KernelSchedule.h - Which nests kernels compute -----------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_KERNELSCHEDULE_H
#define DLC_CODEGEN_LOOPS_KERNELSCHEDULE_H

#include "codegen/loops/tiles/TileSchedule.h"

namespace dlc::loops {

struct KernelSchedule : TileSchedule {
  explicit KernelSchedule(const TileSchedule &outline)
      : TileSchedule(outline) {}

  /// Inputs of the root: the left operand, and the packed one on its right.
  unsigned left = 0, right = 1;
  /// The left operand is one element for all of a row, or it pairs with the
  /// right one.
  bool pairs = false;
};

/// Tiles for kernels that multiply scalars; nullopt where the operands of the
/// sum of products do not lie as kernels read them.
std::optional<KernelSchedule>
scheduleTileKernels(Nest &nest, const Contraction &contraction,
                    const Machine &machine);

/// Blocks for kernels that multiply a row by vectors of a packed matrix;
/// nullopt where the sum of products is another.
std::optional<KernelSchedule>
scheduleRow(Nest &nest, const Contraction &contraction, const Machine &machine);

} // namespace dlc::loops

#endif
