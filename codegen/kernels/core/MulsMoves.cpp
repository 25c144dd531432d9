//===- MulsMoves.cpp - Copies and widening of integers --------------------===//

#include "codegen/kernels/core/MulsText.h"
#include <algorithm>

using llvm::Twine;

namespace dlc::kernels {

namespace {
constexpr int64_t kWord = 4, kNear = 31;
constexpr int64_t kTogether = 4; // elements of an iteration
constexpr int64_t kMostPositions = 5;
} // namespace

/// The source r0, its stride r1, the target r2, rows r3.
std::string mulsCopy(int64_t bytes) {
  MulsText a;
  a.line("push {r4-r6, lr}");
  a.line("1:");
  a.line("mov r4, r0");
  int64_t together = std::min(bytes, kNear + 1), loops = bytes / together;
  auto some = [&](int64_t count) {
    for (int64_t i = 0; i < count; ++i) {
      a.line("ldrb r5, [r4, #" + Twine(i) + "]");
      a.line("strb r5, [r2, #" + Twine(i) + "]");
    }
    a.line("adds r2, #" + Twine(count));
  };
  if (loops > 1) {
    a.line("ldr r6, =" + Twine(loops * together));
    a.line("adds r6, r6, r0");
    a.line("2:");
  }
  some(together);
  if (bytes > together)
    a.line("adds r4, #" + Twine(together));
  if (loops > 1) {
    a.line("cmp r4, r6");
    a.line("bne 2b");
  }
  if (bytes % together)
    some(bytes % together);
  a.line("adds r0, r0, r1");
  a.line("subs r3, #1");
  a.line("beq 3f");
  a.line("b 1b");
  a.line("3:");
  a.line("pop {r4-r6, pc}");
  a.line(".ltorg");
  return a.text();
}

/// The target r0, bytes r1.
std::string mulsFill(int64_t value) {
  constexpr int64_t kSome = 16;
  MulsText a;
  a.line("movs r2, #" + Twine(value & 0xff));
  a.line("subs r1, #" + Twine(kSome));
  a.line("blt 2f");
  a.line("1:");
  for (int64_t i = 0; i < kSome; ++i)
    a.line("strb r2, [r0, #" + Twine(i) + "]");
  a.line("adds r0, #" + Twine(kSome));
  a.line("subs r1, #" + Twine(kSome));
  a.line("bge 1b");
  a.line("2:");
  a.line("adds r1, #" + Twine(kSome));
  a.line("beq 4f");
  a.line("3:");
  a.line("strb r2, [r0]");
  a.line("adds r0, #1");
  a.line("subs r1, #1");
  a.line("bne 3b");
  a.line("4:");
  a.line("bx lr");
  return a.text();
}

/// The source r0, the target r1, elements r2.
std::string MulsWiden::text() const {
  MulsText a;
  std::string width = bytes == 2 ? "h" : "b";
  auto some = [&](int64_t count) {
    for (int64_t i = 0; i < count; ++i) {
      a.line("ldr" + width + " r3, [r0, #" + Twine(i * bytes) + "]");
      if (isSigned)
        a.line("sxt" + width + " r3, r3");
      if (isLess)
        a.line("subs r3, #128");
      a.line("str r3, [r1, #" + Twine(i * positions * kWord) + "]");
    }
    a.line("adds r0, #" + Twine(count * bytes));
    a.line("adds r1, #" + Twine(count * positions * kWord));
    a.line("subs r2, #" + Twine(count));
  };
  a.line("subs r2, #" + Twine(kTogether));
  a.line("blt 2f");
  a.line("1:");
  some(kTogether);
  a.line("bge 1b");
  a.line("2:");
  a.line("adds r2, #" + Twine(kTogether));
  // There may be none: where a run is all padding.
  a.line("ble 4f");
  a.line("3:");
  some(1);
  a.line("bgt 3b");
  a.line("4:");
  a.line("bx lr");
  return a.text();
}

/// The source r0, the target r1; elements of all positions are loaded one after
/// the other, by way of r7, and stored together.
std::string MulsWidenTile::text() const {
  MulsText a;
  a.line("push {r4-r7, lr}");
  a.line("mov r4, r8");
  a.line("mov r5, r9");
  a.line("push {r4, r5}");
  a.line("ldr r4, =" + Twine(stride));
  a.line("mov r8, r4");
  int64_t loops = elements / kTogether;
  a.line("ldr r4, =" + Twine(loops * kTogether * bytes));
  a.line("add r4, r0");
  a.line("mov r9, r4");
  std::string load = isSigned ? "ldrs" : "ldr";
  load += bytes == 2 ? "h r" : "b r";
  auto some = [&](int64_t count) {
    for (int64_t i = 0; i < count; ++i) {
      a.line("movs r7, #" + Twine(i * bytes));
      for (int64_t p = 0; p < positions; ++p) {
        a.line(load + Twine(2 + p) + ", [r0, r7]");
        if (isLess)
          a.line("subs r" + Twine(2 + p) + ", #128");
        if (p + 1 < positions)
          a.line("add r7, r8");
      }
      a.line("stmia r1!, {r2-r" + Twine(1 + positions) + "}");
    }
  };
  if (loops > 0) {
    a.line("1:");
    some(kTogether);
    a.line("adds r0, #" + Twine(kTogether * bytes));
    a.line("cmp r0, r9");
    a.line("bne 1b");
  }
  some(elements % kTogether);
  a.line("pop {r4, r5}");
  a.line("mov r8, r4");
  a.line("mov r9, r5");
  a.line("pop {r4-r7, pc}");
  a.line(".ltorg");
  return a.text();
}

const char *MulsWidenTile::whyNot() const {
  return positions > kMostPositions
             ? "elements of more than five positions have no registers"
             : nullptr;
}

/// Arguments: values, table.
std::string mulsCodeTable(bool both) {
  constexpr int64_t kValues = 16;
  MulsText a;
  a.line("push {r4-r6, lr}");
  a.line("mov r6, r0");
  a.line("ldmia r6!, {r2-r5}");
  for (int64_t i = 0; i < kValues; ++i)
    a.line("stmia r1!, {r2-r5}");
  if (both) {
    a.line("1:");
    a.line("ldrb r2, [r0]");
    a.line("adds r0, #1");
    a.line("lsls r3, r2, #8");
    a.line("orrs r2, r3");
    a.line("lsls r3, r2, #16");
    a.line("orrs r2, r3");
    a.line("mov r3, r2");
    a.line("mov r4, r2");
    a.line("mov r5, r2");
    a.line("stmia r1!, {r2-r5}");
    a.line("cmp r0, r6");
    a.line("bne 1b");
  }
  a.line("pop {r4-r6, pc}");
  return a.text();
}

} // namespace dlc::kernels
