//===- ByteValues.h - Bytes that are none but -1, 0 and 1 -------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_BYTEVALUES_H
#define DLC_CODEGEN_LOOPS_BYTEVALUES_H

#include "codegen/loops/nest/Nest.h"

namespace dlc::loops {

/// What the bytes of a buffer are known to be: anything, -1, 0 and 1, or -1 and
/// 1 alone.
enum class ByteValues { Any, Ternary, Signs };

/// Of an argument of the stage with `nn.values`, or of scratch memory that was
/// noted.
ByteValues valuesOf(const Buffer &buffer);

/// Notes what scratch memory holds: a buffer with padding around it.
void notePadded(const Buffer &inside, mlir::TypedAttr padding,
                const Buffer &target);

} // namespace dlc::loops

#endif
