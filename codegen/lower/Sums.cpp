//===- Sums.cpp - Sums of products, less zero points ----------------------===//

#include "codegen/lower/Sums.h"
#include "codegen/lower/Build.h"
#include "codegen/lower/Scalar.h"
#include "dialects/interfaces/CostInterface.h"
#include "dialects/interfaces/HalfSums.h"
#include "dialects/nn/Constants.h"
#include "targets/description/GpuRates.h"
#include "targets/description/TargetAttr.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace dlc::lower {

ZeroPoint::ZeroPoint(Value original, Value converted) : tensor(converted) {
  auto values = nn::readIntegers(original ? nn::constantOf(original) : nullptr);
  if (values && values->size() == 1)
    constant = values->front();
}

/// The factor's element in the accumulator's type.
static Value emitFactor(ImplicitLocOpBuilder &b, const Factor &factor, Value x,
                        Value zero, Type sum) {
  x = scalar::cast(b, x, factor.element, sum);
  if (factor.zeroPoint.constant) {
    if (*factor.zeroPoint.constant == 0)
      return x;
    zero = arith::ConstantOp::create(
        b, b.getIntegerAttr(sum, *factor.zeroPoint.constant));
  } else if (zero) {
    zero = scalar::cast(b, zero, factor.element, sum);
  }
  return zero ? scalar::sub(b, x, zero) : x;
}

Value createSumOfProducts(ImplicitLocOpBuilder &b, Value init,
                          unsigned reductions, ArrayRef<Factor> factors,
                          Value bounds, AffineMap boundsMap) {
  SmallVector<Value> inputs;
  SmallVector<AffineMap> maps;
  for (const Factor &factor : factors) {
    inputs.push_back(factor.tensor);
    maps.push_back(factor.map);
  }
  for (const Factor &factor : factors)
    if (factor.zeroPoint.tensor && !factor.zeroPoint.constant) {
      inputs.push_back(factor.zeroPoint.tensor);
      maps.push_back(factor.zeroMap);
    }
  if (bounds) {
    inputs.push_back(bounds);
    maps.push_back(boundsMap);
  }
  return createReduction(
      b, init, reductions, inputs, maps,
      [&](ImplicitLocOpBuilder &b, ValueRange args) {
        Value accumulator = args.back(), product;
        Type sum = accumulator.getType();
        unsigned zero = factors.size();
        for (auto [i, factor] : llvm::enumerate(factors)) {
          bool isRead = factor.zeroPoint.tensor && !factor.zeroPoint.constant;
          Value x = emitFactor(b, factor, args[i],
                               isRead ? args[zero++] : Value(), sum);
          product = product ? scalar::mul(b, product, x) : x;
        }
        return scalar::add(b, accumulator, product);
      });
}

Type productSumType(Operation *op, Type element) {
  if (!element.isF16())
    return element;
  targets::TargetInfo target =
      targets::getTargetInfo(op->getParentOfType<ModuleOp>());
  if (!target.hasGpu() ||
      (targets::hasFastHalves(target) && sumLengthOf(op) <= kLongestHalfSum))
    return element;
  return Float32Type::get(element.getContext());
}

AffineMap zeroPointMap(Value zeroPoint, ArrayRef<int64_t> shape,
                       AffineMap map) {
  MLIRContext *context = map.getContext();
  auto type = cast<RankedTensorType>(zeroPoint.getType());
  if (type.getNumElements() != 1)
    return broadcastMap(type.getShape(), shape, context).compose(map);
  SmallVector<AffineExpr> first(type.getRank(),
                                getAffineConstantExpr(0, context));
  return AffineMap::get(map.getNumDims(), 0, first, context);
}

TypedAttr padWithZeroPoint(ImplicitLocOpBuilder &b, Value &tensor,
                           Type &element, ZeroPoint &zeroPoint, bool isPadded) {
  if (zeroPoint.constant)
    return b.getIntegerAttr(signless(element), *zeroPoint.constant);
  if (!zeroPoint.tensor || !isPadded)
    return scalar::zero(b, element);
  auto type = cast<RankedTensorType>(tensor.getType());
  Type wide = b.getIntegerType(2 * type.getElementTypeBitWidth());
  AffineMap identity =
      AffineMap::getMultiDimIdentityMap(type.getRank(), b.getContext());
  tensor = createParallel(
      b, cast<RankedTensorType>(type.clone(wide)), {tensor, zeroPoint.tensor},
      {identity, zeroPointMap(zeroPoint.tensor, type.getShape(), identity)},
      [&](ImplicitLocOpBuilder &b, ValueRange args) {
        return scalar::sub(b, scalar::cast(b, args[0], element, wide),
                           scalar::cast(b, args[1], element, wide));
      });
  element = wide;
  zeroPoint = ZeroPoint();
  return scalar::zero(b, element);
}

} // namespace dlc::lower
