//===- DspPlanes.cpp - Channels of an image as planes of halfwords --------===//

#include "codegen/kernels/DspPlanes.h"

using llvm::ArrayRef;
using llvm::StringRef;
using llvm::Twine;

namespace dlc::kernels {

namespace {
constexpr int64_t kFarthest = 4095; // offset of a load or store of words

/// r0 goes through the image, r1 through the first plane; r12 is the distance
/// of two planes, lr where the loop ends.
class PlanesWriter {
public:
  explicit PlanesWriter(const DspPlanes &kernel)
      : k(kernel), extend(kernel.isSigned ? "sxtb16 " : "uxtb16 ") {}

  std::string write() {
    a.line("push {r4-r11, lr}");
    if (k.halfwords && !k.isSigned)
      a.line("ldr r7, =0x80008000");
    if (k.halfwords)
      writePixels(a, k, [&] { halfPixel(); }, [&] { halfPair(); });
    else
      writePixels(a, k, [&] { pixel(); }, [&] { pair(); });
    a.line("pop {r4-r11, pc}");
    a.line(".ltorg");
    return a.text();
  }

private:
  /// Elements of four channels, one by one.
  void pixel() {
    a.line("ldr r2, [r0]");
    a.line("add r0, r0, r12");
    a.line("ldr r6, =" + Twine(k.plane));
    a.line(extend + Twine("r4, r2"));
    a.line(extend + Twine("r5, r2, ror #8"));
    a.line("mov r3, r1");
    a.line("strh r4, [r3]");
    a.line("add r3, r3, r6");
    a.line("strh r5, [r3]");
    a.line("lsr r4, r4, #16");
    a.line("lsr r5, r5, #16");
    a.line("add r3, r3, r6");
    a.line("strh r4, [r3]");
    a.line("add r3, r3, r6");
    a.line("strh r5, [r3]");
    a.line("add r1, r1, #2");
  }

  /// Two pixels: a word of each of four planes.
  void pair() {
    loadPixels(a, k);
    a.line(extend + Twine("r4, r2"));
    a.line(extend + Twine("r5, r2, ror #8"));
    a.line(extend + Twine("r6, r3"));
    a.line(extend + Twine("r7, r3, ror #8"));
    interleave("r4", "r6", "r8", "r9");
    interleave("r5", "r7", "r10", "r11");
    storePlanes("r8", {"r10", "r9", "r11"});
  }

  /// Lower and upper halves of two words.
  void interleave(StringRef first, StringRef second, StringRef lower,
                  StringRef upper) {
    a.line("pkhbt " + lower + ", " + first + ", " + second + ", lsl #16");
    a.line("pkhtb " + upper + ", " + second + ", " + first + ", asr #16");
  }

  /// A word to each plane, the first one behind the others.
  void storePlanes(StringRef first, ArrayRef<StringRef> others) {
    for (auto [i, word] : llvm::enumerate(others))
      a.line("str " + word + ", [r1, #" + Twine((i + 1) * k.plane) + "]");
    a.line("str " + first + ", [r1], #4");
  }

  /// The two words of a pixel.
  void loadHalfwords(const char *first, const char *second) {
    a.line(Twine("ldr ") + second + ", [r0, #4]");
    if (k.stride <= kNear) {
      a.line(Twine("ldr ") + first + ", [r0], #" + Twine(k.stride));
    } else {
      a.line(Twine("ldr ") + first + ", [r0]");
      a.line("add r0, r0, r12");
    }
    for (const char *word : {first, second})
      if (!k.isSigned)
        a.line(Twine("eor ") + word + ", " + word + ", r7");
  }

  void halfPixel() {
    loadHalfwords("r4", "r5");
    a.line("ldr r6, =" + Twine(k.plane));
    a.line("mov r3, r1");
    for (const char *word : {"r4", "r5"})
      for (bool upper : {false, true}) {
        if (upper)
          a.line(Twine("lsr ") + word + ", " + word + ", #16");
        a.line(Twine("strh ") + word + ", [r3]");
        a.line("add r3, r3, r6");
      }
    a.line("add r1, r1, #2");
  }

  void halfPair() {
    loadHalfwords("r2", "r4");
    loadHalfwords("r3", "r5");
    interleave("r2", "r3", "r8", "r9");
    interleave("r4", "r5", "r10", "r11");
    storePlanes("r8", {"r9", "r10", "r11"});
  }

  const DspPlanes &k;
  std::string extend;
  AssemblyText a;
};
} // namespace

const char *DspPlanes::whyNot() const {
  if (3 * plane > kFarthest)
    return "planes are farther apart than a store reaches";
  return nullptr;
}

std::string DspPlanes::text() const { return PlanesWriter(*this).write(); }

} // namespace dlc::kernels
