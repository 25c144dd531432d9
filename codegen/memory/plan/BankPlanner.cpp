//===- BankPlanner.cpp - Buffers in several banks of RAM ------------------===//

#include "codegen/memory/plan/BankPlanner.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <limits>
#include <numeric>
#include <random>

namespace dlc::memory {

int64_t BankPlan::bytes() const {
  return std::accumulate(used.begin(), used.end(), int64_t(0));
}

namespace {

/// What is placed first, and where it is tried first.
struct Choice {
  std::vector<unsigned> order;
  std::vector<unsigned> bank;
};

/// What fits in no bank counts first, then all bytes.
std::pair<int64_t, int64_t> cost(const BankPlan &plan) {
  return {plan.used.back(), plan.bytes()};
}

class BankPlacer {
public:
  BankPlacer(llvm::ArrayRef<LiveBuffer> buffers, llvm::ArrayRef<int64_t> sizes)
      : buffers(buffers), sizes(sizes), neighbours(neighboursOf(buffers)) {}

  BankPlan place(const Choice &choice) {
    BankPlan plan;
    plan.offsets.assign(buffers.size(), -1);
    plan.banks.assign(buffers.size(), 0);
    plan.used.assign(sizes.size() + 1, 0);
    for (unsigned buffer : choice.order) {
      if (!placeIn(plan, buffer, choice.bank[buffer])) {
        unsigned bank = 0;
        while (bank == choice.bank[buffer] || !placeIn(plan, buffer, bank))
          ++bank;
      }
    }
    return plan;
  }

  /// What one placement of all buffers costs in elementary steps.
  uint64_t steps() const {
    uint64_t sum = 1;
    for (const auto &list : neighbours)
      sum += (list.size() + 8) * sizes.size();
    return sum;
  }

private:
  /// The bank behind the last takes everything.
  int64_t limit(unsigned bank) const {
    return bank < sizes.size() ? sizes[bank]
                               : std::numeric_limits<int64_t>::max();
  }

  bool placeIn(BankPlan &plan, unsigned buffer, unsigned bank) {
    if (buffers[buffer].bank.value_or(bank) != bank && bank < sizes.size())
      return false;
    forbidden.clear();
    for (const Neighbour &neighbour : neighbours[buffer])
      if (int64_t other = plan.offsets[neighbour.other];
          other >= 0 && plan.banks[neighbour.other] == bank)
        neighbour.forbid(other, forbidden);
    llvm::sort(forbidden);
    int64_t bytes = buffers[buffer].bytes, align = buffers[buffer].align;
    int64_t offset = 0;
    for (auto [last, next] : forbidden) {
      if (offset <= last)
        break;
      if (next > offset)
        offset = llvm::alignTo(next, align);
    }
    if (bytes > limit(bank) - offset)
      return false;
    plan.banks[buffer] = bank;
    plan.offsets[buffer] = offset;
    plan.used[bank] = std::max(plan.used[bank], offset + bytes);
    return true;
  }

  llvm::ArrayRef<LiveBuffer> buffers;
  llvm::ArrayRef<int64_t> sizes;
  std::vector<llvm::SmallVector<Neighbour>> neighbours;
  std::vector<std::pair<int64_t, int64_t>> forbidden; // offsets, exclusive
};

/// Which bank each buffer is tried in first: the first, the largest, or the
/// smallest that can hold it, so that the large ones stay free for the large.
std::vector<std::vector<unsigned>>
startingBanks(llvm::ArrayRef<LiveBuffer> buffers,
              llvm::ArrayRef<int64_t> sizes) {
  auto largest = std::max_element(sizes.begin(), sizes.end()) - sizes.begin();
  std::vector<unsigned> tightest(buffers.size(), largest);
  for (auto [i, buffer] : llvm::enumerate(buffers))
    for (auto [bank, size] : llvm::enumerate(sizes))
      if (buffer.bytes <= size && size < sizes[tightest[i]])
        tightest[i] = bank;
  return {std::vector<unsigned>(buffers.size(), 0),
          std::vector<unsigned>(buffers.size(), largest), tightest};
}

} // namespace

BankPlan planBanks(llvm::ArrayRef<LiveBuffer> buffers,
                   llvm::ArrayRef<int64_t> sizes, uint64_t effort) {
  BankPlacer placer(buffers, sizes);
  Choice bestChoice;
  BankPlan best;
  for (const std::vector<unsigned> &order : startingOrders(buffers))
    for (const std::vector<unsigned> &bank : startingBanks(buffers, sizes)) {
      BankPlan plan = placer.place({order, bank});
      if (!best.used.empty() && cost(plan) >= cost(best))
        continue;
      best = std::move(plan);
      bestChoice = {order, bank};
    }
  if (buffers.empty())
    return best;

  // Hill climbing: something that lies in no bank, or else anything, is placed
  // earlier or tried in another bank. Equal moves cross plateaus.
  int64_t bound = lowerBound(buffers);
  std::mt19937 random(20240229);
  Choice choice = bestChoice;
  std::pair<int64_t, int64_t> current = cost(best);
  BankPlan plan = best;
  for (uint64_t spent = 0;
       (!best.fits() || best.bytes() > bound) && spent < effort;
       spent += placer.steps()) {
    std::vector<unsigned> movable;
    for (unsigned i = 0; i < buffers.size(); ++i)
      if (plan.fits() || plan.banks[i] == sizes.size())
        movable.push_back(i);
    // What is in the way of it may have to move instead.
    unsigned chosen = random() % 2 ? movable[random() % movable.size()]
                                   : random() % buffers.size();
    Choice next = choice;
    if (random() % 2) {
      next.bank[chosen] = random() % sizes.size();
    } else {
      auto at = llvm::find(next.order, chosen);
      auto to = next.order.begin() + random() % (at - next.order.begin() + 1);
      std::rotate(to, at, at + 1);
    }
    BankPlan candidate = placer.place(next);
    if (cost(candidate) > current)
      continue;
    choice = std::move(next);
    current = cost(candidate);
    plan = std::move(candidate);
    if (current < cost(best))
      best = plan;
  }
  return best;
}

} // namespace dlc::memory
