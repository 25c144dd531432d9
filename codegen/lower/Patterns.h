//===- Patterns.h - One function for each family of operators ---*- C++ -*-===//

#ifndef DLC_CODEGEN_LOWER_PATTERNS_H
#define DLC_CODEGEN_LOWER_PATTERNS_H

#include "mlir/Transforms/DialectConversion.h"

namespace dlc::lower {

/// Reports every op under `root` that the patterns cannot lower.
llvm::LogicalResult checkSupported(mlir::Operation *root);

/// Each adds the conversion patterns of the file of its name (LowerConv.cpp
/// ...).
using PopulateFn = void(mlir::TypeConverter &, mlir::RewritePatternSet &);

PopulateFn populateUnaryPatterns;
PopulateFn populateBinaryPatterns;
PopulateFn populateElementwisePatterns;
PopulateFn populateConvPatterns;
PopulateFn populateConvTransposePatterns;
PopulateFn populateMatmulPatterns;
PopulateFn populatePoolPatterns;
PopulateFn populateReducePatterns;
PopulateFn populateSoftmaxPatterns;
PopulateFn populateNormPatterns;
PopulateFn populateScanPatterns;
PopulateFn populateRunningPatterns;
PopulateFn populateTopKPatterns;
PopulateFn populateSearchPatterns;
PopulateFn populateRegionPatterns;
PopulateFn populateDataPatterns;
PopulateFn populatePadPatterns;
PopulateFn populateGatherPatterns;
PopulateFn populateScatterPatterns;
PopulateFn populateRescalePatterns;
PopulateFn populateResizePatterns;
PopulateFn populateGridSamplePatterns;
PopulateFn populateQuantizePatterns;
PopulateFn populateTreeEnsemblePatterns;
PopulateFn populateLoopPatterns;

} // namespace dlc::lower

#endif
