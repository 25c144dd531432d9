//===- CallConventions.cpp - What a call does to registers ----------------===//
//
// Sources: Procedure Call Standard for the Arm Architecture (AAPCS32), 6.1 and
// 6.2; the same for the Arm 64-bit Architecture (AAPCS64), 6.1; System V ABI,
// AMD64 Supplement, 3.2.
//
//===----------------------------------------------------------------------===//

#include "CallConventions.h"

using namespace dlc::test;

/// `prefix` with each number of [from, to].
static void add(std::vector<std::string> &names, const std::string &prefix,
                int from, int to) {
  for (int i = from; i <= to; ++i)
    names.push_back(prefix + std::to_string(i));
}

/// Whether floats are passed in VFP registers is not asked: a call that may
/// read more hides a fault, it does not make one up.
static CallConvention arm() {
  CallConvention c{{}, {"R12", "LR", "CPSR", "VPR", "FPSCR_NZCV"}, {}, "SP"};
  add(c.arguments, "R", 0, 3);
  add(c.arguments, "S", 0, 15);
  add(c.clobbered, "R", 0, 3);
  add(c.clobbered, "S", 0, 15);
  add(c.clobbered, "D", 16, 31);
  c.results = c.arguments;
  return c;
}

/// The upper halves of V8 to V15 are not kept either: left out, see above.
static CallConvention aarch64() {
  CallConvention c{{}, {"LR", "NZCV"}, {}, "SP"};
  add(c.arguments, "X", 0, 8);
  add(c.arguments, "Q", 0, 7);
  add(c.clobbered, "X", 0, 18);
  add(c.clobbered, "Q", 0, 7);
  add(c.clobbered, "Q", 16, 31);
  c.results = c.arguments;
  return c;
}

static CallConvention x86() {
  CallConvention c{{"RDI", "RSI", "RDX", "RCX", "R8", "R9", "RAX", "R10"},
                   {"EFLAGS"},
                   {"RAX", "RDX"},
                   "RSP"};
  c.clobbered.insert(c.clobbered.end(), c.arguments.begin(), c.arguments.end());
  c.clobbered.push_back("R11");
  add(c.arguments, "ZMM", 0, 7);
  add(c.results, "ZMM", 0, 1);
  add(c.clobbered, "ZMM", 0, 31);
  add(c.clobbered, "K", 0, 7);
  return c;
}

CallConvention dlc::test::callConventionOf(const llvm::Triple &triple) {
  if (triple.isARM() || triple.isThumb())
    return arm();
  if (triple.isAArch64())
    return aarch64();
  if (triple.isX86() && triple.isArch64Bit())
    return x86();
  return {};
}
