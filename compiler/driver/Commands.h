//===- Commands.h - What the subcommands of dlc do ------------------------===//

#ifndef DLC_COMPILER_DRIVER_COMMANDS_H
#define DLC_COMPILER_DRIVER_COMMANDS_H

#include "compiler/calibrate/Quantise.h"
#include "compiler/compress/Compress.h"
#include "compiler/driver/Compilation.h"

namespace dlc::driver {

/// A float network is made a quantised one by data.
struct QuantizeCommand {
  std::string model, data;
  std::string labels;               ///< empty: none
  std::string output;               ///< of ONNX; "-" is standard output
  std::vector<std::string> reports; ///< as of CompileCommand, without .html
  std::map<std::string, int64_t> shapes;
  calibrate::Options options;
};
int runQuantize(const QuantizeCommand &command);
/// The quantised model, serialised; nothing after an error.
std::optional<std::string> quantiseModel(const QuantizeCommand &command,
                                         calibrate::Report &report);

/// Weights are made smaller by data.
struct CompressCommand {
  std::string model, data;
  std::string labels;               ///< empty: none
  std::string output;               ///< of ONNX; "-" is standard output
  std::vector<std::string> reports; ///< as of QuantizeCommand
  std::map<std::string, int64_t> shapes;
  /// How the network is compiled to see what it takes; none: what forms take
  /// is reckoned.
  std::optional<CompileOptions> compile;
  compress::Options options;
};
int runCompress(const CompressCommand &command);
/// The compressed model, serialised; nothing after an error.
std::optional<std::string> compressModel(const CompressCommand &command,
                                         compress::Report &report);

enum class Emit { Nn, Linalg, Arena, LlvmMlir, Ptx, Llvm, Asm, Obj };

struct CompileCommand {
  CompileOptions options;
  std::string output; ///< "-" is standard output
  /// Files, "-" for standard output; what is written is said by the extension:
  /// .json, .html, else text.
  std::vector<std::string> reports;
  Emit emit = Emit::Obj;
  /// Of a network on a GPU: CUDA's assembler, which makes machine code for the
  /// target's own chip (empty: the object has PTX alone), and whether inputs
  /// and outputs are in the device's memory.
  std::string ptxas = {};
  bool deviceIo = false;
  /// The model is quantised first.
  std::optional<QuantizeCommand> quantize;
  /// Its weights are made smaller first.
  std::optional<CompressCommand> compress;
};
int runCompile(const CompileCommand &command);

struct RunCommand {
  CompileOptions options;
  std::string inputs; ///< a test set, or a folder of test sets; empty: random
  std::string image;  ///< a picture, the frame; empty: none
  std::string dumpInput; ///< PNG of what the network is given of it
  std::string draw;      ///< PNG of the frame with what has been detected
  /// Where the tensors of options.watched are written.
  std::string dumpFolder;
  std::string wav; ///< a recording that the network is given; empty: none
  /// Keeps the program of an emulated run; empty: a temporary folder.
  std::string save;
  bool profile = false;
  /// Compare, measure nothing.
  bool checkOnly = false;
  unsigned seed = 0;
  double tolerance = 1e-4;
};
/// In this process if this machine can, else under the target's emulator.
int runNetwork(const RunCommand &command);

/// Says what a network will need, without compiling it; fails where compiling
/// would.
int runCheck(const CompileOptions &options);

/// Lists one target, or all with an empty name.
int runTargets(llvm::StringRef nameOrPath);

} // namespace dlc::driver

#endif // DLC_COMPILER_DRIVER_COMMANDS_H
