//===- DotForms.h - Instructions that add products up in lanes --*- C++ -*-===//
//
// In each 32-bit lane of a vector such an instruction adds to an accumulator
// the products of a group of narrow integers: a lane is a feature, its group of
// weights lies beside those of the next feature, and the group of the data is
// the same in all lanes. A target's description lists the instructions; a row
// of the table in DotForms.cpp says what they multiply and how they are
// written.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_DOTFORMS_H
#define DLC_CODEGEN_LOOPS_DOTFORMS_H

#include "codegen/loops/nest/Machine.h"
#include "mlir/IR/Builders.h"

namespace dlc::loops {

struct DotForm {
  /// As the target's description names it.
  llvm::StringRef instruction;
  int64_t products; // in a lane, as the description counts them
  int64_t group;    // elements that lie side by side for one
  unsigned bits;    // of an element of the data and the weights
  /// Elements of the data have no sign. Weights always have one.
  bool unsignedData;
  /// Products of two are added up in 16 bits: weights are never -128.
  bool addsHalfWords() const { return sumsInLane > 1; }
  /// Multiplications by one group for all lanes take it from a lane of a
  /// vector.
  bool factorInLane;
  /// Adds the products of vectors of `bits`-bit integers to `sums`.
  mlir::Value (*multiply)(mlir::OpBuilder &b, mlir::Location loc,
                          mlir::Value sums, mlir::Value data,
                          mlir::Value weights);
  /// Where products of two groups are added up in 16 bits before they are
  /// 32-bit sums; null elsewhere.
  mlir::Value (*multiplyTwo)(mlir::OpBuilder &b, mlir::Location loc,
                             mlir::Value sums, mlir::ValueRange data,
                             mlir::ValueRange weights) = nullptr;

  /// Sums that a feature has until its end, side by side.
  int64_t sumsInLane = 1;
  /// 2: a product of matrices. A vector of the data holds a group of each of
  /// two positions, one of the weights a group of each of two features, and
  /// sums are of each position with each feature.
  int64_t positions = 1;
  bool multipliesRows() const { return positions > 1; }
  /// A group fills a vector: features are multiplied one by one.
  bool isWhole() const { return sumsInLane == 4; }
};

/// A form that a machine has, and what its description says of it.
struct AvailableForm {
  const DotForm *form;
  double cycles; // of one instruction
};

/// Groups that a vector of the data holds where a factor is a lane of one, else
/// 1.
int64_t groupsInVector(const DotForm &form);

/// The forms that a machine has, those with the most products first.
llvm::SmallVector<AvailableForm, 2> dotFormsOf(const Machine &machine);

} // namespace dlc::loops

#endif
