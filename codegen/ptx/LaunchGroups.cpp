//===- LaunchGroups.cpp - Which launches are worth being one --------------===//

#include "codegen/ptx/LaunchGroups.h"
#include "dialects/dlc/launches/Declarations.h"
#include "targets/description/GpuRates.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/Matchers.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::ptx {
namespace {

using targets::kLaunchCycles;
/// In which the threads of a block meet between two parts.
constexpr double kMeetingCycles = 100;
constexpr double kSchedulers = 4;
/// Calls that one launch does at most, and arguments of a kernel.
constexpr size_t kMostCalls = 64, kMostArguments = 60;
/// Named barriers of a block but for that of all its threads.
constexpr int64_t kBarriers = 15;

std::optional<int64_t> numberOf(Value value) {
  IntegerAttr number;
  if (!matchPattern(value, m_Constant(&number)))
    return std::nullopt;
  return number.getInt();
}

bool measure(MergedPart &part, const targets::TargetInfo &target) {
  DenseI64ArrayAttr cost = phases::costAttr.get(part.launch);
  auto size = part.kernel->getAttrOfType<DenseI32ArrayAttr>(
      NVVM::NVVMDialect::getReqntidAttrName());
  if (!cost || cost.size() != 4 || !size ||
      !part.kernel.getBody().hasOneBlock())
    return false;
  part.threads = size[0];
  gpu::KernelDim3 grid = part.launch.getGridSizeOperandValues();
  const Value sizes[] = {grid.x, grid.y, grid.z};
  for (auto [value, count] : llvm::zip(sizes, part.grid)) {
    std::optional<int64_t> number = numberOf(value);
    if (!number)
      return false;
    count = *number;
    part.blocks *= count;
  }
  for (BlockArgument memory : part.kernel.getWorkgroupAttributions()) {
    auto type = cast<MemRefType>(memory.getType());
    part.sharedBytes += llvm::alignTo(
        type.getNumElements() * type.getElementTypeBitWidth() / 8, 16);
  }
  const auto sharedBytes = static_cast<int64_t>(target.gpuBlockSharedBytes);
  // ptxas would spill what a block of so many threads has no registers for.
  if (part.threads > kMergedThreads || part.sharedBytes > sharedBytes ||
      cost[3] * kMergedThreads > target.gpuBlockRegisters)
    return false;
  part.atOnce = std::min(kMergedThreads / part.threads, part.blocks);
  if (part.sharedBytes)
    part.atOnce =
        std::min({part.atOnce, sharedBytes / part.sharedBytes, kBarriers});
  part.cycles = static_cast<double>(cost[0]);
  double slots = static_cast<double>(cost[1] * part.atOnce) / kSchedulers;
  part.cyclesMerged =
      static_cast<double>(llvm::divideCeil(part.blocks, part.atOnce)) *
          std::max(static_cast<double>(cost[2]), slots) +
      kMeetingCycles;
  return true;
}

} // namespace

std::vector<MergeCandidate> candidatesOf(func::FuncOp main,
                                         SymbolTable &symbols,
                                         const targets::TargetInfo &target) {
  std::vector<MergeCandidate> candidates;
  for (auto call : main.getOps<func::CallOp>()) {
    MergeCandidate candidate;
    candidate.call = call;
    auto stage = symbols.lookup<func::FuncOp>(call.getCallee());
    bool fits = true;
    for (auto launch : stage.getOps<gpu::LaunchFuncOp>()) {
      MergedPart part;
      part.launch = launch;
      part.kernel = cast<gpu::GPUFuncOp>(
          symbols.lookupNearestSymbolFrom(main, launch.getKernelAttr()));
      fits &= measure(part, target);
      candidate.cycles += part.cycles + kLaunchCycles;
      candidate.parts.push_back(part);
    }
    candidate.launches = candidate.parts.size();
    if (!fits)
      candidate.parts.clear();
    candidates.push_back(std::move(candidate));
  }
  return candidates;
}

std::vector<std::pair<size_t, size_t>>
chooseGroups(ArrayRef<MergeCandidate> candidates) {
  size_t count = candidates.size();
  // The best that the calls up to each can be, and where its last group begins.
  std::vector<double> best(count + 1, 0);
  std::vector<size_t> from(count + 1, 0);
  std::vector<bool> merged(count + 1, false);
  for (size_t end = 1; end <= count; ++end) {
    best[end] = best[end - 1] + candidates[end - 1].cycles;
    from[end] = end - 1;
    double parts = 0;
    size_t arguments = 0, launches = 0;
    for (size_t begin = end; begin > 0 && end - begin < kMostCalls; --begin) {
      const MergeCandidate &candidate = candidates[begin - 1];
      arguments += func::CallOp(candidate.call).getNumOperands();
      if (candidate.parts.empty() || arguments > kMostArguments)
        break;
      launches += candidate.launches;
      for (const MergedPart &part : candidate.parts)
        parts += part.cyclesMerged;
      double cycles = best[begin - 1] + parts + kLaunchCycles;
      if (launches < 2 || cycles >= best[end])
        continue;
      best[end] = cycles;
      from[end] = begin - 1;
      merged[end] = true;
    }
  }
  std::vector<std::pair<size_t, size_t>> groups;
  for (size_t end = count; end > 0; end = from[end])
    if (merged[end])
      groups.push_back({from[end], end - 1});
  std::reverse(groups.begin(), groups.end());
  return groups;
}

} // namespace dlc::ptx
