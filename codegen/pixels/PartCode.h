//===- PartCode.h - The code of a part of an image --------------*- C++ -*-===//

#ifndef DLC_CODEGEN_PIXELS_PARTCODE_H
#define DLC_CODEGEN_PIXELS_PARTCODE_H

#include "codegen/pixels/CompilePipeline.h"
#include "codegen/pixels/ReadPipeline.h"

namespace dlc::pixels {

/// The code of a stage that makes a part of an image: dlc_pixels(const void
/// *frame, void *image, void *lines), which calls what makes any such part.
/// That is beside it, with a suffix (phases::sharedSuffix), or with the stage
/// called `owner`, if there is one.
llvm::Expected<Compiled> compilePart(const Pipeline &pipeline,
                                     const ImagePart &part, uint64_t align,
                                     llvm::StringRef owner);

} // namespace dlc::pixels

#endif
