//===- MlaMoves.cpp - Bytes and halfwords become words --------------------===//

#include "codegen/kernels/AssemblyText.h"
#include "codegen/kernels/core/MlaAssembly.h"
#include <algorithm>

using llvm::Twine;

namespace dlc::kernels {

namespace {
constexpr int64_t kWord = 4;
constexpr int64_t kTogether = 4;    // elements of an iteration
constexpr int64_t kFarthest = 4095; // offset of a load
constexpr int64_t kFirst = 2;       // r2 to r10 hold elements
constexpr int64_t kMostPositions = 9;

template <typename Kernel> std::string loadOf(const Kernel &k) {
  std::string load = k.isSigned ? "ldrs" : "ldr";
  return load + (k.bytes == 2 ? "h " : "b ");
}

template <typename Kernel> void copyElement(AssemblyText &a, const Kernel &k) {
  a.line(loadOf(k) + "r12, [r0], #" + Twine(k.bytes));
  a.line("str r12, [r1], #" + Twine(k.positions * kWord));
}

void addTo(AssemblyText &a, const char *address, int64_t bytes) {
  if (bytes == 0)
    return;
  a.line("ldr r12, =" + Twine(bytes));
  a.line(Twine("add ") + address + ", " + address + ", r12");
}

/// Elements of all positions side by side, a load each and a store for all.
std::string sideBySide(const MlaWidenTile &k) {
  AssemblyText a;
  a.line("push {r4-r10, lr}");
  int64_t last = kFirst + k.positions - 1;
  auto some = [&](int64_t count) {
    for (int64_t i = 0; i < count; ++i) {
      for (int64_t p = 0; p < k.positions; ++p)
        a.line(loadOf(k) + "r" + Twine(kFirst + p) + ", [r0, #" +
               Twine(p * k.stride + i * k.bytes) + "]");
      a.line("stmia r1!, {r2-r" + Twine(last) + "}");
    }
  };
  int64_t loops = k.elements / kTogether, rest = k.elements % kTogether;
  if (loops > 1) {
    a.line("ldr r12, =" + Twine(loops * kTogether * k.bytes));
    a.line("add r12, r12, r0");
    a.line("1:");
    some(kTogether);
    a.line("add r0, r0, #" + Twine(kTogether * k.bytes));
    a.line("cmp r0, r12");
    a.line("bne 1b");
  } else {
    rest = k.elements;
  }
  some(rest);
  a.line("pop {r4-r10, pc}");
  a.line(".ltorg");
  return a.text();
}

/// One position after the other; r2 counts them, r3 their elements.
std::string oneByOne(const MlaWidenTile &k) {
  AssemblyText a;
  a.line("mov r2, #" + Twine(k.positions));
  a.line("1:");
  a.line("ldr r3, =" + Twine(k.elements));
  a.line("2:");
  copyElement(a, k);
  a.line("subs r3, r3, #1");
  a.line("bne 2b");
  addTo(a, "r0", k.stride - k.elements * k.bytes);
  addTo(a, "r1", kWord - kWord * k.positions * k.elements);
  a.line("subs r2, r2, #1");
  a.line("bne 1b");
  a.line("bx lr");
  a.line(".ltorg");
  return a.text();
}
} // namespace

std::string MlaWidenTile::text() const {
  // Where there is no loop all elements are that near.
  int64_t together = elements < 2 * kTogether ? elements : kTogether;
  bool near = (positions - 1) * stride + together * bytes <= kFarthest + 1;
  bool several = positions > 1 && positions <= kMostPositions;
  return near && several ? sideBySide(*this) : oneByOne(*this);
}

/// r2 counts elements, down to none.
std::string MlaWiden::text() const {
  AssemblyText a;
  a.line("subs r2, r2, #" + Twine(kTogether));
  a.line("blt 2f");
  a.line("1:");
  for (int64_t i = 0; i < kTogether; ++i)
    copyElement(a, *this);
  a.line("subs r2, r2, #" + Twine(kTogether));
  a.line("bge 1b");
  a.line("2:");
  a.line("adds r2, r2, #" + Twine(kTogether));
  a.line("beq 4f");
  a.line("3:");
  copyElement(a, *this);
  a.line("subs r2, r2, #1");
  a.line("bgt 3b");
  a.line("4:");
  a.line("bx lr");
  return a.text();
}

} // namespace dlc::kernels
