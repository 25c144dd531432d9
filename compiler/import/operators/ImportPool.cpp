//===- ImportPool.cpp - Pooling -------------------------------------------===//

#include "compiler/import/Importers.h"
#include "compiler/import/Window.h"

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
          n.attr("layout",
                 nn::LayoutAttr::get(n.context(), nn::Layout::ChannelsFirst))};
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

void importMaxPool(Node &n) {
  if (n.wants(1))
    n.fail("its output 'Indices' is not supported");
  n.boolAttr("storage_order", false); // of the indices
  n.set(
      n.make<nn::MaxPoolOp>(n.in(), poolAttributes(n, readPool(n, n.shape()))));
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
