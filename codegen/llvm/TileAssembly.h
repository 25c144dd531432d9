//===- TileAssembly.h - Arm assembly of tile kernels ----------------------===//

#ifndef DLC_CODEGEN_LLVM_TILEASSEMBLY_H
#define DLC_CODEGEN_LLVM_TILEASSEMBLY_H

#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <string>

namespace dlc::llvmgen {

/// On a function of LLVM IR: a tile kernel that loops, or one that loads or
/// stores once.
inline constexpr llvm::StringLiteral tileLoopAttrName = "dlc-tile-loop";
inline constexpr llvm::StringLiteral tileEdgeAttrName = "dlc-tile-edge";

/// A tile kernel (what each computes: codegen/loops/kernels/TileKernel.h) as
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
  /// Operands: the accumulators that are results, then pointers and the count
  /// of steps that change, then (numbered after all tied inputs) what does not
  /// change.
  std::string text() const;
  std::string constraints() const;
};

} // namespace dlc::llvmgen

#endif // DLC_CODEGEN_LLVM_TILEASSEMBLY_H
