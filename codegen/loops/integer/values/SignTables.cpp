//===- SignTables.cpp - Weights of one magnitude as bits ------------------===//

#include "codegen/loops/integer/values/SignTables.h"
#include "dialects/kernel/TableKernels.h"
#include "llvm/Support/MathExtras.h"
#include <array>
#include <cstdlib>
#include <vector>

namespace dlc::loops {

using kernel::TableColumnsOp;

namespace {
constexpr int64_t kBlockOfColumns = 8, kLowBlock = 4;
constexpr int64_t kBitsOfWord = 32;

bool isLow(const IntegerForm &form) {
  return form.set == kernel::InstructionSet::Armv6M;
}

/// Steps as codegen/kernels/values/ArmTables.cpp writes them: of a column a
/// shift, a look-up and a sum, and of a table and eight columns words of bits
/// and the next table.
int64_t armTableStep(int64_t words, IntegerTile tile) {
  constexpr int64_t kColumns = 8, kOfColumn = 3;
  auto [positions, columns] = tile;
  // Sums and what they were looked up as have registers when a block ends.
  if (positions > 2 || (positions == 2 && columns > 2))
    return 0;
  return llvm::divideCeil((kColumns * kOfColumn + words + 1) * columns,
                          kColumns);
}
int64_t armFours(LeftForm, WeightForm, IntegerTile tile) {
  return armTableStep(1, tile);
}
int64_t armEights(LeftForm, WeightForm, IntegerTile tile) {
  return armTableStep(2, tile);
}

/// As MulsTables.cpp does, a column at a time, with its part of what four
/// columns have together.
int64_t mulsTableStep(LeftForm, WeightForm, IntegerTile tile) {
  constexpr int64_t kColumn = 5;
  return tile.columns == 1 && tile.positions <= 2 ? kColumn : 0;
}

constexpr LeftForm kPlainBytes[] = {LeftForm::Bytes};
constexpr WeightForm kTableWeights[] = {WeightForm::SignTables};

IntegerForm tablesOf(const IntegerForm &base, int64_t group) {
  bool low = isLow(base);
  IntegerForm form = base;
  form.group = group;
  form.lefts = kPlainBytes;
  form.weights = kTableWeights;
  form.most = low ? IntegerTile{2, 1} : IntegerTile{2, 4};
  form.step = low ? mulsTableStep : group == 4 ? armFours : armEights;
  // Of four columns: sums are read and written, and a turn of the loop.
  form.iteration = low ? 0 : group == 4 ? 2.5 : 1.5;
  // A column by itself.
  form.block = low ? 4 : 9;
  form.result = low ? 22 : 5;
  form.planes = nullptr;
  form.sharedByColumns = false;
  form.looksUp = true;
  return form;
}
} // namespace

llvm::SmallVector<const IntegerForm *, 2>
signTableFormsOf(const Machine &machine) {
  static const std::vector<std::array<IntegerForm, 2>> table = [] {
    std::vector<std::array<IntegerForm, 2>> rows;
    for (const IntegerForm &base : integerForms())
      rows.push_back({tablesOf(base, 4), tablesOf(base, 8)});
    return rows;
  }();
  const IntegerForm *base = integerFormOf(machine);
  if (!base)
    return {};
  const auto &row = table[base - integerForms().data()];
  return {&row[0], &row[1]};
}

/// Whether all weights are `magnitude` or less that; 0 becomes the first one's.
static bool areOf(llvm::ArrayRef<Column> columns, int64_t &magnitude) {
  for (const Column &column : columns)
    for (int64_t weight : column.weights) {
      if (magnitude == 0)
        magnitude = std::abs(weight);
      if (weight == 0 || std::abs(weight) != magnitude)
        return false;
    }
  return magnitude <= TableColumnsOp::kMostMagnitude;
}

std::optional<int64_t>
magnitudeOf(llvm::ArrayRef<std::vector<Column>> callers) {
  int64_t magnitude = 0, first = 0;
  bool alike = true;
  for (const std::vector<Column> &columns : callers) {
    if (!areOf(columns, magnitude))
      return std::nullopt;
    for (const Column &column : columns)
      for (int64_t weight : column.weights) {
        first = first ? first : weight;
        alike &= weight == first;
      }
  }
  return alike ? std::nullopt : std::optional(magnitude);
}

bool SignTables::canStore(const ColumnSums &sums,
                          llvm::ArrayRef<Column> columns) const {
  constexpr unsigned kSumBits = 32;
  int64_t magnitude = 0;
  if (sums.dataBytes != 1 || sums.order.depth() % instructions.group != 0 ||
      !areOf(columns, magnitude))
    return false;
  return llvm::all_of(columns, [&](const Column &column) {
    return sumRange(sums, column).fits(kSumBits);
  });
}

int64_t SignTables::start(const ColumnSums &sums, const Column &column) const {
  constexpr int64_t kSignOffset = 128, kComplement = 255;
  int64_t all = 0, less = 0;
  for (int64_t weight : column.weights) {
    all += weight;
    less += weight < 0 ? weight : 0;
  }
  int64_t offset = sums.dataZero + (sums.signedData ? kSignOffset : 0);
  return column.bias - offset * all + kComplement * less;
}

/// Columns that are looked up together.
static int64_t blockOf(const IntegerForm &form) {
  return isLow(form) ? kLowBlock : kBlockOfColumns;
}

int64_t SignTables::block() const { return blockOf(instructions); }

int64_t SignTables::together(int64_t steps, Unrolling unrolling) const {
  int64_t most = instructions.group == 8         ? 2
                 : unrolling == Unrolling::Small ? 4
                                                 : 8;
  for (int64_t some = std::min(steps, most); some > 1; --some)
    if (steps % some == 0)
      return some;
  return 1;
}

int64_t SignTables::words(int64_t features, int64_t steps) const {
  int64_t columns = static_cast<int64_t>(llvm::alignTo(features, block()));
  return llvm::divideCeil(columns * steps * instructions.group, kBitsOfWord);
}

std::vector<uint32_t> SignTables::encode(llvm::ArrayRef<Column> columns,
                                         int64_t steps,
                                         int64_t together) const {
  auto features = static_cast<int64_t>(columns.size());
  std::vector<uint32_t> stream(words(features, steps));
  int64_t place = 0;
  for (int64_t section = 0; section < steps; section += together)
    for (int64_t first = 0; first < features; first += block())
      for (int64_t step = section; step < section + together; ++step)
        for (int64_t c = first; c < first + block(); ++c)
          for (int64_t i = 0; i < instructions.group; ++i, ++place) {
            int64_t k = step * instructions.group + i;
            bool isSet = c < features && columns[c].weights[k] > 0;
            stream[place / kBitsOfWord] |= uint32_t(isSet)
                                           << (place % kBitsOfWord);
          }
  return stream;
}

int64_t SignTables::Tables::scratchBytes() const {
  constexpr int64_t kSumBytes = 4, kNone = int64_t(1) << 40;
  int64_t group = instructions.group;
  if (positions > 1 && steps * group > TableColumnsOp::kMostElements)
    return kNone;
  auto columns =
      static_cast<int64_t>(llvm::alignTo(features, blockOf(instructions)));
  return together * TableColumnsOp::tableBytes(group, positions) +
         columns * kSumBytes;
}

double SignTables::Tables::instructionsInAll() const {
  // A table, of four elements and of eight, of one position and of two; a
  // section; a call.
  constexpr double kArm[2][2] = {{29, 44}, {241, 453}},
                   kMuls[2][2] = {{59, 101}, {327, 605}};
  constexpr double kSection = 17, kCall = 60;
  double table =
      (isLow(instructions) ? kMuls
                           : kArm)[instructions.group == 8][positions - 1];
  return table * static_cast<double>(steps) +
         kSection * static_cast<double>(steps) / static_cast<double>(together) +
         kCall + static_cast<double>(features) / 2;
}

int64_t SignTables::Tables::kernelBytes() const {
  // Of a table and its columns; beside that, of a group of four and of eight.
  constexpr int64_t kTable = 92, kLowTable = 36;
  constexpr int64_t kRest[] = {420, 560}, kLowRest[] = {480, 640};
  return isLow(instructions)
             ? together * kLowTable + kLowRest[instructions.group == 8]
             : together * kTable + kRest[instructions.group == 8];
}

} // namespace dlc::loops
