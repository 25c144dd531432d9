//===- Classical.h - Import functions of the domain ai.onnx.ml ------------===//
//
// Scores are [N, K]: one row for each sample, one column for each class or
// target. Where ONNX leaves something open, they follow onnxruntime.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_IMPORT_CLASSICAL_CLASSICAL_H
#define DLC_COMPILER_IMPORT_CLASSICAL_CLASSICAL_H

#include "compiler/import/Importers.h"

namespace dlc::import {

// ImportFeatures.cpp: what prepares features
void importArrayFeatureExtractor(Node &n);
void importBinarizer(Node &n);
void importFeatureVectorizer(Node &n);
void importImputer(Node &n);
void importNormalizer(Node &n);
void importScaler(Node &n);

// ImportCategories.cpp: labels and categories
void importLabelEncoder(Node &n);
void importOneHotEncoder(Node &n);
void importZipMap(Node &n);

// ImportLinear.cpp
void importLinearClassifier(Node &n);
void importLinearRegressor(Node &n);

// ImportSvm.cpp
void importSVMClassifier(Node &n);
void importSVMRegressor(Node &n);

// ImportTree.cpp
void importTreeEnsemble(Node &n);
void importTreeEnsembleClassifier(Node &n);
void importTreeEnsembleRegressor(Node &n);

// Scores.cpp
/// The input, [N, F] or [F], as [N, F] in floats: float64 stays, all else
/// becomes float32.
mlir::Value featureRows(Node &n);

enum class PostTransform { None, Logistic, Softmax, SoftmaxZero, Probit };
PostTransform postTransformAttr(Node &n);
mlir::Value transformed(Node &n, mlir::Value scores, PostTransform transform);

/// What a classifier's labels are: numbers, or strings of which the network
/// computes the position.
struct ClassLabels {
  Ints numbers;
  llvm::SmallVector<std::string> strings;
  size_t size() const {
    return strings.empty() ? numbers.size() : strings.size();
  }
};
/// From the attributes of these names; fails unless there is one kind of them.
ClassLabels classLabels(Node &n, llvm::StringRef numbers,
                        llvm::StringRef strings);
/// Sets output `i` to the labels at `positions`, i64 of any shape.
void setLabels(Node &n, unsigned i, mlir::Value positions,
               const ClassLabels &labels);
/// Probabilities of classes, [N, classes], from those that it is the first of
/// each two classes, [N, classes * (classes - 1) / 2].  Couple.cpp
mlir::Value coupled(Node &n, mlir::Value pairs, int64_t classes);
/// The column of the largest score in each row; the first of equal ones.
mlir::Value bestColumn(Node &n, mlir::Value scores);

} // namespace dlc::import

#endif
