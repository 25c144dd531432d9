//===- SoundStream.h - Sound that comes in parts ----------------*- C++ -*-===//
//
// With `hop` a call is given new samples only. What windows still reach of
// those before, what the front end knows of the noise, and the features of
// frames that the network looks at again are state.
//
//===----------------------------------------------------------------------===//
#ifndef DLC_COMPILER_PREPARE_SOUND_SOUNDSTREAM_H
#define DLC_COMPILER_PREPARE_SOUND_SOUNDSTREAM_H

#include "compiler/prepare/Prepare.h"
#include "compiler/prepare/sound/Sound.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace dlc::prepare {

/// Numbers of samples and of frames.
struct SoundParts {
  int64_t before = 0;       ///< samples in front of the new ones
  int64_t fresh = 0;        ///< frames that new samples end
  int64_t frames = 0;       ///< that the network looks at
  std::string text() const; ///< for the chain
};

/// How the samples of `sound` come in parts of its hop. A diagnostic and
/// failure where a step needs all of them, or a part ends within a hop of the
/// frames.
mlir::FailureOr<SoundParts> divide(const Sound &sound);

/// Features of silence as elements of the model's input: for each band the real
/// number, which integers stand for with `scale`. Bands are rows or columns.
mlir::ElementsAttr silentFeatures(mlir::RankedTensorType type,
                                  llvm::ArrayRef<double> silence,
                                  bool bandsAreRows, InputScale scale);

/// State of `main`, behind all other arguments and results.
class SoundStates {
public:
  /// Of an argument of @main, after whose name they are called.
  explicit SoundStates(mlir::BlockArgument input);

  /// What the call before has left, before the first one `initial`.
  mlir::Value before(llvm::StringRef what, mlir::ElementsAttr initial);
  /// Leaves that for the next call: once for each state, in the same order.
  void keep(mlir::Value next);
  /// A state and what is new, along a dimension; the end of both is kept.
  mlir::FailureOr<mlir::Value> join(mlir::OpBuilder &b, mlir::Location loc,
                                    llvm::StringRef what,
                                    mlir::ElementsAttr initial,
                                    mlir::Value fresh, int64_t axis);

private:
  mlir::func::FuncOp main;
  std::string input;
  [[maybe_unused]] unsigned begun = 0, kept = 0;
};

} // namespace dlc::prepare

#endif // DLC_COMPILER_PREPARE_SOUND_SOUNDSTREAM_H
