//===- RowAssembly.h - Assembly of a row times a matrix -------------------===//

#ifndef DLC_CODEGEN_KERNELS_ROWASSEMBLY_H
#define DLC_CODEGEN_KERNELS_ROWASSEMBLY_H

#include <cstdint>
#include <optional>
#include <string>

namespace dlc::kernels {

/// kernel.row on float32 as inline assembly, in vectors of four. Accumulators
/// are the first vector registers, the next ones take turns in holding weights,
/// a load ahead of the products.
struct RowAssembly {
  /// AArch64: elements of the row in vectors, one lane of which is a factor.
  /// Mve: elements of the row in core registers.
  enum class Machine { AArch64, Mve };
  Machine machine = Machine::AArch64;
  int64_t vectors = 1, steps = 1;
  /// Floats that one instruction loads: of weights (AArch64), of the row (Mve).
  int64_t loadMultiple = 4;

  /// Why there is none, or null.
  const char *whyNot() const;
  /// Operands: the accumulators, the addresses of the row and of the weights;
  /// then a register of its own.
  std::string text() const;
  std::string constraints() const;
};

} // namespace dlc::kernels

#endif // DLC_CODEGEN_KERNELS_ROWASSEMBLY_H
