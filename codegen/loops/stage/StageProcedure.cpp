//===- StageProcedure.cpp - Loops that are taken as they are --------------===//

#include "codegen/loops/stage/StageEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;

namespace dlc::loops {

/// Whether the elements lie row-major, one beside the other.
static bool isRowMajor(const Buffer &buffer) {
  int64_t expected = 1;
  for (auto [size, stride] :
       llvm::reverse(llvm::zip_equal(buffer.shape, buffer.strides))) {
    if (size != 1 && stride != expected)
      return false;
    expected *= size;
  }
  return buffer.flat && buffer.paddedShape.empty();
}

/// All elements of a row-major buffer as a memref of one dimension.
static Value elementsOf(OpBuilder &b, Location loc, const Buffer &buffer) {
  int64_t count = 1;
  for (int64_t size : buffer.shape)
    count *= size;
  auto type = MemRefType::get({count}, buffer.element);
  if (buffer.offset == 0 && buffer.flat.getType() == type)
    return buffer.flat;
  Value from = arith::ConstantIndexOp::create(b, loc, buffer.offset);
  return arena::AdvanceOp::create(b, loc, type, buffer.flat, from);
}

LogicalResult StageEmitter::visitProcedure(arena::ProcedureOp op) {
  Location loc = op.getLoc();
  Block &body = op.getBody().front();
  IRMapping mapping;
  unsigned next = 0;
  for (Value operand : op.getReads()) {
    FailureOr<Buffer> buffer = findBuffer(operand);
    if (failed(buffer))
      return failure();
    if (!isRowMajor(*buffer)) {
      Buffer together =
          makeScratch(cast<RankedTensorType>(operand.getType()), loc);
      if (failed(emitCopy(loc, *buffer, together)))
        return failure();
      *buffer = together;
    }
    mapping.map(body.getArgument(next++), elementsOf(b, loc, *buffer));
  }
  SmallVector<std::pair<Buffer, Buffer>, 0> copies;
  for (Value result : op.getMakes()) {
    Buffer target = destinationOf(result), written = target;
    if (!isRowMajor(target)) {
      written = makeScratch(cast<RankedTensorType>(result.getType()), loc);
      copies.push_back({written, target});
    }
    buffers[result] = target;
    mapping.map(body.getArgument(next++), elementsOf(b, loc, written));
  }
  for (Type type : op.getScratch().getAsValueRange<TypeAttr>()) {
    auto memory = cast<MemRefType>(type);
    Buffer scratch = makeScratch(
        RankedTensorType::get(memory.getShape(), memory.getElementType()), loc);
    mapping.map(body.getArgument(next++), scratch.flat);
  }
  for (Operation &inner : body)
    b.clone(inner, mapping);
  for (auto &[source, target] : copies)
    if (failed(emitCopy(loc, source, target)))
      return failure();
  return success();
}

} // namespace dlc::loops
