//===- ImportPool.cpp - Pooling -------------------------------------------===//

#include "compiler/import/Importers.h"
#include "compiler/import/Window.h"
#include <limits>

using namespace mlir;

namespace dlc::import {

namespace {
/// A pooling window whose pads already say what ceil_mode and auto_pad mean.
struct PoolWindow : Window {
  /// The pads that the model declares; those that ceil_mode adds at an end
  /// never count in an average.
  Ints declared;
};

/// A window must not lie in the padding alone: it has nothing to pool.
void checkPads(Node &n, const Window &window) {
  int64_t spatial = window.rank();
  for (auto [i, pad] : llvm::enumerate(window.pads)) {
    int64_t kernel = window.kernel[i % spatial];
    if (n.hasAttr("pads") && pad >= kernel)
      n.fail("attribute 'pads' has the entry " + Twine(pad) +
             ", but it must be less than " + Twine(kernel) +
             ", the kernel_shape of spatial dimension " + Twine(i % spatial));
  }
}

PoolWindow readPool(Node &n, ArrayRef<int64_t> shape) {
  PoolWindow window{readWindow(n, shape, {}), {}};
  ArrayRef<int64_t> sizes = shape.drop_front(2);
  if (StringRef(window.autoPad).starts_with("SAME"))
    padSame(window, sizes);
  checkPads(n, window);
  checkWindowFits(n, window, sizes);
  window.declared = window.pads;
  int64_t spatial = window.rank();
  if (!n.boolAttr("ceil_mode", false))
    return window;
  for (int64_t i = 0; i < spatial; ++i) {
    int64_t &end = window.pads[spatial + i];
    int64_t before = sizes[i] + window.pads[i];
    int64_t stride = window.strides[i];
    int64_t room = before + end - window.extent(i);
    int64_t count = (room + stride - 1) / stride + 1;
    // A window that would start in the end padding is dropped.
    if ((count - 1) * stride >= before)
      --count;
    end =
        std::max<int64_t>(0, (count - 1) * stride + window.extent(i) - before);
    int64_t &declared = window.declared[spatial + i];
    declared = std::min(declared, end);
  }
  return window;
}

SmallVector<NamedAttribute> poolAttributes(Node &n, const PoolWindow &window) {
  return {n.attr("kernel", window.kernel), n.attr("strides", window.strides),
          n.attr("pads", window.pads), n.attr("dilations", window.dilations),
          n.channelsFirst()};
}

Value averagePool(Node &n, Value input, const PoolWindow &window,
                  bool countPads) {
  SmallVector<NamedAttribute> attributes = poolAttributes(n, window);
  Ints none(window.pads.size(), 0);
  attributes.push_back(
      n.attr("counted_pads", countPads ? window.declared : none));
  return n.make<nn::AvgPoolOp>(input, attributes);
}

Ints spatialAxes(Node &n) {
  n.requireRank(0, rankAtLeast(3), ": batch, channels and spatial dimensions");
  return llvm::to_vector(llvm::seq<int64_t>(2, n.rank()));
}

/// |x|^p and its inverse, with the powers that occur written out.
Value power(Node &n, Value x, int64_t p) {
  if (p == 2)
    return n.mul(x, x);
  Value magnitude = n.unary<nn::AbsOp>(x);
  return p == 1 ? magnitude
                : n.binary<nn::PowOp>(magnitude, n.scalarLike(x, p));
}
Value root(Node &n, Value x, int64_t p) {
  if (p == 1)
    return x;
  if (p == 2)
    return n.unary<nn::SqrtOp>(x);
  return n.binary<nn::PowOp>(x, n.scalarLike(x, 1.0 / p));
}

int64_t exponent(Node &n) { return n.intAttr("p", 2, kSize); }
} // namespace

namespace {
/// Where in a row-major tensor (or one whose spatial dimensions are the other
/// way round) the largest elements of the windows lie: the windows' elements
/// are compared one after the other, the first of equal ones wins.
class LargestPositions {
public:
  LargestPositions(Node &n, const PoolWindow &window, ArrayRef<int64_t> out)
      : n(n), window(window), sizes(n.shape().drop_front(2)), out(out) {
    bool columnMajor = n.boolAttr("storage_order", false);
    int64_t spatial = window.rank();
    steps.resize(spatial);
    for (int64_t i = 0; i < spatial; ++i) {
      int64_t d = columnMajor ? i : spatial - 1 - i;
      steps[d] = image;
      image *= sizes[d];
    }
  }

  Value find() {
    Ints pads(2 * n.rank(), 0);
    for (int64_t i = 0; i < window.rank(); ++i) {
      pads[2 + i] = window.pads[i];
      pads[n.rank() + 2 + i] = window.pads[window.rank() + i];
    }
    double lowest = isa<FloatType>(n.element())
                        ? -std::numeric_limits<double>::infinity()
                    : n.element().isUnsignedInteger() ? 0
                                                      : -128;
    Value padded = n.make<nn::PadOp>(
        {n.in(), n.scalarLike(n.in(), lowest)},
        {n.attr("pads", pads),
         n.attr("mode",
                nn::PadModeAttr::get(n.context(), nn::PadMode::Constant))});
    Value best, at;
    Ints tap(window.rank(), 0);
    do {
      Value x = elements(padded, tap);
      Value here = positions(tap);
      Value wins =
          best ? n.compare(nn::ComparePredicate::GT, x, best) : Value();
      at = best ? n.select(wins, here, at) : here;
      best = best ? n.select(wins, x, best) : x;
    } while (advance(tap));
    Value first =
        n.mul(n.iota(out[0] * out[1], n.i64()), static_cast<double>(image));
    Ints channels(n.rank(), 1);
    channels[0] = out[0];
    channels[1] = out[1];
    return n.broadcast(n.add(n.reshape(first, channels), at), out);
  }

private:
  /// What `tap` of each window sees.
  Value elements(Value padded, ArrayRef<int64_t> tap) {
    Ints starts(n.rank(), 0), strides(n.rank(), 1);
    for (int64_t i = 0; i < window.rank(); ++i) {
      starts[2 + i] = tap[i] * window.dilations[i];
      strides[2 + i] = out[2 + i] > 1 ? window.strides[i] : 1;
    }
    return n.slice(padded, starts, out, strides);
  }

  /// Its position in the image, or in padding the nearest one.
  Value positions(ArrayRef<int64_t> tap) {
    Value sum;
    for (int64_t i = 0; i < window.rank(); ++i) {
      Ints along(window.rank(), 1), values;
      along[i] = out[2 + i];
      for (int64_t o = 0; o < out[2 + i]; ++o)
        values.push_back(std::clamp<int64_t>(o * window.strides[i] +
                                                 tap[i] * window.dilations[i] -
                                                 window.pads[i],
                                             0, sizes[i] - 1) *
                         steps[i]);
      Value part = n.reshape(n.integers(values), along);
      sum = sum ? n.add(sum, part) : part;
    }
    return sum;
  }

  bool advance(Ints &tap) const {
    for (int64_t i = window.rank(); i-- > 0;) {
      if (++tap[i] < window.kernel[i])
        return true;
      tap[i] = 0;
    }
    return false;
  }

  Node &n;
  const PoolWindow &window;
  ArrayRef<int64_t> sizes, out;
  Ints steps;
  int64_t image = 1;
};
} // namespace

void importMaxPool(Node &n) {
  PoolWindow window = readPool(n, n.shape());
  Value y = n.make<nn::MaxPoolOp>(n.in(), poolAttributes(n, window));
  n.boolAttr("storage_order", false); // of the indices
  n.set(0, y);
  if (n.wants(1))
    n.set(1, LargestPositions(n, window, Node::shapeOf(y)).find());
}

Value buildAveragePool(Node &n, Value x, bool countsWholeWindow) {
  PoolWindow window = readPool(n, Node::shapeOf(x));
  if (countsWholeWindow)
    window.declared = window.pads;
  return averagePool(n, x, window, n.boolAttr("count_include_pad", false));
}

void importAveragePool(Node &n) {
  n.set(buildAveragePool(n, n.in(), /*countsWholeWindow=*/false));
}

void importLpPool(Node &n) {
  PoolWindow window = readPool(n, n.shape());
  int64_t p = exponent(n);
  // The sum is the average over all of the window times its elements; what
  // ceil_mode adds counts as zeros.
  window.declared = window.pads;
  Value mean = averagePool(n, power(n, n.in(), p), window, true);
  double elements = 1;
  for (int64_t size : window.kernel)
    elements *= size;
  n.set(root(n, n.mul(mean, elements), p));
}

void importGlobalPool(Node &n) {
  Ints axes = spatialAxes(n);
  if (n.op() == "GlobalAveragePool") {
    n.set(n.reduce(nn::ReduceKind::Mean, n.in(), axes));
  } else if (n.op() == "GlobalMaxPool") {
    n.set(n.reduce(nn::ReduceKind::Max, n.in(), axes));
  } else {
    int64_t p = exponent(n);
    n.set(root(n, n.reduce(nn::ReduceKind::Sum, power(n, n.in(), p), axes), p));
  }
}

} // namespace dlc::import
