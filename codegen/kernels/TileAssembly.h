//===- TileAssembly.h - Arm assembly of tile kernels ----------------------===//

#ifndef DLC_CODEGEN_KERNELS_TILEASSEMBLY_H
#define DLC_CODEGEN_KERNELS_TILEASSEMBLY_H

#include <cstdint>
#include <string>

namespace dlc::kernels {

/// A kernel on a tile of float32 (what each computes: dialects/kernel) as
/// inline assembly. Accumulators are s0, s1, ... row by row; then come the
/// elements of the left operand, then those of the right.
struct TileAssembly {
  enum class Kind { Multiply, MultiplyPairs, Load, Store };
  Kind kind = Kind::Multiply;
  int64_t positions = 1, width = 1, unroll = 1;
  bool remainder = false;
  int64_t loadMultiple = 4; // registers of one load
  bool fused = false;       // vfma, else vmla

  bool isLoop() const {
    return kind == Kind::Multiply || kind == Kind::MultiplyPairs;
  }
  /// Why there is none, or null.
  const char *whyNot() const;
  /// Operands: the accumulators that are results, then pointers and the count
  /// of steps that change, then (numbered after all tied inputs) what does not
  /// change.
  std::string text() const;
  std::string constraints() const;
};

} // namespace dlc::kernels

#endif // DLC_CODEGEN_KERNELS_TILEASSEMBLY_H
