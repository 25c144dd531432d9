//===- MergeLaunches.cpp - Small launches as one --------------------------===//

#include "codegen/ptx/KernelArguments.h"
#include "codegen/ptx/LaunchGroups.h"
#include "codegen/ptx/Passes.h"
#include "dialects/dlc/launches/Declarations.h"
#include "dialects/nn/Declarations.h"
#include "targets/description/TargetAttr.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/Support/MathExtras.h"

namespace dlc::ptx {
#define GEN_PASS_DEF_MERGELAUNCHES
#include "codegen/ptx/Passes.h.inc"
} // namespace dlc::ptx

using namespace mlir;

namespace dlc::ptx {
namespace {

constexpr int64_t kVectorBytes = 16;

/// Emits the kernel of a group: one part after the other, each in a loop over
/// its blocks.
class MergedKernel {
public:
  MergedKernel(OpBuilder &b, gpu::GPUFuncOp kernel)
      : b(b), loc(kernel.getLoc()), kernel(kernel) {
    b.setInsertionPointToStart(&kernel.getBody().front());
  }

  /// `operands`: the kernel's arguments that the part's become.
  void add(MergedPart &part, ArrayRef<Value> operands, bool first) {
    if (!first)
      gpu::BarrierOp::create(b, loc);
    OpBuilder::InsertionGuard guard(b);
    Value thread = readThread();
    int64_t used = part.atOnce * part.threads;
    if (used < kMergedThreads) {
      Value works = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult,
                                          thread, index(used));
      b.setInsertionPoint(scf::IfOp::create(b, loc, works).thenYield());
    }
    Value group = arith::DivUIOp::create(b, loc, thread, index(part.threads));
    Value own = arith::RemUIOp::create(b, loc, thread, index(part.threads));
    auto loop = scf::ForOp::create(b, loc, group, index(part.blocks),
                                   index(part.atOnce));
    b.setInsertionPointToStart(loop.getBody());
    clone(part, operands, group, own, loop.getInductionVar());
    // What is shared is written again in the next round.
    if (part.sharedBytes)
      meet(part, group);
  }

private:
  Value index(int64_t value) {
    return arith::ConstantIndexOp::create(b, loc, value);
  }

  /// The thread's number, anew for each part: LLVM would compute once what
  /// parts derive from it alike, and keep all of it in registers that a block
  /// of so many threads does not have.
  Value readThread() {
    Type word = b.getI32Type();
    auto read = LLVM::InlineAsmOp::create(
        b, loc, word, ValueRange(), "mov.u32 $0, %tid.x;", "=r",
        /*has_side_effects=*/true, /*is_align_stack=*/false,
        LLVM::tailcallkind::TailCallKind::None, LLVM::AsmDialectAttr(),
        ArrayAttr());
    return arith::IndexCastUIOp::create(b, loc, b.getIndexType(),
                                        read.getRes());
  }

  /// The threads of a group wait for each other.
  void meet(const MergedPart &part, Value group) {
    Type word = b.getI32Type();
    Value number = arith::IndexCastOp::create(b, loc, word, group);
    Value one = arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(1));
    Value id = arith::AddIOp::create(b, loc, number, one);
    Value threads = arith::ConstantOp::create(
        b, loc, b.getI32IntegerAttr(static_cast<int32_t>(part.threads)));
    NVVM::BarrierOp::create(b, loc, TypeRange(), id, threads, {}, Value());
  }

  void clone(MergedPart &part, ArrayRef<Value> operands, Value group, Value own,
             Value block) {
    IRMapping mapping;
    for (auto [argument, operand] :
         llvm::zip(part.kernel.getArguments(), operands))
      mapping.map(argument, operand);
    mapShared(part, group, mapping);
    Value x = arith::RemUIOp::create(b, loc, block, index(part.grid[0]));
    Value rest = arith::DivUIOp::create(b, loc, block, index(part.grid[0]));
    Value y = arith::RemUIOp::create(b, loc, rest, index(part.grid[1]));
    Value z = arith::DivUIOp::create(b, loc, rest, index(part.grid[1]));
    Value blockIds[] = {x, y, z};
    Value threadIds[] = {own, index(0), index(0)};
    Value sizes[] = {index(part.threads), index(1), index(1)};
    Value grids[] = {index(part.grid[0]), index(part.grid[1]),
                     index(part.grid[2])};
    auto of = [&](gpu::Dimension dim, ArrayRef<Value> values) {
      return values[static_cast<unsigned>(dim)];
    };
    for (Operation &op : part.kernel.getBody().front().without_terminator()) {
      if (auto id = dyn_cast<gpu::ThreadIdOp>(op))
        mapping.map(id.getResult(), of(id.getDimension(), threadIds));
      else if (auto id = dyn_cast<gpu::BlockIdOp>(op))
        mapping.map(id.getResult(), of(id.getDimension(), blockIds));
      else if (auto size = dyn_cast<gpu::BlockDimOp>(op))
        mapping.map(size.getResult(), of(size.getDimension(), sizes));
      else if (auto size = dyn_cast<gpu::GridDimOp>(op))
        mapping.map(size.getResult(), of(size.getDimension(), grids));
      else
        b.clone(op, mapping);
    }
    // Barriers are those of the group.
    SmallVector<gpu::BarrierOp> barriers;
    b.getInsertionBlock()->walk(
        [&](gpu::BarrierOp barrier) { barriers.push_back(barrier); });
    for (gpu::BarrierOp barrier : barriers) {
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPoint(barrier);
      meet(part, group);
      barrier.erase();
    }
  }

  /// Each group has shared memory of its own; parts have it one after the
  /// other.
  void mapShared(MergedPart &part, Value group, IRMapping &mapping) {
    if (!part.sharedBytes)
      return;
    reserve(part.sharedBytes * part.atOnce);
    Value begin = arith::MulIOp::create(b, loc, group, index(part.sharedBytes));
    int64_t offset = 0;
    for (BlockArgument old : part.kernel.getWorkgroupAttributions()) {
      auto type = cast<MemRefType>(old.getType());
      Value at = arith::AddIOp::create(b, loc, begin, index(offset));
      mapping.map(old,
                  memref::ViewOp::create(b, loc, type, memory, at, ValueRange())
                      .getResult());
      offset += llvm::alignTo(type.getNumElements() *
                                  type.getElementTypeBitWidth() / 8,
                              kVectorBytes);
    }
  }

  /// As much shared memory as any part needs.
  void reserve(int64_t bytes) {
    if (bytes <= reserved)
      return;
    auto space = gpu::AddressSpaceAttr::get(
        b.getContext(), gpu::GPUDialect::getWorkgroupAddressSpace());
    auto type = MemRefType::get({bytes}, b.getI8Type(),
                                MemRefLayoutAttrInterface(), space);
    if (memory) {
      memory.setType(type);
    } else {
      memory = kernel.addWorkgroupAttribution(type, loc);
      kernel.setWorkgroupAttributionAttr(0,
                                         LLVM::LLVMDialect::getAlignAttrName(),
                                         b.getI64IntegerAttr(kVectorBytes));
    }
    reserved = bytes;
  }

  OpBuilder &b;
  Location loc;
  gpu::GPUFuncOp kernel;
  BlockArgument memory;
  int64_t reserved = 0;
};

class Merger {
public:
  explicit Merger(ModuleOp module)
      : module(module), symbols(module), b(module.getContext()) {}

  LogicalResult run() {
    auto main = symbols.lookup<func::FuncOp>("main");
    kernels = symbols.lookup<gpu::GPUModuleOp>(kernelsName);
    if (!main || !kernels)
      return module.emitError("has no @main or no kernels");
    std::vector<MergeCandidate> candidates =
        candidatesOf(main, symbols, targets::getTargetInfo(module));
    for (auto [number, candidate] : llvm::enumerate(candidates))
      phases::stageNumberAttr.put(candidate.call, number);
    for (auto [first, last] : chooseGroups(candidates))
      merge(MutableArrayRef(candidates).slice(first, last - first + 1));
    Places places(module);
    for (const auto &[stage, kernel, operands] : made)
      describeArguments(places, stage, kernel, operands);
    eraseUnused();
    return success();
  }

private:
  /// What the merged launch takes for memory of a part: of @main by the call,
  /// or a constant.
  Value operandOf(func::CallOp call, Value memory, func::FuncOp stage) {
    auto type = cast<MemRefType>(memory.getType());
    Value root = rootOf(memory);
    Value own;
    if (auto get = root.getDefiningOp<memref::GetGlobalOp>()) {
      Value &known = constants[{get.getNameAttr(), get.getType()}];
      if (!known)
        known = b.clone(*get)->getResult(0);
      own = known;
    } else {
      Value given = call.getOperand(cast<BlockArgument>(root).getArgNumber());
      Value &known = arguments[given];
      if (!known)
        known = stage.front().addArgument(given.getType(), call.getLoc());
      own = known;
    }
    if (own.getType() == type)
      return own;
    Value &view = views[{own, type}];
    if (!view)
      view = memref::ReinterpretCastOp::create(
          b, call.getLoc(), type, own, /*offset=*/int64_t(0),
          ArrayRef<int64_t>{type.getNumElements()}, ArrayRef<int64_t>{1});
    return view;
  }

  void merge(MutableArrayRef<MergeCandidate> calls) {
    func::CallOp first = calls.front().call;
    Location loc = first.getLoc();
    b.setInsertionPoint(symbols.lookup<func::FuncOp>(first.getCallee()));
    auto stage =
        func::FuncOp::create(b, loc,
                             (first.getCallee() + "_to_" +
                              func::CallOp(calls.back().call).getCallee())
                                 .str(),
                             b.getFunctionType({}, {}));
    stage.setPrivate();
    nn::stageAttr.put(stage, "merged");
    symbols.insert(stage);
    b.setInsertionPointToStart(stage.addEntryBlock());
    arguments.clear();
    constants.clear();
    views.clear();
    // The operands of all parts, each once.
    SmallVector<Value> operands;
    llvm::DenseMap<Value, unsigned> numbers;
    std::vector<SmallVector<unsigned>> ofParts;
    for (MergeCandidate &call : calls)
      for (MergedPart &part : call.parts) {
        ofParts.emplace_back();
        for (Value memory : part.launch.getKernelOperands()) {
          Value operand = operandOf(call.call, memory, stage);
          auto [known, isNew] = numbers.try_emplace(operand, operands.size());
          if (isNew)
            operands.push_back(operand);
          ofParts.back().push_back(known->second);
        }
      }
    launch(calls, stage, operands, ofParts);
    SmallVector<Value> given;
    for (auto &[value, argument] : arguments)
      given.push_back(value);
    stage.setFunctionType(
        b.getFunctionType(stage.front().getArgumentTypes(), {}));
    // Behind what is defined between the calls.
    b.setInsertionPoint(calls.back().call);
    auto call = func::CallOp::create(b, loc, stage, given);
    phases::stageNumberAttr.put(call, *phases::stageNumberAttr.value(first));
    for (MergeCandidate &old : calls)
      old.call.erase();
  }

  void launch(MutableArrayRef<MergeCandidate> calls, func::FuncOp stage,
              ArrayRef<Value> operands,
              ArrayRef<SmallVector<unsigned>> ofParts) {
    Location loc = stage.getLoc();
    OpBuilder inside(b.getContext());
    inside.setInsertionPointToEnd(kernels.getBody());
    auto kernel = gpu::GPUFuncOp::create(
        inside, loc,
        (calls.front().parts.front().kernel.getName() + "_merged").str(),
        inside.getFunctionType(ValueRange(operands).getTypes(), {}));
    kernel->setAttr(gpu::GPUDialect::getKernelFuncAttrName(), b.getUnitAttr());
    kernel->setAttr(
        NVVM::NVVMDialect::getReqntidAttrName(),
        b.getDenseI32ArrayAttr({static_cast<int32_t>(kMergedThreads), 1, 1}));
    SymbolTable(kernels).insert(kernel);
    inside.setInsertionPointToStart(&kernel.getBody().front());
    auto end = gpu::ReturnOp::create(inside, loc);
    MergedKernel merged(inside, kernel);
    size_t number = 0;
    for (MergeCandidate &call : calls)
      for (MergedPart &part : call.parts) {
        SmallVector<Value> own;
        for (unsigned i : ofParts[number])
          own.push_back(kernel.getArgument(i));
        inside.setInsertionPoint(end);
        merged.add(part, own, number++ == 0);
      }
    auto size = [&](int64_t n) -> Value {
      return arith::ConstantIndexOp::create(b, loc, n);
    };
    Value one = size(1), threads = size(kMergedThreads);
    gpu::LaunchFuncOp::create(b, loc, kernel, {one, one, one},
                              {threads, one, one}, Value(), operands);
    func::ReturnOp::create(b, loc);
    made.push_back({stage, kernel, SmallVector<Value>(operands)});
  }

  /// Stages that no call is left of, and the kernels of their launches.
  void eraseUnused() {
    llvm::DenseSet<StringAttr> called, launched;
    auto main = symbols.lookup<func::FuncOp>("main");
    for (auto call : main.getOps<func::CallOp>())
      called.insert(call.getCalleeAttr().getAttr());
    for (auto stage :
         llvm::make_early_inc_range(module.getOps<func::FuncOp>())) {
      if (stage == main || phases::atOpenAttr.isOn(stage))
        continue;
      if (!phases::makerAttr.isOn(stage) &&
          !called.contains(stage.getSymNameAttr())) {
        stage.erase();
        continue;
      }
      for (auto launch : stage.getOps<gpu::LaunchFuncOp>())
        launched.insert(launch.getKernelName());
    }
    for (auto kernel :
         llvm::make_early_inc_range(kernels.getOps<gpu::GPUFuncOp>()))
      if (!launched.contains(kernel.getNameAttr()))
        kernel.erase();
  }

  ModuleOp module;
  SymbolTable symbols;
  OpBuilder b;
  gpu::GPUModuleOp kernels;
  // Of the group that is being merged.
  llvm::MapVector<Value, Value> arguments;
  llvm::DenseMap<std::pair<Attribute, Type>, Value> constants;
  llvm::DenseMap<std::pair<Value, Type>, Value> views;
  std::vector<std::tuple<func::FuncOp, gpu::GPUFuncOp, SmallVector<Value>>>
      made;
};

struct MergeLaunches : impl::MergeLaunchesBase<MergeLaunches> {
  void runOnOperation() override {
    if (failed(Merger(getOperation()).run()))
      signalPassFailure();
  }
};

} // namespace
} // namespace dlc::ptx
