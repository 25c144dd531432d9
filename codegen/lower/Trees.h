//===- Trees.h - Decision trees as code of their own ------------*- C++ -*-===//
//
// What an nn.tree_ensemble is where code has an order: the walks through its
// trees, as branches or as a loop over tables, and what the leaves add up to.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOWER_TREES_H
#define DLC_CODEGEN_LOWER_TREES_H

#include "codegen/lower/Procedure.h"
#include "dialects/nn/NnOps.h"

namespace dlc::lower {

/// Numbers from 0 up, in as few bytes as hold the largest.
mlir::Value createNumbers(mlir::ImplicitLocOpBuilder &b,
                          llvm::ArrayRef<int64_t> values);

/// A table of numbers as memory: the element at a position, as a position.
mlir::Value numberAt(Code &code, mlir::Value memory, mlir::Value at);

/// What leaves add to the results of their group, in one of four forms:
///
///   Single   a group has one column: its sum is a value;
///   OneEach  a leaf has a weight for one column: added in memory;
///   Sums     few columns: a sum for each is a value;
///   Rows     added in memory, row by row;
///   Sparse   the same, without the weights that are 0; where all are quotients
///            of small numbers, as shares of samples are, these are stored.
class TreeLeaves {
public:
  TreeLeaves(nn::TreeEnsembleOp op, bool isSmall, bool hasFpu);

  /// The tables that additions read, as operands of the procedure.
  llvm::SmallVector<mlir::Value> tables(mlir::ImplicitLocOpBuilder &b,
                                        bool areNumbersKnown);
  /// Where the tables and the results lie.
  void bind(mlir::ValueRange tables, mlir::Value results);

  /// What a walk ends with: types, of a leaf that is known, of another.
  llvm::SmallVector<mlir::Type> types(mlir::Builder &b) const;
  Code::Values known(Code &code, int64_t leaf) const;
  Code::Values computed(Code &code, mlir::Value leaf) const;

  /// Whether the leaves of all trees are found before the first is added: sums
  /// that are values would be alive through all branches.
  bool addsLast() const { return form == Form::Sums; }

  /// The sums of a group whose results begin at `row`: before the first leaf,
  /// with one more, and after the last.
  Code::Values begin(Code &code, mlir::Value row) const;
  Code::Values add(Code &code, mlir::Value row, mlir::ValueRange sums,
                   mlir::ValueRange leaf) const;
  void end(Code &code, mlir::Value row, mlir::ValueRange sums) const;

private:
  enum class Form { Single, OneEach, Sums, Rows, Sparse };

  void chooseForm(bool isSmall, bool hasFpu);
  void chooseSparse(bool hasFpu);
  bool findQuotients();
  mlir::Value realAt(Code &code, mlir::Value numbers, mlir::Value at) const;
  mlir::Value storedWeight(Code &code, mlir::Value at,
                           mlir::Value divider) const;
  mlir::Value combine(Code &code, mlir::Value sum, mlir::Value x) const;
  mlir::Value neutral(Code &code) const;
  mlir::Value weightOf(Code &code, int64_t position) const;
  void addAt(Code &code, mlir::Value at, mlir::Value weight) const;

  nn::ReduceKind kind;
  Form form = Form::Rows;
  mlir::Type element;
  llvm::ArrayRef<double> weights;
  int64_t columns, leaves;
  bool sameWeight = false; ///< OneEach: of all leaves
  /// OneEach: the column of each leaf. Sparse: of each weight that is stored.
  llvm::SmallVector<int64_t> targets, starts;
  llvm::SmallVector<double> stored;
  /// Sparse: stored[i] is counts[i] / dividers[its leaf]; empty where it is
  /// not.
  llvm::SmallVector<int64_t> counts, dividers;
  mlir::Value results;
  llvm::SmallVector<mlir::Value> memory;
};

/// The scores of all samples, [samples, groups * columns].
mlir::Value createTreeProcedure(mlir::ImplicitLocOpBuilder &b,
                                nn::TreeEnsembleOp op, mlir::Value input);

} // namespace dlc::lower

#endif
