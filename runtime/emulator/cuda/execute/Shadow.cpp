#include "runtime/emulator/cuda/execute/Shadow.h"

#include <algorithm>

namespace dlc::ptx {

// A tag: time, then who. A write is a thread's; a read is a warp's.
static constexpr unsigned kWhoBits = 11;
static constexpr uint64_t kWhoMask = (1 << kWhoBits) - 1;
static constexpr unsigned kAtomic = 1024, kManyWarps = WarpSets::kUnknown,
                          kManyBlocks = 1026;
static constexpr uint64_t kHost = 1; // time 0: before every launch
static constexpr unsigned kPageBytes = 4096;

static uint64_t tagOf(uint64_t time, unsigned who) {
  return time << kWhoBits | who;
}
static uint64_t timeOf(uint64_t tag) { return tag >> kWhoBits; }
static unsigned whoOf(uint64_t tag) { return tag & kWhoMask; }

unsigned WarpSets::add(unsigned warps, unsigned warp) {
  if (warps == kUnknown)
    return kUnknown;
  uint32_t all = warpsOf(warps) | uint32_t(1) << warp;
  auto [found, isNew] = numbers.try_emplace(all, kUnknown);
  if (isNew && kFirst + sets.size() < kEnd) {
    found->second = kFirst + unsigned(sets.size());
    sets.push_back(all);
  }
  return found->second;
}

/// Ordered before everything that the warp does now.
static bool isOrdered(uint64_t time, const Access &access) {
  const Clock &clock = access.clock;
  return time < clock.launch || (time >= clock.block && time < clock.sync);
}
static bool isWriteOrdered(uint64_t tag, const Access &access) {
  uint64_t time = timeOf(tag);
  if (isOrdered(time, access))
    return true;
  unsigned who = whoOf(tag);
  return access.met && time >= access.clock.block && who < kAtomic &&
         time < access.met[who / 32];
}
/// Of a read in this block.
static bool isReadOrdered(uint64_t tag, const Access &access) {
  uint64_t time = timeOf(tag);
  unsigned who = whoOf(tag);
  if (time < access.clock.sync || who == access.warp)
    return true;
  if (!access.met || who >= WarpSets::kEnd)
    return false;
  for (uint32_t left = access.readers->warpsOf(who); left; left &= left - 1) {
    unsigned warp = unsigned(__builtin_ctz(left));
    if (warp != access.warp && time >= access.met[warp])
      return false;
  }
  return true;
}

void Shadow::resize(uint64_t bytes) {
  pages.clear();
  pages.resize((bytes + kPageBytes - 1) / kPageBytes);
}

/// fn(index of the page, first byte in it, bytes, bytes before)
template <class Fn>
void Shadow::forEachPage(uint64_t offset, uint64_t bytes, Fn fn) {
  for (uint64_t done = 0; done < bytes;) {
    uint64_t in = (offset + done) % kPageBytes;
    uint64_t n = std::min<uint64_t>(bytes - done, kPageBytes - in);
    fn((offset + done) / kPageBytes, in, n, done);
    done += n;
  }
}

/// A tag for each byte in place of one for each word.
void Shadow::refine(Page &page) {
  for (auto *tags : {&page.writes, &page.reads}) {
    if (!*tags)
      continue;
    std::unique_ptr<uint64_t[]> fine(new uint64_t[kPageBytes]);
    for (unsigned i = 0; i < kPageBytes; ++i)
      fine[i] = (*tags)[i / 4];
    *tags = std::move(fine);
  }
  page.shift = 0;
}

void Shadow::haveWrites(Page &page) {
  if (page.writes)
    return;
  unsigned count = kPageBytes >> page.shift;
  page.writes.reset(new uint64_t[count]);
  std::fill_n(page.writes.get(), count, page.uniform);
}

void Shadow::prepare(Page &page, uint64_t offset, uint64_t bytes,
                     unsigned width) {
  if (page.shift && (width % 4 || offset % 4 || bytes % 4))
    refine(page);
}

void Shadow::written(uint64_t offset, uint64_t bytes) {
  forEachPage(offset, bytes,
              [&](uint64_t index, uint64_t in, uint64_t n, uint64_t) {
                Page &page = pages[index];
                if (n == kPageBytes) {
                  page = Page();
                  page.uniform = kHost;
                  return;
                }
                if (!page.writes && page.uniform == kHost)
                  return;
                prepare(page, in, n, 4);
                haveWrites(page);
                for (uint64_t i = in >> page.shift;
                     i <= (in + n - 1) >> page.shift; ++i)
                  page.writes[i] = kHost;
              });
}

uint64_t Shadow::firstUnwritten(uint64_t offset, uint64_t bytes) const {
  uint64_t first = bytes;
  forEachPage(offset, bytes,
              [&](uint64_t index, uint64_t in, uint64_t n, uint64_t before) {
                const Page &page = pages[index];
                if (first != bytes || (!page.writes && page.uniform))
                  return;
                if (!page.writes) {
                  first = before;
                  return;
                }
                for (uint64_t i = in; i < in + n; ++i)
                  if (page.writes[i >> page.shift] == 0) {
                    first = before + i - in;
                    return;
                  }
              });
  return first;
}

bool Shadow::isUnwritten(uint64_t offset, unsigned bytes,
                         uint64_t since) const {
  for (uint64_t at = offset; at < offset + bytes; ++at) {
    const Page &page = pages[at / kPageBytes];
    uint64_t tag =
        page.writes ? page.writes[at % kPageBytes >> page.shift] : page.uniform;
    if (!tag || timeOf(tag) < since)
      return true;
  }
  return false;
}

bool Shadow::mayRead(uint64_t offset, uint64_t bytes,
                     const Access &access) const {
  bool clean = true;
  forEachPage(offset, bytes,
              [&](uint64_t index, uint64_t in, uint64_t n, uint64_t) {
                const Page &page = pages[index];
                auto isClean = [&](uint64_t tag) {
                  return tag && timeOf(tag) >= access.since &&
                         isWriteOrdered(tag, access);
                };
                if (!page.writes) {
                  clean &= isClean(page.uniform);
                  return;
                }
                for (uint64_t i = in >> page.shift;
                     i <= (in + n - 1) >> page.shift; ++i)
                  clean &= isClean(page.writes[i]);
              });
  return clean;
}

static Conflict withRead(uint64_t tag, const Access &access) {
  Conflict conflict;
  uint64_t time = timeOf(tag);
  unsigned who = whoOf(tag);
  if (time < access.clock.launch)
    return conflict;
  conflict.otherReads = true;
  conflict.otherBlock = time < access.clock.block || who == kManyBlocks;
  if (!conflict.otherBlock && isReadOrdered(tag, access))
    return conflict;
  conflict.kind = Conflict::Race;
  conflict.other = who >= WarpSets::kFirst ? -1 : int(who);
  return conflict;
}

bool Shadow::mayWrite(uint64_t offset, uint64_t bytes,
                      const Access &access) const {
  bool clean = true;
  forEachPage(offset, bytes,
              [&](uint64_t index, uint64_t in, uint64_t n, uint64_t) {
                const Page &page = pages[index];
                if (!page.writes)
                  clean &= isOrdered(timeOf(page.uniform), access);
                for (uint64_t i = in >> page.shift;
                     i <= (in + n - 1) >> page.shift; ++i) {
                  if (page.writes)
                    clean &= isWriteOrdered(page.writes[i], access);
                  if (page.reads)
                    clean &= !withRead(page.reads[i], access).kind;
                }
              });
  return clean;
}

static Conflict withWrite(uint64_t tag, const Access &access, unsigned thread,
                          bool atomic) {
  Conflict conflict;
  uint64_t time = timeOf(tag);
  unsigned who = whoOf(tag);
  const Clock &clock = access.clock;
  if (isWriteOrdered(tag, access) || (atomic && who == kAtomic))
    return conflict;
  conflict.otherBlock = time < clock.block;
  if (!conflict.otherBlock) {
    if (who == thread)
      return conflict;
    if (who / 32 == access.warp && who != kAtomic && time < access.warpSync)
      return conflict;
  }
  conflict.kind = Conflict::Race;
  conflict.otherIsAtomic = who == kAtomic;
  conflict.other = conflict.otherIsAtomic ? -1 : int(who);
  return conflict;
}

Conflict Shadow::checkRead(uint64_t offset, unsigned bytes,
                           const Access &access, unsigned thread) const {
  for (uint64_t at = offset; at < offset + bytes; ++at) {
    const Page &page = pages[at / kPageBytes];
    uint64_t tag =
        page.writes ? page.writes[at % kPageBytes >> page.shift] : page.uniform;
    Conflict conflict;
    if (!tag || timeOf(tag) < access.since)
      conflict.kind = Conflict::Uninitialised;
    else
      conflict = withWrite(tag, access, thread, false);
    conflict.at = at;
    if (conflict.kind)
      return conflict;
  }
  return {};
}

Conflict Shadow::checkWrite(uint64_t offset, unsigned bytes,
                            const Access &access, unsigned thread,
                            bool atomic) const {
  for (uint64_t at = offset; at < offset + bytes; ++at) {
    const Page &page = pages[at / kPageBytes];
    uint64_t unit = at % kPageBytes >> page.shift;
    // A page of words is about to be told apart: its tags count for bytes.
    Conflict conflict = withWrite(
        page.writes ? page.writes[unit] : page.uniform, access, thread, atomic);
    if (!conflict.kind && page.reads)
      conflict = withRead(page.reads[unit], access);
    conflict.at = at;
    if (conflict.kind)
      return conflict;
  }
  return {};
}

void Shadow::markRead(uint64_t offset, uint64_t bytes, unsigned width,
                      const Access &access) {
  const Clock &clock = access.clock;
  const uint64_t mine = tagOf(clock.now, access.warp);
  forEachPage(
      offset, bytes, [&](uint64_t index, uint64_t in, uint64_t n, uint64_t) {
        Page &page = pages[index];
        prepare(page, in, n, width);
        if (!page.reads)
          page.reads.reset(new uint64_t[kPageBytes >> page.shift]());
        for (uint64_t i = in >> page.shift; i <= (in + n - 1) >> page.shift;
             ++i) {
          uint64_t &tag = page.reads[i];
          if (tag == mine)
            continue;
          uint64_t time = timeOf(tag);
          unsigned who = whoOf(tag);
          if (time < clock.launch)
            tag = mine;
          else if (time < clock.block || who == kManyBlocks)
            tag = tagOf(clock.now, kManyBlocks);
          else if (isReadOrdered(tag, access))
            tag = mine;
          else
            tag = tagOf(clock.now, access.met
                                       ? access.readers->add(who, access.warp)
                                       : kManyWarps);
        }
      });
}

void Shadow::markWrite(uint64_t offset, unsigned bytes, const Access &access,
                       unsigned thread, bool atomic) {
  const uint64_t mine = tagOf(access.clock.now, atomic ? kAtomic : thread);
  forEachPage(offset, bytes,
              [&](uint64_t index, uint64_t in, uint64_t n, uint64_t) {
                Page &page = pages[index];
                prepare(page, in, n, bytes);
                haveWrites(page);
                for (uint64_t i = in >> page.shift;
                     i <= (in + n - 1) >> page.shift; ++i)
                  page.writes[i] = mine;
              });
}

} // namespace dlc::ptx
