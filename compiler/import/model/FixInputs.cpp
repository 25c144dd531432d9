//===- FixInputs.cpp - Inputs that become constants -----------------------===//

#include "compiler/import/model/FixInputs.h"
#include "compiler/import/Error.h"
#include "compiler/import/checks/Range.h"
#include "compiler/import/model/TensorConstant.h"
#include "compiler/import/model/TensorFile.h"
#include "onnx/onnx_pb.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"

using onnx::TensorProto;

namespace dlc::import {

namespace {
class InputFixer {
public:
  InputFixer(mlir::Location loc, const onnx::ValueInfoProto &input,
             llvm::StringRef text)
      : loc(loc), type(input.type().tensor_type()), text(text),
        option("--fix " + input.name() + "=" + text.str()) {
    if (!input.type().has_tensor_type())
      fail(loc, option + ": the input is not a tensor");
    tensor.set_name(input.name());
    tensor.set_data_type(type.elem_type());
  }

  TensorProto run() {
    if (llvm::sys::fs::exists(text))
      readFile();
    else
      readNumbers();
    return std::move(tensor);
  }

private:
  void readFile() {
    llvm::Expected<TensorFile> file = readTensorFile(text.str());
    if (!file)
      fail(loc, option + ": " + llvm::toString(file.takeError()));
    if (file->type != type.elem_type())
      fail(loc, option + ": the file holds numbers of type " +
                    dataTypeName(file->type) +
                    ", but the input is declared as " +
                    dataTypeName(type.elem_type()));
    bool fits = !type.has_shape() ||
                type.shape().dim_size() == static_cast<int>(file->shape.size());
    for (int i = 0; fits && i < type.shape().dim_size(); ++i)
      fits = !type.shape().dim(i).has_dim_value() ||
             type.shape().dim(i).dim_value() == file->shape[i];
    if (!fits)
      fail(loc, option + ": the file holds a tensor of shape " +
                    shapeText(file->shape) +
                    ", which is not the input's declared one");
    for (int64_t size : file->shape)
      tensor.add_dims(size);
    tensor.set_raw_data(std::string(file->bytes.begin(), file->bytes.end()));
  }

  /// The declared shape; one that is open in one dimension has as many elements
  /// as there are numbers.
  llvm::SmallVector<int64_t> shapeFor(int64_t count) {
    llvm::SmallVector<int64_t> shape;
    int64_t known = 1, open = -1;
    for (const auto &dim : type.shape().dim()) {
      if (!dim.has_dim_value()) {
        if (open >= 0)
          fail(loc, option + ": the input has several dynamic dimensions; give "
                             "a file with a tensor");
        open = shape.size();
      } else {
        known *= dim.dim_value();
      }
      shape.push_back(dim.has_dim_value() ? dim.dim_value() : 0);
    }
    if (open >= 0 && known > 0)
      shape[open] = count / known;
    int64_t elements = known * (open >= 0 ? shape[open] : 1);
    if (elements != count && (count != 1 || elements < 1))
      fail(loc, option + ": there are " + counted(count, "number", "numbers") +
                    ", but the input of shape " + shapeText(shape) + " has " +
                    llvm::Twine(elements));
    return shape;
  }

  void readNumbers() {
    llvm::SmallVector<llvm::StringRef> parts;
    text.split(parts, ',');
    int64_t elements = 1;
    for (int64_t size : shapeFor(parts.size())) {
      tensor.add_dims(size);
      elements *= size;
    }
    for (int64_t i = 0; i < elements; ++i)
      addNumber(parts[parts.size() == 1 ? 0 : i].trim());
  }

  void addNumber(llvm::StringRef number) {
    double real = 0;
    int64_t whole = 0;
    bool isFloat = type.elem_type() == TensorProto::FLOAT ||
                   type.elem_type() == TensorProto::DOUBLE;
    if (isFloat ? number.getAsDouble(real) : number.getAsInteger(10, whole))
      fail(loc, option + ": '" + number + "' is no " +
                    (isFloat ? "number" : "whole number") +
                    ", and there is no file of this name");
    switch (type.elem_type()) {
    case TensorProto::FLOAT:
      tensor.add_float_data(static_cast<float>(real));
      break;
    case TensorProto::DOUBLE:
      tensor.add_double_data(real);
      break;
    case TensorProto::INT64:
      tensor.add_int64_data(whole);
      break;
    case TensorProto::UINT32:
    case TensorProto::UINT64:
      tensor.add_uint64_data(whole);
      break;
    case TensorProto::INT32:
    case TensorProto::INT16:
    case TensorProto::INT8:
    case TensorProto::UINT16:
    case TensorProto::UINT8:
    case TensorProto::BOOL:
      if (whole != static_cast<int32_t>(whole) ||
          (type.elem_type() == TensorProto::BOOL && whole != (whole & 1)))
        fail(loc, option + ": " + llvm::Twine(whole) +
                      " is outside of the input's type");
      // Narrower types are checked where the tensor is read.
      tensor.add_int32_data(static_cast<int32_t>(whole));
      break;
    default:
      fail(loc, option + ": numbers of type " + dataTypeName(type.elem_type()) +
                    " cannot be written here; give a file with a tensor");
    }
  }

  mlir::Location loc;
  const onnx::TypeProto_Tensor &type;
  llvm::StringRef text;
  std::string option;
  TensorProto tensor;
};
} // namespace

void fixInputs(mlir::Location loc, onnx::GraphProto &graph,
               const std::map<std::string, std::string> &values) {
  for (const auto &fixed : values) {
    const std::string &name = fixed.first, &text = fixed.second;
    auto isNamed = [&](const auto &one) { return one.name() == name; };
    auto input = llvm::find_if(graph.input(), isNamed);
    if (input == graph.input().end() ||
        llvm::any_of(graph.initializer(), isNamed)) {
      std::string known;
      for (const auto &one : graph.input())
        known += (known.empty() ? "" : ", ") + one.name();
      fail(loc, "--fix " + name + "=" + text +
                    ": no input has this name; there are: " + known);
    }
    *graph.add_initializer() = InputFixer(loc, *input, text).run();
  }
}

} // namespace dlc::import
