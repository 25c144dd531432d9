//===- RunTime.h - What a call's lengths make of tensors --------*- C++ -*-===//
//
// Ops that are built into the largest network, and compute with the lengths.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_LENGTHS_RUNTIME_H
#define DLC_COMPILER_LENGTHS_RUNTIME_H

#include "compiler/lengths/Observed.h"
#include "dialects/nn/NnOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include <map>

namespace dlc::lengths {

/// A number that changes nothing where it stands: in a sum, a product, among
/// those that the largest or the smallest is looked for, in a sum of
/// exponentials.
enum class Neutral { Zero, One, Lowest, Highest, MinusInfinity };

class RunTime {
public:
  /// `lengths` are arguments of `main`, one i32 each.
  RunTime(Observed &observed, mlir::func::FuncOp main, mlir::ValueRange lengths)
      : observed(observed), main(main), lengths(lengths) {}

  /// Ops are made before `op`, at its location, from now on.
  void startAt(mlir::Operation *op);
  /// At the end of @main.
  void startAtEnd();

  /// The number that belongs to the call's lengths, an i32 without dimensions.
  mlir::Value number(const PerPoint &values);
  /// The tensor that belongs to them; it has the shape of the largest.
  mlir::Value constant(llvm::ArrayRef<mlir::ElementsAttr> perPoint,
                       mlir::ElementsAttr largest);

  /// 0, 1, ... along one axis of a tensor of `rank` and size 1 along the
  /// others, as i32.
  mlir::Value positions(int64_t size, int64_t axis, int64_t rank);
  /// Whether a position along `axis` is below a number.
  mlir::Value isWithin(int64_t size, int64_t axis, int64_t rank,
                       const PerPoint &end);
  /// `x` with `other`, one element, behind the first `end` along `axis`.
  mlir::Value masked(mlir::Value x, int64_t axis, const PerPoint &end,
                     mlir::Value other);
  /// The same with what changes nothing, along all `axes` that vary.
  mlir::Value masked(mlir::Value x, llvm::ArrayRef<int64_t> axes, Neutral kind);

  mlir::Value add(mlir::Value a, mlir::Value b) {
    return make<nn::AddOp>({a, b});
  }
  mlir::Value sub(mlir::Value a, mlir::Value b) {
    return make<nn::SubOp>({a, b});
  }
  mlir::Value mul(mlir::Value a, mlir::Value b) {
    return make<nn::MulOp>({a, b});
  }
  mlir::Value add(mlir::Value a, int64_t b) { return add(a, integer(b)); }
  mlir::Value mul(mlir::Value a, int64_t b) { return mul(a, integer(b)); }
  mlir::Value compare(nn::ComparePredicate predicate, mlir::Value a,
                      mlir::Value b);
  mlir::Value select(mlir::Value condition, mlir::Value a, mlir::Value b) {
    return make<nn::SelectOp>({condition, a, b});
  }
  mlir::Value reshape(mlir::Value x, llvm::ArrayRef<int64_t> shape);
  mlir::Value cast(mlir::Value x, mlir::Type element);
  /// Slices of `data` along `axis`; `indices` are a vector.
  mlir::Value gather(mlir::Value data, mlir::Value indices, int64_t axis);
  /// A scalar.
  mlir::Value integer(int64_t value);
  mlir::Value scalar(mlir::Type element, Neutral kind);
  mlir::Value scalar(mlir::Type element, double value);
  mlir::Value constant(mlir::ElementsAttr value);

  template <typename OpT>
  mlir::Value make(mlir::ValueRange operands,
                   llvm::ArrayRef<mlir::NamedAttribute> attributes = {}) {
    auto op = nn::createInferred<OpT>(builder(), place, operands, attributes);
    assert(mlir::succeeded(op) && "the ops that are built fit");
    return (*op)->getResult(0);
  }
  mlir::OpBuilder &builder() { return opBuilder; }
  mlir::Location location() const { return place; }
  mlir::NamedAttribute attr(llvm::StringRef name, int64_t value) {
    return opBuilder.getNamedAttr(name, opBuilder.getI64IntegerAttr(value));
  }
  mlir::NamedAttribute attr(llvm::StringRef name,
                            llvm::ArrayRef<int64_t> values) {
    return opBuilder.getNamedAttr(name, opBuilder.getDenseI64ArrayAttr(values));
  }

private:
  mlir::Value index();
  /// A value of @main, in the body that ops are made in.
  mlir::Value brought(mlir::Value value, mlir::Block *block);
  template <typename Build>
  mlir::Value inMain(mlir::Value &made, const Build &build);

  Observed &observed;
  mlir::func::FuncOp main;
  llvm::SmallVector<mlir::Value, 2> lengths;
  mlir::OpBuilder opBuilder{main.getContext()};
  mlir::Location place = main.getLoc();
  /// Made at the beginning of @main.
  std::map<PerPoint, mlir::Value> numbers;
  mlir::Value tableIndex;
  /// What bodies of loops and branches have got.
  llvm::DenseMap<std::pair<mlir::Block *, mlir::Value>, mlir::Value> bodies;
};

} // namespace dlc::lengths

#endif // DLC_COMPILER_LENGTHS_RUNTIME_H
