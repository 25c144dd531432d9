//===- FilterEmitter.h - Depthwise convolutions as kernels ------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_FILTEREMITTER_H
#define DLC_CODEGEN_LOOPS_FILTEREMITTER_H

#include "codegen/loops/integer/IntegerCode.h"
#include "codegen/loops/windows/FilterPlan.h"

namespace dlc::loops {

/// [outer loops][strips of lines][blocks of channels][lines]
class FilterEmitter : IntegerCode {
public:
  FilterEmitter(StageContext &context, Nest &nest, const FilterPlan &plan)
      : IntegerCode(context, nest), plan(plan) {}

  void emit();

private:
  kernel::InstructionsAttr instructions();
  kernel::ProductsAttr products();

  void emitStrips();
  void emitStrip(mlir::Value first, int64_t lines);
  void copyLine(mlir::Value first, mlir::Value line, mlir::Value channel);
  void fill(mlir::Value target, int64_t bytes);
  void emitLine(mlir::Value first, mlir::Value line, mlir::Value channel,
                mlir::Value stream);

  const FilterPlan &plan;
  mlir::Value copy, interleaved; // i8
  mlir::Value weights;           // i32
  int64_t blockBytes = 0;        // of the weights
};

} // namespace dlc::loops

#endif
