#include "runtime/emulator/cuda/parse/Registers.h"

#include "runtime/emulator/cuda/execute/Pattern.h"
#include "runtime/emulator/cuda/parse/Liveness.h"
#include "runtime/emulator/cuda/parse/Special.h"

#include <algorithm>
#include <queue>

namespace dlc::ptx {

bool Registers::leaveScope() {
  if (scopes.size() == 1)
    return false;
  scopes.pop_back();
  return true;
}

uint32_t Registers::temporary(unsigned bytes) {
  uint32_t place = kFirstRegister + 64 * uint32_t(widths.size());
  widths.push_back(bytes);
  return place;
}

void Registers::declare(std::string_view name, Type type) {
  // A predicate is one bit for each lane.
  uint32_t place = temporary(type == Type::Pred ? 0 : bytesOf(type));
  scopes.back()[std::string(name)] = {place, type};
}

void Registers::declareMany(std::string_view name, unsigned count, Type type) {
  for (unsigned i = 0; i < count; ++i)
    declare(std::string(name) + std::to_string(i), type);
}

const Registers::Register *Registers::find(std::string_view name) const {
  for (auto scope = scopes.rbegin(); scope != scopes.rend(); ++scope) {
    auto entry = scope->find(name);
    if (entry != scope->end())
      return &entry->second;
  }
  return nullptr;
}

uint32_t Registers::constant(uint64_t value, unsigned bytes) {
  auto [entry, isNew] = constants.try_emplace({value, bytes}, 0);
  if (isNew) {
    entry->second = temporary(bytes);
    kernel.constants.push_back({entry->second, value, bytes});
  }
  return entry->second;
}

uint32_t Registers::special(std::string_view name) {
  const auto *found =
      std::find(std::begin(specialNames), std::end(specialNames), name);
  if (found == std::end(specialNames))
    return 0;
  auto [entry, isNew] = specials.try_emplace(*found, 0);
  if (isNew) {
    entry->second = temporary(4);
    kernel.specials.push_back({entry->second, unsigned(found - specialNames)});
  }
  return entry->second;
}

/// Linear scan over the lives of the registers. Those of one width follow each
/// other in a place: lanes of another would lie over lanes that still need it,
/// where some of a warp are ahead of others.
void Registers::place() {
  std::vector<Op> &ops = kernel.ops;
  Liveness liveness(ops, widths.size());
  std::vector<bool> isFixed(widths.size());
  auto fix = [&](uint32_t number) {
    isFixed[number] = true;
    liveness.lives[number] = {0, uint32_t(ops.size())};
  };
  for (const auto &constant : kernel.constants)
    fix(numberOfRegister(constant.place));
  for (const auto &special : kernel.specials)
    fix(numberOfRegister(special.place));
  std::vector<uint32_t> unwritten;
  for (uint32_t number : liveness.aliveAtEntry)
    if (!isFixed[number]) {
      unwritten.push_back(number);
      fix(number);
    }

  std::vector<uint32_t> order;
  for (uint32_t i = 0; i < widths.size(); ++i)
    if (liveness.lives[i].first <= liveness.lives[i].last)
      order.push_back(i);
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    return std::make_pair(liveness.lives[a].first, a) <
           std::make_pair(liveness.lives[b].first, b);
  });
  std::map<unsigned, std::vector<uint32_t>> freed; // by width
  using Ending = std::pair<uint32_t, uint32_t>;    // last, number
  std::priority_queue<Ending, std::vector<Ending>, std::greater<Ending>> active;
  std::vector<uint32_t> places(widths.size());
  uint32_t end = kFirstRegister;
  for (uint32_t number : order) {
    while (!active.empty() &&
           active.top().first < liveness.lives[number].first) {
      uint32_t gone = active.top().second;
      freed[widths[gone]].push_back(places[gone]);
      active.pop();
    }
    std::vector<uint32_t> &list = freed[widths[number]];
    if (list.empty()) {
      places[number] = end;
      end += std::max(64u, widths[number] * kLanes);
    } else {
      places[number] = list.back();
      list.pop_back();
    }
    active.push({liveness.lives[number].last, number});
  }
  for (uint32_t number : unwritten)
    kernel.checked.try_emplace(places[number], unsigned(kernel.checked.size()));
  for (Op &op : ops)
    forEachRegister(op, [&](uint32_t &place, bool) {
      place = places[numberOfRegister(place)];
      if (kernel.checked.count(place))
        op.checked = 1;
    });
  for (auto &constant : kernel.constants)
    constant.place = places[numberOfRegister(constant.place)];
  for (auto &special : kernel.specials)
    special.place = places[numberOfRegister(special.place)];
  kernel.registerBytes = end;
}

} // namespace dlc::ptx
