//===- CheckModel.cpp - ONNX's checker and version converter --------------===//

#include "compiler/import/CheckModel.h"
#include "compiler/import/Error.h"
#include "compiler/import/OpSets.h"
#include "onnx/checker.h"
#include "onnx/defs/schema.h"
#include "onnx/onnx_pb.h"
#include "onnx/version_converter/convert.h"

namespace dlc::import {

namespace {
/// The oldest operator set whose definitions the import functions follow.
constexpr int64_t kOldestOpset = 7;

/// The library's messages span lines and end in a context line.
std::string oneLine(llvm::StringRef message) {
  std::string line;
  llvm::SmallVector<llvm::StringRef> parts;
  message.split(parts, '\n', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef part : parts) {
    part.consume_front("==> Context: ");
    line += (line.empty() ? "" : "; ") + part.trim().str();
  }
  return line;
}
} // namespace

void checkAndLift(mlir::Location loc, onnx::ModelProto &model) {
  int64_t version = OpSets(model.opset_import()).version("");
  const auto &known =
      onnx::OpSchemaRegistry::DomainToVersionRange::Instance().Map().at(
          onnx::ONNX_DOMAIN);
  if (version < 1 || version > known.second)
    fail(loc, "the model needs ONNX operator set " + llvm::Twine(version) +
                  ", but this compiler knows 1 to " +
                  llvm::Twine(known.second) + "; export it for one of these");
  try {
    onnx::checker::check_model(model, /*full_check=*/false,
                               /*skip_opset_compatibility_check=*/true);
  } catch (const std::exception &error) {
    fail(loc, "the model breaks ONNX's rules: " + oneLine(error.what()));
  }
  if (version >= kOldestOpset)
    return;
  try {
    model = onnx::version_conversion::ConvertVersion(model, kOldestOpset);
  } catch (const std::exception &error) {
    fail(loc, "the model's operator set " + llvm::Twine(version) +
                  " cannot be converted to " + llvm::Twine(kOldestOpset) +
                  ": " + oneLine(error.what()));
  }
}

} // namespace dlc::import
