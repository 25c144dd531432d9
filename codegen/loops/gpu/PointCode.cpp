//===- PointCode.cpp - What a thread does for a point ---------------------===//

#include "codegen/loops/gpu/PointCode.h"
#include "codegen/loops/nest/BodyEmitter.h"

using namespace mlir;

namespace dlc::loops {

void PointCode::locate(Value point) {
  for (unsigned d : llvm::reverse(points.order)) {
    int64_t size = nest.sizes[d];
    bool lanes = static_cast<int>(d) == points.lanesDim;
    if (lanes)
      size /= points.lanes;
    bool outermost = d == points.order.front();
    at[d] = outermost ? point : remainder(point, size);
    if (!outermost)
      point = quotient(point, size);
    if (lanes)
      at[d] = times(at[d], points.lanes);
  }
}

Value PointCode::read(const Access &access) {
  bool run =
      points.lanesDim >= 0 && access.address.coefficients[points.lanesDim] != 0;
  return load(access, addressOf(access.address), run ? points.lanes : 1);
}

SmallVector<Value> PointCode::readInputs() {
  SmallVector<Value> values;
  for (const Access &input : nest.inputs)
    values.push_back(read(input));
  return values;
}

void PointCode::finish(SmallVector<Value> results) {
  if (nest.epilogue) {
    SmallVector<Value> arguments;
    for (const std::optional<Access> &input : nest.epilogueInputs)
      arguments.push_back(input ? read(*input) : results.front());
    arguments.resize(nest.epilogue.getBody()->getNumArguments());
    results = body(nest.epilogue, arguments);
  }
  for (auto [output, result] : llvm::zip_equal(nest.outputs, results))
    store(output, addressOf(output.address),
          broadcastTo(b, loc, result, points.lanes));
}

} // namespace dlc::loops
