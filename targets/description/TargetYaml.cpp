//===- TargetYaml.cpp - YAML to TargetDescription -------------------------===//

#include "targets/description/TargetDescription.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/YAMLTraits.h"
#include "llvm/TargetParser/Triple.h"

using namespace dlc::targets;

namespace {
// Each kind of value has a type of its own, so that a bad one is reported at
// its own line and not at that of the document.
struct ByteSize {
  uint64_t bytes = 0;
};
struct IndexBits {
  unsigned bits = 0;
};
struct VectorBits {
  unsigned bits = 0;
};
struct Alignment {
  unsigned bytes = 0;
};
struct Count {
  unsigned value = 0;
};
struct TripleName {
  std::string text;
};
} // namespace

std::optional<uint64_t> dlc::targets::parseByteSize(llvm::StringRef text) {
  unsigned shift = 0;
  if (text.consume_back_insensitive("K"))
    shift = 10;
  else if (text.consume_back_insensitive("M"))
    shift = 20;
  else if (text.consume_back_insensitive("G"))
    shift = 30;
  uint64_t value = 0;
  if (text.getAsInteger(10, value) || value > (UINT64_MAX >> shift))
    return std::nullopt;
  return value << shift;
}

llvm::StringRef dlc::targets::toString(FloatAbi abi) {
  switch (abi) {
  case FloatAbi::Soft:
    return "soft";
  case FloatAbi::SoftFP:
    return "softfp";
  case FloatAbi::Hard:
    return "hard";
  }
  llvm_unreachable("all float ABIs are named");
}

std::optional<FloatAbi> dlc::targets::parseFloatAbi(llvm::StringRef text) {
  if (text == "soft")
    return FloatAbi::Soft;
  if (text == "softfp")
    return FloatAbi::SoftFP;
  if (text == "hard")
    return FloatAbi::Hard;
  return std::nullopt;
}

llvm::StringRef dlc::targets::toString(ScalarFactor factor) {
  switch (factor) {
  case ScalarFactor::Vector:
    return "vector";
  case ScalarFactor::Lane:
    return "lane";
  case ScalarFactor::Core:
    return "core";
  }
  llvm_unreachable("all places of a factor are named");
}

std::optional<ScalarFactor>
dlc::targets::parseScalarFactor(llvm::StringRef text) {
  for (ScalarFactor factor :
       {ScalarFactor::Vector, ScalarFactor::Lane, ScalarFactor::Core})
    if (text == toString(factor))
      return factor;
  return std::nullopt;
}

/// An unsigned number for which `accept` holds.
template <typename Accept>
static llvm::StringRef readUnsigned(llvm::StringRef text, unsigned &value,
                                    Accept accept, llvm::StringRef message) {
  if (text.getAsInteger(10, value) || !accept(value))
    return message;
  return {};
}

namespace llvm::yaml {

template <typename T> struct PlainScalar {
  static QuotingType mustQuote(StringRef) { return QuotingType::None; }
};

template <> struct ScalarTraits<ByteSize> : PlainScalar<ByteSize> {
  static void output(const ByteSize &v, void *, raw_ostream &os) {
    os << v.bytes;
  }
  static StringRef input(StringRef text, void *, ByteSize &v) {
    std::optional<uint64_t> bytes = parseByteSize(text);
    if (!bytes)
      return "expected a size in bytes such as 32768, 32K or 2M";
    v.bytes = *bytes;
    return {};
  }
};

template <> struct ScalarTraits<IndexBits> : PlainScalar<IndexBits> {
  static void output(const IndexBits &v, void *, raw_ostream &os) {
    os << v.bits;
  }
  static StringRef input(StringRef text, void *, IndexBits &v) {
    return readUnsigned(
        text, v.bits, [](unsigned n) { return n == 32 || n == 64; },
        "index-bits must be 32 or 64");
  }
};

template <> struct ScalarTraits<VectorBits> : PlainScalar<VectorBits> {
  static void output(const VectorBits &v, void *, raw_ostream &os) {
    os << v.bits;
  }
  static StringRef input(StringRef text, void *, VectorBits &v) {
    return readUnsigned(
        text, v.bits,
        [](unsigned n) {
          return n == 0 || (n >= 64 && n <= 2048 && isPowerOf2_32(n));
        },
        "vector-bits must be 0 (scalar) or a power of two from 64 to 2048");
  }
};

template <> struct ScalarTraits<Alignment> : PlainScalar<Alignment> {
  static void output(const Alignment &v, void *, raw_ostream &os) {
    os << v.bytes;
  }
  static StringRef input(StringRef text, void *, Alignment &v) {
    return readUnsigned(
        text, v.bytes,
        [](unsigned n) { return n >= 4 && n <= 4096 && isPowerOf2_32(n); },
        "align must be a power of two from 4 to 4096");
  }
};

template <> struct ScalarTraits<Count> : PlainScalar<Count> {
  static void output(const Count &v, void *, raw_ostream &os) { os << v.value; }
  static StringRef input(StringRef text, void *, Count &v) {
    return readUnsigned(
        text, v.value, [](unsigned n) { return n >= 1 && n <= 1024; },
        "expected a number from 1 to 1024");
  }
};

template <> struct ScalarTraits<TripleName> : PlainScalar<TripleName> {
  static void output(const TripleName &v, void *, raw_ostream &os) {
    os << v.text;
  }
  static StringRef input(StringRef text, void *, TripleName &v) {
    if (Triple(Triple::normalize(text)).getArch() == Triple::UnknownArch)
      return "triple names no architecture that LLVM knows";
    v.text = text.str();
    return {};
  }
};

template <> struct ScalarEnumerationTraits<FloatAbi> {
  static void enumeration(IO &io, FloatAbi &abi) {
    io.enumCase(abi, "soft", FloatAbi::Soft);
    io.enumCase(abi, "softfp", FloatAbi::SoftFP);
    io.enumCase(abi, "hard", FloatAbi::Hard);
  }
};

template <> struct ScalarEnumerationTraits<ScalarFactor> {
  static void enumeration(IO &io, ScalarFactor &factor) {
    for (ScalarFactor value :
         {ScalarFactor::Vector, ScalarFactor::Lane, ScalarFactor::Core})
      io.enumCase(factor, toString(value).data(), value);
  }
};

template <> struct MappingTraits<TargetDescription> {
  template <typename Wrapper, typename Field>
  static void number(IO &io, const char *key, Field &field,
                     Field Wrapper::*member, bool required) {
    Wrapper value;
    value.*member = field;
    if (required)
      io.mapRequired(key, value);
    else
      io.mapOptional(key, value);
    field = value.*member;
  }

  static void mapping(IO &io, TargetDescription &t) {
    io.mapRequired("name", t.name);
    io.mapOptional("summary", t.summary);
    number(io, "triple", t.triple, &TripleName::text, /*required=*/true);
    io.mapRequired("cpu", t.cpu);
    io.mapOptional("features", t.features);
    io.mapOptional("float-abi", t.floatAbi);
    number(io, "index-bits", t.indexBits, &IndexBits::bits, true);
    number(io, "vector-bits", t.vectorBits, &VectorBits::bits, true);
    number(io, "vector-registers", t.vectorRegisters, &Count::value, true);
    io.mapOptional("scalar-factor", t.scalarFactor);
    io.mapRequired("fpu", t.fpu);
    io.mapRequired("fma", t.fma);
    number(io, "align", t.align, &Alignment::bytes, true);
    number(io, "l1", t.l1Bytes, &ByteSize::bytes, false);
    number(io, "l2", t.l2Bytes, &ByteSize::bytes, false);
    number(io, "flash", t.flashBytes, &ByteSize::bytes, false);
    number(io, "ram", t.ramBytes, &ByteSize::bytes, false);
    number(io, "threads", t.threads, &Count::value, false);
  }

  static std::string validate(IO &, TargetDescription &t) {
    if (t.name.empty())
      return "name must not be empty";
    if (t.fma && !t.fpu)
      return "fma needs fpu";
    if (t.vectorBits && !t.fpu)
      return "vector-bits needs fpu";
    if (t.scalarFactor != ScalarFactor::Vector && !t.vectorBits)
      return "scalar-factor needs vector-bits";
    bool wide = Triple(Triple::normalize(t.triple)).isArch64Bit();
    if (wide != (t.indexBits == 64))
      return "index-bits does not fit the architecture of the triple";
    return {};
  }
};

} // namespace llvm::yaml

/// Whether the text holds anything but comments and document marks: LLVM's
/// reader does not survive a stream without a document.
static bool holdsDocument(llvm::StringRef text) {
  while (!text.empty()) {
    auto [line, rest] = text.split('\n');
    line = line.trim();
    if (!line.empty() && !line.starts_with("#") && line != "---" &&
        line != "...")
      return true;
    text = rest;
  }
  return false;
}

llvm::Expected<TargetDescription>
dlc::targets::parseTarget(llvm::StringRef text, llvm::StringRef fileName) {
  if (!holdsDocument(text))
    return llvm::createStringError(fileName +
                                   ":1:1: error: no target description here");
  // The first message is the reason; those that follow are consequences.
  std::string message;
  auto keepFirst = [](const llvm::SMDiagnostic &diag, void *context) {
    auto &out = *static_cast<std::string *>(context);
    if (!out.empty())
      return;
    out =
        (diag.getFilename() + ":" + llvm::Twine(diag.getLineNo()) + ":" +
         llvm::Twine(diag.getColumnNo() + 1) + ": error: " + diag.getMessage())
            .str();
  };
  llvm::yaml::Input input(llvm::MemoryBufferRef(text, fileName),
                          /*Ctxt=*/nullptr, keepFirst, &message);
  TargetDescription target;
  input >> target;
  if (input.error()) {
    if (message.empty())
      message = (fileName + ":1:1: error: " + input.error().message()).str();
    return llvm::createStringError(message);
  }
  return target;
}
