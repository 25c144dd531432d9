//===- Bytes.h - Factors of 8 bits ------------------------------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_GPUBYTES_H
#define DLC_CODEGEN_LOOPS_GPUBYTES_H

#include "codegen/loops/nest/Contraction.h"

namespace dlc::loops {

/// What is subtracted from the bytes of a factor; nullopt where they are none,
/// or where that is no constant or none that a byte can be.
std::optional<int64_t> zeroPointOf(const Factor &factor);

/// The byte that is 0 in a product; null where there is none.
mlir::TypedAttr nothingOf(const Factor &factor);

/// The largest magnitude of a byte less `zeroPoint`.
int64_t magnitudeOf(const Factor &factor, int64_t zeroPoint);

} // namespace dlc::loops

#endif
