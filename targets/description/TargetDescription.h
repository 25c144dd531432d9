//===- TargetDescription.h - What the compiler knows of a machine ---------===//
//
// One struct, filled from a YAML file: the built-in ones of targets/*/*.yaml,
// a user's own, or what was detected of the machine dlc runs on.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_TARGETS_DESCRIPTION_TARGETDESCRIPTION_H
#define DLC_TARGETS_DESCRIPTION_TARGETDESCRIPTION_H

#include "targets/description/TargetInfo.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace dlc::targets {

enum class FloatAbi { Soft, SoftFP, Hard };

/// A block of RAM: addresses without a gap.
struct RamBank {
  std::string name;
  uint64_t bytes = 0;
  /// Section of an object that the board's linker script puts into this bank;
  /// empty: the compiler's own name.
  std::string section;
};

/// Addresses of a machine's memory.
struct MemoryRegion {
  uint64_t origin = 0;
  uint64_t bytes = 0;
};

/// What QEMU runs the target's code on: a machine with nothing but memory, or a
/// core under Linux (user mode).
struct Emulator {
  std::string qemu;    ///< program, "qemu-system-arm"
  std::string machine; ///< of a bare machine, its -M; empty: Linux
  std::string cpu;     ///< under Linux, its -cpu
  /// Of a bare machine: where code, constants (with the code unless given) and
  /// variables lie.
  MemoryRegion code, data;
  std::optional<MemoryRegion> constants;
  /// Compiles and links what surrounds the network.
  std::string compiler;
  std::vector<std::string> flags;
  /// Of the program around the network, where the compiler has libraries for
  /// another than the target's.
  std::optional<FloatAbi> floatAbi;
};

/// What code generation asks of the machine, and what surrounds that: how it is
/// called, what LLVM needs, the board.
struct TargetDescription : TargetInfo {
  std::string name;
  std::string summary;
  /// The target that it takes from what it does not name; empty: none.
  std::string inherits;

  /// What LLVM needs: triple, processor, "+feature,-feature".
  std::string triple;
  std::string cpu;
  std::string features;
  FloatAbi floatAbi = FloatAbi::Hard;

  /// Of a board; 0 where it is not known.
  uint64_t flashBytes = 0;
  uint64_t clockHz = 0;
  std::vector<RamBank> ram;

  /// None where there is nothing that could run it but the device.
  std::optional<Emulator> emulator;

  /// The bank that holds most, where one arena goes; null without RAM banks.
  const RamBank *largestBank() const;

  /// Without what needs a floating-point unit: arithmetic on floats is calls.
  void leaveFpuAlone();
};

/// Reads one description from YAML text. `fileName` is for messages and for
/// where `inherits: ./base.yaml` begins; an error reads
/// `file:line:column: error: what`.
llvm::Expected<TargetDescription> parseTarget(llvm::StringRef text,
                                              llvm::StringRef fileName);

/// The target of `--target=`: a built-in name or another name of one, `host`,
/// or the path of a YAML file (anything that ends in .yaml or .yml or holds a
/// slash).
llvm::Expected<TargetDescription> findTarget(llvm::StringRef nameOrPath);

/// What a built-in target may be called besides its name, with commas between;
/// empty for most.
std::string otherNames(llvm::StringRef target);

/// All built-in targets in the order of their names, then `host`.
std::vector<TargetDescription> builtinTargets();

/// The machine this process runs on.
TargetDescription hostTarget();

/// "32K", "2M", "1G" or plain bytes; none when it is not a size.
std::optional<uint64_t> parseByteSize(llvm::StringRef text);

/// "48MHz", "1.5GHz", "32kHz", or Hz without a unit; none when it is not a
/// frequency between 1 Hz and 1000 GHz.
std::optional<uint64_t> parseFrequency(llvm::StringRef text);

/// What is wrong with a processor or one of "+feature,-feature" on a triple, in
/// a sentence without a full stop; empty when LLVM knows them all.
std::string checkProcessor(llvm::StringRef triple, llvm::StringRef cpu,
                           llvm::StringRef features);

/// Whether LLVM knows the target's processor as one that has a feature; false
/// for a processor that it does not know.
bool hasFeature(const TargetDescription &target, llvm::StringRef feature);

/// The multiply-accumulates of the target that its processor has.
std::vector<MultiplyAccumulate> formsOf(const TargetDescription &target);

/// Whether LLVM knows the processor, with "+feature,-feature" on a triple, as
/// one with instructions for arithmetic on halves, in vectors if `vectors`;
/// false for a processor that it does not know.
bool hasHalfArithmetic(llvm::StringRef triple, llvm::StringRef cpu,
                       llvm::StringRef features, bool vectors);

llvm::StringRef toString(FloatAbi abi);
std::optional<FloatAbi> parseFloatAbi(llvm::StringRef text);

} // namespace dlc::targets

#endif // DLC_TARGETS_DESCRIPTION_TARGETDESCRIPTION_H
