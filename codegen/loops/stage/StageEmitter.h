//===- StageEmitter.h - The body of one stage as loops --------------------===//

#ifndef DLC_CODEGEN_LOOPS_STAGEEMITTER_H
#define DLC_CODEGEN_LOOPS_STAGEEMITTER_H

#include "codegen/loops/winograd/Winograd.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace dlc::loops {

struct BlockFixedPlan;

/// Marks an argument of a stage that every caller gives a constant.
inline constexpr llvm::StringLiteral constantArgName = "nn.constant";
/// On a stage whose last two arguments say which of its chunks to compute; the
/// value is the number of chunks.
inline constexpr llvm::StringLiteral chunksName = "dlc.chunks";

/// Rewrites a stage's body; records how its constant arguments are packed.
class StageEmitter {
public:
  StageEmitter(mlir::func::FuncOp stage, ModuleIndex &index,
               const Machine &machine);
  mlir::LogicalResult run(std::vector<Packing> &packings);

private:
  mlir::LogicalResult visit(mlir::Operation &op);
  mlir::LogicalResult visitGeneric(mlir::linalg::GenericOp op);
  mlir::LogicalResult visitInsertSlice(mlir::tensor::InsertSliceOp op);
  mlir::LogicalResult
  visitMaterialize(mlir::bufferization::MaterializeInDestinationOp op);
  mlir::LogicalResult visitPad(mlir::tensor::PadOp op);
  mlir::LogicalResult emitNest(mlir::linalg::GenericOp root,
                               mlir::linalg::GenericOp epilogue);
  bool isOneNest();
  bool canShare(const Nest &nest, int64_t chunks);
  std::pair<mlir::Value, mlir::Value> shareChunks(int64_t chunks);
  void emitByWinograd(Nest &nest, const WinogradPlan &plan);
  void emitInBlockFixed(Nest &nest, const BlockFixedPlan &plan);
  void emitScheduled(Nest &nest, const Schedule &schedule,
                     llvm::ArrayRef<std::optional<Packing>> packings, int bias);

  // Where values are (StageBuffers.cpp).
  mlir::FailureOr<Buffer> bufferOf(mlir::Value value);
  mlir::FailureOr<Buffer> viewOf(mlir::Operation *op);
  mlir::FailureOr<Buffer> constantBuffer(mlir::Operation *op,
                                         mlir::ElementsAttr elements);
  mlir::FailureOr<Buffer> argumentBuffer(mlir::BlockArgument argument);
  Buffer destinationOf(mlir::Value value);
  Buffer scratch(mlir::RankedTensorType type, mlir::Location loc);
  bool needsNoPadInMemory(mlir::tensor::PadOp pad);

  /// Elementwise copy, or fill when `source` is a splat.
  mlir::LogicalResult emitCopy(mlir::Location loc, const Buffer &source,
                               const Buffer &target);

  mlir::func::FuncOp stage;
  ModuleIndex &index;
  Machine machine;
  mlir::OpBuilder builder;
  llvm::DenseMap<mlir::Value, Buffer> buffers;
  llvm::DenseMap<mlir::Value, Buffer> destinations;
  std::vector<Packing> packed;
};

/// The consumer that `root`'s result can be handed to in registers, or null.
mlir::linalg::GenericOp fusableEpilogue(mlir::linalg::GenericOp root);

// Views of a buffer; nullopt where strides do not allow one.
std::optional<Buffer>
expandBuffer(const Buffer &buffer,
             llvm::ArrayRef<mlir::ReassociationIndices> groups,
             llvm::ArrayRef<int64_t> shape);
std::optional<Buffer>
collapseBuffer(const Buffer &buffer,
               llvm::ArrayRef<mlir::ReassociationIndices> groups);
Buffer sliceBuffer(const Buffer &buffer, llvm::ArrayRef<int64_t> offsets,
                   llvm::ArrayRef<int64_t> sizes,
                   llvm::ArrayRef<int64_t> strides,
                   const llvm::SmallBitVector &dropped);

} // namespace dlc::loops

#endif
