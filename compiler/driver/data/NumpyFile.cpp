//===- NumpyFile.cpp - Arrays that numpy has saved ------------------------===//

#include "compiler/driver/data/NumpyFile.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/CheckedArithmetic.h"
#include "llvm/Support/Endian.h"
#include <cstring>

using namespace llvm::support;

namespace dlc::driver {

int64_t NumpyArray::size() const {
  return static_cast<int64_t>(data.size() / bytes);
}

template <typename T> static double load(const char *at) {
  T value;
  std::memcpy(&value, at, sizeof(T));
  return static_cast<double>(value);
}

double NumpyArray::at(int64_t i) const {
  const char *p = data.data() + i * bytes;
  if (kind == 'f' && bytes == 2)
    return llvm::APFloat(llvm::APFloat::IEEEhalf(),
                         llvm::APInt(16, endian::read16le(p)))
        .convertToDouble();
  if (kind == 'f')
    return bytes == 4 ? load<float>(p) : load<double>(p);
  bool isSigned = kind == 'i';
  switch (bytes) {
  case 1:
    return isSigned ? load<int8_t>(p) : load<uint8_t>(p);
  case 2:
    return isSigned ? load<int16_t>(p) : load<uint16_t>(p);
  case 4:
    return isSigned ? load<int32_t>(p) : load<uint32_t>(p);
  default:
    return isSigned ? load<int64_t>(p) : load<uint64_t>(p);
  }
}

/// What follows `'key':` in the header, a dictionary of Python.
static llvm::StringRef valueOf(llvm::StringRef header, llvm::StringRef key) {
  size_t at = header.find(("'" + key + "':").str());
  return at == llvm::StringRef::npos
             ? llvm::StringRef()
             : header.drop_front(at + key.size() + 3).ltrim();
}

/// "(3, 4)"; false for anything else.
static bool parseShape(llvm::StringRef text, std::vector<int64_t> &shape) {
  if (!text.consume_front("("))
    return false;
  llvm::SmallVector<llvm::StringRef> sizes;
  text.take_until([](char c) { return c == ')'; }).split(sizes, ',');
  for (llvm::StringRef size : sizes) {
    int64_t number;
    if (size.trim().empty())
      continue;
    if (size.trim().getAsInteger(10, number) || number < 0)
      return false;
    shape.push_back(number);
  }
  return true;
}

/// "'<f4'"; false for what is no number or big endian.
static bool parseType(llvm::StringRef text, NumpyArray &array) {
  if (!text.consume_front("'") || text.empty() ||
      !llvm::StringRef("<|=").contains(text.front()))
    return false;
  text = text.drop_front().take_until([](char c) { return c == '\''; });
  if (text.size() != 2 || !llvm::StringRef("fiub").contains(text[0]))
    return false;
  array.kind = text[0];
  array.bytes = text[1] - '0';
  bool isFloat = array.kind == 'f';
  return array.bytes == 2 || array.bytes == 4 || array.bytes == 8 ||
         (array.bytes == 1 && !isFloat);
}

/// Elements column by column into elements row by row.
static void toRowMajor(NumpyArray &array) {
  std::vector<char> rows(array.data.size());
  std::vector<int64_t> index(array.shape.size(), 0);
  for (int64_t i = 0, e = array.size(); i < e; ++i) {
    int64_t from = 0, stride = 1;
    for (size_t d = 0; d < index.size(); ++d) {
      from += index[d] * stride;
      stride *= array.shape[d];
    }
    std::memcpy(rows.data() + i * array.bytes,
                array.data.data() + from * array.bytes, array.bytes);
    for (size_t d = index.size(); d-- > 0;) {
      if (++index[d] < array.shape[d])
        break;
      index[d] = 0;
    }
  }
  array.data = std::move(rows);
}

llvm::Expected<NumpyArray> parseNumpy(llvm::StringRef content,
                                      llvm::StringRef name) {
  auto damaged = [&](const llvm::Twine &what) {
    return llvm::createStringError("'" + name + "' " + what);
  };
  if (!content.consume_front("\x93NUMPY") || content.size() < 6)
    return damaged("is not a .npy file");
  unsigned version = static_cast<unsigned char>(content[0]);
  size_t digits = version == 1 ? 2 : 4;
  size_t length = version == 1 ? endian::read16le(content.data() + 2)
                               : endian::read32le(content.data() + 2);
  content = content.drop_front(2 + digits);
  if (version < 1 || version > 3 || content.size() < length)
    return damaged("is a damaged .npy file");
  llvm::StringRef header = content.take_front(length);
  content = content.drop_front(length);
  NumpyArray array;
  llvm::StringRef type = valueOf(header, "descr");
  if (!parseType(type, array))
    return damaged("has elements of the type " +
                   type.take_until([](char c) { return c == ','; }) +
                   "; allowed are floats and integers, little endian "
                   "(array.astype(numpy.float32))");
  if (!parseShape(valueOf(header, "shape"), array.shape))
    return damaged("is a damaged .npy file");
  std::optional<int64_t> size = array.bytes;
  for (int64_t dimension : array.shape)
    size = size ? llvm::checkedMul(*size, dimension) : size;
  if (!size || content.size() < static_cast<uint64_t>(*size))
    return damaged("is truncated");
  array.data.assign(content.begin(), content.begin() + *size);
  if (valueOf(header, "fortran_order").starts_with("True"))
    toRowMajor(array);
  return array;
}

std::string formatNumpy(const NumpyArray &array) {
  constexpr size_t kMagic = 10, kAlignment = 64;
  std::string header =
      std::string("{'descr': '") + (array.bytes == 1 ? '|' : '<') + array.kind +
      std::to_string(array.bytes) + "', 'fortran_order': False, 'shape': (";
  for (int64_t size : array.shape)
    header += std::to_string(size) + ", ";
  header += "), }";
  // Up to a line's end at a multiple of 64 bytes.
  while ((kMagic + header.size() + 1) % kAlignment != 0)
    header += ' ';
  header += '\n';
  std::string content("\x93NUMPY\x01\x00", 8);
  content += static_cast<char>(header.size());
  content += static_cast<char>(header.size() >> 8);
  content += header;
  content.append(array.data.begin(), array.data.end());
  return content;
}

} // namespace dlc::driver
