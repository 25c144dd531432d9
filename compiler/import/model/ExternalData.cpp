//===- ExternalData.cpp - Tensor data in files beside the model -----------===//

#include "compiler/import/model/ExternalData.h"
#include "compiler/import/Error.h"
#include "onnx/onnx_pb.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace dlc::import {

namespace {
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

struct Place {
  std::string location;
  uint64_t offset = 0;
};

Place placeOf(mlir::Location loc, const onnx::TensorProto &tensor,
              uint64_t size) {
  Place place;
  for (const auto &entry : tensor.external_data()) {
    llvm::StringRef value = entry.value();
    if (entry.key() == "location")
      place.location = entry.value();
    else if (entry.key() == "offset" && value.getAsInteger(10, place.offset))
      fail(loc, "tensor '" + tensor.name() + "': offset '" + value +
                    "' of its external data is not a number");
    uint64_t length = 0;
    if (entry.key() == "length" &&
        (value.getAsInteger(10, length) || length != size))
      fail(loc, "tensor '" + tensor.name() + "': its external data has " +
                    value + " bytes, but its shape and type need " +
                    llvm::Twine(size));
  }
  if (place.location.empty())
    fail(loc,
         "tensor '" + tensor.name() + "': its external data has no location");
  return place;
}

/// The real path of the file, checked to lie within the real folder: neither
/// "..", nor an absolute path, nor a symbolic link leads out.
std::string resolve(mlir::Location loc, const onnx::TensorProto &tensor,
                    const std::string &folder, const std::string &location) {
  auto refuse = [&](const llvm::Twine &why) {
    fail(loc, "tensor '" + tensor.name() + "': external data '" + location +
                  "' " + why);
  };
  if (location.find('\0') != std::string::npos || path::is_absolute(location))
    refuse("must be a path relative to the model's folder");
  for (llvm::StringRef part :
       llvm::make_range(path::begin(location), path::end(location)))
    if (part == "..")
      refuse("leaves the model's folder");
  llvm::SmallString<256> joined(folder), real, realFolder;
  path::append(joined, location);
  if (std::error_code error = fs::real_path(joined, real))
    refuse("cannot be read: " + error.message() +
           "; put the file beside the model");
  if (fs::real_path(folder, realFolder))
    refuse("cannot be read");
  if (!realFolder.ends_with("/"))
    realFolder += '/';
  if (!real.str().starts_with(realFolder))
    refuse("leaves the model's folder through a link");
  return std::string(real);
}
} // namespace

std::vector<char> readExternalData(mlir::Location loc,
                                   const onnx::TensorProto &tensor,
                                   const std::string &folder, uint64_t size) {
  if (folder.empty())
    fail(loc, "tensor '" + tensor.name() +
                  "': a model in memory cannot have external data");
  Place place = placeOf(loc, tensor, size);
  std::string file = resolve(loc, tensor, folder, place.location);
  llvm::Expected<fs::file_t> handle = fs::openNativeFileForRead(file);
  if (!handle)
    fail(loc, "tensor '" + tensor.name() + "': cannot open external data '" +
                  place.location + "': " + llvm::toString(handle.takeError()));
  // Nothing that was read is lost when this fails.
  auto close = llvm::scope_exit([&] { (void)fs::closeFile(*handle); });
  fs::file_status status;
  if (fs::status(*handle, status) || !fs::is_regular_file(status) ||
      place.offset > status.getSize() || size > status.getSize() - place.offset)
    fail(loc, "tensor '" + tensor.name() + "': external data '" +
                  place.location + "' is too short: " + llvm::Twine(size) +
                  " bytes are needed from offset " + llvm::Twine(place.offset));
  std::vector<char> bytes(size);
  for (uint64_t done = 0; done < size;) {
    llvm::Expected<size_t> count = fs::readNativeFileSlice(
        *handle, llvm::MutableArrayRef<char>(bytes).drop_front(done),
        place.offset + done);
    if (!count || *count == 0) {
      if (!count)
        llvm::consumeError(count.takeError());
      fail(loc, "tensor '" + tensor.name() + "': cannot read external data '" +
                    place.location + "'");
    }
    done += *count;
  }
  return bytes;
}

} // namespace dlc::import
