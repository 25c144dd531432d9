//===- Window.h - Where a sliding window reads ------------------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOWER_WINDOW_H
#define DLC_CODEGEN_LOWER_WINDOW_H

#include "dialects/nn/NnOps.h"
#include "mlir/IR/AffineExpr.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace dlc::lower {

/// The geometry of a convolution's or pool's window over the spatial
/// dimensions. References the arrays it is made from.
class Window {
public:
  Window(nn::Layout layout, llvm::ArrayRef<int64_t> kernel,
         llvm::ArrayRef<int64_t> strides, llvm::ArrayRef<int64_t> pads,
         llvm::ArrayRef<int64_t> dilations)
      : layout(layout), kernel(kernel), strides(strides), pads(pads),
        dilations(dilations) {}

  unsigned spatialRank() const { return kernel.size(); }

  llvm::ArrayRef<int64_t> shape() const { return kernel; }

  /// `input` with what the windows read beyond it. `outputShape` is the op's
  /// result's; `input` may have more channel dimensions than that. Trailing
  /// padding that no window reaches is left out.
  mlir::Value pad(mlir::ImplicitLocOpBuilder &b, mlir::Value input,
                  llvm::ArrayRef<int64_t> outputShape,
                  mlir::TypedAttr value) const;

  /// out*stride + window*dilation for each spatial dimension, the loops being
  /// numbered from `outLoop` and `windowLoop`.
  llvm::SmallVector<mlir::AffineExpr> positions(mlir::MLIRContext *context,
                                                unsigned outLoop,
                                                unsigned windowLoop) const;

private:
  nn::Layout layout;
  llvm::ArrayRef<int64_t> kernel, strides, pads, dilations;
};

/// Dimension `dim` of `tensor` as (parts, rest).
mlir::Value splitDim(mlir::ImplicitLocOpBuilder &b, mlir::Value tensor,
                     int64_t dim, int64_t parts);

/// sums + bias[channel], the epilogue of a convolution.
mlir::Value addChannelBias(mlir::ImplicitLocOpBuilder &b, mlir::Value sums,
                           mlir::Value bias, nn::Layout layout);

} // namespace dlc::lower

#endif
