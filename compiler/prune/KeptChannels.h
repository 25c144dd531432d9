//===- KeptChannels.h - Which channels are still computed -------*- C++ -*-===//
//
// Backward from the results of a function: a channel is kept if something that
// is kept reads it and it is not a constant that its reader can do without.
// Channels that ops keep together (those of a sum's operands, a depthwise
// convolution's input and output) are kept or left out together.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_PRUNE_KEPTCHANNELS_H
#define DLC_COMPILER_PRUNE_KEPTCHANNELS_H

#include "compiler/prune/ChannelAnalysis.h"
#include "compiler/prune/NarrowOp.h"
#include "llvm/ADT/DenseSet.h"

namespace dlc::prune {

/// What becomes of a constant channel that a linear op sums up.
enum class Absorption {
  None,    // it is not constant, or too large to be followed
  Nothing, // it adds 0
  Bias,    // the same number for each result channel
  Map,     // numbers that differ from position to position
};

Absorption absorptionOf(mlir::Operation *linear, const ChannelFlow &flow,
                        const ChannelAnalysis &analysis, int64_t channel);

/// How many positions a value has for each channel along `dim`.
inline int64_t positionsOf(mlir::Value value, int64_t dim) {
  return tensorType(value).getNumElements() / tensorType(value).getDimSize(dim);
}

class KeptChannels {
public:
  explicit KeptChannels(const ChannelAnalysis &analysis);

  /// The channels of a value that are computed, along its facts' dimension.
  Channels keptOf(mlir::Value value) const;
  /// How many they are, and how many the value has.
  int64_t countOf(mlir::Value value) const;
  int64_t widthOf(mlir::Value value) const;
  bool hasChannels(mlir::Value value) const { return first.contains(value); }
  /// Whether some are left out.
  bool isNarrowed(mlir::Value value) const;
  bool isAnyNarrowed() const;

  void print(llvm::raw_ostream &out) const;

private:
  using Node = unsigned;
  struct Reader {
    mlir::Operation *op;
    int64_t channel; // of its result
  };

  void number();
  void join(mlir::Operation *op);
  void joinGroups(mlir::Operation *op, const ChannelFlow &flow);
  void propagate();
  void drain();
  void keepAll(mlir::Value value);
  void keep(Node node);
  void read(const Reader &reader);
  bool keepOneOfEach();
  bool refuseLargeMaps();
  int64_t weightsBehind(mlir::Value value) const;
  void chooseWidths();
  void roundUp(int64_t multiple);
  bool isAbsorbed(mlir::Operation *op, const ChannelFlow &flow,
                  int64_t channel) const;
  Node leader(Node node) const;

  const ChannelAnalysis &analysis;
  llvm::DenseMap<mlir::Value, Node> first; // node of channel 0
  std::vector<mlir::Value> values;         // that have nodes, in order
  mutable std::vector<Node> parents;
  std::vector<bool> kept;                   // by leader
  std::vector<std::vector<Reader>> readers; // sums whose result it is
  std::vector<Node> worklist;
  llvm::DenseSet<mlir::Operation *> saturated; // sums whose input is all kept
  llvm::DenseSet<mlir::Operation *> withoutMap;
};

} // namespace dlc::prune

#endif
