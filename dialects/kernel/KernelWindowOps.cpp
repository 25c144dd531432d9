//===- KernelWindowOps.cpp - What operands of moves and windows may be ----===//

#include "dialects/kernel/KernelOps.h"
#include "dialects/kernel/KernelVerify.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::kernel {

using detail::verifyOneType, detail::verifyWidening;

LogicalResult MoveOp::verify() {
  return verifyOneType(*this, {getSource(), getTarget(), getBytes()});
}

LogicalResult FillOp::verify() {
  if (failed(verifyOneType(*this, {getTarget(), getBytes()})))
    return failure();
  auto value = static_cast<int64_t>(getValue());
  if (getHalfwords() ? !llvm::isInt<16>(value) : !llvm::isInt<8>(value))
    return emitOpError("(2) fills with ")
           << value << ", "
           << (getHalfwords() ? "-32768 to 32767" : "-128 to 127")
           << " are possible";
  return success();
}

llvm::SmallVector<int64_t> orderOfGroups(int64_t groups, int64_t apart) {
  llvm::SmallVector<int64_t> order;
  for (int64_t first = 0; first < apart; ++first)
    for (int64_t group = first; group < groups; group += apart)
      order.push_back(group);
  return order;
}

int64_t WindowsOp::getGroups() {
  int64_t bits = getProducts().getLeft().getIntOrFloatBitWidth();
  return llvm::divideCeil(static_cast<int64_t>(getBytes()),
                          getProducts().getGroup() * bits / 8);
}

int64_t WindowsOp::getRightBytes() {
  constexpr int64_t kWord = 4;
  int64_t columns = getTile().getColumns();
  int64_t words = 1, head = 0;
  if (std::optional<RescaleAttr> rescale = getRescale()) {
    words += rescale->columnWords();
    head = rescale->headWords() * kWord;
  }
  int64_t weights =
      static_cast<int64_t>(getRows()) * getGroups() * getProducts().getGroup();
  int64_t blocks =
      llvm::divideCeil(static_cast<int64_t>(getFeatures()), columns);
  return head + blocks * columns * (weights + words * kWord);
}

int64_t WindowsOp::getStoredBits() {
  Type stored =
      getRescale() ? getRescale()->getStorage() : getProducts().getSum();
  return stored.getIntOrFloatBitWidth();
}

LogicalResult WindowsOp::verify() {
  if (failed(verifyOneType(
          *this, {getLeft(), getRight(), getPositions(), getResult()})))
    return failure();
  ProductsAttr products = getProducts();
  if (products.getRight().getIntOrFloatBitWidth() != 8)
    return emitOpError("(2) reads bytes, not ") << products.getRight();
  if (unsigned bits = products.getLeft().getIntOrFloatBitWidth();
      bits != 8 && bits != 16)
    return emitOpError("(2) reads bytes or halfwords, not ")
           << products.getLeft();
  if (products.getGroup() % 4 != 0)
    return emitOpError("(2) a step reads ")
           << products.getGroup() << " bytes of a column, no whole words";
  auto apart = static_cast<int64_t>(getApart());
  if (getGroups() % apart != 0)
    return emitOpError("(3) ")
           << getGroups() << " groups of a row, of which those " << apart
           << " apart come in turn";
  return success();
}

namespace {
constexpr int64_t kWindow = 4; // columns and rows that words have
} // namespace

LogicalResult InterleaveOp::verify() {
  if (failed(verifyOneType(*this, {getSource(), getTarget()})))
    return failure();
  auto rows = static_cast<int64_t>(getRows());
  auto columns = static_cast<int64_t>(getColumns());
  auto spacing = static_cast<int64_t>(getSpacing());
  if (rows > kWindow)
    return emitOpError("(2) interleaves ")
           << rows << " rows, 1 to 4 fit a word";
  if (columns * kWindow > spacing)
    return emitOpError("(2) ")
           << columns << " words of a channel in " << spacing << " bytes";
  return success();
}

LogicalResult FilterOp::verify() {
  if (failed(verifyOneType(*this, {getLeft(), getRight(), getResult()})))
    return failure();
  auto taps = static_cast<int64_t>(getTaps());
  auto spacing = static_cast<int64_t>(getSpacing());
  int64_t read = static_cast<int64_t>((getResults() - 1) * getStep()) + kWindow;
  if (taps > kWindow)
    return emitOpError("(2) windows of ")
           << taps << " columns, 1 to 4 are read";
  if (read * kWindow > spacing)
    return emitOpError("(2) reads ")
           << read << " words of a channel that has " << spacing << " bytes";
  ProductsAttr products = getProducts();
  if (products.getLeft().getIntOrFloatBitWidth() != 8 ||
      products.getRight().getIntOrFloatBitWidth() != 8 ||
      products.getGroup() != kWindow * kWindow)
    return emitOpError("(3) multiplies groups of ")
           << products.getGroup() << " " << products.getLeft() << " and "
           << products.getRight();
  return success();
}

LogicalResult WinogradInputOp::verify() {
  if (failed(verifyOneType(*this, {getSource(), getStride(), getTarget()})))
    return failure();
  return verifyWidening(*this, getFrom(), getTo());
}

LogicalResult WinogradFiltersOp::verify() {
  return verifyOneType(*this, {getSource(), getTarget()});
}

int64_t WinogradColumnsOp::getRightBytes() {
  constexpr int64_t kWord = 4;
  bool limbs = getRescale().getLimbs() != 0;
  bool own = !limbs && getRescale().getShift() == 0;
  int64_t weight =
      limbs ? kWord : getProducts().getRight().getIntOrFloatBitWidth() / 8;
  int64_t weights = 16 * static_cast<int64_t>(getChannels()) * weight;
  int64_t words = limbs ? 5 : own ? 4 : 2;
  return (own || limbs ? 0 : kWord) +
         static_cast<int64_t>(getFeatures()) * (weights + words * kWord);
}

LogicalResult WinogradColumnsOp::verify() {
  if (failed(verifyOneType(*this,
                           {getLeft(), getRight(), getResult(), getStride()})))
    return failure();
  if (getChannels() % getProducts().getGroup() != 0)
    return emitOpError("(2) ") << getChannels() << " channels in groups of "
                               << getProducts().getGroup();
  if (getFeatures() % getBlock() != 0)
    return emitOpError("(3) ")
           << getFeatures() << " features in blocks of " << getBlock();
  if (getFeatures() > getPixel())
    return emitOpError("(4) ") << getFeatures() << " features, and positions "
                               << getPixel() << " bytes apart";
  return success();
}

} // namespace dlc::kernel
