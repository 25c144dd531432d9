//===- Procedure.cpp - Loops over memory, written one by one --------------===//

#include "codegen/lower/Procedure.h"
#include "dialects/arena/ArenaStageOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/BuiltinOps.h"
#include "targets/description/TargetAttr.h"

using namespace mlir;

namespace dlc::lower {

Value Code::add(Value x, Value y) { return arith::AddIOp::create(b, x, y); }

Value Code::add(Value x, int64_t y) {
  return y == 0 ? x : arith::AddIOp::create(b, x, index(y));
}

Value Code::sub(Value x, Value y) { return arith::SubIOp::create(b, x, y); }

Value Code::mul(Value x, int64_t y) {
  return y == 1 ? x : arith::MulIOp::create(b, x, index(y));
}

Value Code::mul(Value x, Value y) { return arith::MulIOp::create(b, x, y); }

Value Code::min(Value x, Value y) { return arith::MinSIOp::create(b, x, y); }

Value Code::isLess(Value x, Value y) {
  return arith::CmpIOp::create(b, arith::CmpIPredicate::slt, x, y);
}

Value Code::isEqual(Value x, Value y) {
  return arith::CmpIOp::create(b, arith::CmpIPredicate::eq, x, y);
}

Value Code::store(Value position, Type integer) {
  return arith::IndexCastOp::create(b, integer, position);
}

Value Code::position(Value integer) {
  return arith::IndexCastOp::create(b, b.getIndexType(), integer);
}

Value Code::constant(TypedAttr value) {
  return arith::ConstantOp::create(b, value);
}

Value Code::both(Value x, Value y) { return arith::AndIOp::create(b, x, y); }

Value Code::either(Value x, Value y) { return arith::OrIOp::create(b, x, y); }

Value Code::select(Value condition, Value x, Value y) {
  return arith::SelectOp::create(b, condition, x, y);
}

Value Code::load(Value memory, Value at) {
  return memref::LoadOp::create(b, memory, at);
}

void Code::write(Value value, Value memory, Value at) {
  memref::StoreOp::create(b, value, memory, at);
}

void Code::each(Value to, llvm::function_ref<void(Value)> body) {
  each(index(0), to, body);
}

void Code::each(Value from, Value to, llvm::function_ref<void(Value)> body) {
  each(from, to, ValueRange(), [&](Value i, ValueRange) -> Values {
    body(i);
    return {};
  });
}

Code::Values Code::each(Value from, Value to, ValueRange initial,
                        llvm::function_ref<Values(Value, ValueRange)> body) {
  auto loop = scf::ForOp::create(b, from, to, index(1), initial);
  OpBuilder::InsertionGuard guard(b);
  if (initial.empty()) { // the loop has its terminator
    b.setInsertionPoint(loop.getBody()->getTerminator());
    body(loop.getInductionVar(), {});
    return {};
  }
  b.setInsertionPointToEnd(loop.getBody());
  scf::YieldOp::create(b,
                       body(loop.getInductionVar(), loop.getRegionIterArgs()));
  return Values(loop.getResults());
}

void Code::when(Value condition, llvm::function_ref<void()> body) {
  auto branch = scf::IfOp::create(b, condition, /*withElseRegion=*/false);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPoint(branch.thenBlock()->getTerminator());
  body();
}

Code::Values Code::choose(Value condition, TypeRange types,
                          llvm::function_ref<Values()> then,
                          llvm::function_ref<Values()> otherwise) {
  auto branch = scf::IfOp::create(b, types, condition, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToEnd(branch.thenBlock());
  scf::YieldOp::create(b, then());
  b.setInsertionPointToEnd(branch.elseBlock());
  scf::YieldOp::create(b, otherwise());
  return Values(branch.getResults());
}

Code::Values Code::loop(
    ValueRange initial, TypeRange beside,
    llvm::function_ref<std::pair<Value, Values>(ValueRange)> test,
    llvm::function_ref<Values(ValueRange values, ValueRange beside)> round) {
  SmallVector<Type> types(initial.getTypes());
  llvm::append_range(types, beside);
  auto loop = scf::WhileOp::create(b, types, initial, nullptr, nullptr);
  OpBuilder::InsertionGuard guard(b);
  Block *testing = loop.getBeforeBody(), *working = loop.getAfterBody();
  b.setInsertionPointToEnd(testing);
  auto [condition, further] = test(testing->getArguments());
  Values passed(testing->getArguments());
  llvm::append_range(passed, further);
  scf::ConditionOp::create(b, condition, passed);
  b.setInsertionPointToEnd(working);
  ValueRange arguments = working->getArguments();
  scf::YieldOp::create(b, round(arguments.take_front(initial.size()),
                                arguments.drop_front(initial.size())));
  return Values(loop.getResults());
}

SmallVector<Value>
createProcedure(ImplicitLocOpBuilder &b, ValueRange reads, ArrayRef<Type> makes,
                ArrayRef<MemRefType> scratch,
                llvm::function_ref<void(Code &, ValueRange)> body) {
  SmallVector<Type> memory, scratchTypes(scratch.begin(), scratch.end());
  for (Type type :
       llvm::concat<const Type>(SmallVector<Type>(reads.getTypes()), makes)) {
    auto tensor = cast<RankedTensorType>(type);
    memory.push_back(
        MemRefType::get({tensor.getNumElements()}, tensor.getElementType()));
  }
  llvm::append_range(memory, scratchTypes);
  auto procedure = arena::ProcedureOp::create(b, TypeRange(makes), reads,
                                              b.getTypeArrayAttr(scratchTypes));
  OpBuilder::InsertionGuard guard(b);
  SmallVector<Location> places(memory.size(), b.getLoc());
  Block *block = b.createBlock(&procedure.getBody(), {}, memory, places);
  Code code(b);
  body(code, block->getArguments());
  return SmallVector<Value>(procedure.getResults());
}

bool prefersProcedures(Operation *op) {
  auto module = op->getParentOfType<ModuleOp>();
  return module && module->hasAttr(targets::targetAttrName) &&
         takesProcedures(op);
}

bool takesProcedures(Operation *op) {
  return !targets::getTargetInfo(op).hasGpu();
}

} // namespace dlc::lower
