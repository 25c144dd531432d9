//===- WinogradFilters.cpp - Filters that the device transforms -----------===//

#include "codegen/loops/winograd_launches/WinogradFilters.h"
#include "codegen/loops/nest/BodyEmitter.h"
#include "codegen/loops/winograd/WinogradTransform.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::loops {

namespace {
constexpr int64_t kFilterThreads = 128;

/// One launch: a thread for each element of a point, and the rows of points in
/// the grid's second dimension.
class FilterKernel {
public:
  FilterKernel(OpBuilder &builder, Location loc, const WinogradFilter &filter,
               const ElementOrder &order, Value source, Value made)
      : b(builder), loc(loc), filter(filter), order(order), source(source),
        made(made) {}

  void emit() {
    OpBuilder::InsertionGuard guard(b);
    int64_t plane =
        cast<MemRefType>(made.getType()).getNumElements() / order.parts();
    Value one = index(1), threads = index(kFilterThreads);
    auto launch = gpu::LaunchOp::create(
        b, loc, index(llvm::divideCeil(plane, kFilterThreads)), index(width()),
        one, threads, one, one);
    b.setInsertionPointToEnd(&launch.getBody().front());
    b.setInsertionPoint(gpu::TerminatorOp::create(b, loc));
    Value at = plus(times(launch.getBlockIds().x, kFilterThreads),
                    launch.getThreadIds().x);
    if (plane % kFilterThreads != 0) {
      Value exists = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult,
                                           at, index(plane));
      b.setInsertionPoint(scf::IfOp::create(b, loc, exists).thenYield());
    }
    transform(at, launch.getBlockIds().y, plane);
  }

private:
  int64_t width() const { return filter.m + 2; }
  Value index(int64_t value) { return constantIndex(b, loc, value); }
  Value plus(Value x, Value y) { return arith::AddIOp::create(b, loc, x, y); }
  Value times(Value x, int64_t factor) {
    return arith::MulIOp::create(b, loc, x, index(factor));
  }
  Value number(double value) {
    return arith::ConstantOp::create(b, loc, b.getF64FloatAttr(value));
  }
  Value product(Value x, Value y) {
    return arith::MulFOp::create(b, loc, x, y);
  }

  /// As transformFilter() does it, whose sums begin at zero: the same products
  /// in the same order, each rounded.
  void transform(Value at, Value row, int64_t plane) {
    ElementOrder::Origin origin = order.emitOrigin(b, loc, at);
    SmallVector<Value> products = tapsAt(origin.position);
    for (int64_t i = 0; i < 3; ++i) {
      Value factor = coefficientOf(row, i);
      for (int64_t j = 0; j < 3; ++j)
        products[i * 3 + j] = product(factor, products[i * 3 + j]);
    }
    auto type =
        cast<FloatType>(cast<MemRefType>(made.getType()).getElementType());
    Value nothing = arith::ConstantOp::create(b, loc, b.getZeroAttr(type));
    Value target = plus(at, times(row, width() * plane));
    for (int64_t c = 0; c < width(); ++c) {
      const double *across = filterCoefficients(filter.m, c);
      Value sum = number(0);
      for (int64_t k = 0; k < 9; ++k)
        sum = arith::AddFOp::create(
            b, loc, sum, product(products[k], number(across[k % 3])));
      Value value = arith::TruncFOp::create(b, loc, type, sum);
      value = arith::SelectOp::create(b, loc, origin.exists, value, nothing);
      memref::StoreOp::create(b, loc, value, made,
                              ValueRange{plus(target, index(c * plane))});
    }
  }

  /// The taps of the channel and feature at `position` of a matrix of the
  /// products, times the filter's factor.
  SmallVector<Value> tapsAt(Value position) {
    Value features = index(filter.features);
    Value channel = arith::DivUIOp::create(b, loc, position, features);
    Value feature = arith::RemUIOp::create(b, loc, position, features);
    Value start = plus(plus(times(channel, filter.channelStride),
                            times(feature, filter.featureStride)),
                       index(filter.start));
    SmallVector<Value> taps;
    for (int64_t k = 0; k < 9; ++k) {
      Value place = plus(
          start, index(k / 3 * filter.rowStride + k % 3 * filter.columnStride));
      Value tap = memref::LoadOp::create(b, loc, source, ValueRange{place});
      tap = arith::ExtFOp::create(b, loc, b.getF64Type(), tap);
      taps.push_back(filter.factor == 1 ? tap
                                        : product(number(filter.factor), tap));
    }
    return taps;
  }

  /// Of G in a row that the block has.
  Value coefficientOf(Value row, int64_t tap) {
    Value result = number(filterCoefficients(filter.m, 0)[tap]);
    for (int64_t point = 1; point < width(); ++point) {
      Value isIt = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, row,
                                         index(point));
      result = arith::SelectOp::create(
          b, loc, isIt, number(filterCoefficients(filter.m, point)[tap]),
          result);
    }
    return result;
  }

  OpBuilder &b;
  Location loc;
  const WinogradFilter &filter;
  const ElementOrder &order;
  Value source, made;
};
} // namespace

bool WinogradFilters::knows(const WinogradFilter &filter,
                            const WeightEncoding &stored) {
  const ElementOrder *order = stored.order();
  const int64_t width = filter.m + 2;
  return order && !filter.integers && stored.constants().size() == 1 &&
         order->parts() == width * width &&
         order->partStride() == filter.channels * filter.features;
}

void WinogradFilters::emitMaking(OpBuilder &b, Location loc, Value source,
                                 Value made) const {
  FilterKernel(b, loc, filter, *stored->order(), source, made).emit();
}

} // namespace dlc::loops
