//===- StageWithin.h - A stage, seen by a part of it ------------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_STRATEGY_STAGEWITHIN_H
#define DLC_CODEGEN_LOOPS_STRATEGY_STAGEWITHIN_H

#include "codegen/loops/strategy/Plan.h"

namespace dlc::loops {

/// A stage as it is; what is another for a part of it overrides.
class StageWithin : public StageContext {
public:
  explicit StageWithin(StageContext &stage) : stage(stage) {}

  mlir::OpBuilder &builder() override { return stage.builder(); }
  const Machine &target() const override { return stage.target(); }
  Buffer bufferOf(mlir::Value tensor) override {
    return stage.bufferOf(tensor);
  }
  mlir::Value scratch(int64_t elements, mlir::Type type) override {
    return stage.scratch(elements, type);
  }
  mlir::Value local(int64_t elements, mlir::Type type) override {
    return stage.local(elements, type);
  }
  llvm::SmallVector<mlir::Value>
  encode(const Access &operand, std::shared_ptr<const WeightEncoding> encoding,
         llvm::ArrayRef<mlir::BlockArgument> beside) override {
    return stage.encode(operand, std::move(encoding), beside);
  }
  void emitStep(Nest &nest, Wrap wrap) override { stage.emitStep(nest, wrap); }

protected:
  StageContext &stage;
};

} // namespace dlc::loops

#endif
