//===- TensorFile.cpp - A tensor in a file of its own ---------------------===//

#include "compiler/import/model/TensorFile.h"

#include "onnx/onnx_pb.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace dlc::import;

/// Appends each value of a typed field as a `T`.
template <typename T, typename Field>
static std::vector<char> convert(const Field &field) {
  std::vector<char> bytes(field.size() * sizeof(T));
  for (int i = 0; i < field.size(); ++i) {
    T value = static_cast<T>(field[i]);
    memcpy(bytes.data() + i * sizeof(T), &value, sizeof(T));
  }
  return bytes;
}

/// The elements from whichever field holds them; none for a type that is not
/// of numbers.
static std::optional<std::vector<char>>
typedElements(const onnx::TensorProto &tensor) {
  if (tensor.has_raw_data())
    return std::vector<char>(tensor.raw_data().begin(),
                             tensor.raw_data().end());
  using Proto = onnx::TensorProto;
  switch (tensor.data_type()) {
  case Proto::FLOAT:
    return convert<float>(tensor.float_data());
  case Proto::DOUBLE:
    return convert<double>(tensor.double_data());
  case Proto::INT64:
    return convert<int64_t>(tensor.int64_data());
  case Proto::INT32:
    return convert<int32_t>(tensor.int32_data());
  case Proto::INT16:
  case Proto::UINT16:
  case Proto::FLOAT16:
  case Proto::BFLOAT16:
    return convert<uint16_t>(tensor.int32_data());
  case Proto::INT8:
  case Proto::UINT8:
  case Proto::BOOL:
    return convert<uint8_t>(tensor.int32_data());
  case Proto::UINT32:
    return convert<uint32_t>(tensor.uint64_data());
  case Proto::UINT64:
    return convert<uint64_t>(tensor.uint64_data());
  default:
    return std::nullopt;
  }
}

llvm::Expected<TensorFile>
dlc::import::readTensorFile(const std::string &path) {
  auto buffer = llvm::MemoryBuffer::getFile(path);
  if (!buffer)
    return llvm::createStringError("cannot read '" + path +
                                   "': " + buffer.getError().message());
  onnx::TensorProto tensor;
  llvm::StringRef content = (*buffer)->getBuffer();
  if (content.size() > INT32_MAX ||
      !tensor.ParseFromArray(content.data(), content.size()))
    return llvm::createStringError("'" + path + "' holds no ONNX tensor");
  std::optional<std::vector<char>> bytes = typedElements(tensor);
  if (!bytes)
    return llvm::createStringError("'" + path +
                                   "' holds a tensor that is not of numbers");
  TensorFile result;
  result.type = tensor.data_type();
  result.shape.assign(tensor.dims().begin(), tensor.dims().end());
  result.bytes = std::move(*bytes);
  return result;
}
