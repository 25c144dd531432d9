//===- TargetInfo.h - What code generation asks of a machine --------------===//
//
// The part of a target's description that travels with the module, as
// `dlc.target` (TargetAttr.h). Its fields are listed once, in
// TargetFields.cpp: their keys in YAML, their names in the attribute, what is
// allowed.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_TARGETS_DESCRIPTION_TARGETINFO_H
#define DLC_TARGETS_DESCRIPTION_TARGETINFO_H

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace dlc::targets {

/// Where a vector multiply-add takes a factor from that is one for all lanes: a
/// vector it was broadcast into, a lane of any vector, a core register.
enum class ScalarFactor { Vector, Lane, Core };

/// The instruction set that kernels with fixed registers are written in, if any
/// are: scalars of 32-bit Arm's VFP, which multiplies and adds with two
/// roundings (VFPv2) or one (VFPv4), vectors of its MVE, vectors of AArch64.
enum class KernelSet { None, Vfpv2, Vfpv4, Mve, Neon };

/// Elements that multiply-accumulates take and make.
enum class Element { I8, U8, I16, U16, I32, U32, I64, U64, F16, F32 };

/// An instruction, or a short sequence of them, that adds products to
/// accumulators: in each of `lanes` accumulators a sum of `products` ones.
struct MultiplyAccumulate {
  std::string instruction; ///< "smlad", "smull sadalp"
  Element left = Element::F32, right = Element::F32;
  Element accumulator = Element::F32;
  unsigned products = 1, lanes = 1;
  /// From one to the next that does not depend on it; 0: not known.
  double cycles = 0;
  /// The feature, in LLVM's words, of the processors that have it; empty: the
  /// target has it whatever its processor.
  std::string needs;

  /// Of one operand, in a register.
  unsigned operandBits() const;
};

struct TargetInfo {
  /// Width of an address and of `index`: 32 or 64.
  unsigned indexBits = 64;
  /// Width of a vector register; 0 where arithmetic is scalar.
  unsigned vectorBits = 0;
  /// Registers that can hold a (vector of) float32: bounds the register block.
  unsigned vectorRegisters = 16;
  /// General-purpose registers that code may use, and those of them that keep
  /// their values over a call.
  unsigned coreRegisters = 13;
  unsigned preservedRegisters = 8;
  /// Instructions that start in a cycle at most.
  unsigned issueWidth = 2;
  ScalarFactor scalarFactor = ScalarFactor::Vector;
  KernelSet kernels = KernelSet::None;
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
  /// Whether code and weights are read from flash, or from as much memory as
  /// costs the same: few instructions matter more than few cycles at borders.
  bool compactCode = false;
  /// Sizes of the caches in bytes; 0 where there is none or it is not known.
  int64_t l1Bytes = 32 << 10;
  int64_t l2Bytes = 256 << 10;
  /// Threads that a network is compiled for unless --threads says otherwise.
  unsigned threads = 1;

  // A GPU that the network runs on; the rest describes its host then, but for
  // vectors and registers of a thread, caches and bandwidth.

  /// Compute capability, 61 for 6.1; 0: the machine is its own.
  unsigned gpuCapability = 0;
  /// Version of PTX that kernels are written in, 60 for 6.0.
  unsigned gpuPtx = 60;
  unsigned gpuMultiprocessors = 1;
  /// float32 multiply-adds that a multiprocessor starts in a cycle.
  unsigned gpuLanes = 128;
  /// 32-bit registers of a multiprocessor, and those that a block may have.
  unsigned gpuRegisters = 65536, gpuBlockRegisters = 65536;
  /// Bytes of shared memory of a multiprocessor, and those of a block.
  int64_t gpuSharedBytes = 64 << 10, gpuBlockSharedBytes = 48 << 10;
  /// Multiply-adds of halves, and of bytes in groups of four (dp4a; 0: the
  /// instruction is missing), in the time of one of float32.
  double gpuHalfRate = 1, gpuDotRate = 0;

  bool hasGpu() const { return gpuCapability != 0; }

  // What the strategies' estimates are made of.

  /// Bytes of weights that come from beyond the last cache in a cycle.
  double streamBytesPerCycle = 8;
  /// Instructions' time that a word costs which is not in the cache.
  double missInstructions = 4;
  /// Accumulators that are needed to start a multiply-add in every cycle.
  unsigned latencyAccumulators = 8;
  /// Cycles from one load of a register to the next; 0: not known.
  double loadCycles = 0;
  /// Of a call of the library's multiplication and one of its addition, where
  /// there is no floating-point unit (docs/decisions/block-fixed-point.md).
  double softStepCycles = 80;
  /// Steps of an innermost body below which waking a thread costs more than it
  /// saves.
  int64_t parallelSteps = 1 << 19;
  /// Multiply-accumulates that take as long as storing an element of a sum and
  /// adding to it later, with a floating-point unit and with calls.
  unsigned carriedSumMacs = 2, softCarriedSumMacs = 40;
  /// Bytes of a stage's code, of a call of it in the network, and of what every
  /// object has besides.
  unsigned stageBytes = 768, stageCallBytes = 36, objectBytes = 4096;
  /// Bytes of an instruction, of a call, and of passing an argument to it that
  /// is not one of those that travel in registers.
  unsigned instructionBytes = 2, callBytes = 14, argumentBytes = 4;
  unsigned argumentRegisters = 4;

  /// What adds products to accumulators, fastest forms not first: whoever
  /// chooses compares.
  std::vector<MultiplyAccumulate> forms;

  /// Lanes of a vector register for elements of `bits`; 1 where arithmetic is
  /// scalar.
  unsigned lanes(unsigned bits = 32) const {
    return vectorBits > bits ? vectorBits / bits : 1;
  }

  /// Registers that a register block of float32 may fill. Without a
  /// floating-point unit all arithmetic is calls: those that calls preserve.
  unsigned blockRegisters() const {
    return fpu ? vectorRegisters : preservedRegisters;
  }

  bool hasScalarKernels() const {
    return kernels == KernelSet::Vfpv2 || kernels == KernelSet::Vfpv4;
  }
  bool hasVectorKernels() const {
    return kernels == KernelSet::Mve || kernels == KernelSet::Neon;
  }

  unsigned macsOfCarriedSum() const {
    return fpu ? carriedSumMacs : softCarriedSumMacs;
  }
};

llvm::StringRef toString(ScalarFactor factor);
std::optional<ScalarFactor> parseScalarFactor(llvm::StringRef text);
llvm::StringRef toString(KernelSet set);
std::optional<KernelSet> parseKernelSet(llvm::StringRef text);
/// "i8", "u8", "f32".
llvm::StringRef toString(Element element);
std::optional<Element> parseElement(llvm::StringRef text);
/// "i8, u8, ... or f32", for messages.
std::string knownElements();
unsigned bitsOf(Element element);
bool isFloat(Element element);

} // namespace dlc::targets

#endif // DLC_TARGETS_DESCRIPTION_TARGETINFO_H
