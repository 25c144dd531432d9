//===- ReshapeOrder.cpp - Reshapes of transposed tensors ------------------===//
//
// A reshape falls into groups: runs of dimensions of the operand that become
// runs of the result. Within a group the order of elements matters; the groups
// themselves can change places. [N, C, H, W] -> [N, g, C/g, H, W] has the
// groups N | C : g C/g | H | W, so on [N, H, W, C] it is [N, H, W, g, C/g].
//
//===----------------------------------------------------------------------===//

#include "dialects/nn/interfaces/ReshapeOrder.h"
#include <algorithm>

using namespace mlir;
using namespace dlc;

namespace {
struct Group {
  SmallVector<int64_t> from; // operand's dimensions that are not 1
  SmallVector<int64_t> to;   // result's dimensions
};
} // namespace

/// Splits a reshape into the smallest groups; dimensions of size 1 of the
/// result join the group before them.
static SmallVector<Group> groupsOf(ArrayRef<int64_t> operand,
                                   ArrayRef<int64_t> result) {
  SmallVector<Group> groups;
  size_t i = 0, j = 0;
  while (i < operand.size() || j < result.size()) {
    if (i < operand.size() && operand[i] == 1) {
      ++i;
      continue;
    }
    if (j < result.size() && result[j] == 1) {
      if (groups.empty())
        groups.emplace_back();
      groups.back().to.push_back(j++);
      continue;
    }
    Group &group = groups.emplace_back();
    group.from.push_back(i);
    group.to.push_back(j);
    int64_t have = operand[i++], want = result[j++];
    while (have != want) {
      if (have < want) {
        if (operand[i] != 1)
          group.from.push_back(i);
        have *= operand[i++];
      } else {
        group.to.push_back(j);
        want *= result[j++];
      }
    }
  }
  return groups;
}

std::optional<Reordering> nn::detail::reorderReshape(ArrayRef<int64_t> source,
                                                     ArrayRef<int64_t> perm,
                                                     ArrayRef<int64_t> target) {
  if (llvm::is_contained(source, 0))
    return std::nullopt;
  SmallVector<int64_t> transposed;
  for (int64_t dim : perm)
    transposed.push_back(source[dim]);
  SmallVector<Group> groups = groupsOf(transposed, target);

  // Groups in the order in which they begin in the source; those of ones go
  // first, where they keep their own order.
  auto begin = [&](const Group &group) {
    int64_t first = -1;
    for (int64_t dim : group.from)
      first = first < 0 ? perm[dim] : std::min(first, perm[dim]);
    return first;
  };
  SmallVector<std::pair<int64_t, size_t>> order;
  for (auto [i, group] : llvm::enumerate(groups))
    order.push_back({begin(group), i});
  llvm::sort(order);

  SmallVector<int64_t> resultOrder, real;
  for (auto [first, i] : order) {
    for (int64_t dim : groups[i].from)
      real.push_back(perm[dim]);
    llvm::append_range(resultOrder, groups[i].to);
  }
  Reordering reordering;
  reordering.after = inverse(resultOrder);

  // What is not 1 takes the places of what is not 1, in the new order.
  auto next = real.begin();
  for (auto [dim, extent] : llvm::enumerate(source))
    reordering.before.push_back(extent == 1 ? int64_t(dim) : *next++);
  return reordering;
}
