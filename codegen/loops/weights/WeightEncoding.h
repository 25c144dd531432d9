//===- WeightEncoding.h - How a constant operand is stored ------*- C++ -*-===//
//
// The constants of a network are stored as the loops that read them want it: in
// another order, transformed, as other numbers, in fewer bits beside a table or
// scales. An encoding says which constants take the place of one operand, and
// makes them when the network is compiled; what reads them knows the encoding
// and decodes it.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_WEIGHTENCODING_H
#define DLC_CODEGEN_LOOPS_WEIGHTENCODING_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include <memory>
#include <optional>

namespace dlc::loops {

/// For reports: the form that weights have, how many they could have, and what
/// it takes, in bytes of one caller's constants and in instructions of the
/// stage, as reckoned, beside what whole bytes take.
struct StoredForm {
  llvm::StringRef name;
  int64_t forms = 1;
  int64_t weights = 0, nonzeros = 0; // of the caller with the most
  int64_t bytes = 0, denseBytes = 0;
  int64_t instructions = 0, denseInstructions = 0;
};

class WeightEncoding {
public:
  virtual ~WeightEncoding() = default;

  /// The constants that are stored, each of one dimension; the first takes the
  /// operand's place, the others follow it.
  virtual llvm::SmallVector<mlir::MemRefType> constants() const = 0;

  /// These constants' elements for an operand, and for those that go into them
  /// beside it (a bias, factors), which follow; empty if one has no data.
  virtual llvm::SmallVector<mlir::ElementsAttr>
  encode(llvm::ArrayRef<mlir::ElementsAttr> operands) const = 0;

  /// Of all constants together.
  int64_t bytes() const;

  /// Nullopt where weights have no form but one.
  virtual std::optional<StoredForm> storedForm() const { return std::nullopt; }
};

/// An argument of a stage, by its number before any was encoded, and how it is
/// stored; without an encoding nothing reads it any more.
struct EncodedArgument {
  unsigned argument;
  std::shared_ptr<const WeightEncoding> encoding;
  /// Arguments that the constants are made of too.
  llvm::SmallVector<unsigned, 0> beside = {};
};

} // namespace dlc::loops

#endif
