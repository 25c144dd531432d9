//===- TensorFile.h - A tensor in a file of its own -----------------------===//
//
// ONNX's test sets hold each input and output as a serialised TensorProto.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_IMPORT_TENSORFILE_H
#define DLC_COMPILER_IMPORT_TENSORFILE_H

#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace dlc::import {

struct TensorFile {
  int32_t type = 0; ///< TensorProto.DataType
  std::vector<int64_t> shape;
  std::vector<char> bytes; ///< row-major, in the host's byte order
};

/// Reads a tensor of numbers (8 bits or more, or bool).
llvm::Expected<TensorFile> readTensorFile(const std::string &path);

} // namespace dlc::import

#endif
