//===- KernelOps.cpp - What a kernel's operands may be --------------------===//

#include "dialects/kernel/KernelOps.h"
#include "dialects/kernel/KernelVerify.h"
#include "dialects/kernel/SignProducts.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::kernel {

using detail::verifyOneType, detail::verifyWidening;

LogicalResult detail::verifyOneType(Operation *op, ArrayRef<Value> numbers) {
  for (Value number : numbers)
    if (number && number.getType() != numbers.front().getType())
      return op->emitOpError("(1) addresses and numbers of two types, ")
             << numbers.front().getType() << " and " << number.getType();
  return success();
}

LogicalResult detail::verifyWidening(Operation *op, Type from, Type to) {
  auto source = dyn_cast<IntegerType>(from), target = dyn_cast<IntegerType>(to);
  // Halfwords without a sign become such with one, 2^15 less.
  bool moves = source && source.isUnsigned() && source.isInteger(16) &&
               target && target.isSignedInteger(16);
  bool fits = source && target && !source.isSignless() &&
              (source == target || source.getWidth() < target.getWidth()) &&
              (source.isUnsigned() || target.isSigned());
  fits |= moves;
  if (fits)
    return success();
  return op->emitOpError("(2) elements of type ")
         << from << " are no elements of type " << to;
}

namespace {

LogicalResult verifyStride(Operation *op, TileAttr tile, Value stride) {
  if ((tile.getPositions() > 1) == static_cast<bool>(stride))
    return success();
  return op->emitOpError("(2) ")
         << (stride ? "has a stride for one position"
                    : "has no stride for several positions");
}

/// `types` are `count` times `type`.
LogicalResult verifyElements(Operation *op, unsigned number, StringRef what,
                             TypeRange types, int64_t count, Type type) {
  for (Type other : types)
    if (other != type)
      return op->emitOpError("(") << number << ") " << what << " of type "
                                  << other << " in place of " << type;
  if (static_cast<int64_t>(types.size()) != count)
    return op->emitOpError("(") << number << ") " << types.size() << " " << what
                                << "s in place of " << count;
  return success();
}

/// One type for all elements, whichever it is.
LogicalResult verifyElements(Operation *op, unsigned number, StringRef what,
                             TypeRange types, TileAttr tile) {
  return verifyElements(op, number, what, types, tile.size(),
                        types.empty() ? Type() : types.front());
}

LogicalResult verifyWholeBytes(Operation *op, unsigned number, Type element,
                               int64_t count) {
  int64_t bits = element.getIntOrFloatBitWidth() * count;
  if (bits % 8 == 0)
    return success();
  return op->emitOpError("(")
         << number << ") a step reads " << bits << " bits, no whole bytes";
}

template <typename Op> LogicalResult verifySums(Op op, int64_t count) {
  Type sum = op.getProducts().getSum();
  if (failed(verifyElements(op, 3, "accumulator", op.getSums().getTypes(),
                            count, sum)))
    return failure();
  return verifyElements(op, 3, "result", op.getResultTypes(), count, sum);
}

} // namespace

LogicalResult MultiplyOp::verify() {
  ProductsAttr products = getProducts();
  if (failed(verifyOneType(*this,
                           {getLeft(), getStride(), getRight(), getSteps()})) ||
      failed(verifyStride(*this, getTile(), getStride())) ||
      failed(verifySums(*this, getTile().size())))
    return failure();
  return verifyWholeBytes(*this, 4, products.getRight(),
                          products.getGroup() * getTile().getColumns());
}

LogicalResult MultiplyPairsOp::verify() {
  ProductsAttr products = getProducts();
  if (failed(verifyOneType(*this,
                           {getLeft(), getStride(), getRight(), getSteps()})))
    return failure();
  if (getTile().getPositions() != 1)
    return emitOpError("(2) has ")
           << getTile().getPositions() << " positions in place of 1";
  if (failed(verifySums(*this, getTile().size())))
    return failure();
  int64_t elements = products.getGroup() * getTile().getColumns();
  if (failed(verifyWholeBytes(*this, 4, products.getLeft(), elements)))
    return failure();
  return verifyWholeBytes(*this, 4, products.getRight(), elements);
}

LogicalResult LoadOp::verify() {
  return verifyElements(*this, 1, "result", getResultTypes(), getTile());
}

LogicalResult StoreOp::verify() {
  if (failed(verifyOneType(*this, {getAddress(), getStride()})) ||
      failed(verifyStride(*this, getTile(), getStride())))
    return failure();
  return verifyElements(*this, 3, "value", getValues().getTypes(), getTile());
}

YieldOp FinishOp::getYield() {
  YieldOp found;
  for (YieldOp yield : getEpilogue().getOps<YieldOp>())
    found = yield;
  return found;
}

Type FinishOp::getStoredType() { return getYield().getValue().getType(); }

LogicalResult FinishOp::verify() {
  if (failed(verifyOneType(*this, {getAddress(), getStride()})) ||
      failed(verifyStride(*this, getTile(), getStride())) ||
      failed(
          verifyElements(*this, 3, "value", getValues().getTypes(), getTile())))
    return failure();
  TypeRange taken = getEpilogue().getArgumentTypes();
  if (taken.size() != 1 || taken.front() != getValues().front().getType())
    return emitOpError("(4) the region does not take one ")
           << getValues().front().getType();
  auto yields = getEpilogue().getOps<YieldOp>();
  if (std::distance(yields.begin(), yields.end()) != 1)
    return emitOpError("(5) the region does not end in one kernel.yield");
  return success();
}

int64_t RowOp::getLanes() {
  return cast<VectorType>(getResultTypes().front()).getDimSize(0);
}

LogicalResult RowOp::verify() {
  if (failed(verifyOneType(*this, {getRow(), getColumns()})))
    return failure();
  if (getResults().empty())
    return emitOpError("(2) has no accumulators");
  Type sum = VectorType::get({getLanes()}, getProducts().getSum());
  if (failed(verifyElements(*this, 2, "accumulator", getSums().getTypes(),
                            getResults().size(), sum)) ||
      failed(verifyElements(*this, 2, "result", getResultTypes(),
                            getSums().size(), sum)))
    return failure();
  return verifyWholeBytes(*this, 3, getProducts().getRight(),
                          getProducts().getGroup() * getLanes() *
                              static_cast<int64_t>(getSums().size()));
}

namespace {
/// Bytes whose signs (and zeros) become bits.
bool becomeSigns(Type from, ProductsAttr products) {
  return areOfSigns(products) && from.isSignedInteger(8);
}

LogicalResult verifyCombined(Operation *op, unsigned number, bool combined,
                             ProductsAttr products, Type from = {}) {
  Type right = products.getRight();
  bool columns = right.isSignedInteger(16) && products.getGroup() == 1;
  if (combined && !columns && !right.isSignedInteger(8))
    return op->emitOpError("(")
           << number << ") combines weights of type " << right;
  if (combined && from && from.getIntOrFloatBitWidth() != 8)
    return op->emitOpError("(")
           << number << ") combines elements of type " << from;
  return success();
}
} // namespace

LogicalResult CopyOp::verify() {
  return verifyOneType(*this,
                       {getSource(), getStride(), getTarget(), getRows()});
}

LogicalResult WidenOp::verify() {
  if (failed(verifyOneType(*this, {getSource(), getTarget(), getGroups()})))
    return failure();
  if (!becomeSigns(getFrom(), getProducts()) &&
      failed(verifyWidening(*this, getFrom(), getProducts().getLeft())))
    return failure();
  return verifyCombined(*this, 3, getCombined(), getProducts(), getFrom());
}

LogicalResult WidenTileOp::verify() {
  if (failed(verifyOneType(*this, {getSource(), getTarget()})) ||
      failed(verifyWidening(*this, getFrom(), getProducts().getLeft())))
    return failure();
  return verifyCombined(*this, 3, getCombined(), getProducts(), getFrom());
}

namespace {
constexpr int64_t kHalf = 16; // bits that narrow weights share
} // namespace

int64_t ColumnsOp::getBlockBytes() {
  ProductsAttr products = getProducts();
  constexpr int64_t kWord = 4;
  int64_t words = 1, columns = getTile().getColumns();
  if (getRescale())
    words += getRescale()->columnWords();
  int64_t bits = products.getRight().getIntOrFloatBitWidth();
  auto steps = static_cast<int64_t>(getSteps());
  // Narrow weights of single elements fill halves of words.
  if (bits < 8 && products.getGroup() == 1)
    steps = llvm::alignTo(steps, kHalf / bits);
  int64_t weights = columns * steps * products.getGroup() * bits / 8;
  return static_cast<int64_t>(llvm::alignTo(weights, kWord)) +
         columns * words * kWord;
}

int64_t ColumnsOp::getHeadBytes() {
  int64_t words = getMoved() ? 1 : 0;
  if (getRescale())
    words += getRescale()->headWords();
  return words * 4;
}

int64_t ColumnsOp::getStoredBits() {
  Type stored =
      getRescale() ? getRescale()->getStorage() : getProducts().getSum();
  return stored.getIntOrFloatBitWidth();
}

LogicalResult PlanesOp::verify() {
  if (failed(verifyOneType(*this, {getSource(), getTarget()})))
    return failure();
  return verifyWidening(*this, getFrom(), getTo());
}

int64_t DepthwiseOp::getRowElements() {
  auto columns = static_cast<int64_t>(getColumns());
  bool inPairs = getLeft().getIntOrFloatBitWidth() == 16;
  // The last of a pair may not exist.
  if (inPairs)
    columns += columns % 2;
  int64_t read = (columns - 1) * static_cast<int64_t>(getColumnStep()) + 3;
  return inPairs ? read + read % 2 : read;
}

int64_t DepthwiseOp::getFilterWords() {
  bool inWord = getInstructions().getSet() == InstructionSet::Armv6M;
  int64_t row = inWord ? 1 : getLeft().getIntOrFloatBitWidth() == 16 ? 2 : 3;
  return static_cast<int64_t>(getTaps()) * row;
}

LogicalResult DepthwiseOp::verify() {
  if (failed(verifyOneType(*this, {getPlanes(), getRight(), getResult()})))
    return failure();
  int64_t bytes = getRowElements() * getLeft().getIntOrFloatBitWidth() / 8;
  if (bytes > static_cast<int64_t>(getRow()))
    return emitOpError("(2) windows read ")
           << bytes << " bytes of a row, which has " << getRow();
  if (getResultRow() != getColumns() * getStride() &&
      getStride() != getRows() * getResultRow())
    return emitOpError("(3) ")
           << getRows() << " rows of " << getColumns() << " results are "
           << getResultRow() << " and " << getStride()
           << " bytes apart: there is a gap in both directions";
  return success();
}

LogicalResult ColumnsOp::verify() {
  if (failed(verifyOneType(*this,
                           {getLeft(), getRight(), getBlocks(), getResult()})))
    return failure();
  if (getSteps() % getUnroll() != 0)
    return emitOpError("(2) ") << getSteps() << " steps, " << getUnroll()
                               << " of which are one iteration";
  if (getMoved() && !getProducts().getRight().isUnsignedInteger(8))
    return emitOpError("(4) moves weights of type ")
           << getProducts().getRight();
  Type right = getProducts().getRight();
  int64_t bits = right.getIntOrFloatBitWidth(),
          columns = getTile().getColumns();
  if (areOfSigns(getProducts())) {
    if (getTile().size() != 1)
      return emitOpError("(6) products of signs in a tile of ")
             << getTile().getPositions() << " positions and " << columns
             << " columns, in place of one";
    return success();
  }
  if (failed(verifyCombined(*this, 3, getCombined(), getProducts())))
    return failure();
  if (getCombined() && bits > 8 && columns % 2 != 0)
    return emitOpError("(3) combines the weights of two columns in blocks of ")
           << columns;
  bool fillWords = getProducts().getGroup() == 1 ? columns % 2 == 0
                                                 : columns == kHalf / bits;
  if (bits < 8 && (!right.isSignedInteger() || !fillWords))
    return emitOpError("(5) weights of type ")
           << right << " in blocks of " << columns
           << " columns: narrow ones are signed, and fill halves of words "
              "together";
  return success();
}

} // namespace dlc::kernel
