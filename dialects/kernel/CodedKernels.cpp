//===- CodedKernels.cpp - Products with weights that are codes ------------===//

#include "dialects/kernel/CodedKernels.h"
#include "dialects/kernel/KernelVerify.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::kernel {

using detail::verifyOneType;

namespace {
constexpr int64_t kWord = 4, kPairs = 256; // of codes, in a byte

LogicalResult verifyProducts(Operation *op, ProductsAttr products) {
  if (areWithCodes(products) && products.getSum().isInteger(32))
    return success();
  return op->emitOpError("(2) products of ")
         << products.getLeft() << " and " << products.getRight() << " in "
         << products.getSum();
}
} // namespace

int64_t codeTableBytes(InstructionSet set, int64_t leftBits) {
  switch (set) {
  case InstructionSet::Dsp:
  case InstructionSet::Armv7M:
    return kPairs * kWord;
  case InstructionSet::Armv6M:
    return kPairs * (leftBits == 8 ? 2 : 1);
  default:
    return 0;
  }
}

LogicalResult CodeTableOp::verify() {
  if (failed(verifyOneType(*this, {getValues(), getTable()})))
    return failure();
  return verifyProducts(*this, getProducts());
}

SmallVector<Access, 2> CodeTableOp::getAccesses() {
  Access values;
  values.address = getValues();
  values.elements.known = CodedColumnsOp::kCodes;
  Access table;
  table.address = getTable();
  table.writes = true;
  table.elements.known =
      codeTableBytes(getInstructions().getSet(),
                     getProducts().getLeft().getIntOrFloatBitWidth());
  return {values, table};
}

int64_t CodedColumnsOp::getRightBytes() {
  int64_t words = 1, columns = getTile().getColumns();
  if (getRescale())
    words += getRescale()->columnWords();
  auto codes =
      columns * static_cast<int64_t>(getSteps()) * getProducts().getGroup();
  auto bytes = static_cast<int64_t>(
      llvm::divideCeil(codes * kCodeBits, 8 * kWord) * kWord);
  int64_t head = getRescale() ? getRescale()->headWords() : 0;
  return kWord * head +
         static_cast<int64_t>(getBlocks()) * (bytes + columns * words * kWord);
}

int64_t CodedColumnsOp::getStoredBits() {
  Type stored =
      getRescale() ? getRescale()->getStorage() : getProducts().getSum();
  return stored.getIntOrFloatBitWidth();
}

LogicalResult CodedColumnsOp::verify() {
  if (failed(verifyOneType(*this,
                           {getLeft(), getRight(), getTable(), getResult()})) ||
      failed(verifyProducts(*this, getProducts())))
    return failure();
  if (getSteps() % getUnroll() != 0)
    return emitOpError("(3) ") << getSteps() << " steps, " << getUnroll()
                               << " of which are one iteration";
  int64_t codes = getTile().getColumns() * getProducts().getGroup() *
                  static_cast<int64_t>(getUnroll());
  if (codes % 2 != 0 && getSteps() != getUnroll())
    return emitOpError("(4) an iteration has ") << codes << " codes";
  if (getRescale() && getRescale()->isWide())
    return emitOpError("(5) stores ") << getRescale()->getStorage();
  return success();
}

SmallVector<Access, 2> CodedColumnsOp::getAccesses() {
  ProductsAttr products = getProducts();
  int64_t positions = getTile().getPositions();
  Access left;
  left.address = getLeft();
  left.elements.known = static_cast<int64_t>(getSteps()) * positions;
  left.elementBits =
      products.getLeft().getIntOrFloatBitWidth() * products.getGroup();
  Access right;
  right.address = getRight();
  right.elements.known = getRightBytes();
  Access table;
  table.address = getTable();
  table.elements.known = codeTableBytes(
      getInstructions().getSet(), products.getLeft().getIntOrFloatBitWidth());
  Access result{getResult(),
                true,
                {positions, {}},
                {static_cast<int64_t>(getStride()), {}},
                {static_cast<int64_t>(getBlocks()), {}},
                getStoredBits() * getTile().getColumns()};
  // What is read is read again for the next block.
  return {left, right, table, result, left, table};
}

} // namespace dlc::kernel
