#include "runtime/emulator/cuda/execute/Shadow.h"

#include <algorithm>

namespace dlc::ptx {

// A tag: time, then who. A write is a thread's; a read is a warp's.
static constexpr unsigned kWhoBits = 11;
static constexpr uint64_t kWhoMask = (1 << kWhoBits) - 1;
static constexpr unsigned kAtomic = 1024, kManyWarps = 1025, kManyBlocks = 1026;
static constexpr uint64_t kHost = 1; // time 0: before every launch
static constexpr unsigned kPageBytes = 4096;

static uint64_t tagOf(uint64_t time, unsigned who) {
  return time << kWhoBits | who;
}
static uint64_t timeOf(uint64_t tag) { return tag >> kWhoBits; }
static unsigned whoOf(uint64_t tag) { return tag & kWhoMask; }

/// Ordered before everything that the block does now.
static bool isOrdered(uint64_t time, const Clock &clock) {
  return time < clock.launch || (time >= clock.block && time < clock.sync);
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
                         isOrdered(timeOf(tag), access.clock);
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

bool Shadow::mayWrite(uint64_t offset, uint64_t bytes,
                      const Access &access) const {
  bool clean = true;
  forEachPage(offset, bytes,
              [&](uint64_t index, uint64_t in, uint64_t n, uint64_t) {
                const Page &page = pages[index];
                if (!page.writes)
                  clean &= isOrdered(timeOf(page.uniform), access.clock);
                for (uint64_t i = in >> page.shift;
                     i <= (in + n - 1) >> page.shift; ++i) {
                  if (page.writes)
                    clean &= isOrdered(timeOf(page.writes[i]), access.clock);
                  if (page.reads)
                    clean &= timeOf(page.reads[i]) < access.clock.launch ||
                             (isOrdered(timeOf(page.reads[i]), access.clock) &&
                              whoOf(page.reads[i]) != kManyBlocks);
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
  if (isOrdered(time, clock) || (atomic && who == kAtomic))
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

static Conflict withRead(uint64_t tag, const Access &access) {
  Conflict conflict;
  uint64_t time = timeOf(tag);
  unsigned who = whoOf(tag);
  if (time < access.clock.launch)
    return conflict;
  conflict.otherReads = true;
  conflict.otherBlock = time < access.clock.block || who == kManyBlocks;
  if (!conflict.otherBlock && (time < access.clock.sync || who == access.warp))
    return conflict;
  conflict.kind = Conflict::Race;
  conflict.other = who >= kManyWarps ? -1 : int(who);
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
  forEachPage(offset, bytes,
              [&](uint64_t index, uint64_t in, uint64_t n, uint64_t) {
                Page &page = pages[index];
                prepare(page, in, n, width);
                if (!page.reads)
                  page.reads.reset(new uint64_t[kPageBytes >> page.shift]());
                for (uint64_t i = in >> page.shift;
                     i <= (in + n - 1) >> page.shift; ++i) {
                  uint64_t &tag = page.reads[i];
                  if (tag == mine)
                    continue;
                  uint64_t time = timeOf(tag);
                  unsigned who = whoOf(tag);
                  if (time < clock.launch)
                    tag = mine;
                  else if (time < clock.block || who == kManyBlocks)
                    tag = tagOf(clock.now, kManyBlocks);
                  else if (time < clock.sync || who == access.warp)
                    tag = mine;
                  else
                    tag = tagOf(clock.now, kManyWarps);
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
