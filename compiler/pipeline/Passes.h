//===- Passes.h - Passes that look at the whole way -------------*- C++ -*-===//

#ifndef DLC_COMPILER_PIPELINE_PASSES_H
#define DLC_COMPILER_PIPELINE_PASSES_H

#include "mlir/Pass/Pass.h"

namespace dlc::pipeline {

#define GEN_PASS_DECL
#include "compiler/pipeline/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "compiler/pipeline/Passes.h.inc"

} // namespace dlc::pipeline

#endif // DLC_COMPILER_PIPELINE_PASSES_H
