//===- Spread.h - One value for all elements, or one for each channel -----===//

#ifndef DLC_COMPILER_QUANTIZE_SPREAD_H
#define DLC_COMPILER_QUANTIZE_SPREAD_H

#include "dialects/nn/NnOps.h"
#include "llvm/ADT/STLExtras.h"
#include <optional>
#include <vector>

namespace dlc::quantize {

using Shape = llvm::SmallVector<int64_t>;

/// Values that belong to the elements of a tensor: row-major in `shape`, which
/// broadcasts to the tensor's from the right as in numpy. An empty shape is one
/// value for all.
template <typename T> struct Spread {
  Shape shape;
  std::vector<T> values;

  Spread(T value = T()) : values{value} {}
  Spread(Shape shape, std::vector<T> values)
      : shape(std::move(shape)), values(std::move(values)) {}

  /// One for each position along dimension `axis` of a tensor of `rank`.
  static Spread along(int64_t axis, int64_t rank, std::vector<T> values) {
    Shape shape(rank - axis, 1);
    shape[0] = int64_t(values.size());
    return {std::move(shape), std::move(values)};
  }

  size_t size() const { return values.size(); }
  bool isOne() const { return values.size() == 1; }
  /// The one value that all are.
  std::optional<T> one() const {
    for (const T &value : values)
      if (!(value == values.front()))
        return std::nullopt;
    return values.front();
  }
  /// One value where all are equal.
  Spread collapsed() const {
    auto value = one();
    return value ? Spread(*value) : *this;
  }
};

namespace detail {
/// More parameters than that are no parameters any more.
constexpr int64_t kMostParameters = 1 << 16;

inline int64_t countOf(llvm::ArrayRef<int64_t> shape) {
  int64_t count = 1;
  for (int64_t size : shape)
    count *= size;
  return count;
}
} // namespace detail

/// The values at each position of `shape`, which the spread broadcasts to.
template <typename T>
std::vector<T> expand(const Spread<T> &spread, llvm::ArrayRef<int64_t> shape) {
  const int64_t count = detail::countOf(shape), rank = shape.size();
  if (spread.isOne())
    return std::vector<T>(count, spread.values.front());
  std::vector<T> result;
  result.reserve(count);
  const int64_t missing = rank - int64_t(spread.shape.size());
  for (int64_t i = 0; i < count; ++i) {
    int64_t rest = i, position = 0, stride = 1;
    for (int64_t d = rank - 1; d >= missing; --d) {
      int64_t at = rest % shape[d], size = spread.shape[d - missing];
      rest /= shape[d];
      position += (size == 1 ? 0 : at) * stride;
      stride *= size;
    }
    result.push_back(spread.values[position]);
  }
  return result;
}

/// The shape that all of the spreads broadcast to; nullopt if they do not or it
/// has too many elements.
template <typename... T>
std::optional<Shape> jointShape(const Spread<T> &...spreads) {
  std::optional<Shape> joint = Shape();
  auto join = [&](llvm::ArrayRef<int64_t> shape) {
    if (joint)
      joint = nn::broadcastShapes(*joint, shape);
    if (joint && detail::countOf(*joint) > detail::kMostParameters)
      joint.reset();
  };
  (join(spreads.isOne() ? llvm::ArrayRef<int64_t>() : spreads.shape), ...);
  return joint;
}

/// fn of the values at each position.
template <typename Fn, typename First, typename... Rest>
auto combine(Fn fn, const Spread<First> &first, const Spread<Rest> &...rest)
    -> std::optional<Spread<decltype(fn(first.values[0], rest.values[0]...))>> {
  using Result = decltype(fn(first.values[0], rest.values[0]...));
  auto joint = jointShape(first, rest...);
  if (!joint)
    return std::nullopt;
  auto lists = std::tuple(expand(first, *joint), expand(rest, *joint)...);
  std::vector<Result> results;
  for (size_t i = 0, e = std::get<0>(lists).size(); i < e; ++i)
    results.push_back(
        std::apply([&](const auto &...list) { return fn(list[i]...); }, lists));
  return Spread<Result>(std::move(*joint), std::move(results));
}

} // namespace dlc::quantize

#endif
