//===- mutants.cpp - Changed models through the whole compiler ------------===//
//
//   dlc-mutants CORPUS... [--count=N] [--seconds=S] [--save=FOLDER]
//
// Each mutant is a model of the corpus with one to four changes, compiled for
// one target with some options, from the file to object, header and reports. It
// has to end within ten seconds of processor time in an object, or in a
// diagnostic in printable words that is no internal error.
//
// Mutants run in child processes, many in each; what ends or outlives its time
// is recorded, and the rest goes on in another child. A number makes the same
// mutant again: --first=K --count=1.
//
//===----------------------------------------------------------------------===//

#include "codegen/header/Header.h"
#include "compiler/driver/Compilation.h"
#include "compiler/driver/Registration.h"
#include "test/fuzz/ModelMutator.h"

#include "mlir/InitAllPasses.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#include <chrono>
#include <csignal>
#include <ctime>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace dlc;
namespace cl = llvm::cl;

static cl::list<std::string> corpora(cl::Positional, cl::OneOrMore,
                                     cl::desc("FOLDER..."));
static cl::opt<unsigned> seed("seed", cl::init(1), cl::desc("Other mutants"));
static cl::opt<uint64_t> firstMutant("first", cl::desc("Number to begin with"));
static cl::opt<uint64_t> mutantCount("count", cl::init(UINT64_MAX),
                                     cl::desc("How many mutants"));
static cl::opt<unsigned> seconds("seconds", cl::init(0),
                                 cl::desc("Begin none after that time"));
static cl::opt<unsigned> jobs("mutant-jobs", cl::init(1),
                              cl::desc("Processes side by side"));
static cl::opt<std::string> saveFolder("save",
                                       cl::desc("Keep models with faults"));

namespace {

/// Processor time that a small network may take.
constexpr double kSecondsOfMutant = 10;
/// And wall-clock time, for what waits for ever.
constexpr double kSecondsOfWaiting = 120;
/// A child begins anew after so many: what LLVM never frees adds up.
constexpr unsigned kMutantsOfChild = 500;
constexpr rlim_t kBytesOfAddresses = rlim_t(12) << 30;

/// AddressSanitizer has terabytes of addresses of its own.
constexpr bool isSanitized() {
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
  return true;
#endif
#endif
  return false;
}

/// ^C reaches parent and children: each ends after its mutant.
volatile std::sig_atomic_t interrupted = 0;

/// What a child and its parent both see.
struct Slot {
  volatile uint64_t mutant;  ///< being compiled
  volatile double begun;     ///< wall clock
  volatile double processor; ///< the child's processor time then
  volatile uint64_t compiled, refused, faults;
  volatile bool done; ///< nothing is left to do
};

struct Model {
  std::string name;
  onnx::ModelProto proto;
};

double now() {
  return std::chrono::duration<double>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

double processorTime(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) +
         static_cast<double>(time.tv_nsec) * 1e-9;
}

std::vector<Model> readCorpus() {
  std::vector<Model> models;
  for (const std::string &folder : corpora) {
    std::vector<std::string> files;
    std::error_code error;
    for (llvm::sys::fs::directory_iterator it(folder, error), end;
         !error && it != end; it.increment(error))
      files.push_back(it->path());
    llvm::sort(files);
    for (const std::string &file : files) {
      auto buffer = llvm::MemoryBuffer::getFile(file);
      Model model{llvm::sys::path::stem(file).str(), {}};
      if (buffer && model.proto.ParseFromArray(
                        (*buffer)->getBufferStart(),
                        static_cast<int>((*buffer)->getBufferSize())))
        models.push_back(std::move(model));
    }
  }
  return models;
}

/// One number's model, target and options.
struct Mutant {
  onnx::ModelProto model;
  driver::CompileOptions options;
  std::string description;

  Mutant(const std::vector<Model> &corpus,
         const std::vector<targets::TargetDescription> &targets,
         uint64_t number) {
    std::seed_seq seeds{seed.getValue(), static_cast<unsigned>(number),
                        static_cast<unsigned>(number >> 32)};
    std::mt19937 random(seeds);
    const Model &base = corpus[random() % corpus.size()];
    model = base.proto;
    // Most models of several changes are refused for the first.
    unsigned changes = std::max<unsigned>(1, random() % 5);
    fuzz::ModelMutator mutator(model, random());
    for (unsigned i = 0; i < changes; ++i)
      mutator.mutate();
    options.target = targets[random() % targets.size()];
    options.name = "net";
    std::string also;
    switch (random() % 8) {
    case 0:
      options.emit.opt = llvmgen::OptLevel::Os;
      also = " -Os";
      break;
    case 1:
      options.emit.opt = llvmgen::OptLevel::O2;
      also = " -O2";
      break;
    default:
      options.emit.opt = llvmgen::OptLevel::O1;
      also = " -O1";
    }
    switch (random() % 8) {
    case 0:
      options.ramBudget = 64 << (random() % 12);
      also += " --ram=" + std::to_string(options.ramBudget);
      break;
    case 1:
      options.half = options.target.fp16;
      also += options.half ? " --fp16" : "";
      break;
    case 2:
      options.target.threads = 2;
      also += " --threads=2";
      break;
    default:
      break;
    }
    description = "dlc " + base.name + ".onnx --target=" + options.target.name +
                  also + " (" + std::to_string(changes) + " changes)";
  }
};

/// Standard error of this process, as a file.
class CapturedErrors {
public:
  CapturedErrors() : file(memfd_create("stderr", 0)) { dup2(file, 2); }

  std::string take() {
    llvm::errs().flush();
    off_t size = lseek(file, 0, SEEK_END);
    std::string text(static_cast<size_t>(size), '\0');
    ssize_t got = pread(file, text.data(), text.size(), 0);
    text.resize(got < 0 ? 0 : static_cast<size_t>(got));
    if (ftruncate(file, 0) != 0 || lseek(file, 0, SEEK_SET) != 0)
      text += "internal error: cannot read standard error";
    return text;
  }

private:
  int file;
};

/// Why what was printed must not be; empty when it may.
std::string faultOf(llvm::StringRef text, bool compiled) {
  if (text.contains("internal error"))
    return "internal error";
  if (!compiled && !text.contains("error: "))
    return "refused without an error";
  if (compiled && text.contains("error: "))
    return "compiled in spite of an error";
  for (unsigned char c : text)
    if ((c < 0x20 && c != '\n') || c == 0x7f)
      return "control character in a message";
  const auto *data = reinterpret_cast<const llvm::UTF8 *>(text.data());
  if (!llvm::isLegalUTF8String(&data, data + text.size()))
    return "invalid UTF-8 in a message";
  if (text.contains("'nn.") || text.contains("'func.") ||
      text.contains("'linalg.") || text.contains("'tensor."))
    return "internal words in a message";
  return "";
}

class Runner {
public:
  Runner(std::vector<Model> corpus,
         std::vector<targets::TargetDescription> targets)
      : corpus(std::move(corpus)), targets(std::move(targets)) {
    llvm::SmallString<128> path;
    if (llvm::sys::fs::createUniqueDirectory("dlc-mutants", path)) {
      llvm::errs() << "dlc-mutants: no temporary folder\n";
      exit(2);
    }
    folder = path.str().str();
    if (!saveFolder.empty())
      llvm::sys::fs::create_directories(saveFolder);
  }
  ~Runner() { llvm::sys::fs::remove_directories(folder); }

  /// Runs them all; how many had faults.
  int run();

private:
  void work(unsigned worker, Slot &slot, uint64_t from);
  std::string compileOne(const Mutant &mutant, const std::string &file,
                         Slot &slot, CapturedErrors &errors);
  void report(uint64_t number, llvm::StringRef fault);
  bool isOver(uint64_t number) const {
    return interrupted || number >= end || (seconds && now() - start > seconds);
  }
  bool superviseOne(unsigned worker, Slot &slot, pid_t &child);
  pid_t launch(unsigned worker, Slot &slot, uint64_t from);

  std::vector<Model> corpus;
  std::vector<targets::TargetDescription> targets;
  std::string folder;
  double start = now();
  uint64_t end = 0;
};

std::string Runner::compileOne(const Mutant &mutant, const std::string &file,
                               Slot &slot, CapturedErrors &errors) {
  driver::CompileOptions options = mutant.options;
  options.model = file;
  bool compiled = false;
  {
    driver::Compilation compilation(std::move(options));
    llvm::SmallVector<char, 0> object;
    std::string text;
    llvm::raw_string_ostream os(text);
    if (mlir::succeeded(compilation.import()) &&
        mlir::succeeded(compilation.lower(pipeline::Level::LlvmMlir)))
      if (auto llvmModule = compilation.translate();
          llvmModule &&
          mlir::succeeded(compilation.writeObject(*llvmModule, object))) {
        header::writeHeader(compilation.network(), os);
        llvmgen::writeListing(compilation.network(), os);
        report::writeText(compilation.report(), os);
        report::writeJson(compilation.report(), os);
        report::writeHtml(compilation.report(), os);
        compiled = true;
      }
  }
  if (compiled)
    slot.compiled = slot.compiled + 1;
  else
    slot.refused = slot.refused + 1;
  std::string text = errors.take();
  std::string fault = faultOf(text, compiled);
  return fault.empty() ? "" : fault + ": " + text;
}

void Runner::work(unsigned worker, Slot &slot, uint64_t from) {
  rlimit addresses{kBytesOfAddresses, kBytesOfAddresses};
  if (!isSanitized())
    setrlimit(RLIMIT_AS, &addresses);
  int terminal = dup(1);
  CapturedErrors errors;
  std::string file = folder + "/" + std::to_string(worker) + ".onnx";
  for (uint64_t i = 0, k = from; !isOver(k); ++i, k += jobs) {
    slot.mutant = k;
    slot.begun = now();
    slot.processor = processorTime(CLOCK_PROCESS_CPUTIME_ID);
    if (i == kMutantsOfChild)
      _exit(0);
    Mutant mutant(corpus, targets, k);
    std::error_code error;
    {
      llvm::raw_fd_ostream out(file, error);
      out << mutant.model.SerializeAsString();
    }
    if (std::string fault = compileOne(mutant, file, slot, errors);
        !fault.empty()) {
      slot.faults = slot.faults + 1;
      dup2(terminal, 1);
      report(k, fault);
    }
  }
  slot.done = true;
  _exit(0);
}

/// Says what is wrong with a mutant and keeps it.
void Runner::report(uint64_t number, llvm::StringRef fault) {
  Mutant mutant(corpus, targets, number);
  std::string line =
      "mutant " + std::to_string(number) + ": " + mutant.description + ": ";
  llvm::raw_string_ostream os(line);
  llvm::printEscapedString(fault.take_front(2000).rtrim(), os);
  os << "\n";
  // One write: two processes print to one standard output.
  if (write(1, line.data(), line.size()) < 0 || saveFolder.empty())
    return;
  std::error_code error;
  std::string stem = saveFolder + "/" + std::to_string(number);
  llvm::raw_fd_ostream(stem + ".onnx", error)
      << mutant.model.SerializeAsString();
  llvm::raw_fd_ostream(stem + ".txt", error) << line;
}

pid_t Runner::launch(unsigned worker, Slot &slot, uint64_t from) {
  slot.mutant = from;
  slot.begun = now();
  slot.processor = 0;
  llvm::outs().flush();
  pid_t child = fork();
  if (child == 0)
    work(worker, slot, from);
  return child;
}

/// Looks after one child; false when there is nothing left to do for it.
bool Runner::superviseOne(unsigned worker, Slot &slot, pid_t &child) {
  int status = 0;
  std::string fault;
  uint64_t next = slot.mutant;
  if (waitpid(child, &status, WNOHANG) == child) {
    if (slot.done)
      return false;
    bool renewed = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    if (WIFSIGNALED(status))
      fault = std::string("crash: ") + strsignal(WTERMSIG(status));
    else if (!renewed)
      fault = "ended with " + std::to_string(WEXITSTATUS(status));
  } else {
    clockid_t clock = 0;
    bool hangs = now() - slot.begun > kSecondsOfWaiting;
    if (clock_getcpuclockid(child, &clock) == 0)
      hangs |= processorTime(clock) - slot.processor > kSecondsOfMutant;
    if (!hangs)
      return true;
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    next = slot.mutant;
    fault = "takes more than " + std::to_string(int(kSecondsOfMutant)) + " s";
  }
  if (!fault.empty()) {
    slot.faults = slot.faults + 1;
    report(next, fault);
    next += jobs;
  }
  if (isOver(next))
    return false;
  child = launch(worker, slot, next);
  return true;
}

int Runner::run() {
  end = mutantCount > UINT64_MAX - firstMutant ? UINT64_MAX
                                               : firstMutant + mutantCount;
  auto *slots = static_cast<Slot *>(mmap(nullptr, sizeof(Slot) * jobs,
                                         PROT_READ | PROT_WRITE,
                                         MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  std::vector<pid_t> children;
  for (unsigned worker = 0; worker < jobs; ++worker)
    children.push_back(launch(worker, slots[worker], firstMutant + worker));
  llvm::BitVector active(jobs, true);
  while (active.any()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    for (unsigned worker : active.set_bits())
      if (!superviseOne(worker, slots[worker], children[worker]))
        active.reset(worker);
  }
  uint64_t compiled = 0, refused = 0, faults = 0;
  for (unsigned worker = 0; worker < jobs; ++worker) {
    compiled += slots[worker].compiled;
    refused += slots[worker].refused;
    faults += slots[worker].faults;
  }
  llvm::outs() << corpus.size() << " models, " << compiled
               << " mutants compiled, " << refused << " refused, " << faults
               << " with faults, " << int(now() - start) << " s\n";
  if (compiled == 0 || refused == 0)
    llvm::outs() << "dlc-mutants: not a test: mutants of both kinds are "
                    "needed\n";
  return faults != 0 || compiled == 0 || refused == 0;
}

} // namespace

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::ParseCommandLineOptions(argc, argv,
                              "changed models through the whole compiler\n");
  (void)std::signal(SIGINT, [](int) { interrupted = 1; });
  mlir::registerAllPasses();
  driver::registerDlcPasses();
  std::vector<Model> corpus = readCorpus();
  if (corpus.empty() || jobs == 0) {
    llvm::errs() << "dlc-mutants: no model in the corpus\n";
    return 2;
  }
  return Runner(std::move(corpus), targets::builtinTargets()).run();
}
