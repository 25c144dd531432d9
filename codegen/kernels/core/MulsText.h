//===- MulsText.h - What kernels in Armv6-M's core share ---------*- C++
//-*-===//

#ifndef DLC_CODEGEN_KERNELS_CORE_MULSTEXT_H
#define DLC_CODEGEN_KERNELS_CORE_MULSTEXT_H

#include "codegen/kernels/AssemblyText.h"
#include "codegen/kernels/core/MulsAssembly.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace dlc::kernels {

/// Lines of a function that uses all registers and a frame on the stack.
class MulsText : public AssemblyText {
public:
  /// Saves registers; constants that a load reaches come before what follows.
  void enter(int64_t frame);
  void leave(int64_t frame);
  /// Jumps to `label` in any distance unless two numbers are equal.
  void repeatUnlessEqual(const char *label);
  /// Adds a constant to a register, by way of another one.
  void addTo(const char *to, int64_t number, const char *spare);
  /// The result of a sum in r0, by way of r1 and r7 (of three limbs), stored at
  /// `place`; `reach` and `addend` are registers, limbs are in r4, r5, r2, the
  /// high one first. `out` is the number of a label for rescaledOutside.
  void rescaled(const MulsRescale &rescale, const char *reach, int64_t out,
                const llvm::Twine &place);
  /// What is stored there of a sum outside; comes behind the function.
  void rescaledOutside(const MulsRescale &rescale, int64_t out,
                       const llvm::Twine &place);
  /// The words of a factor from r7 on: addend r3, limbs r4, r5, r2; the
  /// register of the reach is returned.
  const char *loadFactor(const MulsRescale &rescale);
  /// What `use` does with a factor that is read from r7 on, given the register
  /// of its reach; the frame keeps r7 at `stream` meanwhile, if rescaled takes
  /// it.
  void withFactor(const MulsRescale &rescale, int64_t stream,
                  llvm::function_ref<void(const char *reach)> use);
  /// r6 = the frame's word at `result`, which moves on by so many bytes, by way
  /// of r0.
  void takeResults(int64_t result, int64_t bytes);
  /// Stores the sum in r0, rescaled if that is asked for, where the frame's
  /// word at `result` points to, and moves that on. The factor is read from r7
  /// on, which the frame keeps at `stream` meanwhile; label 5 is taken.
  void storeSum(const std::optional<MulsRescale> &rescale, int64_t result,
                int64_t stream);
};

} // namespace dlc::kernels

#endif // DLC_CODEGEN_KERNELS_CORE_MULSTEXT_H
