//===- Cost.h - What the arithmetic of a nest takes -------------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_COST_H
#define DLC_CODEGEN_LOOPS_COST_H

#include "codegen/loops/nest/Machine.h"
#include "codegen/loops/nest/Nest.h"

namespace dlc::loops {

/// Cycles of a nest that does one step for each element of each vector of
/// `vectorDim` (-1: of scalars), one step in a cycle; without a floating-point
/// unit, calls of the library.
double arithmeticCycles(const Nest &nest, int vectorDim,
                        const Machine &machine);

} // namespace dlc::loops

#endif
