//===- TargetScalars.h - The values of a target's YAML --------------------===//
//
// Of TargetYaml.cpp alone: a type for each kind of value, and how it is read.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_TARGETS_DESCRIPTION_TARGETSCALARS_H
#define DLC_TARGETS_DESCRIPTION_TARGETSCALARS_H

#include "targets/description/TargetYaml.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/YAMLTraits.h"
#include "llvm/TargetParser/Triple.h"

namespace dlc::targets {

// Each kind of value has a type of its own, so that a bad one is reported at
// its own line and not at that of the document.
struct ByteSize {
  uint64_t bytes = 0;
};
struct MemorySize {
  uint64_t bytes = 0;
};
struct Address {
  uint64_t value = 0;
};
struct Frequency {
  uint64_t hertz = 0;
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
struct LoadCount {
  unsigned value = 0;
};
struct TripleName {
  std::string text;
};
struct Processor {
  std::string text;
};
struct Features {
  std::string text;
};
struct TargetName {
  std::string text;
};
struct BankName {
  std::string text;
};
struct BaseName {
  std::string text;
};
struct SectionName {
  std::string text;
};

/// What reading one file has come to; YAML I/O hands it to every trait.
struct Reader {
  explicit Reader(BaseLookup lookup) : lookup(lookup) {}

  BaseLookup lookup;
  /// The description named by `inherits`.
  std::optional<TargetDescription> base;
  /// The triple read so far: a processor is one of an architecture.
  std::string triple;
  std::vector<std::string> bankNames;
  /// The keys of the mapping that is being closed, for an unknown one.
  std::string keys;
  /// The last message of a scalar: YAML I/O keeps a reference.
  std::string scratch;
  /// The first error: those that follow are consequences.
  std::string error;
};

/// An unsigned number for which `accept` holds.
template <typename Accept>
llvm::StringRef readUnsigned(llvm::StringRef text, unsigned &value,
                             Accept accept, llvm::StringRef message) {
  if (text.getAsInteger(10, value) || !accept(value))
    return message;
  return {};
}

} // namespace dlc::targets

namespace llvm::yaml {

using namespace dlc::targets;

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

template <> struct ScalarTraits<MemorySize> : PlainScalar<MemorySize> {
  static void output(const MemorySize &v, void *, raw_ostream &os) {
    os << v.bytes;
  }
  static StringRef input(StringRef text, void *, MemorySize &v) {
    std::optional<uint64_t> bytes = parseByteSize(text);
    if (!bytes || *bytes == 0)
      return "expected a size in bytes above zero such as 32768, 32K or 2M; "
             "leave the key out where the size is not known";
    v.bytes = *bytes;
    return {};
  }
};

template <> struct ScalarTraits<Address> : PlainScalar<Address> {
  static void output(const Address &v, void *, raw_ostream &os) {
    os << "0x" << Twine::utohexstr(v.value);
  }
  static StringRef input(StringRef text, void *, Address &v) {
    return text.getAsInteger(0, v.value)
               ? "expected an address such as 0x20000000"
               : "";
  }
};

template <> struct ScalarTraits<Frequency> : PlainScalar<Frequency> {
  static void output(const Frequency &v, void *, raw_ostream &os) {
    os << v.hertz;
  }
  static StringRef input(StringRef text, void *, Frequency &v) {
    std::optional<uint64_t> hertz = parseFrequency(text);
    if (!hertz)
      return "expected a frequency such as 48MHz, 1.5GHz or 32768Hz";
    v.hertz = *hertz;
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

template <> struct ScalarTraits<LoadCount> : PlainScalar<LoadCount> {
  static void output(const LoadCount &v, void *, raw_ostream &os) {
    os << v.value;
  }
  static StringRef input(StringRef text, void *, LoadCount &v) {
    return readUnsigned(
        text, v.value, [](unsigned n) { return n == 0 || (n >= 2 && n <= 16); },
        "load-multiple must be 0 (none) or from 2 to 16");
  }
};

template <> struct ScalarTraits<TripleName> : PlainScalar<TripleName> {
  static void output(const TripleName &v, void *, raw_ostream &os) {
    os << v.text;
  }
  static StringRef input(StringRef text, void *reader, TripleName &v) {
    if (Triple(Triple::normalize(text)).getArch() == Triple::UnknownArch)
      return "triple names no architecture that LLVM knows";
    v.text = static_cast<Reader *>(reader)->triple = text.str();
    return {};
  }
};

template <> struct ScalarTraits<Processor> : PlainScalar<Processor> {
  static void output(const Processor &v, void *, raw_ostream &os) {
    os << v.text;
  }
  static StringRef input(StringRef text, void *context, Processor &v) {
    auto *reader = static_cast<Reader *>(context);
    v.text = text.str();
    if (text.empty())
      return "expected the name of a processor such as cortex-m4";
    return reader->scratch = checkProcessor(reader->triple, text, "");
  }
};

template <> struct ScalarTraits<Features> : PlainScalar<Features> {
  static void output(const Features &v, void *, raw_ostream &os) {
    os << v.text;
  }
  static StringRef input(StringRef text, void *context, Features &v) {
    auto *reader = static_cast<Reader *>(context);
    v.text = text.str();
    return reader->scratch = checkProcessor(reader->triple, "", text);
  }
};

template <> struct ScalarTraits<TargetName> : PlainScalar<TargetName> {
  static void output(const TargetName &v, void *, raw_ostream &os) {
    os << v.text;
  }
  static StringRef input(StringRef text, void *, TargetName &v) {
    v.text = text.str();
    return text.trim().empty() ? "name must not be empty" : "";
  }
};

template <> struct ScalarTraits<BankName> : PlainScalar<BankName> {
  static void output(const BankName &v, void *, raw_ostream &os) {
    os << v.text;
  }
  static StringRef input(StringRef text, void *context, BankName &v) {
    auto *reader = static_cast<Reader *>(context);
    v.text = text.str();
    if (text.empty() ||
        !all_of(text, [](char c) { return isAlnum(c) || c == '_'; }))
      return "expected the name of a RAM bank: letters, digits and '_'";
    if (is_contained(reader->bankNames, text))
      return "another bank has this name";
    reader->bankNames.push_back(v.text);
    return {};
  }
};

template <> struct ScalarTraits<SectionName> : PlainScalar<SectionName> {
  static void output(const SectionName &v, void *, raw_ostream &os) {
    os << v.text;
  }
  static StringRef input(StringRef text, void *, SectionName &v) {
    v.text = text.str();
    if (text.empty() || !all_of(text, [](char c) {
          return isAlnum(c) || c == '_' || c == '.' || c == '-';
        }))
      return "expected the name of a section such as .ccmram";
    return {};
  }
};

template <> struct ScalarTraits<BaseName> : PlainScalar<BaseName> {
  static void output(const BaseName &v, void *, raw_ostream &os) {
    os << v.text;
  }
  static StringRef input(StringRef text, void *context, BaseName &v) {
    auto *reader = static_cast<Reader *>(context);
    v.text = text.str();
    Expected<TargetDescription> base = reader->lookup(text);
    if (!base)
      return reader->scratch = toString(base.takeError());
    reader->triple = base->triple;
    reader->base = std::move(*base);
    return {};
  }
};

} // namespace llvm::yaml

#endif // DLC_TARGETS_DESCRIPTION_TARGETSCALARS_H
