//===- StageTrace.cpp - What a stage touches, in its order ----------------===//

#include "codegen/memory/proof/StageTrace.h"
#include "codegen/memory/proof/IndexBounds.h"
#include "codegen/memory/proof/StageAccess.h"
#include "dialects/arena/ArenaOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::memory {

/// What is left of a stage: its loops, branches, accesses and indices, with a
/// number for each value.
class StageTrace::Walk {
public:
  Walk(func::FuncOp stage, unsigned operandNumber, unsigned resultNumber) {
    if (stage.isExternal() || !stage.getBody().hasOneBlock())
      return;
    body = &stage.getBody().front();
    known = collect(body->getArgument(operandNumber), Operand) &&
            collect(body->getArgument(resultNumber), Result);
    if (!known)
      return;
    keepWhatIndicesNeed();
    program = compile(*body);
    bounds.resize(slots.size());
  }

  End replay(Detail asked, llvm::function_ref<bool(const Touch &)> visitor) {
    if (!known)
      return End::Unknown;
    detail = asked;
    show = visitor;
    end = End::Complete;
    std::fill(bounds.begin(), bounds.end(), std::nullopt);
    mixedDepth = 0;
    whole = false;
    only = Both;
    run(program);
    return end;
  }

  bool known = false;
  bool reversible = false;
  unsigned mixedLoops = 0;

private:
  enum Owner { Operand, Result };
  enum Kind { Compute, Loop, Branch, Access };
  enum Only { Both, Writes, Reads };

  struct OwnedAccess {
    StageAccess access;
    Owner owner;
    int64_t extent;               // bytes of the owner
    SmallVector<int64_t> strides; // of the memref in bytes
    int64_t offset;
  };
  struct Node {
    Kind kind;
    Operation *op;
    SmallVector<unsigned, 3> in;
    unsigned out = 0;
    SmallVector<OwnedAccess, 1> accesses;
    std::vector<Node> body, otherwise;
    bool reads = false, writes = false, anyOrder = false;

    bool isMixed() const { return reads && writes; }
  };

  /// Finds the accesses to an argument, to views of it and to addresses made of
  /// it; false if there is another use that may read or write.
  bool collect(Value argument, Owner owner) {
    auto type = dyn_cast<MemRefType>(argument.getType());
    if (!type || !arena::isStaticAtZero(type))
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

  bool follow(Operation *user, Value value, SmallVector<Value> &found) {
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
      return true;
    }
    if (value.getType().isIndex() || isa<ViewLikeOpInterface>(user))
      return false;
    auto effects = dyn_cast<MemoryEffectOpInterface>(user);
    return effects && !effects.getEffectOnValue<MemoryEffects::Read>(value) &&
           !effects.getEffectOnValue<MemoryEffects::Write>(value);
  }

  /// Adds what computes an index and the loops and conditions around.
  void keepWhatIndicesNeed() {
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

  static vector::CreateMaskOp maskOf(const StageAccess &access) {
    return access.mask ? access.mask.getDefiningOp<vector::CreateMaskOp>()
                       : vector::CreateMaskOp();
  }

  void keep(Value value) {
    if (Operation *op = value.getDefiningOp())
      if (value.getType().isIntOrIndex())
        needed.insert(op);
  }

  unsigned slotOf(Value value) {
    return slots.try_emplace(value, slots.size()).first->second;
  }

  std::vector<Node> compile(Block &block) {
    std::vector<Node> nodes;
    for (Operation &op : block)
      if (needed.contains(&op))
        nodes.push_back(compile(op));
    return nodes;
  }

  Node compile(Operation &op) {
    Node node{Compute, &op, {}, 0, {}, {}, {}};
    if (auto loop = dyn_cast<scf::ForOp>(op)) {
      node.kind = Loop;
      node.in = {slotOf(loop.getLowerBound()), slotOf(loop.getUpperBound()),
                 slotOf(loop.getStep())};
      node.out = slotOf(loop.getInductionVar());
      node.anyOrder = loop->hasAttr(arena::anyOrderAttrName);
      reversible |= node.anyOrder;
      ++loopDepth;
      node.body = compile(*loop.getBody());
      --loopDepth;
    } else if (auto branch = dyn_cast<scf::IfOp>(op)) {
      node.kind = Branch;
      node.in = {slotOf(branch.getCondition())};
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
      mixedLoops = std::max(mixedLoops, loopDepth + 1);
    if (node.kind != Compute && node.kind != Access)
      return node;
    for (Value operand : op.getOperands())
      if (operand.getType().isIntOrIndex() && node.kind == Compute)
        node.in.push_back(slotOf(operand));
    if (op.getNumResults() == 1)
      node.out = slotOf(op.getResult(0));
    return node;
  }

  void addAccesses(Node &node, ArrayRef<StageAccess> accesses) {
    for (const StageAccess &access : accesses) {
      auto owner = owners.find(access.memory);
      if (owner == owners.end()) // an index is loaded, or weights
        continue;
      OwnedAccess own{access, owner->second, extents[owner->second], {}, 0};
      if (auto type = dyn_cast<MemRefType>(access.memory.getType())) {
        auto [strides, offset] = type.getStridesAndOffset();
        for (int64_t stride : strides)
          own.strides.push_back(ShapedType::isDynamic(stride)
                                    ? stride
                                    : stride * arena::elementBytes(type));
        own.offset = ShapedType::isDynamic(offset)
                         ? offset
                         : offset * arena::elementBytes(type);
      }
      bool ofOperand = owner->second == Operand;
      node.reads |= ofOperand && !access.writes;
      node.writes |= access.writes;
      node.accesses.push_back(own);
    }
  }

  void run(const std::vector<Node> &nodes) {
    for (const Node &node : nodes) {
      if (end != End::Complete)
        return;
      switch (node.kind) {
      case Compute:
        compute(node);
        break;
      case Loop:
        runLoop(node);
        break;
      case Branch:
        runBranch(node);
        break;
      case Access:
        for (const OwnedAccess &access : node.accesses)
          touch(access);
        break;
      }
    }
  }

  void compute(const Node &node) {
    if (node.op->getNumResults() != 1)
      return;
    std::optional<Bounds> &result = bounds[node.out];
    result = std::nullopt;
    if (isa<memref::ExtractAlignedPointerAsIndexOp>(node.op)) {
      result = Bounds::only(0); // addresses count from where memory begins
      return;
    }
    SmallVector<Bounds, 3> in;
    for (unsigned slot : node.in) {
      if (!bounds[slot])
        return;
      in.push_back(*bounds[slot]);
    }
    if (in.size() == node.op->getNumOperands())
      result = boundsOf(node.op, in);
  }

  void runBranch(const Node &node) {
    std::optional<Bounds> condition = bounds[node.in[0]];
    if (!condition || (!condition->isPoint() && !whole)) {
      end = End::Unknown;
      return;
    }
    if (condition->high)
      run(node.body);
    if (!condition->low)
      run(node.otherwise);
  }

  void runLoop(const Node &node) {
    std::optional<Bounds> from = bounds[node.in[0]], to = bounds[node.in[1]],
                          step = bounds[node.in[2]];
    if (!from || !to || !step || !step->isPoint() || step->low <= 0) {
      end = End::Unknown;
      return;
    }
    bool mixed = node.isMixed();
    bool join = whole || (mixed ? mixedDepth >= detail.loops : detail.joined);
    if (!join) {
      mixedDepth += mixed;
      int64_t count = llvm::divideCeil(
          std::max<int64_t>(0, to->low - from->low), step->low);
      bool backwards = detail.backwards && node.anyOrder;
      for (int64_t i = 0; i < count && end == End::Complete; ++i) {
        int64_t at = backwards ? count - 1 - i : i;
        bounds[node.out] = Bounds::only(from->low + at * step->low);
        run(node.body);
      }
      mixedDepth -= mixed;
      return;
    }
    if (from->low >= to->high)
      return;
    int64_t last = to->high - 1;
    if (from->isPoint())
      last = from->low + (last - from->low) / step->low * step->low;
    bounds[node.out] = Bounds{from->low, last};
    bool outermost = !std::exchange(whole, true);
    if (mixed && only == Both) {
      for (Only part : {Writes, Reads}) {
        only = part;
        run(node.body);
      }
      only = Both;
    } else {
      run(node.body);
    }
    whole = !outermost;
  }

  std::optional<Bounds> valueOf(const Count &count) const {
    if (!count.value)
      return Bounds::only(count.known);
    return valueOf(count.value);
  }
  std::optional<Bounds> valueOf(Value value) const {
    auto slot = slots.find(value);
    return slot == slots.end() ? std::nullopt : bounds[slot->second];
  }

  /// How many elements of a row exist.
  std::optional<Bounds> elementsOf(const StageAccess &access) const {
    std::optional<Bounds> count = valueOf(access.elements);
    if (!access.mask)
      return count;
    vector::CreateMaskOp mask = maskOf(access);
    std::optional<Bounds> lanes = mask && mask.getNumOperands() == 1
                                      ? valueOf(mask.getOperand(0))
                                      : std::nullopt;
    if (!count || !lanes)
      return std::nullopt;
    return Bounds{std::clamp<int64_t>(lanes->low, 0, count->low),
                  std::clamp<int64_t>(lanes->high, 0, count->high)};
  }

  /// Where the first row begins. Offsets of views are those of their types: the
  /// arguments begin at 0.
  std::optional<Bounds> beginOf(const OwnedAccess &own) const {
    if (own.access.isAddress())
      return valueOf(own.access.memory);
    if (ShapedType::isDynamic(own.offset))
      return std::nullopt;
    Bounds begin = Bounds::only(own.offset);
    for (auto [index, stride] :
         llvm::zip_equal(own.access.indices, own.strides)) {
      std::optional<Bounds> at = valueOf(index);
      if (!at || ShapedType::isDynamic(stride))
        return std::nullopt;
      begin = begin + *at * Bounds::only(stride);
    }
    return begin;
  }

  void touch(const OwnedAccess &own) {
    bool ofOperand = own.owner == Operand, writes = own.access.writes;
    if (!writes && (!ofOperand || only == Writes))
      return; // the result may be read again
    if (writes && only == Reads)
      return;
    std::optional<Bounds> begin = beginOf(own), rows = valueOf(own.access.rows),
                          stride = valueOf(own.access.stride),
                          elements = elementsOf(own.access);
    if (!begin || !rows || !stride || !elements || stride->low < 0) {
      end = End::Unknown;
      return;
    }
    if (rows->high <= 0 || elements->high <= 0)
      return;
    int64_t row = elements->high * own.access.elementBytes;
    // Rows have gaps between them in which something else may lie.
    bool apart = stride->low > row && rows->isPoint() && stride->isPoint() &&
                 (writes || !detail.joined);
    for (int64_t i = 0; apart && i < rows->low; ++i)
      touch(own, *begin + Bounds::only(i * stride->low), row);
    if (!apart)
      touch(own, *begin, (rows->high - 1) * stride->high + row);
  }

  void touch(const OwnedAccess &own, Bounds begin, int64_t bytes) {
    if (end != End::Complete)
      return;
    bool inside = begin.low >= 0 && begin.high + bytes <= own.extent;
    if (!inside && begin.isPoint()) {
      end = End::Unknown;
      return;
    }
    // Between bounds not every combination of indices is there; all accesses
    // are within the memory.
    Touch seen{std::max<int64_t>(begin.low, 0),
               std::min(begin.high + bytes, own.extent), own.owner == Operand,
               own.access.writes};
    if (!show(seen))
      end = End::Stopped;
  }

  Block *body = nullptr;
  llvm::SetVector<Operation *> needed;
  DenseMap<Value, Owner> owners; // of memrefs and of addresses
  int64_t extents[2] = {0, 0};
  DenseMap<Value, unsigned> slots;
  std::vector<Node> program;
  unsigned loopDepth = 0;

  // While it runs.
  Detail detail;
  llvm::function_ref<bool(const Touch &)> show;
  End end = End::Complete;
  std::vector<std::optional<Bounds>> bounds; // by slot
  unsigned mixedDepth = 0;
  bool whole = false; // within a loop that is taken as a whole
  Only only = Both;
};

StageTrace::StageTrace(func::FuncOp stage, unsigned operand, unsigned result)
    : walk(std::make_unique<Walk>(stage, operand, result)) {}
StageTrace::~StageTrace() = default;

bool StageTrace::isKnown() const { return walk->known; }

bool StageTrace::isReversible() const { return walk->reversible; }

unsigned StageTrace::mixedLoops() const { return walk->mixedLoops; }

StageTrace::End
StageTrace::replay(Detail detail,
                   llvm::function_ref<bool(const Touch &)> show) {
  return walk->replay(detail, show);
}

} // namespace dlc::memory
