//===- TreeProcedure.cpp - Walks through decision trees -------------------===//
//
// As branches, a comparison with a constant is two or three instructions and a
// jump, and as many bytes as a split takes of instructions. As tables, a split
// is a feature, a threshold and two children, each in as few bytes as hold
// them, and a loop goes from one to the next:
//
//   do
//     next = children[2 split + !(sample[feature[split]] <= threshold[split])]
//     split += next - (leaves - 1)
//   while (next >= leaves)
//
// A child says by how much it stands behind its split, so that those of small
// trees are bytes in large forests.
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/Scalar.h"
#include "codegen/lower/Trees.h"
#include "dialects/dlc/Declarations.h"
#include "targets/description/TargetAttr.h"
#include <cmath>
#include <map>

using namespace mlir;

namespace dlc::lower {

namespace {
/// Branches: as much code as may be written out, and nested.
constexpr int64_t kMostSplits = 2500, kDeepest = 64;

/// Whether no split is reached in two ways, and none by too many others.
bool areTreesApart(nn::TreeEnsembleOp op) {
  int64_t splits = static_cast<int64_t>(op.getFeatures().size());
  SmallVector<int64_t> parents(splits, 0), depth(splits, 0);
  for (int32_t root : op.getRoots())
    if (root < splits)
      ++parents[root];
  for (auto [i, child] : llvm::enumerate(op.getChildren()))
    if (child < splits) {
      ++parents[child];
      depth[child] = depth[i / 2] + 1;
    }
  return llvm::all_of(parents, [](int64_t count) { return count <= 1; }) &&
         *llvm::max_element(depth) < kDeepest;
}

//===----------------------------------------------------------------------===//
// Thresholds in a table
//===----------------------------------------------------------------------===//

/// In whole; as the upper half of each float, where the lower is 0; or the
/// different ones and the number of each, whichever takes fewest bytes. On a
/// core without floating point they are integers in the floats' order.
class Thresholds {
public:
  Thresholds(ArrayRef<double> values, Type element, bool hasFpu)
      : element(element), areKeys(!hasFpu && element.isF32()) {
    std::map<std::pair<double, bool>, int64_t> positions;
    bool haveUpper = element.isF32();
    for (double value : values) {
      value = value == 0 ? 0 : value; // -0 compares as 0 does
      auto bits = llvm::bit_cast<uint32_t>(static_cast<float>(value));
      haveUpper &= (bits & 0xffff) == 0 && !(areKeys && bits >> 31);
      bool isNan = std::isnan(value);
      auto [at, isNew] =
          positions.try_emplace({isNan ? 0 : value, isNan}, positions.size());
      if (isNew)
        different.push_back(value);
      numbers.push_back(at->second);
      all.push_back(value);
    }
    int64_t width = element.getIntOrFloatBitWidth() / 8, count = all.size(),
            kinds = different.size();
    int64_t listed = kinds * width + count * (kinds <= 256 ? 1 : 2);
    isUpper = haveUpper && 2 * count <= listed;
    isListed = !isUpper && kinds <= 65536 && listed < width * count;
  }

  SmallVector<Value> tables(ImplicitLocOpBuilder &b) const {
    if (isUpper)
      return {bitsTable(b, all, 16)};
    if (!isListed)
      return {wholeTable(b, all)};
    return {createNumbers(b, numbers), wholeTable(b, different)};
  }

  void bind(ValueRange tables) { memory.assign(tables.begin(), tables.end()); }

  /// Whether x is at most a split's threshold, or missing and `marked`.
  Value holds(Code &code, Value x, Value split, Value marked) const {
    ImplicitLocOpBuilder &b = code.builder();
    Value threshold = at(code, split);
    if (!areKeys) {
      Value goes =
          scalar::compare(b, element, scalar::Order::LessOrEqual, x, threshold);
      if (!marked)
        return goes;
      Value isNan = arith::CmpFOp::create(b, arith::CmpFPredicate::UNO, x, x);
      return code.either(goes, code.both(isNan, marked));
    }
    Value bits = arith::BitcastOp::create(b, b.getI32Type(), x);
    Value sign = arith::ShRSIOp::create(b, bits, word(code, 31));
    Value flipped = arith::ShRUIOp::create(b, sign, word(code, 1));
    Value key = arith::XOrIOp::create(b, bits, flipped);
    Value goes =
        arith::CmpIOp::create(b, arith::CmpIPredicate::sle, key, threshold);
    Value size = arith::ShLIOp::create(b, bits, word(code, 1));
    Value isNumber = arith::CmpIOp::create(b, arith::CmpIPredicate::ule, size,
                                           word(code, 0xff000000));
    return code.select(isNumber, goes,
                       marked ? marked : code.constant(b.getBoolAttr(false)));
  }

private:
  static Value word(Code &code, uint32_t value) {
    return code.constant(
        code.builder().getI32IntegerAttr(static_cast<int32_t>(value)));
  }

  /// Of floats in their order; nothing is at most NaN.
  static uint32_t keyOf(double value) {
    auto bits = llvm::bit_cast<uint32_t>(static_cast<float>(value));
    return std::isnan(value) ? 0x80000000U
           : bits >> 31      ? bits ^ 0x7fffffffU
                             : bits;
  }

  Value bitsTable(ImplicitLocOpBuilder &b, ArrayRef<double> values,
                  unsigned width) const {
    SmallVector<APInt> numbers;
    for (double value : values)
      numbers.emplace_back(width, (areKeys ? keyOf(value)
                                           : llvm::bit_cast<uint32_t>(
                                                 static_cast<float>(value))) >>
                                      (32 - width));
    auto type = RankedTensorType::get({static_cast<int64_t>(values.size())},
                                      b.getIntegerType(width));
    return arith::ConstantOp::create(b, DenseElementsAttr::get(type, numbers));
  }

  Value wholeTable(ImplicitLocOpBuilder &b, ArrayRef<double> values) const {
    return areKeys ? bitsTable(b, values, 32) : createTable(b, values, element);
  }

  /// As floats or keys.
  Value at(Code &code, Value split) const {
    if (isListed)
      return code.load(memory[1], numberAt(code, memory[0], split));
    Value value = code.load(memory[0], split);
    if (!isUpper)
      return value;
    ImplicitLocOpBuilder &b = code.builder();
    value = arith::ExtUIOp::create(b, b.getI32Type(), value);
    value = arith::ShLIOp::create(b, value, word(code, 16));
    return areKeys ? value : arith::BitcastOp::create(b, element, value);
  }

  Type element;
  bool areKeys, isUpper, isListed;
  SmallVector<double> all, different;
  SmallVector<int64_t> numbers;
  SmallVector<Value> memory;
};

//===----------------------------------------------------------------------===//
// Walks
//===----------------------------------------------------------------------===//

class TreeProcedure {
public:
  TreeProcedure(nn::TreeEnsembleOp op, bool isSmall, bool hasFpu)
      : op(op), element(op.getInput().getType().getElementType()),
        splits(static_cast<int64_t>(op.getFeatures().size())),
        leaves(static_cast<int64_t>(op.getWeights().size()) / op.getColumns()),
        trees(static_cast<int64_t>(op.getRoots().size()) / op.getGroups()),
        areBranches(!isSmall && splits <= kMostSplits && areTreesApart(op)),
        sums(op, isSmall, hasFpu),
        thresholds(op.getThresholds(), element, hasFpu) {}

  Value create(ImplicitLocOpBuilder &b, Value input) {
    SmallVector<Value> reads{input};
    llvm::append_range(reads, sums.tables(b, areBranches));
    size_t ofSums = reads.size();
    if (!areBranches) {
      addTables(b, reads);
      llvm::append_range(reads, thresholds.tables(b));
    }
    auto type = op.getType();
    auto made = RankedTensorType::get(type.getShape(), type.getElementType());
    return createProcedure(
               b, reads, {made}, {},
               [&](Code &code, ValueRange memory) {
                 sample = memory[0];
                 sums.bind(memory.slice(1, ofSums - 1), memory[reads.size()]);
                 if (!areBranches)
                   bindTables(memory.slice(ofSums, reads.size() - ofSums));
                 run(code);
               })
        .front();
  }

private:
  /// A tree that is a leaf begins at a split that leads there either way.
  void addTables(ImplicitLocOpBuilder &b, SmallVectorImpl<Value> &reads) {
    SmallVector<int64_t> features(op.getFeatures().begin(),
                                  op.getFeatures().end()),
        children, roots;
    for (auto [i, child] : llvm::enumerate(op.getChildren()))
      children.push_back(child >= splits ? child - splits
                                         : child - static_cast<int64_t>(i) / 2 -
                                               1 + leaves);
    SmallVector<double> values(op.getThresholds());
    for (int32_t root : op.getRoots()) {
      roots.push_back(root < splits ? root
                                    : static_cast<int64_t>(features.size()));
      if (root < splits)
        continue;
      features.push_back(0);
      values.push_back(values.front());
      children.append(2, root - splits);
    }
    if (std::optional<ArrayRef<bool>> missing = op.getMissing()) {
      marks.assign(missing->begin(), missing->end());
      marks.resize(features.size());
    }
    thresholds = Thresholds(values, element, targets::getTargetInfo(op).fpu);
    for (ArrayRef<int64_t> table : {ArrayRef(roots), ArrayRef(features),
                                    ArrayRef(children), ArrayRef(marks)})
      if (!table.empty())
        reads.push_back(createNumbers(b, table));
  }

  void bindTables(ValueRange memory) {
    size_t own = marks.empty() ? 3 : 4;
    tables.assign(memory.begin(), memory.begin() + own);
    thresholds.bind(memory.drop_front(own));
  }

  void run(Code &code) {
    int64_t width = shapeOf(op.getInput())[1], groups = op.getGroups(),
            columns = op.getColumns();
    code.each(code.index(op.getType().getDimSize(0)), [&](Value number) {
      Value first = code.mul(number, width);
      Value row = code.mul(number, groups * columns);
      if (areBranches) {
        for (int64_t group = 0; group < groups; ++group)
          branches(code, first, code.add(row, group * columns), group * trees);
        return;
      }
      code.each(code.index(groups), [&](Value group) {
        walks(code, first, code.add(row, code.mul(group, columns)),
              code.mul(group, trees));
      });
    });
  }

  //===--------------------------------------------------------------------===//
  // Branches
  //===--------------------------------------------------------------------===//

  void branches(Code &code, Value first, Value row, int64_t root) {
    SmallVector<Code::Values> found;
    ArrayRef<int32_t> roots = op.getRoots().slice(root, trees);
    if (sums.addsLast())
      for (int32_t one : roots)
        found.push_back(branch(code, first, one));
    Code::Values so = sums.begin(code, row);
    for (auto [tree, one] : llvm::enumerate(roots))
      so = sums.add(code, row, so,
                    found.empty() ? branch(code, first, one) : found[tree]);
    sums.end(code, row, so);
  }

  Code::Values branch(Code &code, Value first, int64_t node) {
    if (node >= splits)
      return sums.known(code, node - splits);
    ImplicitLocOpBuilder &b = code.builder();
    Value x = code.load(sample, code.add(first, op.getFeatures()[node]));
    bool marked = op.getMissing() && (*op.getMissing())[node];
    Value goes = arith::CmpFOp::create(
        b, marked ? arith::CmpFPredicate::ULE : arith::CmpFPredicate::OLE, x,
        scalar::constant(b, element, op.getThresholds()[node]));
    return code.choose(
        goes, sums.types(b),
        [&] { return branch(code, first, op.getChildren()[2 * node]); },
        [&] { return branch(code, first, op.getChildren()[2 * node + 1]); });
  }

  //===--------------------------------------------------------------------===//
  // Tables
  //===--------------------------------------------------------------------===//

  void walks(Code &code, Value first, Value row, Value root) {
    Code::Values so = code.each(
        root, code.add(root, trees), sums.begin(code, row),
        [&](Value tree, ValueRange before) {
          Value leaf = walk(code, first, numberAt(code, tables[0], tree));
          return sums.add(code, row, before, sums.computed(code, leaf));
        });
    sums.end(code, row, so);
  }

  Value walk(Code &code, Value first, Value root) {
    ImplicitLocOpBuilder &b = code.builder();
    Code::Values last = code.loop(
        root, b.getIndexType(),
        [&](ValueRange so) -> std::pair<Value, Code::Values> {
          Value next = child(code, first, so[0]);
          Value isSplit = arith::CmpIOp::create(b, arith::CmpIPredicate::uge,
                                                next, code.index(leaves));
          return {isSplit, {next}};
        },
        [&](ValueRange so, ValueRange next) -> Code::Values {
          Value behind = code.sub(next[0], code.index(leaves - 1));
          return {code.add(so[0], behind)};
        });
    return last[1];
  }

  Value child(Code &code, Value first, Value split) {
    ImplicitLocOpBuilder &b = code.builder();
    Value feature = numberAt(code, tables[1], split);
    Value x = code.load(sample, code.add(first, feature));
    Value marked;
    if (!marks.empty())
      marked = arith::TruncIOp::create(b, b.getI1Type(),
                                       code.load(tables[3], split));
    Value goes = thresholds.holds(code, x, split, marked);
    Value pair = code.mul(split, 2);
    return numberAt(code, tables[2],
                    code.select(goes, pair, code.add(pair, 1)));
  }

  nn::TreeEnsembleOp op;
  Type element;
  int64_t splits, leaves, trees;
  bool areBranches;
  TreeLeaves sums;
  Thresholds thresholds;
  SmallVector<int64_t> marks;
  Value sample;
  /// Where trees begin, features, children, marks of missing values.
  SmallVector<Value> tables;
};
} // namespace

Value createTreeProcedure(ImplicitLocOpBuilder &b, nn::TreeEnsembleOp op,
                          Value input) {
  auto module = op->getParentOfType<ModuleOp>();
  bool isSmall = phases::optimiseSizeAttr.isOn(module) ||
                 phases::flashLimitAttr.isOn(module);
  return TreeProcedure(op, isSmall, targets::getTargetInfo(op).fpu)
      .create(b, input);
}

} // namespace dlc::lower
