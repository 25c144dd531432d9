//===- OnnxTerms.h - Diagnostics without the names of the nn dialect ------===//

#ifndef DLC_COMPILER_IMPORT_CHECKS_ONNXTERMS_H
#define DLC_COMPILER_IMPORT_CHECKS_ONNXTERMS_H

#include "mlir/IR/Diagnostics.h"

namespace dlc::import {

/// While it lives, what an nn op's verifier or type inference reports loses
/// the op's name and the constraint's number: they say nothing to someone who
/// has an ONNX model. Importers check first what they can say better.
class OnnxTerms : public mlir::ScopedDiagnosticHandler {
public:
  explicit OnnxTerms(mlir::MLIRContext *context);
};

} // namespace dlc::import

#endif
