//===- FewValues.cpp - Weights that a tool has made few of ----------------===//

#include "compiler/calibrate/numbers/FewValues.h"
#include <algorithm>
#include <set>

namespace dlc::calibrate {

namespace {
/// What fits 4 bits.
constexpr double kLeast = -8, kGreatest = 7;
/// A multiple and the number itself are rounded to float32.
constexpr double kExact = 4e-7;
constexpr size_t kValues = 16;
/// Of so few weights a structure is chance.
constexpr int64_t kSmall = 64, kNarrow = 4;

bool areMultiples(llvm::ArrayRef<float> row, double step) {
  return std::all_of(row.begin(), row.end(), [&](float x) {
    double times = x / step, whole = std::nearbyint(times);
    return whole >= kLeast && whole <= kGreatest &&
           std::fabs(times - whole) <= kExact * std::fabs(whole);
  });
}

bool hasSteps(llvm::ArrayRef<float> weights, const Rows &rows) {
  if (rows.width() < kNarrow)
    return false;
  for (int64_t r = 0; r < rows.count(); ++r) {
    std::vector<float> row = rows.row<float>(weights, r);
    bool isZero =
        std::all_of(row.begin(), row.end(), [](float x) { return x == 0; });
    if (!isZero && stepOf(row) == 0)
      return false;
  }
  return true;
}

bool hasFewValues(llvm::ArrayRef<float> weights) {
  std::set<float> values;
  for (float x : weights) {
    values.insert(x);
    if (values.size() > kValues)
      return false;
  }
  return true;
}
} // namespace

float stepOf(llvm::ArrayRef<float> row) {
  double least = 0; // of those that are not 0
  for (float x : row)
    if (double size = std::fabs(x); size > 0 && (least == 0 || size < least))
      least = size;
  for (int by = 1; least > 0 && by <= -kLeast; ++by)
    if (areMultiples(row, least / by))
      return static_cast<float>(least / by);
  return 0;
}

Structure structureOf(llvm::ArrayRef<float> weights, const Rows &rows) {
  auto count = static_cast<int64_t>(weights.size());
  if (count < kSmall)
    return Structure::None;
  if (hasSteps(weights, rows))
    return Structure::Steps;
  if (hasFewValues(weights))
    return Structure::Values;
  int64_t zeros = std::count(weights.begin(), weights.end(), 0.F);
  return 2 * zeros >= count ? Structure::Zeros : Structure::None;
}

} // namespace dlc::calibrate
