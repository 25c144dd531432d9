//===- TargetYaml.cpp - YAML to TargetDescription -------------------------===//

#include "targets/description/TargetYaml.h"
#include "targets/description/Contradictions.h"
#include "targets/description/TargetScalars.h"
#include "targets/description/YamlText.h"

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

LLVM_YAML_IS_SEQUENCE_VECTOR(RamBank)
LLVM_YAML_IS_SEQUENCE_VECTOR(MultiplyAccumulate)
LLVM_YAML_IS_SEQUENCE_VECTOR(Element)

namespace {

/// RAM is a size, or a list of banks.
struct Ram {
  MemorySize size;
  std::vector<RamBank> banks;
  bool listed = false;
};

/// The fields of the GPU.
struct Gpu {
  TargetInfo info;
};

/// A mapping that remembers its keys.
class Keys {
public:
  explicit Keys(llvm::yaml::IO &io) : io(io) {}
  /// YAML I/O complains of unknown keys behind the mapping.
  ~Keys() { static_cast<Reader *>(io.getContext())->keys = list; }

  template <typename T>
  void read(llvm::StringRef key, T &value, bool required) {
    note(key);
    if (required)
      io.mapRequired(key, value);
    else
      io.mapOptional(key, value);
  }

  /// None where the key is left out.
  template <typename T>
  void read(llvm::StringRef key, std::optional<T> &value) {
    note(key);
    io.mapOptional(key, value);
  }

  /// A field under a type that reads it.
  template <typename Wrapper, typename Field>
  void read(llvm::StringRef key, Field &field, Field Wrapper::*member,
            bool required) {
    Wrapper value;
    value.*member = field;
    read(key, value, required);
    field = value.*member;
  }

  void read(const TargetField &field, TargetInfo &info, bool all) {
    FieldValue value{&field, &info};
    read(field.key, value, all && field.required);
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

template <> struct MappingTraits<MultiplyAccumulate> {
  static void mapping(IO &io, MultiplyAccumulate &form) {
    Keys keys(io);
    keys.read("instruction", form.instruction, /*required=*/true);
    std::vector<Element> operands;
    keys.read("operands", operands, /*required=*/true);
    if (operands.size() == 2) {
      form.left = operands[0];
      form.right = operands[1];
    } else {
      io.setError("operands must be two elements such as [i16, i16]");
    }
    keys.read("accumulator", form.accumulator, /*required=*/true);
    keys.read("products", form.products, &FormCount::value, /*required=*/true);
    keys.read("lanes", form.lanes, &FormCount::value, /*required=*/true);
    keys.read("cycles", form.cycles, &Cycles::value, /*required=*/false);
    keys.read("needs", form.needs, &NeededFeature::text, /*required=*/false);
  }

  static std::string validate(IO &, MultiplyAccumulate &form) {
    if (StringRef(form.instruction).trim().empty())
      return "instruction must not be empty";
    bool floats = isFloat(form.accumulator);
    if (isFloat(form.left) != floats || isFloat(form.right) != floats)
      return "operands and accumulator must all be floats, or all integers";
    if (bitsOf(form.accumulator) <
        std::max(bitsOf(form.left), bitsOf(form.right)))
      return "the accumulator must be as wide as the operands";
    return {};
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

/// Without a base that has a GPU, all that is required has to be said.
template <> struct MappingTraits<Gpu> {
  static void mapping(IO &io, Gpu &gpu) {
    Keys keys(io);
    bool all = !gpu.info.hasGpu();
    for (const TargetField &field : gpuFields())
      keys.read(field, gpu.info, all);
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
    // Reading one that is not there adds it.
    bool saysCompact = is_contained(io.keys(), "compact-code");
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
    // Without a word of it there is none.
    if (all)
      t.l1Bytes = t.l2Bytes = 0;
    for (const TargetField &field : targetFields())
      keys.read(field, t, all);
    // A machine without a second cache is one that reads flash unless it says
    // so itself.
    if (all && !saysCompact)
      t.compactCode = t.l2Bytes == 0;
    keys.read("multiply-accumulate", t.forms, /*required=*/false);
    Gpu gpu{t};
    keys.read("gpu", gpu, /*required=*/false);
    static_cast<TargetInfo &>(t) = gpu.info;
    keys.read("flash", t.flashBytes, &MemorySize::bytes, /*required=*/false);
    keys.read("clock", t.clockHz, &Frequency::hertz, /*required=*/false);
    readRam(io, keys, t);
    // A whole one takes the place of one that is inherited.
    std::optional<Emulator> emulator;
    keys.read("emulator", emulator);
    if (emulator)
      t.emulator = std::move(emulator);
  }

  static std::string validate(IO &io, TargetDescription &t) {
    auto [key, reason] = findContradiction(t);
    static_cast<Reader *>(io.getContext())->blamed = key;
    return reason;
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

/// Line and column of the value of a key of the document; of its beginning
/// where the key is inherited.
static std::pair<unsigned, unsigned> whereIs(llvm::StringRef key,
                                             llvm::StringRef text) {
  for (unsigned line = 1; !text.empty(); ++line) {
    auto [first, rest] = text.split('\n');
    llvm::StringRef value = first;
    if (value.consume_front(key) && value.consume_front(":"))
      return {line, first.size() - value.ltrim().size() + 1};
    text = rest;
  }
  return {1, 1};
}

static void keepFirst(const llvm::SMDiagnostic &diag, void *context) {
  auto *reader = static_cast<Reader *>(context);
  if (!reader->error.empty())
    return;
  auto [line, column] = reader->blamed.empty()
                            ? std::pair(unsigned(diag.getLineNo()),
                                        unsigned(diag.getColumnNo() + 1))
                            : whereIs(reader->blamed, reader->text);
  reader->error =
      (diag.getFilename() + ":" + llvm::Twine(line) + ":" +
       llvm::Twine(column) + ": error: " + complete(diag.getMessage(), *reader))
          .str();
}

/// Whether it is YAML with keys and values: LLVM's reader of values takes that
/// for granted.
static bool holdsMap(llvm::StringRef text, llvm::StringRef fileName,
                     Reader &reader) {
  if (std::string reason = refuseAsYaml(text); !reason.empty()) {
    reader.error = (fileName + ":1:1: error: " + reason).str();
    return false;
  }
  llvm::SourceMgr sources;
  sources.setDiagHandler(keepFirst, &reader);
  llvm::yaml::Stream stream(llvm::MemoryBufferRef(text, fileName), sources);
  auto document = stream.begin();
  llvm::yaml::Node *root =
      document == stream.end() ? nullptr : document->getRoot();
  bool isMap = llvm::isa_and_nonnull<llvm::yaml::MappingNode>(root);
  if (!isMap && reader.error.empty())
    reader.error = (fileName + ":1:1: error: a target description is keys with "
                               "values, one below the other")
                       .str();
  return isMap;
}

llvm::Expected<TargetDescription>
dlc::targets::readTargetYaml(llvm::StringRef text, llvm::StringRef fileName,
                             BaseLookup lookup) {
  if (!holdsDocument(text))
    return llvm::createStringError(fileName +
                                   ":1:1: error: no target description here");
  Reader reader(text, lookup);
  if (!holdsMap(text, fileName, reader))
    return llvm::createStringError(reader.error);
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
