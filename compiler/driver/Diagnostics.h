//===- Diagnostics.h - What the user reads --------------------------------===//

#ifndef DLC_COMPILER_DRIVER_DIAGNOSTICS_H
#define DLC_COMPILER_DRIVER_DIAGNOSTICS_H

#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/Error.h"

namespace dlc::driver {

/// Prints MLIR's diagnostics as `model.onnx: error: node 'conv_3' (Conv): ...`,
/// each on one line whatever the model's names are.
class DiagnosticPrinter {
public:
  /// `model` stands where a location names no file.
  DiagnosticPrinter(mlir::MLIRContext &context, std::string model);
  ~DiagnosticPrinter();

  /// Called before anything is printed (to clear a progress line).
  std::function<void()> beforePrint;
  /// Warnings and remarks are dropped.
  bool errorsOnly = false;
  /// `model.onnx: note: ...`, about the whole model.
  void note(const llvm::Twine &message) const;
  bool sawError() const { return errors != 0; }

private:
  void print(mlir::Diagnostic &diagnostic);

  mlir::MLIRContext &context;
  std::string model;
  mlir::DiagnosticEngine::HandlerID handler;
  unsigned errors = 0;
};

/// `dlc: error: ...` on one line, for what has nothing to do with the model's
/// content; below it what a tool has printed, if that is what went wrong.
void reportError(const llvm::Twine &message);
void reportError(llvm::Error error);

} // namespace dlc::driver

#endif // DLC_COMPILER_DRIVER_DIAGNOSTICS_H
