//===- Fused.h - Import functions of what onnxruntime fuses ---------------===//
//
// Operators of com.microsoft that onnxruntime's optimiser writes in place of
// several of ONNX's; they are taken apart again.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_IMPORT_FUSED_FUSED_H
#define DLC_COMPILER_IMPORT_FUSED_FUSED_H

#include "compiler/import/Importers.h"

namespace dlc::import {

// ImportActivated.cpp: products and activations
void importBiasGelu(Node &n);
void importFastGelu(Node &n);
void importFusedConv(Node &n);
void importFusedGemm(Node &n);
void importFusedMatMul(Node &n);
void importMicrosoftGelu(Node &n);
void importQuickGelu(Node &n);

// ImportEmbedding.cpp: what surrounds attention
void importEmbedLayerNormalization(Node &n);
void importMicrosoftRotaryEmbedding(Node &n);
void importSimplifiedLayerNormalization(Node &n);
void importSkipLayerNormalization(Node &n);
/// x, [B, S, N, D], of which as many elements are turned as the caches of
/// cosines (operand `cache`) and of sines (the next) have angles for; `at` says
/// the position of each, [B, S].
mlir::Value turnByPosition(Node &n, mlir::Value x, mlir::Value at,
                           unsigned cache, bool interleaved);

// ImportAttention.cpp
void importMicrosoftAttention(Node &n);
void importMultiHeadAttention(Node &n);

// ImportGatherBlocks.cpp: rows of tables of weights in blocks
void importGatherBlockQuantized(Node &n);

// ImportGroupAttention.cpp
void importGroupQueryAttention(Node &n);

} // namespace dlc::import

#endif
