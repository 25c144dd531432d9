//===- TargetScalars.h - The values of a target's YAML --------------------===//
//
// Of TargetYaml.cpp alone: a type for each kind of value, and how it is read.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_TARGETS_DESCRIPTION_TARGETSCALARS_H
#define DLC_TARGETS_DESCRIPTION_TARGETSCALARS_H

#include "targets/description/TargetFields.h"
#include "targets/description/TargetYaml.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/YAMLTraits.h"
#include "llvm/TargetParser/Triple.h"

namespace dlc::targets {

// Each kind of value has a type of its own, so that a bad one is reported at
// its own line and not at that of the document.
struct MemorySize {
  uint64_t bytes = 0;
};
struct Address {
  uint64_t value = 0;
};
struct Frequency {
  uint64_t hertz = 0;
};
/// A field of TargetInfo, by the table.
struct FieldValue {
  const TargetField *field = nullptr;
  TargetInfo *info = nullptr;
};
struct FormCount {
  unsigned value = 0;
};
struct Cycles {
  double value = 0;
};
struct NeededFeature {
  std::string text;
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
  Reader(llvm::StringRef text, BaseLookup lookup)
      : text(text), lookup(lookup) {}

  llvm::StringRef text;
  BaseLookup lookup;
  /// The description named by `inherits`.
  std::optional<TargetDescription> base;
  /// The triple read so far: a processor is one of an architecture.
  std::string triple;
  std::vector<std::string> bankNames;
  /// The keys of the mapping that is being closed, for an unknown one.
  std::string keys;
  /// The key that contradicts another one, for an error of the document.
  std::string blamed;
  /// The last message of a scalar: YAML I/O keeps a reference.
  std::string scratch;
  /// The first error: those that follow are consequences.
  std::string error;
};

} // namespace dlc::targets

namespace llvm::yaml {

using namespace dlc::targets;

template <typename T> struct PlainScalar {
  static QuotingType mustQuote(StringRef) { return QuotingType::None; }
};

template <> struct ScalarTraits<FieldValue> : PlainScalar<FieldValue> {
  static void output(const FieldValue &v, void *, raw_ostream &os) {
    os << printField(*v.field, *v.info);
  }
  static StringRef input(StringRef text, void *reader, FieldValue &v) {
    return static_cast<Reader *>(reader)->scratch =
               readField(*v.field, text, *v.info);
  }
};

template <> struct ScalarTraits<FloatAbi> : PlainScalar<FloatAbi> {
  static void output(const FloatAbi &v, void *, raw_ostream &os) {
    os << dlc::targets::toString(v);
  }
  static StringRef input(StringRef text, void *, FloatAbi &v) {
    std::optional<FloatAbi> abi = parseFloatAbi(text);
    if (!abi)
      return "float-abi must be soft, softfp or hard";
    v = *abi;
    return {};
  }
};

template <> struct ScalarTraits<Element> : PlainScalar<Element> {
  static void output(const Element &v, void *, raw_ostream &os) {
    os << dlc::targets::toString(v);
  }
  static StringRef input(StringRef text, void *reader, Element &v) {
    std::optional<Element> element = parseElement(text);
    if (!element)
      return static_cast<Reader *>(reader)->scratch =
                 "an element must be " + knownElements();
    v = *element;
    return {};
  }
};

template <> struct ScalarTraits<FormCount> : PlainScalar<FormCount> {
  static void output(const FormCount &v, void *, raw_ostream &os) {
    os << v.value;
  }
  static StringRef input(StringRef text, void *, FormCount &v) {
    if (text.getAsInteger(10, v.value) || v.value < 1 || v.value > 256 ||
        !isPowerOf2_32(v.value))
      return "products and lanes must be a power of two from 1 to 256";
    return {};
  }
};

template <> struct ScalarTraits<Cycles> : PlainScalar<Cycles> {
  static void output(const Cycles &v, void *, raw_ostream &os) {
    os << v.value;
  }
  static StringRef input(StringRef text, void *, Cycles &v) {
    if (text.find_first_not_of("0123456789.") != StringRef::npos ||
        text.getAsDouble(v.value) || v.value <= 0 || v.value > 1000)
      return "cycles must be a number above 0 and up to 1000 such as 0.5; "
             "leave the key out where it is not known";
    return {};
  }
};

template <> struct ScalarTraits<NeededFeature> : PlainScalar<NeededFeature> {
  static void output(const NeededFeature &v, void *, raw_ostream &os) {
    os << v.text;
  }
  static StringRef input(StringRef text, void *context, NeededFeature &v) {
    auto *reader = static_cast<Reader *>(context);
    v.text = text.str();
    return reader->scratch =
               checkProcessor(reader->triple, "", ("+" + text).str());
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
