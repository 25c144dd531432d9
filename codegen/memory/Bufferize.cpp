//===- Bufferize.cpp - @main on memory instead of tensors -----------------===//

#include "codegen/memory/Passes.h"
#include "codegen/memory/StageVersions.h"
#include "dialects/arena/ArenaOps.h"
#include "dialects/interfaces/StoredSize.h"
#include "dialects/nn/Declarations.h"
#include "dialects/nn/NnOps.h"
#include "dialects/nn/NodeLocation.h"
#include "dialects/nn/state/Declarations.h"
#include "dialects/storage/Placement.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "targets/description/TargetAttr.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"

namespace dlc::memory {
#define GEN_PASS_DEF_BUFFERIZE
#include "codegen/memory/Passes.h.inc"
} // namespace dlc::memory

using namespace mlir;

namespace dlc::memory {
namespace {

using namespace storage;

MemRefType memrefOf(RankedTensorType type) {
  return MemRefType::get(type.getShape(), type.getElementType());
}

/// The type of memory at a place, seen from its first element.
MemRefType memrefOf(const Place &place, Type element) {
  if (place.isContiguous())
    return MemRefType::get(place.shape, element);
  auto layout =
      StridedLayoutAttr::get(element.getContext(), /*offset=*/0, place.strides);
  return MemRefType::get(place.shape, element, layout);
}

class MainBuilder {
public:
  MainBuilder(func::FuncOp main, const Placement &placement)
      : oldMain(main), placement(placement), symbols(main->getParentOp()),
        versions(symbols), states(nn::countStates(main)), builder(main),
        align(targets::getTargetInfo(main).align) {}

  void build();

private:
  func::FuncOp declare();
  Value storageValue(unsigned storage);
  Value makeBuffer(const Storage &storage);
  Value makeGlobal(const Storage &storage);
  Value view(const Place &place);
  void copy(const PlacedCopy &copy, Location loc);
  void copyEqualShapes(const Place &source, const Place &target, Location loc);
  void call(func::CallOp op);
  std::string uniqueName(Operation *origin);

  func::FuncOp oldMain;
  const Placement &placement;
  SymbolTable symbols;
  StageVersions versions;
  unsigned states;
  OpBuilder builder;
  int64_t align;
  func::FuncOp newMain;
  DenseMap<unsigned, Value> storageValues;
  DenseMap<std::pair<std::pair<unsigned, int64_t>, Type>, Value> views;
  DenseMap<Attribute, memref::GlobalOp> globals;
  llvm::StringMap<func::FuncOp> stages;
  llvm::StringSet<> names;
  /// Constants are named after the stage that reads them first.
  std::string constantName = "constant";
};

/// The new @main without a body's ops: inputs, outputs, states, arena.
func::FuncOp MainBuilder::declare() {
  unsigned inputs = oldMain.getNumArguments() - states,
           outputs = oldMain.getNumResults() - states;
  SmallVector<Type> types;
  for (Type type :
       llvm::concat<const Type>(oldMain.getArgumentTypes().take_front(inputs),
                                oldMain.getResultTypes().take_front(outputs),
                                oldMain.getArgumentTypes().take_back(states)))
    types.push_back(memrefOf(cast<RankedTensorType>(type)));
  types.push_back(MemRefType::get({ShapedType::kDynamic}, builder.getI8Type()));
  auto func = func::FuncOp::create(builder, oldMain.getLoc(), "main",
                                   builder.getFunctionType(types, {}));
  for (NamedAttribute attr : oldMain->getDiscardableAttrs())
    func->setAttr(attr.getName(), attr.getValue());
  for (unsigned i = 0; i < inputs; ++i)
    function_interface_impl::setArgAttrs(func, i, oldMain.getArgAttrDict(i));
  for (unsigned i = 0; i < outputs; ++i)
    function_interface_impl::setArgAttrs(func, inputs + i,
                                         oldMain.getResultAttrDict(i));
  for (unsigned i = 0; i < states; ++i)
    function_interface_impl::setArgAttrs(func, inputs + outputs + i,
                                         oldMain.getArgAttrDict(inputs + i));
  func.addEntryBlock();
  return func;
}

std::string MainBuilder::uniqueName(Operation *origin) {
  auto node = nn::nodeOf(origin->getLoc());
  auto call = dyn_cast<func::CallOp>(origin);
  std::string base = node && !node->name.empty() ? node->name
                     : call ? call.getCallee().str()
                            : origin->getName().stripDialect().str();
  std::string name = base;
  for (unsigned i = 1; !names.insert(name).second; ++i)
    name = base + "." + std::to_string(i);
  return name;
}

Value MainBuilder::makeBuffer(const Storage &storage) {
  MemRefType type = memrefOf(storage.type);
  return arena::BufferOp::create(builder, storage.origin->getLoc(), type,
                                 uniqueName(storage.origin),
                                 arena::extentInBytes(type), align,
                                 /*offset=*/IntegerAttr());
}

Value MainBuilder::makeGlobal(const Storage &storage) {
  MemRefType type = memrefOf(storage.type);
  memref::GlobalOp &global = globals[storage.constant];
  if (!global) {
    OpBuilder outside(newMain);
    global = memref::GlobalOp::create(
        outside, storage.origin->getLoc(), constantName,
        outside.getStringAttr("private"), type, storage.constant,
        /*constant=*/true, outside.getI64IntegerAttr(align));
    symbols.insert(global);
  }
  return memref::GetGlobalOp::create(builder, storage.origin->getLoc(), type,
                                     global.getSymName());
}

Value MainBuilder::storageValue(unsigned id) {
  Value &value = storageValues[id];
  if (value)
    return value;
  const Storage &storage = placement.storages()[id];
  switch (storage.kind) {
  case Storage::Input:
    return value = newMain.getArgument(storage.index);
  case Storage::Output:
    return value = newMain.getArgument(oldMain.getNumArguments() - states +
                                       storage.index);
  case Storage::State:
    return value = newMain.getArgument(oldMain.getNumArguments() - states +
                                       oldMain.getNumResults() - states +
                                       storage.index);
  case Storage::Constant:
    return value = makeGlobal(storage);
  case Storage::Buffer:
    return value = makeBuffer(storage);
  }
  llvm_unreachable("unknown kind of storage");
}

Value MainBuilder::view(const Place &place) {
  Value base = storageValue(place.storage);
  auto baseType = cast<MemRefType>(base.getType());
  Type element = baseType.getElementType();
  MemRefType type = memrefOf(place, element);
  if (type == baseType && place.offset == 0)
    return base;
  Value &made = views[{{place.storage, place.offset}, type}];
  if (made)
    return made;
  if (place.offset == 0 &&
      placement.storages()[place.storage].kind != Storage::Buffer)
    return made = memref::ReinterpretCastOp::create(
               builder, base.getLoc(), type, base, /*offset=*/int64_t(0),
               place.shape, place.strides);
  return made = arena::ViewOp::create(builder, base.getLoc(), type, base,
                                      place.offset * storedBits(element) / 8);
}

void MainBuilder::copyEqualShapes(const Place &source, const Place &target,
                                  Location loc) {
  Value from = view(source), to = view(target);
  func::FuncOp stage = versions.getCopy(loc, cast<MemRefType>(from.getType()),
                                        cast<MemRefType>(to.getType()));
  func::CallOp::create(builder, loc, stage, ValueRange{from, to});
}

void MainBuilder::copy(const PlacedCopy &copy, Location loc) {
  // One of the two is contiguous or both have one shape, so that one can be
  // seen under the other's shape.
  if (auto source = copy.source.reshape(copy.target.shape))
    return copyEqualShapes(*source, copy.target, loc);
  if (auto target = copy.target.reshape(copy.source.shape))
    return copyEqualShapes(copy.source, *target, loc);
  Type element =
      placement.storages()[copy.source.storage].type.getElementType();
  auto type = MemRefType::get(copy.source.shape, element);
  Value between = arena::BufferOp::create(builder, loc, type, "copy",
                                          arena::extentInBytes(type), align,
                                          /*offset=*/IntegerAttr());
  Value from = view(copy.source);
  func::CallOp::create(
      builder, loc,
      versions.getCopy(loc, cast<MemRefType>(from.getType()), type),
      ValueRange{from, between});
  auto flat = MemRefType::get(copy.target.shape, element);
  Value reshaped = arena::ViewOp::create(builder, loc, flat, between, 0);
  Value to = view(copy.target);
  func::CallOp::create(
      builder, loc, versions.getCopy(loc, flat, cast<MemRefType>(to.getType())),
      ValueRange{reshaped, to});
}

void MainBuilder::call(func::CallOp op) {
  SmallVector<Value> arguments;
  constantName = (op.getCallee() + "_constant").str();
  for (Value value : llvm::concat<Value>(op.getOperands(), op.getResults()))
    arguments.push_back(view(placement.placeOf(value)));
  std::optional<unsigned> inplace;
  if (Value operand = placement.inplaceOperand(op))
    inplace = llvm::find(op.getOperands(), operand) - op.operand_begin();
  func::FuncOp version = versions.get(
      stages.lookup(op.getCallee()), ValueRange(arguments).getTypes(), inplace);
  func::CallOp::create(builder, op.getLoc(), version, arguments);
}

void MainBuilder::build() {
  for (auto func : oldMain->getParentOfType<ModuleOp>().getOps<func::FuncOp>())
    if (func != oldMain)
      stages[func.getName()] = func;
  newMain = declare();
  builder.setInsertionPointToStart(&newMain.front());
  for (Operation &op : oldMain.front()) {
    if (auto callOp = dyn_cast<func::CallOp>(op))
      call(callOp);
    for (const PlacedCopy &placed : placement.copiesAt(&op))
      copy(placed, op.getLoc());
  }
  func::ReturnOp::create(builder, oldMain.front().getTerminator()->getLoc());
  versions.finish();
  for (auto &entry : stages)
    entry.second.erase();
  oldMain.erase();
}

bool isPlain(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && tensor.hasStaticShape() &&
         tensor.getElementType().isIntOrFloat();
}

LogicalResult checkOps(func::FuncOp main) {
  if (!main.getBody().hasOneBlock())
    return main.emitError("has no place in memory: more than one block");
  for (Operation &op : main.front()) {
    if (!isa<func::CallOp, arith::ConstantOp, nn::ReshapeOp, nn::SliceOp,
             nn::ConcatOp, func::ReturnOp>(op))
      return op.emitError("'") << op.getName() << "' is not part of a stage";
    auto slice = dyn_cast<nn::SliceOp>(op);
    if (slice &&
        llvm::any_of(slice.getSteps(), [](int64_t s) { return s != 1; }))
      return op.emitError("a slice with steps is not a view of memory");
    if (slice && slice.getInput().getDefiningOp<arith::ConstantOp>())
      return op.emitError("a slice of a constant must be folded");
    for (Type type :
         llvm::concat<const Type>(op.getOperandTypes(), op.getResultTypes()))
      if (!isPlain(type))
        return op.emitError("no memory can hold ") << type;
  }
  return success();
}

LogicalResult checkStates(func::FuncOp main) {
  unsigned states = nn::countStates(main);
  if (states > main.getNumResults())
    return main.emitError("has more states than results");
  for (unsigned i = 0; i < states; ++i) {
    unsigned argument = main.getNumArguments() - states + i;
    if (!nn::stateAttr.isAt(main, argument))
      return main.emitError("has a state that is none of its last arguments");
    Type before = main.getArgument(argument).getType(),
         after = main.getResultTypes()[main.getNumResults() - states + i];
    if (before != after)
      return main.emitError("has a state that is ")
             << before << " before a call and " << after << " after it";
  }
  return success();
}

/// Elements that share a byte with others have no address of their own.
LogicalResult checkBytes(func::FuncOp main, const Placement &placement) {
  for (Operation &op : main.front())
    for (Value result : op.getResults()) {
      Type element = cast<RankedTensorType>(result.getType()).getElementType();
      if (isPacked(element) &&
          placement.placeOf(result).offset * storedBits(element) % 8 != 0)
        return op.emitError("its result would begin within a byte: several "
                            "elements of ")
               << element << " share one";
    }
  return success();
}

struct Bufferize : impl::BufferizeBase<Bufferize> {
  void runOnOperation() override {
    auto main = getOperation().lookupSymbol<func::FuncOp>("main");
    if (!main || main.isExternal()) {
      getOperation().emitError(
          "memory is given to the values of a function @main");
      return signalPassFailure();
    }
    if (failed(checkOps(main)) || failed(checkStates(main)))
      return signalPassFailure();
    std::vector<StageUse> stages = usesOfCalls(main);
    Placement placement = placeValues(main, stages);
    if (failed(checkBytes(main, placement)))
      return signalPassFailure();
    MainBuilder(main, placement).build();
  }
};

} // namespace
} // namespace dlc::memory
