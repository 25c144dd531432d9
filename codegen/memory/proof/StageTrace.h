//===- StageTrace.h - What a stage touches, in its order --------*- C++ -*-===//
//
// The reads of one operand and the writes of one result of a stage on memrefs,
// one after the other as they are executed. Indices are computed, everything
// else is left out.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_MEMORY_STAGETRACE_H
#define DLC_CODEGEN_MEMORY_STAGETRACE_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include <limits>

namespace dlc::memory {

/// The bytes [begin, end) of the operand or of the result, from where its
/// memory begins. Some bytes between may not be touched.
struct Touch {
  int64_t begin = 0, end = 0;
  bool ofOperand = false, writes = false;
};

class StageTrace {
public:
  /// How much of the order is asked for.
  struct Detail {
    /// So many nested loops that read the operand as well as write the result
    /// are gone through; further ones are taken as a whole: then everything
    /// that they write comes before everything that they read.
    unsigned loops = std::numeric_limits<unsigned>::max();
    /// A loop that only reads the operand, or only writes the result, touches
    /// each place from the first to the last of its iterations at once.
    bool joined = true;
    /// Loops marked arena::anyOrderAttr go from their last iteration to
    /// their first.
    bool backwards = false;
  };
  enum class End {
    Complete, // all was shown
    Stopped,  // by `show`
    Unknown,  // where the stage reads or writes depends on more than its loops
  };

  StageTrace(mlir::func::FuncOp stage, unsigned operand, unsigned result);
  ~StageTrace();

  /// Whether every use of the two arguments is understood.
  bool isKnown() const;
  /// Whether it has loops that may go backwards.
  bool isReversible() const;
  /// How many loops that read and write lie within each other at most.
  unsigned mixedLoops() const;
  /// Shows each touch, in the order of execution, until `show` returns false.
  End replay(Detail detail, llvm::function_ref<bool(const Touch &)> show);

private:
  class Walk;
  std::unique_ptr<Walk> walk;
};

} // namespace dlc::memory

#endif
