//===- LineCode.h - The code of an image from lines -------------*- C++ -*-===//

#ifndef DLC_CODEGEN_PIXELS_LINECODE_H
#define DLC_CODEGEN_PIXELS_LINECODE_H

#include "codegen/pixels/CompilePipeline.h"

namespace dlc::pixels {

/// The code of a pipeline whose frame comes in lines: dlc_pixels(void *image,
/// void *lines), which has nothing left to do, and the function beside it that
/// takes a line (dialects/dlc/lines/Declarations.h). `lineBytes` are those of
/// `lines`, and addresses have `indexBits`.
llvm::Expected<Compiled> compileLines(const Pipeline &pipeline, uint64_t align,
                                      unsigned indexBits);

} // namespace dlc::pixels

#endif
