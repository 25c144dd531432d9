//===- Emitter.h - Numeric code written as formulas -----------------------===//
//
// The expansions of this folder are numerical analysis; they should read as
// such. Float, Int and Mask wrap an SSA value (of a scalar or of a vector of
// any shape, it makes no difference) and have the operators of arithmetic:
//
//   Float r = mad(n, -ln2High, x);
//   return select(x > limit, e.real(infinity), r * r);
//
// Plain operators are rounded one by one, exactly as written. Only mad() and
// horner() may be fused by the machine, and every expansion is accurate either
// way.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_MATH_EMITTER_H
#define DLC_CODEGEN_MATH_EMITTER_H

#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "llvm/ADT/STLFunctionalExtras.h"

#include <initializer_list>

namespace dlc::math {

class Emitter;

struct Mask {
  Emitter *e;
  mlir::Value value;
};

/// A signless integer as wide as the float beside it.
struct Int {
  Emitter *e;
  mlir::Value value;
};

struct Float {
  Emitter *e;
  mlir::Value value;
};

/// What the machine does in an instruction and need not be expanded.
struct Capabilities {
  bool fma = false;
  bool sqrt = false;
  /// floor, ceil, trunc, roundeven
  bool rounding = false;
  /// count of set bits
  bool popcount = false;
};

/// Emits at one point of the program, for one type.
class Emitter {
public:
  /// `type`: a float, an integer or a vector of them.
  Emitter(mlir::ImplicitLocOpBuilder &builder, mlir::Type type,
          Capabilities machine);

  Float wrapFloat(mlir::Value value) { return {this, value}; }
  Int wrapInt(mlir::Value value) { return {this, value}; }

  Float real(double value);
  /// The low bits of `value`, as many as the type has.
  Int integer(int64_t value);

  /// 32 or 64.
  unsigned width() const { return bits; }

  /// The results of `taken` where any lane of `condition` holds, `otherwise`
  /// elsewhere: a branch around code that is rarely needed.
  llvm::SmallVector<Float>
  branchIfAny(Mask condition, llvm::ArrayRef<Float> otherwise,
              llvm::function_ref<llvm::SmallVector<Float>()> taken);

  /// Repeats `body` on `state` for as long as any lane of `condition` holds.
  llvm::SmallVector<Int> loopWhileAny(
      llvm::ArrayRef<Int> state,
      llvm::function_ref<Mask(llvm::ArrayRef<Int>)> condition,
      llvm::function_ref<llvm::SmallVector<Int>(llvm::ArrayRef<Int>)> body);

  mlir::ImplicitLocOpBuilder &builder;
  const Capabilities machine;
  mlir::Type floatType, intType, maskType;

private:
  mlir::Value anyLane(Mask mask);

  unsigned bits;
};

Float operator+(Float a, Float b);
Float operator-(Float a, Float b);
Float operator*(Float a, Float b);
Float operator/(Float a, Float b);
Float operator-(Float a);
Float operator+(Float a, double b);
Float operator-(Float a, double b);
Float operator-(double a, Float b);
Float operator*(Float a, double b);
Float operator/(double a, Float b);

/// a * b + c, fused where the machine can.
Float mad(Float a, Float b, Float c);
Float mad(Float a, double b, Float c);
Float mad(Float a, double b, double c);
Float mad(Float a, Float b, double c);
/// a * b + c in one rounding; only where machine.fma.
Float fused(Float a, Float b, Float c);

/// An instruction that the machine's capabilities promise.
enum class Instruction { Sqrt, Floor, Ceil, Trunc, RoundEven };
Float native(Instruction instruction, Float a);

/// c[0] + x c[1] + x^2 c[2] ...
Float horner(Float x, std::initializer_list<double> c);

Float abs(Float a);
/// The size of `a` with the sign of `b`.
Float copysign(Float a, Float b);
/// a where it is below (above) b; b is never NaN, a NaN in a stays.
Float clampAbove(Float a, double b);
Float clampBelow(Float a, double b);

Int operator+(Int a, Int b);
Int operator-(Int a, Int b);
Int operator*(Int a, Int b);
Int operator&(Int a, Int b);
Int operator|(Int a, Int b);
Int operator^(Int a, Int b);
Int operator+(Int a, int64_t b);
Int operator-(Int a, int64_t b);
Int operator-(int64_t a, Int b);
Int operator*(Int a, int64_t b);
Int operator&(Int a, int64_t b);
Int operator|(Int a, int64_t b);
Int operator^(Int a, int64_t b);
Int operator<<(Int a, int64_t b);
Int operator<<(Int a, Int b);
/// Arithmetic shift; shiftRight is the logical one.
Int operator>>(Int a, int64_t b);
Int shiftRight(Int a, int64_t b);
Int shiftRight(Int a, Int b);
/// The high half of the unsigned product.
Int multiplyHigh(Int a, Int b);
Int remainder(Int a, Int b);

/// The bits of a float, and back.
Int bitsOf(Float a);
Float floatOf(Int a);
/// Conversion of a small integer; toInt truncates.
Float toFloat(Int a);
Int toInt(Float a);

/// Ordered comparisons: false where an operand is NaN.
Mask operator<(Float a, Float b);
Mask operator<=(Float a, Float b);
Mask operator>(Float a, Float b);
Mask operator>=(Float a, Float b);
Mask operator==(Float a, Float b);
Mask operator<(Float a, double b);
Mask operator<=(Float a, double b);
Mask operator>(Float a, double b);
Mask operator>=(Float a, double b);
Mask operator==(Float a, double b);
Mask isNaN(Float a);
/// Signed comparisons.
Mask operator<(Int a, Int b);
Mask operator<(Int a, int64_t b);
Mask operator>=(Int a, int64_t b);
Mask operator==(Int a, int64_t b);
Mask operator==(Int a, Int b);
Mask operator!=(Int a, int64_t b);
Mask below(Int a, Int b); // unsigned
Mask operator&(Mask a, Mask b);
Mask operator|(Mask a, Mask b);
Mask operator!(Mask a);

Float select(Mask m, Float a, Float b);
Float select(Mask m, double a, Float b);
Float select(Mask m, Float a, double b);
Float select(Mask m, double a, double b);
Int select(Mask m, Int a, Int b);
Int select(Mask m, int64_t a, Int b);
Int select(Mask m, Int a, int64_t b);
Int select(Mask m, int64_t a, int64_t b);

} // namespace dlc::math

#endif // DLC_CODEGEN_MATH_EMITTER_H
