//===- MveMoves.cpp - Bytes copied and filled in MVE ----------------------===//

#include "codegen/kernels/AssemblyText.h"
#include "codegen/kernels/MveAssembly.h"

using llvm::Twine;

namespace dlc::kernels {

/// Sixteen bytes at a time; the loop's predicate leaves out what is too much.
std::string mveMove(bool flipped, bool halfwords) {
  AssemblyText a;
  // The source r0, the target r1, bytes r2.
  a.line("cmp r2, #0");
  a.line("it eq");
  a.line("bxeq lr");
  a.line("push {r7, lr}");
  if (flipped)
    a.line(halfwords ? "vmov.i16 q1, #0x8000" : "vmov.i8 q1, #0x80");
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

std::string mveFill(int64_t value, bool halfwords) {
  AssemblyText a;
  // The target r0, bytes r1.
  a.line("cmp r1, #0");
  a.line("it eq");
  a.line("bxeq lr");
  a.line("push {r7, lr}");
  if (halfwords) {
    a.line("movw r2, #" + Twine(value & 0xffff));
    a.line("vdup.16 q0, r2");
  } else {
    a.line("vmov.i8 q0, #" + Twine(value & 0xff));
  }
  a.line("dlstp.8 lr, r1");
  a.line("1:");
  a.line("vstrb.8 q0, [r0], #16");
  a.line("letp lr, 1b");
  a.line("pop {r7, pc}");
  return a.text();
}

/// Pieces go through lanes of 16 or 32 bits, since they may begin anywhere.
std::string mveCopy(int64_t bytes, bool flipped) {
  AssemblyText a;
  // The source r0, its stride r1, the target r2, pieces r3.
  std::string bits = std::to_string(128 / bytes);
  a.line("cmp r3, #0");
  a.line("it eq");
  a.line("bxeq lr");
  a.line("push {r7, lr}");
  if (flipped)
    a.line("vmov.i" + bits + " q1, #0x80");
  a.line("dls lr, r3");
  a.line("1:");
  a.line("vldrb.u" + bits + " q0, [r0]");
  a.line("add r0, r0, r1");
  if (flipped)
    a.line("veor q0, q0, q1");
  a.line("vstrb." + bits + " q0, [r2], #" + Twine(bytes));
  a.line("le lr, 1b");
  a.line("pop {r7, pc}");
  return a.text();
}

const char *MveRescale::narrow() const {
  return isSigned ? "vqmovnb.s16" : "vqmovunb.s16";
}

llvm::SmallVector<MveRescale::Bound, 2> MveRescale::bounds() const {
  int64_t values = int64_t(1) << bits;
  int64_t least = isSigned ? -values / 2 : 0;
  std::string type = (isSigned ? ".s" : ".u") + std::to_string(bits);
  llvm::SmallVector<Bound, 2> bounds;
  if (min > least)
    bounds.push_back({"vmax" + type, min & (values - 1)});
  if (max < least + values - 1)
    bounds.push_back({"vmin" + type, max & (values - 1)});
  return bounds;
}

} // namespace dlc::kernels
