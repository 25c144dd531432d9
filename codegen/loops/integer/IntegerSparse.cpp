//===- IntegerSparse.cpp - Weights without those that are 0 ---------------===//

#include "codegen/loops/integer/IntegerSparse.h"
#include "dialects/kernel/SparseKernels.h"
#include "llvm/Support/MathExtras.h"

namespace dlc::loops {

namespace {
constexpr int64_t kWord = 4;
constexpr int64_t kSegment = kernel::SparseColumnsOp::kSegment,
                  kMostOfSegment = kernel::SparseColumnsOp::kMostOfSegment;

int64_t weightAt(const Column &column, int64_t k) {
  return k < static_cast<int64_t>(column.weights.size()) ? column.weights[k]
                                                         : 0;
}

/// Calls `each` for the groups of a segment that are not all 0, by their
/// places.
template <typename Fn>
void forEachGroup(const Column &column, int64_t group, int64_t segment,
                  Fn each) {
  for (int64_t place = 0; place < kSegment; ++place) {
    int64_t first = (segment * kSegment + place) * group;
    for (int64_t i = 0; i < group; ++i)
      if (weightAt(column, first + i) != 0) {
        each(place, first);
        break;
      }
  }
}

int64_t segmentsOf(const Column &column, int64_t group) {
  return llvm::divideCeil(static_cast<int64_t>(column.weights.size()),
                          group * kSegment);
}
} // namespace

int64_t nonzeros(llvm::ArrayRef<Column> columns) {
  int64_t count = 0;
  for (const Column &column : columns)
    count += llvm::count_if(column.weights, [](int64_t w) { return w != 0; });
  return count;
}

std::optional<SparseBytes> sparseBytes(llvm::ArrayRef<Column> columns,
                                       int64_t group) {
  SparseBytes bytes;
  for (const Column &column : columns) {
    for (int64_t weight : column.weights)
      if (!llvm::isInt<8>(weight))
        return std::nullopt;
    for (int64_t s = 0; s < segmentsOf(column, group); ++s) {
      int64_t count = 0;
      forEachGroup(column, group, s, [&](int64_t, int64_t) { ++count; });
      if (count > kMostOfSegment)
        return std::nullopt;
      bytes.weights += count * group;
      bytes.places += 1 + count;
    }
  }
  return bytes;
}

int64_t sparseWords(SparseBytes bytes) {
  return 1 + static_cast<int64_t>(
                 llvm::divideCeil(bytes.weights + bytes.places, kWord));
}

std::vector<char> encodeSparse(llvm::ArrayRef<Column> columns, int64_t group,
                               SparseBytes room) {
  std::vector<char> stream, weights, places;
  for (const Column &column : columns)
    for (int64_t s = 0; s < segmentsOf(column, group); ++s) {
      size_t count = places.size();
      places.push_back(0);
      forEachGroup(column, group, s, [&](int64_t place, int64_t first) {
        for (int64_t i = 0; i < group; ++i)
          weights.push_back(static_cast<char>(weightAt(column, first + i)));
        places.push_back(static_cast<char>(place));
        ++places[count];
      });
    }
  weights.resize(room.weights);
  places.resize(room.places);
  for (int64_t i = 0; i < kWord; ++i)
    stream.push_back(static_cast<char>(room.weights >> (8 * i)));
  llvm::append_range(stream, weights);
  llvm::append_range(stream, places);
  while (stream.size() % kWord != 0)
    stream.push_back(0);
  return stream;
}

} // namespace dlc::loops
