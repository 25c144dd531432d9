//===- DataFlow.cpp - Whether memory holds what tensors did ---------------===//

#include "codegen/memory/proof/DataFlow.h"
#include "codegen/memory/proof/InPlaceCheck.h"
#include "dialects/arena/ArenaOps.h"
#include "dialects/nn/NnOps.h"
#include "dialects/nn/NodeLocation.h"
#include "dialects/nn/PrintableText.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include <map>
#include <numeric>

using namespace mlir;

namespace dlc::memory {
namespace {

enum : uint64_t { Unwritten, Scratch, FirstNumber };

/// Fit to be printed.
std::string nameOf(func::CallOp call) {
  auto node = nn::nodeOf(call.getLoc());
  return nn::printable(node && !node->name.empty() ? StringRef(node->name)
                                                   : call.getCallee());
}

int64_t bytesOfElement(Type element) {
  return llvm::divideCeil(element.getIntOrFloatBitWidth(), 8);
}

/// Calls `visit(offset, count)` for each run of elements that are `unit` apart,
/// in the order of indices, the last dimension fastest; stops at the first
/// false.
template <typename Visit>
bool forEachRun(ArrayRef<int64_t> shape, ArrayRef<int64_t> strides,
                int64_t offset, int64_t unit, Visit &&visit) {
  // The dimensions, innermost first, merged where one continues the other.
  SmallVector<std::pair<int64_t, int64_t>> loops = {{1, unit}};
  for (size_t i = shape.size(); i-- > 0;) {
    if (shape[i] == 1)
      continue;
    auto &[count, stride] = loops.back();
    if (strides[i] == count * stride)
      count *= shape[i];
    else
      loops.push_back({shape[i], strides[i]});
  }
  int64_t run = loops.front().first, runs = 1;
  for (auto [count, stride] : ArrayRef(loops).drop_front())
    runs *= count;
  for (int64_t i = 0; i < runs; ++i) {
    int64_t at = offset, rest = i;
    for (auto [count, stride] : ArrayRef(loops).drop_front()) {
      at += rest % count * stride;
      rest /= count;
    }
    if (!visit(at, run))
      return false;
  }
  return true;
}

SmallVector<int64_t> rowMajor(ArrayRef<int64_t> shape) {
  SmallVector<int64_t> strides(shape.size(), 1);
  for (size_t i = shape.size(); i-- > 1;)
    strides[i - 1] = strides[i] * shape[i];
  return strides;
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

/// A part of a storage; offset and strides in bytes.
struct Region {
  unsigned storage = 0;
  int64_t offset = 0, elementBytes = 0;
  SmallVector<int64_t> shape, strides;
  memref::GetGlobalOp constant; // then there is no storage

  int64_t end() const {
    int64_t last = offset + elementBytes;
    for (auto [size, stride] : llvm::zip_equal(shape, strides))
      last += (size - 1) * stride;
    return last;
  }
  /// Whether they have bytes in common, or lie between each other's.
  bool meets(const Region &other) const {
    return storage == other.storage && offset < other.end() &&
           other.offset < end();
  }

  bool operator==(const Region &other) const {
    return storage == other.storage && offset == other.offset &&
           elementBytes == other.elementBytes && shape == other.shape &&
           strides == other.strides;
  }
};

/// The storages of @main: its arguments, the last of which is the arena.
class Memory {
public:
  explicit Memory(func::FuncOp main, int64_t arenaBytes) {
    for (BlockArgument argument : main.getArguments()) {
      auto type = cast<MemRefType>(argument.getType());
      bytes.push_back(type.hasStaticShape()
                          ? type.getNumElements() *
                                bytesOfElement(type.getElementType())
                          : arenaBytes);
    }
    // Memory is looked at in grains, the largest that everything is made of.
    main.walk([&](Operation *op) {
      for (Type type : op->getResultTypes())
        coarsen(type);
      if (auto buffer = dyn_cast<arena::BufferOp>(op))
        grain = std::gcd(grain, int64_t(buffer.getOffset().value_or(0)));
      if (auto view = dyn_cast<arena::ViewOp>(op))
        grain = std::gcd(grain, int64_t(view.getByteOffset()));
    });
    for (BlockArgument argument : main.getArguments().drop_back())
      coarsen(argument.getType());
    for (int64_t size : bytes) {
      numbers.emplace_back(llvm::divideCeil(size, grain), Unwritten);
      writers.emplace_back(llvm::divideCeil(size, grain), 0);
    }
  }

  /// Where a memref of @main lies; none if that cannot be seen.
  std::optional<Region> regionOf(Value value) const {
    Region region;
    auto type = cast<MemRefType>(value.getType());
    SmallVector<int64_t> strides;
    int64_t offset = 0;
    if (!type.hasStaticShape() ||
        failed(type.getStridesAndOffset(strides, offset)) ||
        llvm::is_contained(strides, ShapedType::kDynamic) ||
        ShapedType::isDynamic(offset))
      return std::nullopt;
    region.elementBytes = bytesOfElement(type.getElementType());
    region.shape = llvm::to_vector(type.getShape());
    for (int64_t stride : strides)
      region.strides.push_back(stride * region.elementBytes);
    region.offset = offset * region.elementBytes;
    for (;;) {
      if (auto argument = dyn_cast<BlockArgument>(value)) {
        region.storage = argument.getArgNumber();
        return region;
      }
      Operation *op = value.getDefiningOp();
      if (auto buffer = dyn_cast<arena::BufferOp>(op)) {
        if (!buffer.getOffset())
          return std::nullopt;
        region.storage = bytes.size() - 1;
        region.offset += *buffer.getOffset();
        return region;
      }
      if (auto view = dyn_cast<arena::ViewOp>(op)) {
        region.offset += view.getByteOffset();
        value = view.getSource();
      } else if (isa<memref::ReinterpretCastOp, memref::CastOp,
                     memref::CollapseShapeOp, memref::ExpandShapeOp>(op)) {
        value = op->getOperand(0);
      } else if (auto global = dyn_cast<memref::GetGlobalOp>(op)) {
        region.constant = global;
        return region;
      } else {
        return std::nullopt;
      }
    }
  }

  bool contains(const Region &region) const {
    return region.offset >= 0 && region.end() <= bytes[region.storage];
  }

  /// Marks a region as written by the call `writer`; false if part of it has
  /// been by the same call.
  bool claim(const Region &region, unsigned writer) {
    return forEachGrain(region, [&](int64_t grain, int64_t, int64_t) {
      return std::exchange(writers[region.storage][grain], writer) != writer;
    });
  }

  bool isArena(const Region &region) const {
    return region.storage == bytes.size() - 1;
  }

  bool isClaimed(const Region &region, unsigned writer) const {
    return !forEachGrain(region, [&](int64_t grain, int64_t, int64_t) {
      return writers[region.storage][grain] != writer;
    });
  }

  /// What the grain of an element holds.
  uint64_t &at(const Region &region, int64_t grain) {
    return numbers[region.storage][grain];
  }

  /// Calls `visit(grain, element, part of the element)`.
  template <typename Visit>
  bool forEachGrain(const Region &region, Visit &&visit) const {
    int64_t element = 0, parts = region.elementBytes / grain;
    return forEachRun(region.shape, region.strides, region.offset,
                      region.elementBytes, [&](int64_t offset, int64_t count) {
                        int64_t at = offset / grain;
                        for (int64_t end = element + count; element < end;
                             ++element)
                          for (int64_t part = 0; part < parts; ++part)
                            if (!visit(at++, element, part))
                              return false;
                        return true;
                      });
  }

  static uint64_t encode(uint64_t number, int64_t part) {
    return number * 8 + part;
  }
  static uint64_t decode(uint64_t held) { return held / 8; }

private:
  void coarsen(Type type) {
    if (auto memref = dyn_cast<MemRefType>(type))
      grain = std::gcd(grain, bytesOfElement(memref.getElementType()));
  }

  int64_t grain = 0;
  std::vector<int64_t> bytes;
  std::vector<std::vector<uint64_t>> numbers; // by storage and grain
  std::vector<std::vector<unsigned>> writers; // the last call that wrote it
};

/// Whether a stage has a store to what begins as this argument.
bool isStoredTo(Value argument) {
  SmallVector<Value> memory = {argument};
  while (!memory.empty()) {
    Value value = memory.pop_back_val();
    for (Operation *user : value.getUsers()) {
      if (isa<ViewLikeOpInterface>(user))
        llvm::append_range(memory, user->getResults());
      auto effects = dyn_cast<MemoryEffectOpInterface>(user);
      if (effects && effects.getEffectOnValue<MemoryEffects::Write>(value))
        return true;
    }
  }
  return false;
}

//===----------------------------------------------------------------------===//
// The calls, one after the other
//===----------------------------------------------------------------------===//

class Execution {
public:
  Execution(ArrayRef<DataFlow::Tensor> tensors, ArrayRef<unsigned> constants,
            ModuleOp module, func::FuncOp main, int64_t arenaBytes,
            bool everyStage)
      : tensors(tensors), constants(constants), symbols(module),
        memory(main, arenaBytes), everyStage(everyStage) {}

  void setInput(unsigned argument, BlockArgument value, unsigned tensor) {
    write(*memory.regionOf(value), tensors[tensor]);
  }

  /// One call of a stage that makes the results of `call`.
  LogicalResult run(func::CallOp op, const DataFlow::Call &call) {
    auto stage = symbols.lookup<func::FuncOp>(op.getCallee());
    size_t operands = call.operands.size();
    SmallVector<Region> regions, scratch, consumed;
    SmallVector<unsigned> arguments; // of the stage, for each of `regions`
    for (auto [i, value] : llvm::enumerate(op.getOperands())) {
      if (!isa<MemRefType>(value.getType())) // bounds of a parallel loop
        continue;
      std::optional<Region> region = place(op, value);
      if (!region)
        return failure();
      if (region->constant)
        continue;
      if (stage.getArgAttr(i, "arena.scratch")) {
        scratch.push_back(*region);
        continue;
      }
      arguments.push_back(i);
      regions.push_back(*region);
      if (regions.size() > operands || stage.isExternal())
        continue;
      if (stage.getArgAttr(i, "arena.consumed"))
        consumed.push_back(*region);
      else if (isStoredTo(stage.getArgument(i)))
        return error(op) << "stores to its operand " << i;
    }
    if (regions.size() != operands + call.results.size())
      return error(op) << "takes " << regions.size() << " places in memory for "
                       << operands << " operands and " << call.results.size()
                       << " results";
    for (auto [i, tensor] : llvm::enumerate(call.operands))
      if (failed(read(op, regions[i], tensors[tensor])))
        return failure();
    ArrayRef<Region> written = ArrayRef(regions).drop_front(operands);
    ++step;
    for (const Region &region : llvm::concat<const Region>(written, scratch))
      if (!memory.claim(region, step))
        return error(op) << "writes two things to one place";
    for (size_t i = 0; i < operands; ++i) {
      if (!memory.isClaimed(regions[i], step))
        continue;
      if (llvm::any_of(scratch, [&](const Region &region) {
            return regions[i].meets(region);
          }))
        return error(op) << "writes over its operand " << i;
      for (size_t j = operands; j < regions.size(); ++j)
        if (regions[i].meets(regions[j]) &&
            failed(checkOverlap(op, stage, i, {arguments[i], regions[i]},
                                {arguments[j], regions[j]})))
          return failure();
    }
    // An operand that serves as scratch memory is the arena's, and nothing
    // else that the call takes lies there.
    for (const Region &region : consumed)
      if (!memory.isArena(region) || memory.isClaimed(region, step) ||
          llvm::count_if(
              ArrayRef(regions).take_front(operands),
              [&](const Region &other) { return other.meets(region); }) > 1)
        return error(op) << "destroys an operand that is needed";
    for (auto [region, tensor] : llvm::zip_equal(written, call.results))
      write(region, tensors[tensor]);
    for (const Region &region : llvm::concat<const Region>(scratch, consumed))
      memory.forEachGrain(region, [&](int64_t grain, int64_t, int64_t part) {
        memory.at(region, grain) = Memory::encode(Scratch, part);
        return true;
      });
    return success();
  }

  /// A copy that bufferization put in: its first argument to its second.
  LogicalResult copy(func::CallOp op) {
    std::optional<Region> from = place(op, op.getOperand(0));
    std::optional<Region> to = place(op, op.getOperand(1));
    if (!from || !to)
      return failure();
    if (from->shape != to->shape || from->elementBytes != to->elementBytes ||
        to->constant)
      return error(op) << "copies between different shapes";
    DataFlow::Tensor value;
    value.shape = from->shape;
    if (from->constant) {
      auto global = symbols.lookup<memref::GlobalOp>(from->constant.getName());
      for (unsigned constant : constants)
        if (tensors[constant].constant == global.getInitialValueAttr())
          value = tensors[constant];
    } else {
      if (from->storage == to->storage) {
        memory.claim(*to, ++step);
        auto stage = symbols.lookup<func::FuncOp>(op.getCallee());
        if (memory.isClaimed(*from, step) &&
            failed(checkOverlap(op, stage, 0, {0, *from}, {1, *to})))
          return failure();
      }
      // All parts of an element that is whole hold the element's number.
      memory.forEachGrain(*from, [&](int64_t grain, int64_t, int64_t part) {
        uint64_t held = memory.at(*from, grain);
        if (part == 0)
          value.numbers.push_back(Memory::decode(held));
        else if (held != Memory::encode(value.numbers.back(), part))
          value.numbers.back() = Unwritten;
        return true;
      });
    }
    write(*to, value);
    return success();
  }

  LogicalResult read(Operation *op, const Region &region,
                     const DataFlow::Tensor &tensor) {
    if (region.shape != ArrayRef(tensor.shape) ||
        region.elementBytes != tensor.elementBytes)
      return error(op) << "reads another shape than that of its operand";
    uint64_t found = 0;
    int64_t where = 0;
    bool same =
        memory.forEachGrain(region, [&](int64_t grain, int64_t i, int64_t p) {
          found = memory.at(region, grain);
          where = i;
          return found == Memory::encode(tensor.number(i), p);
        });
    if (same)
      return success();
    return error(op) << "should read " << makerOf(tensor.number(where))
                     << " and finds " << makerOf(Memory::decode(found));
  }

  std::optional<Region> place(Operation *op, Value value) {
    std::optional<Region> region = memory.regionOf(value);
    if (!region)
      error(op) << "takes memory whose place is not known";
    else if (!region->constant && !memory.contains(*region)) {
      error(op) << "takes memory beyond the end of the arena, an input or an "
                   "output";
      return std::nullopt;
    }
    return region;
  }

private:
  void write(const Region &region, const DataFlow::Tensor &tensor) {
    memory.forEachGrain(region, [&](int64_t grain, int64_t i, int64_t part) {
      memory.at(region, grain) = Memory::encode(tensor.number(i), part);
      return true;
    });
  }

  struct Argument {
    unsigned number; // of the stage
    const Region &region;
  };

  /// Whether a result may lie over part of an operand. Stages are shared: each
  /// is looked at once for each distance. One element by element in the whole
  /// place of an operand that has many takes long (0.25 s a million), so that
  /// has to be asked for.
  LogicalResult checkOverlap(func::CallOp op, func::FuncOp stage,
                             size_t operand, Argument from, Argument to) {
    bool whole =
        from.region == to.region && stage.getArgAttr(from.number, "nn.inplace");
    int64_t distance = from.region.offset - to.region.offset;
    auto [known, isNew] = overlaps.try_emplace(
        {stage.getOperation(), from.number, to.number, distance},
        InPlace::Unknown);
    auto type = cast<MemRefType>(stage.getArgumentTypes()[to.number]);
    if (isNew && (!whole || everyStage || type.getNumElements() <= 1 << 16))
      known->second = checkInPlace(stage, from.number, to.number, distance);
    switch (known->second) {
    case InPlace::Safe:
      return success();
    case InPlace::Unsafe:
      return error(op) << "reads from its operand " << operand
                       << " what it has written over it";
    case InPlace::Unknown:
      if (whole && !everyStage)
        return success();
      return error(op) << "writes over its operand " << operand
                       << ", and no order of its accesses can be seen";
    }
    llvm_unreachable("all answers are handled");
  }

  std::string makerOf(uint64_t number) const {
    if (number == Unwritten)
      return "nothing written";
    if (number == Scratch)
      return "a stage's scratch memory";
    for (const DataFlow::Tensor &tensor : tensors)
      if (tensor.numbers.empty() && number >= tensor.first &&
          number < tensor.first + tensor.size())
        return "element " + std::to_string(number - tensor.first) +
               " of what " + tensor.producer + " made";
    return "something else";
  }

  InFlightDiagnostic error(Operation *op) {
    auto call = dyn_cast<func::CallOp>(op);
    return op->emitError("internal error: the memory of the network is wrong: ")
           << (call ? "'" + nameOf(call) + "' " : std::string("the caller "));
  }

  ArrayRef<DataFlow::Tensor> tensors;
  ArrayRef<unsigned> constants;
  SymbolTable symbols;
  Memory memory;
  bool everyStage;
  unsigned step = 0;
  std::map<std::tuple<Operation *, unsigned, unsigned, int64_t>, InPlace>
      overlaps;
};

} // namespace

int64_t DataFlow::Tensor::size() const {
  return std::accumulate(shape.begin(), shape.end(), int64_t(1),
                         std::multiplies<>());
}

unsigned DataFlow::addTensor(Type type, std::string producer) {
  auto ranked = cast<RankedTensorType>(type);
  Tensor tensor;
  tensor.shape = llvm::to_vector(ranked.getShape());
  tensor.elementBytes = bytesOfElement(ranked.getElementType());
  tensor.first = next;
  tensor.producer = std::move(producer);
  next += tensor.size();
  tensors.push_back(std::move(tensor));
  return tensors.size() - 1;
}

DataFlow::DataFlow(func::FuncOp main) : next(FirstNumber) {
  DenseMap<Value, unsigned> ids;
  for (BlockArgument argument : main.getArguments()) {
    ids[argument] = addTensor(argument.getType(), "the caller");
    inputs.push_back(ids[argument]);
  }
  for (Operation &op : main.front()) {
    if (auto ret = dyn_cast<func::ReturnOp>(op)) {
      for (Value value : ret.getOperands())
        outputs.push_back(ids.at(value));
      continue;
    }
    auto call = dyn_cast<func::CallOp>(op);
    std::string name = call ? "'" + nameOf(call) + "'" : "a constant";
    for (Value result : op.getResults())
      ids[result] = addTensor(result.getType(), name);
    if (call) {
      calls.push_back({nameOf(call), {}, {}});
      for (Value operand : call.getOperands())
        if (!tensors[ids.at(operand)].constant)
          calls.back().operands.push_back(ids.at(operand));
      for (Value result : call.getResults())
        calls.back().results.push_back(ids.at(result));
      continue;
    }
    Tensor &result = tensors[ids.at(op.getResult(0))];
    if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
      result.constant = constant.getValue();
      constants.push_back(ids.at(op.getResult(0)));
    } else if (isa<nn::ReshapeOp>(op)) {
      const Tensor &source = tensors[ids.at(op.getOperand(0))];
      result.first = source.first;
      result.numbers = source.numbers;
    } else if (auto slice = dyn_cast<nn::SliceOp>(op)) {
      const Tensor &source = tensors[ids.at(slice.getInput())];
      SmallVector<int64_t> strides = rowMajor(source.shape);
      int64_t offset = 0;
      for (size_t i = 0; i < strides.size(); ++i) {
        offset += slice.getStarts()[i] * strides[i];
        strides[i] *= slice.getSteps()[i];
      }
      result.numbers.reserve(result.size());
      forEachRun(result.shape, strides, offset, 1,
                 [&](int64_t from, int64_t n) {
                   for (int64_t i = from; i < from + n; ++i)
                     result.numbers.push_back(source.number(i));
                   return true;
                 });
    } else if (auto concat = dyn_cast<nn::ConcatOp>(op)) {
      SmallVector<int64_t> strides = rowMajor(result.shape);
      result.numbers.resize(result.size());
      int64_t offset = 0;
      for (Value operand : concat.getInputs()) {
        const Tensor &source = tensors[ids.at(operand)];
        int64_t i = 0;
        forEachRun(source.shape, strides, offset, 1,
                   [&](int64_t to, int64_t n) {
                     for (int64_t end = i + n; i < end; ++i)
                       result.numbers[to++] = source.number(i);
                     return true;
                   });
        offset += source.shape[concat.getAxis()] * strides[concat.getAxis()];
      }
    }
  }
}

LogicalResult DataFlow::verifyMemory(ModuleOp planned, bool everyStage) const {
  auto main = planned.lookupSymbol<func::FuncOp>("main");
  auto arenaBytes = planned->getAttrOfType<IntegerAttr>(arena::bytesAttrName);
  if (!main || !arenaBytes ||
      main.getNumArguments() != inputs.size() + outputs.size() + 1)
    return planned.emitError(
        "internal error: there is no memory plan to verify");
  Execution execution(tensors, constants, planned, main, arenaBytes.getInt(),
                      everyStage);
  for (auto [i, tensor] : llvm::enumerate(inputs))
    execution.setInput(i, main.getArgument(i), tensor);
  SymbolTable symbols(planned);
  auto next = calls.begin();
  for (auto op : main.getOps<func::CallOp>()) {
    auto stage = symbols.lookup<func::FuncOp>(op.getCallee());
    auto kind = stage->getAttrOfType<StringAttr>("nn.stage");
    if (kind && kind.getValue() == "copy") {
      if (failed(execution.copy(op)))
        return failure();
      continue;
    }
    if (next == calls.end() || next->name != nameOf(op))
      return op.emitError("internal error: '")
             << nameOf(op) << "' is called out of order";
    if (failed(execution.run(op, *next++)))
      return failure();
  }
  if (next != calls.end())
    return main.emitError("internal error: '") << next->name << "' is missing";
  for (auto [i, tensor] : llvm::enumerate(outputs)) {
    std::optional<Region> region =
        execution.place(main, main.getArgument(inputs.size() + i));
    if (!region || failed(execution.read(main, *region, tensors[tensor])))
      return failure();
  }
  return success();
}

} // namespace dlc::memory
