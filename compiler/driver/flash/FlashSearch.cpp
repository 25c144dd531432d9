//===- FlashSearch.cpp - An object that fits the flash --------------------===//

#include "compiler/driver/flash/FlashSearch.h"
#include <cmath>

using namespace dlc;
using namespace dlc::driver;

/// Prices of half powers of two, from a thousandth of an instruction on.
static constexpr int kHighest = 40;
static int64_t priceAt(int step) {
  return static_cast<int64_t>(std::lround(std::exp2(step / 2.0)));
}

namespace {
class FlashSearch {
public:
  FlashSearch(const CompileOptions &first, MakeObject make)
      : options(first), level(first.emit.opt), make(make) {
    options.errorsOnly = true;
  }

  /// False after a diagnostic.
  bool run(Attempt &attempt) {
    using llvmgen::OptLevel;
    if (!tryPrices(attempt))
      return false;
    if (attempt.compilation->fitsFlash() || options.emit.opt != OptLevel::O2)
      return true;
    options.emit.opt = OptLevel::Os;
    return tryPrices(attempt);
  }

  /// Flash at high prices, until that changes nothing.
  std::optional<uint64_t> least() {
    // As run() does: the level that was asked for without a price, or small
    // code at prices.
    bool isOther = level == llvmgen::OptLevel::O2;
    isQuick = true;
    if (isOther)
      options = atHighestPrice(std::move(options));
    Attempt attempt(options);
    if (!make(attempt))
      return std::nullopt;
    bool isMore = !attempt.compilation->fitsFlash() &&
                  (isOther || attempt.compilation->hasForms());
    if (isMore && !highestPrice(attempt))
      return std::nullopt;
    return attempt.compilation->flashBytes();
  }

private:
  bool tryPrices(Attempt &attempt) {
    bool isOther = options.emit.opt != level;
    if (!isOther && !attempt.compilation->hasForms())
      return true;
    std::optional<int> high = highestPrice(attempt);
    if (!high)
      return false;
    for (int low = 0; low < *high;) {
      int middle = (low + *high) / 2;
      std::optional<Attempt> next = attemptAt(middle);
      if (!next)
        return false;
      if (!next->compilation->fitsFlash()) {
        low = middle + 1;
        continue;
      }
      attempt = std::move(*next);
      high = middle;
    }
    return true;
  }

  /// The highest price at which the object fits; 0 where it fits at none:
  /// `attempt` is the smallest. Nothing after a diagnostic.
  std::optional<int> highestPrice(Attempt &attempt) {
    // What decodes is shared by all layers, so it is in no layer's price: where
    // it is worth less than it takes, a lower price takes fewer bytes.
    uint64_t least = 0;
    for (int high = kHighest; high > 0; high -= kHighest / 5) {
      std::optional<Attempt> next = attemptAt(high);
      if (!next)
        return std::nullopt;
      bool fits = next->compilation->fitsFlash(),
           hasForms = next->compilation->hasForms();
      uint64_t bytes = next->compilation->flashBytes();
      if (bytes < attempt.compilation->flashBytes())
        attempt = std::move(*next);
      // The smallest object is looked for once, how near one comes many times.
      bool isWorse = bytes > least || (isQuick && bytes == least);
      if (!hasForms || (least && isWorse))
        return 0;
      if (fits)
        return high;
      least = bytes;
    }
    return 0;
  }

  std::optional<Attempt> attemptAt(int step) {
    options.bytePrice = priceAt(step);
    Attempt next(options);
    if (!make(next))
      return std::nullopt;
    return next;
  }

  CompileOptions options;
  llvmgen::OptLevel level; // that is asked for
  bool isQuick = false;    // prices that change nothing end the search
  MakeObject make;
};
} // namespace

Attempt::Attempt(CompileOptions options)
    : options(std::move(options)),
      compilation(std::make_unique<Compilation>(this->options)) {}

bool driver::fitFlash(Attempt &attempt, MakeObject make) {
  return attempt.compilation->fitsFlash() ||
         FlashSearch(attempt.options, make).run(attempt);
}

std::optional<uint64_t> driver::leastFlash(const CompileOptions &options,
                                           MakeObject make) {
  return FlashSearch(options, make).least();
}

CompileOptions driver::atHighestPrice(CompileOptions options) {
  using llvmgen::OptLevel;
  if (options.emit.opt == OptLevel::O2)
    options.emit.opt = OptLevel::Os;
  options.bytePrice = priceAt(kHighest);
  return options;
}

std::optional<Attempt> driver::attemptForFlash(const CompileOptions &options,
                                               MakeObject make) {
  CompileOptions quiet = options;
  quiet.errorsOnly = true;
  Attempt attempt(quiet);
  if (!make(attempt) || !fitFlash(attempt, make) ||
      mlir::failed(attempt.compilation->checkFlash()))
    return std::nullopt;
  attempt.options.errorsOnly = options.errorsOnly;
  return attempt;
}
