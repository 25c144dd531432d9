//===- Goal.cpp - Flash that a network is to fit --------------------------===//

#include "compiler/compress/Goal.h"
#include "compiler/calibrate/Subject.h"
#include "llvm/Support/FormatVariadic.h"

namespace dlc::compress {

llvm::Error FlashGoal::begin(const import::Graph &graph) {
  if (!goal)
    return llvm::Error::success();
  llvm::Expected<Distance> distance = of(graph);
  if (!distance)
    return distance.takeError();
  before = distance->flash;
  return llvm::Error::success();
}

bool FlashGoal::isFar(int64_t saved) const {
  constexpr double kNear = 1.2;
  return static_cast<double>(before) - static_cast<double>(saved) >
         kNear * static_cast<double>(*goal);
}

llvm::Expected<FlashGoal::Distance>
FlashGoal::of(const import::Graph &graph) const {
  std::optional<uint64_t> flash = sizes.flash(graph, Price::Any);
  if (!flash)
    return calibrate::alreadySaid();
  return Distance{*flash, *flash <= *goal};
}

llvm::Error FlashGoal::unmet(const Distance &nearest, double maxDrop,
                             uint64_t flashBefore) const {
  return llvm::createStringError(llvm::formatv(
      "--goal=flash:{0} cannot be met within --max-drop={1}: the network "
      "takes {2} bytes of flash at best (before {3}); allow to lose more, "
      "try more ways, or give more samples",
      *goal, maxDrop, nearest.flash, flashBefore));
}

} // namespace dlc::compress
