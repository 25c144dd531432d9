// Flow.h - basic blocks of a kernel.
#ifndef DLC_EMULATOR_CUDA_PARSE_FLOW_H
#define DLC_EMULATOR_CUDA_PARSE_FLOW_H

#include "runtime/emulator/cuda/Operation.h"

#include <vector>

namespace dlc::ptx {

struct BasicBlock {
  uint32_t begin, end; ///< of the operations
  std::vector<uint32_t> next;
};

/// Blocks in the order of the text. The last operation is a return.
std::vector<BasicBlock> findBlocks(const std::vector<Op> &ops);

/// Sets `join` of each branch: the begin of the nearest block that every way
/// from it to the end goes through.
void findJoins(std::vector<Op> &ops, const std::vector<BasicBlock> &blocks);

} // namespace dlc::ptx

#endif
