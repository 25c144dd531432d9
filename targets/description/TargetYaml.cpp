//===- TargetYaml.cpp - YAML to TargetDescription -------------------------===//

#include "targets/description/TargetYaml.h"
#include "targets/description/TargetScalars.h"

#include "llvm/Support/SourceMgr.h"

using namespace dlc::targets;

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

LLVM_YAML_IS_SEQUENCE_VECTOR(RamBank)

namespace {

/// RAM is a size, or a list of banks.
struct Ram {
  MemorySize size;
  std::vector<RamBank> banks;
  bool listed = false;
};

/// A mapping that remembers its keys.
class Keys {
public:
  explicit Keys(llvm::yaml::IO &io) : io(io) {}
  /// YAML I/O complains of unknown keys behind the mapping.
  ~Keys() { static_cast<Reader *>(io.getContext())->keys = list; }

  template <typename T> void read(const char *key, T &value, bool required) {
    note(key);
    if (required)
      io.mapRequired(key, value);
    else
      io.mapOptional(key, value);
  }

  /// None where the key is left out.
  template <typename T> void read(const char *key, std::optional<T> &value) {
    note(key);
    io.mapOptional(key, value);
  }

  /// A field under a type that reads it.
  template <typename Wrapper, typename Field>
  void read(const char *key, Field &field, Field Wrapper::*member,
            bool required) {
    Wrapper value;
    value.*member = field;
    read(key, value, required);
    field = value.*member;
  }

private:
  void note(llvm::StringRef key) {
    list += (list.empty() ? "" : ", ") + key.str();
  }

  llvm::yaml::IO &io;
  std::string list;
};

} // namespace

namespace llvm::yaml {

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
      io.enumCase(factor, toString(value).str().c_str(), value);
  }
};

template <> struct MappingTraits<RamBank> {
  static void mapping(IO &io, RamBank &bank) {
    Keys keys(io);
    keys.read("name", bank.name, &BankName::text, /*required=*/true);
    keys.read("size", bank.bytes, &MemorySize::bytes, /*required=*/true);
    keys.read("section", bank.section, &SectionName::text, /*required=*/false);
  }
};

template <> struct PolymorphicTraits<Ram> {
  static NodeKind getKind(const Ram &) { return NodeKind::Sequence; }
  static MemorySize &getAsScalar(Ram &ram) { return ram.size; }
  static std::vector<RamBank> &getAsSequence(Ram &ram) {
    ram.listed = true;
    return ram.banks;
  }
  /// A list of one bank may be written without the list.
  static RamBank &getAsMap(Ram &ram) { return ram.banks.emplace_back(); }
};

template <> struct MappingTraits<MemoryRegion> {
  static void mapping(IO &io, MemoryRegion &region) {
    Keys keys(io);
    keys.read("origin", region.origin, &Address::value, /*required=*/true);
    keys.read("size", region.bytes, &MemorySize::bytes, /*required=*/true);
  }
};

template <> struct MappingTraits<Emulator> {
  static void mapping(IO &io, Emulator &e) {
    Keys keys(io);
    keys.read("qemu", e.qemu, /*required=*/true);
    keys.read("machine", e.machine, /*required=*/false);
    keys.read("cpu", e.cpu, /*required=*/false);
    keys.read("code", e.code, /*required=*/false);
    keys.read("constants", e.constants);
    keys.read("data", e.data, /*required=*/false);
    keys.read("compiler", e.compiler, /*required=*/true);
    keys.read("flags", e.flags, /*required=*/false);
    keys.read("float-abi", e.floatAbi);
  }

  static std::string validate(IO &, Emulator &e) {
    if (e.machine.empty() == e.cpu.empty())
      return "an emulator has either a machine (bare metal) or a cpu (Linux)";
    bool memory = e.code.bytes || e.data.bytes || e.constants;
    if (e.machine.empty() && memory)
      return "only an emulator with a machine has code, constants and data";
    if (!e.machine.empty() && (!e.code.bytes || !e.data.bytes))
      return "the emulator's machine needs memory for code and data";
    return {};
  }
};

template <> struct MappingTraits<TargetDescription> {
  static void readRam(IO &io, Keys &keys, TargetDescription &t) {
    Ram ram;
    keys.read("ram", ram, /*required=*/false);
    if (ram.size.bytes)
      t.ram = {{"ram", ram.size.bytes, ""}};
    else if (!ram.banks.empty())
      t.ram = std::move(ram.banks);
    else if (ram.listed)
      io.setError("ram is a list without a bank; leave the key out, or name "
                  "banks with name and size");
  }

  static void mapping(IO &io, TargetDescription &t) {
    auto *reader = static_cast<Reader *>(io.getContext());
    Keys keys(io);
    keys.read("name", t.name, &TargetName::text, /*required=*/true);
    std::string base;
    keys.read("inherits", base, &BaseName::text, /*required=*/false);
    if (reader->base) {
      std::string name = t.name;
      t = *reader->base;
      t.name = name;
      t.inherits = base;
    }
    bool all = base.empty();
    keys.read("summary", t.summary, /*required=*/false);
    keys.read("triple", t.triple, &TripleName::text, all);
    keys.read("cpu", t.cpu, &Processor::text, all);
    keys.read("features", t.features, &Features::text, /*required=*/false);
    keys.read("float-abi", t.floatAbi, /*required=*/false);
    keys.read("index-bits", t.indexBits, &IndexBits::bits, all);
    keys.read("vector-bits", t.vectorBits, &VectorBits::bits, all);
    keys.read("vector-registers", t.vectorRegisters, &Count::value, all);
    keys.read("scalar-factor", t.scalarFactor, /*required=*/false);
    keys.read("predication", t.predication, /*required=*/false);
    keys.read("fpu", t.fpu, all);
    keys.read("fma", t.fma, all);
    keys.read("fp16", t.fp16, /*required=*/false);
    keys.read("rounding", t.rounding, /*required=*/false);
    keys.read("maximum", t.maximum, /*required=*/false);
    keys.read("load-multiple", t.loadMultiple, &LoadCount::value,
              /*required=*/false);
    keys.read("long-multiply", t.longMultiply, /*required=*/false);
    keys.read("align", t.align, &Alignment::bytes, all);
    keys.read("scarce-ram", t.scarceRam, /*required=*/false);
    keys.read("l1", t.l1Bytes, &ByteSize::bytes, /*required=*/false);
    keys.read("l2", t.l2Bytes, &ByteSize::bytes, /*required=*/false);
    keys.read("flash", t.flashBytes, &MemorySize::bytes, /*required=*/false);
    keys.read("clock", t.clockHz, &Frequency::hertz, /*required=*/false);
    readRam(io, keys, t);
    keys.read("threads", t.threads, &Count::value, /*required=*/false);
    // A whole one takes the place of one that is inherited.
    std::optional<Emulator> emulator;
    keys.read("emulator", emulator);
    if (emulator)
      t.emulator = std::move(emulator);
  }

  /// Where some instruction loads so many floats to registers that follow each
  /// other, and code generation uses it: why it is not here, or null.
  static const char *checkLoadMultiple(const TargetDescription &t,
                                       const Triple &triple) {
    unsigned n = t.loadMultiple;
    if (n == 0)
      return nullptr;
    bool arm = triple.isARM() || triple.isThumb();
    if (!t.vectorBits)
      return arm && t.vectorRegisters == 32 && n <= 8
                 ? nullptr
                 : "load-multiple with scalar arithmetic is for 32-bit Arm "
                   "with "
                   "32 float registers and at most 8";
    if (t.scalarFactor == ScalarFactor::Core)
      return arm && t.vectorBits == 128 && t.vectorRegisters == 8 && n <= 8
                 ? nullptr
                 : "load-multiple with scalar-factor: core is for Arm with 8 "
                   "vectors of 128 bits and at most 8";
    if (t.scalarFactor == ScalarFactor::Lane)
      return triple.isAArch64() && t.vectorBits == 128 &&
                     t.vectorRegisters == 32 && n % 4 == 0
                 ? nullptr
                 : "load-multiple with scalar-factor: lane is for AArch64 with "
                   "32 vectors of 128 bits, and a multiple of 4";
    return "load-multiple with vectors needs scalar-factor";
  }

  static std::string validate(IO &, TargetDescription &t) {
    if (t.fma && !t.fpu)
      return "fma needs fpu";
    if (t.fp16 && !t.fpu && t.inherits.empty())
      return "fp16 needs fpu";
    if (t.vectorBits && !t.fpu)
      return "vector-bits needs fpu";
    if (t.scalarFactor != ScalarFactor::Vector && !t.vectorBits)
      return "scalar-factor needs vector-bits";
    if (t.predication && !t.vectorBits)
      return "predication needs vector-bits";
    if (!t.fpu) // inherited, from a core whose unit is left alone
      t.leaveFpuAlone();
    Triple triple(Triple::normalize(t.triple));
    if (const char *reason = checkLoadMultiple(t, triple))
      return reason;
    bool wide = triple.isArch64Bit();
    if (wide != (t.indexBits == 64))
      return "index-bits does not fit the architecture of the triple";
    // What is inherited may not fit what is named here.
    std::string unknown = checkProcessor(t.triple, t.cpu, t.features);
    if (unknown.empty() && t.fp16 &&
        !hasHalfArithmetic(t.triple, t.cpu, t.features, t.vectorBits != 0))
      return "fp16: LLVM knows no arithmetic on halves of " + t.cpu;
    return unknown;
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

/// LLVM's message, and what to do where it does not say.
static std::string complete(llvm::StringRef message, const Reader &reader) {
  if (message.starts_with("unknown key"))
    return (message + "; known are " + reader.keys).str();
  if (message.starts_with("missing required key") && !reader.base)
    return (message + "; `inherits: cortex-m4`, say, takes what is not named "
                      "from a target that is there")
        .str();
  return message.str();
}

static void keepFirst(const llvm::SMDiagnostic &diag, void *context) {
  auto *reader = static_cast<Reader *>(context);
  if (reader->error.empty())
    reader->error = (diag.getFilename() + ":" + llvm::Twine(diag.getLineNo()) +
                     ":" + llvm::Twine(diag.getColumnNo() + 1) +
                     ": error: " + complete(diag.getMessage(), *reader))
                        .str();
}

llvm::Expected<TargetDescription>
dlc::targets::readTargetYaml(llvm::StringRef text, llvm::StringRef fileName,
                             BaseLookup lookup) {
  if (!holdsDocument(text))
    return llvm::createStringError(fileName +
                                   ":1:1: error: no target description here");
  Reader reader(lookup);
  llvm::yaml::Input input(llvm::MemoryBufferRef(text, fileName), &reader,
                          keepFirst, &reader);
  TargetDescription target;
  input >> target;
  if (input.error()) {
    if (reader.error.empty())
      reader.error =
          (fileName + ":1:1: error: " + input.error().message()).str();
    return llvm::createStringError(reader.error);
  }
  return target;
}

const RamBank *TargetDescription::largestBank() const {
  auto largest = std::max_element(
      ram.begin(), ram.end(),
      [](const RamBank &a, const RamBank &b) { return a.bytes < b.bytes; });
  return largest == ram.end() ? nullptr : &*largest;
}
