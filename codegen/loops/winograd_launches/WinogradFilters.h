//===- WinogradFilters.h - Filters that the device transforms ---*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_WINOGRADFILTERS_H
#define DLC_CODEGEN_LOOPS_WINOGRADFILTERS_H

#include "codegen/loops/winograd/WinogradWeights.h"

namespace dlc::loops {

/// The object is to grow by more than the text of the kernel that makes a
/// filter, and what surrounds it, for the kernel to be worth it. In bytes.
inline constexpr int64_t kKernelText = 16384;

/// A filter that is transformed by a kernel when the network is opened, to the
/// same bits: a thread computes the products' elements of a channel and a
/// feature for one row of points, in double precision.
class WinogradFilters : public WinogradWeights {
public:
  using WinogradWeights::WinogradWeights;

  /// Whether the products' order is one that the kernel knows.
  static bool knows(const WinogradFilter &filter, const WeightEncoding &stored);

  bool isMadeAtOpen() const override { return true; }
  void emitMaking(mlir::OpBuilder &b, mlir::Location loc, mlir::Value source,
                  mlir::Value made) const override;
};

} // namespace dlc::loops

#endif
