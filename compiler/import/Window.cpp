//===- Window.cpp - Attributes of sliding windows -------------------------===//

#include "compiler/import/Window.h"

namespace dlc::import {

namespace {
/// Sums and products of window parameters stay far from 64 bits.
constexpr int64_t kMaxParameter = int64_t(1) << 30;

Ints entries(Node &n, llvm::StringRef name, size_t count, int64_t absent,
             int64_t min) {
  Ints values = n.intsAttr(name);
  if (values.empty())
    values.assign(count, absent);
  if (values.size() != count)
    n.fail("attribute '" + name + "' has " + llvm::Twine(values.size()) +
           " entries, but the input's rank asks for " + llvm::Twine(count));
  for (int64_t value : values)
    if (value < min || value > kMaxParameter)
      n.fail("attribute '" + name + "' has the entry " + llvm::Twine(value) +
             ", which is outside " + llvm::Twine(min) + " to " +
             llvm::Twine(kMaxParameter));
  return values;
}
} // namespace

Window readWindow(Node &n, llvm::ArrayRef<int64_t> input,
                  llvm::ArrayRef<int64_t> kernel) {
  if (input.size() < 3)
    n.fail("the input has rank " + llvm::Twine(input.size()) +
           ", but batch, channels and at least one spatial dimension are "
           "needed");
  size_t spatial = input.size() - 2;
  for (int64_t size : input)
    if (size > kMaxParameter)
      n.fail("a dimension of " + llvm::Twine(size) + " is too large");
  Window window;
  if (kernel.empty() && !n.hasAttr("kernel_shape"))
    n.fail("attribute 'kernel_shape' is missing");
  window.kernel = n.hasAttr("kernel_shape")
                      ? entries(n, "kernel_shape", spatial, 1, 1)
                      : Ints(kernel);
  if (!kernel.empty() && llvm::ArrayRef<int64_t>(window.kernel) != kernel)
    n.fail("attribute 'kernel_shape' differs from the filter's shape");
  window.strides = entries(n, "strides", spatial, 1, 1);
  window.dilations = entries(n, "dilations", spatial, 1, 1);
  window.pads = entries(n, "pads", 2 * spatial, 0, 0);
  window.autoPad = n.stringAttr("auto_pad", "NOTSET");
  if (window.autoPad.empty())
    window.autoPad = "NOTSET";
  if (window.autoPad == "VALID")
    window.pads.assign(2 * spatial, 0);
  else if (window.autoPad != "NOTSET" && window.autoPad != "SAME_UPPER" &&
           window.autoPad != "SAME_LOWER")
    n.fail("auto_pad = '" + window.autoPad + "' is unknown");
  return window;
}

void padSame(Window &window, llvm::ArrayRef<int64_t> sizes) {
  int64_t spatial = window.rank();
  for (int64_t i = 0; i < spatial; ++i) {
    int64_t count = (sizes[i] + window.strides[i] - 1) / window.strides[i];
    int64_t total = std::max<int64_t>(0, (count - 1) * window.strides[i] +
                                             window.extent(i) - sizes[i]);
    int64_t less = total / 2;
    bool upper = window.autoPad == "SAME_UPPER";
    window.pads[i] = upper ? less : total - less;
    window.pads[spatial + i] = total - window.pads[i];
  }
}

} // namespace dlc::import
