//===- Options.cpp - Every option of dlc ----------------------------------===//

#include "compiler/driver/options/Options.h"

namespace cl = llvm::cl;
using namespace dlc;
using namespace dlc::driver;

namespace dlc::driver::options {

cl::SubCommand runCommand("run", "Compile, run and compare");
cl::SubCommand checkCommand("check",
                            "Say what a network will need, and what is not "
                            "supported");
cl::SubCommand quantizeCommand("quantize",
                               "Make a float network a quantised one");
cl::SubCommand compressCommand("compress",
                               "Make a network's weights take less");
cl::SubCommand targetsCommand("targets", "List the targets");
cl::OptionCategory category("Options of dlc");

cl::SubCommand &top() { return cl::SubCommand::getTopLevel(); }

namespace {
/// LLVM's libraries register options of their own before ours; those whose
/// names dlc's contract wants go.
struct MakeRoom {
  MakeRoom() {
    auto &registered = cl::getRegisteredOptions();
    for (llvm::StringRef taken : {"threads"})
      if (auto found = registered.find(taken); found != registered.end())
        found->second->removeArgument();
  }
} makeRoom;
} // namespace

// Of both `dlc MODEL` and `dlc run MODEL`.
cl::list<std::string>
    shapes("shape",
           cl::desc("Size of a dynamic dimension, or the least and "
                    "the most that a run may give"),
           cl::value_desc("dim=N|N..M"), cl::cat(category), cl::sub(top()),
           cl::sub(runCommand), cl::sub(checkCommand), cl::sub(quantizeCommand),
           cl::sub(compressCommand));
cl::list<std::string>
    fixes("fix",
          cl::desc("An input becomes a constant: numbers, or a file with an "
                   "ONNX tensor"),
          cl::value_desc("input=VALUE|FILE"), cl::cat(category), cl::sub(top()),
          cl::sub(runCommand), cl::sub(checkCommand));
cl::list<std::string>
    rounds("rounds",
           cl::desc("A Loop whose number of rounds the network computes takes "
                    "at most N; where it would go on after those, a run "
                    "returns an error (NET_ERROR_ROUNDS)"),
           cl::value_desc("node=N"), cl::cat(category), cl::sub(top()),
           cl::sub(runCommand), cl::sub(checkCommand));
cl::list<std::string>
    states("state",
           cl::desc("An input and an output become state: what a call leaves "
                    "in the output the next one finds in the input; before "
                    "the first zeros, or VALUE: a number for all elements, one "
                    "for each, or a file with an ONNX tensor"),
           cl::value_desc("input=output[:VALUE]"), cl::cat(category),
           cl::sub(top()), cl::sub(runCommand), cl::sub(checkCommand));
cl::opt<std::string> streamed(
    "stream",
    cl::desc("A call computes N new frames along a dimension, which is named "
             "as for --shape, and keeps what it needs of those before"),
    cl::value_desc("axis=DIM,hop=N"), cl::cat(category), cl::sub(top()),
    cl::sub(runCommand), cl::sub(checkCommand));
cl::opt<std::string> pipelineFile(
    "pipeline",
    cl::desc("What surrounds the network: a camera's frame or samples of "
             "sound, and the steps from there to an input"),
    cl::value_desc("FILE.yaml"), cl::cat(category), cl::sub(top()),
    cl::sub(runCommand));
cl::opt<bool> printPipeline(
    "print-pipeline",
    cl::desc("Print the steps of --pipeline, those of presets too, with sizes "
             "and ranges of values"),
    cl::cat(category), cl::sub(top()), cl::sub(runCommand));
cl::opt<llvmgen::OptLevel> optLevel(
    cl::desc("Optimisation:"), cl::cat(category), cl::sub(top()),
    cl::sub(runCommand), cl::sub(compressCommand),
    cl::init(llvmgen::OptLevel::O2),
    cl::values(clEnumValN(llvmgen::OptLevel::O1, "O1", "compile quickly"),
               clEnumValN(llvmgen::OptLevel::O2, "O2", "fast code (default)"),
               clEnumValN(llvmgen::OptLevel::Os, "Os", "small code")));
cl::opt<unsigned> threads("threads",
                          cl::desc("Threads that stages are split for"),
                          cl::value_desc("N"), cl::cat(category),
                          cl::sub(top()), cl::sub(runCommand));
cl::opt<bool> verifyEach("verify",
                         cl::desc("Run the IR verifier and LLVM's machine "
                                  "verifier after each pass, prove each "
                                  "result in place"),
                         cl::cat(category), cl::sub(top()),
                         cl::sub(runCommand));
cl::opt<bool> printStages("print-stages",
                          cl::desc("Print the IR after each phase"),
                          cl::cat(category), cl::sub(top()),
                          cl::sub(runCommand));
cl::opt<bool> profile(
    "profile",
    cl::desc("Time or instructions of each stage (run), calls of the profile "
             "hooks (object)"),
    cl::cat(category), cl::sub(top()), cl::sub(runCommand));
cl::opt<std::string> targetName(
    "target",
    cl::desc("Device: a name that `dlc targets` lists (x86-64 is x86-64-v2), "
             "or the path of a .yaml file; for run and check, this machine by "
             "default"),
    cl::value_desc("T"), cl::cat(category), cl::sub(top()), cl::sub(runCommand),
    cl::sub(checkCommand), cl::sub(compressCommand), cl::sub(targetsCommand));
cl::opt<std::string> cpu("mcpu", cl::desc("Processor in place of the target's"),
                         cl::value_desc("cpu"), cl::cat(category),
                         cl::sub(top()), cl::sub(runCommand),
                         cl::sub(checkCommand));
Choice<targets::FloatAbi> floatAbi(
    "float-abi", cl::desc("Float ABI in place of the target's:"),
    cl::cat(category), cl::sub(top()), cl::sub(runCommand),
    cl::values(clEnumValN(targets::FloatAbi::Soft, "soft", "library calls"),
               clEnumValN(targets::FloatAbi::SoftFP, "softfp",
                          "instructions; passed in integer registers"),
               clEnumValN(targets::FloatAbi::Hard, "hard",
                          "instructions; passed in float registers")));
Choice<Host> host(
    "host", cl::desc("Processor beside a target's GPU in place of its own:"),
    cl::cat(category), cl::sub(top()), cl::sub(runCommand),
    cl::values(clEnumValN(Host::X8664, "x86-64", "x86-64 under Linux"),
               clEnumValN(Host::Aarch64, "aarch64", "AArch64 under Linux")));
cl::opt<bool> half("fp16",
                   cl::desc("Half-precision weights and arithmetic in a "
                            "float32 network, for cores that have it"),
                   cl::cat(category), cl::sub(top()), cl::sub(runCommand),
                   cl::sub(checkCommand));
cl::opt<bool> strictIntegers(
    "strict-int",
    cl::desc("A node of a quantised network that stays in floats is an error"),
    cl::cat(category), cl::sub(top()), cl::sub(runCommand),
    cl::sub(checkCommand));
Choice<StorageOption> storage(
    "storage", cl::desc("How weights are stored:"), cl::cat(category),
    cl::sub(top()), cl::sub(runCommand),
    cl::values(clEnumValN(StorageOption::Exact, "exact",
                          "in the bits that their values need, where that "
                          "takes fewer instructions (-Os: fewer bytes within "
                          "a quarter more) (default)"),
               clEnumValN(StorageOption::Dense, "dense",
                          "in whole bytes, whatever their values are")));
cl::opt<std::string> ram("ram",
                         cl::desc("RAM budget; what costs only time is "
                                  "tried before it is an error"),
                         cl::value_desc("32K"), cl::cat(category),
                         cl::sub(top()), cl::sub(runCommand));
cl::opt<std::string> flash("flash", cl::desc("Flash budget"),
                           cl::value_desc("128K"), cl::cat(category),
                           cl::sub(top()), cl::sub(runCommand));

// Of `dlc MODEL`.
cl::opt<std::string> model(cl::Positional, cl::desc("MODEL.onnx"), cl::Required,
                           cl::cat(category));
cl::opt<std::string> output("o", cl::desc("Output; - is standard output"),
                            cl::value_desc("file"), cl::cat(category),
                            cl::sub(top()), cl::sub(quantizeCommand),
                            cl::sub(compressCommand));
cl::opt<std::string>
    ptxas("ptxas",
          cl::desc("CUDA's assembler: the object gets machine code for the "
                   "target's own GPU beside the PTX"),
          cl::value_desc("PATH"), cl::cat(category));
Choice<Io> io(
    "io", cl::desc("Where inputs and outputs of a network on a GPU are:"),
    cl::cat(category),
    cl::values(clEnumValN(Io::Host, "host",
                          "in the program's memory (default)"),
               clEnumValN(Io::Device, "device",
                          "in the device's; runs can be queued on a stream")));
cl::opt<std::string>
    name("name", cl::desc("Prefix of symbols (default: stem of the output)"),
         cl::value_desc("net"), cl::cat(category));
cl::list<std::string> reports(
    "report",
    cl::desc("Write stages, memory plan and flash: as text, JSON or a page "
             "with a picture (.txt, .json, .html); text on standard output "
             "without FILE; may be given more than once; also of a network "
             "that is over its budget. Of quantize: signal to noise of each "
             "layer; of compress: what was tried, kept and lost (.txt, .json)"),
    cl::value_desc("FILE"), cl::ValueOptional, cl::cat(category),
    cl::sub(top()), cl::sub(quantizeCommand), cl::sub(compressCommand));
Choice<ArenaPlace> arenaPlace(
    "arena", cl::desc("Where the arena is:"), cl::cat(category),
    cl::values(clEnumValN(ArenaPlace::Caller, "caller",
                          "memory of the caller (default)"),
               clEnumValN(ArenaPlace::Static, "static",
                          "in the object, in section .dlc_arena or the one "
                          "that the board names")));
cl::opt<std::string> arenaSplit(
    "arena-split", cl::ValueOptional,
    cl::desc("An arena in each bank of RAM: those of these sizes, the one to "
             "be filled first first, or the board's"),
    cl::value_desc("64K,32K"), cl::cat(category));
Choice<Emit> emit(
    "emit", cl::desc("What to write:"), cl::cat(category), cl::init(Emit::Obj),
    cl::values(clEnumValN(Emit::Nn, "nn", "stages of nn ops"),
               clEnumValN(Emit::Linalg, "linalg",
                          "stages as linalg on tensors"),
               clEnumValN(Emit::Arena, "arena", "loops, buffers with offsets"),
               clEnumValN(Emit::LlvmMlir, "llvm-mlir", "LLVM dialect"),
               clEnumValN(Emit::Ptx, "ptx", "PTX of the kernels, for a GPU"),
               clEnumValN(Emit::Llvm, "llvm", "LLVM IR"),
               clEnumValN(Emit::Asm, "asm", "assembly"),
               clEnumValN(Emit::Obj, "obj", "object and header (default)")));

// Of `dlc run MODEL`.
cl::opt<std::string> runModel(cl::Positional,
                              cl::desc("MODEL.onnx or its folder"),
                              cl::Required, cl::cat(category),
                              cl::sub(runCommand));
cl::opt<std::string>
    inputs("inputs",
           cl::desc("Test set (input_0.pb, output_0.pb ...), or folder of "
                    "test_data_set_*; random data without it"),
           cl::value_desc("dir"), cl::cat(category), cl::sub(runCommand));
cl::opt<std::string>
    image("image",
          cl::desc("A picture as the frame of --pipeline: PNG, BMP, PPM or "
                   "PGM; the middle of it, in the frame's size and format"),
          cl::value_desc("photo.png"), cl::cat(category), cl::sub(runCommand));
cl::opt<std::string>
    dumpInput("dump-input",
              cl::desc("With --image: write what the network is given of it, "
                       "its channels as red, green and blue"),
              cl::value_desc("seen.png"), cl::cat(category),
              cl::sub(runCommand));
cl::opt<std::string>
    draw("draw",
         cl::desc("With --image: write the frame with the boxes that the "
                  "network has detected"),
         cl::value_desc("out.png"), cl::cat(category), cl::sub(runCommand));
cl::list<std::string>
    dump("dump", cl::CommaSeparated,
         cl::desc("Write what nodes compute whose names fit, or tensors of "
                  "such names, as .npy files; '*' is all"),
         cl::value_desc("GLOB,..."), cl::cat(category), cl::sub(runCommand));
cl::opt<std::string> dumpTo("dump-to",
                            cl::desc("The folder of these files (default: "
                                     "activations)"),
                            cl::value_desc("dir"), cl::init("activations"),
                            cl::cat(category), cl::sub(runCommand));
cl::opt<std::string>
    wav("wav",
        cl::desc("A recording as the sound of --pipeline: WAV, one channel of "
                 "16 bits, as many samples in a second"),
        cl::value_desc("clip.wav"), cl::cat(category), cl::sub(runCommand));
cl::opt<unsigned> seed("seed", cl::desc("Seed of random inputs"),
                       cl::value_desc("N"), cl::cat(category),
                       cl::sub(runCommand));
cl::opt<std::string>
    saveFolder("save",
               cl::desc("Keep the program that runs under QEMU, and its data"),
               cl::value_desc("dir"), cl::cat(category), cl::sub(runCommand));
cl::opt<bool> checkOnly("check-only", cl::desc("Compare, measure nothing"),
                        cl::cat(category), cl::sub(runCommand));
cl::opt<double> tolerance("tolerance",
                          cl::desc("Relative to the largest expected value "
                                   "(default: 1e-4, with --fp16 1e-2)"),
                          cl::value_desc("x"), cl::cat(category),
                          cl::sub(runCommand));

// Of `dlc check MODEL`.
cl::opt<std::string> checkModel(cl::Positional, cl::desc("MODEL.onnx"),
                                cl::Required, cl::cat(category),
                                cl::sub(checkCommand));

// Of `dlc quantize MODEL`, and of `dlc MODEL --quantize`.
cl::opt<std::string> quantizeModel(cl::Positional, cl::desc("MODEL.onnx"),
                                   cl::Required, cl::cat(category),
                                   cl::sub(quantizeCommand));
cl::opt<std::string>
    data("data",
         cl::desc("Samples that the network is quantised or compressed by: a "
                  "test set or a "
                  "folder of test_data_set_*, a .npy or .npz file, a folder "
                  "of .npy or raw files"),
         cl::value_desc("path"), cl::cat(category), cl::sub(top()),
         cl::sub(quantizeCommand), cl::sub(compressCommand));
cl::opt<std::string>
    labels("labels",
           cl::desc("The right class of each sample, to report accuracy: a "
                    ".npy or text file (or the array 'labels' of a .npz)"),
           cl::value_desc("file"), cl::cat(category), cl::sub(top()),
           cl::sub(quantizeCommand), cl::sub(compressCommand));
Choice<calibrate::RangeMethod> calibration(
    "calibrate",
    cl::desc("Which range of a tensor's numbers is kept (default: the one of "
             "these that measures best):"),
    cl::cat(category), cl::sub(top()), cl::sub(quantizeCommand),
    cl::values(clEnumValN(calibrate::RangeMethod::MinMax, "min-max",
                          "all of it"),
               clEnumValN(calibrate::RangeMethod::Percentile, "percentile",
                          "without what is beyond --percentile"),
               clEnumValN(calibrate::RangeMethod::Mse, "mse",
                          "that of the least squared error"),
               clEnumValN(calibrate::RangeMethod::Kl, "kl",
                          "that of the least divergence of distributions")));
cl::opt<double> percentile("percentile",
                           cl::desc("Percent of the numbers that "
                                    "--calibrate=percentile keeps (default: "
                                    "99.99)"),
                           cl::value_desc("x"), cl::cat(category),
                           cl::sub(top()), cl::sub(quantizeCommand),
                           cl::init(99.99));
cl::opt<bool> nearest("nearest",
                      cl::desc("Round each weight by itself, in place of layer "
                               "by layer on the data"),
                      cl::cat(category), cl::sub(top()),
                      cl::sub(quantizeCommand));
cl::opt<double> maxDrop(
    "max-drop",
    cl::desc("Points of accuracy that may be lost (without labels: samples "
             "of 100 whose class changes). Of quantize: layers that cost most "
             "are kept as --keep says until that holds; of compress (default: "
             "0.5): with its standard error"),
    cl::value_desc("x"), cl::cat(category), cl::sub(top()),
    cl::sub(quantizeCommand), cl::sub(compressCommand));
Choice<calibrate::Kept> keep(
    "keep", cl::desc("What --max-drop keeps layers in:"), cl::cat(category),
    cl::sub(top()), cl::sub(quantizeCommand), cl::init(calibrate::Kept::Float),
    cl::values(clEnumValN(calibrate::Kept::Float, "float", "float32 (default)"),
               clEnumValN(calibrate::Kept::Int16, "int16",
                          "16 bits, weights of 8")));
Choice<WeightType> weightType(
    "weights", cl::desc("Type of weights:"), cl::cat(category),
    cl::sub(quantizeCommand), cl::init(WeightType::Int8),
    cl::values(clEnumValN(WeightType::Int8, "int8", "8 bits (default)"),
               clEnumValN(WeightType::Int4, "int4", "4 bits")));
Choice<ActivationType> activationType(
    "activations", cl::desc("Type of what layers compute:"), cl::cat(category),
    cl::sub(quantizeCommand), cl::init(ActivationType::Int8),
    cl::values(clEnumValN(ActivationType::Int8, "int8", "8 bits (default)"),
               clEnumValN(ActivationType::Int16, "int16",
                          "16 bits, for audio")));
Choice<QuantizedType> quantizeTo(
    "quantize",
    cl::desc("Make the float network a quantised one by --data first, with "
             "weights of this type, and activations of 8 bits unless it says "
             "otherwise:"),
    cl::cat(category),
    cl::values(clEnumValN(QuantizedType::Int8, "int8", "8 bits"),
               clEnumValN(QuantizedType::Int4, "int4", "4 bits"),
               clEnumValN(QuantizedType::Int16x8, "int16x8",
                          "8 bits, and activations of 16")));

// Of `dlc compress MODEL`, and of `dlc MODEL --compress`.
cl::opt<std::string> modelToCompress(cl::Positional, cl::desc("MODEL.onnx"),
                                     cl::Required, cl::cat(category),
                                     cl::sub(compressCommand));
cl::opt<std::string>
    ways("try",
         cl::desc("Ways that are tried on each layer (default: all): round (to "
                  "few bits), cluster (few values), code (few bits of "
                  "information), prune (zeros, also in blocks), factorise (a "
                  "layer becomes two), shrink (channels that are left out)"),
         cl::value_desc("way,..."), cl::cat(category),
         cl::sub(compressCommand));
cl::opt<std::string> compressBy(
    "compress",
    cl::desc("Make the network's weights take less by --data first, in these "
             "ways (as --try of dlc compress; all without a list)"),
    cl::value_desc("way,..."), cl::ValueOptional, cl::cat(category));
cl::list<std::string> layers(
    "layers",
    cl::desc("What layers become whose node's name fits a pattern: keep, "
             "round:4, round:e4m3, cluster:16, cluster:16:rows, code:2.5, "
             "prune:70%, prune:70%:1x4, factorise:16, factorise:16:sides, "
             "shrink:25%, "
             "prune:70%+cluster:16 ...; may be given more than once, the first "
             "that fits holds"),
    cl::value_desc("GLOB=WHAT"), cl::cat(category), cl::sub(top()),
    cl::sub(compressCommand));
cl::opt<std::string>
    goal("goal",
         cl::desc("Flash on the target, with --flash as much, at which "
                  "compression stops; an error if it cannot be reached within "
                  "--max-drop"),
         cl::value_desc("flash:16K"), cl::cat(category), cl::sub(top()),
         cl::sub(compressCommand));

} // namespace dlc::driver::options
