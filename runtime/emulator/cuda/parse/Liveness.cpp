#include "runtime/emulator/cuda/parse/Liveness.h"

#include <algorithm>

namespace dlc::ptx {

namespace {

/// A set of registers.
class Bits {
public:
  explicit Bits(size_t count) : words((count + 63) / 64) {}
  void set(uint32_t i) { words[i / 64] |= uint64_t(1) << i % 64; }
  bool has(uint32_t i) const { return words[i / 64] >> i % 64 & 1; }
  /// Adds `other` without `except`; whether that is more.
  bool add(const Bits &other, const Bits *except = nullptr) {
    bool more = false;
    for (size_t i = 0; i < words.size(); ++i) {
      uint64_t with =
          words[i] | (other.words[i] & ~(except ? except->words[i] : 0));
      more |= with != words[i];
      words[i] = with;
    }
    return more;
  }
  template <class Fn> void forEach(Fn fn) const {
    for (size_t i = 0; i < words.size(); ++i)
      for (uint64_t left = words[i]; left; left &= left - 1)
        fn(uint32_t(i * 64 + unsigned(__builtin_ctzll(left))));
  }

private:
  std::vector<uint64_t> words;
};

} // namespace

Liveness::Liveness(std::vector<Op> &ops, size_t registers) : lives(registers) {
  std::vector<BasicBlock> blocks = findBlocks(ops);
  findJoins(ops, blocks);
  auto cover = [&](uint32_t number, uint32_t at) {
    lives[number].first = std::min(lives[number].first, at);
    lives[number].last = std::max(lives[number].last, at);
  };
  // What a block writes, and what it reads before it writes it.
  std::vector<Bits> in(blocks.size(), Bits(registers)), writes = in;
  for (size_t k = 0; k < blocks.size(); ++k)
    for (uint32_t i = blocks[k].begin; i < blocks[k].end; ++i) {
      forEachRegister(ops[i], [&](uint32_t place, bool written) {
        uint32_t number = numberOfRegister(place);
        cover(number, i);
        // Under a guard the old value may stay.
        if ((!written || ops[i].guard) && !writes[k].has(number))
          in[k].set(number);
      });
      forEachRegister(ops[i], [&](uint32_t place, bool written) {
        if (written && !ops[i].guard)
          writes[k].set(numberOfRegister(place));
      });
    }
  for (bool changed = true; changed;) {
    changed = false;
    for (size_t k = blocks.size(); k-- > 0;)
      for (uint32_t next : blocks[k].next)
        changed |= in[k].add(in[next], &writes[k]);
  }
  for (size_t k = 0; k < blocks.size(); ++k) {
    in[k].forEach([&](uint32_t number) { cover(number, blocks[k].begin); });
    for (uint32_t next : blocks[k].next)
      in[next].forEach(
          [&](uint32_t number) { cover(number, blocks[k].end - 1); });
  }
  in[0].forEach([&](uint32_t number) { aliveAtEntry.push_back(number); });
}

} // namespace dlc::ptx
