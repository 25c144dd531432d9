//===- OpTable.cpp - From an ONNX operator to its import function ---------===//
//
// The tables. Operators of ONNX that are missing here, but that ONNX defines by
// others, are imported through that definition.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/OpTable.h"
#include "compiler/import/Importers.h"
#include "compiler/import/classical/Classical.h"
#include "compiler/import/fused/Fused.h"
#include "compiler/import/qonnx/Qonnx.h"
#include "llvm/ADT/StringMap.h"

namespace dlc::import {

namespace {
struct Entry {
  llvm::StringLiteral op;
  ImportFunction import;
};

constexpr Entry operators[] = {
    // Element by element
    {"Abs", importUnary<nn::AbsOp>},
    {"Acos", importUnary<nn::AcosOp>},
    {"Acosh", importUnary<nn::AcoshOp>},
    {"Add", importBinary<nn::AddOp>},
    {"And", importBinary<nn::AndOp>},
    {"Asin", importUnary<nn::AsinOp>},
    {"Asinh", importUnary<nn::AsinhOp>},
    {"Atan", importUnary<nn::AtanOp>},
    {"Atanh", importUnary<nn::AtanhOp>},
    {"BitCast", importBitCast},
    {"BitShift", importBitShift},
    {"BitwiseAnd", importBinary<nn::BitAndOp>},
    {"BitwiseNot", importUnary<nn::BitNotOp>},
    {"BitwiseOr", importBinary<nn::BitOrOp>},
    {"BitwiseXor", importBinary<nn::BitXorOp>},
    {"Cast", importCast},
    {"CastLike", importCastLike},
    {"Ceil", importUnary<nn::CeilOp>},
    {"Celu", importCelu},
    {"Clip", importClip},
    {"Cos", importUnary<nn::CosOp>},
    {"Cosh", importUnary<nn::CoshOp>},
    {"Div", importBinary<nn::DivOp>},
    {"Dropout", importDropout},
    {"Elu", importElu},
    {"Equal", importCompare},
    {"Erf", importUnary<nn::ErfOp>},
    {"Exp", importUnary<nn::ExpOp>},
    {"Floor", importUnary<nn::FloorOp>},
    {"Gelu", importGelu},
    {"Greater", importCompare},
    {"GreaterOrEqual", importCompare},
    {"HardSigmoid", importHardSigmoid},
    {"HardSwish", importHardSwish},
    {"Identity", importIdentity},
    {"IsInf", importIsInf},
    {"IsNaN", importUnary<nn::IsNanOp>},
    {"LeakyRelu", importLeakyRelu},
    {"Less", importCompare},
    {"LessOrEqual", importCompare},
    {"Log", importUnary<nn::LogOp>},
    {"Max", importVariadic<nn::MaxOp>},
    {"Mean", importMean},
    {"Min", importVariadic<nn::MinOp>},
    {"Mish", importMish},
    {"Mod", importMod},
    {"Mul", importBinary<nn::MulOp>},
    {"Neg", importUnary<nn::NegOp>},
    {"Not", importUnary<nn::NotOp>},
    {"Or", importBinary<nn::OrOp>},
    {"PRelu", importPRelu},
    {"Pow", importPow},
    {"Reciprocal", importUnary<nn::ReciprocalOp>},
    {"Relu", importUnary<nn::ReluOp>},
    {"Round", importUnary<nn::RoundOp>},
    {"Selu", importSelu},
    {"Shrink", importShrink},
    {"Sigmoid", importUnary<nn::SigmoidOp>},
    {"Sign", importUnary<nn::SignOp>},
    {"Sin", importUnary<nn::SinOp>},
    {"Sinh", importUnary<nn::SinhOp>},
    {"Softplus", importSoftplus},
    {"Softsign", importSoftsign},
    {"Sqrt", importUnary<nn::SqrtOp>},
    {"Sub", importBinary<nn::SubOp>},
    {"Sum", importVariadic<nn::AddOp>},
    {"Swish", importSwish},
    {"Tan", importUnary<nn::TanOp>},
    {"Tanh", importUnary<nn::TanhOp>},
    {"ThresholdedRelu", importThresholdedRelu},
    {"Where", importWhere},
    {"Xor", importBinary<nn::XorOp>},
    // Convolutions and products
    {"Col2Im", importCol2Im},
    {"Conv", importConv},
    {"ConvInteger", importConvInteger},
    {"ConvTranspose", importConvTranspose},
    {"DeformConv", importDeformConv},
    {"Det", importDet},
    {"Einsum", importEinsum},
    {"Gemm", importGemm},
    {"MatMul", importMatMul},
    {"MatMulInteger", importMatMulInteger},
    // Recurrent cells
    {"GRU", importGRU},
    {"LSTM", importLSTM},
    {"RNN", importRNN},
    // Pools
    {"AveragePool", importAveragePool},
    {"GlobalAveragePool", importGlobalPool},
    {"GlobalLpPool", importGlobalPool},
    {"GlobalMaxPool", importGlobalPool},
    {"LpPool", importLpPool},
    {"MaxPool", importMaxPool},
    {"MaxRoiPool", importMaxRoiPool},
    {"MaxUnpool", importMaxUnpool},
    {"RoiAlign", importRoiAlign},
    // Reductions
    {"ArgMax", importArgReduce},
    {"ArgMin", importArgReduce},
    {"CumProd", importCumProd},
    {"CumSum", importCumSum},
    {"Hardmax", importHardmax},
    {"LogSoftmax", importLogSoftmax},
    {"ReduceL1", importReduce},
    {"ReduceL2", importReduce},
    {"ReduceLogSum", importReduce},
    {"ReduceLogSumExp", importReduce},
    {"ReduceMax", importReduce},
    {"ReduceMean", importReduce},
    {"ReduceMin", importReduce},
    {"ReduceProd", importReduce},
    {"ReduceSum", importReduce},
    {"ReduceSumSquare", importReduce},
    {"Softmax", importSoftmax},
    {"TopK", importTopK},
    {"Unique", importUnique},
    // Normalisations
    {"BatchNormalization", importBatchNormalization},
    {"GroupNormalization", importGroupNormalization},
    {"InstanceNormalization", importInstanceNormalization},
    {"LRN", importLRN},
    {"LayerNormalization", importLayerNormalization},
    {"LpNormalization", importLpNormalization},
    {"MeanVarianceNormalization", importMeanVarianceNormalization},
    {"RMSNormalization", importRMSNormalization},
    {"SimplifiedLayerNormalization", importSimplifiedLayerNormalization},
    // Shapes and data movement
    {"Concat", importConcat},
    {"DepthToSpace", importDepthToSpace},
    {"Expand", importExpand},
    {"Flatten", importFlatten},
    {"Pad", importPad},
    {"Reshape", importReshape},
    {"Shape", importShape},
    {"Size", importSize},
    {"Slice", importSlice},
    {"SpaceToDepth", importSpaceToDepth},
    {"Split", importSplit},
    {"Squeeze", importSqueeze},
    {"Tile", importTile},
    {"Transpose", importTranspose},
    {"Unsqueeze", importUnsqueeze},
    // Gathers and scatters
    {"Compress", importCompress},
    {"Gather", importGather},
    {"GatherElements", importGatherElements},
    {"GatherND", importGatherND},
    {"NonMaxSuppression", importNonMaxSuppression},
    {"NonZero", importNonZero},
    {"ReverseSequence", importReverseSequence},
    {"Scatter", importScatterElements},
    {"ScatterElements", importScatterElements},
    {"ScatterND", importScatterND},
    {"TensorScatter", importTensorScatter},
    // Interpolation
    {"GridSample", importGridSample},
    {"Resize", importResize},
    {"Upsample", importUpsample},
    // Quantised tensors
    {"DequantizeLinear", importDequantizeLinear},
    {"DynamicQuantizeLinear", importDynamicQuantizeLinear},
    {"QLinearConv", importQLinearConv},
    {"QLinearMatMul", importQLinearMatMul},
    {"QuantizeLinear", importQuantizeLinear},
    // Signals
    {"DFT", importDFT},
    {"MelWeightMatrix", importMelWeightMatrix},
    {"STFT", importSTFT},
    {"TfIdfVectorizer", importTfIdfVectorizer},
    // Random numbers
    {"Bernoulli", importBernoulli},
    {"Multinomial", importMultinomial},
    {"RandomNormal", importRandom},
    {"RandomNormalLike", importRandom},
    {"RandomUniform", importRandom},
    {"RandomUniformLike", importRandom},
    // Sequences and optional values
    {"ConcatFromSequence", importConcatFromSequence},
    {"Optional", importOptional},
    {"OptionalGetElement", importOptionalGetElement},
    {"OptionalHasElement", importOptionalHasElement},
    {"SequenceAt", importSequenceAt},
    {"SequenceConstruct", importSequenceConstruct},
    {"SequenceEmpty", importSequenceEmpty},
    {"SequenceErase", importSequenceErase},
    {"SequenceInsert", importSequenceInsert},
    {"SequenceLength", importSequenceLength},
    {"SequenceMap", importSequenceMap},
    {"SplitToSequence", importSplitToSequence},
    // Sources, branches and loops
    {"Constant", importConstant},
    {"ConstantOfShape", importConstantOfShape},
    {"EyeLike", importEyeLike},
    {"If", importIf},
    {"Loop", importLoop},
    {"OneHot", importOneHot},
    {"Range", importRange},
    {"Scan", importScan},
    {"Trilu", importTrilu},
};

/// Of domain com.microsoft: what onnxruntime's quantiser and optimiser write.
/// model/MicrosoftSchemas.cpp has their signatures.
constexpr Entry microsoftOperators[] = {
    // Fused floats
    {"Attention", importMicrosoftAttention},
    {"BiasGelu", importBiasGelu},
    {"EmbedLayerNormalization", importEmbedLayerNormalization},
    {"FastGelu", importFastGelu},
    {"FusedConv", importFusedConv},
    {"FusedGemm", importFusedGemm},
    {"FusedMatMul", importFusedMatMul},
    {"Gelu", importMicrosoftGelu},
    {"GroupQueryAttention", importGroupQueryAttention},
    {"MultiHeadAttention", importMultiHeadAttention},
    {"QuickGelu", importQuickGelu},
    {"RotaryEmbedding", importMicrosoftRotaryEmbedding},
    {"SkipLayerNormalization", importSkipLayerNormalization},
    {"SkipSimplifiedLayerNormalization", importSkipLayerNormalization},
    {"TransposeMatMul", importFusedMatMul},
    // Quantised
    {"DequantizeLinear", importDequantizeLinear},
    {"DynamicQuantizeMatMul", importDynamicQuantizeMatMul},
    {"GatherBlockQuantized", importGatherBlockQuantized},
    {"MatMulIntegerToFloat", importMatMulIntegerToFloat},
    {"MatMulNBits", importMatMulNBits},
    {"QGemm", importQGemm},
    {"QLinearAdd", importQLinearBinary},
    {"QLinearAveragePool", importQLinearAveragePool},
    {"QLinearConcat", importQLinearConcat},
    {"QLinearConv", importQLinearConv},
    {"QLinearGlobalAveragePool", importQLinearGlobalAveragePool},
    {"QLinearLeakyRelu", importQLinearActivation},
    {"QLinearMul", importQLinearBinary},
    {"QLinearReduceMean", importQLinearReduceMean},
    {"QLinearSigmoid", importQLinearActivation},
    {"QLinearSoftmax", importQLinearSoftmax},
    {"QLinearWhere", importQLinearWhere},
    {"QuantizeLinear", importQuantizeLinear},
};

/// Of domain ai.onnx.ml.
constexpr Entry classicalOperators[] = {
    // Decision trees
    {"TreeEnsemble", importTreeEnsemble},
    {"TreeEnsembleClassifier", importTreeEnsembleClassifier},
    {"TreeEnsembleRegressor", importTreeEnsembleRegressor},
    // Linear models and support vectors
    {"LinearClassifier", importLinearClassifier},
    {"LinearRegressor", importLinearRegressor},
    {"SVMClassifier", importSVMClassifier},
    {"SVMRegressor", importSVMRegressor},
    // Features
    {"ArrayFeatureExtractor", importArrayFeatureExtractor},
    {"Binarizer", importBinarizer},
    {"FeatureVectorizer", importFeatureVectorizer},
    {"Imputer", importImputer},
    {"Normalizer", importNormalizer},
    {"Scaler", importScaler},
    // Labels and categories
    {"LabelEncoder", importLabelEncoder},
    {"OneHotEncoder", importOneHotEncoder},
    {"ZipMap", importZipMap},
};

/// Of QONNX's domains; model/QonnxSchemas.cpp has their signatures.
constexpr Entry qonnxOperators[] = {
    {"BipolarQuant", importBipolarQuant},
    {"IntQuant", importQuant},
    {"MultiThreshold", importMultiThreshold},
    {"Quant", importQuant},
    {"Trunc", importTrunc},
};

using Table = llvm::StringMap<ImportFunction>;

Table tableOf(llvm::ArrayRef<Entry> entries) {
  Table table;
  for (const Entry &entry : entries)
    table[entry.op] = entry.import;
  return table;
}
} // namespace

ImportFunction importFunctionFor(llvm::StringRef domain, llvm::StringRef op) {
  static const Table onnx = tableOf(operators);
  static const Table microsoft = tableOf(microsoftOperators);
  static const Table classical = tableOf(classicalOperators);
  static const Table qonnx = tableOf(qonnxOperators);
  if (domain.empty())
    return onnx.lookup(op);
  if (domain == "ai.onnx.ml")
    return classical.lookup(op);
  if (isQonnxDomain(domain))
    return qonnx.lookup(op);
  return domain == "com.microsoft" ? microsoft.lookup(op) : nullptr;
}

} // namespace dlc::import
