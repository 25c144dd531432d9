//===- KernelSchedule.h - Which nests kernels compute -----------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_KERNELSCHEDULE_H
#define DLC_CODEGEN_LOOPS_KERNELSCHEDULE_H

#include "codegen/loops/blocks/Schedule.h"

namespace dlc::loops {

/// Schedules a sum of products for tile kernels: true if its operands lie as
/// kernels read them.
bool scheduleKernels(Nest &nest, const Contraction &contraction,
                     const Machine &machine, Schedule &schedule);

/// Schedules a sum of products that is that of a row and a packed matrix, on a
/// target with such kernels; returns how many vectors make a block, nullopt for
/// any other nest.
std::optional<int64_t> scheduleRow(Nest &nest, const Contraction &contraction,
                                   const Machine &machine, Schedule &schedule);

} // namespace dlc::loops

#endif
