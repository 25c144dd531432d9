//===- Rounds.cpp - The most rounds of loops ------------------------------===//

#include "compiler/import/model/Rounds.h"
#include "compiler/import/Error.h"
#include "dialects/nn/NodeLocation.h"

using namespace mlir;

namespace dlc::import {

std::optional<int64_t> Rounds::most(Location loop) {
  std::string name = nn::nodeOf(loop)->name;
  asked.insert(name);
  auto found = given.find(name);
  return found == given.end() ? std::nullopt : std::optional(found->second);
}

void Rounds::check(Location model) const {
  for (const auto &[name, most] : given) {
    if (asked.count(name))
      continue;
    std::string known;
    for (const std::string &loop : asked)
      known += (known.empty() ? "; there are: " : ", ") + loop;
    fail(model, "--rounds " + name + "=" + Twine(most) +
                    ": no Loop of this name has a number of rounds that the "
                    "network computes" +
                    known);
  }
}

} // namespace dlc::import
