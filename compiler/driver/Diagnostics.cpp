//===- Diagnostics.cpp - What the user reads ------------------------------===//

#include "compiler/driver/Diagnostics.h"

#include "compiler/driver/CrashReport.h"
#include "compiler/driver/Tools.h"
#include "dialects/nn/NodeLocation.h"
#include "dialects/nn/PrintableText.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Location.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/Support/WithColor.h"

using namespace mlir;
using namespace dlc::driver;

/// Errors that are no fault of the user begin with this.
static bool isInternal(llvm::StringRef message) {
  return message.starts_with("internal error");
}

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

/// ":12:5", where a text is what is wrong. A model has no lines.
static std::string placeIn(FileLineColLoc place) {
  if (!place.getLine())
    return "";
  return (":" + Twine(place.getLine()) + ":" + Twine(place.getColumn())).str();
}

void DiagnosticPrinter::print(Diagnostic &diagnostic) {
  if (diagnostic.getSeverity() == DiagnosticSeverity::Error)
    ++errors;
  else if (errorsOnly)
    return;
  if (beforePrint)
    beforePrint();
  auto printOne = [&](Diagnostic &d) {
    llvm::raw_ostream &os = llvm::errs();
    // Messages hold names of the model, and words of libraries about them.
    std::string text = nn::printable(d.str());
    std::optional<nn::NodeRef> node = nn::nodeOf(d.getLocation());
    auto file = d.getLocation()->findInstanceOf<FileLineColLoc>();
    if (node && !node->file.empty())
      os << nn::printable(node->file) << ": ";
    else if (file && !file.getFilename().empty())
      os << nn::printable(file.getFilename()) << placeIn(file) << ": ";
    else
      os << nn::printable(model) << ": ";
    // MLIR's notes belong to an error, so that what a pass says of the whole
    // model is a remark.
    bool isNote = d.getSeverity() == DiagnosticSeverity::Remark &&
                  isa<UnknownLoc>(d.getLocation());
    printSeverity(os, isNote ? DiagnosticSeverity::Note : d.getSeverity());
    // Some messages name their node themselves.
    std::string where = nn::describeNode(d.getLocation());
    if (!where.empty() && text.find(where) == std::string::npos)
      os << where << ": ";
    os << text << "\n";
  };
  printOne(diagnostic);
  for (Diagnostic &note : diagnostic.getNotes())
    printOne(note);
  if (isInternal(diagnostic.str()))
    printInvokedCommand();
}

void DiagnosticPrinter::note(const llvm::Twine &message) const {
  if (beforePrint)
    beforePrint();
  llvm::errs() << nn::printable(model) << ": ";
  llvm::WithColor::note(llvm::errs()) << nn::printable(message.str()) << "\n";
}

void dlc::driver::reportError(const llvm::Twine &message) {
  llvm::errs() << "dlc: ";
  std::string text = nn::printable(message.str());
  llvm::WithColor::error(llvm::errs()) << text << "\n";
  if (isInternal(text))
    printInvokedCommand();
}

void dlc::driver::reportError(llvm::Error error) {
  llvm::handleAllErrors(
      std::move(error),
      [](const ToolError &failed) {
        reportError(failed.message());
        failed.printOutput(llvm::errs());
      },
      [](const llvm::ErrorInfoBase &info) { reportError(info.message()); });
}
