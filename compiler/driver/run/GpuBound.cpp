//===- GpuBound.cpp - What bounds a kernel on a GPU -----------------------===//

#include "compiler/driver/run/GpuBound.h"
#include "targets/description/GpuRates.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MathExtras.h"

using namespace dlc;
using namespace dlc::driver;

namespace {
constexpr unsigned lanesOfWarp = 32, sectorBytes = 32;
// NVIDIA's tuning guide for Pascal: of one multiprocessor at a time.
constexpr unsigned mostBlocks = 32, mostWarps = 64;
// Between a multiprocessor and the L2 cache, in a cycle.
constexpr double cacheBytes = 64;

/// Cycles of one multiprocessor, if it did all of the launch alone, for each of
/// its parts.
struct Part {
  llvm::StringRef name;
  double cycles;
};
} // namespace

static uint64_t classOf(const GpuLaunch &launch, llvm::StringRef name) {
  return launch.classes.lookup(name);
}

/// Schedulers that have a warp: each starts an instruction in a cycle.
static double busySchedulers(const GpuLaunch &launch,
                             const targets::TargetDescription &target) {
  uint64_t warps = llvm::divideCeil(launch.threads, lanesOfWarp);
  uint64_t here = llvm::divideCeil(launch.blocks, target.gpuMultiprocessors);
  uint64_t fit = std::min<uint64_t>({here, mostBlocks, mostWarps / warps});
  if (launch.sharedBytes)
    fit = std::min<uint64_t>(fit, target.gpuSharedBytes / launch.sharedBytes);
  uint64_t schedulers = target.gpuLanes / lanesOfWarp;
  return static_cast<double>(
      std::min(schedulers, std::max<uint64_t>(1, fit) * warps));
}

/// Cycles for an instruction of a warp where it is started in `lanes` threads
/// at a time.
static double cyclesFor(double lanes) { return lanesOfWarp / lanes; }

static std::vector<Part> partsOf(const GpuLaunch &launch,
                                 const targets::TargetDescription &target) {
  double lanes = target.gpuLanes;
  // CUDA C programming guide, table of arithmetic throughput: 16 of 64 or 32 of
  // 128 lanes for special functions and conversions; 32 lanes of float64
  // on 6.0, 4 on 6.1 and 6.2.
  double doubles = target.gpuCapability == 60 ? 32 : 4;
  uint64_t conversions =
      classOf(launch, "special") + classOf(launch, "convert");
  // A machine instruction for halves has two multiply-adds.
  double halfCycles = 2 * cyclesFor(lanes) / target.gpuHalfRate;
  return {
      {"issue", launch.slots / busySchedulers(launch, target)},
      {"conversions", conversions * cyclesFor(lanes / 4)},
      {"float64", classOf(launch, "double") * cyclesFor(doubles)},
      {"halves", classOf(launch, "half") * halfCycles},
      {"shared memory", static_cast<double>(launch.requests)},
      {"L2 cache",
       (launch.sectors + launch.localSectors) * sectorBytes / cacheBytes},
  };
}

GpuBound driver::boundOf(const GpuLaunch &launch,
                         const targets::TargetDescription &target) {
  // A multiprocessor has whole blocks; the one with the most sets the time.
  double share = static_cast<double>(llvm::divideCeil(
                     launch.blocks, target.gpuMultiprocessors)) /
                 launch.blocks;
  GpuBound bound;
  auto take = [&](llvm::StringRef part, double cycles) {
    double seconds = cycles / target.clockHz;
    if (seconds > bound.seconds)
      bound = {seconds, part};
  };
  for (const Part &part : partsOf(launch, target))
    take(part.name, part.cycles * share);
  take("memory", launch.footprint * sectorBytes /
                     (target.streamBytesPerCycle * targets::kStreamShare));
  return bound;
}

double driver::modelledSeconds(llvm::ArrayRef<GpuLaunch> launches,
                               const targets::TargetDescription &target) {
  double sum = 0;
  for (const GpuLaunch &launch : launches)
    sum += boundOf(launch, target).seconds + launchSeconds;
  return sum;
}

double driver::sectorsToLeast(const GpuLaunch &launch) {
  return launch.blockBytes ? static_cast<double>(launch.sectors * sectorBytes) /
                                 static_cast<double>(launch.blockBytes)
                           : 0;
}

void driver::printBounds(llvm::ArrayRef<GpuLaunch> launches,
                         const targets::TargetDescription &target,
                         llvm::raw_ostream &os) {
  std::vector<GpuBound> bounds;
  double sum = 0;
  for (const GpuLaunch &launch : launches) {
    bounds.push_back(boundOf(launch, target));
    sum += bounds.back().seconds;
  }
  std::vector<size_t> order(launches.size());
  for (size_t i = 0; i < order.size(); ++i)
    order[i] = i;
  llvm::sort(order, [&](size_t a, size_t b) {
    return std::tie(bounds[b].seconds, a) < std::tie(bounds[a].seconds, b);
  });
  os << "  bound us  share  set by         blocks x threads  shared  "
        "    slots  multiply-adds  sectors  x least  requests  kernel\n";
  for (size_t i : order) {
    const GpuLaunch &launch = launches[i];
    uint64_t products = classOf(launch, "fma") + classOf(launch, "dot") +
                        classOf(launch, "half");
    os << llvm::format("%10.2f  %4.1f%%  ", bounds[i].seconds * 1e6,
                       sum ? 100 * bounds[i].seconds / sum : 0)
       << llvm::left_justify(bounds[i].part, 13)
       << llvm::right_justify(llvm::utostr(launch.blocks) + " x " +
                                  llvm::utostr(launch.threads),
                              18)
       << llvm::format("  %6llu  %9llu  %12.1f%%  %7llu  %7.2f  %8llu  ",
                       (unsigned long long)launch.sharedBytes,
                       (unsigned long long)launch.slots,
                       launch.slots ? 100.0 * products / launch.slots : 0,
                       (unsigned long long)launch.sectors,
                       sectorsToLeast(launch),
                       (unsigned long long)launch.requests)
       << launch.kernel << "\n";
  }
}

llvm::Expected<std::vector<GpuLaunch>>
driver::readLaunches(llvm::StringRef lines) {
  std::vector<GpuLaunch> launches;
  while (!lines.empty()) {
    llvm::StringRef line;
    std::tie(line, lines) = lines.split('\n');
    llvm::Expected<llvm::json::Value> value = llvm::json::parse(line);
    if (!value)
      return value.takeError();
    const llvm::json::Object *object = value->getAsObject();
    if (object && object->getString("copy"))
      continue;
    auto malformed = [&] {
      return llvm::createStringError("not a launch: " + line.str());
    };
    if (!object || !object->getString("kernel"))
      return malformed();
    GpuLaunch launch;
    launch.kernel = object->getString("kernel")->str();
    bool good = true;
    auto number = [&](llvm::StringRef key) -> uint64_t {
      std::optional<int64_t> found = object->getInteger(key);
      good &= found && *found >= 0;
      return found.value_or(0);
    };
    auto product = [&](llvm::StringRef key) -> uint64_t {
      const llvm::json::Array *sizes = object->getArray(key);
      uint64_t all = 1;
      good &= sizes && sizes->size() == 3;
      if (sizes)
        for (const llvm::json::Value &size : *sizes)
          all *= size.getAsInteger().value_or(0);
      good &= all != 0;
      return all;
    };
    launch.blocks = product("grid");
    launch.threads = product("block");
    launch.sharedBytes = number("shared_bytes");
    launch.slots = number("slots");
    launch.sectors = number("sectors");
    launch.footprint = number("footprint_sectors");
    launch.blockBytes = number("block_bytes");
    launch.localSectors = number("local_sectors");
    launch.requests = number("shared_requests");
    const llvm::json::Object *classes = object->getObject("slots_by_class");
    good &= classes != nullptr;
    if (classes)
      for (const auto &entry : *classes)
        launch.classes[entry.first.str()] =
            entry.second.getAsInteger().value_or(0);
    if (!good)
      return malformed();
    launches.push_back(std::move(launch));
  }
  return launches;
}
