//===- CheckCommand.cpp - dlc check ---------------------------------------===//
//
// The model is imported and its operators become stages: what is refused until
// then, and by the check that their lowering begins with, is what compiling
// refuses. The rest is read off the stages.
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/Patterns.h"
#include "compiler/driver/Commands.h"
#include "compiler/report/Outlook.h"
#include "dialects/nn/PrintableText.h"

using namespace dlc;
using namespace dlc::driver;

int driver::runCheck(const CompileOptions &options) {
  Compilation compilation(options);
  if (mlir::failed(compilation.import()) ||
      mlir::failed(compilation.lower(pipeline::Level::Nn)) ||
      mlir::failed(lower::checkSupported(compilation.module())))
    return 1;
  compilation.progress().clear();
  llvm::outs() << nn::printable(options.model) << ": ";
  report::writeText(report::lookAhead(compilation.module()),
                    nn::printable(options.target.name), llvm::outs());
  return 0;
}
