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

static std::string
boundText(const std::pair<const std::string, int64_t> &loop) {
  return loop.first + "=" + std::to_string(loop.second);
}

void Rounds::check(Location model) const {
  for (const auto &loop : given) {
    if (asked.count(loop.first))
      continue;
    std::string known;
    for (const std::string &other : asked)
      known += (known.empty() ? "; there are: " : ", ") + other;
    fail(model, "--rounds " + boundText(loop) +
                    ": no Loop of this name has a number of rounds that the "
                    "network computes" +
                    known);
  }
}

std::vector<std::string> Rounds::bounded() const {
  std::vector<std::string> loops;
  for (const auto &loop : given)
    loops.push_back(boundText(loop));
  return loops;
}

Value Rounds::anyUnfinished(Build &build) const {
  Value any;
  for (Value flag : unfinished)
    any = any ? build.select(flag, build.splat({}, build.i1(), 1), any) : flag;
  return any;
}

void BodyRounds::keepOfSteps(Build &build, Value all) {
  Value any = build.reduce(nn::ReduceKind::Max, build.cast(all, build.i32()), 0,
                           /*keepdims=*/false);
  keepAs(
      build.compare(nn::ComparePredicate::GT, any, build.scalarLike(any, 0)));
}

} // namespace dlc::import
