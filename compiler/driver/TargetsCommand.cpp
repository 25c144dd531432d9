//===- TargetsCommand.cpp - dlc targets -----------------------------------===//

#include "compiler/driver/Commands.h"

using namespace dlc;

static std::string bytes(uint64_t value) {
  if (value == 0)
    return "-";
  if (value % (1 << 20) == 0)
    return std::to_string(value >> 20) + "M";
  if (value % (1 << 10) == 0)
    return std::to_string(value >> 10) + "K";
  return std::to_string(value);
}

int driver::runTargets() {
  for (const targets::TargetDescription &t : targets::builtinTargets()) {
    llvm::outs() << t.name << ": " << t.summary << "\n"
                 << "    " << t.triple << ", cpu " << t.cpu << ", float ABI "
                 << targets::toString(t.floatAbi) << ", " << t.indexBits
                 << "-bit addresses\n    ";
    if (!t.fpu)
      llvm::outs() << "no floating-point unit";
    else if (t.vectorBits)
      llvm::outs() << t.vectorRegisters << " vector registers of "
                   << t.vectorBits << " bits" << (t.fma ? ", fma" : "");
    else
      llvm::outs() << t.vectorRegisters << " scalar float registers"
                   << (t.fma ? ", fma" : "");
    llvm::outs() << ", alignment " << t.align << "\n    L1 " << bytes(t.l1Bytes)
                 << ", L2 " << bytes(t.l2Bytes) << ", flash "
                 << bytes(t.flashBytes) << ", RAM " << bytes(t.ramBytes)
                 << ", threads " << t.threads << "\n";
  }
  return 0;
}
