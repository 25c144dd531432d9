//===- Plan.h - How a nest is computed --------------------------*- C++ -*-===//
//
// A strategy looks at a nest and makes a plan, or none; the plan says what it
// costs and can emit itself. Strategies.cpp lists them and chooses.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_PLAN_H
#define DLC_CODEGEN_LOOPS_PLAN_H

#include "codegen/loops/nest/Contraction.h"
#include "codegen/loops/nest/Machine.h"
#include "codegen/loops/weights/WeightEncoding.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"

namespace dlc::loops {

/// What a strategy is asked to compute.
struct Problem {
  Nest &nest;
  /// What the nest is as a sum of products; null if it is none.
  const Contraction *contraction;
  mlir::func::FuncOp stage;
  const Machine &machine;
};

/// What a plan may ask of the stage that it is emitted into.
class StageContext {
public:
  virtual ~StageContext() = default;

  virtual mlir::OpBuilder &builder() = 0;
  virtual const Machine &target() const = 0;
  /// The buffer behind a tensor.
  virtual Buffer bufferOf(mlir::Value tensor) = 0;
  /// A buffer of so many elements: in the arena, or a small one on the stack.
  virtual mlir::Value scratch(int64_t elements, mlir::Type type) = 0;
  virtual mlir::Value local(int64_t elements, mlir::Type type) = 0;
  /// Has a constant operand stored in such a way; returns its constants.
  /// `beside`: constant arguments that go into them too.
  virtual llvm::SmallVector<mlir::Value>
  encode(const Access &operand, std::shared_ptr<const WeightEncoding> encoding,
         llvm::ArrayRef<mlir::BlockArgument> beside) = 0;
  llvm::SmallVector<mlir::Value>
  encode(const Access &operand,
         std::shared_ptr<const WeightEncoding> encoding) {
    return encode(operand, std::move(encoding), {});
  }

  /// Emits a nest that is a step of a plan by whatever is cheapest for it.
  /// Where that has an operand stored in another way, `wrap` says how it comes
  /// to be stored from what the network has.
  using Wrap = llvm::function_ref<std::shared_ptr<const WeightEncoding>(
      std::shared_ptr<const WeightEncoding>)>;
  virtual void emitStep(Nest &nest, Wrap wrap) = 0;
};

/// Those of a plan's chunks that a call computes, two index values.
struct ChunkRange {
  mlir::Value begin, end;
};

class Plan {
public:
  virtual ~Plan() = default;

  /// What the arithmetic takes, in cycles; what reads and writes memory beside
  /// it is not counted.
  virtual double cycles() const = 0;
  /// How many pieces threads can compute at the same time; 1: it is one.
  virtual int64_t chunks() const { return 1; }
  /// Emits all chunks, or those that are asked for.
  virtual void emit(StageContext &context,
                    std::optional<ChunkRange> chunks) = 0;
};

struct Strategy {
  llvm::StringRef name;
  /// Whether the machine has what it needs.
  bool (*isAvailable)(const Machine &machine);
  /// Null where it cannot compute the nest.
  std::unique_ptr<Plan> (*plan)(const Problem &problem);
};

} // namespace dlc::loops

#endif
