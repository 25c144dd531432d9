//===- KernelAttributes.cpp - What a kernel's attributes may say ----------===//

#include "dialects/kernel/KernelOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::kernel {

namespace {
constexpr int64_t kMostOfLoad = 64, kMostOfGroup = 16, kGroupOfSigns = 32;
/// Bits that an instruction multiplies and adds up for one lane at most.
constexpr int64_t kGroupBits = 128;

using EmitError = llvm::function_ref<InFlightDiagnostic()>;

bool isStoredInteger(Type type) {
  auto integer = dyn_cast<IntegerType>(type);
  return integer && !integer.isSignless() &&
         llvm::is_contained({2U, 4U, 8U, 16U}, integer.getWidth());
}

/// A left operand may be widened to a register.
bool isLeftInteger(Type type) {
  return isStoredInteger(type) || type.isSignedInteger(32) ||
         type.isUnsignedInteger(32);
}
} // namespace

LogicalResult InstructionsAttr::verify(EmitError emitError, InstructionSet,
                                       int64_t load) {
  if (load < 1 || load > kMostOfLoad)
    return emitError() << "(1) load of " << load << " elements, 1 to "
                       << kMostOfLoad << " are possible";
  return success();
}

LogicalResult TileAttr::verify(EmitError emitError, int64_t positions,
                               int64_t columns) {
  if (positions < 1 || columns < 1)
    return emitError() << "(1) " << positions << " positions and " << columns
                       << " columns: both have to be positive";
  return success();
}

/// Signs, or signs and zeros, times signs.
static LogicalResult verifySigns(EmitError emitError, Type left, Type sum,
                                 int64_t group) {
  if (!left.isSignedInteger(1) && !left.isSignedInteger(2))
    return emitError() << "(4) products of " << left
                       << " and signs: left operands are si1 or si2";
  if (!sum.isSignlessInteger(32) || group != kGroupOfSigns)
    return emitError() << "(4) products of signs in groups of " << group
                       << " are added up in " << sum << ", in place of "
                       << kGroupOfSigns << " in i32";
  return success();
}

LogicalResult ProductsAttr::verify(EmitError emitError, Type left, Type right,
                                   Type sum, int64_t group) {
  if (right.isSignedInteger(1))
    return verifySigns(emitError, left, sum, group);
  bool floats = isa<FloatType>(left) && left == right;
  bool integers = isLeftInteger(left) && isStoredInteger(right);
  if (!floats && !integers)
    return emitError()
           << "(1) products of " << left << " and " << right
           << ": floats of one type, or signed or unsigned "
              "integers of 2, 4, 8 or 16 bits are multiplied (left ones "
              "of 32, too)";
  int64_t bits =
      std::max(left.getIntOrFloatBitWidth(), right.getIntOrFloatBitWidth());
  bool fits = floats
                  ? isa<FloatType>(sum) && sum.getIntOrFloatBitWidth() >= bits
                  : sum.isSignlessInteger(32) || sum.isSignlessInteger(64);
  if (!fits)
    return emitError() << "(2) products of " << left << " and " << right
                       << " are not added up in " << sum << " but in "
                       << (floats ? "floats of at least their width"
                                  : "i32 or i64");
  if (group < 1 || group > kMostOfGroup || !llvm::isPowerOf2_64(group) ||
      group * bits > kGroupBits || (floats && bits >= 32 && group != 1))
    return emitError() << "(3) group of " << group << " for elements of "
                       << bits << " bits: 1, 2, 4, 8 or 16 that have at most "
                       << kGroupBits << " bits, and 1 of floats of 32 or more";
  return success();
}

LogicalResult RescaleAttr::verify(EmitError emitError, Type storage,
                                  int64_t shift, int64_t min, int64_t max,
                                  int64_t limbs, int64_t limbBits) {
  auto stored = dyn_cast<IntegerType>(storage);
  unsigned bits = stored && !stored.isSignless() ? stored.getWidth() : 0;
  if (bits != 8 && bits != 16)
    return emitError() << "(1) stores " << storage
                       << ": signed or unsigned integers of 8 or 16 bits are "
                          "possible";
  int64_t leastShift = bits == 16 ? 1 : 0;
  if (shift < leastShift || shift > 31)
    return emitError() << "(2) shift of " << shift << ", " << leastShift
                       << " to 31 are possible";
  int64_t least = stored.isSigned() ? -(int64_t(1) << (bits - 1)) : 0;
  int64_t greatest = least + (int64_t(1) << bits) - 1;
  if (min < least || max > greatest || min > max)
    return emitError() << "(3) clamps to " << min << " and " << max
                       << ": the first has to be the lesser, both of " << least
                       << " to " << greatest;
  bool high = limbs == 0 && limbBits == 0;
  bool cut = (limbs == 2 || limbs == 3) && limbBits >= 1 && limbBits <= 16 &&
             bits == 8 && shift >= 1 && shift <= 24;
  if (!high && !cut)
    return emitError() << "(4) " << limbs << " limbs of " << limbBits
                       << " bits and a shift of " << shift
                       << ": two or three of 1 to 16 bits and 1 to 24 are "
                          "possible, where 8 bits are stored";
  return success();
}

} // namespace dlc::kernel
