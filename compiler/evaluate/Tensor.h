//===- Tensor.h - A tensor in the compiler's memory -----------------------===//
//
// The reference evaluation works on these. Elements are stored row-major as in
// a constant (a bool or an integer of 2 or 4 bits in one byte) and computed on
// as double, int64_t or uint64_t.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_EVALUATE_TENSOR_H
#define DLC_COMPILER_EVALUATE_TENSOR_H

#include "dialects/nn/Constants.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include <memory>
#include <vector>

namespace dlc::evaluate {

/// The C++ type that a tensor's elements are computed in. Every float is exact
/// in a double; bool counts as unsigned.
enum class Domain { Float, Signed, Unsigned };

class Tensor {
public:
  Tensor() = default;

  /// The attribute's elements, not copied unless they are bit-packed bools;
  /// they live as long as the attribute's resource. Fails for attributes and
  /// element types that have no such bytes.
  static mlir::FailureOr<Tensor> view(mlir::ElementsAttr attr);

  /// Zeros, owned and writable.
  static Tensor zeros(mlir::RankedTensorType type);

  /// As zeros, but one element stands for all of them.
  static Tensor zeroSplat(mlir::RankedTensorType type);

  /// The same elements under another shape or an element type of equal width.
  Tensor withType(mlir::RankedTensorType newType) const;

  /// A constant with these elements. Takes the bytes along if no other tensor
  /// shares them.
  mlir::ElementsAttr toAttr() &&;

  mlir::RankedTensorType getType() const { return type; }
  mlir::Type getElementType() const { return type.getElementType(); }
  llvm::ArrayRef<int64_t> getShape() const { return type.getShape(); }
  int64_t getRank() const { return type.getRank(); }
  int64_t size() const { return type.getNumElements(); }
  Domain domain() const;
  bool isSplat() const { return splat; }

  /// Bytes of one element.
  unsigned width() const { return nn::elementBytes(getElementType()); }
  /// Address of an element by its row-major position.
  const char *at(int64_t index) const {
    return bytes + (splat ? 0 : index * width());
  }
  /// The same for a tensor that was made here.
  char *at(int64_t index) {
    return const_cast<char *>(bytes) + (splat ? 0 : index * width());
  }

  /// Reads out.size() elements from position `offset` on, `stride` apart.
  template <typename C>
  void load(int64_t offset, int64_t stride, llvm::MutableArrayRef<C> out) const;

  /// Writes values to consecutive positions, converted as ONNX Cast does;
  /// floats out of an integer's range saturate.
  template <typename C> void store(int64_t offset, llvm::ArrayRef<C> values);

  /// All elements, row-major.
  template <typename C> llvm::SmallVector<C> values() const {
    llvm::SmallVector<C> out(size());
    load<C>(0, 1, out);
    return out;
  }

private:
  mlir::RankedTensorType type;
  const char *bytes = nullptr;
  std::shared_ptr<std::vector<char>> owner; // null for a view of an attribute
  bool splat = false;
};

/// Whether elements of this type have bytes of their own: whole ones, or the
/// low bits of one.
bool isStorable(mlir::Type elementType);

} // namespace dlc::evaluate

#endif
