//===- CompilePipeline.h - Pixels as LLVM's bitcode -------------*- C++ -*-===//

#ifndef DLC_CODEGEN_PIXELS_COMPILEPIPELINE_H
#define DLC_CODEGEN_PIXELS_COMPILEPIPELINE_H

#include "codegen/pixels/Pipeline.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"

namespace dlc::pixels {

/// LLVM's bitcode of one module, whose one external function is
/// void dlc_pixels(const void *frame, void *image, void *lines), or with
/// int32_t behind these: row and first where it is made by rows, row and, in
/// columns, columns, then the number of rows where it is made in bands.
struct Compiled {
  std::string bitcode;
  uint64_t lineBytes = 0; ///< memory of its line buffers; 0: no third argument
};

/// Nothing, or why this build of dlc can compile no pixels.
llvm::Error findHalide();

/// All that the code depends on.
std::string keyOf(const Pipeline &pipeline);

/// Compiles a pipeline; the same one twice in a process is compiled once.
/// Memory is aligned to `align` bytes. The error is one of this build, or an
/// internal one.
llvm::Expected<Compiled> compilePipeline(const Pipeline &pipeline,
                                         uint64_t align);

/// What Halide wrote as a function on plain memory (FinishModule.cpp): its
/// line buffers, which are on its stack, become an argument; the machine that
/// it was written for is forgotten. Returns the bytes of line buffers.
llvm::Expected<uint64_t> finishModule(llvm::Module &module,
                                      const Pipeline &pipeline, uint64_t align);

} // namespace dlc::pixels

#endif
