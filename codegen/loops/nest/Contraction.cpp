//===- Contraction.cpp - A nest as a sum of products ----------------------===//

#include "codegen/loops/nest/Contraction.h"
#include "codegen/loops/nest/SumEpilogue.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"
#include <limits>

using namespace mlir;

namespace dlc::loops {

SmallVector<unsigned> Contraction::reduction() const {
  SmallVector<unsigned> dims;
  for (auto [d, role] : llvm::enumerate(roles))
    if (role == Role::Channel || role == Role::Tap)
      dims.push_back(d);
  return dims;
}

bool Contraction::isPlainFloat() const {
  return isa<FloatType>(accumulator) && data.element == accumulator &&
         weights.element == accumulator;
}

namespace {
bool isExtension(Operation *op) {
  return isa_and_nonnull<arith::ExtFOp, arith::ExtSIOp, arith::ExtUIOp>(op);
}

/// The input of the root that a value of its body is; null if it is none.
BlockArgument inputOf(linalg::GenericOp root, Value value) {
  auto argument = dyn_cast<BlockArgument>(value);
  if (argument && argument.getOwner() == root.getBody() &&
      argument.getArgNumber() < root.getNumDpsInputs())
    return argument;
  return nullptr;
}

/// A zero point: a constant, a value from around the body, or an input.
std::optional<BodyScalar> scalarOf(linalg::GenericOp root, Value value) {
  BodyScalar scalar;
  if (matchPattern(value, m_Constant(&scalar.constant)))
    return scalar;
  while (isExtension(value.getDefiningOp())) {
    scalar.isSigned = !isa<arith::ExtUIOp>(value.getDefiningOp());
    value = value.getDefiningOp()->getOperand(0);
  }
  if (BlockArgument argument = inputOf(root, value))
    scalar.input = static_cast<int>(argument.getArgNumber());
  else if (value.getParentBlock() != root.getBody())
    scalar.outside = value;
  else
    return std::nullopt;
  return scalar;
}

/// A factor of the product: extensions and at most one subtraction of an input,
/// which has to be exact if what it gives is extended.
std::optional<Factor> factorOf(linalg::GenericOp root, Value value) {
  Factor factor;
  bool extended = false;
  unsigned exactBelow = std::numeric_limits<unsigned>::max(); // bits
  while (Operation *op = value.getDefiningOp()) {
    if (auto subtract = dyn_cast<arith::SubIOp>(op)) {
      std::optional<BodyScalar> zero = scalarOf(root, subtract.getRhs());
      if (!zero || factor.zeroPoint.isGiven())
        return std::nullopt;
      factor.zeroPoint = *zero;
      if (extended)
        exactBelow = subtract.getType().getIntOrFloatBitWidth();
    } else if (isExtension(op)) {
      extended = true;
    } else {
      return std::nullopt;
    }
    // The extension next to the stored element says what its bits mean.
    factor.isSigned = !isa<arith::ExtUIOp>(op);
    value = op->getOperand(0);
  }
  BlockArgument argument = inputOf(root, value);
  if (!argument || !argument.getType().isIntOrFloat() ||
      argument.getType().getIntOrFloatBitWidth() >= exactBelow)
    return std::nullopt;
  factor.input = argument.getArgNumber();
  factor.element = argument.getType();
  return factor;
}

/// The product that the body adds to its accumulator; null if it does not.
Operation *addedProduct(linalg::GenericOp root) {
  Block &body = *root.getBody();
  Value accumulator = root.getRegionOutputArgs().front();
  Operation *sum = body.getTerminator()->getOperand(0).getDefiningOp();
  if (!isa_and_nonnull<arith::AddFOp, arith::AddIOp>(sum) ||
      !accumulator.hasOneUse() || *accumulator.user_begin() != sum)
    return nullptr;
  Value other = sum->getOperand(sum->getOperand(0) == accumulator ? 1 : 0);
  Operation *product = other.getDefiningOp();
  return isa_and_nonnull<arith::MulFOp, arith::MulIOp>(product) ? product
                                                                : nullptr;
}

/// Whether each input of the root is a factor or a zero point.
bool readsNothingElse(const Nest &nest, const Contraction &contraction) {
  for (int input = 0; input < static_cast<int>(nest.inputs.size()); ++input)
    if (!llvm::is_contained({static_cast<int>(contraction.data.input),
                             static_cast<int>(contraction.weights.input),
                             contraction.data.zeroPoint.input,
                             contraction.weights.zeroPoint.input},
                            input))
      return false;
  return true;
}

Role roleOf(const Nest &nest, const Contraction &contraction, unsigned d) {
  bool data = nest.inputs[contraction.data.input].address.coefficients[d] != 0;
  bool weights =
      nest.inputs[contraction.weights.input].address.coefficients[d] != 0;
  if (!nest.reduction[d])
    return !weights ? Role::Position : data ? Role::Group : Role::Feature;
  bool tap = llvm::any_of(
      nest.windows, [&](const Window &window) { return window.tap == d; });
  return tap ? Role::Tap : Role::Channel;
}

void sortDimensions(const Nest &nest, Contraction &contraction) {
  for (unsigned d = 0; d < nest.sizes.size(); ++d) {
    Role role = roleOf(nest, contraction, d);
    contraction.roles.push_back(role);
    SmallVector<unsigned> *lists[] = {
        &contraction.groups, &contraction.positions, &contraction.features,
        &contraction.channels, &contraction.taps};
    lists[static_cast<int>(role)]->push_back(d);
    if (nest.reduction[d])
      contraction.depth *= nest.sizes[d];
  }
}

bool isPositiveZero(TypedAttr value) {
  if (auto real = dyn_cast_or_null<FloatAttr>(value))
    return real.getValue().isPosZero();
  auto integer = dyn_cast_or_null<IntegerAttr>(value);
  return integer && integer.getValue().isZero();
}
} // namespace

FailureOr<Contraction> findContraction(const Nest &nest, StringRef *why) {
  auto refuse = [&](StringRef reason) -> FailureOr<Contraction> {
    if (why)
      *why = reason;
    return failure();
  };
  linalg::GenericOp root = nest.root;
  if (!nest.hasReduction())
    return refuse("nothing is summed up");
  if (nest.needsIndices || nest.scalarOnly)
    return refuse("the body asks for positions");
  if (root.getNumResults() != 1)
    return refuse("there is more than one result");
  Operation *product = addedProduct(root);
  if (!product)
    return refuse("the body does not add a product to its accumulator");
  std::optional<Factor> left = factorOf(root, product->getOperand(0));
  std::optional<Factor> right = factorOf(root, product->getOperand(1));
  if (!left || !right)
    return refuse("a factor is computed from more than an operand");
  if (left->input == right->input)
    return refuse("both factors are the same operand");
  if (left->input > right->input)
    std::swap(left, right);
  bool swapped =
      nest.inputs[left->input].packable && !nest.inputs[right->input].packable;
  Contraction contraction;
  contraction.data = swapped ? *right : *left;
  contraction.weights = swapped ? *left : *right;
  contraction.accumulator = product->getResult(0).getType();
  contraction.startsAtZero = isPositiveZero(nest.inits.front());
  if (!readsNothingElse(nest, contraction))
    return refuse("the body has more operands than two factors");
  sortDimensions(nest, contraction);
  contraction.epilogue = readSumEpilogue(nest);
  return contraction;
}

} // namespace dlc::loops
