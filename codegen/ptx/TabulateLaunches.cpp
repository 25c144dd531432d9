//===- TabulateLaunches.cpp - The launches of @main as a table ------------===//

#include "codegen/ptx/Passes.h"
#include "codegen/ptx/Places.h"
#include "dialects/arena/ArenaOps.h"
#include "dialects/arena/Declarations.h"
#include "dialects/dlc/Declarations.h"
#include "dialects/dlc/launches/Declarations.h"
#include "dialects/nn/Constants.h"

#include "mlir/IR/Matchers.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/MathExtras.h"

namespace dlc::ptx {
#define GEN_PASS_DEF_TABULATELAUNCHES
#include "codegen/ptx/Passes.h.inc"
} // namespace dlc::ptx

using namespace mlir;

namespace dlc::ptx {
namespace {

/// Where buffers of the device begin: the arena, inputs, outputs, constants.
constexpr int64_t kAlign = 256;
constexpr int64_t kNowhere = -1; // DLC_CUDA_NOWHERE

class Table {
public:
  explicit Table(ModuleOp module)
      : module(module), symbols(module), b(module.getContext()),
        places(module) {}

  LogicalResult run() {
    if (!places.main())
      return module.emitError("the launches are those of a function @main");
    for (auto [stage, call] : llvm::enumerate(places.calls())) {
      auto function =
          symbols.lookup<func::FuncOp>(func::CallOp(call).getCallee());
      for (auto launch : function.getOps<gpu::LaunchFuncOp>())
        if (failed(add(phases::stageNumberAttr.value(call).value_or(stage),
                       call, launch)))
          return failure();
    }
    phases::launchesAttr.set(module, b.getArrayAttr(launches));
    phases::kernelsAttr.set(module, b.getArrayAttr(kernelNames));
    placeEdges();
    writeWeights();
    eraseCode();
    return success();
  }

private:
  FailureOr<Attribute> sizes(gpu::LaunchFuncOp launch, gpu::KernelDim3 dim) {
    SmallVector<int64_t, 3> numbers;
    for (Value value : {dim.x, dim.y, dim.z}) {
      IntegerAttr number;
      if (!matchPattern(value, m_Constant(&number)))
        return launch.emitError("its grid is not known");
      numbers.push_back(number.getInt());
    }
    return Attribute(b.getDenseI64ArrayAttr(numbers));
  }

  LogicalResult add(unsigned stage, func::CallOp call,
                    gpu::LaunchFuncOp launch) {
    StringAttr name = launch.getKernelName();
    auto [kernel, isNew] = kernels.try_emplace(name, kernelNames.size());
    if (isNew)
      kernelNames.push_back(name);
    SmallVector<int64_t> arguments;
    for (Value operand : launch.getKernelOperands()) {
      FailureOr<DevicePlace> place = placeOf(call, operand);
      if (failed(place))
        return failure();
      arguments.append({place->offset, static_cast<int64_t>(place->source),
                        static_cast<int64_t>(place->index)});
    }
    auto grid = sizes(launch, launch.getGridSizeOperandValues()),
         block = sizes(launch, launch.getBlockSizeOperandValues());
    if (failed(grid) || failed(block))
      return failure();
    NamedAttrList entry;
    entry.set("kernel", b.getI64IntegerAttr(kernel->second));
    entry.set("stage", b.getI64IntegerAttr(stage));
    entry.set("grid", *grid);
    entry.set("block", *block);
    entry.set("arguments", b.getDenseI64ArrayAttr(arguments));
    launches.push_back(entry.getDictionary(b.getContext()));
    return success();
  }

  /// The place of what a launch takes; a constant gets its offset among all.
  FailureOr<DevicePlace> placeOf(func::CallOp call, Value operand) {
    FailureOr<DevicePlace> place = places.placeOf(call, operand);
    if (failed(place) || place->source != Source::Weights)
      return place;
    auto [known, isNew] = constants.try_emplace(place->constant, weightBytes);
    if (isNew) {
      auto global = symbols.lookup<memref::GlobalOp>(place->constant);
      if (!global || !global.getInitialValue())
        return call.emitError("takes a constant without a value");
      order.push_back(global);
      weightBytes = llvm::alignTo(
          weightBytes + arena::extentInBytes(global.getType()), kAlign);
    }
    place->offset += known->second;
    return place;
  }

  /// Inputs and outputs come behind the arena, if they are not the caller's.
  void placeEdges() {
    int64_t end =
        llvm::alignTo(arena::bytesAttr.value(module).value_or(0), kAlign);
    SmallVector<int64_t> offsets;
    bool isCallers = phases::deviceIoAttr.isOn(module);
    for (Type type : llvm::drop_end(places.main().getArgumentTypes())) {
      if (isCallers) {
        offsets.push_back(kNowhere);
        continue;
      }
      offsets.push_back(end);
      end +=
          llvm::alignTo(arena::extentInBytes(cast<MemRefType>(type)), kAlign);
    }
    phases::placesAttr.set(module, b.getDenseI64ArrayAttr(offsets));
    arena::deviceBytesAttr.put(module, end);
  }

  void writeWeights() {
    if (order.empty())
      return;
    std::vector<char> bytes(weightBytes);
    for (memref::GlobalOp global : order) {
      std::optional<nn::ConstantData> data =
          nn::readConstant(*global.getInitialValue());
      char *to = bytes.data() + constants.lookup(global.getSymName());
      if (!data)
        continue;
      int64_t size = arena::extentInBytes(global.getType());
      if (!data->splat)
        memcpy(to, data->bytes.data(), size);
      else
        for (int64_t i = 0; i < size; i += data->elementBytes)
          memcpy(to + i, data->bytes.data(), data->elementBytes);
    }
    auto type = RankedTensorType::get({weightBytes}, b.getI8Type());
    b.setInsertionPointToStart(module.getBody());
    auto weights = LLVM::GlobalOp::create(
        b, module.getLoc(),
        LLVM::LLVMArrayType::get(b.getI8Type(), weightBytes),
        /*isConstant=*/true, LLVM::Linkage::External, "weights", Attribute(),
        kAlign);
    phases::dataAttr.set(weights, nn::makeConstant(type, std::move(bytes)));
  }

  /// All that the table says now.
  void eraseCode() {
    for (Operation &op : llvm::make_early_inc_range(*module.getBody()))
      if (isa<func::FuncOp, memref::GlobalOp>(op))
        op.erase();
    module->removeAttr(gpu::GPUDialect::getContainerModuleAttrName());
  }

  ModuleOp module;
  SymbolTable symbols;
  OpBuilder b;
  Places places;
  llvm::DenseMap<StringAttr, unsigned> kernels;
  SmallVector<Attribute> kernelNames, launches;
  llvm::StringMap<int64_t> constants; // offsets among the weights
  SmallVector<memref::GlobalOp> order;
  int64_t weightBytes = 0;
};

struct TabulateLaunches : impl::TabulateLaunchesBase<TabulateLaunches> {
  void runOnOperation() override {
    if (failed(Table(getOperation()).run()))
      signalPassFailure();
  }
};

} // namespace
} // namespace dlc::ptx
