//===- Nest.h - A linalg.generic as a loop nest over buffers --------------===//
//
// A nest is what the schedule and the emitter see of one linalg.generic and of
// the elementwise generic that consumes it: dimensions, and for each operand
// the element it touches as a linear function of the dimensions.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_NEST_H
#define DLC_CODEGEN_LOOPS_NEST_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include <optional>

namespace dlc::loops {

/// A window onto a one-dimensional memref, everything static.
struct Buffer {
  mlir::Value flat;                          // memref<N x T>; null for a splat
  llvm::SmallVector<int64_t> shape, strides; // elements
  int64_t offset = 0;                        // elements
  mlir::Type element;
  /// The argument of the stage when this is all of a constant argument.
  mlir::BlockArgument constant;
  /// The scalar that every element equals.
  mlir::TypedAttr splat;
  /// The same where the scalar is computed by the stage.
  mlir::Value scalar;
  /// Padding around the window: elements before each dimension, and the
  /// padded shape (empty when there is none).
  llvm::SmallVector<int64_t> padLow, paddedShape;
};

/// constant + sum(coefficient[i] * dimension[i]).
struct Linear {
  llvm::SmallVector<int64_t> coefficients;
  int64_t constant = 0;
};

/// An access is inside its buffer only where 0 <= position < size.
struct Guard {
  Linear position;
  int64_t size;
  int parallel = -1, reduction = -1; // dimensions of the position, -1: none
};

struct Access {
  Buffer buffer;
  Linear address; // elements from the start of buffer.flat
  llvm::SmallVector<Guard, 0> guards;
  /// The operand is a constant argument used here alone: its layout is ours.
  bool packable = false;
};

/// An axis of an input along which a parallel and a reduction dimension go:
/// element position * stride + tap * dilation, but for padding.
struct Window {
  unsigned input; // of the root
  /// The parallel dimension; -1 where it has one position only or is walked
  /// as one with another.
  int position;
  unsigned tap; // the reduction dimension
  int64_t stride, dilation;
};

class ModuleIndex;

struct Nest {
  llvm::SmallVector<int64_t> sizes;
  llvm::SmallVector<bool> reduction;
  mlir::linalg::GenericOp root, epilogue; // epilogue may be null
  llvm::SmallVector<Access, 0> inputs;    // of the root
  /// Of the epilogue; nullopt stands for the root's result.
  llvm::SmallVector<std::optional<Access>, 0> epilogueInputs;
  llvm::SmallVector<Access, 0>
      outputs; // of the epilogue, if any, else the root
  /// Start of each accumulator of the root: a scalar, or null when the output's
  /// own old contents are read.
  llvm::SmallVector<mlir::TypedAttr> inits;
  llvm::SmallVector<Window, 2> windows;
  /// The body asks for positions or reads tensors at computed positions.
  bool scalarOnly = false, needsIndices = false;
  /// The module around, where what several nests call is declared.
  ModuleIndex *module = nullptr;

  bool hasReduction() const { return llvm::is_contained(reduction, true); }
  /// Calls `fn` with every access.
  void forEachAccess(llvm::function_ref<void(Access &)> fn);
};

/// The linear form of an affine expression over the dimensions, or nullopt.
std::optional<Linear> linearize(mlir::AffineExpr expr, unsigned numDims);

/// The access of an operand with `map` into `buffer`; fails on an expression
/// that is not linear.
mlir::FailureOr<Access> makeAccess(mlir::AffineMap map, const Buffer &buffer,
                                   llvm::ArrayRef<bool> reduction);

/// Adds the windows of an input of the root that is read by `map`.
void findWindows(Nest &nest, unsigned input, mlir::AffineMap map);

/// The reduction dimension along which the access touches what lies between the
/// elements of a vector along dimension d, every other one; -1: none.
int pairedDim(const Nest &nest, const Access &access, unsigned d);

/// Whether some operand's padding depends on dimension d.
bool isGuarded(Nest &nest, unsigned d);

/// Merges neighbouring parallel dimensions that every access walks as one, and
/// drops dimensions of size 1.
void coalesce(Nest &nest);

} // namespace dlc::loops

#endif
