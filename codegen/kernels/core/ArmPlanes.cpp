//===- ArmPlanes.cpp - Depthwise kernels on planes of channels ------------===//

#include "codegen/kernels/core/ArmPlanes.h"

using llvm::Twine;

namespace dlc::kernels {

namespace {
constexpr int64_t kPairs = 2; // of a loop's body
} // namespace

void writePixels(AssemblyText &a, const ArmPlanes &k,
                 llvm::function_ref<void()> pixel,
                 llvm::function_ref<void()> pair) {
  a.line("ldr r12, =" + Twine(k.stride));
  int64_t left = k.pixels;
  if (k.odd) {
    pixel();
    --left;
  }
  int64_t pairs = left / 2, loops = pairs / kPairs;
  if (loops > 1) {
    a.line("ldr lr, =" + Twine(loops * kPairs * 2 * k.stride));
    a.line("add lr, lr, r0");
    a.line("1:");
    for (int64_t i = 0; i < kPairs; ++i)
      pair();
    a.line("cmp r0, lr");
    a.line("bne 1b");
    pairs -= loops * kPairs;
  }
  for (int64_t i = 0; i < pairs; ++i)
    pair();
  if (left % 2)
    pixel();
}

void loadPixels(AssemblyText &a, const ArmPlanes &k) {
  if (k.stride <= kNear) {
    a.line("ldr r2, [r0], #" + Twine(k.stride));
    a.line("ldr r3, [r0], #" + Twine(k.stride));
  } else {
    a.line("ldr r2, [r0]");
    a.line("ldr r3, [r0, r12]");
    a.line("add r0, r0, r12, lsl #1");
  }
}

void countDown(AssemblyText &a, int64_t counter, const char *label,
               const std::string &spare) {
  a.line(onStack("ldr " + spare, counter));
  a.line("subs " + spare + ", " + spare + ", #1");
  a.line(onStack("str " + spare, counter));
  a.line(Twine("bgt ") + label);
}

void addTo(AssemblyText &a, const char *address, int64_t bytes,
           const std::string &spare) {
  if (bytes == 0)
    return;
  a.line("ldr " + spare + ", =" + Twine(bytes));
  a.line(Twine("add ") + address + ", " + address + ", " + spare);
}

} // namespace dlc::kernels
