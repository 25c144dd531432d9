//===- MulsDecode.cpp - Prefix codes become bytes, in Armv6-M -------------===//
//
// r0 goes through the stream and r2 through what is written, up to r12; r4 has
// the next bits of the stream at its top, r5 says how many there are beside 16.
// r1 is the table, lr the codes. r3 and r6 are an entry and a length, r7 spare.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/values/MulsDecode.h"
#include "codegen/kernels/AssemblyText.h"
#include "dialects/kernel/PanelKernels.h"

using llvm::Twine;

namespace dlc::kernels {

namespace {
constexpr int64_t kTogether = 4, kFirstOfLonger = 3;

class DecodeWriter {
public:
  explicit DecodeWriter(int64_t bits) : bits(bits) {}

  std::string write() {
    start();
    a.line("b 7f");
    a.line("1:");
    for (int64_t i = 0; i < kTogether; ++i)
      byte(i);
    a.line("adds r2, #" + Twine(kTogether));
    a.line("7:");
    a.line("cmp r2, r12");
    a.line("blo 1b");
    a.line("pop {r4, r5, r6, r7, pc}");
    longer();
    return a.text();
  }

private:
  /// Arguments: stream, codes, table, target, and on the stack bytes.
  void start() {
    a.line("push {r4, r5, r6, r7, lr}");
    a.line("ldr r4, [sp, #20]");
    a.line("adds r4, r4, r3");
    a.line("mov r12, r4");
    a.line("mov lr, r1");
    a.line("mov r1, r2");
    a.line("mov r2, r3");
    a.line("ldrh r4, [r0]");
    a.line("lsls r4, r4, #16");
    a.line("ldrh r3, [r0, #2]");
    a.line("orrs r4, r3");
    a.line("adds r0, #4");
    a.line("movs r5, #16");
  }

  /// Takes a code of r6 bits off the buffer, and where 16 are left reads more.
  void take(const char *on) {
    a.line("lsls r4, r6");
    a.line("subs r5, r5, r6");
    a.line(Twine("bcs ") + on);
    a.line("ldrh r7, [r0]");
    a.line("adds r0, #2");
    a.line("rsbs r6, r5, #0");
    a.line("lsls r7, r6");
    a.line("orrs r4, r7");
    a.line("adds r5, #16");
  }

  void byte(int64_t i) {
    a.line("lsrs r3, r4, #" + Twine(32 - bits));
    a.line("lsls r3, r3, #1");
    a.line("ldrh r3, [r1, r3]");
    a.line("lsrs r6, r3, #8");
    a.line("beq " + Twine(kFirstOfLonger + i) + "f");
    a.line("strb r3, [r2, #" + Twine(i) + "]");
    take("2f");
    a.line("2:");
  }

  /// A code that is not in the table, of the byte whose label is jumped to.
  void longer() {
    for (int64_t i = kTogether; i-- > 1;) {
      a.line(Twine(kFirstOfLonger + i) + ":");
      a.line("adds r2, #1");
    }
    a.line(Twine(kFirstOfLonger) + ":");
    a.line("push {r5}");
    a.line("lsrs r3, r4, #16");
    a.line("movs r6, #" + Twine(bits + 1));
    a.line("movs r7, #1");
    a.line("lsls r7, r7, #" + Twine(bits + 1));
    a.line("adds r7, r7, r1");
    a.line("8:");
    a.line("ldr r5, [r7]");
    a.line("cmp r3, r5");
    a.line("blo 9f");
    a.line("adds r7, #8");
    a.line("adds r6, #1");
    a.line("b 8b");
    a.line("9:");
    a.line("ldr r5, [r7, #4]");
    a.line("movs r3, #32");
    a.line("subs r3, r3, r6");
    a.line("mov r7, r4");
    a.line("lsrs r7, r3");
    a.line("adds r7, r7, r5");
    a.line("add r7, lr");
    a.line("ldrb r3, [r7, #" + Twine(kernel::DecodeOp::kLengths) + "]");
    a.line("pop {r5}");
    a.line("strb r3, [r2]");
    a.line("adds r2, #1");
    take("7b");
    a.line("b 7b");
  }

  int64_t bits;
  AssemblyText a;
};
} // namespace

std::string MulsDecode::text() const { return DecodeWriter(bits).write(); }

} // namespace dlc::kernels
