//===- TestData.cpp - Inputs for a run, and what is expected --------------===//

#include "compiler/driver/run/TestData.h"

#include "compiler/import/model/TensorFile.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Path.h"

#include <cmath>
#include <cstdlib>
#include <random>

using namespace dlc;
using namespace dlc::driver;

void FreeAligned::operator()(char *memory) const { std::free(memory); }

AlignedBytes driver::allocateAligned(uint64_t bytes) {
  constexpr uint64_t align = 4096;
  uint64_t rounded = (std::max<uint64_t>(bytes, 1) + align - 1) / align * align;
  char *memory = static_cast<char *>(std::aligned_alloc(align, rounded));
  if (!memory)
    llvm::report_bad_alloc_error("out of memory for the network's data");
  return AlignedBytes(memory);
}

template <typename T> static T loadAs(const char *data, int64_t i) {
  T value;
  memcpy(&value, data + i * sizeof(T), sizeof(T));
  return value;
}

double driver::elementAt(const header::ElementType &type, const char *data,
                         int64_t i) {
  switch (type.number) {
  case 1:
    return loadAs<float>(data, i);
  case 2:
  case 9:
    return loadAs<uint8_t>(data, i);
  case 3:
    return loadAs<int8_t>(data, i);
  case 4:
    return loadAs<uint16_t>(data, i);
  case 5:
    return loadAs<int16_t>(data, i);
  case 6:
    return loadAs<int32_t>(data, i);
  case 7:
    return loadAs<int64_t>(data, i);
  case 11:
    return loadAs<double>(data, i);
  case 12:
    return loadAs<uint32_t>(data, i);
  case 13:
    return loadAs<uint64_t>(data, i);
  default: {
    const llvm::fltSemantics &semantics =
        type.number == 10 ? llvm::APFloat::IEEEhalf() : llvm::APFloat::BFloat();
    llvm::APFloat value(semantics, llvm::APInt(16, loadAs<uint16_t>(data, i)));
    return value.convertToDouble();
  }
  }
}

static void prepareOutputs(const header::Network &network, DataSet &set) {
  for (const header::Tensor &tensor : network.outputs)
    set.outputs.push_back(allocateAligned(tensor.bytes()));
}

DataSet driver::emptySet(const header::Network &network, llvm::StringRef name) {
  DataSet set;
  set.name = name.str();
  for (const header::Length &length : network.lengths)
    set.lengths.push_back(length.most);
  for (const header::Tensor &tensor : network.inputs)
    set.inputs.push_back(allocateAligned(tensor.bytes()));
  prepareOutputs(network, set);
  return set;
}

static void fillRandom(const header::Tensor &tensor, char *data,
                       std::mt19937 &random) {
  int64_t count = tensor.elements();
  for (int64_t i = 0; i < count; ++i) {
    // The distributions of <random> differ between libraries; this does not.
    uint32_t bits = random();
    float real = static_cast<float>(bits >> 8) / (1 << 23) - 1;
    char *at = data + i * tensor.type.bytes;
    if (tensor.type.number == 1) {
      memcpy(at, &real, sizeof(real));
    } else if (tensor.type.number == 11) {
      double wide = real;
      memcpy(at, &wide, sizeof(wide));
    } else if (tensor.type.number == 10 || tensor.type.number == 16) {
      llvm::APFloat value(real);
      bool lossy;
      value.convert(tensor.type.number == 10 ? llvm::APFloat::IEEEhalf()
                                             : llvm::APFloat::BFloat(),
                    llvm::APFloat::rmNearestTiesToEven, &lossy);
      uint16_t half = value.bitcastToAPInt().getZExtValue();
      memcpy(at, &half, sizeof(half));
    } else {
      // Small numbers are valid as indices more often than large ones.
      memset(at, 0, tensor.type.bytes);
      *at = static_cast<char>(bits & (tensor.type.number == 9 ? 1 : 0x3f));
    }
  }
}

std::vector<DataSet> driver::randomData(const header::Network &network,
                                        unsigned seed) {
  std::mt19937 random(seed);
  std::vector<DataSet> sets;
  sets.push_back(emptySet(network, "random"));
  for (auto [tensor, input] :
       llvm::zip_equal(network.inputs, sets.front().inputs))
    fillRandom(tensor, input.get(), random);
  return sets;
}

/// Whether a tensor of `shape` is one of `tensor`, all of it or its first
/// elements along the axis of a count.
static bool fitsShape(llvm::ArrayRef<int64_t> shape,
                      const header::Tensor &tensor) {
  llvm::SmallVector<int64_t> whole(shape);
  if (tensor.counted && whole.size() == tensor.shape.size()) {
    int64_t &size = whole[tensor.counted->axis];
    size = std::max(size, tensor.shape[tensor.counted->axis]);
  }
  return whole == tensor.shape;
}

/// Reads `<kind>_<i>.pb`; none when there is no such file.
static llvm::Expected<std::optional<import::TensorFile>>
readTensor(llvm::StringRef folder, llvm::StringRef kind, size_t i,
           const header::Tensor &tensor) {
  llvm::SmallString<128> path(folder);
  llvm::sys::path::append(path, kind + "_" + llvm::Twine(i) + ".pb");
  if (!llvm::sys::fs::exists(path))
    return std::nullopt;
  llvm::Expected<import::TensorFile> file =
      import::readTensorFile(path.str().str());
  if (!file)
    return file.takeError();
  size_t bytes = tensor.type.bytes;
  for (int64_t size : file->shape)
    bytes *= size;
  if (static_cast<unsigned>(file->type) != tensor.type.number ||
      !fitsShape(file->shape, tensor) || file->bytes.size() != bytes)
    return llvm::createStringError(
        "'" + path.str() +
        "' does not have the type or shape of the network's " + kind + " '" +
        tensor.name + "'");
  return std::move(*file);
}

/// A file that the network has no tensor for is of another network.
static llvm::Error checkNoMore(llvm::StringRef folder, llvm::StringRef kind,
                               size_t count) {
  std::string name = (kind + "_" + llvm::Twine(count) + ".pb").str();
  llvm::SmallString<128> path(folder);
  llvm::sys::path::append(path, name);
  if (!llvm::sys::fs::exists(path))
    return llvm::Error::success();
  return llvm::createStringError(
      "'" + path + "' is there, but the network has " + llvm::Twine(count) +
      " " + kind + (count == 1 ? "" : "s"));
}

/// The lengths that the shapes of inputs are for.
static llvm::Expected<std::vector<int64_t>>
findLengths(const header::Network &network, llvm::StringRef folder) {
  std::vector<int64_t> lengths;
  for (const header::Length &length : network.lengths)
    lengths.push_back(length.most);
  for (auto [i, tensor] : llvm::enumerate(network.inputs)) {
    llvm::SmallString<128> path(folder);
    llvm::sys::path::append(path, "input_" + llvm::Twine(i) + ".pb");
    if (tensor.sizes.empty() || !llvm::sys::fs::exists(path))
      continue;
    llvm::Expected<import::TensorFile> file =
        import::readTensorFile(path.str().str());
    if (!file)
      return file.takeError();
    for (auto [size, given] : llvm::zip(tensor.sizes, file->shape)) {
      if (size.length < 0)
        continue;
      // Of an input the size is the length itself.
      const header::Length &length = network.lengths[size.length];
      if (given < length.least || given > length.most)
        return llvm::createStringError(
            "'" + path.str() + "' is for " + length.name + "=" +
            llvm::Twine(given) + ", but the network is for " +
            llvm::Twine(length.least) + " to " + llvm::Twine(length.most));
      lengths[size.length] = given;
    }
  }
  return lengths;
}

static llvm::Expected<DataSet> readSet(const header::Network &network,
                                       llvm::StringRef folder) {
  DataSet set;
  set.name = llvm::sys::path::filename(folder).str();
  llvm::Expected<std::vector<int64_t>> lengths = findLengths(network, folder);
  if (!lengths)
    return lengths.takeError();
  set.lengths = std::move(*lengths);
  for (auto [i, tensor] : llvm::enumerate(network.inputs)) {
    auto bytes = readTensor(folder, "input", i, tensor.with(set.lengths));
    if (!bytes)
      return bytes.takeError();
    if (!*bytes)
      return llvm::createStringError("no input_" + llvm::Twine(i) + ".pb in '" +
                                     folder + "'");
    const std::vector<char> &data = (*bytes)->bytes;
    set.inputs.push_back(allocateAligned(tensor.bytes()));
    // What is behind the elements of a length means nothing.
    memset(set.inputs.back().get(), 0xff, tensor.bytes());
    memcpy(set.inputs.back().get(), data.data(), data.size());
  }
  for (auto [i, tensor] : llvm::enumerate(network.outputs)) {
    auto bytes = readTensor(folder, "output", i, tensor.with(set.lengths));
    if (!bytes)
      return bytes.takeError();
    if (!*bytes)
      break;
    set.expected.push_back(std::move((*bytes)->bytes));
    set.expectedCounts.push_back(
        tensor.counted ? std::optional((*bytes)->shape[tensor.counted->axis])
                       : std::nullopt);
  }
  if (llvm::Error error = checkNoMore(folder, "input", network.inputs.size()))
    return error;
  if (llvm::Error error = checkNoMore(folder, "output", network.outputs.size()))
    return error;
  prepareOutputs(network, set);
  return set;
}

llvm::Expected<std::vector<DataSet>>
driver::readTestData(const header::Network &network, llvm::StringRef folder) {
  std::vector<std::string> folders;
  std::error_code code;
  for (llvm::sys::fs::directory_iterator it(folder, code), end;
       it != end && !code; it.increment(code))
    if (llvm::sys::path::filename(it->path()).starts_with("test_data_set_"))
      folders.push_back(it->path());
  if (code)
    return llvm::createStringError("cannot read the folder '" + folder +
                                   "': " + code.message());
  // By their numbers: state goes from one to the next.
  llvm::sort(folders, [](llvm::StringRef a, llvm::StringRef b) {
    return a.compare_numeric(b) < 0;
  });
  if (folders.empty())
    folders.push_back(folder.str());
  std::vector<DataSet> sets;
  for (const std::string &path : folders) {
    llvm::Expected<DataSet> set = readSet(network, path);
    if (!set)
      return set.takeError();
    sets.push_back(std::move(*set));
  }
  return sets;
}

double Difference::relative() const {
  if (largest == 0)
    return 0;
  return magnitude == 0 ? largest : largest / magnitude;
}

Difference driver::compareTensors(const header::Tensor &tensor, const char *got,
                                  llvm::ArrayRef<char> expected) {
  Difference difference;
  int64_t count = tensor.elements();
  for (int64_t i = 0; i < count; ++i) {
    double a = elementAt(tensor.type, got, i);
    double b = elementAt(tensor.type, expected.data(), i);
    if (a == b || (std::isnan(a) && std::isnan(b)))
      continue;
    double d = std::abs(a - b);
    difference.largest =
        std::max(difference.largest, std::isnan(d) ? INFINITY : d);
  }
  for (int64_t i = 0; i < count; ++i) {
    double b = std::abs(elementAt(tensor.type, expected.data(), i));
    if (std::isfinite(b))
      difference.magnitude = std::max(difference.magnitude, b);
  }
  return difference;
}

Difference driver::compareOutput(const header::Network &network,
                                 const DataSet &data, size_t i) {
  const header::Tensor tensor = network.outputs[i].with(data.lengths);
  const char *got = data.outputs[i].get();
  if (!tensor.counted)
    return compareTensors(tensor, got, data.expected[i]);
  int64_t count = *data.expectedCounts[i];
  const header::Counted &counted = *tensor.counted;
  if (loadAs<int32_t>(data.outputs[counted.output].get(), 0) != count)
    return {INFINITY, 0};
  header::Tensor meant = tensor;
  meant.shape[counted.axis] = count;
  uint64_t outer = 1, inner = tensor.type.bytes;
  for (auto [axis, size] : llvm::enumerate(tensor.shape)) {
    bool before = static_cast<int64_t>(axis) < counted.axis;
    if (before)
      outer *= size;
    else if (static_cast<int64_t>(axis) > counted.axis)
      inner *= size;
  }
  std::vector<char> first;
  for (uint64_t o = 0; o < outer; ++o) {
    const char *row = got + o * tensor.shape[counted.axis] * inner;
    first.insert(first.end(), row, row + count * inner);
  }
  return compareTensors(meant, first.data(), data.expected[i]);
}

void driver::printTensor(const header::Tensor &tensor, const char *data,
                         llvm::raw_ostream &os) {
  int64_t count = tensor.elements();
  for (int64_t i = 0; i < count && i < 8; ++i)
    os << (i ? " " : "")
       << llvm::format("%.6g", elementAt(tensor.type, data, i));
  if (count > 8)
    os << " ... (" << count << " values)";
}
