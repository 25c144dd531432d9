//===- StageGroups.cpp - Which operators make a stage ---------------------===//

#include "compiler/fuse/StageGroups.h"
#include "compiler/fuse/AttentionGroup.h"
#include "compiler/fuse/patches/ImageParts.h"
#include "dialects/interfaces/StageInterface.h"
#include "dialects/interfaces/StoredSize.h"
#include "dialects/nn/Constants.h"
#include "dialects/nn/NnOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "targets/description/TargetAttr.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace dlc::fuse {

static bool hasRole(Operation *op, StageRole role) {
  auto stage = dyn_cast<StageOpInterface>(op);
  return stage && stage.getStageRole() == role;
}

bool isView(Operation *op) { return hasRole(op, StageRole::View); }

bool isFusableElementwise(Operation *op) {
  return hasRole(op, StageRole::Elementwise);
}

/// Codegen does all steps of these in one go, and nothing else with them:
/// images and front ends of sound.
static bool isPixels(Operation *op) { return hasRole(op, StageRole::Pixels); }

static ArrayRef<int64_t> shapeOf(Value value) {
  return cast<ShapedType>(value.getType()).getShape();
}

namespace {

/// A diamond wider than this is not looked for: it bounds the time spent on
/// one stage.
constexpr size_t kMaxTentative = 24;

/// What one stage takes in at most: the time for a loop's body, in passes and
/// in LLVM, grows with more than its length. What a longer chain costs is one
/// value stored and read again every so many operators.
constexpr size_t kMaxStage = 64;

constexpr StringRef kAttention = "attention";

class Grouper {
public:
  explicit Grouper(func::FuncOp main) : main(main), block(main.front()) {}
  SmallVector<StageGroup> run();

private:
  using OpSet = llvm::SetVector<Operation *>;

  bool isFree(Operation *op) const { return !grouped.contains(op); }
  void addPrologue(Operation *root, OpSet &set) const;
  void addPixels(Operation *root, OpSet &set) const;
  void addAttentions(ArrayRef<Operation *> roots);
  void growForward(OpSet &set) const;
  void growBackward(OpSet &set) const;
  unsigned countExternalValues(const OpSet &set) const;
  Operation *firstExternalUser(const OpSet &set) const;
  Operation *lastOf(const OpSet &set) const;
  unsigned integerBitsOf(const OpSet &set) const;
  bool isTakenIn(Operation *op, ArrayRef<int64_t> shape) const;
  void commit(Operation *root, StringRef kind, OpSet set);

  func::FuncOp main;
  Block &block;
  DenseMap<Operation *, unsigned> position;
  DenseMap<Operation *, unsigned> depth; // ops on the longest way to it
  DenseSet<Operation *> grouped;
  SmallVector<StageGroup> groups;
};

} // namespace

/// An input of the network, or a slice of one that is a view.
static bool isPartOfInput(Value value) {
  if (auto slice = value.getDefiningOp<nn::SliceOp>(); slice && isView(slice))
    value = slice.getInput();
  return isa<BlockArgument>(value);
}

void Grouper::addPrologue(Operation *root, OpSet &set) const {
  auto stage = dyn_cast<StageOpInterface>(root);
  if (!stage)
    return;
  Value data = root->getOperand(0);
  auto pad = data.getDefiningOp<nn::PadOp>();
  if (pad && stage.takesPadding() && data.hasOneUse() &&
      pad.getMode() == nn::PadMode::Constant &&
      llvm::all_of(pad.getPads(), [](int64_t p) { return p >= 0; })) {
    set.insert(pad);
    data = pad.getInput();
  }
  auto transpose = data.getDefiningOp<nn::TransposeOp>();
  if (!transpose || !stage.takesTranspose() || !data.hasOneUse())
    return;
  // Threads of a GPU read lines of an input that was rounded to halves as they
  // do lines of the input.
  Value source = transpose.getInput();
  if (auto rounded = source.getDefiningOp<nn::CastOp>();
      rounded && targets::getTargetInfo(main).hasGpu() &&
      getElementTypeOrSelf(source).isF16())
    source = rounded.getInput();
  if (isPartOfInput(source))
    set.insert(transpose);
}

/// The steps from a frame to the image that nobody else reads, of which a part
/// may be taken. A border is one of them where it is around pixels.
void Grouper::addPixels(Operation *root, OpSet &set) const {
  if (Operation *part = partOfImage(root))
    set.insert(part);
  Operation *op = root;
  while (op->getOperand(0).hasOneUse()) {
    Operation *producer = op->getOperand(0).getDefiningOp();
    if (!producer || !isFree(producer) ||
        !(isPixels(producer) || isBorder(producer)))
      return;
    set.insert(producer);
    op = producer;
  }
}

/// A GPU computes scores, softmax and product in one launch.
void Grouper::addAttentions(ArrayRef<Operation *> roots) {
  if (!targets::getTargetInfo(main).hasGpu())
    return;
  for (Operation *root : roots)
    if (auto softmax = dyn_cast<nn::SoftmaxOp>(root))
      if (OpSet set = attentionAround(softmax); !set.empty())
        commit(root, kAttention, std::move(set));
}

unsigned Grouper::countExternalValues(const OpSet &set) const {
  unsigned count = 0;
  for (Operation *op : set)
    for (Value result : op->getResults())
      count += llvm::any_of(result.getUsers(), [&](Operation *user) {
        return !set.contains(user);
      });
  return count;
}

Operation *Grouper::firstExternalUser(const OpSet &set) const {
  Operation *first = nullptr;
  for (Operation *op : set)
    for (Operation *user : op->getUsers())
      if (!set.contains(user) &&
          (!first || position.lookup(user) < position.lookup(first)))
        first = user;
  return first;
}

Operation *Grouper::lastOf(const OpSet &set) const {
  return *llvm::max_element(set, [&](Operation *a, Operation *b) {
    return position.lookup(a) < position.lookup(b);
  });
}

/// Bits of an element of the stored integers that a stage ends in; more than
/// any has for other types.
unsigned Grouper::integerBitsOf(const OpSet &set) const {
  auto type = cast<ShapedType>(lastOf(set)->getResult(0).getType());
  auto integer = dyn_cast<IntegerType>(type.getElementType());
  return integer && integer.getWidth() > 1 ? integer.getWidth() : ~0u;
}

/// An op of another stage that takes in what leads to it alone.
bool Grouper::isTakenIn(Operation *op, ArrayRef<int64_t> shape) const {
  return op && !isFree(op) && isFusableElementwise(op) &&
         shapeOf(op->getResult(0)) == shape;
}

/// Takes in users as long as, in the end, one value alone is read outside.
/// That also keeps the stage convex: no path leaves it and comes back. Where
/// that is read by the end of another stage, it is the narrowest integers on
/// the way: what widens a byte to add it is done there.
void Grouper::growForward(OpSet &set) const {
  Operation *last = lastOf(set);
  if (last->getNumResults() != 1)
    return;
  ArrayRef<int64_t> shape = shapeOf(last->getResult(0));
  OpSet tentative = set, narrowest = set;
  while (tentative.size() < kMaxStage &&
         tentative.size() < set.size() + kMaxTentative) {
    Operation *next = firstExternalUser(tentative);
    if (!next || !isFree(next) || !isFusableElementwise(next) ||
        shapeOf(next->getResult(0)) != shape)
      break;
    tentative.insert(next);
    if (countExternalValues(tentative) != 1)
      continue;
    set = tentative;
    if (integerBitsOf(set) <= integerBitsOf(narrowest))
      narrowest = set;
  }
  if (integerBitsOf(narrowest) < integerBitsOf(set) &&
      isTakenIn(firstExternalUser(set), shape))
    set = narrowest;
}

/// Takes in elementwise producers that nobody else reads.
void Grouper::growBackward(OpSet &set) const {
  ArrayRef<int64_t> shape = shapeOf(lastOf(set)->getResult(0));
  for (size_t i = 0; i < set.size(); ++i) {
    if (!isFusableElementwise(set[i]))
      continue;
    for (Value operand : set[i]->getOperands()) {
      Operation *producer = operand.getDefiningOp();
      if (!producer || !isFree(producer) || !isFusableElementwise(producer) ||
          shapeOf(operand) != shape)
        continue;
      if (set.size() < kMaxStage &&
          llvm::all_of(producer->getUsers(),
                       [&](Operation *user) { return set.contains(user); }))
        set.insert(producer);
    }
  }
}

void Grouper::commit(Operation *root, StringRef kind, OpSet set) {
  StageGroup group{root, kind, set.takeVector()};
  llvm::sort(group.ops, [&](Operation *a, Operation *b) {
    return position.lookup(a) < position.lookup(b);
  });
  grouped.insert(group.ops.begin(), group.ops.end());
  groups.push_back(std::move(group));
}

SmallVector<StageGroup> Grouper::run() {
  for (auto [i, op] : llvm::enumerate(block)) {
    position[&op] = i;
    unsigned &own = depth[&op];
    for (Value operand : op.getOperands())
      if (Operation *producer = operand.getDefiningOp())
        own = std::max(own, depth.lookup(producer) + 1);
  }

  // Roots with what follows them first, so that a root keeps its own
  // activation; then elementwise ops that lead into a root's epilogue alone.
  // A sum of two branches goes to the longer one: a short cut that has been
  // computed by then takes the place of what it was computed from, which is
  // larger where the image shrinks.
  SmallVector<Operation *> roots, rest;
  for (Operation &op : block.without_terminator())
    if (!isa<arith::ConstantOp>(op) && !isView(&op))
      (isFusableElementwise(&op) ? rest : roots).push_back(&op);

  // Paddings and transpositions come before what they may be a prologue of:
  // decide that from the consumer's side.
  addAttentions(roots);
  for (Operation *root : llvm::reverse(roots)) {
    if (!isFree(root))
      continue;
    OpSet set;
    set.insert(root);
    if (isPixels(root)) {
      addPixels(root, set);
      bool isImage =
          isa<nn::ColorConvertOp, nn::ResampleOp, nn::LookupOp>(root);
      commit(root, isImage ? "pixels" : root->getName().stripDialect(),
             std::move(set));
      continue;
    }
    addPrologue(root, set);
    commit(root, root->getName().stripDialect(), std::move(set));
  }
  SmallVector<StageGroup> seeds = std::move(groups);
  groups.clear();
  llvm::sort(seeds, [&](const StageGroup &a, const StageGroup &b) {
    unsigned deepA = depth.lookup(a.root), deepB = depth.lookup(b.root);
    return deepA != deepB ? deepA > deepB
                          : position.lookup(a.root) < position.lookup(b.root);
  });
  for (StageGroup &seed : seeds) {
    OpSet set(seed.ops.begin(), seed.ops.end());
    if (!isPixels(seed.root))
      growForward(set);
    commit(seed.root, seed.kind, std::move(set));
  }
  for (StageGroup &group : groups) {
    if (group.ops.back()->getNumResults() != 1)
      continue;
    OpSet set(group.ops.begin(), group.ops.end());
    growBackward(set);
    if (set.size() == group.ops.size())
      continue;
    for (Operation *op : set)
      grouped.insert(op);
    group.ops = set.takeVector();
    llvm::sort(group.ops, [&](Operation *a, Operation *b) {
      return position.lookup(a) < position.lookup(b);
    });
  }
  for (Operation *op : rest) {
    if (!isFree(op))
      continue;
    OpSet set;
    set.insert(op);
    growForward(set);
    growBackward(set);
    commit(op, "elementwise", std::move(set));
  }
  llvm::sort(groups, [&](const StageGroup &a, const StageGroup &b) {
    return position.lookup(a.ops.back()) < position.lookup(b.ops.back());
  });
  return std::move(groups);
}

bool isReadElementwise(const StageGroup &group, Value operand) {
  Operation *last = group.ops.back();
  // What is added to the scores of an attention goes into whole rows.
  if (last->getNumResults() != 1 || group.kind == kAttention)
    return false;
  auto bytesOf = [](Value value) {
    return storedBytes(cast<ShapedType>(value.getType()));
  };
  Value result = last->getResult(0);
  if (shapeOf(operand) != shapeOf(result) ||
      bytesOf(operand) != bytesOf(result))
    return false;
  return llvm::all_of(operand.getUses(), [&](OpOperand &use) {
    Operation *user = use.getOwner();
    if (!llvm::is_contained(group.ops, user))
      return true;
    return isFusableElementwise(user) &&
           !cast<StageOpInterface>(user).isAlongAxis(use.getOperandNumber()) &&
           shapeOf(user->getResult(0)) == shapeOf(operand);
  });
}

SmallVector<StageGroup> groupStages(func::FuncOp main) {
  return Grouper(main).run();
}

} // namespace dlc::fuse
