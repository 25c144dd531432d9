//===- Contraction.h - A nest as a sum of products --------------*- C++ -*-===//
//
// Convolutions, products of matrices and dense layers are one thing:
//
//   result = finish(sum over channels and taps of (data - z) * (weights - w))
//
// This says which dimensions of a nest play which part, what the two operands
// and the accumulator are made of, and how the epilogue begins. Every strategy
// asks it and adds only what it needs itself.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_CONTRACTION_H
#define DLC_CODEGEN_LOOPS_CONTRACTION_H

#include "codegen/loops/nest/Nest.h"

namespace dlc::loops {

/// A number that a body takes from a constant, from a value around it, or from
/// an operand (of the root or of the epilogue, whose body it is); narrower ones
/// are extended.
struct BodyScalar {
  mlir::TypedAttr constant;
  mlir::Value outside;
  int input = -1;
  bool isSigned = true; // extended with its sign

  bool isGiven() const { return constant || outside || input >= 0; }
};

/// One of the two operands.
struct Factor {
  unsigned input = 0; // of the root
  mlir::Type element; // as it is stored
  /// Stored integers are extended with their sign; floats always are.
  bool isSigned = true;
  /// What is subtracted from it before it is multiplied, if anything.
  BodyScalar zeroPoint;
};

/// What a dimension of the nest is to a sum of products.
enum class Role {
  Group,    // parallel; both operands vary
  Position, // parallel; the weights do not vary
  Feature,  // parallel; only the weights vary
  Channel,  // summed up
  Tap       // summed up, along an axis of an operand that has positions too
};

/// lower <= x <= upper as the first that is done to a sum, each bound by one
/// operation (a selection counts with its comparison); NaN stays NaN.
struct Clamp {
  mlir::TypedAttr lower, upper; // null where there is no such bound
  mlir::Operation *lowerOp = nullptr, *upperOp = nullptr;
};

/// q = (sum * multiplier + addend) >> shift in twice the accumulator's bits;
/// with a tie, q - 1 where what the shift drops is less than it and q is odd
/// (or even).
struct Rescale {
  BodyScalar multiplier, addend, shift;
  std::optional<BodyScalar> tie;
  bool tiesToOdd = false;
};

/// How the epilogue begins: the bias, then the rescaling, then the clamp, each
/// if there is one and if it is the only use of what comes before.
struct SumEpilogue {
  int sum = -1;  // the epilogue's argument that is the sum; -1: no epilogue
  int bias = -1; // the epilogue's input that is added to the sum
  std::optional<Rescale> rescale;
  Clamp clamp;
  /// Inputs of the epilogue that are none of these: residuals, factors.
  llvm::SmallVector<unsigned> others;
};

struct Contraction {
  /// The weights are the operand whose layout is ours; where that decides
  /// nothing, the second one, as in a convolution or a product.
  Factor data, weights;
  mlir::Type accumulator;
  bool startsAtZero = false;
  llvm::SmallVector<Role> roles; // of the nest's dimensions
  llvm::SmallVector<unsigned> groups, positions, features, channels, taps;
  int64_t depth = 1; // products in a sum
  SumEpilogue epilogue;

  /// The dimensions summed up, in the order of the nest.
  llvm::SmallVector<unsigned> reduction() const;
  /// Whether operands are multiplied as they are stored, in the accumulator's
  /// floating-point type.
  bool isPlainFloat() const;
  bool isFloat32() const { return isPlainFloat() && accumulator.isF32(); }
};

/// The nest as a sum of products; fails where it is none and says why.
mlir::FailureOr<Contraction> findContraction(const Nest &nest,
                                             llvm::StringRef *why = nullptr);

} // namespace dlc::loops

#endif
