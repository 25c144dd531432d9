//===- import_fuzzer.cpp - Any bytes through the importer -----------------===//
//
// libFuzzer target. Half of the mutations are made on the parsed model, since
// changed bytes seldom are a model again.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/Import.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "test/fuzz/ModelMutator.h"
#include <cstdlib>
#include <memory>

extern "C" size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t maxSize);

namespace {
/// A context for a number of runs: it takes longer to make than a model to
/// import, and it keeps every constant that it has seen.
mlir::MLIRContext &contextForRun() {
  constexpr int kRuns = 100;
  static std::unique_ptr<mlir::MLIRContext> context;
  static int runs = 0;
  if (runs++ % kRuns == 0)
    context = std::make_unique<mlir::MLIRContext>(
        mlir::MLIRContext::Threading::DISABLED);
  return *context;
}
} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  mlir::MLIRContext &context = contextForRun();
  bool reported = false;
  mlir::ScopedDiagnosticHandler handler(&context, [&](mlir::Diagnostic &d) {
    reported |= d.getSeverity() == mlir::DiagnosticSeverity::Error;
    return mlir::success();
  });
  llvm::StringRef bytes(reinterpret_cast<const char *>(data), size);
  auto module =
      dlc::import::importModelFromMemory(context, bytes, {"fuzz.onnx", {}});
  // A refusal says why, and what says no error gives a module.
  if (static_cast<bool>(module) == reported)
    std::abort();
  return 0;
}

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size,
                                          size_t maxSize, unsigned seed) {
  onnx::ModelProto model;
  if (seed % 2 == 0 && model.ParseFromArray(data, static_cast<int>(size))) {
    dlc::fuzz::ModelMutator(model, seed).mutate();
    std::string bytes = model.SerializeAsString();
    if (bytes.size() <= maxSize) {
      std::copy(bytes.begin(), bytes.end(), data);
      return bytes.size();
    }
  }
  return LLVMFuzzerMutate(data, size, maxSize);
}
