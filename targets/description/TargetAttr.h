//===- TargetAttr.h - The target as an attribute of the module ------------===//
//
// Passes learn about the machine from the IR alone: the module carries
//
//   dlc.target = {vector_bits = 512 : i64, vector_registers = 32 : i64,
//                 scalar_factor = "vector", predication = false,
//                 fpu = true, fma = true, fp16 = false, rounding = false,
//                 maximum = false, load_multiple = 0 : i64,
//                 long_multiply = true, scarce_ram = false,
//                 index_bits = 64 : i64,
//                 l1_bytes = 32768 : i64, l2_bytes = 1048576 : i64,
//                 align = 64 : i64, threads = 1 : i64}
//
// and a dlti.dl_spec with the width of `index`. Entries that are left out (a
// test says only what it is about) have the defaults of TargetInfo.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_TARGETS_DESCRIPTION_TARGETATTR_H
#define DLC_TARGETS_DESCRIPTION_TARGETATTR_H

#include "targets/description/TargetDescription.h"

#include "mlir/IR/BuiltinOps.h"

namespace dlc::targets {

inline constexpr llvm::StringLiteral targetAttrName = "dlc.target";

/// On a module whose code is to be small: a unit attribute.
inline constexpr llvm::StringLiteral optimiseSizeAttrName = "dlc.optimise_size";

/// What code generation asks of a machine.
struct TargetInfo {
  unsigned vectorBits = 0;
  unsigned vectorRegisters = 16;
  ScalarFactor scalarFactor = ScalarFactor::Vector;
  bool predication = false;
  bool fpu = true;
  bool fma = false;
  bool fp16 = false;
  bool rounding = false;
  bool maximum = false;
  unsigned loadMultiple = 0;
  bool longMultiply = true;
  bool scarceRam = false;
  unsigned indexBits = 64;
  uint64_t l1Bytes = 32 << 10;
  uint64_t l2Bytes = 256 << 10;
  unsigned align = 16;
  unsigned threads = 1;

  /// Lanes of a vector register for elements of `bits`; 1 where arithmetic is
  /// scalar.
  unsigned lanes(unsigned bits = 32) const {
    return vectorBits > bits ? vectorBits / bits : 1;
  }
};

mlir::DictionaryAttr makeTargetAttr(mlir::MLIRContext *context,
                                    const TargetDescription &target);

/// Puts dlc.target and dlti.dl_spec on the module. The DLTI dialect must be
/// loaded or registered.
void setTarget(mlir::ModuleOp module, const TargetDescription &target);

/// The target of the module around `op` (or of `op`, a module).
TargetInfo getTargetInfo(mlir::Operation *op);

} // namespace dlc::targets

#endif // DLC_TARGETS_DESCRIPTION_TARGETATTR_H
