//===- StageEmitter.h - The body of one stage as loops --------------------===//

#ifndef DLC_CODEGEN_LOOPS_STAGEEMITTER_H
#define DLC_CODEGEN_LOOPS_STAGEEMITTER_H

#include "codegen/loops/attention/Attention.h"
#include "codegen/loops/strategy/Plan.h"
#include "dialects/arena/ArenaStageOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace dlc::loops {

/// Decides how a nest is computed.
using ChoosePlan =
    llvm::function_ref<std::unique_ptr<Plan>(const Problem &problem)>;

/// Rewrites a stage's body; records how its constant arguments are stored.
class StageEmitter : public StageContext {
public:
  StageEmitter(mlir::func::FuncOp stage, ModuleIndex &index,
               const Machine &machine, ChoosePlan choosePlan);
  mlir::LogicalResult run(std::vector<EncodedArgument> &encodings);

  // For plans (StageNest.cpp).
  mlir::OpBuilder &builder() override { return b; }
  const Machine &target() const override { return machine; }
  Buffer bufferOf(mlir::Value tensor) override;
  mlir::Value scratch(int64_t elements, mlir::Type type) override;
  mlir::Value local(int64_t elements, mlir::Type type) override;
  llvm::SmallVector<mlir::Value>
  encode(const Access &operand, std::shared_ptr<const WeightEncoding> encoding,
         llvm::ArrayRef<mlir::BlockArgument> beside) override;
  void emitStep(Nest &nest, Wrap wrap) override;

private:
  void setArguments(llvm::ArrayRef<mlir::BlockArgument> unread);
  llvm::SmallVector<mlir::BlockArgument> dropUnread();
  mlir::LogicalResult visit(mlir::Operation &op);
  mlir::LogicalResult visitGeneric(mlir::linalg::GenericOp op);
  mlir::LogicalResult visitInsertSlice(mlir::tensor::InsertSliceOp op);
  mlir::LogicalResult
  visitMaterialize(mlir::bufferization::MaterializeInDestinationOp op);
  mlir::LogicalResult visitPad(mlir::tensor::PadOp op);
  mlir::LogicalResult visitProcedure(arena::ProcedureOp op);

  // What is computed together (StageAttention.cpp).
  void findLaunches();
  mlir::LogicalResult visitAttention(mlir::linalg::GenericOp op);

  // What is computed only where a value says so (StageBranch.cpp).
  mlir::LogicalResult visitIf(mlir::scf::IfOp branch);
  mlir::LogicalResult visitSelect(mlir::arith::SelectOp select);

  // Loops over sequences (StageLoop.cpp).
  mlir::LogicalResult visitLoop(mlir::scf::ForOp loop);
  mlir::LogicalResult emitIdleSteps(
      mlir::scf::ForOp loop, mlir::Value first,
      llvm::ArrayRef<std::pair<mlir::tensor::InsertSliceOp, mlir::Value>>
          collected);
  mlir::LogicalResult handOn(mlir::Location loc, mlir::OperandRange next,
                             llvm::ArrayRef<Buffer> carried);
  /// The slice of a buffer whose offsets are known when the stage runs.
  Buffer movingSlice(const Buffer &whole,
                     mlir::OffsetSizeAndStrideOpInterface slice,
                     const llvm::SmallBitVector &dropped, mlir::Location loc);
  /// Where in `whole` something is inserted; the same each time.
  Buffer partOf(mlir::tensor::InsertSliceOp insert, const Buffer &whole);

  mlir::LogicalResult emitNest(mlir::linalg::GenericOp root,
                               mlir::linalg::GenericOp epilogue);
  bool isOneNest();
  bool canShare(const Nest &nest, int64_t chunks);
  ChunkRange shareChunks(int64_t chunks);

  // Where values are (StageBuffers.cpp).
  mlir::FailureOr<Buffer> findBuffer(mlir::Value value);
  mlir::FailureOr<Buffer> viewOf(mlir::Operation *op);
  mlir::FailureOr<Buffer> reshapedCopy(mlir::Operation *op,
                                       const Buffer &source);
  mlir::FailureOr<Buffer> constantBuffer(mlir::Operation *op,
                                         mlir::ElementsAttr elements);
  mlir::FailureOr<Buffer> argumentBuffer(mlir::BlockArgument argument);
  Buffer destinationOf(mlir::Value value);
  Buffer makeScratch(mlir::RankedTensorType type, mlir::Location loc);
  bool needsNoPadInMemory(mlir::tensor::PadOp pad);

  /// Elementwise copy, or fill when `source` is a splat.
  mlir::LogicalResult emitCopy(mlir::Location loc, const Buffer &source,
                               const Buffer &target);

  mlir::func::FuncOp stage;
  ModuleIndex &index;
  Machine machine;
  ChoosePlan choosePlan;
  mlir::OpBuilder b;
  llvm::DenseMap<mlir::Value, Buffer> buffers;
  llvm::DenseMap<mlir::Value, Buffer> destinations;
  llvm::DenseMap<mlir::Operation *, Buffer> movingParts;
  llvm::SmallVector<AttentionOps, 1> attentions;
  llvm::DenseMap<mlir::Operation *, unsigned> ofAttention;
  /// The location of the nest that is being emitted.
  std::optional<mlir::Location> nestLocation;
  /// A constant argument that is stored as `constants`, which are arguments at
  /// the end of the stage until it is emitted.
  struct Encoded {
    mlir::BlockArgument argument;
    std::shared_ptr<const WeightEncoding> encoding;
    llvm::SmallVector<mlir::BlockArgument, 1> further;
    /// Arguments that went into the constants.
    llvm::SmallVector<mlir::BlockArgument, 0> beside;
  };
  std::vector<Encoded> encoded;
};

bool isSamePlace(const Buffer &a, const Buffer &b);

/// Whether the op says where data lies, and computes nothing.
bool isTensorView(mlir::Operation *op);

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
