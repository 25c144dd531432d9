#include "runtime/emulator/cuda/parse/Flow.h"

#include <algorithm>

namespace dlc::ptx {

std::vector<BasicBlock> findBlocks(const std::vector<Op> &ops) {
  std::vector<bool> leads(ops.size() + 1);
  leads[0] = true;
  for (size_t i = 0; i < ops.size(); ++i) {
    bool ends = ops[i].kind == OpKind::Branch || ops[i].kind == OpKind::Return;
    if (ends)
      leads[i + 1] = true;
    if (ops[i].kind == OpKind::Branch)
      leads[size_t(ops[i].imm)] = true;
  }
  std::vector<BasicBlock> blocks;
  std::vector<uint32_t> blockOf(ops.size());
  for (uint32_t i = 0; i < ops.size(); ++i) {
    if (leads[i])
      blocks.push_back({i, i, {}});
    blockOf[i] = uint32_t(blocks.size() - 1);
    blocks.back().end = i + 1;
  }
  for (BasicBlock &block : blocks) {
    const Op &last = ops[block.end - 1];
    bool ends = last.kind == OpKind::Branch || last.kind == OpKind::Return;
    if (last.kind == OpKind::Branch)
      block.next.push_back(blockOf[size_t(last.imm)]);
    if ((!ends || last.guard) && block.end < ops.size())
      block.next.push_back(blockOf[block.end]);
  }
  return blocks;
}

/// Cooper, Harvey and Kennedy's dominators, on the graph turned round: all
/// returns go to one end, numbered blocks.size().
void findJoins(std::vector<Op> &ops, const std::vector<BasicBlock> &blocks) {
  const uint32_t end = uint32_t(blocks.size()), none = end + 1;
  std::vector<std::vector<uint32_t>> before(end + 1);
  for (uint32_t i = 0; i < end; ++i) {
    for (uint32_t next : blocks[i].next)
      before[next].push_back(i);
    if (blocks[i].next.empty())
      before[end].push_back(i);
  }
  // Order in which a walk from the end leaves the blocks.
  std::vector<uint32_t> order, rank(end + 1, none);
  std::vector<std::pair<uint32_t, size_t>> walk{{end, 0}};
  std::vector<bool> seen(end + 1);
  seen[end] = true;
  while (!walk.empty()) {
    auto &[block, next] = walk.back();
    if (next == before[block].size()) {
      rank[block] = uint32_t(order.size());
      order.push_back(block);
      walk.pop_back();
      continue;
    }
    uint32_t to = before[block][next++];
    if (!seen[to]) {
      seen[to] = true;
      walk.push_back({to, 0});
    }
  }
  std::vector<uint32_t> after(end + 1, none); // immediate post-dominators
  after[end] = end;
  auto meet = [&](uint32_t a, uint32_t b) {
    while (a != b) {
      while (rank[a] < rank[b])
        a = after[a];
      while (rank[b] < rank[a])
        b = after[b];
    }
    return a;
  };
  for (bool changed = true; changed;) {
    changed = false;
    for (size_t k = order.size(); k-- > 0;) {
      uint32_t block = order[k], found = none;
      if (block == end)
        continue;
      if (blocks[block].next.empty())
        found = end;
      for (uint32_t next : blocks[block].next)
        if (after[next] != none)
          found = found == none ? next : meet(found, next);
      if (found != after[block]) {
        after[block] = found;
        changed = true;
      }
    }
  }
  // A loop without an end has none: its ways never meet.
  for (uint32_t i = 0; i < end; ++i) {
    Op &last = ops[blocks[i].end - 1];
    if (last.kind == OpKind::Branch)
      last.join = after[i] < end ? blocks[after[i]].begin : kNoJoin;
  }
}

} // namespace dlc::ptx
