//===- BlockFixedArithmetic.h - Floats to integers and back -----*- C++ -*-===//
//
// Emits arithmetic on i32, the bits of a float, and i64, sums; see
// BlockFixedNumbers.h for what the integers stand for.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_BLOCKFIXEDARITHMETIC_H
#define DLC_CODEGEN_LOOPS_BLOCKFIXEDARITHMETIC_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"

namespace dlc::loops {

class BlockFixedArithmetic {
public:
  BlockFixedArithmetic(mlir::OpBuilder &builder, mlir::Location loc)
      : b(builder), loc(loc) {}

  mlir::Value i32(int64_t value) { return constant(b.getI32Type(), value); }
  /// The value's low bits.
  mlir::Value constant(mlir::Type type, int64_t value) {
    if (type.isInteger(32))
      value = static_cast<int32_t>(value);
    return mlir::arith::ConstantOp::create(b, loc,
                                           b.getIntegerAttr(type, value));
  }
  mlir::Value widen(mlir::Value value);
  mlir::Value compare(mlir::arith::CmpIPredicate predicate, mlir::Value value,
                      int64_t bound);

  /// Bits of a float -> twice those of its magnitude, which order as unsigned
  /// integers like the magnitudes do.
  mlir::Value magnitude(mlir::Value bits);
  /// Whether a magnitude is that of an infinity or a NaN.
  mlir::Value isNonFinite(mlir::Value magnitude);
  /// The exponent of the block whose largest magnitude this is.
  mlir::Value blockExponent(mlir::Value magnitude);
  /// Bits of a float -> integer of `fixedBits` in a block of that exponent,
  /// towards zero.
  mlir::Value toFixed(mlir::Value bits, mlir::Value blockExponent,
                      unsigned fixedBits);

  /// sum + x * y, the i64 sum of i32 factors.
  mlir::Value multiplyAdd(mlir::Value sum, mlir::Value x, mlir::Value y);

  /// An integer as its halves side by side, and back.
  mlir::Value toLimbs(mlir::Value integer);
  mlir::Value fromLimbs(mlir::Value limbs);
  /// Sums of products of two high halves, and of a high and a low one; i32.
  struct LimbSum {
    mlir::Value high, middle;
  };
  LimbSum multiplyAdd(LimbSum sum, mlir::Value x, mlir::Value y);
  /// sum + what the sums of halves are worth.
  mlir::Value fold(mlir::Value sum, LimbSum limbs);

  struct Sum {
    mlir::Value value, scale; // i64, i32
  };
  /// A sum plus the float of these bits, where it is finite and not denormal;
  /// rescales the sum where it would not fit.
  Sum addFloat(Sum sum, mlir::Value bits);
  /// The bits of the float next to the sum: ties away from zero, denormal
  /// results are zero.
  mlir::Value toFloat(Sum sum);
  /// The same, or zero where the sum is negative.
  mlir::Value toPositiveFloat(Sum sum);

private:
  mlir::Value exponentOf(mlir::Value bits);
  mlir::Value highLimb(mlir::Value limbs);
  mlir::Value lowLimb(mlir::Value limbs);
  mlir::Value fromWords(mlir::Value high, mlir::Value low);
  /// The two halves of `condition`; each ends with values to yield.
  using Branch = llvm::function_ref<llvm::SmallVector<mlir::Value>()>;
  llvm::SmallVector<mlir::Value> choose(mlir::Value condition, Branch yes,
                                        Branch no);

  mlir::OpBuilder &b;
  mlir::Location loc;
};

} // namespace dlc::loops

#endif
