//===- MlaPlanes.cpp - Channels of an image as planes of bytes ------------===//

#include "codegen/kernels/core/MlaPlanes.h"

using llvm::Twine;

namespace dlc::kernels {

namespace {
constexpr int64_t kFarthest = 4095; // offset of a load or store

/// r0 goes through the image, r1 through the first plane, and r7 to r9 through
/// the others where a store does not reach them; r10 are every other byte, r12
/// is the distance of two pixels, lr where the loop ends.
class PlanesWriter {
public:
  explicit PlanesWriter(const MlaPlanes &kernel)
      : k(kernel), far(3 * kernel.plane > kFarthest) {}

  std::string write() {
    a.line("push {r4-r10, lr}");
    if (far) {
      a.line("ldr r12, =" + Twine(k.plane));
      a.line("add r7, r1, r12");
      a.line("add r8, r7, r12");
      a.line("add r9, r8, r12");
    }
    a.line("mov r10, #0x00ff00ff");
    writePixels(a, k, [&] { pixel(); }, [&] { pair(); });
    a.line("pop {r4-r10, pc}");
    a.line(".ltorg");
    return a.text();
  }

private:
  /// Stores so many bytes to one of the planes; the first is the last of them.
  void store(const char *instruction, const char *from, int64_t plane,
             int64_t bytes) {
    std::string to = ", [r1, #" + std::to_string(plane * k.plane) + "]";
    if (far || plane == 0)
      to = ", [r" + std::to_string(plane == 0 ? 1 : 6 + plane) + "], #" +
           std::to_string(bytes);
    a.line(instruction + Twine(" ") + from + to);
  }

  /// A byte of each of four planes.
  void pixel() {
    a.line("ldr r2, [r0]");
    a.line("add r0, r0, r12");
    for (int64_t plane = 1; plane < 4; ++plane) {
      a.line("lsr r3, r2, #" + Twine(8 * plane));
      store("strb", "r3", plane, 1);
    }
    store("strb", "r2", 0, 1);
  }

  /// Two pixels: a halfword of each of four planes.
  void pair() {
    loadPixels(a, k);
    // Channels 0 and 2, and 1 and 3.
    a.line("and r4, r10, r2");
    a.line("and r5, r10, r3");
    a.line("orr r4, r4, r5, lsl #8");
    a.line("and r5, r10, r2, lsr #8");
    a.line("bic r6, r3, r10");
    a.line("orr r5, r5, r6");
    store("strh", "r5", 1, 2);
    a.line("lsr r5, r5, #16");
    store("strh", "r5", 3, 2);
    a.line("lsr r6, r4, #16");
    store("strh", "r6", 2, 2);
    store("strh", "r4", 0, 2);
  }

  const MlaPlanes &k;
  bool far;
  AssemblyText a;
};
} // namespace

std::string MlaPlanes::text() const { return PlanesWriter(*this).write(); }

} // namespace dlc::kernels
