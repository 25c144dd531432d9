//===- AttentionEmitter.h - The launch of an attention ----------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_ATTENTIONEMITTER_H
#define DLC_CODEGEN_LOOPS_ATTENTIONEMITTER_H

#include "codegen/loops/attention/AttentionSchedule.h"

namespace dlc::loops {

class AttentionEmitter : public ThreadCode {
public:
  /// `problem` is of the attention's nest.
  AttentionEmitter(StageContext &context, const Problem &problem,
                   const Attention &attention,
                   const AttentionSchedule &schedule)
      : ThreadCode(context, problem), attention(attention), schedule(schedule) {
  }
  void emit();

private:
  using Values = llvm::SmallVector<mlir::Value>;

  /// Rows of an operand and where they go: `rows` of them from `first` on, each
  /// of `width` elements in shared memory, of which the operand may have fewer.
  struct Part {
    const Access &access;
    unsigned row, column; // dimensions
    mlir::Value first;
    int64_t rows, width;
    mlir::Value memory;
    int64_t stride;
  };
  /// How an operand's elements lie: runs along a row, along a column, or each
  /// by itself.
  enum class Lie { AlongRow, AlongColumn, Apart };
  struct Run {
    Lie lie;
    int64_t lanes;
  };

  /// Of each of the thread's queries; `less` is what a tile scales down what
  /// came before it by.
  struct State {
    Values largest, sums, context, less;
    Values all() const;
    static State of(mlir::ValueRange all, size_t queries);
  };

  // BringOperands.cpp
  Run runOf(const Part &part) const;
  void bring(const Part &part);
  /// Has the thread bring runs number `first` (of all threads at once) to
  /// `first + count`; the last ones only where there are some.
  void bringRuns(const Part &part, Run run, mlir::Value first, int64_t count,
                 int64_t rest);
  Values bringRun(const Part &part, Run run, mlir::Value row,
                  mlir::Value column);

  // AttentionNumbers.cpp
  /// What shared memory has elements of.
  mlir::Type sharedElement() const;
  /// Numbers in another precision, or as they are.
  mlir::Value as(mlir::Type element, mlir::Value value);
  mlir::Value noProducts();
  Values unitsOf(const Values &elements);
  Values copiesOf(const Values &elements);
  mlir::Value addProduct(mlir::Value one, mlir::Value other, mlir::Value sum);
  Values scoresOfSums(const Values &sums);
  mlir::Value fromWhich(mlir::Value largest);
  Values sumsToBeginWith(const State &state);
  void takeSums(State &state, mlir::ValueRange sums);

  // AttentionEmitter.cpp
  void locateThread();
  mlir::Value inTile(mlir::Value first, mlir::Value own, int64_t number,
                     int64_t apart, unsigned dim, mlir::Value &exists);
  Values vectorOf(mlir::Value memory, mlir::Value address, int64_t lanes);
  void addProducts(Values &sums, mlir::Value step);
  Values scoresOf();
  void maskScores(Values &scores, mlir::Value firstKey);
  void takePowers(State &state, const Values &scores);
  mlir::Value power(mlir::Value number, mlir::Value largest);
  void addValues(State &state);
  mlir::Value
  acrossRow(mlir::Value value,
            llvm::function_ref<mlir::Value(mlir::Value, mlir::Value)> combine);
  void emitTile(State &state, mlir::Value firstKey);
  void emitResults(const State &state);
  void finish(const Values &sums, int64_t number, bool isRun);

  const Attention &attention;
  const AttentionSchedule &schedule;
  mlir::Value x, y, firstQuery;
  mlir::Value sharedQueries, sharedKeys, sharedValues;
};

} // namespace dlc::loops

#endif
