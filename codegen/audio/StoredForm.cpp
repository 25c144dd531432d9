//===- StoredForm.cpp - Features as bytes ---------------------------------===//

#include "codegen/audio/StoredForm.h"

using namespace dlc::audio;

StoredForm::StoredForm(std::optional<std::array<int64_t, 4>> stored)
    : form(stored) {
  if (!form)
    return;
  auto [factor, offset, divisor, zero] = *form;
  while (limit < 65535 && (limit * factor + offset) / divisor + zero < 127)
    ++limit;
  while (++shift < 24)
    if (findProduct())
      return;
  shift = -1;
}

/// Whether there is a product for `shift`: of all addends that are right for
/// one feature each, some are for all.
bool StoredForm::findProduct() {
  auto [factor, offset, divisor, zero] = *form;
  multiplier = ((factor << shift) + divisor / 2) / divisor;
  int64_t least = 0, most = UINT32_MAX - multiplier * limit;
  for (int64_t feature = 0; feature <= limit && least <= most; ++feature) {
    int64_t quotient = (feature * factor + offset) / divisor;
    least = std::max(least, (quotient << shift) - multiplier * feature);
    most = std::min(most, ((quotient + 1) << shift) - 1 - multiplier * feature);
  }
  addend = least;
  return least <= most;
}

llvm::Value *StoredForm::write(Code &c, llvm::Value *feature) const {
  if (!form)
    return c.b.CreateTrunc(feature, c.i16());
  auto [factor, offset, divisor, zero] = *form;
  llvm::Value *value = c.smaller(feature, c.number(limit));
  if (shift >= 0) {
    value = c.b.CreateAdd(c.b.CreateMul(value, c.number(multiplier)),
                          c.number(addend));
    value = c.b.CreateLShr(value, shift);
  } else {
    llvm::Value *wide = c.b.CreateZExt(value, c.i64());
    wide = c.b.CreateAdd(
        c.b.CreateMul(wide, c.b.getInt64(static_cast<uint64_t>(factor))),
        c.b.getInt64(static_cast<uint64_t>(offset)));
    wide = c.b.CreateUDiv(wide, c.b.getInt64(static_cast<uint64_t>(divisor)));
    value = c.b.CreateTrunc(wide, c.i32());
  }
  value = c.smaller(value, c.number(127 - zero));
  return c.b.CreateTrunc(c.b.CreateAdd(value, c.number(zero)), c.i8());
}
