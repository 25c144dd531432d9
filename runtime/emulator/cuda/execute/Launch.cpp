#include "runtime/emulator/cuda/execute/Launch.h"

#include "runtime/emulator/cuda/execute/Barriers.h"
#include "runtime/emulator/cuda/execute/Warp.h"
#include "runtime/emulator/cuda/parse/Liveness.h"
#include "runtime/emulator/cuda/parse/Special.h"
#include "runtime/emulator/cuda/parse/Symbols.h"

#include <cstring>

namespace dlc::ptx {

void fail(const Warp &warp, const Op &op, Fault fault,
          const std::string &what) {
  const Kernel &kernel = *warp.block->kernel;
  const uint32_t *at = warp.block->at;
  throw Error(fault, kernel.name + ", line " + std::to_string(op.line) + ": '" +
                         kernel.module->lineOf(op.line) + "': " + what +
                         " (block " + std::to_string(at[0]) + ", " +
                         std::to_string(at[1]) + ", " + std::to_string(at[2]) +
                         ", warp " + std::to_string(warp.index) + ")");
}

const char *nameOf(OpClass cost) {
  static constexpr const char *names[] = {
      "fma",   "float",     "half",    "double",   "integer", "multiply",
      "dot",   "convert",   "special", "move",     "global",  "shared",
      "local", "parameter", "atomic",  "exchange", "control"};
  static_assert(sizeof(names) / sizeof(names[0]) == size_t(OpClass::None),
                "a name for each");
  return names[size_t(cost)];
}

void checkGrid(const Kernel &kernel, const Grid &grid) {
  auto refuse = [&](const std::string &what) {
    throw Error(Fault::Launch, kernel.name + ": " + what);
  };
  const auto &threads = grid.threads;
  uint64_t count = uint64_t(threads[0]) * threads[1] * threads[2];
  if (!grid.blocks[0] || !grid.blocks[1] || !grid.blocks[2] ||
      grid.blocks[1] > 65535 || grid.blocks[2] > 65535 ||
      grid.blocks[0] > 0x7fffffffu)
    refuse("a grid of " + std::to_string(grid.blocks[0]) + " x " +
           std::to_string(grid.blocks[1]) + " x " +
           std::to_string(grid.blocks[2]) + " blocks");
  if (count == 0 || count > kernel.maxThreads || count > 1024 ||
      threads[2] > 64)
    refuse("a block of " + std::to_string(count) + " threads, at most " +
           std::to_string(std::min(kernel.maxThreads, 1024u)));
  if (kernel.required[0] && kernel.required != threads)
    refuse("a block that is not the one it was compiled for");
  if (kernel.sharedBytes + uint64_t(grid.dynamicShared) > 49152)
    refuse(std::to_string(kernel.sharedBytes + uint64_t(grid.dynamicShared)) +
           " bytes of shared memory, at most 49152");
}

namespace {

class Execution {
public:
  Execution(const Kernel &kernel, const Grid &grid, void *const *arguments,
            const LaunchOptions &options);
  Counters run();

private:
  const Kernel &kernel;
  const Grid &grid;
  const LaunchOptions &options;
  Block block;
  std::vector<Warp> warps;
  Barriers barriers{warps};
  std::vector<uint64_t> counts; // how often each operation ran
  uint64_t divergences = 0, executed = 0;

  void prepareWarp(Warp &warp, unsigned index);
  void beginBlock(unsigned x, unsigned y, unsigned z);
  void runBlock();
  bool runWarp(Warp &warp);
  void branch(Warp &warp, const Op &op, uint32_t taken);
  void runChecked(Warp &warp, const Op &op);
  void setSpecial(Warp &warp, const Kernel::Special &special);
  Counters summary() const;
};

Execution::Execution(const Kernel &kernel, const Grid &grid,
                     void *const *arguments, const LaunchOptions &options)
    : kernel(kernel), grid(grid), options(options), counts(kernel.ops.size()) {
  checkGrid(kernel, grid);
  block.kernel = &kernel;
  block.memory = &kernel.module->memoryOf();
  block.threads = grid.threads[0] * grid.threads[1] * grid.threads[2];
  block.checks = options.checks;
  block.parameters.resize(kernel.parameterBytes);
  for (size_t i = 0; i < kernel.parameters.size(); ++i)
    memcpy(block.parameters.data() + kernel.parameters[i].offset, arguments[i],
           kernel.parameters[i].bytes);
  block.shared.resize(grid.dynamicShared ? kDynamicShared + grid.dynamicShared
                                         : kernel.sharedBytes);
  block.sharedShadow.resize(block.shared.size());
  block.accesses.resize(kernel.accesses);
  warps.resize((block.threads + kLanes - 1) / kLanes);
  for (unsigned i = 0; i < warps.size(); ++i)
    prepareWarp(warps[i], i);
}

void Execution::prepareWarp(Warp &warp, unsigned index) {
  warp.index = index;
  warp.block = &block;
  warp.file.resize(kernel.registerBytes + 64);
  warp.regs = warp.file.data() +
              (64 - reinterpret_cast<uintptr_t>(warp.file.data()) % 64) % 64;
  warp.local.resize(size_t(kernel.localBytes) * kLanes);
  for (const Kernel::Constant &constant : kernel.constants)
    for (unsigned l = 0; l < kLanes; ++l)
      memcpy(warp.regs + constant.place + l * constant.bytes, &constant.value,
             constant.bytes);
}

void Execution::setSpecial(Warp &warp, const Kernel::Special &special) {
  const auto &threads = grid.threads;
  uint32_t *r = warp.r<uint32_t>(special.place);
  for (unsigned l = 0; l < kLanes; ++l) {
    unsigned t = warp.index * kLanes + l;
    uint32_t self = 1u << l;
    const uint32_t values[SpecialCount] = {t % threads[0],
                                           t / threads[0] % threads[1],
                                           t / (threads[0] * threads[1]),
                                           threads[0],
                                           threads[1],
                                           threads[2],
                                           block.at[0],
                                           block.at[1],
                                           block.at[2],
                                           grid.blocks[0],
                                           grid.blocks[1],
                                           grid.blocks[2],
                                           l,
                                           warp.index,
                                           uint32_t(warps.size()),
                                           self,
                                           self - 1,
                                           self | (self - 1),
                                           ~(self | (self - 1)),
                                           ~(self - 1)};
    r[l] = values[special.which];
  }
}

void Execution::beginBlock(unsigned x, unsigned y, unsigned z) {
  block.at[0] = x, block.at[1] = y, block.at[2] = z;
  Clock &clock = block.memory->clock;
  clock.block = clock.sync = ++clock.now;
  std::fill(block.shared.begin(), block.shared.end(), 0xff); // NaN
  for (Warp &warp : warps) {
    unsigned n = std::min(kLanes, block.threads - warp.index * kLanes);
    warp.mask = warp.alive = n == kLanes ? ~0u : (1u << n) - 1;
    warp.pc = 0;
    warp.join = kNoJoin;
    warp.stack.clear();
    warp.sync = warp.metAll = clock.sync;
    warp.waits = false;
    if (kernel.hasPartialBarriers)
      warp.met.assign(warps.size(), clock.sync);
    warp.written.assign(kernel.checked.size(), 0);
    warp.localWritten.assign(warp.local.size(), 0);
    for (const Kernel::Special &special : kernel.specials)
      setSpecial(warp, special);
  }
}

void Execution::runBlock() {
  barriers.reset();
  for (bool goesOn = true; goesOn;) {
    goesOn = false;
    for (size_t i = 0; i < warps.size(); ++i) {
      Warp &warp = warps[options.isReversed ? warps.size() - 1 - i : i];
      if (warp.alive == 0 || warp.waits)
        continue;
      goesOn = true;
      if (runWarp(warp))
        barriers.arrive(warp, kernel.ops[warp.pc - 1]);
      else
        warp.alive = 0;
    }
  }
  barriers.finish();
}

void Execution::branch(Warp &warp, const Op &op, uint32_t taken) {
  if (taken == warp.mask) {
    warp.pc = uint32_t(op.imm);
  } else if (!taken) {
    ++warp.pc;
  } else {
    ++divergences;
    if (op.join != warp.join)
      warp.stack.push_back({op.join, warp.join, warp.mask});
    warp.stack.push_back({warp.pc + 1, op.join, warp.mask & ~taken});
    warp.mask = taken;
    warp.join = op.join;
    warp.pc = uint32_t(op.imm);
  }
}

/// An operation with registers that the kernel may read before it writes them.
void Execution::runChecked(Warp &warp, const Op &op) {
  forEachRegister(op, [&](uint32_t place, bool isWritten) {
    auto found = kernel.checked.find(place);
    // What a guard needs is needed of all lanes.
    if (isWritten || found == kernel.checked.end() || !options.checks)
      return;
    if (uint32_t missing = warp.mask & ~warp.written[found->second])
      fail(warp, op, Fault::Uninitialised,
           "reads a register that thread " +
               std::to_string(warp.index * kLanes +
                              unsigned(__builtin_ctz(missing))) +
               " has not written");
  });
  op.run(warp, op);
  forEachRegister(op, [&](uint32_t place, bool isWritten) {
    auto found = kernel.checked.find(place);
    if (isWritten && found != kernel.checked.end())
      warp.written[found->second] |= warp.mask;
  });
}

/// Until the warp waits at a barrier (true) or all its lanes are done.
bool Execution::runWarp(Warp &warp) {
  const Op *ops = kernel.ops.data();
  uint64_t *count = counts.data();
  for (;;) {
    while (warp.mask == 0 || warp.pc == warp.join) {
      if (warp.stack.empty())
        return false;
      const Warp::Path &path = warp.stack.back();
      warp.pc = path.pc;
      warp.join = path.join;
      warp.mask = path.mask & warp.alive;
      warp.stack.pop_back();
    }
    const Op &op = ops[warp.pc];
    ++count[warp.pc];
    if (!op.guard && !op.checked && op.kind == OpKind::Plain) {
      op.run(warp, op);
      ++warp.pc;
      continue;
    }
    uint32_t taken = warp.mask;
    if (op.guard) {
      uint32_t p = *warp.r<uint32_t>(op.guard);
      taken &= op.negated ? ~p : p;
    }
    switch (op.kind) {
    case OpKind::Plain:
      if (taken) {
        uint32_t all = warp.mask;
        warp.mask = taken;
        op.checked ? runChecked(warp, op) : op.run(warp, op);
        warp.mask = all;
      }
      ++warp.pc;
      break;
    case OpKind::Branch:
      if (op.checked)
        runChecked(warp, op);
      if (++executed > options.limit)
        fail(warp, op, Fault::Endless, "the kernel does not end");
      branch(warp, op, taken);
      break;
    case OpKind::Barrier:
      if (taken != warp.alive)
        fail(warp, op, Fault::Divergence, "a part of a warp is at a barrier");
      ++warp.pc;
      return true;
    case OpKind::Return:
      warp.alive &= ~taken;
      warp.mask &= ~taken;
      ++warp.pc;
    }
  }
}

Counters Execution::summary() const {
  Counters total;
  for (size_t i = 0; i < counts.size(); ++i) {
    const Op &op = kernel.ops[i];
    if (op.cost == OpClass::None)
      continue;
    total.instructions += counts[i];
    total.byClass[size_t(op.cost)] += counts[i];
    total.slots += counts[i] * op.slots;
    total.slotsByClass[size_t(op.cost)] += counts[i] * op.slots;
    if (op.kind == OpKind::Barrier)
      total.barriers += counts[i];
    bool isAccess = op.cost == OpClass::Global || op.cost == OpClass::Shared ||
                    op.cost == OpClass::Local || op.cost == OpClass::Atomic;
    if (!isAccess)
      continue;
    const MemoryCount &access = block.accesses[op.join];
    (op.cost == OpClass::Local ? total.localSectors : total.sectors) +=
        access.sectors;
    total.footprint += access.firstSectors;
    total.blockBytes += access.blockBytes;
    total.requests += access.requests;
  }
  total.divergences = divergences;
  return total;
}

Counters Execution::run() {
  Clock &clock = block.memory->clock;
  clock.launch = ++clock.now;
  ++block.memory->launches;
  const auto &n = grid.blocks;
  const uint64_t count = uint64_t(n[0]) * n[1] * n[2];
  for (uint64_t i = 0; i < count; ++i) {
    uint64_t k = options.isReversed ? count - 1 - i : i;
    beginBlock(unsigned(k % n[0]), unsigned(k / n[0] % n[1]),
               unsigned(k / n[0] / n[1]));
    runBlock();
  }
  return summary();
}

} // namespace

Counters launch(const Kernel &kernel, const Grid &grid, void *const *arguments,
                const LaunchOptions &options) {
  return Execution(kernel, grid, arguments, options).run();
}

} // namespace dlc::ptx
