// What the lanes of a warp tell each other.
#include "runtime/emulator/cuda/execute/Handlers.h"

#include <cstring>

namespace dlc::ptx::handlers {

/// All lanes of `members` are here, and the one that asks is one of them.
static void checkMembers(Warp &w, const Op &o, const uint32_t *members) {
  for (unsigned l = 0; l < kLanes; ++l) {
    if (!(w.mask >> l & 1))
      continue;
    // Lanes that have returned need not come.
    if (members[l] & ~w.mask & w.alive)
      fail(w, o, Fault::Divergence, "a lane of the mask does not take part");
    if (!(members[l] >> l & 1))
      fail(w, o, Fault::Divergence,
           "lane " + std::to_string(l) + " takes part and is not in the mask");
  }
}

void warpSync(Warp &w, const Op &o) {
  checkMembers(w, o, w.r<uint32_t>(o.a));
  // Only where all that are left have met is there an order for all.
  if (w.mask == w.alive)
    w.sync = ++w.block->memory->clock.now;
}

/// The lane that lane l reads, and whether it is within its segment.
static std::pair<unsigned, bool> sourceOf(const Op &o, unsigned l, uint32_t b,
                                          uint32_t c) {
  unsigned clamp = c & 31, segment = c >> 8 & 31, n = b & 31;
  int max = int((l & segment) | (clamp & ~segment)), min = int(l & segment), j;
  bool in;
  switch (o.imm) {
  case 0:
    j = min | int(n & ~segment);
    in = j <= max;
    break;
  case 1:
    j = int(l) - int(n);
    in = j >= max;
    break;
  case 2:
    j = int(l + n);
    in = j <= max;
    break;
  default:
    j = int(l ^ n);
    in = j <= max;
  }
  return {in ? unsigned(j) : l, in};
}

void shuffle(Warp &w, const Op &o) {
  uint32_t from[kLanes];
  memcpy(from, w.r<uint32_t>(o.a), sizeof(from));
  const uint32_t *b = w.r<uint32_t>(o.b), *c = w.r<uint32_t>(o.c);
  uint32_t made[kLanes] = {};
  checkMembers(w, o, w.r<uint32_t>(o.vector[0]));
  for (unsigned l = 0; l < kLanes; ++l) {
    if (!(w.mask >> l & 1))
      continue;
    unsigned source = sourceOf(o, l, b[l], c[l]).first;
    if (!(w.mask >> source & 1))
      fail(w, o, Fault::Divergence,
           "lane " + std::to_string(l) + " reads lane " +
               std::to_string(source) + ", which is not active");
    made[l] = from[source];
  }
  for (unsigned l = 0; l < kLanes; ++l)
    if (w.mask >> l & 1)
      w.r<uint32_t>(o.d)[l] = made[l];
}

void shuffleIsInRange(Warp &w, const Op &o) {
  const uint32_t *b = w.r<uint32_t>(o.b), *c = w.r<uint32_t>(o.c);
  uint32_t bits = 0;
  for (unsigned l = 0; l < kLanes; ++l)
    bits |= uint32_t(sourceOf(o, l, b[l], c[l]).second) << l;
  uint32_t &d = *w.r<uint32_t>(o.d);
  d = (d & ~w.mask) | (bits & w.mask);
}

void vote(Warp &w, const Op &o) {
  const uint32_t *members = w.r<uint32_t>(o.vector[0]);
  checkMembers(w, o, members);
  uint32_t p = *w.r<uint32_t>(o.a) ^ (o.b ? ~0u : 0);
  uint32_t answers = 0;
  for (unsigned l = 0; l < kLanes; ++l) {
    if (!(w.mask >> l & 1))
      continue;
    uint32_t here = members[l] & w.mask, votes = p & here;
    if (o.imm == 0)
      w.r<uint32_t>(o.d)[l] = votes;
    else
      answers |= uint32_t(o.imm == 1   ? votes == here
                          : o.imm == 2 ? votes != 0
                                       : votes == here || votes == 0)
                 << l;
  }
  if (o.imm) {
    uint32_t &d = *w.r<uint32_t>(o.d);
    d = (d & ~w.mask) | (answers & w.mask);
  }
}

void activeMask(Warp &w, const Op &o) {
  for (unsigned l = 0; l < kLanes; ++l)
    if (w.mask >> l & 1)
      w.r<uint32_t>(o.d)[l] = w.mask;
}

void trap(Warp &w, const Op &o) {
  fail(w, o, Fault::Trap, "the kernel stops itself");
}

} // namespace dlc::ptx::handlers
