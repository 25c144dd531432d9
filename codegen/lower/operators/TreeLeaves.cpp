//===- TreeLeaves.cpp - What the leaves of decision trees add up to -------===//

#include "codegen/lower/Scalar.h"
#include "codegen/lower/Trees.h"
#include <cmath>

using namespace mlir;

namespace dlc::lower {

/// Sums that are values at the same time, at most: half of the registers of
/// the smallest machine with floats in registers.
static constexpr int64_t kMostSums = 16;

/// Of a division and a conversion of floats without instructions for them.
static constexpr int64_t kBytesOfHelpers = 512;

static unsigned bitsOf(int64_t most) {
  return most < 256 ? 8 : most < 65536 ? 16 : 32;
}

Value createNumbers(ImplicitLocOpBuilder &b, ArrayRef<int64_t> values) {
  unsigned width = bitsOf(*llvm::max_element(values));
  auto type = RankedTensorType::get({static_cast<int64_t>(values.size())},
                                    b.getIntegerType(width));
  SmallVector<APInt> numbers;
  for (int64_t value : values)
    numbers.emplace_back(width, value);
  return arith::ConstantOp::create(b, DenseElementsAttr::get(type, numbers));
}

Value numberAt(Code &code, Value memory, Value at) {
  ImplicitLocOpBuilder &b = code.builder();
  return arith::IndexCastUIOp::create(b, b.getIndexType(),
                                      code.load(memory, at));
}

TreeLeaves::TreeLeaves(nn::TreeEnsembleOp op, bool isSmall, bool hasFpu)
    : kind(op.getKind()), element(op.getType().getElementType()),
      weights(op.getWeights()), columns(op.getColumns()),
      leaves(static_cast<int64_t>(weights.size()) / columns) {
  chooseForm(isSmall, hasFpu);
}

/// 0 changes no sum: none is -0, since each begins with 0.
void TreeLeaves::chooseForm(bool isSmall, bool hasFpu) {
  if (columns == 1) {
    form = Form::Single;
    return;
  }
  form = columns <= kMostSums ? Form::Sums : Form::Rows;
  if (kind != nn::ReduceKind::Sum)
    return;
  bool isOneEach = true;
  for (int64_t leaf = 0; leaf < leaves; ++leaf) {
    starts.push_back(static_cast<int64_t>(stored.size()));
    for (int64_t column = 0; column < columns; ++column)
      if (double weight = weights[leaf * columns + column]; weight != 0) {
        targets.push_back(column);
        stored.push_back(weight);
      }
    isOneEach &= static_cast<int64_t>(stored.size()) == starts.back() + 1;
  }
  starts.push_back(static_cast<int64_t>(stored.size()));
  if (isOneEach) {
    form = Form::OneEach;
    sameWeight = llvm::all_equal(stored);
    return;
  }
  if (isSmall && !stored.empty())
    chooseSparse(hasFpu);
}

/// By the bits that all tables together take.
void TreeLeaves::chooseSparse(bool hasFpu) {
  int64_t width = element.getIntOrFloatBitWidth(), count = starts.back();
  int64_t places = count * bitsOf(columns - 1) + (leaves + 1) * bitsOf(count);
  int64_t least = leaves * columns * width, whole = places + count * width;
  if (whole < least) {
    form = Form::Sparse;
    least = whole;
  }
  if (findQuotients()) {
    // Helpers of the compiler's library, which nobody else may need.
    int64_t quotients = places + count * 8 +
                        (hasFpu ? 0 : kBytesOfHelpers * 8) +
                        leaves * bitsOf(*llvm::max_element(dividers));
    if (quotients < least) {
      form = Form::Sparse;
      return;
    }
  }
  counts.clear();
  dividers.clear();
}

/// The smallest divider of each leaf that makes all of its weights numbers of a
/// byte; false if one has none. The quotient, as a float, has to be the weight.
bool TreeLeaves::findQuotients() {
  constexpr int64_t kMostCount = 255, kMostDivider = 65535;
  if (!element.isF32())
    return false;
  for (int64_t leaf = 0; leaf < leaves; ++leaf) {
    auto own =
        ArrayRef(stored).slice(starts[leaf], starts[leaf + 1] - starts[leaf]);
    auto countOf = [](double weight, double divider) {
      double count = std::round(weight * divider);
      bool isIt = count >= 1 && count <= kMostCount &&
                  static_cast<float>(count) / static_cast<float>(divider) ==
                      static_cast<float>(weight);
      return isIt ? static_cast<int64_t>(count) : 0;
    };
    double divider = 0;
    for (int64_t first = 1; first <= kMostCount && divider == 0; ++first) {
      double tried = own.empty() ? 1 : std::round(first / own.front());
      if (tried >= 1 && tried <= kMostDivider &&
          llvm::all_of(own, [&](double w) { return countOf(w, tried) > 0; }))
        divider = tried;
    }
    if (divider == 0)
      return false;
    dividers.push_back(static_cast<int64_t>(divider));
    for (double weight : own)
      counts.push_back(countOf(weight, divider));
  }
  return true;
}

SmallVector<Value> TreeLeaves::tables(ImplicitLocOpBuilder &b,
                                      bool areNumbersKnown) {
  switch (form) {
  case Form::Single:
    if (areNumbersKnown)
      return {};
    [[fallthrough]];
  case Form::Sums:
  case Form::Rows:
    return {createTable(b, weights, element)};
  case Form::OneEach:
    if (areNumbersKnown)
      return {};
    if (sameWeight)
      return {createNumbers(b, targets)};
    return {createNumbers(b, targets), createTable(b, stored, element)};
  case Form::Sparse:
    if (!counts.empty())
      return {createNumbers(b, targets), createNumbers(b, counts),
              createNumbers(b, starts), createNumbers(b, dividers)};
    return {createNumbers(b, targets), createTable(b, stored, element),
            createNumbers(b, starts)};
  }
  llvm_unreachable("all forms have tables");
}

void TreeLeaves::bind(ValueRange tables, Value where) {
  memory.assign(tables.begin(), tables.end());
  results = where;
}

//===----------------------------------------------------------------------===//
// What a walk ends with
//===----------------------------------------------------------------------===//

SmallVector<Type> TreeLeaves::types(Builder &b) const {
  if (form == Form::Single)
    return {element};
  if (form == Form::OneEach && !sameWeight)
    return {b.getIndexType(), element};
  return {b.getIndexType()};
}

Value TreeLeaves::weightOf(Code &code, int64_t position) const {
  ArrayRef<double> from = form == Form::Single ? weights : stored;
  return scalar::constant(code.builder(), element, from[position]);
}

Code::Values TreeLeaves::known(Code &code, int64_t leaf) const {
  if (form == Form::Single)
    return {weightOf(code, leaf)};
  if (form != Form::OneEach)
    return {code.index(leaf)};
  Code::Values values{code.index(targets[leaf])};
  if (!sameWeight)
    values.push_back(weightOf(code, leaf));
  return values;
}

Code::Values TreeLeaves::computed(Code &code, Value leaf) const {
  if (form == Form::Single)
    return {code.load(memory[0], leaf)};
  if (form != Form::OneEach)
    return {leaf};
  Code::Values values{numberAt(code, memory[0], leaf)};
  if (!sameWeight)
    values.push_back(code.load(memory[1], leaf));
  return values;
}

//===----------------------------------------------------------------------===//
// Sums
//===----------------------------------------------------------------------===//

Value TreeLeaves::neutral(Code &code) const {
  ImplicitLocOpBuilder &b = code.builder();
  return code.constant(kind == nn::ReduceKind::Sum ? scalar::zero(b, element)
                       : kind == nn::ReduceKind::Max
                           ? scalar::lowest(b, element)
                           : scalar::highest(b, element));
}

Value TreeLeaves::combine(Code &code, Value sum, Value x) const {
  ImplicitLocOpBuilder &b = code.builder();
  return kind == nn::ReduceKind::Sum   ? scalar::add(b, sum, x)
         : kind == nn::ReduceKind::Max ? scalar::max(b, element, sum, x)
                                       : scalar::min(b, element, sum, x);
}

void TreeLeaves::addAt(Code &code, Value at, Value weight) const {
  code.write(combine(code, code.load(results, at), weight), results, at);
}

Value TreeLeaves::realAt(Code &code, Value numbers, Value at) const {
  ImplicitLocOpBuilder &b = code.builder();
  return arith::UIToFPOp::create(b, element, code.load(numbers, at));
}

Value TreeLeaves::storedWeight(Code &code, Value at, Value divider) const {
  if (!divider)
    return code.load(memory[1], at);
  return arith::DivFOp::create(code.builder(), realAt(code, memory[1], at),
                               divider);
}

Code::Values TreeLeaves::begin(Code &code, Value row) const {
  Value none = neutral(code);
  if (form == Form::Single)
    return {none};
  if (form == Form::Sums)
    return Code::Values(columns, none);
  code.each(code.index(columns), [&](Value column) {
    code.write(none, results, code.add(row, column));
  });
  return {};
}

Code::Values TreeLeaves::add(Code &code, Value row, ValueRange sums,
                             ValueRange leaf) const {
  switch (form) {
  case Form::Single:
    return {combine(code, sums[0], leaf[0])};
  case Form::OneEach:
    addAt(code, code.add(row, leaf[0]),
          sameWeight ? weightOf(code, 0) : leaf[1]);
    return {};
  case Form::Sums: {
    Value at = code.mul(leaf[0], columns);
    Code::Values next;
    for (int64_t column = 0; column < columns; ++column)
      next.push_back(combine(code, sums[column],
                             code.load(memory[0], code.add(at, column))));
    return next;
  }
  case Form::Rows: {
    Value at = code.mul(leaf[0], columns);
    code.each(code.index(columns), [&](Value column) {
      addAt(code, code.add(row, column),
            code.load(memory[0], code.add(at, column)));
    });
    return {};
  }
  case Form::Sparse: {
    Value divider = counts.empty() ? Value() : realAt(code, memory[3], leaf[0]);
    code.each(numberAt(code, memory[2], leaf[0]),
              numberAt(code, memory[2], code.add(leaf[0], 1)), [&](Value i) {
                addAt(code, code.add(row, numberAt(code, memory[0], i)),
                      storedWeight(code, i, divider));
              });
    return {};
  }
  }
  llvm_unreachable("all forms add leaves");
}

void TreeLeaves::end(Code &code, Value row, ValueRange sums) const {
  for (auto [column, sum] : llvm::enumerate(sums))
    code.write(sum, results, code.add(row, static_cast<int64_t>(column)));
}

} // namespace dlc::lower
