//===- Advice.cpp - What helps against an operator that is refused --------===//
//
// Models with operators of com.microsoft come out of onnxruntime's tools. What
// writes them is listed in onnxruntime's ContribOperators.md, in its
// quantiser's documentation and in that of its graph optimisations.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/checks/Advice.h"
#include "llvm/ADT/StringSet.h"

namespace dlc::import {

namespace {
bool isQuantised(llvm::StringRef op) {
  static const llvm::StringSet<> others = {
      "DynamicQuantizeLSTM", "MatMulInteger16", "MulInteger",
      "ReduceSumInteger",    "QAttention",      "QEmbedLayerNormalization"};
  return op.starts_with("QLinear") || op.starts_with("QOrdered") ||
         others.contains(op);
}

bool isFused(llvm::StringRef op) {
  static const llvm::StringSet<> others = {"BiasAdd",
                                           "BiasDropout",
                                           "BiasSoftmax",
                                           "BiasSplitGelu",
                                           "ConvTransposeWithDynamicPads",
                                           "DecoderAttention",
                                           "DecoderMaskedMultiHeadAttention",
                                           "DecoderMaskedSelfAttention",
                                           "GatedRelativePositionBias",
                                           "GemmFastGelu",
                                           "GroupNorm",
                                           "PackedAttention",
                                           "PackedMultiHeadAttention",
                                           "RelativePositionBias",
                                           "RemovePadding",
                                           "RestorePadding",
                                           "SkipGroupNorm"};
  return op.starts_with("Fused") || op.starts_with("Nhwc") ||
         others.contains(op);
}
/// Operators of ONNX on what a network's program does better.
std::string adviceAgainstOnnx(llvm::StringRef op) {
  if (op == "ImageDecoder")
    return "it unpacks files, whose decoders are larger than most networks; "
           "decode in the program, and give the network pixels (--pipeline "
           "makes its input of a camera's frame)";
  if (op.starts_with("String") || op.starts_with("Regex"))
    return "it computes with strings, of which a network knows positions in "
           "lists only; do it in the program, before the network";
  return "";
}
} // namespace

std::string adviceAgainst(llvm::StringRef domain, llvm::StringRef op) {
  if (domain.empty() || domain == "ai.onnx")
    return adviceAgainstOnnx(op);
  if (domain == "ai.onnx.preview.training")
    return "it trains; export the model for inference";
  if (domain == "com.microsoft.nchwc")
    return "onnxruntime's layout optimisation wrote it; save the model before "
           "it is optimised, or with GraphOptimizationLevel ORT_ENABLE_BASIC";
  if (domain != "com.microsoft")
    return "";
  if (isQuantised(op))
    return "onnxruntime's quantiser or graph optimiser wrote it; quantise with "
           "quant_format=QuantFormat.QDQ, and save the model before it is "
           "optimised";
  if (isFused(op))
    return "onnxruntime's optimiser fused it; save the model before it is "
           "optimised, or with GraphOptimizationLevel ORT_ENABLE_BASIC";
  return "it is onnxruntime's own; export the model with ONNX's operators only";
}

} // namespace dlc::import
