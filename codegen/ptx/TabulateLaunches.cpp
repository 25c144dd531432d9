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
    if (failed(placeConstants()))
      return failure();
    for (auto [stage, call] : llvm::enumerate(places.calls())) {
      auto function =
          symbols.lookup<func::FuncOp>(func::CallOp(call).getCallee());
      for (auto launch : function.getOps<gpu::LaunchFuncOp>())
        if (failed(add(phases::stageNumberAttr.value(call).value_or(stage),
                       call, launch)))
          return failure();
    }
    for (func::CallOp call : places.callsAtOpen())
      if (failed(addAtOpen(call)))
        return failure();
    phases::launchesAttr.set(module, b.getArrayAttr(launches));
    if (!openLaunches.empty())
      phases::openLaunchesAttr.set(module, b.getArrayAttr(openLaunches));
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

  /// Where constants lie: those that launches of @main use, those that are made
  /// of others behind them on the device, and in the object the others.
  LogicalResult placeConstants() {
    if (failed(placeConstants(places.calls())))
      return failure();
    storedBytes = weightBytes;
    for (memref::GlobalOp global : made)
      constants[global.getSymName()] += storedBytes;
    if (failed(placeConstants(places.callsAtOpen())))
      return failure();
    if (weightBytes + madeBytes > 0)
      phases::constantBytesAttr.set(
          module, b.getDenseI64ArrayAttr({storedBytes, madeBytes}));
    return success();
  }

  LogicalResult placeConstants(ArrayRef<func::CallOp> calls) {
    for (func::CallOp call : calls) {
      auto function = symbols.lookup<func::FuncOp>(call.getCallee());
      for (auto launch : function.getOps<gpu::LaunchFuncOp>())
        for (Value operand : launch.getKernelOperands()) {
          FailureOr<DevicePlace> place = places.placeOf(call, operand);
          if (failed(place) || (place->source == Source::Weights &&
                                failed(placeConstant(call, place->constant))))
            return failure();
        }
    }
    return success();
  }

  LogicalResult placeConstant(func::CallOp call, StringRef name) {
    auto global = symbols.lookup<memref::GlobalOp>(name);
    if (!global || !global.getInitialValue())
      return call.emitError("takes a constant without a value");
    bool isMade = global.isUninitialized();
    int64_t &bytes = isMade ? madeBytes : weightBytes;
    if (!constants.try_emplace(name, bytes).second)
      return success();
    (isMade ? made : order).push_back(global);
    bytes =
        llvm::alignTo(bytes + arena::extentInBytes(global.getType()), kAlign);
    return success();
  }

  /// A launch with its arguments, of which an entry has more.
  FailureOr<NamedAttrList> entryOf(unsigned stage, gpu::LaunchFuncOp launch,
                                   ArrayRef<int64_t> arguments) {
    StringAttr name = launch.getKernelName();
    auto [kernel, isNew] = kernels.try_emplace(name, kernelNames.size());
    if (isNew)
      kernelNames.push_back(name);
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
    return entry;
  }

  static void append(SmallVector<int64_t> &arguments,
                     const DevicePlace &place) {
    arguments.append({place.offset, static_cast<int64_t>(place.source),
                      static_cast<int64_t>(place.index)});
  }

  LogicalResult add(unsigned stage, func::CallOp call,
                    gpu::LaunchFuncOp launch) {
    SmallVector<int64_t> arguments;
    for (Value operand : launch.getKernelOperands()) {
      FailureOr<DevicePlace> place = places.placeOf(call, operand);
      if (failed(place))
        return failure();
      if (place->source == Source::Weights)
        place->offset += constants.lookup(place->constant);
      append(arguments, *place);
    }
    FailureOr<NamedAttrList> entry = entryOf(stage, launch, arguments);
    if (failed(entry))
      return failure();
    launches.push_back(entry->getDictionary(b.getContext()));
    return success();
  }

  /// The launch of a maker: its source comes to the begin of the arena, in
  /// which nothing is yet.
  LogicalResult addAtOpen(func::CallOp call) {
    auto maker = symbols.lookup<func::FuncOp>(call.getCallee());
    auto all = llvm::to_vector(maker.getOps<gpu::LaunchFuncOp>());
    if (all.size() != 1)
      return call.emitError("makes a constant by ")
             << all.size() << " launches, not by one";
    SmallVector<int64_t> arguments;
    int64_t source = -1, bytes = 0;
    for (Value operand : all.front().getKernelOperands()) {
      FailureOr<DevicePlace> place = places.placeOf(call, operand);
      if (failed(place))
        return failure();
      auto global = symbols.lookup<memref::GlobalOp>(place->constant);
      int64_t offset = constants.lookup(place->constant);
      if (!global ||
          (!global.isUninitialized() && source >= 0 && source != offset))
        return call.emitError("makes a constant of more than another one");
      if (global.isUninitialized()) {
        place->offset += offset;
      } else {
        source = offset;
        bytes = arena::extentInBytes(global.getType());
        place->source = Source::Arena;
      }
      append(arguments, *place);
    }
    FailureOr<NamedAttrList> entry = entryOf(0, all.front(), arguments);
    if (failed(entry))
      return failure();
    entry->set("source", b.getI64IntegerAttr(std::max<int64_t>(source, 0)));
    entry->set("bytes", b.getI64IntegerAttr(bytes));
    largestSource = std::max(largestSource, bytes);
    openLaunches.push_back(entry->getDictionary(b.getContext()));
    return success();
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
    arena::deviceBytesAttr.put(module, std::max(end, largestSource));
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
  SmallVector<Attribute> kernelNames, launches, openLaunches;
  /// Offsets: in the object of those with a value, which the first ones have on
  /// the device too; on the device of those that are made.
  llvm::StringMap<int64_t> constants;
  SmallVector<memref::GlobalOp> order, made;
  /// Of all in the object, and of those of them that the device keeps; of the
  /// largest one that another is made of.
  int64_t weightBytes = 0, storedBytes = 0, madeBytes = 0, largestSource = 0;
};

struct TabulateLaunches : impl::TabulateLaunchesBase<TabulateLaunches> {
  void runOnOperation() override {
    if (failed(Table(getOperation()).run()))
      signalPassFailure();
  }
};

} // namespace
} // namespace dlc::ptx
