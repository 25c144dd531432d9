//===- DspAssembly.cpp - Copies and widening of integers ------------------===//

#include "codegen/kernels/DspAssembly.h"
#include "codegen/kernels/AssemblyText.h"

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
    if (k.combined) {
      a.line("ldr r10, =0xff00ff00");
      a.line("ldr r11, =0x007f007f");
      if (!k.isSigned)
        a.line("ldr r12, =0x80808080");
    }
    a.line("subs r2, r2, #" + Twine(kGroups));
    a.line("blt 2f");
    a.line("1:");
    const char *words[kGroups] = {"r6", "r7", "r8", "r9"};
    if (k.aligned)
      a.line("ldmia r0!, {r6-r9}");
    for (const char *word : words) {
      if (!k.aligned)
        a.line(Twine("ldr ") + word + ", [r0], #4");
      group(word);
    }
    a.line("subs r2, r2, #" + Twine(kGroups));
    a.line("bge 1b");
    a.line("2:");
    a.line("adds r2, r2, #" + Twine(kGroups));
    a.line("beq 4f");
    a.line("3:");
    a.line("ldr r6, [r0], #4");
    group("r6");
    a.line("subs r2, r2, #1");
    a.line("bgt 3b");
    a.line("4:");
    a.line("pop {r4-r11, pc}");
    a.line(".ltorg");
    return a.text();
  }

private:
  /// A word of four elements, to be stored as two.
  void group(const Twine &word) {
    if (k.combined) {
      if (!k.isSigned)
        a.line("eor " + word + ", " + word + ", r12");
      a.line(extend + Twine("r4, ") + word + ", ror #8");
      a.line("and r5, r10, " + word + ", lsl #8");
      a.line("ssub16 r5, r5, r4");
      a.line("sadd16 r5, r5, r11");
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

std::string DspWiden::text() const { return WidenWriter(*this).write(); }

} // namespace dlc::kernels
