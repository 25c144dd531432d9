//===- Origin.cpp - Where an integer of a shape computation comes from ----===//

#include "compiler/import/open/Origin.h"
#include "dialects/nn/Constants.h"
#include "dialects/nn/NnOps.h"
#include "llvm/Support/CheckedArithmetic.h"

using namespace mlir;

namespace dlc::import {

namespace {
RankedTensorType tensorOf(Value value) {
  return cast<RankedTensorType>(value.getType());
}

/// Goes back from a value to what it is made of, one op at a time.
class Walk {
public:
  explicit Walk(Origin start) : at(start) {}

  Origin run() {
    while (at.root) {
      if (ElementsAttr constant = nn::constantOf(at.root)) {
        endAt(constant);
        break;
      }
      if (!step(at.root.getDefiningOp()))
        break;
    }
    return at;
  }

private:
  void endAt(ElementsAttr constant) {
    auto values = nn::readIntegers(constant);
    if (!values)
      return;
    auto sum = llvm::checkedAdd(at.plus, (*values)[at.element]);
    if (sum)
      at = {Value(), 0, *sum};
  }

  /// Whether there was a way back.
  bool step(Operation *op) {
    if (auto reshape = dyn_cast_or_null<nn::ReshapeOp>(op)) {
      at.root = reshape.getInput();
      return true;
    }
    if (auto cast = dyn_cast_or_null<nn::CastOp>(op))
      return widens(cast);
    if (auto concat = dyn_cast_or_null<nn::ConcatOp>(op))
      return intoPart(concat);
    if (auto slice = dyn_cast_or_null<nn::SliceOp>(op)) {
      if (tensorOf(slice.getInput()).getRank() != 1)
        return false;
      at.element = slice.getStarts()[0] + at.element * slice.getSteps()[0];
      at.root = slice.getInput();
      return true;
    }
    if (auto add = dyn_cast_or_null<nn::AddOp>(op))
      return past(add.getLhs(), add.getRhs(), 1) ||
             past(add.getRhs(), add.getLhs(), 1);
    if (auto sub = dyn_cast_or_null<nn::SubOp>(op))
      return past(sub.getLhs(), sub.getRhs(), -1);
    return false;
  }

  bool widens(nn::CastOp cast) {
    auto from =
        dyn_cast<IntegerType>(tensorOf(cast.getInput()).getElementType());
    auto to = dyn_cast<IntegerType>(tensorOf(at.root).getElementType());
    if (!from || !to || from.isUnsigned() || to.isUnsigned() ||
        from.getWidth() > to.getWidth())
      return false;
    at.root = cast.getInput();
    return true;
  }

  bool intoPart(nn::ConcatOp concat) {
    if (tensorOf(at.root).getRank() != 1)
      return false;
    for (Value part : concat.getInputs()) {
      int64_t size = tensorOf(part).getNumElements();
      if (at.element < size) {
        at.root = part;
        return true;
      }
      at.element -= size;
    }
    return false;
  }

  /// An operand's element that takes part in the result's; nullopt if that is
  /// not plain to see.
  std::optional<int64_t> elementIn(Value operand) const {
    if (tensorOf(operand).getNumElements() == 1)
      return 0;
    if (tensorOf(operand).getShape() == tensorOf(at.root).getShape())
      return at.element;
    return std::nullopt;
  }

  bool past(Value value, Value constant, int64_t sign) {
    ElementsAttr known = nn::constantOf(constant);
    auto numbers = known ? nn::readIntegers(known) : std::nullopt;
    auto here = elementIn(value), there = elementIn(constant);
    if (!numbers || !here || !there)
      return false;
    auto term = llvm::checkedMul(sign, (*numbers)[*there]);
    auto sum = term ? llvm::checkedAdd(at.plus, *term) : std::nullopt;
    if (!sum)
      return false;
    at = {value, *here, *sum};
    return true;
  }

  Origin at;
};
} // namespace

Origin originOf(Value value, int64_t element) {
  return Walk({value, element, 0}).run();
}

std::optional<int64_t> differenceOf(const Origin &a, const Origin &b) {
  if (a.root != b.root || a.element != b.element)
    return std::nullopt;
  return llvm::checkedSub(a.plus, b.plus);
}

} // namespace dlc::import
