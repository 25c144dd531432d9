//===- ValueForms.cpp - Instructions of sums whose weights are few values -===//

#include "codegen/loops/integer/IntegerForms.h"
#include "llvm/Support/MathExtras.h"
#include <array>
#include <vector>

namespace dlc::loops {

namespace {
/// Instructions for each word of signs: loads, differences, sums of three; what
/// is made of the rest is `iteration`.
int64_t armSignStep(LeftForm, WeightForm, IntegerTile tile) {
  return tile.positions * tile.columns == 1 ? 5 : 0;
}
int64_t armTernaryStep(LeftForm, WeightForm, IntegerTile tile) {
  return tile.positions * tile.columns == 1 ? 7 : 0;
}
int64_t mulsSignStep(LeftForm, WeightForm, IntegerTile tile) {
  return tile.positions * tile.columns == 1 ? 7 : 0;
}
int64_t mulsTernaryStep(LeftForm, WeightForm, IntegerTile tile) {
  return tile.positions * tile.columns == 1 ? 10 : 0;
}

constexpr int64_t kOne[] = {0};
/// Of a group of signs: the element whose bit is the lowest, and so on.
constexpr int64_t kSignOrder[] = {28, 24, 20, 16, 12, 8,  4,  0,  29, 25, 21,
                                  17, 13, 9,  5,  1,  30, 26, 22, 18, 14, 10,
                                  6,  2,  31, 27, 23, 19, 15, 11, 7,  3};
constexpr WeightForm kSignWeights[] = {WeightForm::Signs};
constexpr WeightForm kRowWeights[] = {WeightForm::Rows};
constexpr WeightForm kCodedRowWeights[] = {WeightForm::CodedRows};
constexpr WeightForm kGroupWeights[] = {WeightForm::Groups};
constexpr LeftForm kBytesOnly[] = {LeftForm::Bytes};
/// Without zeros: a column at a time, of which IntegerForm::segment tells more.
int64_t sparseStep(LeftForm, WeightForm, IntegerTile tile) {
  return tile.positions * tile.columns == 1 ? 1 : 0;
}
constexpr LeftForm kWidened[] = {LeftForm::Widened};
/// The kernels of signs of the cores whose other products are `base`.
IntegerForm signsOf(const IntegerForm &base, bool hasZeros) {
  bool low = base.set == kernel::InstructionSet::Armv6M;
  IntegerForm form = base;
  form.group = 32;
  form.order = kSignOrder;
  form.leftBits = hasZeros ? 2 : 1;
  form.lefts = kWidened;
  form.weights = kSignWeights;
  form.most = {1, 1};
  form.step = low ? (hasZeros ? mulsTernaryStep : mulsSignStep)
                  : (hasZeros ? armTernaryStep : armSignStep);
  form.iteration = low ? 85 : 55;
  form.widen = low ? (hasZeros ? 69 : 39) : hasZeros ? 36 : 22;
  form.planes = nullptr;
  form.sharedByColumns = false;
  form.signs = true;
  form.readsWords = low;
  return form;
}

/// Segments as codegen/kernels/values/ArmSparse.cpp and MulsSparse.cpp write
/// them. A weight, its place, its element and a product; a loop of four.
int64_t armRows(int64_t weights) {
  constexpr int64_t kStart = 6, kFour = 18, kOne = 6;
  return kStart + kFour * (weights / 4) + kOne * (weights % 4);
}
int64_t mulsRows(int64_t weights) {
  constexpr int64_t kStart = 11, kFour = 28, kOne = 10;
  return kStart + kFour * (weights / 4) + kOne * (weights % 4);
}
/// With codes: an odd one, pairs.
int64_t armCodedRows(int64_t weights) {
  constexpr int64_t kStart = 8, kOne = 5, kPair = 11, kTwoPairs = 24;
  return kStart + kOne * (weights % 2) + kPair * (weights / 2 % 2) +
         kTwoPairs * (weights / 4);
}
int64_t mulsCodedRows(int64_t weights) {
  constexpr int64_t kStart = 13, kOne = 7, kPair = 13, kTurn = 3, kMiddle = 1;
  int64_t pairs = weights / 2, turns = (pairs + 1) / 2;
  return kStart + kOne * (weights % 2) + kPair * pairs + kTurn * turns +
         kMiddle * (pairs % 2);
}
/// Groups of four in SMLAD: an odd one, pairs.
int64_t dspGroups(int64_t groups) {
  constexpr int64_t kStart = 6, kOne = 8, kPair = 18;
  return kStart + kOne * (groups % 2) + kPair * (groups / 2);
}

/// A column at a time.
IntegerForm rowsOf(const IntegerForm &base) {
  bool low = base.set == kernel::InstructionSet::Armv6M;
  IntegerForm form = base;
  form.group = 1;
  form.order = kOne;
  form.lefts = kBytesOnly;
  form.weights = kRowWeights;
  form.most = {1, 1};
  form.step = sparseStep;
  form.planes = nullptr;
  form.sharedByColumns = false;
  form.segment = low ? mulsRows : armRows;
  return form;
}

/// The same with codes of few values.
IntegerForm codedRowsOf(const IntegerForm &base) {
  IntegerForm form = rowsOf(base);
  form.weights = kCodedRowWeights;
  bool low = base.set == kernel::InstructionSet::Armv6M;
  form.segment = low ? mulsCodedRows : armCodedRows;
  return form;
}

/// Four weights and their place in SMLAD.
IntegerForm groupsOf(const IntegerForm &base) {
  IntegerForm form = base;
  form.lefts = kWidened;
  form.weights = kGroupWeights;
  form.most = {1, 1};
  form.step = sparseStep;
  form.planes = nullptr;
  form.segment = dspGroups;
  return form;
}
} // namespace

llvm::SmallVector<const IntegerForm *, 3>
sparseFormsOf(const Machine &machine) {
  static const std::vector<std::array<IntegerForm, 3>> table = [] {
    std::vector<std::array<IntegerForm, 3>> rows;
    for (const IntegerForm &base : integerForms())
      rows.push_back({rowsOf(base), codedRowsOf(base), groupsOf(base)});
    return rows;
  }();
  const IntegerForm *base = integerFormOf(machine);
  if (!base)
    return {};
  const auto &row = table[base - integerForms().data()];
  if (base->set == kernel::InstructionSet::Dsp)
    return {&row[0], &row[1], &row[2]};
  return {&row[0], &row[1]};
}

const IntegerForm *signFormOf(const Machine &machine, bool hasZeros) {
  static const std::vector<std::array<IntegerForm, 2>> table = [] {
    std::vector<std::array<IntegerForm, 2>> rows;
    for (const IntegerForm &base : integerForms())
      rows.push_back({signsOf(base, false), signsOf(base, true)});
    return rows;
  }();
  const IntegerForm *base = integerFormOf(machine);
  return base ? &table[base - integerForms().data()][hasZeros ? 1 : 0]
              : nullptr;
}

int64_t stepsOf(const IntegerForm &form, int64_t depth) {
  int64_t groups = llvm::divideCeil(depth, form.group);
  if (!form.signs)
    return groups;
  return llvm::alignTo(groups, llvm::divideCeil(groups, kMostSigns));
}

} // namespace dlc::loops
