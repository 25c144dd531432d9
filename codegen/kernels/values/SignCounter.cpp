//===- SignCounter.cpp - Counts of bits, many words at a time -------------===//

#include "codegen/kernels/values/SignCounter.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <cassert>

namespace dlc::kernels {

int64_t SignCounter::take(llvm::SmallVectorImpl<int64_t> &free) {
  assert(!free.empty() && "kMostWords is what registers suffice for");
  int64_t reg = free.front();
  free.erase(free.begin());
  return reg;
}

void SignCounter::give(llvm::SmallVectorImpl<int64_t> &free, int64_t reg) {
  free.insert(llvm::lower_bound(free, reg), reg);
}

/// Three words of a weight are one of it and one of twice the weight.
void SignCounter::put(size_t weight, int64_t word) {
  auto &words = pending[weight];
  words.push_back(word);
  if (words.size() < 3)
    return;
  auto taken = std::exchange(words, {});
  auto [sum, carry] = add(taken[0], taken[1], taken[2]);
  words.push_back(sum);
  put(weight + 1, carry);
}

void SignCounter::count(int64_t words) {
  assert(words <= kMostWords);
  for (int64_t first = 0; first < words; first += 3) {
    auto some = differences(std::min<int64_t>(3, words - first));
    if (some.size() < 3) {
      for (int64_t word : some)
        put(0, word);
      continue;
    }
    auto [sum, carry] = add(some[0], some[1], some[2]);
    put(0, sum);
    put(1, carry);
  }
  subtractTwice(sumOfPending());
}

/// Sums of four bits are at most 4 for each word; several words are added up
/// before their bytes are, as far as four bits hold it.
int64_t SignCounter::sumOfPending() {
  constexpr int64_t kMost = 15, kEach = 4;
  int64_t total = -1, group = -1, most = 0, shift = 0;
  auto close = [&] {
    int64_t bytes = sumBytes(group);
    if (total < 0)
      total = bytes;
    else
      accumulate(total, bytes, shift);
    group = -1;
  };
  startSums();
  for (size_t weight = 0; weight < pending.size(); ++weight)
    while (!pending[weight].empty()) {
      int64_t word = pending[weight].pop_back_val();
      auto at = static_cast<int64_t>(weight);
      if (group >= 0 && most + (kEach << (at - shift)) > kMost)
        close();
      int64_t fours = sumFours(word);
      if (group < 0) {
        group = fours;
        most = kEach;
        shift = at;
        continue;
      }
      most += kEach << (at - shift);
      accumulate(group, fours, at - shift);
    }
  close();
  endSums();
  return total;
}

} // namespace dlc::kernels
