//===- Strings.cpp - Tensors of strings -----------------------------------===//

#include "compiler/import/model/Strings.h"
#include "compiler/import/Error.h"
#include "compiler/import/model/TensorConstant.h"
#include "dialects/nn/Constants.h"
#include "mlir/IR/Builders.h"
#include "onnx/onnx_pb.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;

namespace dlc::import {

Strings takeStrings(Location loc, const onnx::TensorProto &tensor) {
  SmallVector<int64_t> shape(tensor.dims().begin(), tensor.dims().end());
  RankedTensorType type =
      tensorType(loc, "tensor '" + tensor.name() + "'", shape,
                 IntegerType::get(loc.getContext(), 64));
  if (tensor.string_data_size() != type.getNumElements())
    fail(loc, "tensor '" + tensor.name() + "' has " +
                  Twine(tensor.string_data_size()) +
                  " strings, but its shape needs " +
                  Twine(type.getNumElements()));
  Strings strings;
  std::vector<char> bytes(type.getNumElements() * sizeof(int64_t));
  for (int64_t i = 0; i < type.getNumElements(); ++i) {
    std::memcpy(&bytes[i * sizeof(int64_t)], &i, sizeof(int64_t));
    strings.list.push_back(tensor.string_data(static_cast<int>(i)));
  }
  strings.positions = nn::makeConstant(type, std::move(bytes));
  return strings;
}

bool movesStrings(StringRef domain, StringRef op) {
  static const llvm::StringSet<> onnx = {"Expand",   "Flatten",   "Gather",
                                         "Identity", "Reshape",   "Slice",
                                         "Squeeze",  "Transpose", "Unsqueeze"};
  return domain.empty()
             ? onnx.contains(op)
             : domain == "ai.onnx.ml" && op == "ArrayFeatureExtractor";
}

} // namespace dlc::import
