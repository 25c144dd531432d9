//===- NumpyArchive.cpp - Several arrays in one file ----------------------===//
//
// A .npz file is a ZIP archive of .npy files (PKWARE's APPNOTE.TXT, 4.3): the
// directory at its end says where each begins.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/data/NumpyFile.h"
#include "llvm/Support/Endian.h"
#include <zlib.h>

using namespace llvm::support;

namespace dlc::driver {

namespace {
constexpr llvm::StringLiteral kEndOfDirectory("PK\x05\x06"),
    kDirectoryEntry("PK\x01\x02"), kLocalEntry("PK\x03\x04");
constexpr size_t kEndBytes = 22, kEntryBytes = 46, kLocalBytes = 30;
constexpr uint32_t kIn64Bits = 0xFFFFFFFF;
constexpr unsigned kStored = 0, kDeflated = 8;

struct Entry {
  std::string name;
  unsigned method = 0;
  uint64_t packed = 0, size = 0, offset = 0;
};

/// Sizes of 2^32 and more are in an extra field of the entry.
bool readSizesIn64Bits(llvm::StringRef extra, Entry &entry) {
  while (extra.size() >= 4) {
    unsigned id = endian::read16le(extra.data());
    size_t size = endian::read16le(extra.data() + 2);
    if (extra.size() < 4 + size)
      return false;
    if (id == 1) {
      llvm::StringRef field = extra.substr(4, size);
      for (uint64_t *value : {&entry.size, &entry.packed, &entry.offset}) {
        if (*value != kIn64Bits)
          continue;
        if (field.size() < 8)
          return false;
        *value = endian::read64le(field.data());
        field = field.drop_front(8);
      }
      return true;
    }
    extra = extra.drop_front(4 + size);
  }
  return false;
}

/// Takes one entry of the directory off `rest`.
bool takeEntry(llvm::StringRef &rest, Entry &entry) {
  if (!rest.starts_with(kDirectoryEntry) || rest.size() < kEntryBytes)
    return false;
  const char *p = rest.data();
  entry.method = endian::read16le(p + 10);
  entry.packed = endian::read32le(p + 20);
  entry.size = endian::read32le(p + 24);
  entry.offset = endian::read32le(p + 42);
  size_t name = endian::read16le(p + 28), extra = endian::read16le(p + 30),
         comment = endian::read16le(p + 32);
  if (rest.size() < kEntryBytes + name + extra + comment)
    return false;
  entry.name = rest.substr(kEntryBytes, name).str();
  bool wide = entry.size == kIn64Bits || entry.packed == kIn64Bits ||
              entry.offset == kIn64Bits;
  if (wide && !readSizesIn64Bits(rest.substr(kEntryBytes + name, extra), entry))
    return false;
  rest = rest.drop_front(kEntryBytes + name + extra + comment);
  return true;
}

bool inflateInto(llvm::StringRef packed, std::string &bytes) {
  z_stream stream = {};
  stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef *>(bytes.data());
  stream.avail_out = static_cast<uInt>(bytes.size());
  // Negative: no header and checksum of zlib around the data.
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK)
    return false;
  int status = inflate(&stream, Z_FINISH);
  bool complete = status == Z_STREAM_END && stream.total_out == bytes.size();
  inflateEnd(&stream);
  return complete;
}

bool readEntry(llvm::StringRef content, const Entry &entry,
               std::string &bytes) {
  if (entry.offset > content.size())
    return false;
  llvm::StringRef local = content.drop_front(entry.offset);
  if (!local.starts_with(kLocalEntry) || local.size() < kLocalBytes)
    return false;
  size_t before = kLocalBytes + endian::read16le(local.data() + 26) +
                  endian::read16le(local.data() + 28);
  if (local.size() < before || local.size() - before < entry.packed)
    return false;
  llvm::StringRef packed = local.substr(before, entry.packed);
  if (entry.method == kStored) {
    bytes = packed.str();
    return entry.size == entry.packed;
  }
  // A byte inflates to at most 1032: the size can be believed.
  if (entry.method != kDeflated || entry.packed > INT32_MAX ||
      entry.size > INT32_MAX || entry.size / 1032 > entry.packed)
    return false;
  bytes.resize(entry.size);
  return inflateInto(packed, bytes);
}
} // namespace

llvm::Expected<std::map<std::string, NumpyArray>>
parseNumpyArchive(llvm::StringRef content, llvm::StringRef name) {
  auto damaged = [&] {
    return llvm::createStringError("'" + name +
                                   "' is no .npz file, or a damaged one");
  };
  size_t end = content.rfind(kEndOfDirectory);
  if (end == llvm::StringRef::npos || content.size() - end < kEndBytes)
    return damaged();
  size_t count = endian::read16le(content.data() + end + 10);
  uint64_t directory = endian::read32le(content.data() + end + 16);
  if (directory > end)
    return damaged();
  llvm::StringRef rest = content.slice(directory, end);
  std::map<std::string, NumpyArray> arrays;
  for (size_t i = 0; i < count; ++i) {
    Entry entry;
    std::string bytes;
    if (!takeEntry(rest, entry) || !readEntry(content, entry, bytes))
      return damaged();
    llvm::StringRef key = entry.name;
    key.consume_back(".npy");
    llvm::Expected<NumpyArray> array =
        parseNumpy(bytes, (name + ":" + key).str());
    if (!array)
      return array.takeError();
    arrays[key.str()] = std::move(*array);
  }
  return arrays;
}

} // namespace dlc::driver
