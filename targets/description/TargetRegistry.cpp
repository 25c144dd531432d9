//===- TargetRegistry.cpp - Built-in targets, the host, a user's file -----===//

#include "targets/description/TargetYaml.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

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

/// The path of each ends in the name of its target.
llvm::Expected<TargetDescription>
dlc::targets::readBuiltin(llvm::StringRef name) {
  for (const EmbeddedFile &file : embeddedFiles)
    if (llvm::sys::path::stem(file.path) == name)
      return parseTarget(file.text, file.path);
  return llvm::createStringError("no built-in target '" + name + "'");
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
  if (llvm::any_of(embeddedFiles, [&](const EmbeddedFile &file) {
        return llvm::sys::path::stem(file.path) == name;
      }))
    return readBuiltin(name);
  std::string known;
  for (const TargetDescription &target : builtinTargets()) {
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
    if (llvm::sys::fs::real_path(path, real))
      real = path; // a pipe has no other name
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
