//===- TestGaps.h - Coded panels as a stage reads them ----------*- C++ -*-===//

#ifndef DLC_TEST_UNIT_CODEGEN_LOOPS_VALUES_TESTGAPS_H
#define DLC_TEST_UNIT_CODEGEN_LOOPS_VALUES_TESTGAPS_H

#include "codegen/loops/integer/values/IntegerGaps.h"
#include "codegen/loops/integer/values/IntegerSparse.h"
#include "test/unit/codegen-loops/TestStream.h"
#include "test/unit/codegen-loops/values/TestCodes.h"
#include <cstring>

namespace dlc::loops {

inline const IntegerForm &sparseForm(const char *instruction, size_t which) {
  Machine machine;
  machine.forms.resize(1);
  machine.forms.front().instruction = instruction;
  machine.forms.front().lanes = 1;
  return *sparseFormsOf(machine)[which];
}

/// Panels of some sums' columns.
struct Panels {
  Panels(const ColumnSums &sums, const IntegerForm &form, int64_t count,
         llvm::ArrayRef<mlir::ElementsAttr> operands) {
    layout.columns = sums.features / count;
    layout.group = form.group;
    layout.segments =
        layout.columns * segmentsOf(sums.order.depth(), form.group);
    std::vector<ColumnSums> each;
    for (int64_t p = 0; p < count; ++p) {
      ColumnSums some = sums;
      some.features = layout.columns;
      some.order.source.constant += p * layout.columns * sums.featureStride;
      some.bias.start += p * layout.columns * sums.bias.stride;
      auto columns = readColumns(some, operands);
      auto bytes = columns ? sparseBytes(*columns, form) : std::nullopt;
      if (!bytes) {
        ADD_FAILURE() << "columns cannot be stored";
        return;
      }
      layout.room.weights = std::max(layout.room.weights, bytes->weights);
      layout.room.places = std::max(layout.room.places, bytes->places);
      each.push_back(some);
    }
    for (const ColumnSums &some : each) {
      auto columns = std::make_shared<IntegerColumns>(
          some, form, form.weights.front(), 1, std::nullopt);
      columns->setSparse(layout.room, false);
      layout.numberBytes =
          4 * (columns->words() - sparseWords(layout.room) + 1);
      plain.push_back(columns);
    }
  }

  SparseLayout layout;
  std::vector<std::shared_ptr<const WeightEncoding>> plain;
};

inline std::vector<char>
bytesOf(const llvm::SmallVector<mlir::ElementsAttr> &stored) {
  llvm::SmallVector<int32_t> words = wordsOf(stored.front());
  std::vector<char> bytes(words.size() * sizeof(int32_t));
  memcpy(bytes.data(), words.data(), bytes.size());
  return bytes;
}

inline uint32_t wordOf(const std::vector<char> &bytes, int64_t word) {
  uint32_t number;
  memcpy(&number, bytes.data() + 4 * word, sizeof(number));
  return number;
}

/// A code's description, which says itself how long it is.
inline std::vector<char> descriptionAt(const std::vector<char> &bytes,
                                       size_t at) {
  size_t symbols = 0;
  for (size_t length = 0; length < 16; ++length)
    symbols += static_cast<uint8_t>(bytes[at + length]);
  auto from = bytes.begin() + static_cast<ptrdiff_t>(at);
  return {from, from + static_cast<ptrdiff_t>(16 + symbols)};
}

/// What a stage makes of a panel: its numbers and weights, and its places.
inline std::pair<std::string, std::string>
panelOf(const std::vector<char> &bytes, const GapPanels &coded, int64_t panel) {
  uint32_t start = wordOf(bytes, 1 + 2 * panel),
           counts = wordOf(bytes, 2 + 2 * panel);
  size_t weights = counts & 0xffff, halfwords = counts >> 16;
  const SparseLayout &layout = coded.sparse();
  auto from = [&](size_t at) {
    return std::vector<char>(bytes.begin() + static_cast<ptrdiff_t>(at),
                             bytes.end());
  };
  auto words = static_cast<size_t>(4 * coded.numberWords());
  size_t own = static_cast<size_t>(coded.firstNumber()) +
               static_cast<size_t>(panel) * words;
  std::string numbers(bytes.data() + own, words);
  for (int byte = 0; byte < 4; ++byte)
    numbers.push_back(static_cast<char>(weights >> (8 * byte)));
  numbers +=
      decode(descriptionAt(bytes, static_cast<size_t>(coded.firstCode())),
             from(start), weights);
  std::string places = decode(descriptionAt(bytes, wordOf(bytes, 0)),
                              from(start + 2 * halfwords),
                              weights / static_cast<size_t>(layout.group) +
                                  static_cast<size_t>(layout.segments));
  size_t at = 0;
  for (int64_t segment = 0; segment < layout.segments; ++segment) {
    int next = 0;
    for (int count = static_cast<uint8_t>(places.at(at++)); count > 0;
         --count, ++at) {
      next += static_cast<uint8_t>(places.at(at));
      places[at] = static_cast<char>(next++);
    }
  }
  EXPECT_EQ(at, places.size());
  return {numbers, places};
}

} // namespace dlc::loops

#endif // DLC_TEST_UNIT_CODEGEN_LOOPS_VALUES_TESTGAPS_H
