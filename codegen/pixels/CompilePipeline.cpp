//===- CompilePipeline.cpp - Pixels as LLVM's bitcode ---------------------===//

#include "codegen/pixels/CompilePipeline.h"

#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/Bitcode/BitcodeWriter.h"
#include "llvm/Support/DynamicLibrary.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#include <map>
#include <mutex>

using namespace dlc::pixels;

//===----------------------------------------------------------------------===//
// The library
//===----------------------------------------------------------------------===//

namespace {
struct Library {
  CompileFunction *compile = nullptr;
  std::string problem;
};
} // namespace

static Library loadLibrary() {
  Library library;
#ifndef DLC_HALIDE_LIBRARY
  library.problem = "this dlc was built without Halide, which compiles the "
                    "steps from a frame to a network's input; build it with "
                    "-DDLC_HALIDE=ON";
#else
  static int anchor;
  llvm::SmallString<256> path(
      llvm::sys::fs::getMainExecutable(nullptr, &anchor));
  llvm::sys::path::remove_filename(path);
  // Beside dlc, and beside the tests' programs in bin/unit.
  if (llvm::sys::path::filename(path) == "unit")
    llvm::sys::path::remove_filename(path);
  llvm::sys::path::append(path, "..", "lib", "dlc", DLC_HALIDE_LIBRARY);
  std::string error;
  auto loaded =
      llvm::sys::DynamicLibrary::getPermanentLibrary(path.c_str(), &error);
  if (!loaded.isValid())
    library.problem = "the steps from a frame to a network's input are "
                      "compiled by Halide, which this dlc cannot load: " +
                      error;
  else
    library.compile = reinterpret_cast<CompileFunction *>(
        loaded.getAddressOfSymbol(kCompileSymbol));
  if (loaded.isValid() && !library.compile)
    library.problem =
        "internal error: " + path.str().str() + " has no " + kCompileSymbol;
#endif
  return library;
}

static const Library &halideLibrary() {
  static const Library library = loadLibrary();
  return library;
}

llvm::Error dlc::pixels::findHalide() {
  const Library &library = halideLibrary();
  return library.compile ? llvm::Error::success()
                         : llvm::createStringError(library.problem);
}

//===----------------------------------------------------------------------===//
// Compilation
//===----------------------------------------------------------------------===//

std::string dlc::pixels::keyOf(const Pipeline &pipeline) {
  std::string key;
  llvm::raw_string_ostream os(key);
  auto put = [&](const auto &...values) { ((os << values << ' '), ...); };
  auto list = [&](const auto &values) {
    put(values.size());
    for (auto value : values)
      put(static_cast<int64_t>(value));
  };
  put(pipeline.target, pipeline.vectorBytes, pipeline.inputRows,
      pipeline.inputBytes, static_cast<int>(pipeline.element.kind),
      pipeline.element.bits, static_cast<int>(pipeline.byRows),
      static_cast<int>(pipeline.inBands), static_cast<int>(pipeline.inColumns));
  list(pipeline.strides);
  for (const Step &step : pipeline.steps) {
    put(static_cast<int>(step.kind), step.height, step.width, step.channels,
        static_cast<int>(step.format), static_cast<int>(step.color),
        step.frameHeight, step.frameWidth, step.top, step.left, step.value,
        step.columnShift, step.productShift, step.rowShift, step.divisor,
        static_cast<int>(step.narrow), static_cast<int>(step.tiesToEven));
    list(step.weights);
    for (const Axis *axis : {&step.rows, &step.columns}) {
      list(axis->offsets);
      list(axis->weights);
    }
    list(step.table);
  }
  return key;
}

static llvm::Expected<Compiled> compileNow(const Pipeline &pipeline,
                                           uint64_t align) {
  if (llvm::Error error = findHalide())
    return std::move(error);
  std::string bitcode, problem;
  if (!halideLibrary().compile(pipeline, bitcode, problem))
    return llvm::createStringError("internal error: Halide: " + problem);
  llvm::LLVMContext context;
  auto module =
      llvm::parseBitcodeFile(llvm::MemoryBufferRef(bitcode, "pixels"), context);
  if (!module)
    return module.takeError();
  llvm::Expected<uint64_t> lineBytes = finishModule(**module, pipeline, align);
  if (!lineBytes)
    return lineBytes.takeError();
  Compiled compiled;
  compiled.lineBytes = *lineBytes;
  llvm::raw_string_ostream os(compiled.bitcode);
  llvm::WriteBitcodeToFile(**module, os);
  return compiled;
}

llvm::Expected<Compiled> dlc::pixels::compilePipeline(const Pipeline &pipeline,
                                                      uint64_t align) {
  // Plans are tried out on copies of a module, which hold the same pixels.
  static std::mutex mutex;
  static std::map<std::string, Compiled> known;
  std::lock_guard<std::mutex> lock(mutex);
  std::string key = keyOf(pipeline) + std::to_string(align);
  if (auto found = known.find(key); found != known.end())
    return found->second;
  llvm::Expected<Compiled> compiled = compileNow(pipeline, align);
  if (compiled)
    known[key] = *compiled;
  return compiled;
}
