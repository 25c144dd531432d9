//===- FlashSearch.cpp - An object that fits the flash --------------------===//

#include "compiler/driver/flash/FlashSearch.h"
#include <cmath>

using namespace dlc;
using namespace dlc::driver;

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

private:
  /// Prices of half powers of two, from a thousandth of an instruction on.
  static constexpr int kHighest = 40;
  static int64_t priceAt(int step) {
    return static_cast<int64_t>(std::lround(std::exp2(step / 2.0)));
  }

  bool tryPrices(Attempt &attempt) {
    bool isOther = options.emit.opt != level;
    if (!isOther && !attempt.compilation->hasForms())
      return true;
    // What decodes is shared by all layers, so it is in no layer's price: where
    // it is worth less than it takes, a lower price takes fewer bytes.
    int high = kHighest;
    for (uint64_t least = 0; high > 0; high -= kHighest / 5) {
      std::optional<Attempt> next = attemptAt(high);
      if (!next)
        return false;
      bool fits = next->compilation->fitsFlash(),
           hasForms = next->compilation->hasForms();
      uint64_t bytes = next->compilation->flashBytes();
      if (bytes < attempt.compilation->flashBytes())
        attempt = std::move(*next);
      if (!hasForms || (least && bytes > least))
        return true;
      if (fits)
        break;
      least = bytes;
    }
    for (int low = 0; low < high;) {
      int middle = (low + high) / 2;
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

  std::optional<Attempt> attemptAt(int step) {
    options.bytePrice = priceAt(step);
    Attempt next(options);
    if (!make(next))
      return std::nullopt;
    return next;
  }

  CompileOptions options;
  llvmgen::OptLevel level; // that is asked for
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
