//===- BuildNest.cpp - Nests out of linalg.generic ------------------------===//

#include "codegen/loops/nest/BuildNest.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace dlc::loops {

TypedAttr splatOf(Value tensor) {
  if (auto fill = tensor.getDefiningOp<linalg::FillOp>())
    if (auto constant = fill.value().getDefiningOp<arith::ConstantOp>())
      return constant.getValue();
  if (auto constant = tensor.getDefiningOp<arith::ConstantOp>())
    if (auto dense = dyn_cast<DenseElementsAttr>(constant.getValue()))
      if (dense.isSplat())
        return dyn_cast<TypedAttr>(dense.getSplatValue<Attribute>());
  return nullptr;
}

namespace {
class Builder {
public:
  Builder(linalg::GenericOp root, linalg::GenericOp epilogue,
          const TensorBuffers &buffers)
      : root(root), epilogue(epilogue), buffers(buffers) {}

  FailureOr<Nest> run() {
    nest.root = root;
    nest.epilogue = epilogue;
    for (auto [type, size] :
         llvm::zip(root.getIteratorTypesArray(), root.getStaticLoopRanges())) {
      nest.reduction.push_back(type == utils::IteratorType::reduction);
      nest.sizes.push_back(size);
    }
    nest.needsIndices = root.hasIndexSemantics();
    nest.scalarOnly = nest.needsIndices;
    root.getBody()->walk([&](tensor::ExtractOp) { nest.scalarOnly = true; });
    if (failed(addInputs()))
      return failure();
    addInits();
    if (epilogue && failed(addEpilogueInputs()))
      return failure();
    if (failed(addOutputs()))
      return failure();
    return nest;
  }

private:
  FailureOr<Access> read(linalg::GenericOp op, Value tensor, AffineMap map) {
    FailureOr<Buffer> buffer = buffers.source(tensor);
    if (failed(buffer))
      return failure();
    FailureOr<Access> access = makeAccess(map, *buffer, nest.reduction);
    if (failed(access))
      return op.emitError("reads an operand at a position that is not linear "
                          "in the loops");
    return access;
  }

  LogicalResult addInputs() {
    for (OpOperand *operand : root.getDpsInputOperands()) {
      AffineMap map = root.getMatchingIndexingMap(operand);
      FailureOr<Access> access = read(root, operand->get(), map);
      if (failed(access))
        return failure();
      access->packable = access->buffer.constant && operand->get().hasOneUse();
      findWindows(nest, nest.inputs.size(), map);
      nest.inputs.push_back(*access);
    }
    return success();
  }

  void addInits() {
    OpBuilder b(root.getContext());
    for (Value init : root.getDpsInits()) {
      TypedAttr splat = splatOf(init);
      if (!splat && init.getDefiningOp<tensor::EmptyOp>())
        splat = cast<TypedAttr>(b.getZeroAttr(
            cast<RankedTensorType>(init.getType()).getElementType()));
      nest.inits.push_back(splat);
    }
  }

  /// A map of the epilogue's dimensions as one of the root's.
  AffineMap ofRoot(AffineMap map) {
    return epilogue
               ? map.replaceDimsAndSymbols(renamed, {}, nest.sizes.size(), 0)
               : map;
  }

  LogicalResult addEpilogueInputs() {
    OpOperand &use = *root.getResult(0).use_begin();
    AffineMap output = root.getMatchingIndexingMap(root.getDpsInitOperand(0));
    AffineMap map = epilogue.getMatchingIndexingMap(&use);
    renamed.resize(map.getNumDims());
    for (auto [inner, outer] : llvm::zip(map.getResults(), output.getResults()))
      renamed[cast<AffineDimExpr>(inner).getPosition()] = outer;
    for (OpOperand *operand : epilogue.getDpsInputOperands()) {
      if (operand->get() == root.getResult(0)) {
        nest.epilogueInputs.push_back(std::nullopt);
        continue;
      }
      FailureOr<Access> access =
          read(epilogue, operand->get(),
               ofRoot(epilogue.getMatchingIndexingMap(operand)));
      if (failed(access))
        return failure();
      const Access &made = *access;
      nest.epilogueInputs.emplace_back(made);
    }
    return success();
  }

  LogicalResult addOutputs() {
    linalg::GenericOp last = epilogue ? epilogue : root;
    for (auto [i, result] : llvm::enumerate(last.getResults())) {
      AffineMap map = last.getMatchingIndexingMap(last.getDpsInitOperand(i));
      FailureOr<Access> access =
          makeAccess(ofRoot(map), buffers.destination(result), nest.reduction);
      if (failed(access))
        return last.emitError("writes a result at a position that is not "
                              "linear in the loops");
      nest.outputs.push_back(*access);
    }
    return success();
  }

  linalg::GenericOp root, epilogue;
  const TensorBuffers &buffers;
  Nest nest;
  SmallVector<AffineExpr> renamed; // root dimension of each of the epilogue
};
} // namespace

FailureOr<Nest> buildNest(linalg::GenericOp root, linalg::GenericOp epilogue,
                          const TensorBuffers &buffers) {
  return Builder(root, epilogue, buffers).run();
}

} // namespace dlc::loops
