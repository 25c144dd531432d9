//===- StageCode.cpp - Code of a stage that has no body -------------------===//

#include "codegen/bitcode/StageCode.h"
#include "dialects/arena/ArenaOps.h"
#include "dialects/arena/Declarations.h"
#include "dialects/dlc/Declarations.h"
#include "dialects/nn/NodeLocation.h"

using namespace mlir;
using namespace dlc;

void bitcode::attachCode(func::FuncOp stage, StringRef bitcode) {
  auto bytes = RankedTensorType::get({static_cast<int64_t>(bitcode.size())},
                                     IntegerType::get(stage.getContext(), 8));
  phases::codeAttr.set(stage,
                       DenseElementsAttr::getFromRawBuffer(
                           bytes, ArrayRef(bitcode.data(), bitcode.size())));
}

LogicalResult bitcode::addMemory(ModuleOp module, func::FuncOp stage,
                                 int64_t bytes, int64_t align, StringRef what) {
  if (!bytes)
    return success();
  Builder builder(module.getContext());
  auto type = MemRefType::get({bytes}, builder.getI8Type());
  auto marked = builder.getDictionaryAttr(
      arena::scratchAttr.named(builder.getUnitAttr()));
  if (failed(stage.insertArgument(stage.getNumArguments(), type, marked,
                                  stage.getLoc())))
    return failure();
  SmallVector<func::CallOp> calls;
  module.walk([&](func::CallOp call) {
    if (call.getCallee() == stage.getName())
      calls.push_back(call);
  });
  for (func::CallOp call : calls) {
    OpBuilder b(call);
    auto node = nn::nodeOf(call.getLoc());
    std::string name =
        node && !node->name.empty() ? node->name : call.getCallee().str();
    Value buffer = arena::BufferOp::create(
        b, call.getLoc(), type, name + "." + what.str(),
        arena::extentInBytes(type), align, /*offset=*/IntegerAttr());
    call.getOperandsMutable().append(buffer);
  }
  return success();
}
