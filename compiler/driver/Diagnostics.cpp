//===- Diagnostics.cpp - What the user reads ------------------------------===//

#include "compiler/driver/Diagnostics.h"

#include "dialects/nn/NodeLocation.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/Support/WithColor.h"

using namespace mlir;
using namespace dlc::driver;

DiagnosticPrinter::DiagnosticPrinter(MLIRContext &context, std::string model)
    : context(context), model(std::move(model)) {
  handler = context.getDiagEngine().registerHandler(
      [this](Diagnostic &diagnostic) { print(diagnostic); });
}

DiagnosticPrinter::~DiagnosticPrinter() {
  context.getDiagEngine().eraseHandler(handler);
}

static void printSeverity(llvm::raw_ostream &os, DiagnosticSeverity severity) {
  switch (severity) {
  case DiagnosticSeverity::Error:
    llvm::WithColor::error(os);
    return;
  case DiagnosticSeverity::Warning:
    llvm::WithColor::warning(os);
    return;
  case DiagnosticSeverity::Note:
    llvm::WithColor::note(os);
    return;
  case DiagnosticSeverity::Remark:
    llvm::WithColor::remark(os);
    return;
  }
}

void DiagnosticPrinter::print(Diagnostic &diagnostic) {
  if (diagnostic.getSeverity() == DiagnosticSeverity::Error)
    ++errors;
  if (beforePrint)
    beforePrint();
  auto printOne = [&](Diagnostic &d) {
    llvm::raw_ostream &os = llvm::errs();
    std::string text = d.str();
    std::optional<nn::NodeRef> node = nn::nodeOf(d.getLocation());
    auto file = d.getLocation()->findInstanceOf<FileLineColLoc>();
    if (node && !node->file.empty())
      os << node->file << ": ";
    else if (file && !file.getFilename().empty())
      os << file.getFilename().getValue() << ": ";
    else
      os << model << ": ";
    printSeverity(os, d.getSeverity());
    // Some messages name their node themselves.
    std::string where = nn::describeNode(d.getLocation());
    if (!where.empty() && text.find(where) == std::string::npos)
      os << where << ": ";
    os << text << "\n";
  };
  printOne(diagnostic);
  for (Diagnostic &note : diagnostic.getNotes())
    printOne(note);
}

void DiagnosticPrinter::note(const llvm::Twine &message) const {
  if (beforePrint)
    beforePrint();
  llvm::errs() << model << ": ";
  llvm::WithColor::note(llvm::errs()) << message << "\n";
}

void dlc::driver::reportError(const llvm::Twine &message) {
  llvm::errs() << "dlc: ";
  llvm::WithColor::error(llvm::errs()) << message << "\n";
}

void dlc::driver::reportError(llvm::Error error) {
  llvm::handleAllErrors(std::move(error), [](const llvm::ErrorInfoBase &info) {
    reportError(info.message());
  });
}
