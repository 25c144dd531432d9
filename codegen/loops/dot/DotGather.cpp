//===- DotGather.cpp - What positions read, with its padding, in scratch --===//
//
// Rows (or a tile's positions) are copied with the sign bit turned over, or
// widened less the zero point. Padding holds what the zero point becomes.
//
//===----------------------------------------------------------------------===//

#include "codegen/loops/dot/DotEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::loops {

namespace {
constexpr int64_t kUnrolledCopies = 4;
} // namespace

Value DotEmitter::plus(Value x, Value y) {
  return arith::AddIOp::create(b, loc, x, y);
}

Value DotEmitter::times(Value x, int64_t factor) {
  return arith::MulIOp::create(b, loc, x, index(factor));
}

void DotEmitter::forEach(int64_t first, int64_t end,
                         llvm::function_ref<void(Value)> body) {
  if (end - first == 1)
    return body(index(first));
  auto loop = scf::ForOp::create(b, loc, index(first), index(end), index(1));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  body(loop.getInductionVar());
}

/// What stands for the zero point in scratch.
int64_t DotEmitter::padding() const {
  if (plan.gatheredBits() != plan.dataBits)
    return 0;
  int64_t zero = plan.dataZero;
  if (plan.flip)
    zero += plan.signedData ? -plan.signBit() : plan.signBit();
  return llvm::SignExtend64(zero, plan.dataBits);
}

/// The padding that no row overwrites.
void DotEmitter::fillScratch() {
  if (llvm::any_of(plan.gather->axes,
                   [](const GatherAxis &axis) { return axis.size; }))
    fill(index(0), plan.gather->elements);
}

/// Copies what the positions in hand read to scratch.
void DotEmitter::gatherData() {
  const Linear &address = nest.inputs[plan.data].address;
  int64_t constant = address.constant;
  for (const GatherAxis &axis : plan.gather->axes)
    constant -= axis.unit * axis.constant;
  Value from = index(constant);
  for (unsigned d = 0; d < at.size(); ++d) {
    int64_t c = address.coefficients[d];
    bool inAxis = llvm::any_of(plan.gather->axes, [&](const GatherAxis &axis) {
      return axis.position == static_cast<int>(d) && axis.tap >= 0;
    });
    bool inLanes = d == plan.operand.feature; // of a depthwise convolution
    if (c == 0 || nest.reduction[d] || inAxis || inLanes)
      continue;
    if (at[d].variable)
      from = plus(from, times(at[d].variable, c));
    from = plus(from, index(at[d].offset * c));
  }
  gatherAxis(0, from, index(0));
}

void DotEmitter::gatherAxis(unsigned axis, Value from, Value to) {
  if (axis == plan.gather->axes.size())
    return copy(from, to, plan.gather->channels);
  plan.gather->axes[axis].whole ? gatherWhole(axis, from, to)
                                : gatherTaps(axis, from, to);
}

/// All elements of an axis that exist.
void DotEmitter::gatherWhole(unsigned number, Value from, Value to) {
  const GatherAxis &axis = plan.gather->axes[number];
  int64_t first = 0, end = axis.tap < 0 ? positions : axis.extent;
  if (axis.size) {
    first = std::max<int64_t>(0, -axis.constant);
    end = std::min(end, *axis.size - axis.constant);
  }
  bool last = number + 1 == plan.gather->axes.size();
  if (first >= end)
    return;
  if (last && axis.unit == plan.gather->channels)
    return copy(plus(from, index((first + axis.constant) * axis.unit)),
                plus(to, index(first * axis.pitch)), (end - first) * axis.unit);
  forEach(first, end, [&](Value i) {
    Value source =
        plus(from, plus(times(i, axis.unit), index(axis.constant * axis.unit)));
    gatherAxis(number + 1, source, plus(to, times(i, axis.pitch)));
  });
}

/// The elements that the taps of one position reach, or padding.
void DotEmitter::gatherTaps(unsigned number, Value from, Value to) {
  const GatherAxis &axis = plan.gather->axes[number];
  forEach(0, axis.extent, [&](Value tap) {
    Value element = plus(times(tap, axis.dilation), index(axis.constant));
    const Position &position = at[axis.position];
    if (position.variable)
      element = plus(element, times(position.variable, axis.stride));
    element = plus(element, index(position.offset * axis.stride));
    Value source = plus(from, times(element, axis.unit));
    Value target = plus(to, times(tap, axis.pitch));
    if (!axis.size)
      return gatherAxis(number + 1, source, target);
    // Negative ones are large where they have no sign.
    Value exists = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult,
                                         element, index(*axis.size));
    auto branch = scf::IfOp::create(b, loc, exists, /*withElseRegion=*/true);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(branch.thenBlock());
    gatherAxis(number + 1, source, target);
    b.setInsertionPointToStart(branch.elseBlock());
    fill(target, axis.pitch);
  });
}

/// Cuts so many elements into vectors; the last may begin within the one before
/// it.
void DotEmitter::forVectors(int64_t elements,
                            llvm::function_ref<void(Value, int64_t)> each) {
  int64_t lanes = vectorBits / plan.gatheredBits();
  while (lanes > elements)
    lanes /= 2;
  int64_t whole = elements / lanes;
  if (whole <= kUnrolledCopies) {
    for (int64_t i = 0; i < whole; ++i)
      each(index(i * lanes), lanes);
  } else {
    forEach(0, whole, [&](Value i) { each(times(i, lanes), lanes); });
  }
  if (elements % lanes)
    each(index(elements - lanes), lanes);
}

void DotEmitter::copy(Value from, Value to, int64_t elements) {
  Value memory = nest.inputs[plan.data].buffer.flat;
  forVectors(elements, [&](Value i, int64_t lanes) {
    auto stored = VectorType::get({lanes}, b.getIntegerType(plan.dataBits));
    auto type = VectorType::get({lanes}, gatheredType());
    auto constant = [&](int64_t value) -> Value {
      return arith::ConstantOp::create(
          b, loc,
          DenseElementsAttr::get(type, ArrayRef<Attribute>(b.getIntegerAttr(
                                           type.getElementType(), value))));
    };
    Value vector = vector::LoadOp::create(b, loc, stored, memory,
                                          ValueRange{plus(from, i)});
    if (stored != type) {
      vector = plan.signedData
                   ? arith::ExtSIOp::create(b, loc, type, vector).getResult()
                   : arith::ExtUIOp::create(b, loc, type, vector).getResult();
      if (plan.dataZero)
        vector = arith::SubIOp::create(b, loc, vector, constant(plan.dataZero));
    } else if (plan.flip) {
      vector = arith::XOrIOp::create(b, loc, vector, constant(plan.signBit()));
    }
    vector::StoreOp::create(b, loc, vector, scratch, ValueRange{plus(to, i)});
  });
}

void DotEmitter::fill(Value to, int64_t elements) {
  forVectors(elements, [&](Value i, int64_t lanes) {
    auto type = VectorType::get({lanes}, gatheredType());
    Value vector = arith::ConstantOp::create(
        b, loc,
        DenseElementsAttr::get(type, ArrayRef<Attribute>(b.getIntegerAttr(
                                         type.getElementType(), padding()))));
    vector::StoreOp::create(b, loc, vector, scratch, ValueRange{plus(to, i)});
  });
}

} // namespace dlc::loops
