//===- Compilation.cpp - One model on its way to an object ----------------===//

#include "compiler/driver/Compilation.h"

#include "codegen/llvm/ObjectFile.h"
#include "codegen/llvm/Passes.h"
#include "codegen/memory/Passes.h"
#include "compiler/driver/Budget.h"
#include "compiler/driver/Registration.h"
#include "compiler/driver/Surroundings.h"
#include "compiler/driver/data/StateValues.h"
#include "compiler/fuse/Passes.h"
#include "compiler/import/Import.h"
#include "compiler/lengths/Lengths.h"
#include "compiler/precision/Passes.h"
#include "compiler/state/BindStates.h"
#include "dialects/arena/ArenaOps.h"
#include "dialects/arena/Declarations.h"
#include "dialects/dlc/Declarations.h"
#include "dialects/dlc/DlcDialect.h"
#include "dialects/dlc/launches/Declarations.h"
#include "dialects/dlc/lines/Declarations.h"
#include "dialects/nn/Declarations.h"
#include "dialects/nn/NodeLocation.h"
#include "dialects/nn/state/Declarations.h"
#include "targets/description/TargetAttr.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/AsmState.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/TargetParser/Triple.h"

using namespace mlir;
using namespace dlc;
using namespace dlc::driver;

static std::unique_ptr<MLIRContext>
makeContext(llvm::ThreadPoolInterface &threads) {
  DialectRegistry registry;
  registerAllDialects(registry);
  registerAllExtensions(registry);
  registerAllToLLVMIRTranslations(registry);
  registerDlcDialects(registry);
  auto context =
      std::make_unique<MLIRContext>(registry, MLIRContext::Threading::DISABLED);
  context->setThreadPool(threads);
  return context;
}

Compilation::Compilation(CompileOptions options)
    : options(std::move(options)), context(makeContext(threads)) {
  // Users know nodes, not the ops they have become.
  context->printOpOnDiagnostic(false);
  diagnostics =
      std::make_unique<DiagnosticPrinter>(*context, this->options.model);
  diagnostics->errorsOnly = this->options.errorsOnly;
  diagnostics->beforePrint = [this] { progressLine.clear(); };
}

Compilation::~Compilation() = default;

/// Where a static arena goes: the board's linker script may have a place.
static std::string arenaSection(const targets::RamBank *bank) {
  return bank && !bank->section.empty() ? bank->section : ".dlc_arena";
}

/// As one network for all lengths.
void Compilation::importForLengths(const import::ImportOptions &importOptions) {
  auto model = import::SizedModel::load(*context, importOptions, options.bytes);
  if (!model)
    return;
  moduleOp = lengths::importForLengths(
      options.lengths, [&](llvm::ArrayRef<int64_t> sizes) {
        std::map<std::string, int64_t> shapes = options.shapes;
        for (auto [range, size] : llvm::zip_equal(options.lengths, sizes))
          shapes[range.name] = size;
        return model->importFor(shapes);
      });
}

LogicalResult Compilation::import() {
  progressLine.step("import");
  import::ImportOptions importOptions;
  importOptions.file = options.model;
  importOptions.shapes = options.shapes;
  importOptions.fixed = options.fixed;
  importOptions.rounds = options.rounds;
  importOptions.frames = options.frames;
  // Ranges of lengths and launches know the products that a transform is.
  importOptions.spectra = !options.target.hasGpu() && options.lengths.empty();
  import::Watch watch{options.watched, {}};
  if (!watch.patterns.empty())
    importOptions.watch = &watch;
  if (!options.lengths.empty())
    importForLengths(importOptions);
  else if (!options.bytes.empty())
    moduleOp =
        import::importModelFromMemory(*context, options.bytes, importOptions);
  else if (llvm::StringRef(options.model).ends_with(".mlir"))
    moduleOp = parseSourceFile<ModuleOp>(options.model, context.get());
  else
    moduleOp = import::importModel(*context, importOptions);
  if (!moduleOp)
    return failure();
  watchedTensors = std::move(watch.tensors);
  if (!options.states.empty() && failed(bindStates()))
    return failure();
  if (!options.pipeline.empty() && failed(prepare()))
    return failure();
  if (!options.hop && failed(takeImageHeads(*moduleOp, options.target)))
    return failure();
  describeWishes();
  info.name = options.name;
  info.target = options.target.name;
  info.arenaAlign = options.target.align;
  if (options.arenaPlace == ArenaPlace::Static)
    info.arenaSection = arenaSection(options.target.largestBank());
  // Nothing of the host looks at what a GPU computes.
  info.unfinishedIsOutput = options.target.hasGpu();
  if (failed(header::describeInterface(*moduleOp, info)))
    return failure();
  for (const auto &[input, frame] : frames)
    info.inputs[input].frame = frame;
  for (const auto &[input, rate] : sampleRates)
    info.inputs[input].sampleRate = rate;
  if (pushed) {
    info.lines.emplace().frame = frames[*pushed];
    info.inputs.erase(info.inputs.begin() + *pushed);
  }
  info.boxes = boxes;
  info.classes = classes;
  info.anomaly = anomaly;
  // Banks are those of the arena.
  if (info.stateBytes && options.arenaBanks.empty())
    nn::stateBytesAttr.put(*moduleOp, info.stateBytes);
  return success();
}

/// Pairs of inputs and outputs become state.
LogicalResult Compilation::bindStates() {
  return state::bindStates(*moduleOp, options.states, initialState);
}

/// Everything that a pass is to know lies on the module.
void Compilation::describeWishes() {
  Builder builder(context.get());
  auto mark = [&](bool wanted, const attributes::DeclaredMark &attribute) {
    if (wanted)
      attribute.put(*moduleOp);
  };
  // Its verifier is to see what follows.
  context->loadDialect<phases::DlcDialect>();
  targets::setTarget(*moduleOp, options.target);
  mark(options.emit.opt == llvmgen::OptLevel::Os, phases::optimiseSizeAttr);
  mark(options.emit.opt == llvmgen::OptLevel::O1, phases::quickAttr);
  mark(options.half, nn::halfAttr);
  mark(options.strictIntegers, nn::strictIntegersAttr);
  mark(options.denseStorage, phases::denseStorageAttr);
  if (options.bytePrice)
    phases::bytePriceAttr.put(*moduleOp, options.bytePrice);
  mark(options.verifyEach, arena::proveAllAttr);
  mark(options.printStages, phases::everyPhaseAttr);
  if (options.ramBudget)
    phases::ramLimitAttr.put(*moduleOp, options.ramBudget);
  if (options.hop)
    nn::hopAttr.put(*moduleOp, options.hop);
  if (options.flashBudget)
    phases::flashLimitAttr.put(*moduleOp, options.flashBudget);
  llvm::SmallVector<int64_t> banks;
  for (const targets::RamBank &bank : options.arenaBanks)
    banks.push_back(bank.bytes);
  if (!banks.empty())
    arena::bankSizesAttr.set(*moduleOp, builder.getDenseI64ArrayAttr(banks));
}

/// The network has other edges, and state.
void Compilation::describeStream() {
  (void)header::describeStream(*moduleOp, info);
  if (info.stateBytes && options.arenaBanks.empty())
    nn::stateBytesAttr.put(*moduleOp, info.stateBytes);
}

void Compilation::afterPhase(llvm::StringRef phase, ModuleOp module) {
  if (phase == "stream")
    describeStream();
  if (!options.printStages)
    return;
  progressLine.clear();
  OpPrintingFlags flags;
  flags.elideLargeElementsAttrs(16).elideLargeResourceString(16);
  llvm::outs() << "// ----- " << phase << " -----\n";
  module->print(llvm::outs(), flags);
  llvm::outs() << "\n";
}

/// Calls of `main` in the order of execution.
void Compilation::collectStages() {
  SymbolTable symbols(*moduleOp);
  auto main = symbols.lookup<func::FuncOp>("main");
  main.walk([&](func::CallOp call) {
    header::Stage stage;
    stage.function = call.getCallee().str();
    std::optional<nn::NodeRef> node = nn::nodeOf(call.getLoc());
    stage.name = node ? node->name : stage.function;
    auto callee = symbols.lookup<func::FuncOp>(call.getCallee());
    if (auto kind = nn::stageAttr.get(callee))
      stage.kind = kind.str();
    if (auto flops = nn::flopsAttr.get(callee))
      stage.flops = flops.getInt();
    if (auto macs = nn::macsAttr.get(callee))
      stage.macs = macs.getInt();
    info.stages.push_back(std::move(stage));
  });
}

LogicalResult Compilation::lower(pipeline::Level level) {
  using pipeline::Level;
  pipeline::Options pipelineOptions;
  pipelineOptions.verifyEach = options.verifyEach;
  pipelineOptions.reproducer = options.reproducer;
  pipelineOptions.threadCrashed = [this] { return threads.hasCrashed(); };
  pipelineOptions.crashed = exitAfterCrash;
  pipelineOptions.before = [this](llvm::StringRef phase) {
    progressLine.step(phase);
  };
  pipelineOptions.after = [this](llvm::StringRef phase, ModuleOp module) {
    afterPhase(phase, module);
  };
  if (level < Level::Arena)
    phases::everyPhaseAttr.put(*moduleOp);
  LogicalResult planned =
      pipeline::run(*moduleOp, Level::Network, std::min(level, Level::Arena),
                    pipelineOptions);
  if (level < Level::Arena)
    return planned;
  auto bytes = arena::bytesAttr.get(module());
  overBudget = failed(planned) && bytes && options.ramBudget &&
               bytes.getInt() + nn::stateBytesAttr.value(module()).value_or(0) >
                   static_cast<int64_t>(options.ramBudget);
  if (succeeded(planned) || overBudget)
    describePlan();
  if (succeeded(planned) && info.lines && failed(readLines()))
    return failure();
  if (failed(planned) || level == Level::Arena)
    return planned;
  if (failed(pipeline::run(*moduleOp, Level::LlvmMlir, level, pipelineOptions)))
    return failure();
  describeDevice();
  return success();
}

/// Of a network on a GPU the caller's arena is what the runtime keeps of it.
void Compilation::describeDevice() {
  auto kernels = phases::kernelsAttr.get(module());
  if (!kernels)
    return;
  // DLC_CUDA_ARENA_BYTES of runtime/include/dlc/cuda.h.
  info.arenaBytes = 512 + 16 * (info.inputs.size() + info.outputs.size()) +
                    8 * kernels.size();
  info.arenaAlign = 16;
  info.onDevice = true;
  info.deviceBytes = arena::deviceBytesAttr.value(module()).value_or(0);
  if (auto constants = phases::constantBytesAttr.get(module()))
    info.deviceBytes += constants[0] + constants[1];
}

std::unique_ptr<llvmgen::NetworkModule> Compilation::translate() {
  progressLine.step("optimise");
  auto result = llvmgen::NetworkModule::create(*moduleOp, info, options.target,
                                               options.emit);
  if (!result) {
    progressLine.clear();
    reportError(result.takeError());
    return nullptr;
  }
  (*result)->optimise();
  return std::move(*result);
}

/// What is known of a planned network.
void Compilation::describePlan() {
  collectStages();
  readArena();
  reportRows = report::reportPlan(*moduleOp, info);
  describeOptions();
}

/// What a reader of the report could have chosen otherwise.
void Compilation::describeOptions() {
  reportRows.notes.insert(reportRows.notes.begin(), options.notes.begin(),
                          options.notes.end());
  reportRows.ramBudget = options.ramBudget;
  reportRows.flashBudget = options.flashBudget;
  auto add = [&](llvm::StringRef name, const llvm::Twine &value) {
    reportRows.options.emplace_back(name.str(), value.str());
  };
  using llvmgen::OptLevel;
  add("optimisation", options.emit.opt == OptLevel::O1   ? "-O1"
                      : options.emit.opt == OptLevel::Os ? "-Os"
                                                         : "-O2");
  add("processor", options.target.cpu);
  if (llvm::Triple triple(llvm::Triple::normalize(options.target.triple));
      triple.isARM() || triple.isThumb())
    add("float ABI", targets::toString(options.target.floatAbi));
  bool isStatic = !info.arenaSection.empty();
  if (isStatic && info.arenaParts.empty())
    add("arena in section", info.arenaSection);
  for (const header::ArenaPart &part : info.arenaParts)
    add(isStatic ? "arena in section " + part.section
                 : "arena in bank " + part.bank,
        llvm::Twine(part.bytes) + " bytes");
  if (options.target.threads > 1)
    add("threads", llvm::Twine(options.target.threads));
  if (options.half)
    add("arithmetic", "half precision");
  if (phases::deviceIoAttr.isOn(module()))
    add("inputs and outputs", "pointers of the device");
  if (options.denseStorage)
    add("storage", "dense");
  if (options.bytePrice)
    add("storage", "a byte less for up to " +
                       llvm::formatv("{0:F3}", 1e-3 * options.bytePrice).str() +
                       " instructions");
  for (const auto &[dimension, size] : options.shapes)
    add("shape", dimension + "=" + llvm::Twine(size));
  for (const lengths::LengthRange &range : options.lengths)
    add("shape", range.name + "=" + llvm::Twine(range.least) + ".." +
                     llvm::Twine(range.most));
  for (const auto &[input, value] : options.fixed)
    add("fixed", input + "=" + value);
  for (const auto &[node, most] : options.rounds)
    add("rounds", node + "=" + llvm::Twine(most));
  if (options.hop)
    add("stream",
        "axis=" + options.frames + ",hop=" + llvm::Twine(options.hop));
  for (const std::string &binding : options.states)
    add("state", binding);
  for (const prepare::Chain &chain : chains)
    add("pipeline of " + chain.input, prepare::chainText(chain));
  if (options.emit.profile)
    add("profile", "on");
  add("dlc", DLC_VERSION);
}

void Compilation::readArena() {
  if (auto bytes = arena::bytesAttr.get(module()))
    info.arenaBytes = bytes.getInt();
  if (auto align = arena::alignAttr.get(module()))
    info.arenaAlign = align.getInt();
  auto parts = arena::partsAttr.get(module());
  if (!parts)
    return;
  for (auto [bank, bytes] :
       llvm::zip_equal(options.arenaBanks, parts.asArrayRef()))
    info.arenaParts.push_back(
        {bank.name, static_cast<uint64_t>(bytes),
         bank.section.empty() ? ".dlc_arena." + bank.name : bank.section});
}

/// Where in the arena a value lies; none for memory of the caller.
static std::optional<int64_t> offsetInArena(Value value) {
  if (auto view = value.getDefiningOp<arena::ViewOp>()) {
    std::optional<int64_t> source = offsetInArena(view.getSource());
    return source ? std::optional(*source +
                                  static_cast<int64_t>(view.getByteOffset()))
                  : std::nullopt;
  }
  auto buffer = value.getDefiningOp<arena::BufferOp>();
  if (!buffer || !buffer.getOffset())
    return std::nullopt;
  return static_cast<int64_t>(*buffer.getOffset());
}

/// Where the image is made that main finds.
LogicalResult Compilation::readLines() {
  for (auto call :
       module().lookupSymbol<func::FuncOp>("main").getOps<func::CallOp>()) {
    auto stage = module().lookupSymbol<func::FuncOp>(call.getCallee());
    if (!phases::linesAttr.isOn(stage))
      continue;
    std::optional<int64_t> image = offsetInArena(call.getOperand(0)),
                           kept = offsetInArena(call.getOperand(1));
    if (!image || !kept)
      return call.emitError("the image is an output of the network as it is, "
                            "whose memory is the caller's when it runs, and "
                            "lines come before: there has to be a frame "
                            "('delivery: frame')");
    info.lines->function = (call.getCallee() + phases::lineSuffix).str();
    info.lines->rows =
        cast<MemRefType>(call.getOperand(0).getType()).getDimSize(0);
    info.lines->imageOffset = *image;
    info.lines->keptOffset = *kept;
  }
  return success();
}

LogicalResult Compilation::writeObject(llvmgen::NetworkModule &llvmModule,
                                       llvm::SmallVectorImpl<char> &object) {
  progressLine.step("object");
  if (llvm::Error error = llvmModule.writeObject(object)) {
    progressLine.clear();
    reportError(std::move(error));
    return failure();
  }
  llvm::Expected<llvmgen::FlashUse> use = llvmgen::measureFlash(object);
  if (!use) {
    progressLine.clear();
    reportError(use.takeError());
    return failure();
  }
  report::addFlash(reportRows, *use);
  if (auto code = phases::machineCodeAttr.get(module()))
    reportRows.options.emplace_back(
        "machine code", std::to_string(code.size()) + " bytes for sm_" +
                            std::to_string(options.target.gpuCapability) +
                            " beside the PTX");
  flash = std::move(*use);
  return success();
}

LogicalResult Compilation::checkFlash() {
  progressLine.clear();
  LogicalResult fits =
      driver::checkFlash(*moduleOp, flash, options.flashBudget);
  overBudget = failed(fits);
  return fits;
}

bool Compilation::hasForms() const {
  return llvm::any_of(reportRows.stages, [](const report::StageRow &stage) {
    return stage.storageForms > 1;
  });
}
