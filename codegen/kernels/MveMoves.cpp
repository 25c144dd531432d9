//===- MveMoves.cpp - Bytes copied and filled in MVE ----------------------===//

#include "codegen/kernels/AssemblyText.h"
#include "codegen/kernels/MveAssembly.h"

using llvm::Twine;

namespace dlc::kernels {

/// Sixteen bytes at a time; the loop's predicate leaves out what is too much.
std::string mveMove(bool flipped) {
  AssemblyText a;
  // The source r0, the target r1, bytes r2.
  a.line("cmp r2, #0");
  a.line("it eq");
  a.line("bxeq lr");
  a.line("push {r7, lr}");
  if (flipped)
    a.line("vmov.i8 q1, #0x80");
  a.line("dlstp.8 lr, r2");
  a.line("1:");
  a.line("vldrb.u8 q0, [r0], #16");
  if (flipped)
    a.line("veor q0, q0, q1");
  a.line("vstrb.8 q0, [r1], #16");
  a.line("letp lr, 1b");
  a.line("pop {r7, pc}");
  return a.text();
}

std::string mveFill(int64_t value) {
  AssemblyText a;
  // The target r0, bytes r1.
  a.line("cmp r1, #0");
  a.line("it eq");
  a.line("bxeq lr");
  a.line("push {r7, lr}");
  a.line("vmov.i8 q0, #" + Twine(value & 0xff));
  a.line("dlstp.8 lr, r1");
  a.line("1:");
  a.line("vstrb.8 q0, [r0], #16");
  a.line("letp lr, 1b");
  a.line("pop {r7, pc}");
  return a.text();
}

} // namespace dlc::kernels
