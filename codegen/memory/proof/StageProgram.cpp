//===- StageProgram.cpp - Loops, accesses and indices of a stage ----------===//

#include "codegen/memory/proof/StageProgram.h"
#include "dialects/arena/ArenaOps.h"
#include "dialects/arena/Declarations.h"
#include "dialects/interfaces/StoredSize.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace dlc::memory {

StageProgram::StageProgram(func::FuncOp stage, unsigned operand,
                           unsigned result) {
  if (stage.isExternal() || !stage.getBody().hasOneBlock())
    return;
  body = &stage.getBody().front();
  known = collect(body->getArgument(operand), Operand) &&
          collect(body->getArgument(result), Result);
  if (!known)
    return;
  keepWhatIndicesNeed();
  program = compile(*body);
}

std::optional<unsigned> StageProgram::slotOf(Value value) const {
  auto slot = slots.find(value);
  return slot == slots.end() ? std::nullopt : std::optional(slot->second);
}

/// Finds the accesses to an argument, to views of it and to addresses made of
/// it; false if there is another use that may read or write.
bool StageProgram::collect(Value argument, Owner owner) {
  auto type = dyn_cast<MemRefType>(argument.getType());
  if (!type || !arena::isStaticAtZero(type) || isPacked(type.getElementType()))
    return false;
  extents[owner] = arena::extentInBytes(type);
  SmallVector<Value> found = {argument};
  while (!found.empty()) {
    Value value = found.pop_back_val();
    owners[value] = owner;
    for (Operation *user : value.getUsers())
      if (!follow(user, value, found))
        return false;
  }
  return true;
}

/// Whether it is clear how often and in which order `op` is executed: other
/// loops go on for as long as values say.
static bool isInCountedLoops(Operation *op, Block *body) {
  for (Operation *around = op->getParentOp(); around != body->getParentOp();
       around = around->getParentOp())
    if (!isa<scf::ForOp, scf::IfOp>(around))
      return false;
  return true;
}

bool StageProgram::follow(Operation *user, Value value,
                          SmallVector<Value> &found) {
  if (user->getParentOfType<gpu::LaunchOp>())
    return false; // threads have no order
  if (isa<memref::ReinterpretCastOp, memref::CastOp, memref::CollapseShapeOp,
          memref::ExpandShapeOp, memref::ExtractAlignedPointerAsIndexOp>(
          user)) {
    found.push_back(user->getResult(0));
    return true;
  }
  if (value.getType().isIndex() && isa<arith::AddIOp, arith::SubIOp>(user)) {
    // Distances of addresses are nothing that is computed with.
    if (isa<arith::SubIOp>(user) && user->getOperand(1) == value)
      return false;
    found.push_back(user->getResult(0));
    return true;
  }
  auto accesses = accessesOf(user);
  if (llvm::any_of(accesses, [&](const StageAccess &access) {
        return access.memory == value;
      })) {
    needed.insert(user);
    return isInCountedLoops(user, body);
  }
  if (value.getType().isIndex() || isa<ViewLikeOpInterface>(user))
    return false;
  auto effects = dyn_cast<MemoryEffectOpInterface>(user);
  return effects && !effects.getEffectOnValue<MemoryEffects::Read>(value) &&
         !effects.getEffectOnValue<MemoryEffects::Write>(value);
}

/// Adds what computes an index and the loops and conditions around.
void StageProgram::keepWhatIndicesNeed() {
  for (size_t i = 0; i < needed.size(); ++i) {
    Operation *op = needed[i];
    Operation *parent = op->getParentOp();
    if (parent != body->getParentOp())
      needed.insert(parent);
    auto accesses = accessesOf(op);
    for (const StageAccess &access : accesses) {
      if (access.isAddress())
        keep(access.memory);
      for (Value index : access.indices)
        keep(index);
      for (const Count &count : {access.rows, access.stride, access.elements})
        if (count.value)
          keep(count.value);
      if (auto mask = maskOf(access))
        for (Value bound : mask.getOperands())
          keep(bound);
    }
    if (auto loop = dyn_cast<scf::ForOp>(op)) {
      for (Value bound :
           {loop.getLowerBound(), loop.getUpperBound(), loop.getStep()})
        keep(bound);
    } else if (accesses.empty()) {
      for (Value value : op->getOperands())
        keep(value);
    }
  }
}

vector::CreateMaskOp StageProgram::maskOf(const StageAccess &access) {
  return access.mask ? access.mask.getDefiningOp<vector::CreateMaskOp>()
                     : vector::CreateMaskOp();
}

void StageProgram::keep(Value value) {
  if (Operation *op = value.getDefiningOp())
    if (value.getType().isIntOrIndex())
      needed.insert(op);
}

unsigned StageProgram::addSlot(Value value) {
  return slots.try_emplace(value, slots.size()).first->second;
}

std::vector<StageProgram::Node> StageProgram::compile(Block &block) {
  std::vector<Node> nodes;
  for (Operation &op : block)
    if (needed.contains(&op))
      nodes.push_back(compile(op));
  return nodes;
}

StageProgram::Node StageProgram::compile(Operation &op) {
  Node node{Compute, &op, {}, 0, {}, {}, {}};
  if (auto loop = dyn_cast<scf::ForOp>(op)) {
    node.kind = Loop;
    node.in = {addSlot(loop.getLowerBound()), addSlot(loop.getUpperBound()),
               addSlot(loop.getStep())};
    node.out = addSlot(loop.getInductionVar());
    node.anyOrder = arena::anyOrderAttr.isOn(loop);
    reversible |= node.anyOrder;
    ++loopDepth;
    node.body = compile(*loop.getBody());
    --loopDepth;
  } else if (auto branch = dyn_cast<scf::IfOp>(op)) {
    node.kind = Branch;
    node.in = {addSlot(branch.getCondition())};
    node.body = compile(branch.getThenRegion().front());
    if (!branch.getElseRegion().empty())
      node.otherwise = compile(branch.getElseRegion().front());
  } else if (auto accesses = accessesOf(&op); !accesses.empty()) {
    node.kind = Access;
    addAccesses(node, accesses);
  }
  for (const Node &inner : llvm::concat<Node>(node.body, node.otherwise)) {
    node.reads |= inner.reads;
    node.writes |= inner.writes;
  }
  if (node.kind == Loop && node.isMixed())
    mixed = std::max(mixed, loopDepth + 1);
  if (node.kind != Compute && node.kind != Access)
    return node;
  for (Value operand : op.getOperands())
    if (operand.getType().isIntOrIndex() && node.kind == Compute)
      node.in.push_back(addSlot(operand));
  if (op.getNumResults() == 1)
    node.out = addSlot(op.getResult(0));
  return node;
}

void StageProgram::addAccesses(Node &node, ArrayRef<StageAccess> accesses) {
  for (const StageAccess &access : accesses) {
    auto owner = owners.find(access.memory);
    if (owner == owners.end()) // an index is loaded, or weights
      continue;
    OwnedAccess own{access, owner->second, extents[owner->second], {}, 0};
    if (auto type = dyn_cast<MemRefType>(access.memory.getType())) {
      auto [strides, offset] = type.getStridesAndOffset();
      const int64_t bytes = storedBytes(type.getElementType(), 1);
      for (int64_t stride : strides)
        own.strides.push_back(ShapedType::isDynamic(stride) ? stride
                                                            : stride * bytes);
      own.offset = ShapedType::isDynamic(offset) ? offset : offset * bytes;
    }
    bool ofOperand = owner->second == Operand;
    node.reads |= ofOperand && !access.writes;
    node.writes |= access.writes;
    node.accesses.push_back(own);
  }
}

} // namespace dlc::memory
