//===- IndexBounds.h - Between what an index lies ---------------*- C++ -*-===//

#ifndef DLC_CODEGEN_MEMORY_INDEXBOUNDS_H
#define DLC_CODEGEN_MEMORY_INDEXBOUNDS_H

#include "mlir/IR/Operation.h"
#include "llvm/ADT/ArrayRef.h"
#include <cstdint>
#include <optional>

namespace dlc::memory {

/// low <= index <= high.
struct Bounds {
  int64_t low = 0, high = 0;

  static Bounds only(int64_t value) { return {value, value}; }
  bool isPoint() const { return low == high; }
};

Bounds operator+(Bounds a, Bounds b);
Bounds operator-(Bounds a, Bounds b);
Bounds operator*(Bounds a, Bounds b);

/// The bounds of what an integer op of `arith` computes from operands between
/// these bounds; nullopt for other ops and where nothing useful can be said.
/// Exact for points.
std::optional<Bounds> boundsOf(mlir::Operation *op,
                               llvm::ArrayRef<Bounds> operands);

} // namespace dlc::memory

#endif
