//===- KeepLayers.h - Which layers 8 bits harm ------------------*- C++ -*-===//

#ifndef DLC_COMPILER_CALIBRATE_KEEPLAYERS_H
#define DLC_COMPILER_CALIBRATE_KEEPLAYERS_H

#include "compiler/calibrate/Subject.h"

namespace dlc::calibrate {

/// A layer of products by its number, and the decibels that the judged tensors
/// gain if it alone is kept, the weights of others rounded to nearest.
struct Sensitivity {
  size_t layer;
  double gain;
};

/// Of all layers of products, the largest gain first.
llvm::Expected<std::vector<Sensitivity>> sensitivities(const Subject &subject,
                                                       RangeMethod method);

/// A plan whose accuracy drops by at most Options::maxDrop: layers are kept in
/// the order of their sensitivity until it does. `makePlan` rounds the weights
/// for layers that are kept. `kept` becomes their number. An error if nothing
/// is left to keep.
llvm::Expected<QuantisationPlan>
keepLayers(const Subject &subject, llvm::ArrayRef<Sensitivity> order,
           llvm::function_ref<
               llvm::Expected<QuantisationPlan>(const std::set<size_t> &)>
               makePlan,
           size_t &kept);

} // namespace dlc::calibrate

#endif
