//===- NodeLocation.cpp - Which node of the model an op comes from --------===//

#include "dialects/nn/NodeLocation.h"
#include "dialects/nn/PrintableText.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/MLIRContext.h"

using namespace mlir;

namespace dlc::nn {

Location nodeLocation(MLIRContext *context, const NodeRef &node) {
  Location file = FileLineColLoc::get(context, node.file, node.index + 1, 1);
  Location op = NameLoc::get(StringAttr::get(context, node.op), file);
  return NameLoc::get(StringAttr::get(context, node.name), op);
}

std::optional<NodeRef> nodeOf(Location location) {
  std::optional<NodeRef> node;
  location->walk([&](Location inner) {
    auto name = dyn_cast<NameLoc>(inner);
    auto op = name ? dyn_cast<NameLoc>(name.getChildLoc()) : nullptr;
    auto file = op ? dyn_cast<FileLineColLoc>(op.getChildLoc()) : nullptr;
    if (!file)
      return WalkResult::advance();
    node = NodeRef{file.getFilename().str(), file.getLine() - 1,
                   name.getName().str(), op.getName().str()};
    return WalkResult::interrupt();
  });
  return node;
}

std::string describeNode(Location location) {
  std::optional<NodeRef> node = nodeOf(location);
  if (!node)
    return "";
  return "node '" + printable(node->name) + "' (" + printable(node->op) + ")";
}

} // namespace dlc::nn
