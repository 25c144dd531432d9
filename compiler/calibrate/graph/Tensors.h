//===- Tensors.h - Tensors that share a scale -------------------*- C++ -*-===//

#ifndef DLC_COMPILER_CALIBRATE_GRAPH_TENSORS_H
#define DLC_COMPILER_CALIBRATE_GRAPH_TENSORS_H

#include "compiler/calibrate/graph/Layers.h"

namespace dlc::calibrate {

/// The tensors that are quantised for these layers, in groups that share a
/// scale because elements only move between them. A network's output that a
/// layer of products computes and no layer reads stays what it is: the sums
/// are exact. Groups and their members are sorted.
std::vector<std::vector<std::string>>
quantisedTensors(const import::Graph &graph, llvm::ArrayRef<Layer> layers);

} // namespace dlc::calibrate

#endif
