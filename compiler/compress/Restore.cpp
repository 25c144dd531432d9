//===- Restore.cpp - Means and variances as they were ---------------------===//

#include "compiler/compress/Restore.h"
#include "compiler/calibrate/graph/Windows.h"

using namespace dlc::import;
using namespace dlc::calibrate;

namespace dlc::compress {

/// Results of a channel that are looked at.
static constexpr int64_t kResultsLookedAt = 8192;
/// What a row is multiplied by at most, or divided.
static constexpr double kMostGain = 2;

namespace {
/// Of numbers that are added one by one.
class Statistics {
public:
  void add(double number) {
    ++count;
    double step = number - mean;
    mean += step / static_cast<double>(count);
    squares += step * (number - mean);
  }
  double average() const { return mean; }
  double deviation() const {
    return count ? std::sqrt(squares / static_cast<double>(count)) : 0;
  }

private:
  int64_t count = 0;
  double mean = 0, squares = 0;
};
} // namespace

static double product(llvm::ArrayRef<float> a, llvm::ArrayRef<float> b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i)
    sum += static_cast<double>(a[i]) * b[i];
  return sum;
}

/// Whether a row's numbers may be multiplied by one of its own: integers have a
/// scale for each.
static bool hasGains(const WeightedLayer &layer, const Form &form) {
  bool areShared = (form.codebook && !form.codebook->eachRow) ||
                   (form.grid && !form.grid->bits) || form.information > 0;
  return layer.isInteger || !areShared;
}

/// Results of each row, without biases, before and now.
static std::vector<std::pair<Statistics, Statistics>>
statisticsOf(const Windows &windows, const WeightedLayer &layer,
             const NewWeights &made, const Activations::Values &x,
             const Activations::Values &q) {
  int64_t count = layer.rows.count(), each = count / windows.groups();
  std::vector<std::vector<float>> before, now;
  for (int64_t r = 0; r < count; ++r) {
    before.push_back(layer.rows.row<float>(layer.values, r));
    now.push_back(layer.rows.row<float>(made.values, r));
  }
  std::vector<std::pair<Statistics, Statistics>> all(count);
  int64_t results = windows.positions() * static_cast<int64_t>(x.size());
  int64_t every = (results + kResultsLookedAt - 1) / kResultsLookedAt;
  std::vector<float> left, right;
  for (int64_t i = 0; i < results; i += every)
    for (int64_t group = 0; group < windows.groups(); ++group) {
      auto sample = static_cast<size_t>(i / windows.positions());
      left.clear();
      right.clear();
      windows.append(x[sample], group, i % windows.positions(), left);
      windows.append(q[sample], group, i % windows.positions(), right);
      for (int64_t r = group * each; r < (group + 1) * each; ++r) {
        all[r].first.add(product(before[r], left));
        all[r].second.add(product(now[r], right));
      }
    }
  return all;
}

std::optional<NewWeights>
restoreStatistics(const Graph &view, const WeightedLayer &layer,
                  const Form &form, const NewWeights &made,
                  llvm::ArrayRef<int64_t> shape, const Activations::Values &x,
                  const Activations::Values &q) {
  if (!layer.takesBias)
    return std::nullopt;
  auto all = statisticsOf(Windows(view, layer.layer, shape), layer, made, x, q);
  NewWeights restored = made;
  restored.bias.clear();
  for (int64_t r = 0; r < layer.rows.count(); ++r) {
    const auto &[before, now] = all[r];
    double bias = layer.bias.empty() ? 0 : layer.bias[r], gain = 1;
    if (hasGains(layer, form) && before.deviation() > 0 && now.deviation() > 0)
      gain = std::clamp(before.deviation() / now.deviation(), 1 / kMostGain,
                        kMostGain);
    if (layer.isInteger) {
      auto scale = static_cast<float>(made.scales[r] * gain);
      if (scale < leastScale(bias, layer.unit))
        scale = made.scales[r];
      gain = static_cast<double>(scale) / made.scales[r];
      restored.scales[r] = scale;
    }
    std::vector<float> row = layer.rows.row<float>(made.values, r);
    for (float &weight : row)
      weight = static_cast<float>(weight * gain);
    layer.rows.setRow<float>(restored.values, r, row);
    restored.bias.push_back(bias + before.average() - gain * now.average());
  }
  return restored;
}

} // namespace dlc::compress
