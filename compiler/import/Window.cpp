//===- Window.cpp - Attributes of sliding windows -------------------------===//

#include "compiler/import/Window.h"
#include "llvm/ADT/STLExtras.h"

namespace dlc::import {

namespace {
Ints entries(Node &n, llvm::StringRef name, size_t count, int64_t absent,
             Range allowed) {
  Ints values = n.intsAttr(name, allowed);
  if (values.empty())
    values.assign(count, absent);
  if (values.size() != count)
    n.fail("attribute '" + name + "' has " +
           counted(values.size(), "entry", "entries") +
           ", but the input's rank asks for " + llvm::Twine(count));
  return values;
}

/// ONNX has no meaning for explicit pads beside auto_pad. Pools may say that
/// they are zero: so do models in use, and onnxruntime runs them.
void checkAutoPad(Node &n, const Window &window) {
  if (window.autoPad == "NOTSET" || !n.hasAttr("pads"))
    return;
  bool zero = llvm::all_of(window.pads, [](int64_t pad) { return pad == 0; });
  if (zero && n.op().ends_with("Pool"))
    return;
  n.fail("attribute 'pads' is " + shapeText(window.pads) +
         " beside auto_pad = " + window.autoPad +
         "; pads are allowed with auto_pad = NOTSET only");
}
} // namespace

Window readWindow(Node &n, llvm::ArrayRef<int64_t> input,
                  llvm::ArrayRef<int64_t> kernel) {
  if (input.size() < 3)
    n.fail("the input has the shape " + shapeText(input) +
           ", but batch, channels and at least one spatial dimension are "
           "needed");
  size_t spatial = input.size() - 2;
  for (int64_t size : input)
    if (size > kMaxSize)
      n.fail("a dimension of " + llvm::Twine(size) + " is too large");
  Window window;
  if (kernel.empty() && !n.hasAttr("kernel_shape"))
    n.fail("attribute 'kernel_shape' is missing");
  window.kernel = n.hasAttr("kernel_shape")
                      ? entries(n, "kernel_shape", spatial, 1, kSize)
                      : Ints(kernel);
  if (!kernel.empty() && llvm::ArrayRef<int64_t>(window.kernel) != kernel)
    n.fail("attribute 'kernel_shape' is " + shapeText(window.kernel) +
           ", but the filter's spatial dimensions are " + shapeText(kernel));
  window.strides = entries(n, "strides", spatial, 1, kSize);
  window.dilations = entries(n, "dilations", spatial, 1, kSize);
  window.pads = entries(n, "pads", 2 * spatial, 0, kSizeOrZero);
  window.autoPad =
      n.choiceAttr("auto_pad", "NOTSET",
                   {"NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID", ""});
  if (window.autoPad.empty())
    window.autoPad = "NOTSET";
  checkAutoPad(n, window);
  return window;
}

void checkWindowFits(Node &n, const Window &window,
                     llvm::ArrayRef<int64_t> sizes) {
  int64_t spatial = window.rank();
  for (int64_t i = 0; i < spatial; ++i) {
    int64_t padded = sizes[i] + window.pads[i] + window.pads[spatial + i];
    if (window.extent(i) > padded)
      n.fail("the window spans " + llvm::Twine(window.extent(i)) +
             " elements of spatial dimension " + llvm::Twine(i) + " (kernel " +
             llvm::Twine(window.kernel[i]) + ", dilation " +
             llvm::Twine(window.dilations[i]) + "), but the input has " +
             llvm::Twine(padded) + " with its pads");
  }
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
