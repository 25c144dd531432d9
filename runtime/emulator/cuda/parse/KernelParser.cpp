#include "runtime/emulator/cuda/parse/KernelParser.h"

#include "runtime/emulator/cuda/parse/Decoder.h"

namespace dlc::ptx {

// Beyond what any compiler writes; a text that asks for more is no kernel.
static constexpr size_t kMostRegisters = 1 << 18;
static constexpr size_t kMostOperations = 1 << 20;
static constexpr unsigned kMostParameterBytes = 4096;

Type Instruction::firstType() const {
  for (size_t i = 1; i < parts.size(); ++i)
    if (Type type = typeNamed(parts[i]); type != Type::None)
      return type;
  return Type::None;
}

Type Instruction::lastType() const {
  for (size_t i = parts.size(); i-- > 1;)
    if (Type type = typeNamed(parts[i]); type != Type::None)
      return type;
  return Type::None;
}

KernelParser::KernelParser(Reader &reader, const Module &module,
                           const Symbols &symbols)
    : reader(reader), kernel(std::make_unique<Kernel>()), symbols(symbols),
      registers(*kernel) {
  kernel->module = &module;
}

std::unique_ptr<Kernel> KernelParser::parse() {
  kernel->name = std::string(reader.word());
  if (reader.eat('('))
    parameters();
  directives();
  for (;;)
    if (!reader.eat('}'))
      statement();
    else if (!registers.leaveScope())
      break;
  finish();
  return std::move(kernel);
}

void KernelParser::parameters() {
  while (!reader.eat(')')) {
    if (!kernel->parameters.empty())
      reader.expect(',');
    if (reader.word() != ".param")
      reader.fail(".param is missing");
    // .param .u64 .ptr .global .align 16 name, .param .align 4 .b8 name[12]
    uint64_t align = 1, bytes = 0;
    bool isPointer = false;
    std::string_view word;
    for (word = reader.word(); word[0] == '.'; word = reader.word()) {
      if (word == ".align") {
        uint64_t given = reader.number(256);
        align = isPointer ? align : given; // of what it points to
      } else if (word == ".ptr") {
        isPointer = true;
      } else if (Type type = typeNamed(word.substr(1)); type != Type::None) {
        bytes = bytesOf(type);
        align = std::max<uint64_t>(align, bytes);
      } else if (!isPointer) {
        reader.fail("not supported: " + std::string(word), Fault::Unsupported);
      }
    }
    if (reader.eat('[')) {
      bytes *= reader.number(kMostParameterBytes);
      reader.expect(']');
    }
    uint64_t at =
        alignedTo(kernel->parameterBytes, std::max<uint64_t>(1, align));
    if (!bytes || at + bytes > kMostParameterBytes)
      reader.fail("parameters of more than 4096 bytes, or without a type");
    symbols[word] = {Space::Parameter, at, 0, 1, false};
    kernel->parameters.push_back({unsigned(at), unsigned(bytes)});
    kernel->parameterBytes = unsigned(at + bytes);
  }
}

void KernelParser::directives() {
  while (!reader.eat('{')) {
    std::string_view word = reader.word();
    if (word == ".reqntid" || word == ".maxntid") {
      std::array<unsigned, 3> n{1, 1, 1};
      unsigned i = 0;
      do
        n[i] = unsigned(reader.number(1024));
      while (++i < 3 && reader.eat(','));
      if (word == ".reqntid")
        kernel->required = n;
      kernel->maxThreads = n[0] * n[1] * n[2];
    } else if (word == ".maxnreg") {
      kernel->maxRegisters = unsigned(reader.number(255));
    } else if (word == ".minnctapersm") {
      reader.number(64);
    } else {
      reader.fail("not supported: " + std::string(word), Fault::Unsupported);
    }
  }
}

void KernelParser::statement() {
  if (reader.eat('{')) {
    registers.enterScope();
    return;
  }
  Instruction parsed;
  parsed.line = (reader.peek(), reader.line());
  if (reader.eat('@')) {
    parsed.guardNegated = reader.eat('!');
    std::string_view name = reader.word();
    const Registers::Register *guard = registers.find(name);
    if (!guard || guard->type != Type::Pred)
      reader.fail("'" + std::string(name) + "' is no predicate");
    parsed.guard = guard->place;
  }
  parsed.name = reader.word();
  if (parsed.name[0] == '.') {
    if (parsed.guard || !declaration(parsed.name))
      reader.fail("not supported: " + std::string(parsed.name),
                  Fault::Unsupported);
    return;
  }
  if (reader.eat(':')) {
    if (!labels.emplace(parsed.name, uint32_t(kernel->ops.size())).second)
      reader.fail("a second label " + std::string(parsed.name));
    return;
  }
  parsed.parts = partsOf(parsed.name);
  // Before its operands, which may have forms of their own.
  if (!Decoder::knows(parsed.parts[0]))
    throw Error(Fault::Unsupported,
                kernel->name + ", line " + std::to_string(parsed.line) +
                    ": not supported: " + std::string(parsed.name));
  if (!reader.eat(';')) {
    do
      parsed.operands.push_back(operand());
    while (reader.eat(','));
    reader.expect(';');
  }
  instruction(parsed);
}

bool KernelParser::declaration(std::string_view word) {
  if (word == ".reg")
    declareRegisters();
  else if (word == ".shared")
    declareVariable(Space::Shared);
  else if (word == ".local")
    declareVariable(Space::Local);
  else if (word == ".loc" || word == ".file")
    reader.skipPast('\n');
  else if (word == ".pragma")
    reader.skipPast(';');
  else
    return false;
  return true;
}

void KernelParser::declareRegisters() {
  std::string_view word = reader.word();
  Type type = typeNamed(word.substr(word[0] == '.'));
  if (type == Type::None || bytesOf(type) < 2)
    reader.fail("'" + std::string(word) + "' is no type of a register");
  do {
    std::string_view name = reader.word();
    if (!reader.eat('<')) {
      registers.declare(name, type);
      continue;
    }
    uint64_t n = reader.number(kMostRegisters);
    if (registers.count() + n > kMostRegisters)
      reader.fail("too many registers");
    reader.expect('>');
    registers.declareMany(name, unsigned(n), type);
  } while (reader.eat(','));
  reader.expect(';');
}

void KernelParser::declareVariable(Space space) {
  Variable v = readVariable(reader);
  reader.expect(';');
  if (!v.values.empty() || v.isOpen)
    reader.fail(std::string(v.name) + ": not supported here",
                Fault::Unsupported);
  unsigned &used =
      space == Space::Shared ? kernel->sharedBytes : kernel->localBytes;
  uint64_t at = alignedTo(used, v.align);
  if (at + v.bytes > (1 << 20))
    reader.fail(std::string(v.name) + ": more memory than any device has");
  symbols[v.name] = {space, at, v.bytes, v.align, false};
  used = unsigned(at + v.bytes);
}

Operand KernelParser::operand() {
  Operand o;
  if (reader.eat('{')) {
    do
      o.list.push_back(reader.word());
    while (reader.eat(','));
    reader.expect('}');
    return o;
  }
  if (reader.eat('[')) {
    o.isMemory = true;
    o.text = reader.word();
    bool minus = reader.eat('-');
    if (minus || reader.eat('+')) {
      minus ^= reader.eat('-');
      int64_t offset = int64_t(reader.number(uint64_t(1) << 40));
      o.offset = minus ? -offset : offset;
    }
    reader.expect(']');
    return o;
  }
  o.isNegated = reader.eat('!') || reader.eat('-');
  o.text = reader.word();
  if (reader.eat('|'))
    o.second = reader.word();
  return o;
}

void KernelParser::instruction(Instruction &parsed) {
  if (kernel->ops.size() > kMostOperations ||
      registers.count() > kMostRegisters)
    reader.fail("too many instructions");
  Decoder decoder(*kernel, registers, symbols, parsed);
  decoder.decode();
  if (kernel->ops.back().kind == OpKind::Branch)
    jumps.push_back({uint32_t(kernel->ops.size() - 1), parsed.operands[0].text,
                     parsed.line});
}

void KernelParser::finish() {
  for (const Jump &jump : jumps) {
    auto label = labels.find(jump.label);
    if (label == labels.end())
      throw Error(Fault::Malformed, "line " + std::to_string(jump.line) +
                                        ": no label " +
                                        std::string(jump.label));
    kernel->ops[jump.op].imm = label->second;
  }
  // Ways that do not return end here, and labels at the end are no operation.
  Instruction last;
  last.line = reader.line();
  last.name = "ret";
  last.parts = {last.name};
  Decoder(*kernel, registers, symbols, last).decode();
  registers.place();
}

} // namespace dlc::ptx
