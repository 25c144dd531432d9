//===- Forms.cpp - The multiply-accumulates that a processor has ----------===//

#include "targets/description/TargetDescription.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>

using namespace dlc::targets;

std::vector<MultiplyAccumulate>
dlc::targets::formsOf(const TargetDescription &target) {
  std::vector<MultiplyAccumulate> forms = target.forms;
  unsigned widest = std::max(target.vectorBits, target.indexBits);
  llvm::erase_if(forms, [&](const MultiplyAccumulate &form) {
    return (isFloat(form.accumulator) && !target.fpu) ||
           form.operandBits() > widest ||
           (!form.needs.empty() && !hasFeature(target, form.needs));
  });
  return forms;
}

void TargetDescription::leaveFpuAlone() {
  fpu = fma = fp16 = rounding = maximum = false;
  vectorBits = loadMultiple = 0;
  kernels = KernelSet::None;
}
