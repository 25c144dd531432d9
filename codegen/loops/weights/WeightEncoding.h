//===- WeightEncoding.h - How a constant operand is stored ------*- C++ -*-===//
//
// The constants of a network are stored as the loops that read them want it: in
// another order, transformed, as other numbers, in fewer bits beside a table or
// scales. An encoding says which constants take the place of one operand, and
// makes them when the network is compiled, or emits what makes them when it is
// opened; what reads them knows the encoding and decodes it.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_WEIGHTENCODING_H
#define DLC_CODEGEN_LOOPS_WEIGHTENCODING_H

#include "mlir/IR/Builders.h"
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

/// Of a constant that has the elements of an operand in another order, filled
/// up with zeros: where they come from, for code that makes it. It consists of
/// equal parts; the elements of each come from as far behind those of the part
/// before.
class ElementOrder {
public:
  virtual ~ElementOrder() = default;

  virtual int64_t parts() const = 0;
  /// From one part to the next, in elements of the operand.
  virtual int64_t partStride() const = 0;
  /// Where element `at` of the first part is in the operand, and whether it is
  /// there; the position is 0 if it is not. All are indices and a truth value.
  struct Origin {
    mlir::Value position, exists;
  };
  virtual Origin emitOrigin(mlir::OpBuilder &b, mlir::Location loc,
                            mlir::Value at) const = 0;
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

  /// Null where elements are not just put into another order.
  virtual const ElementOrder *order() const { return nullptr; }

  /// Whether the object of a network for a GPU has the operand as it is, and
  /// a kernel makes the one constant of it when the network is opened.
  virtual bool isMadeAtOpen() const { return false; }
  /// Emits its launch. `source` has the operand's elements in one dimension.
  virtual void emitMaking(mlir::OpBuilder & /*b*/, mlir::Location /*loc*/,
                          mlir::Value /*source*/, mlir::Value /*made*/) const {}
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
