//===- MicrosoftSchemas.h - Signatures of onnxruntime's operators ---------===//

#ifndef DLC_COMPILER_IMPORT_MODEL_MICROSOFTSCHEMAS_H
#define DLC_COMPILER_IMPORT_MODEL_MICROSOFTSCHEMAS_H

namespace dlc::import {

/// Adds the operators of domain com.microsoft that have an import function to
/// ONNX's registry. Their nodes are then checked as those of ONNX are: number
/// of operands, element types, attributes. Does nothing when called again.
void registerMicrosoftSchemas();

} // namespace dlc::import

#endif
