//===- TileKernel.h - Register tiles by load-multiple instructions --------===//
//
// On a core with scalar arithmetic and an instruction that loads several
// consecutive registers, the order of the registers is what makes a tile fast,
// and a register allocator does not see it. The steps of such a tile are ops of
// the kernel dialect.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_TILEKERNEL_H
#define DLC_CODEGEN_LOOPS_TILEKERNEL_H

#include "codegen/loops/nest/Nest.h"

namespace dlc::loops {

/// Of the steps of a tile: those of one iteration, and whether steps may remain
/// after the last.
struct Unrolling {
  int64_t steps = 1;
  bool remainder = false;
};

/// Of a tile of positions x width that makes `steps` steps (0: not known, a
/// multiple of `multiple`) at a time. `pairs`: each column has a left operand
/// of its own.
Unrolling chooseUnrolling(bool pairs, int64_t positions, int64_t width,
                          int64_t steps, int64_t multiple);

/// Whether kernel.finish can do the nest's epilogue: there is one beside the
/// bias, and it reads nothing but the root's result and constants.
bool finishesTiles(const Nest &nest, int bias);

/// Fills in the region of kernel.finish, which computes one element.
void emitFinish(mlir::Region &region, const Nest &nest);

} // namespace dlc::loops

#endif
