//===- ShareStages.cpp - Stages that threads compute together -------------===//

#include "codegen/llvm/Passes.h"

#include "dialects/dlc/Declarations.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/SymbolTable.h"
#include "targets/description/TargetAttr.h"

namespace dlc::llvmgen {
#define GEN_PASS_DEF_SHARESTAGES
#include "codegen/llvm/Passes.h.inc"
} // namespace dlc::llvmgen

using namespace mlir;

namespace {

constexpr llvm::StringLiteral loopName = "dlc_parallel_for";
/// Tasks for each thread: enough for one that is late to be made up for.
constexpr int64_t kTasksPerThread = 4;

struct ShareStagesPass : dlc::llvmgen::impl::ShareStagesBase<ShareStagesPass> {
  using ShareStagesBase::ShareStagesBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    threads = dlc::targets::getTargetInfo(module).threads;
    SmallVector<LLVM::CallOp> calls;
    SymbolTable symbols(module);
    module.walk([&](LLVM::CallOp call) {
      if (!call.getCallee())
        return;
      auto stage = symbols.lookup<LLVM::LLVMFuncOp>(*call.getCallee());
      if (stage && dlc::phases::chunksAttr.isOn(stage))
        calls.push_back(call);
    });
    for (LLVM::CallOp call : calls)
      share(call, symbols.lookup<LLVM::LLVMFuncOp>(*call.getCallee()));
  }

  /// Where the two bounds are among the arguments: the only integers. Pointers
  /// to scratch memory come after them.
  static unsigned boundsOf(LLVM::LLVMFuncOp stage) {
    for (auto [i, type] : llvm::enumerate(stage.getArgumentTypes()))
      if (isa<IntegerType>(type))
        return i;
    llvm_unreachable("a stage with dlc.chunks takes their bounds");
  }

  Value integer(OpBuilder &b, Location loc, Type type, int64_t value) {
    return LLVM::ConstantOp::create(b, loc, type, value);
  }

  /// void <stage>_task(void *context, size_t i): the i-th part of the stage;
  /// `context` points to its arguments.
  LLVM::LLVMFuncOp taskOf(LLVM::LLVMFuncOp stage, int64_t tasks) {
    std::string name = (stage.getSymName() + "_task").str();
    if (auto known = getOperation().lookupSymbol<LLVM::LLVMFuncOp>(name))
      return known;
    OpBuilder b(stage);
    Location loc = stage.getLoc();
    Type pointer = LLVM::LLVMPointerType::get(b.getContext());
    unsigned bounds = boundsOf(stage);
    Type index = stage.getArgumentTypes()[bounds];
    auto type = LLVM::LLVMFunctionType::get(
        LLVM::LLVMVoidType::get(b.getContext()), {pointer, index});
    auto task =
        LLVM::LLVMFuncOp::create(b, loc, name, type, LLVM::Linkage::Internal);
    task.setNoUnwind(true);
    b.setInsertionPointToStart(task.addEntryBlock(b));
    SmallVector<Value> arguments;
    for (unsigned i = 0; i + 2 < stage.getNumArguments(); ++i) {
      Value slot =
          LLVM::GEPOp::create(b, loc, pointer, pointer, task.getArgument(0),
                              ArrayRef<LLVM::GEPArg>{int32_t(i)});
      arguments.push_back(LLVM::LoadOp::create(b, loc, pointer, slot));
    }
    // Part i of n is the chunks from i * chunks / n to (i + 1) * chunks / n.
    int64_t chunks = dlc::phases::chunksAttr.get(stage).getInt();
    Value i = task.getArgument(1);
    Value next = LLVM::AddOp::create(b, loc, i, integer(b, loc, index, 1));
    SmallVector<Value> parts;
    for (Value part : {i, next}) {
      Value scaled =
          LLVM::MulOp::create(b, loc, part, integer(b, loc, index, chunks));
      parts.push_back(
          LLVM::UDivOp::create(b, loc, scaled, integer(b, loc, index, tasks)));
    }
    arguments.insert(arguments.begin() + bounds, parts.begin(), parts.end());
    LLVM::CallOp::create(b, loc, stage, arguments);
    LLVM::ReturnOp::create(b, loc, ValueRange());
    return task;
  }

  /// The loop that an object brings along: in order, on the caller's thread. A
  /// program's own definition takes its place.
  LLVM::LLVMFuncOp parallelLoop(Type index) {
    ModuleOp module = getOperation();
    if (auto known = module.lookupSymbol<LLVM::LLVMFuncOp>(loopName))
      return known;
    OpBuilder b = OpBuilder::atBlockEnd(module.getBody());
    Location loc = module.getLoc();
    Type pointer = LLVM::LLVMPointerType::get(b.getContext());
    auto none = LLVM::LLVMVoidType::get(b.getContext());
    auto type = LLVM::LLVMFunctionType::get(none, {pointer, pointer, index});
    auto loop =
        LLVM::LLVMFuncOp::create(b, loc, loopName, type, LLVM::Linkage::Weak);
    loop.setNoUnwind(true);
    Block *entry = loop.addEntryBlock(b);
    Block *header = loop.addBlock(), *body = loop.addBlock(),
          *exit = loop.addBlock();
    header->addArgument(index, loc);
    b.setInsertionPointToStart(entry);
    LLVM::BrOp::create(b, loc, ValueRange{integer(b, loc, index, 0)}, header);
    b.setInsertionPointToStart(header);
    Value i = header->getArgument(0);
    Value more = LLVM::ICmpOp::create(b, loc, LLVM::ICmpPredicate::ult, i,
                                      loop.getArgument(2));
    LLVM::CondBrOp::create(b, loc, more, body, exit);
    b.setInsertionPointToStart(body);
    auto bodyType = LLVM::LLVMFunctionType::get(none, {pointer, index});
    LLVM::CallOp::create(
        b, loc, bodyType,
        ValueRange{loop.getArgument(0), loop.getArgument(1), i});
    Value next = LLVM::AddOp::create(b, loc, i, integer(b, loc, index, 1));
    LLVM::BrOp::create(b, loc, ValueRange{next}, header);
    b.setInsertionPointToStart(exit);
    LLVM::ReturnOp::create(b, loc, ValueRange());
    return loop;
  }

  void share(LLVM::CallOp call, LLVM::LLVMFuncOp stage) {
    Location loc = call.getLoc();
    int64_t chunks = dlc::phases::chunksAttr.get(stage).getInt();
    int64_t tasks = std::min<int64_t>(chunks, kTasksPerThread * threads);
    unsigned bounds = boundsOf(stage);
    Type index = stage.getArgumentTypes()[bounds];
    OpBuilder b(call);
    Type pointer = LLVM::LLVMPointerType::get(b.getContext());
    SmallVector<Value> shared(call.getArgOperands());
    shared.erase(shared.begin() + bounds, shared.begin() + bounds + 2);
    auto caller = call->getParentOfType<LLVM::LLVMFuncOp>();
    b.setInsertionPointToStart(&caller.getBody().front());
    Value context = LLVM::AllocaOp::create(
        b, loc, pointer, pointer, integer(b, loc, index, shared.size()));
    b.setInsertionPoint(call);
    for (auto [i, value] : llvm::enumerate(shared)) {
      Value slot =
          LLVM::GEPOp::create(b, loc, pointer, pointer, context,
                              ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(i)});
      LLVM::StoreOp::create(b, loc, value, slot);
    }
    Value task = LLVM::AddressOfOp::create(b, loc, taskOf(stage, tasks));
    LLVM::CallOp::create(
        b, loc, parallelLoop(index),
        ValueRange{task, context, integer(b, loc, index, tasks)});
    call.erase();
  }

  int64_t threads = 1;
};

} // namespace
