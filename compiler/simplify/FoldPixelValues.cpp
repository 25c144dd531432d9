//===- FoldPixelValues.cpp - What is computed of bytes, as tables ---------===//

#include "compiler/evaluate/Evaluate.h"
#include "compiler/evaluate/Tensor.h"
#include "compiler/simplify/Passes.h"
#include "dialects/nn/Constants.h"
#include "dialects/nn/NnOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"

namespace dlc::simplify {
#define GEN_PASS_DEF_FOLDPIXELVALUES
#include "compiler/simplify/Passes.h.inc"
} // namespace dlc::simplify

using namespace mlir;

namespace dlc::simplify {
namespace {

/// What a dimension of a value that comes from an image is here.
enum class Dim { Position, Byte, Channel };

/// All 256 bytes of each channel on their way through what reads an image: a
/// tensor of as many dimensions as the value has.
class Probe {
public:
  explicit Probe(RankedTensorType image) : channels(image.getDimSize(2)) {
    RankedTensorType type = typeOf(dims, image.getElementType());
    tensor = evaluate::Tensor::zeros(type);
    for (int64_t value = 0; value < 256; ++value)
      for (int64_t c = 0; c < channels; ++c)
        *tensor.at(value * channels + c) = static_cast<char>(value);
  }

  /// Follows `op`, which reads `value`; fails where it is not the same for
  /// each pixel.
  LogicalResult follow(Operation *op, Value value) {
    if (auto transpose = dyn_cast<nn::TransposeOp>(op)) {
      SmallVector<Dim> moved;
      for (int64_t dim : transpose.getPerm())
        moved.push_back(dims[dim]);
      return compute(op, value, moved);
    }
    if (auto reshape = dyn_cast<nn::ReshapeOp>(op)) {
      std::optional<SmallVector<Dim>> kept = reshaped(reshape);
      return kept ? compute(op, value, *kept) : failure();
    }
    return isSameForEachPixel(op, value) ? compute(op, value, dims) : failure();
  }

  /// [channels, 256].
  DenseElementsAttr table() const {
    std::vector<char> bytes;
    int64_t byteStride = stride(Dim::Byte),
            channelStride = stride(Dim::Channel);
    for (int64_t c = 0; c < channels; ++c)
      for (int64_t value = 0; value < 256; ++value) {
        const char *at = tensor.at(value * byteStride + c * channelStride);
        bytes.insert(bytes.end(), at, at + tensor.width());
      }
    return DenseElementsAttr::getFromRawBuffer(
        RankedTensorType::get({channels, 256}, tensor.getElementType()), bytes);
  }

private:
  int64_t sizeOf(Dim dim) const {
    return dim == Dim::Byte ? 256 : dim == Dim::Channel ? channels : 1;
  }

  RankedTensorType typeOf(ArrayRef<Dim> dims, Type element) const {
    SmallVector<int64_t> shape;
    for (Dim dim : dims)
      shape.push_back(sizeOf(dim));
    return RankedTensorType::get(shape, element);
  }

  int64_t stride(Dim wanted) const {
    int64_t step = 1;
    for (Dim dim : llvm::reverse(dims)) {
      if (dim == wanted)
        return step;
      step *= sizeOf(dim);
    }
    return 0;
  }

  /// The dimensions of a reshape that adds and drops dimensions of one element
  /// alone.
  std::optional<SmallVector<Dim>> reshaped(nn::ReshapeOp op) const {
    ArrayRef<int64_t> from = op.getInput().getType().getShape(),
                      to = op.getOutput().getType().getShape();
    SmallVector<Dim> result;
    size_t next = 0;
    for (int64_t size : to) {
      while (next < from.size() && from[next] == 1 && size != 1 &&
             dims[next] == Dim::Position)
        ++next;
      if (next < from.size() && from[next] == size)
        result.push_back(dims[next++]);
      else if (size == 1)
        result.push_back(Dim::Position);
      else
        return std::nullopt;
    }
    for (; next < from.size(); ++next)
      if (from[next] != 1 || dims[next] != Dim::Position)
        return std::nullopt;
    return result;
  }

  /// A constant of one element, or with one for each channel.
  bool variesByChannelAlone(Value constant, int64_t rank) const {
    auto shape = cast<RankedTensorType>(constant.getType()).getShape();
    if (static_cast<int64_t>(shape.size()) > rank)
      return false;
    for (auto [i, size] : llvm::enumerate(llvm::reverse(shape)))
      if (size != 1 && dims[rank - 1 - i] != Dim::Channel)
        return false;
    return true;
  }

  bool isSameForEachPixel(Operation *op, Value value) const {
    auto rank = static_cast<int64_t>(dims.size());
    bool quantizes = isa<nn::QuantizeOp>(op);
    // What stays stored integers is what follows it to compute in.
    if ((!op->hasTrait<nn::ElementwiseOp>() && !quantizes) ||
        op->getNumResults() != 1 ||
        cast<RankedTensorType>(op->getResult(0).getType()).getShape() !=
            cast<RankedTensorType>(value.getType()).getShape())
      return false;
    for (Value operand : op->getOperands()) {
      if (operand == value)
        continue;
      if (!nn::constantOf(operand))
        return false;
      auto type = cast<RankedTensorType>(operand.getType());
      if (quantizes && type.getNumElements() != 1) {
        if (dims[cast<nn::QuantizeOp>(op).getAxis()] != Dim::Channel)
          return false;
      } else if (!quantizes && !variesByChannelAlone(operand, rank)) {
        return false;
      }
    }
    return true;
  }

  /// The op on the probe in place of the value.
  LogicalResult compute(Operation *op, Value value, SmallVector<Dim> result) {
    SmallVector<evaluate::Tensor> operands, results;
    for (Value operand : op->getOperands()) {
      if (operand == value) {
        operands.push_back(tensor);
        continue;
      }
      FailureOr<evaluate::Tensor> constant =
          evaluate::Tensor::view(nn::constantOf(operand));
      if (failed(constant))
        return failure();
      operands.push_back(*constant);
    }
    Type element =
        cast<RankedTensorType>(op->getResult(0).getType()).getElementType();
    Operation *small = op->clone(Operation::CloneOptions::all());
    small->getResult(0).setType(typeOf(result, element));
    LogicalResult done = evaluate::evaluateOp(small, operands, results);
    small->erase();
    if (failed(done))
      return failure();
    tensor = results.front();
    dims = std::move(result);
    return success();
  }

  int64_t channels;
  SmallVector<Dim> dims = {Dim::Position, Dim::Byte, Dim::Channel};
  evaluate::Tensor tensor;
};

struct FoldPixelValues : impl::FoldPixelValuesBase<FoldPixelValues> {
  void runOnOperation() override {
    SmallVector<Operation *> images;
    getOperation().walk([&](Operation *op) {
      if (isImage(op))
        images.push_back(op);
    });
    for (Operation *image : images)
      fold(image->getResult(0));
  }

  /// Pixels, or pixels with a border.
  static bool isImage(Operation *op) {
    if (auto pad = dyn_cast_or_null<nn::PadOp>(op))
      op = pad.getInput().getDefiningOp();
    return isa_and_nonnull<nn::ColorConvertOp, nn::ResampleOp>(op);
  }

  static Operation *onlyUser(Value value) {
    return value.hasOneUse() ? *value.getUsers().begin() : nullptr;
  }

  void fold(Value image) {
    auto type = cast<RankedTensorType>(image.getType());
    if (type.getRank() != 3)
      return;
    Probe probe(type);
    SmallVector<Operation *> moves; // of all ops, those that move elements
    DenseElementsAttr table;
    Value value = image, last;
    size_t kept = 0; // moves before `last`
    while (Operation *user = onlyUser(value)) {
      if (failed(probe.follow(user, value)))
        break;
      value = user->getResult(0);
      if (isa<nn::TransposeOp, nn::ReshapeOp>(user)) {
        moves.push_back(user);
        continue;
      }
      last = value;
      kept = moves.size();
      table = probe.table();
    }
    if (!last)
      return;
    OpBuilder builder(last.getDefiningOp());
    Value made =
        nn::LookupOp::create(builder, image.getLoc(),
                             type.clone(table.getElementType()), image, table);
    for (Operation *move : ArrayRef(moves).take_front(kept)) {
      IRMapping mapping;
      mapping.map(move->getOperand(0), made);
      Operation *clone = builder.clone(*move, mapping);
      clone->getResult(0).setType(
          cast<RankedTensorType>(move->getResult(0).getType())
              .clone(table.getElementType()));
      made = clone->getResult(0);
    }
    Operation *end = last.getDefiningOp();
    last.replaceAllUsesWith(made);
    eraseBackTo(end, image);
  }

  /// What nobody reads any more.
  static void eraseBackTo(Operation *op, Value image) {
    while (op && op->use_empty()) {
      Value operand = image;
      for (Value candidate : op->getOperands())
        if (!nn::constantOf(candidate))
          operand = candidate;
      Operation *producer =
          operand == image ? nullptr : operand.getDefiningOp();
      op->erase();
      op = producer;
    }
  }
};

} // namespace
} // namespace dlc::simplify
