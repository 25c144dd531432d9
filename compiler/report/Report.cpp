//===- Report.cpp - What a compiled network needs -------------------------===//

#include "compiler/report/Report.h"
#include "codegen/memory/Liveness.h"
#include "dialects/nn/Notes.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/ADT/StringMap.h"

using namespace mlir;

namespace dlc::report {

static int64_t attribute(ModuleOp module, StringRef name) {
  auto value = module->getAttrOfType<IntegerAttr>(name);
  return value ? value.getInt() : 0;
}

static int64_t bytesOf(MemRefType type) {
  return type.getNumElements() *
         llvm::divideCeil(type.getElementTypeBitWidth(), 8);
}

static StageRow rowOf(func::CallOp call, func::FuncOp stage) {
  StageRow row;
  row.name = memory::stepName(call);
  row.function = call.getCallee().str();
  if (auto kind = stage->getAttrOfType<StringAttr>("nn.stage"))
    row.kind = kind.str();
  for (auto [i, operand] : llvm::enumerate(call.getOperands())) {
    auto type = dyn_cast<MemRefType>(operand.getType());
    if (!type || !type.hasStaticShape())
      continue;
    if (operand.getDefiningOp<memref::GetGlobalOp>())
      row.weightBytes += bytesOf(type);
    else if (stage.getArgAttr(i, "arena.scratch"))
      row.scratchBytes += bytesOf(type);
    else
      row.tensorBytes += bytesOf(type);
  }
  return row;
}

Report reportPlan(ModuleOp planned, const header::Network &network) {
  Report report;
  report.network = network.name;
  report.model = network.model;
  report.target = network.target;
  report.arenaBytes = attribute(planned, arena::bytesAttrName);
  report.arenaAlign = attribute(planned, arena::alignAttrName);
  report.arenaLowerBound = attribute(planned, arena::lowerBoundAttrName);

  for (StringRef note : nn::notesOf(planned))
    report.notes.push_back(note.str());

  llvm::StringMap<uint64_t> flops;
  for (const header::Stage &stage : network.stages)
    flops[stage.function] = stage.flops;
  for (auto global : planned.getOps<memref::GlobalOp>())
    report.weightBytes += bytesOf(global.getType());

  memory::ArenaLiveness liveness(planned.lookupSymbol<func::FuncOp>("main"));
  std::vector<int64_t> live = memory::liveBytesPerStep(liveness.ranges());
  live.resize(liveness.steps().size());
  for (auto [i, call] : llvm::enumerate(liveness.steps())) {
    func::CallOp op = call;
    StageRow row =
        rowOf(op, planned.lookupSymbol<func::FuncOp>(op.getCallee()));
    row.flops = flops.lookup(row.function);
    row.liveBytes = live[i];
    report.stages.push_back(std::move(row));
  }
  for (auto [op, range] :
       llvm::zip_equal(liveness.buffers(), liveness.ranges())) {
    arena::BufferOp buffer = op;
    report.buffers.push_back(
        {buffer.getName().str(),
         static_cast<int64_t>(buffer.getOffset().value_or(0)), range.bytes,
         range.first, range.last});
  }
  return report;
}

void addFlash(Report &report, const llvmgen::FlashUse &use) {
  report.flashBytes = use.total;
  llvm::StringMap<uint64_t> bytes;
  for (const llvmgen::SymbolSize &symbol : use.symbols)
    bytes[symbol.name] = symbol.bytes;
  for (StageRow &row : report.stages)
    row.codeBytes = bytes.lookup(row.function);
}

} // namespace dlc::report
