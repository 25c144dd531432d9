//===- Rounds.h - The most rounds of loops --------------------*- C++ -*-===//

#ifndef DLC_COMPILER_IMPORT_MODEL_ROUNDS_H
#define DLC_COMPILER_IMPORT_MODEL_ROUNDS_H

#include "compiler/import/Build.h"
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace dlc::import {

/// What --rounds says of Loops that end when the network runs, and whether they
/// would have gone on.
class Rounds {
public:
  /// `given` is by the node's name, and has to outlive this.
  explicit Rounds(const std::map<std::string, int64_t> &given) : given(given) {}

  /// The most that `loop`, which is an nn location, takes; nothing where none
  /// was given.
  std::optional<int64_t> most(mlir::Location loop);

  /// Throws where one was given that no loop has asked for.
  void check(mlir::Location model) const;

  /// `flag`, one i1 without dimensions, says of some loop whether it would have
  /// gone on after its most rounds.
  void addUnfinished(mlir::Value flag) { unfinished.push_back(flag); }
  /// Whether any would have, one i1; null where none says so.
  mlir::Value anyUnfinished(Build &build) const;
  /// The loops that a bound was given, "loop_3=100".
  std::vector<std::string> bounded() const;

private:
  friend class BodyRounds;

  const std::map<std::string, int64_t> &given;
  std::set<std::string> asked;
  llvm::SmallVector<mlir::Value> unfinished;
};

/// While it lives, what is added to `rounds` are loops of a body, whose flags
/// are values of that body. They are lost with it unless they are kept.
class BodyRounds {
public:
  explicit BodyRounds(Rounds &rounds)
      : rounds(rounds), outer(std::move(rounds.unfinished)) {
    rounds.unfinished.clear();
  }
  BodyRounds(const BodyRounds &) = delete;
  BodyRounds &operator=(const BodyRounds &) = delete;
  ~BodyRounds() { rounds.unfinished = std::move(outer); }

  /// Whether any of the body's would have gone on, as a value of the body, one
  /// i1; null where none says so.
  mlir::Value any(Build &build) const { return rounds.anyUnfinished(build); }

  /// The body is no other block: they stay as they are.
  void keep() { llvm::append_range(outer, rounds.unfinished); }
  /// `all` are the flags of each step of a loop over the body.
  void keepOfSteps(Build &build, mlir::Value all);
  /// `flag` is what a branch made of them.
  void keepAs(mlir::Value flag) { outer.push_back(flag); }

private:
  Rounds &rounds;
  llvm::SmallVector<mlir::Value> outer;
};

} // namespace dlc::import

#endif
