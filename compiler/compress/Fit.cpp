//===- Fit.cpp - Weights in a form, on data -------------------------------===//

#include "compiler/compress/Fit.h"
#include "compiler/calibrate/numbers/RoundRow.h"
#include "compiler/compress/Codebook.h"
#include "llvm/ADT/STLExtras.h"

using namespace dlc::import;
using namespace dlc::calibrate;

namespace dlc::compress {

LayerData::LayerData(const Graph &view, const WeightedLayer &layer,
                     llvm::ArrayRef<int64_t> shape,
                     const Activations::Values &x,
                     const Activations::Values &q) {
  Windows windows(view, layer.layer, shape);
  each = layer.rows.count() / windows.groups();
  for (int64_t group = 0; group < windows.groups(); ++group) {
    Moments moments = layerMoments(windows, group, x, q, layer.takesBias);
    std::vector<std::vector<float>> own;
    for (int64_t r = group * each; r < (group + 1) * each; ++r)
      own.push_back(layer.rows.row<float>(layer.values, r));
    for (std::vector<double> &row : wantedRows(moments, own)) {
      std::vector<double> zeros(row.size());
      all += lossOf(row, zeros, moments.qq);
      rows.push_back(std::move(row));
    }
    Matrix factor = upperFactor(moments.qq);
    groups.push_back({std::move(moments), std::move(factor)});
  }
}

namespace {
/// Floats of few bits, times a power of 2.
class MiniFloat {
public:
  MiniFloat(const Grid &grid, double largest) : mantissa(grid.mantissa) {
    int bias = (1 << (grid.exponent - 1)) - 1;
    least = 1 - bias;
    int most = (1 << grid.exponent) - 1 - bias;
    top = (2 - std::ldexp(1.0, -mantissa)) * std::ldexp(1.0, most);
    if (largest > 0)
      scale = std::exp2(std::ceil(std::log2(largest / top)));
  }
  double nearest(double x) const {
    double part = std::fabs(x / scale);
    int exponent = part > 0 ? std::max(std::ilogb(part), least) : least;
    double step = std::ldexp(1.0, exponent - mantissa);
    double rounded = std::min(std::nearbyint(part / step) * step, top);
    return std::copysign(rounded * scale, x);
  }

private:
  int mantissa, least;
  double top, scale = 1;
};

class Fitter {
public:
  Fitter(const WeightedLayer &layer, const LayerData &data, const Form &form)
      : layer(layer), data(data), form(form) {}

  llvm::Expected<Fitted> run() {
    if (llvm::Error error = check())
      return std::move(error);
    if (form.zeros)
      chooseBlocks();
    else if (form.channels > 0)
      chooseChannels();
    if (llvm::Error error = checkRest())
      return std::move(error);
    if (form.codebook)
      chooseCodebooks();
    if (form.grid && !form.grid->bits)
      chooseFloats();
    if (form.information > 0)
      chooseStep();
    made.weights.values.resize(layer.values.size());
    made.weights.scales = layer.scales;
    if (layer.isInteger && form.information > 0)
      made.weights.scales.assign(layer.rows.count(), static_cast<float>(step));
    for (int64_t r = 0; r < layer.rows.count(); ++r)
      fitOne(r);
    made.loss /= std::max(data.energy(), 1e-300);
    return std::move(made);
  }

private:
  llvm::Error refuse(const llvm::Twine &why) const {
    return llvm::createStringError(form.text() + ": " + why);
  }

  llvm::Error check() const {
    if (form.grid && !form.grid->bits && layer.isInteger)
      return refuse("its weights are integers, which are no floats");
    if (form.grid && form.grid->bits > layer.shape().bits)
      return refuse("its weights have " + llvm::Twine(layer.shape().bits) +
                    " bits already");
    if (form.channels > 0 && data.groupCount() != 1)
      return refuse("its channels are in groups");
    if (!form.zeros)
      return llvm::Error::success();
    int64_t rows = layer.rows.count(), across = channels();
    if (rows % form.zeros->rows != 0)
      return refuse("its " + llvm::Twine(rows) +
                    " results cannot be divided by blocks of " +
                    llvm::Twine(form.zeros->rows));
    if (across % form.zeros->columns != 0)
      return refuse("its " + llvm::Twine(across) +
                    " operands cannot be divided by blocks of " +
                    llvm::Twine(form.zeros->columns));
    return llvm::Error::success();
  }

  /// Something is left of the layer.
  llvm::Error checkRest() const {
    if (!form.hasZeros() ||
        llvm::any_of(isZero, [](char zero) { return zero == 0; }))
      return llvm::Error::success();
    return refuse("nothing would be left of it");
  }

  int64_t channels() const { return layer.rows.width() / layer.taps; }
  double unitOf(int64_t r) const {
    return layer.isInteger ? layer.scales[r] : 1;
  }
  bool zeroAt(int64_t r, int64_t i) const {
    return !isZero.empty() && isZero[r * layer.rows.width() + i];
  }

  void chooseBlocks() {
    const Zeros &zeros = *form.zeros;
    int64_t across = channels() / zeros.columns;
    chooseZeros(zeros.percent,
                layer.rows.count() / zeros.rows * across * layer.taps,
                [&](int64_t r, int64_t i) {
                  int64_t channel = i / layer.taps, tap = i % layer.taps;
                  return (r / zeros.rows * layer.taps + tap) * across +
                         channel / zeros.columns;
                });
  }

  void chooseChannels() {
    chooseZeros(form.channels, layer.rows.width() / layer.perChannel,
                [&](int64_t, int64_t i) { return i / layer.perChannel; });
  }

  /// The blocks that have the least part in the layer's results.
  void chooseZeros(double percent, int64_t blocks,
                   llvm::function_ref<int64_t(int64_t, int64_t)> blockOf) {
    int64_t width = layer.rows.width();
    std::vector<std::pair<double, int64_t>> sizes(blocks);
    for (int64_t b = 0; b < blocks; ++b)
      sizes[b].second = b;
    for (int64_t r = 0; r < layer.rows.count(); ++r)
      for (int64_t i = 0; i < width; ++i) {
        double w = data.wanted(r)[i];
        sizes[blockOf(r, i)].first += w * w * data.momentsOf(r).qq.at(i, i);
      }
    llvm::sort(sizes);
    auto count =
        static_cast<size_t>(percent / 100 * static_cast<double>(blocks));
    std::vector<char> dropped(blocks);
    for (auto [size, block] : llvm::ArrayRef(sizes).take_front(count))
      dropped[block] = 1;
    isZero.resize(layer.values.size());
    for (int64_t r = 0; r < layer.rows.count(); ++r)
      for (int64_t i = 0; i < width; ++i)
        isZero[r * width + i] = dropped[blockOf(r, i)];
  }

  /// For the tensor, or for each row; in units of the rows' scales.
  void chooseCodebooks() {
    int64_t count = form.codebook->values - (form.hasZeros() ? 1 : 0);
    std::vector<Weighted> numbers;
    auto finish = [&] {
      codebooks.push_back(kMeans(std::move(numbers), count, layer.isInteger));
      if (layer.isInteger)
        for (double &x : codebooks.back())
          x = std::clamp<double>(x, layer.least, layer.greatest);
      numbers.clear();
    };
    for (int64_t r = 0; r < layer.rows.count(); ++r) {
      double unit = unitOf(r);
      for (int64_t i = 0; i < layer.rows.width(); ++i)
        if (!zeroAt(r, i))
          numbers.push_back({data.wanted(r)[i] / unit,
                             unit * unit * data.momentsOf(r).qq.at(i, i)});
      if (form.codebook->eachRow)
        finish();
    }
    if (!form.codebook->eachRow)
      finish();
  }

  /// One for all rows: what a sum is off by has the same part in all of them.
  void chooseStep() {
    range = layer.isInteger ? IntegerRange{layer.least, layer.greatest}
                            : IntegerRange{-127, 127};
    double least = 0;
    std::vector<double> numbers;
    for (int64_t r = 0; r < layer.rows.count(); ++r) {
      if (layer.isInteger)
        least = std::max<double>(
            least, leastScale(static_cast<float>(bias(r)), layer.unit));
      for (int64_t i = 0; i < layer.rows.width(); ++i)
        numbers.push_back(zeroAt(r, i) ? 0 : data.wanted(r)[i]);
    }
    step = static_cast<float>(
        stepOfInformation(numbers, form.information, least, range));
  }

  void chooseFloats() {
    double largest = 0;
    for (int64_t r = 0; r < layer.rows.count(); ++r)
      for (double w : data.wanted(r))
        largest = std::max(largest, std::fabs(w));
    floats.emplace(*form.grid, largest);
  }

  double bias(int64_t r) const {
    return layer.bias.empty() ? 0 : layer.bias[r];
  }

  /// Integers of the form's bits times a scale of the row's own.
  std::vector<double> roundedRow(int64_t r) {
    llvm::ArrayRef<double> wanted = data.wanted(r);
    std::vector<float> near(wanted.begin(), wanted.end());
    for (size_t i = 0; i < near.size(); ++i)
      if (zeroAt(r, static_cast<int64_t>(i)))
        near[i] = 0;
    float room = layer.isInteger ? static_cast<float>(bias(r)) : 0;
    Affine affine = rowAffine(near, form.grid->bits, room, layer.unit);
    if (form.grid->bits < 8)
      --affine.least; // every integer counts
    float least = leastScale(room, layer.unit);
    const Matrix &metric = data.momentsOf(r).qq;
    if (!form.hasZeros()) {
      RoundedRow made =
          roundWithScale(wanted, affine, least, metric, data.factorOf(r));
      affine = made.affine;
      if (layer.isInteger)
        this->made.weights.scales[r] = affine.scale;
      return scaled(made.integers, affine.scale);
    }
    std::vector<double> kept(near.begin(), near.end());
    affine.scale = std::max(searchScale(kept, affine, metric), least);
    if (layer.isInteger)
      made.weights.scales[r] = affine.scale;
    double scale = affine.scale;
    return fitRow(wanted, metric, data.factorOf(r), [&](size_t i, double x) {
      return zeroAt(r, static_cast<int64_t>(i))
                 ? 0.0
                 : scale * std::clamp<double>(std::nearbyint(x / scale),
                                              affine.least, affine.greatest);
    });
  }

  /// What a weight of the row may be.
  double allowed(int64_t r, size_t i, double x) const {
    if (zeroAt(r, static_cast<int64_t>(i)))
      return 0;
    double unit = unitOf(r);
    if (form.codebook)
      return unit *
             nearestIn(codebooks[form.codebook->eachRow ? r : 0], x / unit);
    if (floats)
      return floats->nearest(x);
    if (form.information > 0)
      return step * range.nearest(x / step);
    if (layer.isInteger)
      return unit * std::clamp<double>(std::nearbyint(x / unit), layer.least,
                                       layer.greatest);
    return x;
  }

  void fitOne(int64_t r) {
    const Moments &moments = data.momentsOf(r);
    std::vector<double> values =
        form.grid && form.grid->bits
            ? roundedRow(r)
            : fitRow(data.wanted(r), moments.qq, data.factorOf(r),
                     [&](size_t i, double x) { return allowed(r, i, x); });
    made.loss += lossOf(data.wanted(r), values, moments.qq);
    std::vector<float> stored(values.begin(), values.end());
    layer.rows.setRow<float>(made.weights.values, r, stored);
    if (layer.takesBias)
      made.weights.bias.push_back(
          bias(r) +
          biasShift(moments, layer.rows.row<float>(layer.values, r), values));
  }

  const WeightedLayer &layer;
  const LayerData &data;
  const Form &form;
  std::vector<char> isZero; ///< row by row; empty: none is
  std::vector<std::vector<double>> codebooks;
  std::optional<MiniFloat> floats;
  double step = 1; ///< a float32 number
  IntegerRange range;
  Fitted made;
};
} // namespace

llvm::Expected<Fitted> fit(const WeightedLayer &layer, const LayerData &data,
                           const Form &form) {
  return Fitter(layer, data, form).run();
}

} // namespace dlc::compress
