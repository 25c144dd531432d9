//===- Yaml.h - A YAML document with the places of its parts ----*- C++ -*-===//

#ifndef DLC_COMPILER_PREPARE_YAML_H
#define DLC_COMPILER_PREPARE_YAML_H

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Location.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <memory>
#include <string>
#include <vector>

namespace dlc::prepare {

/// A scalar, a list or a mapping.
struct YamlNode {
  enum Kind { Scalar, List, Map };
  struct Entry;

  Kind kind = Scalar;
  std::string text; ///< of a scalar
  std::vector<YamlNode> items;
  std::vector<Entry> entries;
  mlir::Location loc;

  explicit YamlNode(mlir::Location loc) : loc(loc) {}

  /// The value under a key, or null.
  const YamlNode *find(llvm::StringRef key) const;
  /// "a list", for messages.
  llvm::StringRef kindName() const;
  mlir::InFlightDiagnostic error() const { return mlir::emitError(loc); }
};

struct YamlNode::Entry {
  std::string key;
  mlir::Location loc; ///< of the key
  YamlNode value;
};

/// Reads the only document of a file; what is wrong with it is reported at its
/// line and column, and fails.
mlir::FailureOr<YamlNode> readYaml(mlir::MLIRContext &context,
                                   llvm::StringRef text,
                                   llvm::StringRef fileName);

} // namespace dlc::prepare

#endif
