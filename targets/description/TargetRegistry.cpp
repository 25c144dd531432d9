//===- TargetRegistry.cpp - Built-in targets, the host, a user's file -----===//

#include "targets/description/TargetYaml.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

#include <unistd.h>

using namespace dlc::targets;

namespace {
struct EmbeddedFile {
  const char *path;
  const char *text;
};
// Written by CMake from targets/*/*.yaml.
const EmbeddedFile embeddedFiles[] = {
#include "EmbeddedTargets.inc"
};
} // namespace

namespace {
/// Another name of a built-in target.
struct Alias {
  llvm::StringLiteral name, target;
};
constexpr Alias aliases[] = {{"x86-64", "x86-64-v2"}};
} // namespace

std::string dlc::targets::otherNames(llvm::StringRef target) {
  std::string names;
  for (const Alias &alias : aliases)
    if (alias.target == target)
      names += (names.empty() ? "" : ", ") + alias.name.str();
  return names;
}

std::vector<TargetDescription> dlc::targets::builtinTargets() {
  std::vector<TargetDescription> targets;
  for (const EmbeddedFile &file : embeddedFiles) {
    llvm::Expected<TargetDescription> target =
        parseTarget(file.text, file.path);
    if (!target)
      llvm::report_fatal_error(target.takeError());
    targets.push_back(std::move(*target));
  }
  llvm::sort(targets,
             [](const auto &a, const auto &b) { return a.name < b.name; });
  targets.push_back(hostTarget());
  return targets;
}

/// Vector width, registers and FMA of an x86 or AArch64 machine by its
/// features.
static void detectVectors(TargetDescription &t,
                          const llvm::StringMap<bool> &has) {
  llvm::Triple triple(t.triple);
  if (triple.isX86()) {
    bool avx512 = has.lookup("avx512f") && has.lookup("avx512vl") &&
                  has.lookup("avx512dq") && has.lookup("avx512bw");
    t.vectorBits = avx512 ? 512 : has.lookup("avx2") ? 256 : 128;
    t.vectorRegisters = avx512 ? 32 : 16;
    t.fma = has.lookup("fma");
    return;
  }
  if (triple.isAArch64()) {
    t.vectorBits = 128;
    t.vectorRegisters = 32;
    t.fma = true;
  }
}

/// What the C library knows of a cache, or what is common.
static uint64_t cacheBytes(int name, uint64_t common) {
  long bytes = sysconf(name);
  return bytes > 0 ? bytes : common;
}

TargetDescription dlc::targets::hostTarget() {
  TargetDescription t;
  t.name = "host";
  t.summary = "the machine dlc runs on";
  t.triple = llvm::sys::getProcessTriple();
  t.cpu = llvm::sys::getHostCPUName().str();
  t.indexBits = llvm::Triple(t.triple).isArch64Bit() ? 64 : 32;
  t.align = 64;
  t.l1Bytes = cacheBytes(_SC_LEVEL1_DCACHE_SIZE, 32 << 10);
  t.l2Bytes = cacheBytes(_SC_LEVEL2_CACHE_SIZE, 512 << 10);
  llvm::StringMap<bool> has = llvm::sys::getHostCPUFeatures();
  detectVectors(t, has);
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

static bool isPath(llvm::StringRef nameOrPath) {
  return nameOrPath.contains('/') || nameOrPath.ends_with(".yaml") ||
         nameOrPath.ends_with(".yml");
}

static llvm::Expected<TargetDescription> findBuiltin(llvm::StringRef name) {
  if (name == "host")
    return hostTarget();
  for (const Alias &alias : aliases)
    if (name == alias.name)
      name = alias.target;
  std::string known;
  for (TargetDescription &target : builtinTargets()) {
    if (target.name == name)
      return target;
    known += known.empty() ? target.name : ", " + target.name;
    if (std::string names = otherNames(target.name); !names.empty())
      known += " (also " + names + ")";
  }
  return llvm::createStringError("unknown target '" + name + "'; known are " +
                                 known + ", or the path of a .yaml file");
}

namespace {
/// Reads files that inherit from one another.
class FileReader {
public:
  llvm::Expected<TargetDescription> find(llvm::StringRef nameOrPath) {
    return isPath(nameOrPath) ? readFile(nameOrPath) : findBuiltin(nameOrPath);
  }

  llvm::Expected<TargetDescription> readText(llvm::StringRef text,
                                             llvm::StringRef path) {
    return readTargetYaml(text, path, [&](llvm::StringRef base) {
      llvm::SmallString<128> from(base);
      if (isPath(base) && llvm::sys::path::is_relative(base)) {
        from = llvm::sys::path::parent_path(path);
        llvm::sys::path::append(from, base);
      }
      return find(from);
    });
  }

private:
  llvm::Expected<TargetDescription> readFile(llvm::StringRef path) {
    auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/true);
    if (!buffer)
      return llvm::createStringError("cannot read target description '" + path +
                                     "': " + buffer.getError().message());
    llvm::SmallString<128> real;
    llvm::sys::fs::real_path(path, real);
    if (llvm::is_contained(open, real.str()))
      return llvm::createStringError(
          "'" + path +
          "' inherits from itself: name a built-in target instead");
    open.push_back(real.str().str());
    llvm::Expected<TargetDescription> target =
        readText((*buffer)->getBuffer(), path);
    open.pop_back();
    return target;
  }

  /// Real paths of the files whose base is being read.
  std::vector<std::string> open;
};
} // namespace

llvm::Expected<TargetDescription>
dlc::targets::parseTarget(llvm::StringRef text, llvm::StringRef fileName) {
  return FileReader().readText(text, fileName);
}

llvm::Expected<TargetDescription>
dlc::targets::findTarget(llvm::StringRef nameOrPath) {
  return FileReader().find(nameOrPath);
}
