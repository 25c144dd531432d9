//===- TensorConstant.cpp - TensorProto to constants ----------------------===//

#include "compiler/import/model/TensorConstant.h"
#include "compiler/import/Error.h"
#include "compiler/import/checks/Range.h"
#include "compiler/import/model/ExternalData.h"
#include "dialects/nn/Constants.h"
#include "mlir/IR/Builders.h"
#include "onnx/onnx_pb.h"
#include "llvm/Support/CheckedArithmetic.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using onnx::TensorProto;

namespace dlc::import {

Type elementType(MLIRContext *context, int32_t dataType) {
  auto integer = [&](unsigned width, bool isUnsigned = false) -> Type {
    return IntegerType::get(context, width,
                            isUnsigned ? IntegerType::Unsigned
                                       : IntegerType::Signless);
  };
  switch (dataType) {
  case TensorProto::FLOAT:
    return Float32Type::get(context);
  case TensorProto::DOUBLE:
    return Float64Type::get(context);
  case TensorProto::FLOAT16:
    return Float16Type::get(context);
  case TensorProto::BFLOAT16:
    return BFloat16Type::get(context);
  case TensorProto::BOOL:
    return integer(1);
  case TensorProto::INT2:
    return integer(2);
  case TensorProto::INT4:
    return integer(4);
  case TensorProto::INT8:
    return integer(8);
  case TensorProto::INT16:
    return integer(16);
  case TensorProto::INT32:
    return integer(32);
  case TensorProto::INT64:
    return integer(64);
  case TensorProto::UINT2:
    return integer(2, true);
  case TensorProto::UINT4:
    return integer(4, true);
  case TensorProto::UINT8:
    return integer(8, true);
  case TensorProto::UINT16:
    return integer(16, true);
  case TensorProto::UINT32:
    return integer(32, true);
  case TensorProto::UINT64:
    return integer(64, true);
  default:
    return nullptr;
  }
}

int32_t dataTypeOf(Type element) {
  for (int32_t type = TensorProto::DataType_MIN;
       type <= TensorProto::DataType_MAX; ++type)
    if (elementType(element.getContext(), type) == element)
      return type;
  return TensorProto::UNDEFINED;
}

std::string dataTypeName(int32_t dataType) {
  if (!TensorProto::DataType_IsValid(dataType))
    return "number " + std::to_string(dataType);
  return StringRef(TensorProto::DataType_Name(
                       static_cast<TensorProto::DataType>(dataType)))
      .lower();
}

RankedTensorType tensorType(Location loc, const Twine &what,
                            ArrayRef<int64_t> shape, Type element) {
  std::optional<int64_t> bytes = nn::elementBytes(element);
  // A zero must not hide an overflow of the other dimensions.
  for (int64_t size : shape) {
    if (size < 0)
      fail(loc, what + " has a negative dimension, " + Twine(size));
    if (bytes)
      bytes = llvm::checkedMul<int64_t>(*bytes, std::max<int64_t>(size, 1));
  }
  if (!bytes)
    fail(loc, what + " is too large: its bytes cannot be counted in 64 bits");
  return RankedTensorType::get(shape, element);
}

std::vector<char> unpacked(ArrayRef<char> packed, int64_t count,
                           int64_t inByte) {
  int64_t bits = 8 / inByte;
  std::vector<char> bytes(count);
  for (int64_t i = 0; i < count; ++i)
    bytes[i] = static_cast<char>(
        static_cast<unsigned char>(packed[i / inByte]) >> (i % inByte * bits) &
        ((1 << bits) - 1));
  return bytes;
}

namespace {
/// How many elements share a byte of the file, the first in the low bits.
int64_t elementsInByte(Type element) {
  if (!isa<IntegerType>(element) || element.isInteger(1))
    return 1;
  return std::max<int64_t>(1, 8 / element.getIntOrFloatBitWidth());
}

/// What a number may be in a field that is wider than the type.
Range allowedIn(int32_t dataType) {
  switch (dataType) {
  case TensorProto::INT8:
    return {-128, 127};
  case TensorProto::UINT8:
    return {0, 255};
  case TensorProto::INT16:
    return {-32768, 32767};
  case TensorProto::UINT16:
    return {0, 65535};
  case TensorProto::UINT32:
    return {0, std::numeric_limits<uint32_t>::max()};
  default:
    return kAnyInteger;
  }
}

/// Copies numbers of one of TensorProto's typed fields, each narrowed to the
/// element's bytes (little endian, as protobuf's hosts and ours are).
template <typename Field>
std::vector<char> copyField(Location loc, const TensorProto &tensor,
                            const Field &field, int64_t count, int64_t width) {
  if (field.size() != count)
    fail(loc, "tensor '" + tensor.name() + "' has " + Twine(field.size()) +
                  " values, but its shape needs " + Twine(count));
  std::vector<char> bytes(count * width);
  Range allowed = allowedIn(tensor.data_type());
  for (int64_t i = 0; i < count; ++i) {
    auto value = field.Get(i);
    if constexpr (std::is_integral_v<decltype(value)>)
      if (!allowed.has(static_cast<int64_t>(value)))
        fail(loc, "tensor '" + tensor.name() + "' of type " +
                      dataTypeName(tensor.data_type()) + " holds " +
                      Twine(value) + ", but its numbers must be " +
                      textOf(allowed));
    std::memcpy(bytes.data() + i * width, &value,
                std::min<size_t>(width, sizeof(value)));
  }
  return bytes;
}

std::vector<char> typedData(Location loc, const TensorProto &tensor,
                            int64_t count, int64_t width) {
  switch (tensor.data_type()) {
  case TensorProto::FLOAT:
    return copyField(loc, tensor, tensor.float_data(), count, width);
  case TensorProto::DOUBLE:
    return copyField(loc, tensor, tensor.double_data(), count, width);
  case TensorProto::INT64:
    return copyField(loc, tensor, tensor.int64_data(), count, width);
  case TensorProto::UINT32:
  case TensorProto::UINT64:
    return copyField(loc, tensor, tensor.uint64_data(), count, width);
  default: // the narrow integers, bool, and the bits of 16-bit floats
    return copyField(loc, tensor, tensor.int32_data(), count, width);
  }
}
} // namespace

ElementsAttr takeConstant(Location loc, TensorProto &tensor,
                          const std::string &folder) {
  Type element = elementType(loc.getContext(), tensor.data_type());
  if (!element)
    fail(loc, "tensor '" + tensor.name() + "' has the unsupported type " +
                  dataTypeName(tensor.data_type()));
  if (tensor.has_segment())
    fail(loc, "tensor '" + tensor.name() +
                  "' is stored in segments, which is not supported");
  SmallVector<int64_t> shape(tensor.dims().begin(), tensor.dims().end());
  RankedTensorType type =
      tensorType(loc, "tensor '" + tensor.name() + "'", shape, element);
  int64_t width = nn::elementBytes(element);
  int64_t inByte = elementsInByte(element);
  // Without a sum: there may be as many elements as an int64_t can count.
  int64_t stored = llvm::divideCeilSigned(type.getNumElements(), inByte);
  int64_t size = stored * width;
  std::vector<char> bytes;
  if (tensor.data_location() == TensorProto::EXTERNAL) {
    bytes = readExternalData(loc, tensor, folder, size);
  } else if (tensor.has_raw_data()) {
    const std::string &raw = tensor.raw_data();
    if (static_cast<int64_t>(raw.size()) != size)
      fail(loc, "tensor '" + tensor.name() + "' has " + Twine(raw.size()) +
                    " bytes of data, but its shape and type need " +
                    Twine(size));
    bytes.assign(raw.begin(), raw.end());
  } else {
    bytes = typedData(loc, tensor, stored, width);
  }
  if (inByte > 1)
    bytes = unpacked(bytes, type.getNumElements(), inByte);
  // Give the memory back: there is one copy of the weights at a time.
  delete tensor.release_raw_data();
  google::protobuf::RepeatedField<float>().Swap(tensor.mutable_float_data());
  if (element.isInteger(1))
    for (char &byte : bytes)
      byte = byte != 0;
  return nn::makeConstant(type, std::move(bytes));
}

} // namespace dlc::import
