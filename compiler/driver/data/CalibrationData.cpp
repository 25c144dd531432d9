//===- CalibrationData.cpp - Samples that a network is quantised by -------===//

#include "compiler/driver/data/CalibrationData.h"

#include "compiler/driver/data/NumpyFile.h"
#include "compiler/import/model/TensorFile.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

#include <cmath>

using namespace dlc;
using namespace dlc::driver;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

static std::string shapeText(llvm::ArrayRef<int64_t> shape) {
  std::string text;
  llvm::raw_string_ostream os(text);
  llvm::interleave(shape, os, "x");
  return shape.empty() ? "a scalar" : text;
}

static std::string inputText(const header::Tensor &input) {
  return "the network's input '" + input.name + "' is " +
         shapeText(input.shape) + " of " + input.type.name.str();
}

static llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
readFile(llvm::StringRef file) {
  auto buffer = llvm::MemoryBuffer::getFile(file, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!buffer)
    return llvm::createStringError("cannot read '" + file +
                                   "': " + buffer.getError().message());
  return std::move(*buffer);
}

/// Numbers of one sample are finite where they can be something else.
static llvm::Error checkFinite(const header::Tensor &input,
                               llvm::ArrayRef<char> bytes,
                               const llvm::Twine &where) {
  if (input.type.number != 1)
    return llvm::Error::success();
  for (size_t i = 0; i + sizeof(float) <= bytes.size(); i += sizeof(float)) {
    float x;
    std::memcpy(&x, bytes.data() + i, sizeof(x));
    if (!std::isfinite(x))
      return llvm::createStringError(
          where + " holds " + (std::isnan(x) ? "NaN" : "an infinite number") +
          " (element " + llvm::Twine(i / sizeof(float)) +
          "); calibration needs finite numbers");
  }
  return llvm::Error::success();
}

/// The number as an element of the type; false where the type does not have
/// it.
static bool storeElement(double x, const header::ElementType &type, char *at) {
  auto put = [&](auto value) {
    std::memcpy(at, &value, sizeof(value));
    return static_cast<double>(value) == x;
  };
  switch (type.number) {
  case 1: {
    auto value = static_cast<float>(x);
    std::memcpy(at, &value, sizeof(value));
    return true;
  }
  case 11:
    return put(x);
  case 2:
  case 9:
    return x >= 0 && x <= 255 && put(static_cast<uint8_t>(x));
  case 3:
    return x >= -128 && x <= 127 && put(static_cast<int8_t>(x));
  case 5:
    return std::fabs(x) <= 32768 && put(static_cast<int16_t>(x));
  case 6:
    return std::fabs(x) <= 2147483648.0 && put(static_cast<int32_t>(x));
  case 7:
    return std::fabs(x) < 0x1p63 && put(static_cast<int64_t>(x));
  default:
    return false;
  }
}

/// Samples of one input from an array with a dimension for them in front, or
/// in place of the first.
static llvm::Error takeSamples(const header::Tensor &input,
                               const NumpyArray &array, llvm::StringRef name,
                               std::vector<std::vector<char>> &samples) {
  int64_t each = input.elements(), count = 0;
  llvm::ArrayRef<int64_t> shape(input.shape), given(array.shape);
  if (given == shape)
    count = 1;
  else if (!given.empty() && given.drop_front() == shape)
    count = given[0];
  else if (!given.empty() && !shape.empty() &&
           given.drop_front() == shape.drop_front() && given[0] % shape[0] == 0)
    count = given[0] / shape[0];
  else
    return llvm::createStringError(
        "'" + name + "' has the shape " + shapeText(given) + ", but " +
        inputText(input) + ": the array must be that, or samples of that");
  if (count == 0)
    return llvm::createStringError("'" + name + "' holds no samples");
  for (int64_t s = 0; s < count; ++s) {
    std::vector<char> bytes(input.bytes());
    for (int64_t i = 0; i < each; ++i)
      if (!storeElement(array.at(s * each + i), input.type,
                        bytes.data() + i * input.type.bytes))
        return llvm::createStringError(
            "'" + name + "' holds " +
            llvm::Twine(std::to_string(array.at(s * each + i))) +
            ", which is no " + input.type.name + " as " + inputText(input));
    if (llvm::Error error = checkFinite(
            input, bytes, "'" + name + "', sample " + llvm::Twine(s) + ","))
      return error;
    samples.push_back(std::move(bytes));
  }
  return llvm::Error::success();
}

namespace {
class Reader {
public:
  Reader(llvm::ArrayRef<header::Tensor> inputs, llvm::StringRef labels)
      : inputs(inputs), labelsFile(labels) {}

  llvm::Expected<calibrate::Data> read(llvm::StringRef path) {
    if (!fs::exists(path))
      return llvm::createStringError("--data: there is no '" + path + "'");
    llvm::Error failed = fs::is_directory(path)   ? readFolder(path.str())
                         : path.ends_with(".npz") ? readArchive(path)
                         : path.ends_with(".npy") ? readOne(path)
                                                  : unknown(path);
    if (failed)
      return std::move(failed);
    if (data.samples.empty())
      return llvm::createStringError("--data: '" + path + "' holds no samples");
    if (!labelsFile.empty())
      if (llvm::Error error = readLabels())
        return std::move(error);
    if (!data.labels.empty() && data.labels.size() != data.samples.size())
      return llvm::createStringError(
          "there are " + llvm::Twine(data.labels.size()) + " labels, but " +
          llvm::Twine(data.samples.size()) + " samples");
    return std::move(data);
  }

private:
  static llvm::Error unknown(llvm::StringRef path) {
    return llvm::createStringError("--data: '" + path +
                                   "' is no folder and no .npy or .npz file");
  }

  llvm::Error needOneInput(llvm::StringRef what) const {
    if (inputs.size() == 1)
      return llvm::Error::success();
    return llvm::createStringError(
        what + " are for a network of one input, but this has " +
        llvm::Twine(inputs.size()) +
        ": give a .npz file with an array for each, or input_0.pb, "
        "input_1.pb ... in folders test_data_set_*");
  }

  llvm::Error readFolder(const std::string &folder) {
    std::vector<std::string> sets, arrays, others;
    std::error_code code;
    for (fs::directory_iterator it(folder, code), end; it != end && !code;
         it.increment(code)) {
      llvm::StringRef name = path::filename(it->path());
      if (name.starts_with("test_data_set_"))
        sets.push_back(it->path());
      else if (name == "input_0.pb")
        sets.push_back(folder);
      else if (name.starts_with(".") || fs::is_directory(it->path()) ||
               (!labelsFile.empty() && fs::equivalent(it->path(), labelsFile)))
        continue;
      else
        (name.ends_with(".npy") ? arrays : others).push_back(it->path());
    }
    if (code)
      return llvm::createStringError("cannot read the folder '" + folder +
                                     "': " + code.message());
    if (!sets.empty())
      return readAll(sets, &Reader::readTestSet);
    if (llvm::Error error = needOneInput("arrays and raw files"))
      return error;
    if (!arrays.empty() && !others.empty())
      return llvm::createStringError(
          "--data: '" + folder + "' holds .npy files and others ('" +
          path::filename(others.front()) + "'); give a folder of one kind");
    if (!arrays.empty())
      return readAll(arrays, &Reader::readOne);
    return readAll(others, &Reader::readRaw);
  }

  llvm::Error readAll(std::vector<std::string> &files,
                      llvm::Error (Reader::*read)(llvm::StringRef)) {
    llvm::sort(files);
    for (const std::string &file : files)
      if (llvm::Error error = (this->*read)(file))
        return error;
    return llvm::Error::success();
  }

  llvm::Error readTestSet(llvm::StringRef folder) {
    calibrate::Sample sample;
    for (auto [i, input] : llvm::enumerate(inputs)) {
      llvm::SmallString<128> file(folder);
      path::append(file, "input_" + llvm::Twine(i) + ".pb");
      llvm::Expected<import::TensorFile> tensor =
          import::readTensorFile(file.str().str());
      if (!tensor)
        return tensor.takeError();
      if (static_cast<unsigned>(tensor->type) != input.type.number ||
          llvm::ArrayRef<int64_t>(tensor->shape) !=
              llvm::ArrayRef<int64_t>(input.shape) ||
          tensor->bytes.size() != input.bytes())
        return llvm::createStringError(
            "'" + file + "' has the shape " + shapeText(tensor->shape) +
            " or another type, but " + inputText(input));
      if (llvm::Error error =
              checkFinite(input, tensor->bytes, "'" + file + "'"))
        return error;
      sample.inputs.push_back(std::move(tensor->bytes));
    }
    data.samples.push_back(std::move(sample));
    return llvm::Error::success();
  }

  llvm::Error readOne(llvm::StringRef file) {
    if (llvm::Error error = needOneInput(".npy files"))
      return error;
    auto buffer = readFile(file);
    if (!buffer)
      return buffer.takeError();
    llvm::Expected<NumpyArray> array = parseNumpy((*buffer)->getBuffer(), file);
    if (!array)
      return array.takeError();
    std::vector<std::vector<char>> samples;
    if (llvm::Error error = takeSamples(inputs[0], *array, file, samples))
      return error;
    for (std::vector<char> &bytes : samples)
      data.samples.emplace_back().inputs.push_back(std::move(bytes));
    return llvm::Error::success();
  }

  llvm::Error readArchive(llvm::StringRef file) {
    auto buffer = readFile(file);
    if (!buffer)
      return buffer.takeError();
    auto arrays = parseNumpyArchive((*buffer)->getBuffer(), file);
    if (!arrays)
      return arrays.takeError();
    if (auto found = arrays->find("labels");
        found != arrays->end() && labelsFile.empty()) {
      if (llvm::Error error = takeLabels(found->second, file))
        return error;
    }
    for (const header::Tensor &input : inputs) {
      auto found = arrays->find(input.name);
      if (found == arrays->end())
        return llvm::createStringError(
            "'" + file + "' has no array '" + input.name +
            "', which is the name of an input of the network; it has " +
            namesOf(*arrays));
      std::vector<std::vector<char>> samples;
      if (llvm::Error error = takeSamples(
              input, found->second, (file + ":" + input.name).str(), samples))
        return error;
      if (&input == inputs.begin())
        data.samples.resize(samples.size());
      if (samples.size() != data.samples.size())
        return llvm::createStringError(
            "'" + file + "' has " + llvm::Twine(samples.size()) +
            " samples of '" + input.name + "', but " +
            llvm::Twine(data.samples.size()) + " of '" + inputs[0].name + "'");
      for (auto [sample, bytes] : llvm::zip_equal(data.samples, samples))
        sample.inputs.push_back(std::move(bytes));
    }
    return llvm::Error::success();
  }

  static std::string namesOf(const std::map<std::string, NumpyArray> &arrays) {
    std::vector<std::string> names;
    for (const auto &[name, array] : arrays)
      names.push_back("'" + name + "'");
    return names.empty() ? "none" : llvm::join(names, ", ");
  }

  llvm::Error readRaw(llvm::StringRef file) {
    auto buffer = readFile(file);
    if (!buffer)
      return buffer.takeError();
    llvm::StringRef content = (*buffer)->getBuffer();
    if (content.size() != inputs[0].bytes())
      return llvm::createStringError(
          "'" + file + "' has " + llvm::Twine(content.size()) + " bytes, but " +
          inputText(inputs[0]) + ", which are " +
          llvm::Twine(inputs[0].bytes()));
    std::vector<char> bytes(content.begin(), content.end());
    if (llvm::Error error = checkFinite(inputs[0], bytes, "'" + file + "'"))
      return error;
    data.samples.emplace_back().inputs.push_back(std::move(bytes));
    return llvm::Error::success();
  }

  llvm::Error takeLabels(const NumpyArray &array, llvm::StringRef name) {
    for (int64_t i = 0, e = array.size(); i < e; ++i) {
      double label = array.at(i);
      if (label < 0 || label != std::floor(label) || label > INT32_MAX)
        return llvm::createStringError("'" + name + "' has the label " +
                                       std::to_string(label) +
                                       ", which is no number of a class");
      data.labels.push_back(static_cast<int64_t>(label));
    }
    return llvm::Error::success();
  }

  llvm::Error readLabels() {
    auto buffer = readFile(labelsFile);
    if (!buffer)
      return buffer.takeError();
    llvm::StringRef content = (*buffer)->getBuffer();
    if (labelsFile.ends_with(".npy")) {
      llvm::Expected<NumpyArray> array = parseNumpy(content, labelsFile);
      return array ? takeLabels(*array, labelsFile) : array.takeError();
    }
    llvm::SmallVector<llvm::StringRef> lines;
    llvm::SplitString(content, lines);
    for (llvm::StringRef line : lines) {
      int64_t label = 0;
      if (line.getAsInteger(10, label) || label < 0)
        return llvm::createStringError("'" + labelsFile + "' has '" + line +
                                       "', which is no number of a class");
      data.labels.push_back(label);
    }
    return llvm::Error::success();
  }

  llvm::ArrayRef<header::Tensor> inputs;
  llvm::StringRef labelsFile;
  calibrate::Data data;
};
} // namespace

llvm::Expected<calibrate::Data>
driver::readCalibrationData(llvm::ArrayRef<header::Tensor> inputs,
                            llvm::StringRef path, llvm::StringRef labels) {
  return Reader(inputs, labels).read(path);
}
