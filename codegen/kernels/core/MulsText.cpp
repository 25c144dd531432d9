//===- MulsText.cpp - What kernels in Armv6-M's core share ----------------===//

#include "codegen/kernels/core/MulsText.h"

using llvm::Twine;

namespace dlc::kernels {

namespace {
constexpr int64_t kMostImmediate = 255;
} // namespace

void MulsText::enter(int64_t frame) {
  line("push {r4-r7, lr}");
  line("mov r4, r8");
  line("mov r5, r9");
  line("mov r6, r10");
  line("mov r7, r11");
  line("push {r4-r7}");
  line("sub sp, #" + Twine(frame));
}

void MulsText::leave(int64_t frame) {
  line("add sp, #" + Twine(frame));
  line("pop {r4-r7}");
  line("mov r8, r4");
  line("mov r9, r5");
  line("mov r10, r6");
  line("mov r11, r7");
  line("pop {r4-r7, pc}");
}

void MulsText::repeatUnlessEqual(const char *label) {
  // A conditional branch reaches 256 bytes.
  line("beq 9f");
  line(Twine("b ") + label);
  line("9:");
}

void MulsText::addTo(const char *to, int64_t number, const char *spare) {
  if (number == 0)
    return;
  if (number > 0 && number <= kMostImmediate) {
    line(Twine("adds ") + to + ", #" + Twine(number));
  } else if (number < 0 && -number <= kMostImmediate) {
    line(Twine("subs ") + to + ", #" + Twine(-number));
  } else {
    line(Twine("ldr ") + spare + ", =" + Twine(number));
    line(Twine("adds ") + to + ", " + to + ", " + spare);
  }
}

const char *MulsText::loadFactor(const MulsRescale &rescale) {
  line("ldmia r7!, {r2-r5}");
  if (rescale.limbs == 2)
    return "r2";
  line("mov lr, r2");
  line("uxth r2, r5");
  line("lsrs r5, r5, #16");
  return "lr";
}

void MulsText::rescaled(const MulsRescale &r, const char *reach, int64_t out,
                        const Twine &place) {
  std::string shift = ", #" + std::to_string(r.bits);
  line(Twine("cmp r0, ") + reach);
  line("bhi " + Twine(out) + "f");
  line("mov r1, r0");
  if (r.limbs == 3) {
    line("mov r7, r0");
    line("muls r1, r2, r1");
    line("lsrs r1, r1" + shift);
    line("muls r7, r5, r7");
    line("adds r1, r1, r7");
  } else {
    line("muls r1, r5, r1");
  }
  line("lsrs r1, r1" + shift);
  line("muls r0, r4, r0");
  line("adds r0, r0, r1");
  line("adds r0, r0, r3");
  line("lsrs r0, r0, #" + Twine(r.shift));
  line("strb r0, " + place);
  line(Twine(out + 1) + ":");
}

void MulsText::rescaledOutside(const MulsRescale &r, int64_t out,
                               const Twine &place) {
  // Below the least sum the sign is set.
  line(Twine(out) + ":");
  line("asrs r0, r0, #31");
  line("movs r1, #" + Twine(r.max - r.min));
  line("ands r0, r1");
  line("movs r1, #" + Twine(r.max & 0xff));
  line("subs r0, r1, r0");
  line("strb r0, " + place);
  line("b " + Twine(out + 1) + "b");
}

void MulsText::withFactor(const MulsRescale &r, int64_t stream,
                          llvm::function_ref<void(const char *)> use) {
  const char *reach = loadFactor(r);
  if (r.limbs == 3)
    line(onStack("str r7", stream));
  use(reach);
  if (r.limbs == 3)
    line(onStack("ldr r7", stream));
}

void MulsText::takeResults(int64_t result, int64_t bytes) {
  line(onStack("ldr r6", result));
  line("mov r0, r6");
  line("adds r0, #" + Twine(bytes));
  line(onStack("str r0", result));
}

void MulsText::storeSum(const std::optional<MulsRescale> &rescale,
                        int64_t result, int64_t stream) {
  constexpr int64_t kWord = 4, kFirstLabel = 20; // of sums outside
  auto next = [&](int64_t bytes) {
    line("adds r6, #" + Twine(bytes));
    line(onStack("str r6", result));
  };
  if (!rescale) {
    line(onStack("ldr r6", result));
    line("str r0, [r6]");
    return next(kWord);
  }
  const char *reach = loadFactor(*rescale), *place = "[r6, #0]";
  line(onStack("ldr r6", result));
  if (rescale->limbs == 3)
    line(onStack("str r7", stream));
  rescaled(*rescale, reach, kFirstLabel, place);
  // Within what a conditional branch reaches.
  line("b 5f");
  rescaledOutside(*rescale, kFirstLabel, place);
  line("5:");
  if (rescale->limbs == 3)
    line(onStack("ldr r7", stream));
  next(1);
}

} // namespace dlc::kernels
