//===- IntegerSparse.cpp - Weights without those that are 0 ---------------===//

#include "codegen/loops/integer/values/IntegerSparse.h"
#include "dialects/kernel/SparseKernels.h"
#include "llvm/Support/MathExtras.h"
#include <map>
#include <set>

namespace dlc::loops {

namespace {
constexpr int64_t kWord = 4;
constexpr int64_t kSegment = kernel::SparseColumnsOp::kSegment,
                  kMostOfSegment = kernel::SparseColumnsOp::kMostOfSegment,
                  kCodes = kernel::SparseColumnsOp::kCodes, kCodeBits = 4;

} // namespace

int64_t segmentsOf(int64_t weights, int64_t group) {
  return llvm::divideCeil(weights, group * kSegment);
}

namespace {
bool isCoded(const IntegerForm &instructions) {
  return instructions.weights.front() == WeightForm::CodedRows;
}

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

int64_t countGroups(const Column &column, int64_t group, int64_t segment) {
  int64_t count = 0;
  forEachGroup(column, group, segment, [&](int64_t, int64_t) { ++count; });
  return count;
}

int64_t columnSegments(const Column &column, int64_t group) {
  return segmentsOf(static_cast<int64_t>(column.weights.size()), group);
}
} // namespace

int64_t nonzeros(llvm::ArrayRef<Column> columns) {
  int64_t count = 0;
  for (const Column &column : columns)
    count += llvm::count_if(column.weights, [](int64_t w) { return w != 0; });
  return count;
}

std::optional<SparseBytes> sparseBytes(llvm::ArrayRef<Column> columns,
                                       const IntegerForm &instructions) {
  int64_t group = instructions.group;
  SparseBytes bytes;
  std::set<int64_t> values;
  for (const Column &column : columns) {
    for (int64_t weight : column.weights)
      if (!llvm::isInt<8>(weight))
        return std::nullopt;
      else if (weight != 0)
        values.insert(weight);
    for (int64_t s = 0; s < columnSegments(column, group); ++s) {
      int64_t count = countGroups(column, group, s);
      if (count > kMostOfSegment)
        return std::nullopt;
      bytes.weights += count * group;
      bytes.places += 1 + count;
      if (isCoded(instructions))
        bytes.places += static_cast<int64_t>(llvm::divideCeil(count, 2));
    }
  }
  if (!isCoded(instructions))
    return bytes;
  if (static_cast<int64_t>(values.size()) > kCodes)
    return std::nullopt;
  bytes.weights = kCodes;
  return bytes;
}

int64_t sparseInstructions(llvm::ArrayRef<Column> columns,
                           const IntegerForm &instructions) {
  int64_t all = 0;
  for (const Column &column : columns)
    for (int64_t s = 0; s < columnSegments(column, instructions.group); ++s)
      all += instructions.segment(countGroups(column, instructions.group, s));
  return all;
}

bool shareRange(const ColumnSums &sums, std::vector<Column> &columns) {
  auto isLikeFirst = [&](const Column &column) {
    return column.rescale && column.rescale == columns.front().rescale;
  };
  if (!llvm::all_of(columns, isLikeFirst))
    return false;
  SumRange all = sumRange(sums, columns.front());
  for (const Column &column : columns) {
    SumRange range = sumRange(sums, column);
    all.least = std::min(all.least, range.least);
    all.greatest = std::max(all.greatest, range.greatest);
  }
  for (Column &column : columns)
    column.shared = all;
  return true;
}

int64_t sparseWords(SparseBytes bytes) {
  return 1 + static_cast<int64_t>(
                 llvm::divideCeil(bytes.weights + bytes.places, kWord));
}

namespace {
/// Collects weights and places.
class Sparse {
public:
  Sparse(llvm::ArrayRef<Column> columns, int64_t group) : group(group) {
    for (const Column &column : columns)
      for (int64_t weight : column.weights)
        if (weight != 0)
          codes[weight] = 0;
    for (auto [code, value] : llvm::enumerate(codes))
      value.second = static_cast<int64_t>(code);
  }

  void addSegment(const Column &column, int64_t segment) {
    put(places, countGroups(column, group, segment));
    forEachGroup(column, group, segment, [&](int64_t place, int64_t first) {
      for (int64_t i = 0; i < group; ++i)
        put(weights, weightAt(column, first + i));
      put(places, place);
    });
  }

  void addCodedSegment(const Column &column, int64_t segment) {
    llvm::SmallVector<std::pair<int64_t, int64_t>> all; // places, codes
    forEachGroup(column, group, segment, [&](int64_t place, int64_t first) {
      all.push_back({place, codes.at(weightAt(column, first))});
    });
    put(places, static_cast<int64_t>(all.size()));
    size_t odd = all.size() % 2;
    if (odd) {
      put(places, all[0].first);
      put(places, all[0].second);
    }
    for (size_t i = odd; i < all.size(); i += 2) {
      put(places, all[i].first);
      put(places, all[i + 1].first);
      put(places, all[i].second | all[i + 1].second << kCodeBits);
    }
  }

  void addValues() {
    for (auto [value, code] : codes)
      put(weights, value);
  }

  std::vector<char> weights, places;

private:
  static void put(std::vector<char> &to, int64_t number) {
    to.push_back(static_cast<char>(number));
  }

  int64_t group;
  std::map<int64_t, int64_t> codes; // of values
};
} // namespace

std::vector<char> encodeSparse(llvm::ArrayRef<Column> columns,
                               const IntegerForm &instructions,
                               SparseBytes room) {
  Sparse sparse(columns, instructions.group);
  if (isCoded(instructions))
    sparse.addValues();
  for (const Column &column : columns)
    for (int64_t s = 0; s < columnSegments(column, instructions.group); ++s)
      if (isCoded(instructions))
        sparse.addCodedSegment(column, s);
      else
        sparse.addSegment(column, s);
  sparse.weights.resize(room.weights);
  sparse.places.resize(room.places);
  std::vector<char> stream;
  for (int64_t i = 0; i < kWord; ++i)
    stream.push_back(static_cast<char>(room.weights >> (8 * i)));
  llvm::append_range(stream, sparse.weights);
  llvm::append_range(stream, sparse.places);
  while (stream.size() % kWord != 0)
    stream.push_back(0);
  return stream;
}

} // namespace dlc::loops
