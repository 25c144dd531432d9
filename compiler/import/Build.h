//===- Build.h - Short ways to write nn ops -------------------------------===//
//
// Import functions are formulas; this makes them read as formulas. Every
// function returns the new value; an op that its own inference or verifier
// refuses ends the import with that diagnostic.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_IMPORT_BUILD_H
#define DLC_COMPILER_IMPORT_BUILD_H

#include "compiler/import/Error.h"
#include "dialects/nn/NnOps.h"

namespace dlc::import {

using Ints = llvm::SmallVector<int64_t>;

/// How integers are multiplied and summed: less their zero points (null: 0), in
/// the accumulator's type (null: the operands').
struct Sums {
  mlir::Type accumulator;
  mlir::Value leftZeroPoint, rightZeroPoint;
};

class Build {
public:
  Build(mlir::OpBuilder &builder, mlir::Location loc)
      : builder(builder), location(loc) {}

  mlir::Location loc() const { return location; }
  mlir::MLIRContext *context() const { return builder.getContext(); }

  static mlir::RankedTensorType typeOf(mlir::Value value);
  static llvm::ArrayRef<int64_t> shapeOf(mlir::Value value);
  static mlir::Type elementOf(mlir::Value value);
  static int64_t rankOf(mlir::Value value);

  template <typename T>
  mlir::NamedAttribute attr(llvm::StringRef name, const T &value) {
    mlir::Attribute attribute;
    if constexpr (std::is_same_v<T, bool>)
      attribute = builder.getBoolAttr(value);
    else if constexpr (std::is_integral_v<T>)
      attribute = builder.getI64IntegerAttr(value);
    else if constexpr (std::is_floating_point_v<T>)
      attribute = builder.getF64FloatAttr(value);
    else if constexpr (std::is_convertible_v<T, mlir::Attribute>)
      attribute = value;
    else if constexpr (std::is_convertible_v<T, llvm::ArrayRef<double>>)
      attribute = builder.getDenseF64ArrayAttr(value);
    else
      attribute = builder.getDenseI64ArrayAttr(value);
    return builder.getNamedAttr(name, attribute);
  }

  using Attributes = llvm::ArrayRef<mlir::NamedAttribute>;

  /// The layout of ONNX's operators on images.
  mlir::NamedAttribute channelsFirst() {
    return attr("layout",
                nn::LayoutAttr::get(context(), nn::Layout::ChannelsFirst));
  }

  /// Which of an op's operands are there (not null), where several are
  /// optional.
  mlir::NamedAttribute segments(llvm::ArrayRef<mlir::Value> operands);

  /// An op that infers its result types.
  template <typename OpT>
  OpT make(mlir::ValueRange operands, Attributes attributes = {}) {
    mlir::FailureOr<OpT> op =
        nn::createInferred<OpT>(builder, location, operands, attributes);
    if (mlir::failed(op))
      throw ImportStopped{};
    verify(*op);
    return *op;
  }
  /// An op whose result type is given.
  template <typename OpT>
  mlir::Value makeAs(mlir::Type type, mlir::ValueRange operands,
                     Attributes attributes = {}) {
    mlir::OperationState state(location, OpT::getOperationName(), operands,
                               type, attributes);
    mlir::Operation *op = builder.create(state);
    verify(op);
    return op->getResult(0);
  }
  template <typename OpT> mlir::Value unary(mlir::Value x) {
    return make<OpT>(x);
  }
  /// Fails unless the shapes broadcast to one.
  void checkBroadcast(mlir::ValueRange values);
  template <typename OpT> mlir::Value binary(mlir::Value a, mlir::Value b) {
    checkBroadcast({a, b});
    return make<OpT>({a, b});
  }
  mlir::Value add(mlir::Value a, mlir::Value b) {
    return binary<nn::AddOp>(a, b);
  }
  mlir::Value sub(mlir::Value a, mlir::Value b) {
    return binary<nn::SubOp>(a, b);
  }
  mlir::Value mul(mlir::Value a, mlir::Value b) {
    return binary<nn::MulOp>(a, b);
  }
  mlir::Value div(mlir::Value a, mlir::Value b) {
    return binary<nn::DivOp>(a, b);
  }

  // With a scalar of the operand's element type.
  mlir::Value add(mlir::Value a, double b) { return add(a, scalarLike(a, b)); }
  mlir::Value sub(mlir::Value a, double b) { return sub(a, scalarLike(a, b)); }
  mlir::Value mul(mlir::Value a, double b) { return mul(a, scalarLike(a, b)); }
  mlir::Value div(mlir::Value a, double b) { return div(a, scalarLike(a, b)); }

  mlir::Value clip(mlir::Value x, std::optional<double> min,
                   std::optional<double> max);
  mlir::Value compare(nn::ComparePredicate predicate, mlir::Value a,
                      mlir::Value b);
  mlir::Value select(mlir::Value condition, mlir::Value a, mlir::Value b);
  mlir::Value reduce(nn::ReduceKind kind, mlir::Value x,
                     llvm::ArrayRef<int64_t> axes, bool keepdims = true);
  mlir::Value matmul(mlir::Value a, mlir::Value b, const Sums &sums = {});

  // Data movement. Identities give back the operand.
  mlir::Value cast(mlir::Value x, mlir::Type element);
  mlir::Value reshape(mlir::Value x, llvm::ArrayRef<int64_t> shape);
  mlir::Value broadcast(mlir::Value x, llvm::ArrayRef<int64_t> shape);
  mlir::Value transpose(mlir::Value x, llvm::ArrayRef<int64_t> perm);
  /// Axis `from` moved to `to`, the others in their order.
  mlir::Value moveAxis(mlir::Value x, int64_t from, int64_t to);
  mlir::Value slice(mlir::Value x, llvm::ArrayRef<int64_t> starts,
                    llvm::ArrayRef<int64_t> sizes,
                    llvm::ArrayRef<int64_t> steps = {});
  mlir::Value concat(llvm::ArrayRef<mlir::Value> parts, int64_t axis);
  /// A per-channel vector `[C]` as `[1, C, 1, ...]`, to broadcast over a
  /// tensor of `rank` with its channels at `axis`.
  mlir::Value alongAxis(mlir::Value vector, int64_t rank, int64_t axis);

  // Constants.
  mlir::Value constant(mlir::ElementsAttr value);
  mlir::Value scalar(mlir::Type element, double value);
  mlir::Value scalarLike(mlir::Value like, double value) {
    return scalar(elementOf(like), value);
  }
  mlir::Value splat(llvm::ArrayRef<int64_t> shape, mlir::Type element,
                    double value);
  /// A vector of i64.
  mlir::Value integers(llvm::ArrayRef<int64_t> values);
  /// These floats, row-major, rounded to `element`.
  mlir::Value numbers(llvm::ArrayRef<double> values,
                      llvm::ArrayRef<int64_t> shape, mlir::Type element);
  /// 0, 1, ... size - 1 of an integer or float type, as a vector.
  mlir::Value iota(int64_t size, mlir::Type element);

  mlir::Type f32() { return builder.getF32Type(); }
  mlir::Type f64() { return builder.getF64Type(); }
  mlir::Type i32() { return builder.getI32Type(); }
  mlir::Type i64() { return builder.getI64Type(); }
  mlir::Type i1() { return builder.getI1Type(); }

protected:
  mlir::OpBuilder &builder;

private:
  void verify(mlir::Operation *op);

  mlir::Location location;
};

} // namespace dlc::import

#endif
