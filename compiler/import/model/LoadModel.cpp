//===- LoadModel.cpp - Reading a serialised model -------------------------===//

#include "compiler/import/model/LoadModel.h"
#include "compiler/import/Error.h"
#include "onnx/onnx_pb.h"
#include "llvm/Support/Errc.h"
#include "llvm/Support/FileSystem.h"
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl.h>
#include <limits>

namespace dlc::import {

namespace {
namespace pb = google::protobuf;

/// protobuf's own limit for one message.
constexpr uint64_t kMaxModelBytes = std::numeric_limits<int>::max();

void parse(pb::io::ZeroCopyInputStream &stream, onnx::ModelProto &model,
           mlir::Location loc) {
  pb::LogSilencer quiet; // the diagnostic below says it in the user's terms
  pb::io::CodedInputStream input(&stream);
  input.SetTotalBytesLimit(std::numeric_limits<int>::max());
  bool parsed =
      model.ParseFromCodedStream(&input) && input.ConsumedEntireMessage();
  // Text and other formats may parse as a message of unknown fields.
  if (parsed && model.has_graph() && model.opset_import_size() > 0)
    return;
  if (parsed && model.has_graph() && model.has_ir_version())
    fail(loc, "the model imports no operator set; export it again");
  if (!parsed && model.has_ir_version() && model.ir_version() > 0 &&
      model.ir_version() < 1000)
    fail(loc, "the ONNX model is truncated or damaged; copy or export it "
              "again");
  fail(loc, "this is not an ONNX model");
}
} // namespace

void loadModelFile(const std::string &file, onnx::ModelProto &model,
                   mlir::Location loc) {
  llvm::Expected<llvm::sys::fs::file_t> handle =
      llvm::sys::fs::openNativeFileForRead(file);
  if (!handle)
    fail(loc, "cannot open the model: " + llvm::toString(handle.takeError()));
  pb::io::FileInputStream stream(*handle);
  stream.SetCloseOnDelete(true);
  llvm::sys::fs::file_status status;
  if (std::error_code error = llvm::sys::fs::status(*handle, status))
    fail(loc, "cannot read the model: " + error.message());
  if (llvm::sys::fs::is_directory(status))
    fail(loc, "the model is a folder; name the .onnx file in it");
  if (status.getSize() > kMaxModelBytes)
    fail(loc, "the model has more than 2 GiB, which protobuf cannot hold; "
              "save its weights as external data");
  parse(stream, model, loc);
}

void loadModelBytes(llvm::StringRef bytes, onnx::ModelProto &model,
                    mlir::Location loc) {
  if (bytes.size() > kMaxModelBytes)
    fail(loc, "the model has more than 2 GiB, which protobuf cannot hold; "
              "save its weights as external data");
  pb::io::ArrayInputStream stream(bytes.data(), static_cast<int>(bytes.size()));
  parse(stream, model, loc);
}

} // namespace dlc::import
