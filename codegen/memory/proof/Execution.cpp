//===- Execution.cpp - Calls of the planned @main, one after another ------===//

#include "codegen/memory/proof/Execution.h"
#include "dialects/arena/Declarations.h"
#include "dialects/nn/Declarations.h"
#include "dialects/nn/NodeLocation.h"
#include "dialects/nn/PrintableText.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace dlc::memory {

std::string printableName(func::CallOp call) {
  auto node = nn::nodeOf(call.getLoc());
  return nn::printable(node && !node->name.empty() ? StringRef(node->name)
                                                   : call.getCallee());
}

/// Whether a stage has a store to what begins as this argument.
static bool isStoredTo(Value argument) {
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

void Execution::setInput(unsigned argument, BlockArgument value,
                         unsigned tensor) {
  write(*memory.regionOf(value), tensors[tensor]);
}

LogicalResult Execution::run(func::CallOp op, const RecordedCall &call) {
  auto stage = symbols.lookup<func::FuncOp>(op.getCallee());
  size_t operands = call.operands.size();
  SmallVector<MemoryRegion> regions, scratch, consumed;
  SmallVector<unsigned> arguments; // of the stage, for each of `regions`
  for (auto [i, value] : llvm::enumerate(op.getOperands())) {
    if (!isa<MemRefType>(value.getType())) // bounds of a parallel loop
      continue;
    std::optional<MemoryRegion> region = place(op, value);
    if (!region)
      return failure();
    if (region->constant)
      continue;
    if (arena::scratchAttr.isAt(stage, i)) {
      scratch.push_back(*region);
      continue;
    }
    arguments.push_back(i);
    regions.push_back(*region);
    if (regions.size() > operands || stage.isExternal())
      continue;
    if (arena::consumedAttr.isAt(stage, i))
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
  ArrayRef<MemoryRegion> written = ArrayRef(regions).drop_front(operands);
  ++step;
  for (const MemoryRegion &region :
       llvm::concat<const MemoryRegion>(written, scratch))
    if (!memory.claim(region, step))
      return error(op) << "writes two things to one place";
  for (size_t i = 0; i < operands; ++i) {
    if (!memory.isClaimed(regions[i], step))
      continue;
    if (llvm::any_of(scratch, [&](const MemoryRegion &region) {
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
  for (const MemoryRegion &region : consumed)
    if (!memory.isArena(region) || memory.isClaimed(region, step) ||
        llvm::count_if(
            ArrayRef(regions).take_front(operands),
            [&](const MemoryRegion &other) { return other.meets(region); }) > 1)
      return error(op) << "destroys an operand that is needed";
  for (auto [region, tensor] : llvm::zip_equal(written, call.results))
    write(region, tensors[tensor]);
  for (const MemoryRegion &region :
       llvm::concat<const MemoryRegion>(scratch, consumed))
    memory.forEachGrain(region, [&](int64_t grain, int64_t, int64_t part) {
      memory.at(region, grain) =
          NumberedMemory::encode(NumberedMemory::Scratch, part);
      return true;
    });
  return success();
}

LogicalResult Execution::copy(func::CallOp op) {
  std::optional<MemoryRegion> from = place(op, op.getOperand(0));
  std::optional<MemoryRegion> to = place(op, op.getOperand(1));
  if (!from || !to)
    return failure();
  if (from->shape != to->shape || from->elementBits != to->elementBits ||
      to->constant)
    return error(op) << "copies between different shapes";
  NumberedTensor value;
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
        value.numbers.push_back(NumberedMemory::decode(held));
      else if (held != NumberedMemory::encode(value.numbers.back(), part))
        value.numbers.back() = NumberedMemory::Unwritten;
      return true;
    });
  }
  write(*to, value);
  return success();
}

LogicalResult Execution::read(Operation *op, const MemoryRegion &region,
                              const NumberedTensor &tensor) {
  if (region.shape != ArrayRef(tensor.shape) ||
      region.elementBits != tensor.elementBits)
    return error(op) << "reads another shape than that of its operand";
  uint64_t found = 0;
  int64_t where = 0;
  bool same =
      memory.forEachGrain(region, [&](int64_t grain, int64_t i, int64_t p) {
        found = memory.at(region, grain);
        where = i;
        return found == NumberedMemory::encode(tensor.number(i), p);
      });
  if (same)
    return success();
  return error(op) << "should read " << makerOf(tensor.number(where))
                   << " and finds " << makerOf(NumberedMemory::decode(found));
}

std::optional<MemoryRegion> Execution::place(Operation *op, Value value) {
  std::optional<MemoryRegion> region = memory.regionOf(value);
  if (!region)
    error(op) << "takes memory whose place is not known";
  else if (!region->constant && !memory.contains(*region)) {
    error(op) << "takes memory beyond the end of the arena, an input or an "
                 "output";
    return std::nullopt;
  }
  return region;
}

void Execution::write(const MemoryRegion &region,
                      const NumberedTensor &tensor) {
  memory.forEachGrain(region, [&](int64_t grain, int64_t i, int64_t part) {
    memory.at(region, grain) = NumberedMemory::encode(tensor.number(i), part);
    return true;
  });
}

LogicalResult Execution::checkOverlap(func::CallOp op, func::FuncOp stage,
                                      size_t operand, Argument from,
                                      Argument to) {
  bool whole =
      from.region == to.region && nn::inPlaceAttr.isAt(stage, from.number);
  int64_t distance = (from.region.offset - to.region.offset) / 8;
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

std::string Execution::makerOf(uint64_t number) const {
  if (number == NumberedMemory::Unwritten)
    return "nothing written";
  if (number == NumberedMemory::Scratch)
    return "a stage's scratch memory";
  for (const NumberedTensor &tensor : tensors)
    if (tensor.numbers.empty() && number >= tensor.first &&
        number < tensor.first + tensor.size())
      return "element " + std::to_string(number - tensor.first) + " of what " +
             tensor.producer + " made";
  return "something else";
}

InFlightDiagnostic Execution::error(Operation *op) {
  auto call = dyn_cast<func::CallOp>(op);
  return op->emitError("internal error: the memory of the network is wrong: ")
         << (call ? "'" + printableName(call) + "' "
                  : std::string("the caller "));
}

} // namespace dlc::memory
