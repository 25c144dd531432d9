//===- Picture.h - The memory plan, drawn ---------------------*- C++ -*-===//
//
// SVG: stages in their order to the right, one column each; bytes up.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_REPORT_PICTURE_H
#define DLC_COMPILER_REPORT_PICTURE_H

#include "compiler/report/Peak.h"

namespace dlc::report {

/// Addresses of the arena: a box `box-<i>` for each buffer, the stages that
/// reach the peak, the bytes alive, the lower bound and the budget.
void drawPlan(const Report &report, const Peak &peak, llvm::raw_ostream &os);

/// One column for each stage, below the same columns of the plan.
struct Series {
  llvm::StringRef css, what;
  llvm::function_ref<uint64_t(const StageRow &)> value;
};
void drawColumns(const Report &report, llvm::StringRef id,
                 llvm::StringRef title, llvm::StringRef unit,
                 llvm::ArrayRef<Series> stacked, llvm::raw_ostream &os);

/// A figure of such columns with what their colours mean, up to the paragraph
/// that says more.
void beginFigure(const Report &report, llvm::StringRef id,
                 llvm::StringRef title, llvm::StringRef unit,
                 llvm::ArrayRef<Series> stacked, llvm::raw_ostream &os);

} // namespace dlc::report

#endif
