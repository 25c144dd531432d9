#include "runtime/emulator/cuda/parse/Module.h"

#include "runtime/emulator/cuda/parse/KernelParser.h"
#include "runtime/emulator/cuda/parse/Symbols.h"

#include <cstring>

namespace dlc::ptx {

// More than any device has, and small enough to be multiplied.
static constexpr uint64_t kMostBytes = uint64_t(1) << 36;

static Type readType(Reader &reader, std::string_view word) {
  Type type = typeNamed(word.substr(word[0] == '.'));
  if (type == Type::None)
    reader.fail("'" + std::string(word) + "' is no type");
  return type;
}

static void readValues(Reader &reader, Type type, Variable &variable) {
  bool isList = reader.eat('{');
  unsigned size = bytesOf(type);
  do {
    std::string text = reader.eat('-') ? "-" : "";
    text += reader.word();
    std::optional<Number> number = numberOf(text);
    if (!number)
      reader.fail("'" + text + "' is no number", Fault::Unsupported);
    if (variable.values.size() + size > variable.bytes)
      reader.fail(std::string(variable.name) +
                  " has more values than elements");
    for (unsigned i = 0; i < size; ++i)
      variable.values.push_back(uint8_t(number->bits >> (8 * i)));
  } while (isList && reader.eat(','));
  if (isList)
    reader.expect('}');
}

Variable readVariable(Reader &reader) {
  Variable variable;
  std::string_view word = reader.word();
  if (word == ".align") {
    variable.align = unsigned(reader.number(1 << 16));
    if (variable.align == 0 || variable.align & (variable.align - 1))
      reader.fail("an alignment that is no power of two");
    word = reader.word();
  }
  Type type = readType(reader, word);
  if (type == Type::Pred)
    reader.fail("a variable of predicates");
  variable.name = reader.word();
  variable.bytes = bytesOf(type);
  variable.align = std::max(variable.align, bytesOf(type));
  while (reader.eat('[')) {
    if (reader.eat(']')) {
      variable.isOpen = true;
      variable.bytes = 0;
      continue;
    }
    variable.bytes *= reader.number(kMostBytes);
    if (variable.bytes > kMostBytes)
      reader.fail(std::string(variable.name) + " is larger than any device");
    reader.expect(']');
  }
  if (reader.eat('='))
    readValues(reader, type, variable);
  return variable;
}

/// The directives of a module.
class ModuleParser {
public:
  ModuleParser(Module &module) : module(module), reader(module.text) {}
  void run();

private:
  Module &module;
  Reader reader;
  Symbols symbols;
  void version();
  void target();
  void variable(std::string_view space);
  void entry();
};

void ModuleParser::version() {
  std::string_view word = reader.word();
  std::vector<std::string_view> parts = partsOf(word);
  std::optional<Number> major = numberOf(parts[0]);
  std::optional<Number> minor =
      parts.size() == 2 ? numberOf(parts[1]) : std::nullopt;
  if (!major || !minor || major->bits > 99 || minor->bits > 9)
    reader.fail("'" + std::string(word) + "' is no version");
  module.version = unsigned(major->bits * 10 + minor->bits);
}

void ModuleParser::target() {
  module.target = std::string(reader.word());
  std::optional<Number> number =
      module.target.compare(0, 3, "sm_") == 0
          ? numberOf(std::string_view(module.target).substr(3))
          : std::nullopt;
  if (!number || number->bits > 999)
    reader.fail("'" + module.target + "' is no target");
  module.capability = unsigned(number->bits);
  while (reader.eat(','))
    reader.word(); // debug, texmode
}

void ModuleParser::variable(std::string_view space) {
  Variable v = readVariable(reader);
  reader.expect(';');
  if (space == ".shared") {
    if (v.bytes > (1 << 20) || !v.values.empty())
      reader.fail(std::string(v.name) +
                  ": more shared memory than any device has, or with values");
    symbols[v.name] = {Space::Shared, kDynamicShared, v.bytes, v.align,
                       !v.isOpen};
    return;
  }
  bool isConstant = space == ".const";
  Allocation &made =
      module.memory.allocate(std::max<uint64_t>(1, v.bytes), isConstant);
  module.variables[std::string(v.name)] = &made;
  // What has no values is zero.
  memset(made.host, 0, v.bytes);
  if (!v.values.empty())
    memcpy(made.host, v.values.data(), v.values.size());
  made.shadow.written(0, v.bytes);
  symbols[v.name] = {isConstant ? Space::Constant : Space::Global, made.begin,
                     v.bytes, v.align, false};
}

void ModuleParser::entry() {
  std::unique_ptr<Kernel> kernel =
      KernelParser(reader, module, symbols).parse();
  std::string name = kernel->name;
  if (!module.kernels.emplace(name, std::move(kernel)).second)
    reader.fail("a second kernel " + name);
}

void ModuleParser::run() {
  while (!reader.atEnd()) {
    std::string_view word = reader.word();
    if (word == ".version")
      version();
    else if (word == ".target")
      target();
    else if (word == ".address_size") {
      if (reader.number(64) != 64)
        reader.fail("addresses of 32 bits", Fault::Unsupported);
    } else if (word == ".visible" || word == ".extern" || word == ".weak" ||
               word == ".common")
      continue;
    else if (word == ".entry")
      entry();
    else if (word == ".global" || word == ".const" || word == ".shared")
      variable(word);
    else if (word == ".file")
      reader.skipPast('\n');
    else if (word == ".section")
      reader.skipPast('}');
    else
      reader.fail("not supported: " + std::string(word), Fault::Unsupported);
  }
  if (!module.version || !module.capability)
    reader.fail(".version and .target are missing");
}

Module::Module(std::string text, Memory &memory)
    : text(std::move(text)), memory(memory) {
  try {
    ModuleParser(*this).run();
  } catch (...) {
    for (auto &entry : variables)
      memory.release(entry.second->begin);
    throw;
  }
}

Module::~Module() {
  for (auto &entry : variables)
    memory.release(entry.second->begin);
}

Kernel *Module::find(const std::string &name) const {
  auto kernel = kernels.find(name);
  return kernel == kernels.end() ? nullptr : kernel->second.get();
}

const Allocation *Module::variable(const std::string &name) const {
  auto entry = variables.find(name);
  return entry == variables.end() ? nullptr : entry->second;
}

std::string Module::lineOf(unsigned line) const {
  size_t begin = 0;
  while (--line && begin != std::string::npos)
    begin = text.find('\n', begin) + 1;
  std::string found = text.substr(begin, text.find('\n', begin) - begin);
  size_t first = found.find_first_not_of(" \t"),
         last = found.find_last_not_of(" \t\r");
  return first == std::string::npos ? ""
                                    : found.substr(first, last - first + 1);
}

} // namespace dlc::ptx
