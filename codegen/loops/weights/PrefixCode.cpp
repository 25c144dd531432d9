//===- PrefixCode.cpp - Bytes in as many bits as they are rare ------------===//

#include "codegen/loops/weights/PrefixCode.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <cassert>

namespace dlc::loops {

ByteCounts countBytes(std::string_view bytes) {
  ByteCounts counts = {};
  for (char byte : bytes)
    ++counts[static_cast<uint8_t>(byte)];
  return counts;
}

ByteCounts countBytes(const std::vector<std::string> &texts) {
  ByteCounts counts = {};
  for (const std::string &text : texts)
    for (auto [all, some] : llvm::zip(counts, countBytes(text)))
      all += some;
  return counts;
}

namespace {
/// Bytes that are in a package, each as often as it is.
struct Package {
  int64_t weight = 0;
  std::vector<uint8_t> bytes;
};

bool isLighter(const Package &a, const Package &b) {
  return a.weight < b.weight;
}

/// Neighbours together, of those in the order of their weights.
std::vector<Package> pairsOf(const std::vector<Package> &packages) {
  std::vector<Package> pairs;
  for (size_t i = 0; i + 1 < packages.size(); i += 2) {
    Package both = packages[i];
    both.weight += packages[i + 1].weight;
    both.bytes.insert(both.bytes.end(), packages[i + 1].bytes.begin(),
                      packages[i + 1].bytes.end());
    pairs.push_back(std::move(both));
  }
  return pairs;
}
} // namespace

PrefixCode::PrefixCode(const ByteCounts &counts, int longest) : counts(counts) {
  std::vector<Package> single;
  for (size_t byte = 0; byte < counts.size(); ++byte)
    if (counts[byte] > 0)
      single.push_back({counts[byte], {static_cast<uint8_t>(byte)}});
  assert(longest >= 8 && longest <= kLongest && "all bytes have a code");
  std::sort(single.begin(), single.end(),
            [](const Package &a, const Package &b) {
              return std::pair(a.weight, a.bytes.front()) <
                     std::pair(b.weight, b.bytes.front());
            });
  std::vector<Package> merged = single;
  for (int level = 1; level < longest; ++level) {
    std::vector<Package> pairs = pairsOf(merged);
    merged.clear();
    std::merge(single.begin(), single.end(), pairs.begin(), pairs.end(),
               std::back_inserter(merged), isLighter);
  }
  // A byte's code is as long as it is often in the lightest ones.
  size_t taken = single.size() < 2 ? single.size() : 2 * single.size() - 2;
  for (size_t i = 0; i < taken; ++i)
    for (uint8_t byte : merged[i].bytes)
      ++lengths[byte];
  uint32_t code = 0;
  for (int length = 1; length <= kLongest; ++length) {
    code <<= 1;
    for (size_t byte = 0; byte < lengths.size(); ++byte)
      if (lengths[byte] == length) {
        codes[byte] = code++;
        order.push_back(static_cast<uint8_t>(byte));
        ++ofLength[length];
      }
  }
}

int64_t PrefixCode::bits() const {
  int64_t all = 0;
  for (size_t byte = 0; byte < counts.size(); ++byte)
    all += counts[byte] * lengths[byte];
  return all;
}

bool PrefixCode::isDescribed() const {
  return std::all_of(ofLength.begin(), ofLength.end(),
                     [](int count) { return count <= UINT8_MAX; });
}

std::vector<char> PrefixCode::description() const {
  std::vector<char> bytes;
  for (int length = 1; length <= kLongest; ++length)
    bytes.push_back(static_cast<char>(ofLength[length]));
  bytes.insert(bytes.end(), order.begin(), order.end());
  return bytes;
}

void PrefixCode::append(std::string_view bytes,
                        std::vector<char> &stream) const {
  appendCodes(
      bytes, [&](size_t) -> const PrefixCode & { return *this; }, stream);
}

void appendCodes(std::string_view bytes,
                 llvm::function_ref<const PrefixCode &(size_t)> codeOf,
                 std::vector<char> &stream) {
  constexpr int kHalf = 16, kByte = 8;
  uint64_t buffer = 0;
  int have = 0;
  auto put = [&](uint64_t half) {
    stream.push_back(static_cast<char>(half));
    stream.push_back(static_cast<char>(half >> kByte));
  };
  for (size_t i = 0; i < bytes.size(); ++i) {
    auto byte = static_cast<uint8_t>(bytes[i]);
    const PrefixCode &code = codeOf(i);
    assert(code.lengthOf(byte) && "a byte that was not counted");
    buffer = buffer << code.lengthOf(byte) | code.codeOf(byte);
    have += code.lengthOf(byte);
    if (have >= kHalf) {
      have -= kHalf;
      put(buffer >> have);
    }
  }
  if (have)
    put(buffer << (kHalf - have));
}

} // namespace dlc::loops
