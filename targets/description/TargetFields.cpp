//===- TargetFields.cpp - The fields of TargetInfo, listed once -----------===//
//
// A capability is a member of TargetInfo and a row of this table: reading and
// inheriting it in YAML, handing it to passes in dlc.target and printing it
// come of that.
//
//===----------------------------------------------------------------------===//

#include "targets/description/TargetFields.h"
#include "targets/description/TargetDescription.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/YAMLParser.h"
#include "llvm/Support/raw_ostream.h"

using namespace dlc::targets;

namespace {
bool isCount(uint64_t n) { return n >= 1 && n <= 1024; }
constexpr llvm::StringLiteral countAllowed = "a number from 1 to 1024";
bool isAny(uint64_t) { return true; }
constexpr llvm::StringLiteral sizeAllowed =
    "a size in bytes such as 32768, 32K or 2M, or 0";
bool isWord(uint64_t n) { return n == 32 || n == 64; }
bool isVector(uint64_t n) {
  return n == 0 || (n >= 64 && n <= 2048 && llvm::isPowerOf2_64(n));
}
bool isLoad(uint64_t n) { return n == 0 || (n >= 2 && n <= 16); }
bool isAlignment(uint64_t n) {
  return n >= 4 && n <= 4096 && llvm::isPowerOf2_64(n);
}
bool isCost(uint64_t n) { return n <= 1'000'000; }
constexpr llvm::StringLiteral costAllowed = "a number from 0 to 1000000";

using T = TargetInfo;

const TargetField fields[] = {
    {"index-bits", "index_bits", &T::indexBits, true, isWord, "32 or 64"},
    {"vector-bits", "vector_bits", &T::vectorBits, true, isVector,
     "0 (scalar) or a power of two from 64 to 2048"},
    {"vector-registers", "vector_registers", &T::vectorRegisters, true, isCount,
     countAllowed},
    {"core-registers", "core_registers", &T::coreRegisters, false, isCount,
     countAllowed},
    {"preserved-registers", "preserved_registers", &T::preservedRegisters,
     false, isCount, countAllowed},
    {"issue-width", "issue_width", &T::issueWidth, false, isCount,
     countAllowed},
    {"scalar-factor", "scalar_factor", &T::scalarFactor},
    {"kernels", "kernels", &T::kernels},
    {"predication", "predication", &T::predication},
    {"fpu", "fpu", &T::fpu, true},
    {"fma", "fma", &T::fma, true},
    {"fp16", "fp16", &T::fp16},
    {"rounding", "rounding", &T::rounding},
    {"maximum", "maximum", &T::maximum},
    {"load-multiple", "load_multiple", &T::loadMultiple, false, isLoad,
     "0 (none) or from 2 to 16"},
    {"long-multiply", "long_multiply", &T::longMultiply},
    {"align", "align", &T::align, true, isAlignment,
     "a power of two from 4 to 4096"},
    {"scarce-ram", "scarce_ram", &T::scarceRam},
    {"compact-code", "compact_code", &T::compactCode},
    {"l1", "l1_bytes", &T::l1Bytes, false, isAny, sizeAllowed},
    {"l2", "l2_bytes", &T::l2Bytes, false, isAny, sizeAllowed},
    {"threads", "threads", &T::threads, false, isCount, countAllowed},
    {"stream-bytes-per-cycle", "stream_bytes_per_cycle",
     &T::streamBytesPerCycle},
    {"miss-instructions", "miss_instructions", &T::missInstructions},
    {"latency-accumulators", "latency_accumulators", &T::latencyAccumulators,
     false, isCount, countAllowed},
    {"load-cycles", "load_cycles", &T::loadCycles},
    {"soft-step-cycles", "soft_step_cycles", &T::softStepCycles},
    {"parallel-steps", "parallel_steps", &T::parallelSteps, false, isAny,
     "a number such as 512K"},
    {"carried-sum-macs", "carried_sum_macs", &T::carriedSumMacs, false, isCost,
     costAllowed},
    {"soft-carried-sum-macs", "soft_carried_sum_macs", &T::softCarriedSumMacs,
     false, isCost, costAllowed},
    {"stage-bytes", "stage_bytes", &T::stageBytes, false, isCost, costAllowed},
    {"stage-call-bytes", "stage_call_bytes", &T::stageCallBytes, false, isCost,
     costAllowed},
    {"object-bytes", "object_bytes", &T::objectBytes, false, isCost,
     costAllowed},
    {"instruction-bytes", "instruction_bytes", &T::instructionBytes, false,
     isCost, costAllowed},
    {"call-bytes", "call_bytes", &T::callBytes, false, isCost, costAllowed},
    {"argument-bytes", "argument_bytes", &T::argumentBytes, false, isCost,
     costAllowed},
    {"argument-registers", "argument_registers", &T::argumentRegisters, false,
     isCost, costAllowed},
};

bool isCapability(uint64_t n) { return n >= 60 && n <= 62; }
bool isPtx(uint64_t n) { return n >= 60 && n <= 65; }
bool isRegisterFile(uint64_t n) {
  return n >= 8192 && n <= 65536 && llvm::isPowerOf2_64(n);
}
bool isShared(uint64_t n) { return n >= 16 << 10 && n <= 128 << 10; }
constexpr llvm::StringLiteral registersAllowed =
                                  "a power of two from 8192 to 65536",
                              sharedAllowed =
                                  "a size in bytes from 16K to 128K";

const TargetField fieldsOfGpu[] = {
    {"capability", "gpu_capability", &T::gpuCapability, true, isCapability,
     "a compute capability of Pascal without its point: 60, 61 or 62"},
    {"ptx", "gpu_ptx", &T::gpuPtx, true, isPtx,
     "a version of PTX without its point, from 60 to 65"},
    {"multiprocessors", "gpu_multiprocessors", &T::gpuMultiprocessors, true,
     isCount, countAllowed},
    {"lanes", "gpu_lanes", &T::gpuLanes, true, isCount, countAllowed},
    {"registers", "gpu_registers", &T::gpuRegisters, true, isRegisterFile,
     registersAllowed},
    {"block-registers", "gpu_block_registers", &T::gpuBlockRegisters, true,
     isRegisterFile, registersAllowed},
    {"shared", "gpu_shared_bytes", &T::gpuSharedBytes, true, isShared,
     sharedAllowed},
    {"block-shared", "gpu_block_shared_bytes", &T::gpuBlockSharedBytes, true,
     isShared, sharedAllowed},
    {"half-rate", "gpu_half_rate", &T::gpuHalfRate},
    {"dot-rate", "gpu_dot_rate", &T::gpuDotRate},
};

/// The names of an enumeration, in its order: what is parsed, printed and
/// allowed.
template <typename E> struct Name {
  llvm::StringLiteral text;
  E value;
};
constexpr Name<ScalarFactor> factorNames[] = {{"vector", ScalarFactor::Vector},
                                              {"lane", ScalarFactor::Lane},
                                              {"core", ScalarFactor::Core}};
constexpr Name<KernelSet> kernelNames[] = {{"none", KernelSet::None},
                                           {"vfpv2", KernelSet::Vfpv2},
                                           {"vfpv4", KernelSet::Vfpv4},
                                           {"mve", KernelSet::Mve},
                                           {"neon", KernelSet::Neon}};
constexpr Name<Element> elementNames[] = {
    {"i8", Element::I8},   {"u8", Element::U8},   {"i16", Element::I16},
    {"u16", Element::U16}, {"i32", Element::I32}, {"u32", Element::U32},
    {"i64", Element::I64}, {"u64", Element::U64}, {"f16", Element::F16},
    {"f32", Element::F32}};

template <typename E>
std::optional<E> parseName(llvm::ArrayRef<Name<E>> names,
                           llvm::StringRef text) {
  for (const Name<E> &name : names)
    if (name.text == text)
      return name.value;
  return std::nullopt;
}

template <typename E>
llvm::StringRef nameOf(llvm::ArrayRef<Name<E>> names, E value) {
  for (const Name<E> &name : names)
    if (name.value == value)
      return name.text;
  llvm_unreachable("every value of an enumeration of targets has a name");
}

template <typename E> std::string listOf(llvm::ArrayRef<Name<E>> names) {
  std::string text;
  for (const Name<E> &name : names) {
    if (!text.empty())
      text += &name == &names.back() ? " or " : ", ";
    text += name.text;
  }
  return text;
}

/// Reads a field of one type; what is allowed if the text is not.
struct FieldReader {
  const TargetField &field;
  llvm::StringRef text;
  TargetInfo &info;

  std::string operator()(bool TargetInfo::*member) const {
    std::optional<bool> value = llvm::yaml::parseBool(text);
    if (!value)
      return "true or false";
    info.*member = *value;
    return {};
  }
  template <typename N> std::string number(N TargetInfo::*member) const {
    std::optional<uint64_t> value = parseByteSize(text);
    if (!value || *value > uint64_t(std::numeric_limits<N>::max()) ||
        !field.accept(*value))
      return field.allowed.str();
    info.*member = static_cast<N>(*value);
    return {};
  }
  std::string operator()(unsigned TargetInfo::*member) const {
    if (!llvm::all_of(text, llvm::isDigit))
      return field.allowed.str();
    return number(member);
  }
  std::string operator()(int64_t TargetInfo::*member) const {
    return number(member);
  }
  std::string operator()(double TargetInfo::*member) const {
    double value = 0;
    // Only digits: no "nan", no "inf".
    if (text.empty() || !llvm::isDigit(text.front()) ||
        text.find_first_not_of("0123456789.") != llvm::StringRef::npos ||
        text.getAsDouble(value) || value > 1e6)
      return "a number from 0 to 1000000 such as 0.5 or 8";
    info.*member = value;
    return {};
  }
  template <typename E>
  std::string named(E TargetInfo::*member,
                    llvm::ArrayRef<Name<E>> names) const {
    std::optional<E> value = parseName(names, text);
    if (!value)
      return listOf(names);
    info.*member = *value;
    return {};
  }
  std::string operator()(ScalarFactor TargetInfo::*member) const {
    return named<ScalarFactor>(member, factorNames);
  }
  std::string operator()(KernelSet TargetInfo::*member) const {
    return named<KernelSet>(member, kernelNames);
  }
};

struct FieldPrinter {
  const TargetInfo &info;

  std::string operator()(bool TargetInfo::*member) const {
    return info.*member ? "true" : "false";
  }
  std::string operator()(unsigned TargetInfo::*member) const {
    return std::to_string(info.*member);
  }
  std::string operator()(int64_t TargetInfo::*member) const {
    int64_t value = info.*member;
    for (auto [shift, unit] : {std::pair(20, "M"), std::pair(10, "K")})
      if (value && value % (int64_t(1) << shift) == 0)
        return std::to_string(value >> shift) + unit;
    return std::to_string(value);
  }
  std::string operator()(double TargetInfo::*member) const {
    std::string text;
    llvm::raw_string_ostream(text) << llvm::format("%.9g", info.*member);
    return text;
  }
  std::string operator()(ScalarFactor TargetInfo::*member) const {
    return toString(info.*member).str();
  }
  std::string operator()(KernelSet TargetInfo::*member) const {
    return toString(info.*member).str();
  }
};
} // namespace

llvm::ArrayRef<TargetField> dlc::targets::targetFields() { return fields; }

llvm::ArrayRef<TargetField> dlc::targets::gpuFields() { return fieldsOfGpu; }

std::string dlc::targets::readField(const TargetField &field,
                                    llvm::StringRef text, TargetInfo &info) {
  std::string allowed =
      std::visit(FieldReader{field, text, info}, field.member);
  return allowed.empty() ? "" : (field.key + " must be " + allowed).str();
}

std::string dlc::targets::printField(const TargetField &field,
                                     const TargetInfo &info) {
  return std::visit(FieldPrinter{info}, field.member);
}

llvm::StringRef dlc::targets::toString(ScalarFactor factor) {
  return nameOf<ScalarFactor>(factorNames, factor);
}

std::optional<ScalarFactor>
dlc::targets::parseScalarFactor(llvm::StringRef text) {
  return parseName<ScalarFactor>(factorNames, text);
}

llvm::StringRef dlc::targets::toString(KernelSet set) {
  return nameOf<KernelSet>(kernelNames, set);
}

std::optional<KernelSet> dlc::targets::parseKernelSet(llvm::StringRef text) {
  return parseName<KernelSet>(kernelNames, text);
}

llvm::StringRef dlc::targets::toString(Element element) {
  return nameOf<Element>(elementNames, element);
}

std::optional<Element> dlc::targets::parseElement(llvm::StringRef text) {
  return parseName<Element>(elementNames, text);
}

std::string dlc::targets::knownElements() {
  return listOf<Element>(elementNames);
}

unsigned dlc::targets::bitsOf(Element element) {
  unsigned bits = 0;
  toString(element).drop_front().getAsInteger(10, bits);
  return bits;
}

unsigned MultiplyAccumulate::operandBits() const {
  unsigned inLane = std::max(bitsOf(left), bitsOf(right)) * products;
  // Lanes that add up more than is beside them share it: rows by columns.
  return lanes > 1 ? lanes * std::min(inLane, bitsOf(accumulator)) : inLane;
}

bool dlc::targets::isFloat(Element element) {
  return toString(element).starts_with("f");
}
