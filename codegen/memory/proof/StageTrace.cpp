//===- StageTrace.cpp - What a stage touches, in its order ----------------===//

#include "codegen/memory/proof/StageTrace.h"
#include "codegen/memory/proof/IndexBounds.h"
#include "codegen/memory/proof/StageProgram.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::memory {

/// Goes through the stage's program with the bounds of its values.
class StageTrace::Walk {
public:
  Walk(func::FuncOp stage, unsigned operand, unsigned result)
      : program(stage, operand, result), bounds(program.slotCount()) {}

  End replay(Detail asked, llvm::function_ref<bool(const Touch &)> visitor) {
    if (!program.isKnown())
      return End::Unknown;
    detail = asked;
    show = visitor;
    end = End::Complete;
    std::fill(bounds.begin(), bounds.end(), std::nullopt);
    mixedDepth = 0;
    whole = false;
    only = Both;
    run(program.nodes());
    return end;
  }

  const StageProgram &stage() const { return program; }

private:
  using Node = StageProgram::Node;
  using OwnedAccess = StageProgram::OwnedAccess;
  enum Only { Both, Writes, Reads };

  void run(llvm::ArrayRef<Node> nodes) {
    for (const Node &node : nodes) {
      if (end != End::Complete)
        return;
      switch (node.kind) {
      case StageProgram::Compute:
        compute(node);
        break;
      case StageProgram::Loop:
        runLoop(node);
        break;
      case StageProgram::Branch:
        runBranch(node);
        break;
      case StageProgram::Access:
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
    std::optional<unsigned> slot = program.slotOf(value);
    return slot ? bounds[*slot] : std::nullopt;
  }

  /// How many elements of a row exist.
  std::optional<Bounds> elementsOf(const StageAccess &access) const {
    std::optional<Bounds> count = valueOf(access.elements);
    if (!access.mask)
      return count;
    vector::CreateMaskOp mask = StageProgram::maskOf(access);
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
    bool ofOperand = own.owner == StageProgram::Operand,
         writes = own.access.writes;
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
    int64_t row = llvm::divideCeil(elements->high * own.access.elementBits, 8);
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
               std::min(begin.high + bytes, own.extent),
               own.owner == StageProgram::Operand, own.access.writes};
    if (!show(seen))
      end = End::Stopped;
  }

  StageProgram program;

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

bool StageTrace::isKnown() const { return walk->stage().isKnown(); }

bool StageTrace::isReversible() const { return walk->stage().isReversible(); }

unsigned StageTrace::mixedLoops() const { return walk->stage().mixedLoops(); }

StageTrace::End
StageTrace::replay(Detail detail,
                   llvm::function_ref<bool(const Touch &)> show) {
  return walk->replay(detail, show);
}

} // namespace dlc::memory
