//===- Compilation.h - One model on its way to an object ------------------===//

#ifndef DLC_COMPILER_DRIVER_COMPILATION_H
#define DLC_COMPILER_DRIVER_COMPILATION_H

#include "codegen/header/Network.h"
#include "codegen/llvm/Emit.h"
#include "compiler/driver/CrashReport.h"
#include "compiler/driver/Diagnostics.h"
#include "compiler/driver/Progress.h"
#include "compiler/lengths/Points.h"
#include "compiler/pipeline/Pipeline.h"
#include "compiler/prepare/WriteDescription.h"
#include "compiler/prepare/answers/Outputs.h"
#include "compiler/report/Report.h"
#include "targets/description/TargetDescription.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"

#include <map>
#include <memory>

namespace dlc::import {
struct ImportOptions;
} // namespace dlc::import

namespace dlc::driver {

enum class ArenaPlace { Caller, Static };

struct CompileOptions {
  std::string model;
  /// The model, serialised, in place of the file that `model` names.
  std::string bytes;
  std::string name; ///< prefix of symbols
  targets::TargetDescription target;
  std::map<std::string, int64_t> shapes; ///< --shape
  /// --shape of dimensions whose size is given for each run.
  std::vector<lengths::LengthRange> lengths = {};
  std::map<std::string, std::string> fixed; ///< --fix
  std::map<std::string, int64_t> rounds;    ///< --rounds
  std::vector<std::string> states;          ///< --state, "input=output"
  /// --stream: the dimension, as --shape names it, and the new frames of a
  /// call; 0: none.
  std::string frames = {};
  int64_t hop = 0;
  /// What surrounds the network (--pipeline); empty: nothing.
  std::string pipeline = {};
  bool printPipeline = false;
  /// The network's answer is its input, as the pipeline has made it.
  bool inputsOnly = false;
  /// Frames that come in lines are given as a whole.
  bool wholeFrames = false;
  /// Nodes or tensors whose values become outputs (--dump), by patterns.
  std::vector<std::string> watched = {};
  uint64_t ramBudget = 0; ///< bytes; 0: none
  uint64_t flashBudget = 0;
  ArenaPlace arenaPlace = ArenaPlace::Caller;
  /// Banks of RAM that the arena is split over; none: it is one block.
  std::vector<targets::RamBank> arenaBanks;
  /// float32 networks are computed in half precision.
  bool half = false;
  /// Floats between the quantised tensors of a network are an error.
  bool strictIntegers = false;
  bool denseStorage = false;
  /// What a byte less of weights may take, in thousandths of an instruction; 0:
  /// what the level of optimisation says.
  int64_t bytePrice = 0;
  bool verifyEach = false;
  bool printStages = false;
  /// Warnings and remarks are not printed.
  bool errorsOnly = false;
  /// What the report is to say besides.
  std::vector<std::string> notes;
  std::string reproducer; ///< written when a pass crashes
  llvmgen::EmitOptions emit;
};

/// Every step says what went wrong by itself: callers only stop.
class Compilation {
public:
  explicit Compilation(CompileOptions options);
  ~Compilation();

  /// Reads the model: ONNX, or a network in the nn dialect before its ops are
  /// stages, as dlc-import and dlc-reduce write it.
  mlir::LogicalResult import();

  /// Runs the pipeline up to and with `level`; on the way there it fills
  /// network() and checks the RAM budget.
  mlir::LogicalResult lower(pipeline::Level level);

  /// After lower(LlvmMlir): LLVM IR, optimised.
  std::unique_ptr<llvmgen::NetworkModule> translate();

  /// The object's bytes, whatever the flash budget is.
  mlir::LogicalResult writeObject(llvmgen::NetworkModule &llvmModule,
                                  llvm::SmallVectorImpl<char> &object);

  /// What was written last, and whether it is within the flash budget.
  uint64_t flashBytes() const { return flash.total; }
  bool fitsFlash() const {
    return !options.flashBudget || flash.total <= options.flashBudget;
  }
  /// The same, with an error that says what takes it where it is not.
  mlir::LogicalResult checkFlash();

  /// Whether there is a layer whose weights could have another form.
  bool hasForms() const;

  /// A step has failed for a budget alone: there is a report of a plan, or of
  /// an object, that is too large.
  bool isOverBudget() const { return overBudget; }

  mlir::ModuleOp module() { return *moduleOp; }
  const header::Network &network() const { return info; }
  /// The tensors that options.watched has found, by name.
  llvm::ArrayRef<std::string> watched() const { return watchedTensors; }
  /// Known from lower(Arena) on; flash from writeObject on.
  const report::Report &report() const { return reportRows; }
  Progress &progress() { return progressLine; }
  /// What --pipeline makes of frames, in the order of its file.
  llvm::ArrayRef<prepare::Chain> pipelines() const { return chains; }
  const DiagnosticPrinter &printer() const { return *diagnostics; }

private:
  void importForLengths(const import::ImportOptions &importOptions);
  mlir::LogicalResult bindStates();
  mlir::LogicalResult prepare();
  mlir::LogicalResult checkDelivery(prepare::Description &description);
  mlir::LogicalResult describeSource(const prepare::Description &description,
                                     unsigned input);
  mlir::LogicalResult postprocess(const prepare::Description &description,
                                  const prepare::Chain &chain,
                                  mlir::Value features,
                                  prepare::OutputScales scales);
  void describeWishes();
  void describeStream();
  void describePlan();
  void describeDevice();
  void collectStages();
  void readArena();
  mlir::LogicalResult readLines();
  void describeOptions();
  void afterPhase(llvm::StringRef phase, mlir::ModuleOp module);

  CompileOptions options;
  std::vector<std::string> watchedTensors;
  Progress progressLine;
  ReportingThreadPool threads; ///< of the context
  std::unique_ptr<mlir::MLIRContext> context;
  std::unique_ptr<DiagnosticPrinter> diagnostics;
  mlir::OwningOpRef<mlir::ModuleOp> moduleOp;
  header::Network info;
  std::map<unsigned, header::Frame> frames; ///< inputs that are frames
  std::optional<unsigned> pushed; ///< the input whose frame comes in lines
  std::map<unsigned, int64_t> sampleRates; ///< inputs that are sound
  std::vector<prepare::Chain> chains;      ///< their steps
  std::optional<header::Boxes> boxes;      ///< that an output has become
  std::optional<header::Classes> classes;  ///< that an output has become
  std::optional<unsigned> anomaly;         ///< the output that has become it
  report::Report reportRows;
  llvmgen::FlashUse flash; ///< of the object
  bool overBudget = false;
};

} // namespace dlc::driver

#endif // DLC_COMPILER_DRIVER_COMPILATION_H
