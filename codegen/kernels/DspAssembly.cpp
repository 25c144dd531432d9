//===- DspAssembly.cpp - Copies and widening of integers ------------------===//

#include "codegen/kernels/DspAssembly.h"
#include "codegen/kernels/AssemblyText.h"
#include <algorithm>

using llvm::Twine;

namespace dlc::kernels {

/// One row after the other: words, then what is left of them.
std::string dspCopy(int64_t bytes) {
  AssemblyText a;
  // The source r0, its stride r1, the target r2, rows r3.
  if (bytes >= 4)
    a.line("sub r1, r1, #" + Twine(bytes / 4 * 4));
  a.line("1:");
  for (int64_t i = 0; i < bytes / 4; ++i) {
    a.line("ldr r12, [r0], #4");
    a.line("str r12, [r2], #4");
  }
  for (int64_t i = 0; i < bytes % 4; ++i) {
    a.line("ldrb r12, [r0, #" + Twine(i) + "]");
    a.line("strb r12, [r2], #1");
  }
  a.line("add r0, r0, r1");
  a.line("subs r3, r3, #1");
  a.line("bgt 1b");
  a.line("bx lr");
  return a.text();
}

/// Four words at a time, then what is left, byte by byte.
std::string dspFill(int64_t value) {
  AssemblyText a;
  auto byte = static_cast<uint32_t>(value & 0xff);
  // The target r0, bytes r1.
  a.line("ldr r2, =" + Twine(byte * 0x01010101u));
  a.line("subs r1, r1, #16");
  a.line("blt 2f");
  a.line("1:");
  for (int64_t i = 0; i < 4; ++i)
    a.line("str r2, [r0], #4");
  a.line("subs r1, r1, #16");
  a.line("bge 1b");
  a.line("2:");
  a.line("adds r1, r1, #16");
  a.line("beq 4f");
  a.line("3:");
  a.line("strb r2, [r0], #1");
  a.line("subs r1, r1, #1");
  a.line("bne 3b");
  a.line("4:");
  a.line("bx lr");
  a.line(".ltorg");
  return a.text();
}

namespace {
/// Groups of four bytes that one iteration takes.
constexpr int64_t kGroups = 4;

class WidenWriter {
public:
  explicit WidenWriter(const DspWiden &kernel)
      : k(kernel),
        extend(kernel.isSigned || kernel.combined ? "sxtb16 " : "uxtb16 ") {}

  std::string write() {
    a.line("push {r4-r11, lr}");
    constants();
    a.line("subs r2, r2, #" + Twine(kGroups));
    a.line("blt 2f");
    a.line("1:");
    some(kGroups);
    a.line("subs r2, r2, #" + Twine(kGroups));
    a.line("bge 1b");
    a.line("2:");
    a.line("adds r2, r2, #" + Twine(kGroups));
    a.line("beq 4f");
    a.line("3:");
    some(1);
    a.line("subs r2, r2, #1");
    a.line("bgt 3b");
    a.line("4:");
    a.line("pop {r4-r11, pc}");
    a.line(".ltorg");
    return a.text();
  }

public:
  /// All positions of a tile; r3 counts them, lr a position's groups.
  std::string writeTile(int64_t groups, int64_t stride) {
    a.line("push {r4-r11, lr}");
    constants();
    a.line("mov r3, #" + Twine(k.positions));
    int64_t loops = groups / kGroups, rest = groups % kGroups;
    if (loops == 1) {
      loops = 0;
      rest = groups;
    }
    a.line("1:");
    if (loops) {
      a.line("mov lr, #" + Twine(loops));
      a.line("2:");
      some(kGroups);
      a.line("subs lr, lr, #1");
      a.line("bne 2b");
    }
    for (int64_t left = rest; left > 0; left -= kGroups)
      some(std::min(left, kGroups));
    // To the next position's first group.
    add("r0", stride - k.groupBytes() * groups);
    add("r1", 8 - 8 * k.positions * groups);
    a.line("subs r3, r3, #1");
    a.line("bne 1b");
    a.line("pop {r4-r11, pc}");
    a.line(".ltorg");
    return a.text();
  }

private:
  void add(const char *address, int64_t bytes) {
    if (bytes == 0)
      return;
    a.line("ldr r4, =" + Twine(bytes));
    a.line(Twine("add ") + address + ", " + address + ", r4");
  }

  void constants() {
    if (k.halfwords && !k.isSigned)
      a.line("ldr r12, =0x80008000");
    if (!k.combined)
      return;
    a.line("ldr r11, =0x7f007f00");
    if (!k.isSigned)
      a.line("ldr r12, =0x80808080");
  }

  /// Up to four groups.
  void some(int64_t groups) {
    if (k.halfwords)
      return copyGroups(groups);
    const char *words[kGroups] = {"r6", "r7", "r8", "r9"};
    if (k.aligned && groups > 1)
      a.line(Twine("ldmia r0!, {r6-") + words[groups - 1] + "}");
    for (int64_t i = 0; i < groups; ++i) {
      if (!k.aligned || groups == 1)
        a.line(Twine("ldr ") + words[i] + ", [r0], #4");
      group(words[i]);
    }
  }

  /// Two words each, by way of r4 to r11.
  void copyGroups(int64_t groups) {
    auto word = [](int64_t number) { return "r" + std::to_string(4 + number); };
    int64_t words = 2 * groups;
    if (k.aligned)
      a.line("ldmia r0!, {r4-" + Twine(word(words - 1)) + "}");
    for (int64_t i = 0; i < words && !k.aligned; ++i)
      a.line("ldr " + word(i) + ", [r0], #4");
    for (int64_t i = 0; i < words && !k.isSigned; ++i)
      a.line("eor " + word(i) + ", " + word(i) + ", r12");
    for (int64_t i = 0; i < words; i += 2)
      a.line("strd " + word(i) + ", " + word(i + 1) + ", [r1], #" +
             Twine(8 * k.positions));
  }

  /// A word of four elements, to be stored as two. Combined (x1, x3), and
  /// 256 (x0, x2) - (x1, x3) + 127, whose lower bytes are x1 and x3 with all
  /// bits but the sign turned over.
  void group(const Twine &word) {
    if (k.combined) {
      if (!k.isSigned)
        a.line("eor " + word + ", " + word + ", r12");
      a.line(extend + Twine("r4, ") + word + ", ror #8");
      a.line("eor r5, " + word + ", r11");
      a.line("rev16 r5, r5");
    } else {
      a.line(extend + Twine("r4, ") + word);
      a.line(extend + Twine("r5, ") + word + ", ror #8");
    }
    a.line("strd r4, r5, [r1], #" + Twine(8 * k.positions));
  }

  const DspWiden &k;
  std::string extend;
  AssemblyText a;
};
} // namespace

std::string DspWidenTile::text() const {
  return WidenWriter(each).writeTile(groups, stride);
}

std::string DspWiden::text() const { return WidenWriter(*this).write(); }

} // namespace dlc::kernels
