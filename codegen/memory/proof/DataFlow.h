//===- DataFlow.h - Whether memory holds what tensors did -------*- C++ -*-===//
//
// A proof for each compilation that buffers alive at one time do not overlap.
// It shares nothing with the planner: neither live ranges nor places of values.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_MEMORY_DATAFLOW_H
#define DLC_CODEGEN_MEMORY_DATAFLOW_H

#include "dialects/arena/ArenaOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include <string>
#include <vector>

namespace dlc::memory {

struct NumberedTensor {
  llvm::SmallVector<int64_t> shape;
  int64_t elementBits = 0;
  uint64_t first = 0; // number of the first element, if they are consecutive
  std::vector<uint64_t> numbers; // else those of all
  mlir::Attribute constant;
  std::string producer;

  int64_t size() const;
  uint64_t number(int64_t element) const {
    return numbers.empty() ? first + element : numbers[element];
  }
};

struct RecordedCall {
  std::string name;
  llvm::SmallVector<unsigned> operands, results; // tensors
};

/// Puts an `arena.data_flow` of @main, which has tensors and calls of stages,
/// into its module. Constants that only stages read are left out.
arena::DataFlowOp recordDataFlow(mlir::func::FuncOp main);

/// Which values the calls of @main read and make. Every element that a call
/// makes has a number of its own; slices, reshapes and concatenations arrange
/// numbers.
class DataFlow {
public:
  explicit DataFlow(arena::DataFlowOp record);

  /// Goes through the calls of the planned @main with a memory of numbers, in
  /// place of the arena, inputs and outputs. Fails, with a diagnostic, unless
  ///
  /// * each operand holds, element by element, what the tensor held;
  /// * what a call writes (results, scratch) does not overlap with anything
  ///   else it takes, but for a result over an operand of which the stage does
  ///   not read again what it has written over (checkInPlace);
  /// * no stage has a store to an operand, but to one in the arena that it
  ///   marks `arena.consumed`: nothing is read from there afterwards;
  /// * all lies within the arena, and at the end the outputs are complete.
  ///
  /// Stages are otherwise taken to compute what they should. A stage that marks
  /// an operand `nn.inplace` and whose accesses cannot be followed, or whose
  /// result has many elements, is taken at its word where the result takes the
  /// operand's whole place, unless `everyStage` asks for the proof.
  mlir::LogicalResult verifyMemory(mlir::ModuleOp planned,
                                   bool everyStage = false) const;

private:
  unsigned addTensor(mlir::Type type, std::string producer);
  void addSlice(mlir::Operation *op, NumberedTensor &result);
  void addConcat(mlir::Operation *op, NumberedTensor &result);

  std::vector<NumberedTensor> tensors;
  std::vector<RecordedCall> calls;
  llvm::SmallVector<unsigned> inputs, outputs, constants;
  llvm::DenseMap<mlir::Value, unsigned> ids;
  uint64_t next;
};

} // namespace dlc::memory

#endif
