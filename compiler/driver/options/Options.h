//===- Options.h - Every option of dlc, and what is made of them ----------===//

#ifndef DLC_COMPILER_DRIVER_OPTIONS_H
#define DLC_COMPILER_DRIVER_OPTIONS_H

#include "compiler/driver/Commands.h"

#include "llvm/Support/CommandLine.h"

namespace dlc::driver::options {

/// The values of an option; a word that is none of them is an error that names
/// them.
template <typename T> class ChoiceParser : public llvm::cl::parser<T> {
public:
  using llvm::cl::parser<T>::parser;

  bool parse(llvm::cl::Option &option, llvm::StringRef name,
             llvm::StringRef word, T &value) {
    if (this->findOption(word) != this->getNumOptions())
      return llvm::cl::parser<T>::parse(option, name, word, value);
    std::string known;
    for (unsigned i = 0; i < this->getNumOptions(); ++i)
      known += (i ? ", " : "") + this->getOption(i).str();
    return option.error("'" + word + "' is none of its values: " + known);
  }
};
template <typename T>
using Choice = llvm::cl::opt<T, /*ExternalStorage=*/false, ChoiceParser<T>>;

extern llvm::cl::SubCommand runCommand, checkCommand, quantizeCommand,
    compressCommand, targetsCommand;
extern llvm::cl::OptionCategory category;
llvm::cl::SubCommand &top();

extern llvm::cl::list<std::string> shapes;
extern llvm::cl::list<std::string> fixes;
extern llvm::cl::list<std::string> rounds;
extern llvm::cl::list<std::string> states;
extern llvm::cl::opt<std::string> streamed;
extern llvm::cl::opt<std::string> pipelineFile;
extern llvm::cl::opt<bool> printPipeline;
extern llvm::cl::opt<llvmgen::OptLevel> optLevel;
extern llvm::cl::opt<unsigned> threads;
extern llvm::cl::opt<bool> verifyEach;
extern llvm::cl::opt<bool> printStages;
extern llvm::cl::opt<bool> profile;
extern llvm::cl::opt<std::string> targetName;
extern llvm::cl::opt<std::string> cpu;
extern Choice<targets::FloatAbi> floatAbi;
/// Of a network on a GPU: what the programs around it run on.
enum class Host { X8664, Aarch64 };
extern Choice<Host> host;
extern llvm::cl::opt<std::string> ptxas;
enum class Io { Host, Device };
extern Choice<Io> io;
extern llvm::cl::opt<bool> half;
extern llvm::cl::opt<bool> strictIntegers;
enum class StorageOption { Exact, Dense };
extern Choice<StorageOption> storage;
extern llvm::cl::opt<std::string> ram;
extern llvm::cl::opt<std::string> flash;
extern llvm::cl::opt<std::string> model;
extern llvm::cl::opt<std::string> output;
extern llvm::cl::opt<std::string> name;
extern llvm::cl::list<std::string> reports;
extern Choice<ArenaPlace> arenaPlace;
extern llvm::cl::opt<std::string> arenaSplit;
extern Choice<Emit> emit;
extern llvm::cl::opt<std::string> runModel, checkModel;
extern llvm::cl::opt<std::string> inputs;
extern llvm::cl::opt<std::string> image, dumpInput, draw, wav;
extern llvm::cl::list<std::string> dump;
extern llvm::cl::opt<std::string> dumpTo;
extern llvm::cl::opt<unsigned> seed;
extern llvm::cl::opt<std::string> saveFolder;
extern llvm::cl::opt<bool> checkOnly;
extern llvm::cl::opt<double> tolerance;
extern llvm::cl::opt<std::string> quantizeModel;
extern llvm::cl::opt<std::string> data;
extern llvm::cl::opt<std::string> labels;
extern Choice<calibrate::RangeMethod> calibration;
extern llvm::cl::opt<double> percentile;
extern llvm::cl::opt<bool> nearest;
/// The value is the number of bits.
enum class WeightType { Int4 = 4, Int8 = 8 };
extern Choice<WeightType> weightType;
enum class ActivationType { Int8 = 8, Int16 = 16 };
extern Choice<ActivationType> activationType;
enum class QuantizedType { Int4, Int8, Int16x8 };
extern Choice<QuantizedType> quantizeTo;
extern llvm::cl::opt<double> maxDrop;
extern Choice<calibrate::Kept> keep;

extern llvm::cl::opt<std::string> modelToCompress;
extern llvm::cl::opt<std::string> ways, compressBy;
extern llvm::cl::list<std::string> layers;
extern llvm::cl::opt<std::string> goal;

/// The target that the command line asks for, with its processor and ABI.
llvm::Expected<targets::TargetDescription> readTarget();

/// The command `dlc quantize`.
llvm::Error readQuantizeCommand(QuantizeCommand &command);
/// How `dlc MODEL` quantises first, if it does.
llvm::Error readQuantizeFirst(std::optional<QuantizeCommand> &command);

/// The command `dlc compress`.
llvm::Error readCompressCommand(CompressCommand &command);
/// How `dlc MODEL` compresses first, if it does; `compile` says for what.
llvm::Error readCompressFirst(const CompileOptions &compile,
                              std::optional<CompressCommand> &command);

/// What commands that write a model share: where it goes, and reports.
/// `example` is a name for it.
llvm::Error readModelOutputs(const std::string &model, llvm::StringRef example,
                             std::string &output,
                             std::vector<std::string> &reports);

/// LLVM takes the options of `dlc MODEL` for those of a subcommand too.
/// `reason` says why it has no use for one.
llvm::Error refuseOptionsOfOthers(llvm::cl::SubCommand &command,
                                  const llvm::Twine &reason);

/// --shape of a command.
/// --shape of a command; `lengths` are sizes that are given for each run, null
/// where there are none.
llvm::Error readShapes(std::map<std::string, int64_t> &sizes,
                       std::vector<lengths::LengthRange> *lengths = nullptr);
/// An error where --shape has sizes that each run gives, which are not for
/// `what`.
llvm::Error checkOneSize(const CompileOptions &compile,
                         const llvm::Twine &what);

/// What both ways to compile share. `base` is the target that was asked for.
llvm::Error readShared(targets::TargetDescription base,
                       CompileOptions &compile);

/// The target's own sizes unless the command line has others.
llvm::Error readBudgets(const targets::TargetDescription &target,
                        CompileOptions &compile);

/// The host of a target with a GPU; an error where options do not fit the kind
/// of target.
llvm::Error readGpu(targets::TargetDescription &target);

/// What an object for a GPU is to have besides: machine code, and inputs and
/// outputs on the device.
llvm::Error readDeviceObject(const targets::TargetDescription &target,
                             CompileCommand &command);

/// An option given twice says two things; LLVM takes the last.
llvm::Error checkGivenOnce(llvm::cl::SubCommand &command);

} // namespace dlc::driver::options

#endif // DLC_COMPILER_DRIVER_OPTIONS_H
