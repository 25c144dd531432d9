//===- Constants.cpp - Reading and making constant tensors ----------------===//

#include "dialects/nn/Constants.h"
#include "dialects/interfaces/StoredSize.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace dlc::nn {

namespace {
/// Constants up to this size are uniqued and printed.
constexpr size_t kInlineBytes = 1024;
constexpr size_t kResourceAlign = 64;

bool isSplatBytes(ArrayRef<char> bytes, int64_t width) {
  for (size_t i = width; i < bytes.size(); ++i)
    if (bytes[i] != bytes[i - width])
      return false;
  return true;
}

ElementsAttr makeInline(ShapedType type, ArrayRef<char> bytes) {
  if (!type.getElementType().isInteger(1))
    return cast<ElementsAttr>(DenseElementsAttr::getFromRawBuffer(type, bytes));
  SmallVector<bool> bits;
  for (char byte : bytes)
    bits.push_back(byte != 0);
  return cast<ElementsAttr>(DenseElementsAttr::get(type, bits));
}
} // namespace

int64_t elementBytes(Type element) { return storedBytes(element, 1); }

std::optional<ConstantData> readConstant(Attribute attribute) {
  auto elements = dyn_cast_or_null<ElementsAttr>(attribute);
  if (!elements || !elements.getElementType().isIntOrIndexOrFloat())
    return std::nullopt;
  ConstantData data;
  data.elementBytes = elementBytes(elements.getElementType());
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(attribute)) {
    AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    if (!blob)
      return std::nullopt;
    data.bytes = blob->getData();
    data.splat = static_cast<int64_t>(data.bytes.size()) == data.elementBytes &&
                 elements.getNumElements() != 1;
    if (!data.splat && static_cast<int64_t>(data.bytes.size()) !=
                           data.elementBytes * elements.getNumElements())
      return std::nullopt;
    return data;
  }
  auto dense = dyn_cast<DenseElementsAttr>(attribute);
  if (!dense)
    return std::nullopt;
  data.splat = dense.isSplat();
  if (elements.getElementType().isInteger(1)) {
    if (data.splat)
      data.owned.push_back(dense.getSplatValue<bool>());
    else
      for (bool bit : dense.getValues<bool>())
        data.owned.push_back(bit);
    data.bytes = data.owned;
    return data;
  }
  data.bytes = dense.getRawData();
  return data;
}

ElementsAttr constantOf(Value value) {
  auto constant = value.getDefiningOp<arith::ConstantOp>();
  return constant ? dyn_cast<ElementsAttr>(constant.getValue()) : nullptr;
}

ElementsAttr makeConstant(ShapedType type, std::vector<char> &&bytes) {
  int64_t width = elementBytes(type.getElementType());
  if (type.getNumElements() > 0 && isSplatBytes(bytes, width))
    return makeInline(type, ArrayRef<char>(bytes).take_front(width));
  if (bytes.size() <= kInlineBytes)
    return makeInline(type, bytes);
  auto *storage = new std::vector<char>(std::move(bytes));
  AsmResourceBlob blob(
      ArrayRef<char>(*storage), kResourceAlign,
      [storage](void *, size_t, size_t) { delete storage; },
      /*dataIsMutable=*/false);
  return DenseResourceElementsAttr::get(type, "constant", std::move(blob));
}

ElementsAttr makeConstantFromMemory(ShapedType type, ArrayRef<char> bytes) {
  int64_t width = elementBytes(type.getElementType());
  if (type.getNumElements() > 0 && isSplatBytes(bytes, width))
    return makeInline(type, bytes.take_front(width));
  if (bytes.size() <= kInlineBytes)
    return makeInline(type, bytes);
  AsmResourceBlob blob(
      bytes, kResourceAlign, [](void *, size_t, size_t) {},
      /*dataIsMutable=*/false);
  return DenseResourceElementsAttr::get(type, "constant", std::move(blob));
}

ElementsAttr makeSplat(ShapedType type, double value) {
  Type element = type.getElementType();
  if (auto floating = dyn_cast<FloatType>(element))
    return SplatElementsAttr::get(
        type, cast<Attribute>(FloatAttr::get(floating, value)));
  auto integer = cast<IntegerType>(element);
  APInt bits(integer.getWidth(), static_cast<int64_t>(value),
             /*isSigned=*/true, /*implicitTrunc=*/true);
  return SplatElementsAttr::get(type, bits);
}

std::optional<SmallVector<int64_t>> readIntegers(Attribute attr) {
  auto elements = dyn_cast_or_null<ElementsAttr>(attr);
  auto data = readConstant(attr);
  if (!data)
    return std::nullopt;
  auto type = dyn_cast<IntegerType>(elements.getElementType());
  if (!type || type.getWidth() > 64)
    return std::nullopt;
  SmallVector<int64_t> values;
  bool isSigned = !type.isUnsigned() && type.getWidth() > 1;
  for (int64_t i = 0, e = elements.getNumElements(); i < e; ++i) {
    uint64_t raw = 0;
    std::memcpy(&raw, data->at(i), data->elementBytes);
    unsigned shift = 64 - type.getWidth();
    values.push_back(isSigned ? static_cast<int64_t>(raw << shift) >> shift
                              : static_cast<int64_t>(raw << shift >> shift));
  }
  return values;
}

ElementsAttr retypeConstant(ElementsAttr attr, ShapedType type) {
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(attr))
    return DenseResourceElementsAttr::get(type, resource.getRawHandle());
  if (auto dense = dyn_cast<DenseElementsAttr>(attr)) {
    if (dense.getElementType() == type.getElementType())
      return cast<ElementsAttr>(dense.reshape(type));
    return makeInline(type, readConstant(attr)->bytes);
  }
  return nullptr;
}

std::optional<double> splatOf(Value value) {
  auto dense = dyn_cast_or_null<DenseElementsAttr>(constantOf(value));
  if (!dense || !dense.isSplat())
    return std::nullopt;
  if (isa<FloatType>(dense.getElementType()))
    return dense.getSplatValue<APFloat>().convertToDouble();
  auto values = readIntegers(
      dense.resizeSplat(RankedTensorType::get({1}, dense.getElementType())));
  // A double holds integers up to 2^53.
  constexpr int64_t limit = int64_t(1) << 53;
  if (!values || values->front() > limit || values->front() < -limit)
    return std::nullopt;
  return double(values->front());
}

} // namespace dlc::nn
