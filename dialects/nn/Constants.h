//===- Constants.h - Reading and making constant tensors ------------------===//
//
// Small constants and splats are DenseElementsAttr; everything else is a
// DenseResourceElementsAttr, which is neither uniqued nor printed.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_DIALECTS_NN_CONSTANTS_H
#define DLC_DIALECTS_NN_CONSTANTS_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Value.h"
#include <optional>
#include <vector>

namespace dlc::nn {

/// Bytes of one element in the data of a constant, where each has whole ones
/// (at run time some share a byte: dialects/interfaces/StoredSize.h).
int64_t elementBytes(mlir::Type element);

/// A constant's elements in row-major order and the host's byte order. A splat
/// holds its one element once.
struct ConstantData {
  llvm::ArrayRef<char> bytes;
  bool splat = false;
  int64_t elementBytes = 0;

  /// The bytes of element `i` (row-major).
  const char *at(int64_t i) const {
    return bytes.data() + (splat ? 0 : i * elementBytes);
  }
  template <typename T> T get(int64_t i) const {
    T value;
    __builtin_memcpy(&value, at(i), sizeof(T));
    return value;
  }
  /// Storage that `bytes` points to when the attribute's own was not usable
  /// (bit-packed i1).
  std::vector<char> owned;
};

/// The data of a DenseElementsAttr or DenseResourceElementsAttr of a type that
/// has a fixed number of bytes; nullopt for anything else.
std::optional<ConstantData> readConstant(mlir::Attribute attribute);

/// The value's constant, if an arith.constant defines it; else null.
mlir::ElementsAttr constantOf(mlir::Value value);

/// Makes a constant from row-major bytes (one element, or all of them).
/// `bytes` is moved, not copied, when it becomes a resource.
mlir::ElementsAttr makeConstant(mlir::ShapedType type,
                                std::vector<char> &&bytes);

/// As above from memory that outlives the context (a mapped file): not copied.
mlir::ElementsAttr makeConstantFromMemory(mlir::ShapedType type,
                                          llvm::ArrayRef<char> bytes);

/// A constant whose elements all equal `value`, converted to the type.
mlir::ElementsAttr makeSplat(mlir::ShapedType type, double value);

/// The number that all elements of a constant are; nullopt where the value is
/// none, they differ, or a double does not hold it.
std::optional<double> splatOf(mlir::Value value);

/// The elements of an integer (or i1) constant of up to 64 bits.
std::optional<llvm::SmallVector<int64_t>> readIntegers(mlir::Attribute attr);

/// The same elements under another type of as many elements of the same width.
mlir::ElementsAttr retypeConstant(mlir::ElementsAttr attr,
                                  mlir::ShapedType type);

} // namespace dlc::nn

#endif
