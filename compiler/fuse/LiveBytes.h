//===- LiveBytes.h - What the next call does to the live bytes --*- C++ -*-===//
//
// Counts what the calls executed so far have written and left to be read, so
// that one call more costs as much as it has operands.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_FUSE_LIVEBYTES_H
#define DLC_COMPILER_FUSE_LIVEBYTES_H

#include "compiler/fuse/StageSchedule.h"

namespace dlc::fuse {

class LiveBytes {
public:
  /// Nothing has been executed.
  explicit LiveBytes(const StageGraph &graph);

  /// By how much the live bytes are more than now.
  struct Step {
    int64_t during = 0, after = 0;
  };

  /// What a call would do that is to be executed next.
  Step stepOf(unsigned call);
  void execute(unsigned call);
  /// Takes back the call that was executed last.
  void undo(unsigned call);
  int64_t bytes() const { return live; }

  /// Readers of a storage that have not been executed.
  unsigned readersLeft(unsigned storage) const { return unread[storage]; }
  unsigned writersDone(unsigned storage) const { return written[storage]; }

private:
  bool isLive(unsigned storage) const {
    return written[storage] &&
           (unread[storage] || graph.storages[storage].escapes);
  }
  void count(const StageGraph::Call &call, int by);

  const StageGraph &graph;
  std::vector<unsigned> written, unread; // by storage: calls
  llvm::SmallVector<unsigned> fresh;
  int64_t live = 0;
};

} // namespace dlc::fuse

#endif
