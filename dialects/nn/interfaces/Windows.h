//===- Windows.h - Parts of what windows go over ----------------*- C++ -*-===//
//
// Shared by convolutions, pools and padding. Private to dialects/nn.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_DIALECTS_NN_INTERFACES_WINDOWS_H
#define DLC_DIALECTS_NN_INTERFACES_WINDOWS_H

#include "dialects/interfaces/Box.h"
#include "dialects/nn/NnOps.h"

namespace dlc::nn::detail {

/// Intervals and padding of all spatial dimensions.
struct WindowReads {
  Box input;
  llvm::SmallVector<int64_t> pads; // begins, then ends
};

/// Of a convolution or a pool, whose channels `part` takes all; nullopt if it
/// does not, or where a window lies in the padding alone.
template <typename SpatialOp>
std::optional<WindowReads> readsOf(SpatialOp op, llvm::ArrayRef<int64_t> kernel,
                                   const Box &part) {
  int64_t channel = channelDim(op.getLayout(), part.size());
  int64_t spatial = firstSpatialDim(op.getLayout());
  WindowReads reads;
  reads.input = wholeBox(op.getInput());
  if (!(part[channel] == wholeBox(op.getOutput())[channel]))
    return std::nullopt;
  reads.input[0] = part[0];
  reads.pads.resize(2 * kernel.size());
  for (size_t i = 0; i < kernel.size(); ++i) {
    int64_t size = reads.input[spatial + i].size;
    std::optional<WindowRead> read = readOfWindows(
        part[spatial + i], {kernel[i], op.getStrides()[i], op.getDilations()[i],
                            op.getPads()[i], size});
    if (!read)
      return std::nullopt;
    reads.input[spatial + i] = read->input;
    reads.pads[i] = read->padBegin;
    reads.pads[kernel.size() + i] = read->padEnd;
  }
  return reads;
}

/// The windows' part of the first operand, and all of the others.
llvm::SmallVector<Box> partsOf(mlir::Operation *op, const WindowReads &reads);

/// Whether nothing is padded.
bool noPads(llvm::ArrayRef<int64_t> pads);

} // namespace dlc::nn::detail

#endif
