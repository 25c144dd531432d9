//===- NameResults.cpp - The results of @main -----------------------------===//
//
// Behind the model's outputs are counts of those whose size the network
// computes, and at last whether a loop would have gone on.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/GraphImporter.h"
#include "compiler/import/Node.h"
#include "dialects/nn/Declarations.h"
#include "dialects/nn/loops/Declarations.h"
#include "dialects/nn/search/Declarations.h"
#include "onnx/onnx_pb.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;

namespace dlc::import {

void GraphImporter::nameResults(onnx::GraphProto &graph,
                                SmallVectorImpl<Value> &results) {
  SmallVector<std::string> names;
  llvm::StringSet<> taken;
  SmallVector<Value> all(results.begin(), results.end());
  results.clear();
  for (const auto &[output, result] : llvm::zip_equal(graph.output(), all)) {
    taken.insert(output.name());
    if (Node::typeOf(result).getNumElements() == 0) {
      leaveOut("output", output.name());
      continue;
    }
    names.push_back(output.name());
    results.push_back(result);
  }
  auto addNamed = [&](std::string name, Value value) {
    while (!taken.insert(name).second)
      name += '_';
    names.push_back(name);
    results.push_back(value);
  };
  size_t own = results.size();
  SmallVector<ArrayAttr> counted(own);
  for (size_t i = 0; i < own; ++i) {
    auto bound = bounds.of(results[i]);
    if (!bound)
      continue;
    size_t at = own;
    while (at < results.size() && results[at] != bound->count)
      ++at;
    if (at == results.size())
      addNamed(names[i] + "_count", bound->count);
    counted[i] = builder.getArrayAttr({builder.getI64IntegerAttr(bound->axis),
                                       builder.getStringAttr(names[at])});
  }
  Build build(builder, module.getLoc());
  Value unfinished = rounds.anyUnfinished(build);
  if (unfinished)
    addNamed("unfinished", unfinished);
  func::ReturnOp::create(builder, module.getLoc(), results);
  main.setFunctionType(builder.getFunctionType(main.getArgumentTypes(),
                                               ValueRange(results).getTypes()));
  for (auto [i, name] : llvm::enumerate(names))
    nn::nameAttr.putOnResult(main, i, name);
  if (unfinished) {
    std::vector<std::string> loops = rounds.bounded();
    nn::unfinishedAttr.setOfResult(
        main, results.size() - 1,
        builder.getStrArrayAttr(
            SmallVector<StringRef>(loops.begin(), loops.end())));
  }
  for (size_t i = 0; i < own; ++i) {
    if (counted[i])
      nn::countAttr.setOfResult(main, i, counted[i]);
    if (auto list = stringsOf(results[i]); !list.empty())
      nn::labelsAttr.setOfResult(main, i,
                                 builder.getStrArrayAttr(SmallVector<StringRef>(
                                     list.begin(), list.end())));
  }
}

} // namespace dlc::import
