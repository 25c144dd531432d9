//===- ChannelAnalysis.h - What each channel can hold -----------*- C++ -*-===//
//
// Forward through a function: an interval for each channel of each value, and
// which channels do not depend on the function's arguments. docs/decisions/
// constant-channels.md states the rules.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_PRUNE_CHANNELANALYSIS_H
#define DLC_COMPILER_PRUNE_CHANNELANALYSIS_H

#include "compiler/prune/ChannelFlow.h"
#include "compiler/prune/Interval.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseMap.h"
#include <vector>

namespace llvm {
class raw_ostream;
} // namespace llvm

namespace dlc::prune {

/// Floats that the network is given lie between -2^20 and 2^20 where it is
/// decided what is too small to matter.
constexpr double largestInput = 0x1p20;

/// What is known of one channel, at every position.
struct ChannelFact {
  Interval sure;  // whatever the network is given
  Interval range; // if its floats are not larger than that
  /// Number of the values at each position, if they are constants that differ;
  /// else -1.
  int32_t map = -1;

  static ChannelFact of(Interval range) { return {range, range}; }

  /// The same at every position, whatever the input.
  bool isUniform() const { return map < 0 && sure.isPoint(); }
  bool isConstant() const { return map >= 0 || sure.isPoint(); }
};

struct ValueFacts {
  /// Dimension that channels are counted along; -1: one fact holds for all
  /// elements.
  int64_t dim = -1;
  std::vector<ChannelFact> channels;

  /// What holds for all channels.
  ChannelFact hullOfAll() const;
};

class ChannelAnalysis {
public:
  explicit ChannelAnalysis(mlir::func::FuncOp function);

  mlir::func::FuncOp getFunction() const { return function; }
  /// Facts of an argument or of the result of an nn op (constants have none).
  const ValueFacts &factsOf(mlir::Value value) const;
  const ChannelFlow &flowOf(mlir::Operation *op) const;
  int64_t dimOf(mlir::Value value) const;

  /// A constant's values at the value's positions: all its elements but those
  /// of other channels, row-major.
  llvm::ArrayRef<double> mapOf(const ChannelFact &fact) const {
    return maps[fact.map];
  }

  /// One line for each op whose channels are kept apart.
  void print(llvm::raw_ostream &out) const;

private:
  void visit(mlir::Operation *op);
  void visitApart(mlir::Operation *op, const ChannelFlow &flow,
                  ValueFacts &facts);
  void addMaps(mlir::Operation *op, const ChannelFlow &flow, ValueFacts &facts);

  mlir::func::FuncOp function;
  llvm::DenseMap<mlir::Value, ValueFacts> facts;
  llvm::DenseMap<mlir::Operation *, ChannelFlow> flows;
  std::vector<std::vector<double>> maps;
};

/// All that an element type can hold.
Interval rangeOfType(mlir::Type elementType);

/// Lowest and highest element of each channel of a constant along `dim`; of all
/// elements, as one channel, if `dim` is -1 or has one element.
std::vector<ChannelFact> factsOfConstant(mlir::ElementsAttr constant,
                                         int64_t dim);

// Private to the analysis: the intervals of one op's channels.

/// Bounds of operand `i` in each channel of the result; without channels, one.
using OperandRange = llvm::function_ref<Interval(unsigned i, int64_t channel)>;

/// Of ops that keep channels apart.
Interval rangeApart(mlir::Operation *op, int64_t channel, OperandRange operand);

/// The fact of a sum: constant where what varies is too small beside it to
/// matter, as the number of the type that is next to it.
ChannelFact settledSum(mlir::Type elementType, ChannelFact sum);

/// Of all channels of a convolution or product.
std::vector<ChannelFact> rangesOfSums(mlir::Operation *op,
                                      const ChannelFlow &flow,
                                      const ValueFacts &input);

} // namespace dlc::prune

#endif
