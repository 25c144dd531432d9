#include "runtime/emulator/cuda/execute/Barriers.h"

#include <algorithm>

namespace dlc::ptx {

void Barriers::reset() { barriers.fill({}); }

/// What all lanes of a warp have in a register.
static uint32_t uniform(Warp &warp, const Op &op, uint32_t place,
                        const char *what) {
  const uint32_t *values = warp.r<uint32_t>(place);
  uint32_t first = values[__builtin_ctz(warp.alive)];
  for (unsigned l = 0; l < kLanes; ++l)
    if (warp.alive >> l & 1 && values[l] != first)
      fail(warp, op, Fault::Divergence,
           std::string("lanes of a warp name different ") + what);
  return first;
}

void Barriers::arrive(Warp &warp, const Op &op) {
  uint32_t number = uniform(warp, op, op.a, "barriers");
  if (number >= kBarriers)
    fail(warp, op, Fault::Divergence,
         "barrier " + std::to_string(number) + " of 16");
  bool isPartial = op.b != 0;
  const uint32_t all = uint32_t(warps.size()) * kLanes;
  uint32_t threads =
      isPartial ? uniform(warp, op, op.b, "numbers of threads") : all;
  if (threads == 0 || threads % kLanes)
    fail(warp, op, Fault::Divergence,
         "a barrier for " + std::to_string(threads) +
             " threads, which are no whole warps");
  if (threads > all)
    fail(warp, op, Fault::Divergence,
         "a barrier for " + std::to_string(threads) +
             " threads in a block of " + std::to_string(warp.block->threads));
  Barrier &barrier = barriers[number];
  if (barrier.waiting && barrier.expected != threads)
    fail(warp, op, Fault::Divergence,
         "a barrier for " + std::to_string(threads) +
             " threads, at which warp " +
             std::to_string(__builtin_ctz(barrier.waiting)) + " waits for " +
             std::to_string(barrier.expected));
  barrier.expected = threads;
  barrier.isPartial |= isPartial;
  barrier.op = &op;
  barrier.waiting |= uint32_t(1) << warp.index;
  warp.waits = true;
  if (unsigned(__builtin_popcount(barrier.waiting)) * kLanes == threads)
    release(barrier);
}

void Barriers::release(Barrier &barrier) {
  Clock &clock = warps.front().block->memory->clock;
  uint64_t now = ++clock.now;
  if (barrier.expected == warps.size() * kLanes)
    clock.sync = now;
  auto forEachWaiting = [&](auto fn) {
    for (Warp &warp : warps)
      if (barrier.waiting >> warp.index & 1)
        fn(warp);
  };
  // What one of them is behind, all are behind from here on.
  std::vector<uint64_t> met(warps.front().met.size());
  forEachWaiting([&](Warp &warp) {
    for (size_t i = 0; i < met.size(); ++i)
      met[i] = std::max(met[i], warp.met[i]);
  });
  if (!met.empty())
    forEachWaiting([&](Warp &warp) { met[warp.index] = now; });
  forEachWaiting([&](Warp &warp) {
    warp.waits = false;
    warp.sync = now;
    warp.met = met;
    if (!met.empty())
      warp.metAll = *std::min_element(met.begin(), met.end());
  });
  barrier = {};
}

void Barriers::finish() const {
  const Warp *first = nullptr, *done = nullptr;
  const Barrier *at = nullptr;
  for (const Barrier &barrier : barriers) {
    if (!barrier.waiting)
      continue;
    const Warp &warp = warps[unsigned(__builtin_ctz(barrier.waiting))];
    if (first)
      fail(warp, *barrier.op, Fault::Divergence,
           "warps wait at different barriers");
    first = &warp;
    at = &barrier;
  }
  if (!first)
    return;
  for (const Warp &warp : warps)
    if (!warp.waits)
      done = &warp;
  fail(*first, *at->op, Fault::Divergence,
       (at->isPartial ? "waits for " + std::to_string(at->expected) +
                            " threads, of which " +
                            std::to_string(__builtin_popcount(at->waiting) *
                                           int(kLanes)) +
                            " come: "
                      : "waits at a barrier that ") +
           "warp " + std::to_string(done->index) +
           " has passed or will not reach");
}

} // namespace dlc::ptx
