//===- Rounds.h - The most rounds of loops --------------------*- C++ -*-===//

#ifndef DLC_COMPILER_IMPORT_MODEL_ROUNDS_H
#define DLC_COMPILER_IMPORT_MODEL_ROUNDS_H

#include "mlir/IR/Location.h"
#include <map>
#include <optional>
#include <set>
#include <string>

namespace dlc::import {

/// What --rounds says of Loops that end when the network runs.
class Rounds {
public:
  /// `given` is by the node's name, and has to outlive this.
  explicit Rounds(const std::map<std::string, int64_t> &given) : given(given) {}

  /// The most that `loop`, which is an nn location, takes; nothing where none
  /// was given.
  std::optional<int64_t> most(mlir::Location loop);

  /// Throws where one was given that no loop has asked for.
  void check(mlir::Location model) const;

private:
  const std::map<std::string, int64_t> &given;
  std::set<std::string> asked;
};

} // namespace dlc::import

#endif
