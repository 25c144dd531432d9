//===- Dump.cpp - What layers have computed, as files of numpy ------------===//

#include "compiler/driver/run/Dump.h"
#include "compiler/driver/OutputFiles.h"
#include "compiler/driver/data/NumpyFile.h"
#include "dialects/nn/PrintableText.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace dlc::driver {

std::string fileNameOf(llvm::StringRef name) {
  std::string file = name.str();
  for (char &c : file)
    if (!llvm::isAlnum(c) && !llvm::StringRef("._-").contains(c))
      c = '_';
  if (file.empty() || file.front() == '.')
    file.insert(file.begin(), '_');
  return file;
}

/// As numpy calls ONNX's types. What numpy has no name for is bits.
static char kindOf(const header::ElementType &type) {
  switch (type.number) {
  case 1:  // float32
  case 10: // float16
  case 11: // float64
    return 'f';
  case 3: // int8 to int64
  case 5:
  case 6:
  case 7:
    return 'i';
  case 9:
    return 'b';
  default:
    return 'u';
  }
}

static llvm::Error dumpTensor(const header::Tensor &tensor, const char *data,
                              llvm::StringRef path) {
  NumpyArray array;
  array.kind = kindOf(tensor.type);
  array.bytes = tensor.type.bytes;
  array.shape.assign(tensor.shape.begin(), tensor.shape.end());
  array.data.assign(data, data + tensor.bytes());
  return writeFile(
      path, [&](llvm::raw_pwrite_stream &os) { os << formatNumpy(array); });
}

llvm::Error dumpTensors(const header::Network &network, const DataSet &data,
                        llvm::ArrayRef<std::string> names,
                        llvm::StringRef folder, llvm::raw_ostream &os) {
  if (std::error_code error = llvm::sys::fs::create_directories(folder))
    return llvm::createStringError("cannot make the folder '" + folder +
                                   "': " + error.message());
  llvm::StringSet<> taken;
  for (const std::string &name : names) {
    auto tensor = llvm::find_if(network.outputs, [&](const header::Tensor &t) {
      return t.name == name;
    });
    if (tensor == network.outputs.end())
      return llvm::createStringError("tensor '" + name +
                                     "' is no output of what was compiled");
    std::string file = fileNameOf(name);
    // Names that differ in what files cannot have.
    while (!taken.insert(file).second)
      file += '_';
    llvm::SmallString<128> path(folder);
    llvm::sys::path::append(path, file + ".npy");
    size_t i = tensor - network.outputs.begin();
    if (llvm::Error error =
            dumpTensor(*tensor, data.outputs[i].get(), path.str()))
      return error;
    os << nn::printable(data.name) << ": '" << nn::printable(name) << "' [";
    llvm::interleave(tensor->shape, os, "x");
    os << "] " << tensor->type.name << " in " << nn::printable(path.str())
       << "\n";
  }
  return llvm::Error::success();
}

} // namespace dlc::driver
