//===- Host.cpp - The machine dlc runs on ---------------------------------===//
//
// The built-in description of its architecture, with the processor, features
// and cache sizes of this machine.
//
//===----------------------------------------------------------------------===//

#include "targets/description/TargetYaml.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

#include <unistd.h>

using namespace dlc::targets;

/// The built-in target that this machine is one of; empty where there is none.
static llvm::StringRef relativeOf(const llvm::Triple &triple,
                                  const llvm::StringMap<bool> &has) {
  if (triple.isAArch64())
    return "armv8-neon";
  if (triple.getArch() != llvm::Triple::x86_64)
    return "";
  if (has.lookup("avx512f") && has.lookup("avx512vl") &&
      has.lookup("avx512dq") && has.lookup("avx512bw"))
    return "x86-64-v4";
  return has.lookup("avx2") ? "x86-64-v3" : "x86-64-v2";
}

/// The text of a file of the kernel's without the end of its line, or nothing.
static std::string readLine(const llvm::Twine &path) {
  auto buffer = llvm::MemoryBuffer::getFileAsStream(path);
  return buffer ? (*buffer)->getBuffer().trim().str() : std::string();
}

CacheSizes dlc::targets::readCacheSizes(llvm::StringRef folder) {
  CacheSizes sizes;
  for (unsigned i = 0;; ++i) {
    std::string index = (folder + "/index" + llvm::Twine(i) + "/").str();
    std::string level = readLine(index + "level");
    if (level.empty())
      return sizes;
    if (readLine(index + "type") == "Instruction")
      continue;
    auto bytes = static_cast<int64_t>(
        parseByteSize(readLine(index + "size")).value_or(0));
    if (level == "1")
      sizes.l1 = bytes;
    else if (level == "2")
      sizes.l2 = bytes;
  }
}

/// What the C library knows of a cache, what the kernel does, or what is common
/// on such machines.
static int64_t cacheBytes(int name, int64_t kernel, int64_t common) {
  long bytes = sysconf(name);
  return bytes > 0 ? bytes : kernel ? kernel : common;
}

TargetDescription dlc::targets::hostTarget() {
  llvm::Triple triple(llvm::sys::getProcessTriple());
  llvm::StringMap<bool> has = llvm::sys::getHostCPUFeatures();
  TargetDescription t;
  if (llvm::StringRef relative = relativeOf(triple, has); !relative.empty()) {
    llvm::Expected<TargetDescription> base = readBuiltin(relative);
    if (!base)
      llvm::report_fatal_error(base.takeError());
    t = std::move(*base);
  } else {
    t.indexBits = triple.isArch64Bit() ? 64 : 32;
    t.align = 64;
  }
  t.name = "host";
  t.summary = "the machine dlc runs on";
  t.triple = triple.str();
  t.cpu = llvm::sys::getHostCPUName().str();
  t.scarceRam = false;
  t.emulator.reset();
  CacheSizes kernel = readCacheSizes("/sys/devices/system/cpu/cpu0/cache");
  t.l1Bytes = cacheBytes(_SC_LEVEL1_DCACHE_SIZE, kernel.l1, t.l1Bytes);
  t.l2Bytes = cacheBytes(_SC_LEVEL2_CACHE_SIZE, kernel.l2, t.l2Bytes);
  if (triple.isX86())
    t.fma = has.lookup("fma");
  // Sorted: a StringMap's order is not one to rely on.
  llvm::SmallVector<std::string> features;
  for (const auto &feature : has)
    features.push_back((feature.getValue() ? "+" : "-") +
                       feature.getKey().str());
  if (t.vectorBits == 512)
    features.push_back("-prefer-256-bit");
  llvm::sort(features, [](llvm::StringRef a, llvm::StringRef b) {
    return a.drop_front() < b.drop_front();
  });
  t.features = llvm::join(features, ",");
  t.fp16 = hasHalfArithmetic(t.triple, t.cpu, t.features, t.vectorBits != 0);
  return t;
}
