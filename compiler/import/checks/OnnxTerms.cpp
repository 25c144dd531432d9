//===- OnnxTerms.cpp - Diagnostics without the names of the nn dialect ----===//

#include "compiler/import/checks/OnnxTerms.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace dlc::import {

/// "'nn.conv' (3) text" and "'nn.conv' op (3) text" become "text"; nullopt for
/// what does not start with an op's name.
static std::optional<std::string> withoutOp(StringRef text) {
  if (!text.consume_front("'nn."))
    return std::nullopt;
  text = text.drop_until([](char c) { return c == '\''; }).drop_front();
  text.consume_front(" op");
  text = text.ltrim();
  StringRef number = text;
  if (number.consume_front("(")) {
    number = number.drop_while(llvm::isDigit);
    if (number.consume_front(") "))
      text = number;
  }
  return text.str();
}

OnnxTerms::OnnxTerms(MLIRContext *context) : ScopedDiagnosticHandler(context) {
  setHandler([](Diagnostic &diagnostic) -> LogicalResult {
    std::optional<std::string> text = withoutOp(diagnostic.str());
    if (!text)
      return failure(); // to the next handler, as it is
    emitError(diagnostic.getLocation()) << *text;
    return success();
  });
}

} // namespace dlc::import
