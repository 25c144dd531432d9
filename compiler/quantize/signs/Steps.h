//===- Steps.h - Tensors that are steps of another ----------------*- C++
//-*-===//
//
// Binary and ternary networks have activations of two or three values: signs,
// as tools write them with Sign, Relu, comparisons and what follows these
// element by element.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_QUANTIZE_SIGNS_STEPS_H
#define DLC_COMPILER_QUANTIZE_SIGNS_STEPS_H

#include "dialects/nn/NnOps.h"
#include <array>
#include <optional>

namespace dlc::quantize {

/// A function of one number: `values` below `at`, there, and above it. What it
/// is of NaN is not said.
struct Step {
  mlir::Value x;
  double at = 0;
  std::array<double, 3> values{};

  /// Whether the values are integers within these bounds.
  bool isWithin(double least, double greatest) const;
  bool doesNotFall() const {
    return values[0] <= values[1] && values[1] <= values[2];
  }
};

/// The step that makes `value`, nullopt where none does.
std::optional<Step> stepOf(mlir::Value value);

/// The operands that `op` only moves, or takes the largest of; none where it
/// does something else.
llvm::SmallVector<mlir::Value> movedBy(mlir::Operation *op);

} // namespace dlc::quantize

#endif
