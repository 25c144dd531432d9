//===- NumpyFile.h - Arrays that numpy has saved ----------------*- C++ -*-===//

#ifndef DLC_COMPILER_DRIVER_DATA_NUMPYFILE_H
#define DLC_COMPILER_DRIVER_DATA_NUMPYFILE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace dlc::driver {

/// Numbers, row-major, little endian.
struct NumpyArray {
  char kind = 'f';    ///< 'f', 'i', 'u' or 'b' (bool), as numpy calls them
  unsigned bytes = 4; ///< of an element
  std::vector<int64_t> shape;
  std::vector<char> data;

  int64_t size() const;
  double at(int64_t i) const;
};

/// The content of a .npy file (numpy.lib.format, versions 1 to 3). `name`
/// stands in messages. Arrays of other things than numbers are refused.
llvm::Expected<NumpyArray> parseNumpy(llvm::StringRef content,
                                      llvm::StringRef name);

/// The content of a .npy file of version 1.
std::string formatNumpy(const NumpyArray &array);

/// The arrays of a .npz file by their names; stored or deflated.
llvm::Expected<std::map<std::string, NumpyArray>>
parseNumpyArchive(llvm::StringRef content, llvm::StringRef name);

} // namespace dlc::driver

#endif // DLC_COMPILER_DRIVER_DATA_NUMPYFILE_H
