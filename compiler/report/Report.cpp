//===- Report.cpp - What a compiled network needs -------------------------===//

#include "compiler/report/Report.h"
#include "codegen/memory/plan/Liveness.h"
#include "compiler/report/Wording.h"
#include "dialects/arena/Declarations.h"
#include "dialects/dlc/Declarations.h"
#include "dialects/interfaces/StoredSize.h"
#include "dialects/nn/Declarations.h"
#include "dialects/nn/Notes.h"
#include "dialects/nn/state/Declarations.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

namespace dlc::report {

/// As many as a person wants to read in one sentence.
static constexpr size_t named = 5;

static StageRow rowOf(func::CallOp call, func::FuncOp stage) {
  StageRow row;
  row.name = memory::stepName(call);
  row.function = call.getCallee().str();
  if (auto kind = nn::stageAttr.get(stage))
    row.kind = kind.str();
  if (auto storage = phases::storageAttr.get(stage)) {
    auto number = [&](StringRef name) {
      return storage.getAs<IntegerAttr>(name).getInt();
    };
    row.storage = storage.getAs<StringAttr>("form").str();
    row.storageForms = number("forms");
    row.weights = number("weights");
    row.nonzeros = number("nonzeros");
    row.storedBytes = number("bytes");
    row.denseBytes = number("dense_bytes");
    row.instructions = number("instructions");
    row.denseInstructions = number("dense_instructions");
  }
  for (auto [i, operand] : llvm::enumerate(call.getOperands())) {
    row.inplace |= static_cast<bool>(nn::inPlaceAttr.isAt(stage, i));
    auto type = dyn_cast<MemRefType>(operand.getType());
    if (!type || !type.hasStaticShape())
      continue;
    // A stage may know less of a constant than there is.
    Value whole = operand;
    if (auto view = operand.getDefiningOp<arena::ViewOp>())
      whole = view.getSource();
    if (auto global = whole.getDefiningOp<memref::GetGlobalOp>()) {
      row.weightBytes += storedBytes(global.getType());
      row.constants.push_back(global.getName().str());
    } else if (arena::scratchAttr.isAt(stage, i)) {
      row.scratchBytes += storedBytes(type);
    } else {
      row.tensorBytes += storedBytes(type);
    }
  }
  return row;
}

/// The calls that use a buffer or a view of it.
static std::vector<unsigned>
usersOf(arena::BufferOp buffer,
        const llvm::DenseMap<Operation *, unsigned> &stepOf) {
  std::vector<unsigned> steps;
  SmallVector<Operation *> users(buffer->getUsers());
  while (!users.empty()) {
    Operation *user = users.pop_back_val();
    if (auto step = stepOf.find(user); step != stepOf.end())
      steps.push_back(step->second);
    else
      llvm::append_range(users, user->getUsers());
  }
  llvm::sort(steps);
  steps.erase(llvm::unique(steps), steps.end());
  return steps;
}

static bool isScratch(arena::BufferOp buffer, const SymbolTable &symbols) {
  return llvm::any_of(buffer->getUses(), [&](OpOperand &use) {
    auto call = dyn_cast<func::CallOp>(use.getOwner());
    if (!call)
      return false;
    auto stage = symbols.lookup<func::FuncOp>(call.getCallee());
    return static_cast<bool>(
        arena::scratchAttr.isAt(stage, use.getOperandNumber()));
  });
}

static std::string typeName(Type type) {
  if (auto element = header::elementTypeOf(type))
    return element->name.str();
  std::string text;
  llvm::raw_string_ostream(text) << type;
  return text;
}

static BufferRow rowOf(arena::BufferOp op, const memory::LiveBuffer &range,
                       const llvm::DenseMap<Operation *, unsigned> &stepOf,
                       const SymbolTable &symbols) {
  BufferRow row;
  row.name = op.getName().str();
  row.offset = static_cast<int64_t>(op.getOffset().value_or(0));
  row.bytes = range.bytes;
  row.first = range.first;
  row.last = range.last;
  for (const memory::Overlap &overlap : range.over)
    row.over.push_back(
        {overlap.operand, overlap.after, overlap.before, overlap.same});
  auto type = cast<MemRefType>(op.getType());
  llvm::raw_string_ostream shape(row.shape);
  llvm::interleave(type.getShape(), shape, "x");
  row.type = typeName(type.getElementType());
  row.scratch = isScratch(op, symbols);
  row.users = usersOf(op, stepOf);
  return row;
}

/// "<what>: a, b, ..." for those stages of which `is` holds.
static void note(Report &report, StringRef what,
                 llvm::function_ref<bool(const StageRow &)> is) {
  std::string names;
  size_t count = 0;
  for (const StageRow &row : report.stages)
    if (is(row) && ++count <= named)
      names += (names.empty() ? "'" : ", '") + shortName(row.name).str() + "'";
  if (count)
    report.notes.push_back(
        what.str() + ": " + names +
        (count > named ? " and " + std::to_string(count - named) + " more"
                       : ""));
}

/// The stages whose result lies over part of an operand.
static std::vector<bool> overlappingStages(const Report &report) {
  std::vector<bool> stages(report.stages.size());
  for (const BufferRow &result : report.buffers)
    for (const BufferOverlap &overlap : result.over)
      if (result.meets(report.buffers[overlap.operand]))
        stages[result.first] = true;
  return stages;
}

static void describe(Report &report, const header::Network &network) {
  report.network = network.name;
  report.model = network.model;
  report.target = network.target;
  report.inputs = network.inputs;
  report.outputs = network.outputs;
  for (const header::State &state : network.states)
    report.states.push_back(state.tensor);
}

Report reportPlan(ModuleOp planned, const header::Network &network) {
  Report report;
  describe(report, network);
  report.arenaBytes = arena::bytesAttr.value(planned).value_or(0);
  report.stateBytes = nn::stateBytesAttr.value(planned).value_or(0);
  report.arenaAlign = arena::alignAttr.value(planned).value_or(0);
  report.arenaLowerBound = arena::lowerBoundAttr.value(planned).value_or(0);
  for (StringRef text : nn::notesOf(planned))
    report.notes.push_back(text.str());

  llvm::StringMap<const header::Stage *> costs;
  for (const header::Stage &stage : network.stages)
    costs[stage.function] = &stage;
  // Others are made on a device.
  for (auto global : planned.getOps<memref::GlobalOp>())
    if (!global.isUninitialized())
      report.weightBytes += storedBytes(global.getType());

  SymbolTable symbols(planned);
  memory::ArenaLiveness liveness(symbols.lookup<func::FuncOp>("main"));
  std::vector<int64_t> live = memory::liveBytesPerStep(liveness.ranges());
  live.resize(liveness.steps().size());
  llvm::DenseMap<Operation *, unsigned> stepOf;
  for (auto [i, call] : llvm::enumerate(liveness.steps())) {
    func::CallOp op = call;
    stepOf[op] = i;
    StageRow row = rowOf(op, symbols.lookup<func::FuncOp>(op.getCallee()));
    if (const header::Stage *cost = costs.lookup(row.function)) {
      row.flops = cost->flops;
      row.macs = cost->macs;
    }
    row.liveBytes = live[i];
    report.stages.push_back(std::move(row));
  }
  for (auto [op, range] :
       llvm::zip_equal(liveness.buffers(), liveness.ranges()))
    report.buffers.push_back(rowOf(op, range, stepOf, symbols));
  note(report, "results written over an operand that nobody needs any more",
       [](const StageRow &row) { return row.inplace; });
  std::vector<bool> overlaps = overlappingStages(report);
  note(report,
       "results written over parts of an operand that have been read for the "
       "last time",
       [&](const StageRow &row) {
         return overlaps[&row - report.stages.data()];
       });
  return report;
}

void addFlash(Report &report, const llvmgen::FlashUse &use) {
  report.flashBytes = use.total;
  llvm::StringMap<uint64_t> bytes;
  for (const llvmgen::SymbolSize &symbol : use.symbols)
    bytes[symbol.name] = symbol.bytes;
  llvm::StringSet<> counted;
  uint64_t saved = 0;
  for (StageRow &row : report.stages) {
    // With what layers of other sizes share with it: they call it.
    row.codeBytes = bytes.lookup(row.function) +
                    bytes.lookup(row.function + llvmgen::sharedSuffix.str());
    if (counted.insert(row.function).second)
      row.flashCode = row.codeBytes;
    else
      saved += row.codeBytes;
    for (const std::string &constant : row.constants)
      if (counted.insert(constant).second)
        row.flashWeights += bytes.lookup(constant);
  }
  if (saved)
    note(report,
         "code shared with a layer that is equal but for its weights, which "
         "saves " +
             std::to_string(saved) + " bytes of flash",
         [](const StageRow &row) { return row.codeBytes && !row.flashCode; });
}

} // namespace dlc::report
