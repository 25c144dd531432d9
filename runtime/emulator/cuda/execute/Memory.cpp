#include "runtime/emulator/cuda/execute/Memory.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>

namespace dlc::ptx {

// Between two allocations: what runs past the end of one is not in the next.
static constexpr uint64_t kGap = 1 << 16;

static void freeBytes(const Allocation &allocation) {
  if (allocation.begin != reinterpret_cast<uint64_t>(allocation.host))
    free(allocation.host);
}

Memory::~Memory() {
  for (auto &entry : allocations)
    freeBytes(*entry.second);
}

Allocation &Memory::allocate(uint64_t bytes, bool constant) {
  uint64_t rounded = (bytes + 255) / 256 * 256;
  void *host =
      rounded < bytes ? nullptr : aligned_alloc(256, rounded ? rounded : 256);
  if (!host)
    throw std::bad_alloc();
  memset(host, 0xff, rounded);
  auto allocation = std::make_unique<Allocation>();
  allocation->begin = next;
  allocation->bytes = bytes;
  allocation->host = static_cast<uint8_t *>(host);
  allocation->constant = constant;
  allocation->shadow.resize(bytes);
  allocation->touched.resize((bytes + 31) / 32);
  allocation->byBlock.resize((bytes + 31) / 32);
  next += rounded + kGap;
  return *(allocations[allocation->begin] = std::move(allocation));
}

Allocation &Memory::map(void *host, uint64_t bytes) {
  auto allocation = std::make_unique<Allocation>();
  allocation->begin = reinterpret_cast<uint64_t>(host);
  allocation->bytes = bytes;
  allocation->host = static_cast<uint8_t *>(host);
  allocation->shadow.resize(bytes);
  allocation->touched.resize((bytes + 31) / 32);
  allocation->byBlock.resize((bytes + 31) / 32);
  // The host writes it when it likes, unseen.
  allocation->shadow.written(0, bytes);
  return *(allocations[allocation->begin] = std::move(allocation));
}

bool Memory::release(uint64_t begin) {
  auto entry = allocations.find(begin);
  if (entry == allocations.end())
    return false;
  freeBytes(*entry->second);
  allocations.erase(entry);
  return true;
}

Allocation *Memory::find(uint64_t at, uint64_t bytes) {
  auto entry = allocations.upper_bound(at);
  if (entry == allocations.begin())
    return nullptr;
  --entry;
  return entry->second->holds(at, bytes) ? entry->second.get() : nullptr;
}

std::string Memory::describe(uint64_t at) const {
  char text[32];
  snprintf(text, sizeof(text), "0x%llx", static_cast<unsigned long long>(at));
  std::string said = text;
  auto entry = allocations.upper_bound(at);
  if (entry == allocations.begin())
    return said + " before all device memory";
  const Allocation &below = *std::prev(entry)->second;
  uint64_t offset = at - below.begin;
  if (offset >= below.bytes)
    said +=
        ", " + std::to_string(offset - below.bytes) + " bytes behind the end";
  else
    said += ", byte " + std::to_string(offset);
  return said + " of an allocation of " + std::to_string(below.bytes) +
         " bytes";
}

} // namespace dlc::ptx
