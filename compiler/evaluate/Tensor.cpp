//===- Tensor.cpp - A tensor in the compiler's memory ---------------------===//

#include "compiler/evaluate/Tensor.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/Support/ErrorHandling.h"
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

using namespace mlir;
using namespace dlc::evaluate;

bool dlc::evaluate::isStorable(Type type) {
  if (!type.isIntOrFloat())
    return false;
  unsigned bits = type.getIntOrFloatBitWidth();
  if (isa<IntegerType>(type) && (bits == 2 || bits == 4))
    return true;
  return bits == 1 || bits == 8 || bits == 16 || bits == 32 || bits == 64;
}

namespace {
/// A float of 8 or 16 bits, which C++ has no type for.
struct SmallFloat {};

/// An integer of 2 or 4 bits: the low ones of a byte whose others are zero, as
/// MLIR's attributes have it.
template <bool isSigned, int bits> struct SmallInteger {};

/// Where numbers of such a type and its limits are.
template <typename T> struct Small {
  static constexpr bool isInteger = false;
};
template <bool isSigned, int bits> struct Small<SmallInteger<isSigned, bits>> {
  static constexpr bool isInteger = true;
  static constexpr int lowest = isSigned ? -(1 << (bits - 1)) : 0;
  static constexpr int highest = lowest + (1 << bits) - 1;

  static int read(char byte) {
    int value = byte & ((1 << bits) - 1);
    return value > highest ? value - (1 << bits) : value;
  }
  /// Floats saturate, integers wrap.
  template <typename C> static char write(C value) {
    if constexpr (std::is_floating_point_v<C>) {
      if (std::isnan(value))
        return 0;
      value = std::min(std::max(value, C(lowest)), C(highest));
    }
    return static_cast<char>(static_cast<int64_t>(value) & ((1 << bits) - 1));
  }
};
} // namespace

/// Calls fn with a value of the C++ type that stores the element type.
template <typename Fn> static void visitStorage(Type type, Fn fn) {
  if (type.isF32())
    return fn(float());
  if (type.isF64())
    return fn(double());
  if (isa<FloatType>(type))
    return fn(SmallFloat());
  bool isUnsigned = type.isUnsignedInteger();
  switch (type.getIntOrFloatBitWidth()) {
  case 1:
    return fn(bool());
  case 2:
    return isUnsigned ? fn(SmallInteger<false, 2>())
                      : fn(SmallInteger<true, 2>());
  case 4:
    return isUnsigned ? fn(SmallInteger<false, 4>())
                      : fn(SmallInteger<true, 4>());
  case 8:
    return isUnsigned ? fn(uint8_t()) : fn(int8_t());
  case 16:
    return isUnsigned ? fn(uint16_t()) : fn(int16_t());
  case 32:
    return isUnsigned ? fn(uint32_t()) : fn(int32_t());
  case 64:
    return isUnsigned ? fn(uint64_t()) : fn(int64_t());
  default:
    llvm_unreachable("element types are checked when a tensor is made");
  }
}

/// Conversion of numbers without undefined behaviour.
template <typename To, typename From> static To convert(From value) {
  if constexpr (std::is_same_v<To, bool>) {
    return value != From(0);
  } else if constexpr (std::is_floating_point_v<From> &&
                       std::is_integral_v<To>) {
    using Limits = std::numeric_limits<To>;
    if (std::isnan(value))
      return 0;
    // The largest value of a 64-bit type rounds up to a power of two.
    if (value >= static_cast<double>(Limits::max()))
      return Limits::max();
    if (value <= static_cast<double>(Limits::lowest()))
      return Limits::lowest();
    return static_cast<To>(value);
  } else {
    return static_cast<To>(value);
  }
}

static double readSmallFloat(const llvm::fltSemantics &semantics,
                             const char *bytes, unsigned width) {
  uint16_t bits = 0;
  std::memcpy(&bits, bytes, width);
  llvm::APFloat value(semantics, llvm::APInt(width * 8, bits));
  bool losesInfo;
  value.convert(llvm::APFloat::IEEEdouble(), llvm::APFloat::rmNearestTiesToEven,
                &losesInfo);
  return value.convertToDouble();
}

static void writeSmallFloat(const llvm::fltSemantics &semantics, char *bytes,
                            unsigned width, double value) {
  llvm::APFloat converted(value);
  bool losesInfo;
  converted.convert(semantics, llvm::APFloat::rmNearestTiesToEven, &losesInfo);
  uint16_t bits = converted.bitcastToAPInt().getZExtValue();
  std::memcpy(bytes, &bits, width);
}

Domain Tensor::domain() const {
  Type element = getElementType();
  if (isa<FloatType>(element))
    return Domain::Float;
  return element.isUnsignedInteger() || element.isInteger(1) ? Domain::Unsigned
                                                             : Domain::Signed;
}

Tensor Tensor::zeros(RankedTensorType type) {
  Tensor tensor;
  tensor.type = type;
  tensor.owner = std::make_shared<std::vector<char>>(
      type.getNumElements() * nn::elementBytes(type.getElementType()));
  tensor.bytes = tensor.owner->data();
  return tensor;
}

Tensor Tensor::zeroSplat(RankedTensorType type) {
  Tensor tensor = zeros(type.clone(ArrayRef<int64_t>()));
  tensor.type = type;
  tensor.splat = true;
  return tensor;
}

FailureOr<Tensor> Tensor::view(ElementsAttr attr) {
  auto type = dyn_cast<RankedTensorType>(attr.getShapedType());
  if (!type || !isStorable(type.getElementType()))
    return failure();
  std::optional<nn::ConstantData> data = nn::readConstant(attr);
  if (!data)
    return failure();
  Tensor tensor;
  tensor.type = type;
  tensor.splat = data->splat;
  if (!data->owned.empty())
    tensor.owner = std::make_shared<std::vector<char>>(std::move(data->owned));
  tensor.bytes = tensor.owner ? tensor.owner->data() : data->bytes.data();
  return tensor;
}

Tensor Tensor::withType(RankedTensorType newType) const {
  Tensor tensor = *this;
  tensor.type = newType;
  return tensor;
}

ElementsAttr Tensor::toAttr() && {
  if (owner && owner.use_count() == 1)
    return nn::makeConstant(type, std::move(*owner));
  return nn::makeConstant(
      type, std::vector<char>(bytes, bytes + (splat ? 1 : size()) * width()));
}

template <typename C>
void Tensor::load(int64_t offset, int64_t stride,
                  MutableArrayRef<C> out) const {
  if (splat)
    offset = stride = 0;
  visitStorage(getElementType(), [&](auto zero) {
    using T = decltype(zero);
    if constexpr (std::is_same_v<T, SmallFloat>) {
      const auto &semantics =
          cast<FloatType>(getElementType()).getFloatSemantics();
      unsigned bytesEach = width();
      for (size_t i = 0; i < out.size(); ++i)
        out[i] = convert<C>(readSmallFloat(
            semantics, bytes + (offset + int64_t(i) * stride) * bytesEach,
            bytesEach));
    } else if constexpr (Small<T>::isInteger) {
      for (size_t i = 0; i < out.size(); ++i)
        out[i] =
            convert<C>(Small<T>::read(bytes[offset + int64_t(i) * stride]));
    } else {
      const T *from = reinterpret_cast<const T *>(bytes) + offset;
      for (size_t i = 0; i < out.size(); ++i)
        out[i] = convert<C>(from[int64_t(i) * stride]);
    }
  });
}

template <typename C> void Tensor::store(int64_t offset, ArrayRef<C> values) {
  visitStorage(getElementType(), [&](auto zero) {
    using T = decltype(zero);
    if constexpr (std::is_same_v<T, SmallFloat>) {
      const auto &semantics =
          cast<FloatType>(getElementType()).getFloatSemantics();
      for (size_t i = 0; i < values.size(); ++i)
        writeSmallFloat(semantics, at(offset + i), width(), double(values[i]));
    } else if constexpr (Small<T>::isInteger) {
      for (size_t i = 0; i < values.size(); ++i)
        *at(offset + i) = Small<T>::write(values[i]);
    } else {
      T *to = reinterpret_cast<T *>(at(0)) + (splat ? 0 : offset);
      for (size_t i = 0; i < values.size(); ++i)
        to[i] = convert<T>(values[i]);
    }
  });
}

namespace dlc::evaluate {
#define INSTANTIATE(C)                                                         \
  template void Tensor::load<C>(int64_t, int64_t, MutableArrayRef<C>) const;   \
  template void Tensor::store<C>(int64_t, ArrayRef<C>);
INSTANTIATE(double)
INSTANTIATE(int64_t)
INSTANTIATE(uint64_t)
#undef INSTANTIATE
} // namespace dlc::evaluate
