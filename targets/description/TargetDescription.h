//===- TargetDescription.h - What the compiler knows of a machine ---------===//
//
// One struct, filled from a YAML file: the built-in ones of targets/*/*.yaml,
// a user's own, or what was detected of the machine dlc runs on.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_TARGETS_DESCRIPTION_TARGETDESCRIPTION_H
#define DLC_TARGETS_DESCRIPTION_TARGETDESCRIPTION_H

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

/// Where a vector multiply-add takes a factor from that is one for all lanes: a
/// vector it was broadcast into, a lane of any vector, a core register.
enum class ScalarFactor { Vector, Lane, Core };

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

struct TargetDescription {
  std::string name;
  std::string summary;
  /// The target that it takes from what it does not name; empty: none.
  std::string inherits;

  /// What LLVM needs: triple, processor, "+feature,-feature".
  std::string triple;
  std::string cpu;
  std::string features;
  FloatAbi floatAbi = FloatAbi::Hard;

  /// Width of an address and of `index`: 32 or 64.
  unsigned indexBits = 64;
  /// Width of a vector register; 0 where arithmetic is scalar.
  unsigned vectorBits = 0;
  /// Registers that can hold a (vector of) float32: bounds the register block.
  unsigned vectorRegisters = 16;
  ScalarFactor scalarFactor = ScalarFactor::Vector;
  /// Loads and stores of some of a vector's lanes, at the cost of whole ones.
  bool predication = false;
  /// Whether float32 arithmetic is instructions (not calls), and whether a
  /// multiply and an add fuse into one.
  bool fpu = true;
  bool fma = false;
  /// Whether arithmetic on halves (IEEE 754 binary16) is instructions, in
  /// vectors where there are any: as many lanes as fit.
  bool fp16 = false;
  /// Whether rounding to an integral float32 is an instruction where arithmetic
  /// is scalar (FPv5's vrint); vectors always have one.
  bool rounding = false;
  /// Whether the larger or smaller of two floats, NaN if either is one, is an
  /// instruction (IEEE 754-2019's maximum and minimum).
  bool maximum = false;
  /// float32 values that one instruction best loads into consecutive registers:
  /// scalar ones (VFP's vldm), vectors where a factor is a lane of one (ld1 of
  /// AArch64), core registers where it is one (ldm); 0: none is used.
  unsigned loadMultiple = 0;
  /// Whether an instruction multiplies two words of 32 bits and adds all 64
  /// bits of the product to a sum.
  bool longMultiply = true;

  /// Alignment in bytes of the arena, of each buffer in it and of constants.
  unsigned align = 16;

  /// Whether a smaller arena is worth a percent of work and flash, asked or
  /// not: of devices that have kilobytes of RAM, or small caches. Faster forms
  /// of stages take scratch memory only where the network's tensors leave room.
  bool scarceRam = false;

  /// Sizes in bytes; 0 where there is none or it is not known.
  uint64_t l1Bytes = 0;
  uint64_t l2Bytes = 0;
  uint64_t flashBytes = 0;

  /// Of a board: cycles per second, 0 where it is not known, and its RAM.
  uint64_t clockHz = 0;
  std::vector<RamBank> ram;

  /// Threads that a network is compiled for unless --threads says otherwise.
  unsigned threads = 1;

  /// None where there is nothing that could run it but the device.
  std::optional<Emulator> emulator;

  /// The bank that holds most, where one arena goes; null without RAM banks.
  const RamBank *largestBank() const;

  /// Without what needs a floating-point unit: arithmetic on floats is calls.
  void leaveFpuAlone() {
    fpu = fma = fp16 = rounding = maximum = false;
    vectorBits = loadMultiple = 0;
  }
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

/// Whether LLVM knows the processor, with "+feature,-feature" on a triple, as
/// one with instructions for arithmetic on halves, in vectors if `vectors`;
/// false for a processor that it does not know.
bool hasHalfArithmetic(llvm::StringRef triple, llvm::StringRef cpu,
                       llvm::StringRef features, bool vectors);

llvm::StringRef toString(FloatAbi abi);
std::optional<FloatAbi> parseFloatAbi(llvm::StringRef text);
llvm::StringRef toString(ScalarFactor factor);
std::optional<ScalarFactor> parseScalarFactor(llvm::StringRef text);

} // namespace dlc::targets

#endif // DLC_TARGETS_DESCRIPTION_TARGETDESCRIPTION_H
