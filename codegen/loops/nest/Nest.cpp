//===- Nest.cpp - A linalg.generic as a loop nest over buffers ------------===//

#include "codegen/loops/nest/Nest.h"
#include "mlir/IR/AffineExpr.h"

using namespace mlir;

namespace dlc::loops {

void Nest::forEachAccess(llvm::function_ref<void(Access &)> fn) {
  for (Access &access : inputs)
    fn(access);
  for (std::optional<Access> &access : epilogueInputs)
    if (access)
      fn(*access);
  for (Access &access : outputs)
    fn(access);
}

std::optional<Linear> linearize(AffineExpr expr, unsigned numDims) {
  Linear linear;
  linear.coefficients.assign(numDims, 0);
  if (auto dim = dyn_cast<AffineDimExpr>(expr)) {
    linear.coefficients[dim.getPosition()] = 1;
    return linear;
  }
  if (auto constant = dyn_cast<AffineConstantExpr>(expr)) {
    linear.constant = constant.getValue();
    return linear;
  }
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!binary)
    return std::nullopt;
  auto lhs = linearize(binary.getLHS(), numDims);
  auto rhs = linearize(binary.getRHS(), numDims);
  if (!lhs || !rhs)
    return std::nullopt;
  if (expr.getKind() == AffineExprKind::Add) {
    for (unsigned i = 0; i < numDims; ++i)
      lhs->coefficients[i] += rhs->coefficients[i];
    lhs->constant += rhs->constant;
    return lhs;
  }
  if (expr.getKind() != AffineExprKind::Mul ||
      !isa<AffineConstantExpr>(binary.getRHS()))
    return std::nullopt;
  for (int64_t &coefficient : lhs->coefficients)
    coefficient *= rhs->constant;
  lhs->constant *= rhs->constant;
  return lhs;
}

namespace {
/// Finds which dimensions a guard's position depends on; false when there is
/// more than one of a kind.
bool classify(Guard &guard, ArrayRef<bool> reduction) {
  for (unsigned d = 0; d < reduction.size(); ++d) {
    if (guard.position.coefficients[d] == 0)
      continue;
    int &slot = reduction[d] ? guard.reduction : guard.parallel;
    if (slot >= 0)
      return false;
    slot = static_cast<int>(d);
  }
  return true;
}
} // namespace

FailureOr<Access> makeAccess(AffineMap map, const Buffer &buffer,
                             ArrayRef<bool> reduction) {
  Access access;
  access.buffer = buffer;
  unsigned numDims = map.getNumDims();
  access.address.coefficients.assign(numDims, 0);
  access.address.constant = buffer.offset;
  for (auto [j, expr] : llvm::enumerate(map.getResults())) {
    std::optional<Linear> position = linearize(expr, numDims);
    if (!position)
      return failure();
    if (!buffer.paddedShape.empty()) {
      position->constant -= buffer.padLow[j];
      if (buffer.paddedShape[j] != buffer.shape[j] || buffer.padLow[j] != 0) {
        Guard guard;
        guard.position = *position;
        guard.size = buffer.shape[j];
        if (!classify(guard, reduction))
          return failure();
        access.guards.push_back(guard);
      }
    }
    for (unsigned d = 0; d < numDims; ++d)
      access.address.coefficients[d] +=
          buffer.strides[j] * position->coefficients[d];
    access.address.constant += buffer.strides[j] * position->constant;
  }
  return access;
}

void findWindows(Nest &nest, unsigned input, AffineMap map) {
  unsigned numDims = map.getNumDims();
  for (AffineExpr expr : map.getResults()) {
    std::optional<Linear> axis = linearize(expr, numDims);
    if (!axis)
      continue;
    ArrayRef<int64_t> c = axis->coefficients;
    SmallVector<unsigned> positions, taps;
    for (unsigned d = 0; d < numDims; ++d)
      if (c[d] != 0)
        (nest.reduction[d] ? taps : positions).push_back(d);
    if (positions.empty())
      continue;
    bool one = positions.size() == 1;
    for (unsigned tap : taps)
      nest.windows.push_back({input,
                              one ? static_cast<int>(positions.front()) : -1,
                              tap, one ? c[positions.front()] : 0, c[tap]});
  }
}

namespace {
/// Whether dimensions a and b = a + 1 can be walked as one.
bool canMerge(Nest &nest, unsigned a, unsigned b) {
  if (nest.reduction[a] || nest.reduction[b])
    return false;
  bool fits = true;
  nest.forEachAccess([&](Access &access) {
    ArrayRef<int64_t> c = access.address.coefficients;
    fits &= c[a] == c[b] * nest.sizes[b];
    for (Guard &guard : access.guards)
      fits &= guard.position.coefficients[a] == 0 &&
              guard.position.coefficients[b] == 0;
  });
  return fits;
}

/// Removes dimension d, whose coefficient in every access is meaningless.
void dropDim(Nest &nest, unsigned d) {
  nest.sizes.erase(nest.sizes.begin() + d);
  nest.reduction.erase(nest.reduction.begin() + d);
  llvm::erase_if(nest.windows,
                 [&](const Window &window) { return window.tap == d; });
  for (Window &window : nest.windows) {
    if (window.position == static_cast<int>(d))
      window.position = -1;
    window.position -= window.position > static_cast<int>(d);
    window.tap -= window.tap > d;
  }
  nest.forEachAccess([&](Access &access) {
    auto &c = access.address.coefficients;
    c.erase(c.begin() + d);
    for (Guard &guard : access.guards) {
      auto &g = guard.position.coefficients;
      g.erase(g.begin() + d);
      if (guard.parallel > static_cast<int>(d))
        --guard.parallel;
      if (guard.reduction > static_cast<int>(d))
        --guard.reduction;
    }
  });
}

} // namespace

int pairedDim(const Nest &nest, const Access &access, unsigned d) {
  ArrayRef<int64_t> c = access.address.coefficients;
  if (c[d] != 2)
    return -1;
  for (unsigned r = 0; r < nest.sizes.size(); ++r)
    if (nest.reduction[r] && c[r] == 1 && nest.sizes[r] > 1 &&
        llvm::none_of(access.guards, [&](const Guard &guard) {
          return guard.position.coefficients[r] != 0;
        }))
      return static_cast<int>(r);
  return -1;
}

bool isGuarded(Nest &nest, unsigned d) {
  bool guarded = false;
  nest.forEachAccess([&](Access &access) {
    for (Guard &guard : access.guards)
      guarded |= guard.position.coefficients[d] != 0;
  });
  return guarded;
}

void coalesce(Nest &nest) {
  if (nest.needsIndices)
    return;
  for (unsigned d = nest.sizes.size(); d-- > 0;)
    if (nest.sizes[d] == 1 && nest.sizes.size() > 1 && !isGuarded(nest, d))
      dropDim(nest, d);
  for (unsigned d = nest.sizes.size(); d-- > 1;)
    if (canMerge(nest, d - 1, d)) {
      nest.sizes[d] *= nest.sizes[d - 1];
      for (Window &window : nest.windows)
        if (window.position == static_cast<int>(d))
          window.position = -1;
      dropDim(nest, d - 1);
    }
}

} // namespace dlc::loops
