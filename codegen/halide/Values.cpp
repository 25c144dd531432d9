//===- Values.cpp - Functions of a byte -----------------------------------===//

#include "codegen/halide/Stages.h"

#include <algorithm>
#include <cstring>
#include <limits>

using namespace Halide;
using namespace dlc;
using namespace dlc::halide;

namespace {

/// `(byte * multiplier + addend) >> shift`, in the element's range.
struct Affine {
  int64_t multiplier = 0, addend = 0;
  int shift = 0;
};

struct Bounds {
  int64_t least, most;
};

} // namespace

/// The least shift for which an affine function is the table's, for all bytes.
static std::optional<Affine> findAffine(const std::vector<int64_t> &values,
                                        Bounds range) {
  // The slope, from the values that are not at the ends of the range.
  int first = -1, last = -1;
  for (int byte = 0; byte < 256; ++byte)
    if (values[byte] > range.least && values[byte] < range.most) {
      first = first < 0 ? byte : first;
      last = byte;
    }
  if (last <= first)
    return std::nullopt;
  double slope =
      static_cast<double>(values[last] - values[first]) / (last - first);
  for (int shift = 0; shift < 22; ++shift) {
    // Values are rounded, so that the slope is not known better than this.
    double unit = std::ldexp(1.0, shift);
    auto low =
        static_cast<int64_t>(std::floor((slope - 1.0 / (last - first)) * unit));
    auto high =
        static_cast<int64_t>(std::ceil((slope + 1.0 / (last - first)) * unit));
    auto middle = static_cast<int64_t>(std::llround(slope * unit));
    for (int64_t away = 0; away <= std::max(high - middle, middle - low);
         ++away)
      for (int64_t multiplier : {middle + away, middle - away}) {
        int64_t least = std::numeric_limits<int64_t>::min(),
                most = std::numeric_limits<int64_t>::max();
        for (int64_t byte = 0; byte < 256; ++byte) {
          int64_t value = values[byte];
          if (value > range.least)
            least = std::max(least,
                             value * (int64_t(1) << shift) - byte * multiplier);
          if (value < range.most)
            most = std::min(most, (value + 1) * (int64_t(1) << shift) - 1 -
                                      byte * multiplier);
        }
        bool fits =
            std::abs(multiplier) < (int64_t(1) << 22) &&
            std::max(std::abs(least), std::abs(most)) < (int64_t(1) << 30);
        if (least <= most && fits)
          return Affine{multiplier, (least + most) >> 1, shift};
      }
  }
  return std::nullopt;
}

/// The values of each channel.
static std::vector<std::vector<int64_t>>
integersOf(const pixels::Step &step, const pixels::Element &element) {
  std::vector<std::vector<int64_t>> channels(step.channels);
  bool isSigned = element.kind == pixels::Element::Signed;
  for (size_t i = 0; i < step.table.size(); ++i)
    channels[i / 256].push_back(
        isSigned ? static_cast<int8_t>(step.table[i])
                 : static_cast<int64_t>(static_cast<uint8_t>(step.table[i])));
  return channels;
}

/// One multiplication and shift in place of a table, if there is one for each
/// channel.
static Expr affineOf(const pixels::Step &step, const pixels::Element &element,
                     const Expr &byte, const Vars &v) {
  bool isSigned = element.kind == pixels::Element::Signed;
  Bounds range = isSigned ? Bounds{-128, 127} : Bounds{0, 255};
  std::vector<Affine> each;
  int shift = 0;
  for (const std::vector<int64_t> &values : integersOf(step, element)) {
    std::optional<Affine> affine = findAffine(values, range);
    if (!affine)
      return {};
    each.push_back(*affine);
    shift = std::max(shift, affine->shift);
  }
  // Shifted further, none of them changes a value.
  std::vector<Expr> multipliers, addends;
  int64_t lowest = 0, highest = 0;
  for (const Affine &affine : each) {
    int64_t by = int64_t(1) << (shift - affine.shift);
    int64_t multiplier = affine.multiplier * by, addend = affine.addend * by;
    multipliers.emplace_back(static_cast<int>(multiplier));
    addends.emplace_back(static_cast<int>(addend));
    for (int64_t end : {addend, 255 * multiplier + addend}) {
      lowest = std::min(lowest, end >> shift);
      highest = std::max(highest, end >> shift);
      if (end != static_cast<int32_t>(end))
        return {};
    }
  }
  auto pick = [&](const std::vector<Expr> &values) {
    return values.size() == 1 ? values.front() : mux(v.c, values);
  };
  Expr value = (toInt(byte) * pick(multipliers) + pick(addends)) >> shift;
  if (lowest < range.least || highest > range.most)
    value = clamp(value, static_cast<int>(range.least),
                  static_cast<int>(range.most));
  return isSigned ? cast<int8_t>(value) : cast<uint8_t>(value);
}

template <typename T>
static Expr tableOf(const pixels::Step &step, const Expr &byte, const Vars &v) {
  Buffer<T> table(static_cast<int>(step.table.size() / sizeof(T)));
  std::memcpy(table.data(), step.table.data(), step.table.size());
  // Channels with one table share it.
  size_t length = 256 * sizeof(T);
  bool same = true;
  for (int64_t c = 1; c < step.channels; ++c)
    same &= std::memcmp(step.table.data(), step.table.data() + c * length,
                        length) == 0;
  return table(same ? toInt(byte) : toInt(v.c) * 256 + toInt(byte));
}

Expr dlc::halide::lookUp(const pixels::Step &step,
                         const pixels::Element &element, const Expr &byte,
                         const Vars &v) {
  if (element.kind != pixels::Element::Float && element.bits == 8) {
    Expr affine = affineOf(step, element, byte, v);
    if (affine.defined())
      return affine;
  }
  switch (element.bits) {
  case 8:
    return element.kind == pixels::Element::Signed
               ? tableOf<int8_t>(step, byte, v)
               : tableOf<uint8_t>(step, byte, v);
  case 16:
    // The bits of halves as well.
    return tableOf<uint16_t>(step, byte, v);
  case 32:
    return tableOf<int32_t>(step, byte, v);
  default:
    return tableOf<int64_t>(step, byte, v);
  }
}
