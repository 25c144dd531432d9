//===- Importers.h - The import functions, by family ----------------------===//

#ifndef DLC_COMPILER_IMPORT_IMPORTERS_H
#define DLC_COMPILER_IMPORT_IMPORTERS_H

#include "compiler/import/Node.h"

namespace dlc::import {

// ImportElementwise.cpp
template <typename OpT> void importUnary(Node &n) {
  n.set(n.unary<OpT>(n.in()));
}
template <typename OpT> void importBinary(Node &n) {
  n.set(n.binary<OpT>(n.in(0), n.in(1)));
}
template <typename OpT> void importVariadic(Node &n) {
  mlir::Value result = n.allInputs().front();
  for (mlir::Value operand : n.allInputs().drop_front())
    result = n.binary<OpT>(result, operand);
  n.set(result);
}
/// x times the normal distribution's function of x, or its approximation by
/// tanh.
mlir::Value buildGelu(Node &n, mlir::Value x, bool tanh);
void importBitShift(Node &n);
void importCast(Node &n);
void importCastLike(Node &n);
void importCelu(Node &n);
void importClip(Node &n);
void importCompare(Node &n);
void importDropout(Node &n);
void importElu(Node &n);
void importGelu(Node &n);
void importHardSigmoid(Node &n);
void importHardSwish(Node &n);
void importIdentity(Node &n);
void importIsInf(Node &n);
void importLeakyRelu(Node &n);
void importMean(Node &n);
void importMish(Node &n);
void importMod(Node &n);
void importPRelu(Node &n);
void importPow(Node &n);
void importSelu(Node &n);
void importShrink(Node &n);
void importSoftplus(Node &n);
void importSoftsign(Node &n);
void importSwish(Node &n);
void importThresholdedRelu(Node &n);
void importWhere(Node &n);

// ImportConv.cpp
/// A convolution of these values with the node's attributes; `bias` may be
/// null.
mlir::Value buildConv(Node &n, mlir::Value input, mlir::Value filter,
                      mlir::Value bias, const Sums &sums = {});
void importConv(Node &n);
void importConvInteger(Node &n);
void importConvTranspose(Node &n);

// ImportColumns.cpp
void importCol2Im(Node &n);
void importDeformConv(Node &n);

// ImportEinsum.cpp
void importEinsum(Node &n);

// ImportLoop.cpp
void importLoop(Node &n);
void importScan(Node &n);

// ImportMatmul.cpp
/// Fails unless matrices of these shapes (rank 2 or more) can be multiplied.
void checkProduct(Node &n, llvm::ArrayRef<int64_t> a,
                  llvm::ArrayRef<int64_t> b);
/// numpy.matmul: a vector on the left is a row, one on the right a column, and
/// the dimension that was added goes away again.
mlir::Value buildMatmul(Node &n, mlir::Value a, mlir::Value b,
                        const Sums &sums = {});
/// alpha * A * B + beta * C with the node's attributes.
mlir::Value buildGemm(Node &n);
void importGemm(Node &n);
void importMatMul(Node &n);
void importMatMulInteger(Node &n);

// ImportPool.cpp
/// Averages of `x`, [N, C, spatial...], with the node's attributes. Where pads
/// count, `countsWholeWindow` says whether what ceil_mode adds does too.
mlir::Value buildAveragePool(Node &n, mlir::Value x, bool countsWholeWindow);
void importAveragePool(Node &n);
void importGlobalPool(Node &n);
void importLpPool(Node &n);
void importMaxPool(Node &n);

// ImportRecurrent.cpp
void importGRU(Node &n);
void importLSTM(Node &n);
void importRNN(Node &n);

// ImportReduce.cpp
/// Softmax of `x` as the operator set says, along the node's axis.
mlir::Value buildSoftmax(Node &n, mlir::Value x, int64_t opset);
void importArgReduce(Node &n);
void importCumProd(Node &n);
void importCumSum(Node &n);
void importHardmax(Node &n);
void importLogSoftmax(Node &n);
void importReduce(Node &n);
void importSoftmax(Node &n);
void importTopK(Node &n);

// ImportNorm.cpp
struct Normalised {
  mlir::Value value, mean, inverseDeviation;
};
/// (x - mean(x)) / sqrt(variance(x) + epsilon) over `axes`.
Normalised normalise(Node &n, mlir::Value x, llvm::ArrayRef<int64_t> axes,
                     double epsilon);
void importBatchNormalization(Node &n);
void importGroupNormalization(Node &n);
void importInstanceNormalization(Node &n);
void importLRN(Node &n);
void importLayerNormalization(Node &n);
void importLpNormalization(Node &n);
void importMeanVarianceNormalization(Node &n);
void importRMSNormalization(Node &n);

// ImportShape.cpp
/// `parts` along the node's axis; `numberOf` says which input, counted from 1,
/// a part is.
mlir::Value buildConcat(Node &n, llvm::ArrayRef<mlir::Value> parts,
                        llvm::function_ref<unsigned(unsigned)> numberOf);
void importConcat(Node &n);
void importDepthToSpace(Node &n);
void importExpand(Node &n);
void importFlatten(Node &n);
void importPad(Node &n);
void importReshape(Node &n);
void importShape(Node &n);
void importSize(Node &n);
void importSlice(Node &n);
void importSpaceToDepth(Node &n);
void importSplit(Node &n);
void importSqueeze(Node &n);
void importTile(Node &n);
void importTranspose(Node &n);
void importUnsqueeze(Node &n);

// ImportGather.cpp
void importGather(Node &n);
void importGatherElements(Node &n);
void importGatherND(Node &n);
void importReverseSequence(Node &n);
void importScatterElements(Node &n);
void importScatterND(Node &n);
void importTensorScatter(Node &n);

// ImportResize.cpp
void importGridSample(Node &n);
void importResize(Node &n);
void importUpsample(Node &n);

// ImportQuantize.cpp
void importDequantizeLinear(Node &n);
void importDynamicQuantizeLinear(Node &n);
void importQLinearConv(Node &n);
void importQLinearMatMul(Node &n);
void importQuantizeLinear(Node &n);

// ImportQLinear.cpp: com.microsoft, element by element and along axes
void importQLinearActivation(Node &n);
void importQLinearAveragePool(Node &n);
void importQLinearBinary(Node &n);
void importQLinearConcat(Node &n);
void importQLinearGlobalAveragePool(Node &n);
void importQLinearReduceMean(Node &n);
void importQLinearSoftmax(Node &n);
void importQLinearWhere(Node &n);

// ImportQuantisedMatmul.cpp: products of com.microsoft
void importDynamicQuantizeMatMul(Node &n);
void importMatMulIntegerToFloat(Node &n);
void importMatMulNBits(Node &n);
void importQGemm(Node &n);

// ImportSignal.cpp
void importDFT(Node &n);
void importMelWeightMatrix(Node &n);
void importSTFT(Node &n);

// ImportSearch.cpp
void importCompress(Node &n);
void importNonMaxSuppression(Node &n);
void importNonZero(Node &n);
void importUnique(Node &n);

// ImportRegions.cpp
void importMaxRoiPool(Node &n);
void importMaxUnpool(Node &n);
void importRoiAlign(Node &n);

// ImportRandom.cpp
void importBernoulli(Node &n);
void importMultinomial(Node &n);
void importRandom(Node &n);

// ImportSequence.cpp
void importConcatFromSequence(Node &n);
void importOptional(Node &n);
void importOptionalGetElement(Node &n);
void importOptionalHasElement(Node &n);
void importSequenceAt(Node &n);
void importSequenceConstruct(Node &n);
void importSequenceEmpty(Node &n);
void importSequenceErase(Node &n);
void importSequenceInsert(Node &n);
void importSequenceLength(Node &n);
void importSequenceMap(Node &n);
void importSplitToSequence(Node &n);

// ImportMatrix.cpp
void importBitCast(Node &n);
void importDet(Node &n);
void importTfIdfVectorizer(Node &n);

// ImportSource.cpp: tensors out of nothing, and branches
void importConstant(Node &n);
void importConstantOfShape(Node &n);
void importEyeLike(Node &n);
void importIf(Node &n);
void importOneHot(Node &n);
void importRange(Node &n);
void importTrilu(Node &n);

} // namespace dlc::import

#endif
