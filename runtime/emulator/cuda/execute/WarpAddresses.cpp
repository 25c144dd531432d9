#include "runtime/emulator/cuda/execute/Access.h"

#include "runtime/emulator/cuda/parse/Module.h"

#include <algorithm>

namespace dlc::ptx {

bool WarpAddresses::resolveGeneric(Space &space) {
  auto windowOf = [](uint64_t address) {
    return address - kSharedWindow < kWindowBytes  ? Space::Shared
           : address - kLocalWindow < kWindowBytes ? Space::Local
                                                   : Space::Global;
  };
  unsigned first = unsigned(__builtin_ctz(warp.mask));
  space = windowOf(at[first]);
  for (unsigned l = first; l < kLanes; ++l)
    if (warp.mask >> l & 1 && windowOf(at[l]) != space)
      return false;
  uint64_t window = space == Space::Shared  ? kSharedWindow
                    : space == Space::Local ? kLocalWindow
                                            : 0;
  for (uint64_t &address : at)
    address -= window;
  return true;
}

void WarpAddresses::findShared(unsigned width, const MemoryCount &count,
                               Target &target) {
  Block &block = *warp.block;
  const uint64_t own = block.kernel->sharedBytes, all = block.shared.size();
  for (unsigned l = 0; l < kLanes; ++l) {
    if (!(warp.mask >> l & 1))
      continue;
    bool inOwn = width <= own && at[l] <= own - width;
    bool inDynamic =
        at[l] >= kDynamicShared && width <= all && at[l] <= all - width;
    if (!inOwn && !inDynamic)
      fail(warp, op, Fault::OutOfBounds,
           "address " + std::to_string(at[l]) + " outside of the block's " +
               std::to_string(own) + " bytes of shared memory" +
               (all > kDynamicShared ? " and the launch's" : "") + ", thread " +
               std::to_string(threadOf(l)));
  }
  target.host = block.shared.data();
  target.shadow = &block.sharedShadow;
  target.since = block.memory->clock.block;
  target.isShared = true;
}

bool WarpAddresses::findTarget(Space space, unsigned width, MemoryCount &count,
                               Target &target) {
  const Pattern &pattern = count.pattern;
  const uint64_t base = at[pattern.first];
  if (!pattern.aligned || base % width) {
    for (unsigned l = 0; l < kLanes; ++l)
      if (warp.mask >> l & 1 && at[l] % width)
        fail(warp, op, Fault::Misaligned,
             "address " +
                 (space == Space::Shared
                      ? std::to_string(at[l]) + " of shared memory"
                      : warp.block->memory->describe(at[l])) +
                 ", is no multiple of " + std::to_string(width) + ", thread " +
                 std::to_string(threadOf(l)));
  }
  const uint64_t low = base + uint64_t(pattern.low);
  if (space == Space::Shared) {
    findShared(width, count, target);
    return true;
  }
  Allocation *found = count.allocation;
  if (!found || !found->holds(low, pattern.span)) {
    found = warp.block->memory->find(low, pattern.span);
    if (!found && pattern.span > width)
      return false;
    if (!found)
      fail(warp, op, Fault::OutOfBounds,
           "address " + warp.block->memory->describe(low) +
               ", is not allocated, thread " +
               std::to_string(threadOf(pattern.first)));
    count.allocation = found;
  }
  target.host = found->host;
  target.begin = found->begin;
  target.shadow = &found->shadow;
  target.allocation = found;
  target.isConstant = found->constant;
  return true;
}

/// How many of these bytes a block reads, or writes, for the first time.
static uint64_t touch(Allocation &allocation, uint64_t at, uint64_t bytes,
                      uint64_t block, bool writes) {
  constexpr uint64_t kSector = 32;
  uint64_t fresh = 0;
  for (uint64_t end = at + bytes; at < end;) {
    const uint64_t first = at % kSector;
    const uint64_t count = std::min(kSector - first, end - at);
    const auto mask = uint32_t(((uint64_t(1) << count) - 1) << first);
    Allocation::OfBlock &sector = allocation.byBlock[at / kSector];
    if (sector.block != block)
      sector = {block, 0, 0};
    uint32_t &known = writes ? sector.written : sector.read;
    fresh += unsigned(__builtin_popcount(mask & ~known));
    known |= mask;
    at += count;
  }
  return fresh;
}

void WarpAddresses::countTraffic(const Target &target, bool writes,
                                 MemoryCount &count) const {
  const Pattern &pattern = count.pattern;
  if (target.isShared) {
    count.requests += pattern.requests;
    return;
  }
  const uint32_t launch = warp.block->memory->launches;
  // Allocations begin at multiples of a sector.
  const uint64_t base = at[pattern.first] - target.begin;
  pattern.forEachSectors(base, [&](uint64_t first, uint64_t last) {
    count.sectors += last - first + 1;
    for (uint64_t i = first; i <= last; ++i)
      if (target.allocation->touched[i] != launch) {
        target.allocation->touched[i] = launch;
        ++count.firstSectors;
      }
  });
  const uint64_t block = warp.block->memory->clock.block;
  for (const Pattern::Run &run : pattern.runs)
    count.blockBytes += touch(*target.allocation, base + uint64_t(run.begin),
                              run.bytes, block, writes);
}

Access WarpAddresses::access(const Target &target) const {
  Clock clock = warp.block->memory->clock;
  // Each block has shared memory of its own.
  if (target.isShared)
    clock.launch = clock.block;
  const uint64_t *met = nullptr;
  if (!warp.met.empty()) {
    met = warp.met.data();
    clock.sync = warp.metAll;
  }
  return {clock,      target.since, warp.sync,
          warp.index, met,          &warp.block->readers};
}

void WarpAddresses::checkLoad(const Target &target, unsigned width,
                              const Pattern &pattern) {
  const Access by = access(target);
  const uint64_t base = at[pattern.first] - target.begin;
  bool isClean = true;
  for (const Pattern::Run &run : pattern.runs)
    isClean &=
        target.shadow->mayRead(base + uint64_t(run.begin), run.bytes, by);
  if (!isClean)
    for (unsigned l = 0; l < kLanes; ++l)
      if (warp.mask >> l & 1) {
        Conflict conflict = target.shadow->checkRead(at[l] - target.begin,
                                                     width, by, threadOf(l));
        if (conflict.kind)
          report(conflict, target, l, "reads");
      }
  for (const Pattern::Run &run : pattern.runs)
    target.shadow->markRead(base + uint64_t(run.begin), run.bytes, width, by);
}

void WarpAddresses::checkStore(const Target &target, unsigned width,
                               const Pattern &pattern) {
  const Access by = access(target);
  const uint64_t base = at[pattern.first] - target.begin;
  bool isClean = true;
  for (const Pattern::Run &run : pattern.runs)
    isClean &=
        target.shadow->mayWrite(base + uint64_t(run.begin), run.bytes, by);
  if (!isClean)
    for (unsigned l = 0; l < kLanes; ++l)
      if (warp.mask >> l & 1) {
        Conflict conflict = target.shadow->checkWrite(at[l] - target.begin,
                                                      width, by, threadOf(l));
        if (conflict.kind)
          report(conflict, target, l, "writes");
      }
  for (unsigned l = 0; l < kLanes; ++l)
    if (warp.mask >> l & 1)
      target.shadow->markWrite(at[l] - target.begin, width, by, threadOf(l));
}

void WarpAddresses::checkAtomic(const Target &target, unsigned width,
                                unsigned lane) {
  const Access by = access(target);
  const uint64_t offset = at[lane] - target.begin;
  Conflict conflict =
      target.shadow->checkWrite(offset, width, by, threadOf(lane), true);
  if (!conflict.kind && target.shadow->isUnwritten(offset, width, target.since))
    conflict.kind = Conflict::Uninitialised;
  if (conflict.kind)
    report(conflict, target, lane, "changes");
  target.shadow->markWrite(offset, width, by, threadOf(lane), true);
}

void WarpAddresses::report(const Conflict &conflict, const Target &target,
                           unsigned lane, const char *does) {
  std::string where =
      target.isShared
          ? "byte " + std::to_string(conflict.at) + " of shared memory"
          : warp.block->memory->describe(target.begin + conflict.at);
  std::string said =
      "thread " + std::to_string(threadOf(lane)) + " " + does + " " + where;
  if (conflict.kind == Conflict::Uninitialised)
    fail(warp, op, Fault::Uninitialised, said + ", which nothing has written");
  std::string other = conflict.otherIsAtomic ? "an atomic operation"
                      : conflict.otherBlock  ? "another block"
                      : conflict.other < 0   ? "other warps"
                      : conflict.otherReads
                          ? "warp " + std::to_string(conflict.other)
                          : "thread " + std::to_string(conflict.other);
  fail(warp, op, Fault::Race,
       "race: " + said + ", which " + other +
           (conflict.otherReads ? " reads" : " writes") +
           (conflict.otherBlock ? " in the same launch"
                                : ", without a barrier between"));
}

} // namespace dlc::ptx
