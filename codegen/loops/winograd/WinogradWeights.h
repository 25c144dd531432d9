//===- WinogradWeights.h - Filters in Winograd's domain ---------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_WINOGRADWEIGHTS_H
#define DLC_CODEGEN_LOOPS_WINOGRADWEIGHTS_H

#include "codegen/loops/weights/WeightEncoding.h"
#include "codegen/loops/winograd/Winograd.h"

namespace dlc::loops {

/// How the elements of a 3x3 filter lie.
struct WinogradFilter {
  int64_t m, channels, features;
  int64_t channelStride, featureStride, rowStride, columnStride, start;
  /// Integers are stored in 16 bits, four times what they are in float.
  std::optional<WinogradIntegers> integers;
  /// Halves are stored as such, times this: a power of two, which the tiles are
  /// divided by.
  bool isHalves = false;
  double factor = 1;
};

/// Whether a filter of halves stays in their range when it is transformed for
/// 2 x 2 outputs and stored times `factor`: a transform adds up 9/4 of the
/// largest tap at most.
bool staysInHalves(mlir::ElementsAttr filter, double factor);

/// A filter that is transformed into [(m+2)^2, channels, features] and then
/// stored as the products want it.
class WinogradWeights : public WeightEncoding {
public:
  WinogradWeights(const WinogradFilter &filter,
                  std::shared_ptr<const WeightEncoding> stored)
      : filter(filter), stored(std::move(stored)) {}

  llvm::SmallVector<mlir::MemRefType> constants() const override {
    return stored->constants();
  }
  llvm::SmallVector<mlir::ElementsAttr>
  encode(llvm::ArrayRef<mlir::ElementsAttr> operands) const override;

protected:
  WinogradFilter filter;
  std::shared_ptr<const WeightEncoding> stored;
};

} // namespace dlc::loops

#endif
