#include "runtime/emulator/cuda/execute/Pattern.h"

#include <algorithm>

namespace dlc::ptx {

bool Pattern::matches(const uint64_t *addresses, uint32_t lanes,
                      unsigned width) const {
  if (lanes != mask || width != bytes)
    return false;
  const uint64_t base = addresses[first];
  if ((base & 3) != residue)
    return false;
  if (lanes == ~0u) {
    uint64_t different = 0;
    for (unsigned l = 0; l < kLanes; ++l)
      different |= uint64_t(relative[l]) ^ (addresses[l] - base);
    return different == 0;
  }
  for (unsigned l = 0; l < kLanes; ++l)
    if (lanes >> l & 1 && uint64_t(relative[l]) != addresses[l] - base)
      return false;
  return true;
}

void Pattern::find(const uint64_t *addresses, uint32_t lanes, unsigned width) {
  mask = lanes;
  bytes = width;
  first = unsigned(__builtin_ctz(lanes));
  const uint64_t base = addresses[first];
  residue = base & 3;
  int64_t sorted[kLanes];
  unsigned n = 0;
  aligned = true;
  unitStride = lanes == ~0u;
  for (unsigned l = 0; l < kLanes; ++l) {
    if (!(lanes >> l & 1))
      continue;
    relative[l] = int64_t(addresses[l] - base);
    aligned &= relative[l] % int64_t(width) == 0;
    unitStride &= relative[l] == int64_t(l) * width;
    sorted[n++] = relative[l];
  }
  std::sort(sorted, sorted + n);
  overlaps = false;
  runs.clear();
  for (unsigned i = 0; i < n; ++i) {
    int64_t end =
        runs.empty() ? 0 : runs.back().begin + int64_t(runs.back().bytes);
    if (!runs.empty() && sorted[i] <= end) {
      overlaps |= sorted[i] < end;
      end = std::max(end, sorted[i] + int64_t(width));
      runs.back().bytes = uint64_t(end - runs.back().begin);
    } else {
      runs.push_back({sorted[i], width});
    }
  }
  low = sorted[0];
  span = uint64_t(sorted[n - 1] - low) + width;
  findRequests();
}

/// 32, 16 or 8 lanes at a time, as the width is at most 4, 8 or 16 bytes, and
/// twice as many where neighbours (n and n^1, or n and n^2) all read one
/// address; distinct words of one bank follow each other.
void Pattern::findRequests() {
  unsigned group = bytes >= 16 ? 8 : bytes == 8 ? 16 : 32;
  if (group < 32 && mask == ~0u) {
    bool one = true, two = true;
    for (unsigned l = 0; l < kLanes; ++l) {
      one &= relative[l] == relative[l ^ 1];
      two &= relative[l] == relative[l ^ 2];
    }
    if (one || two)
      group *= 2;
  }
  requests = 0;
  for (unsigned begin = 0; begin < kLanes; begin += group) {
    std::vector<int64_t> words; // distinct
    for (unsigned l = begin; l < begin + group; ++l)
      if (mask >> l & 1)
        for (unsigned at = 0; at < bytes; at += 4)
          words.push_back((relative[l] + residue + at) >> 2);
    std::sort(words.begin(), words.end());
    words.erase(std::unique(words.begin(), words.end()), words.end());
    unsigned banks[32] = {}, worst = 0;
    for (int64_t word : words)
      worst = std::max(worst, ++banks[word & 31]);
    requests += worst;
  }
}

} // namespace dlc::ptx
