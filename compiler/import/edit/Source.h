//===- Source.h - The model that a graph comes from -------------*- C++ -*-===//

#ifndef DLC_COMPILER_IMPORT_EDIT_SOURCE_H
#define DLC_COMPILER_IMPORT_EDIT_SOURCE_H

#include "onnx/onnx_pb.h"

namespace dlc::import {

class Source {
public:
  /// Without the tensors that are constants of the graph.
  onnx::ModelProto model;
};

} // namespace dlc::import

#endif
