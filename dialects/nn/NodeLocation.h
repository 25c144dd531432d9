//===- NodeLocation.h - Which node of the model an op comes from ----------===//
//
// A node's location is NameLoc(node name, NameLoc(operator,
// FileLineColLoc(model file, position of the node + 1, 1))).
//
//===----------------------------------------------------------------------===//

#ifndef DLC_DIALECTS_NN_NODELOCATION_H
#define DLC_DIALECTS_NN_NODELOCATION_H

#include "mlir/IR/Location.h"
#include <optional>
#include <string>

namespace dlc::nn {

struct NodeRef {
  std::string file;
  unsigned index = 0; // position in the model's node list
  std::string name;
  std::string op; // the operator as the model calls it
};

mlir::Location nodeLocation(mlir::MLIRContext *context, const NodeRef &node);

/// The (first) node a location leads to, through fused and call-site locations.
std::optional<NodeRef> nodeOf(mlir::Location location);

/// "node 'conv_3' (Conv)", fit to be printed, or an empty string when no node
/// is known.
std::string describeNode(mlir::Location location);

} // namespace dlc::nn

#endif
