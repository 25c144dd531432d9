// The operands that a decoder reads and writes.
#include "runtime/emulator/cuda/parse/Decoder.h"

#include <cstring>

namespace dlc::ptx {

void Decoder::malformed(const std::string &what) const {
  throw Error(Fault::Malformed, kernel.name + ", line " +
                                    std::to_string(parsed.line) + ": " +
                                    std::string(parsed.name) + ": " + what);
}

void Decoder::unsupported() const {
  throw Error(Fault::Unsupported,
              kernel.name + ", line " + std::to_string(parsed.line) +
                  ": not supported: " + std::string(parsed.name));
}

void Decoder::count(size_t least, size_t most) const {
  if (parsed.operands.size() < least || parsed.operands.size() > most)
    malformed(std::to_string(parsed.operands.size()) + " operands");
}

const Operand &Decoder::operand(size_t i) const {
  if (i >= parsed.operands.size())
    malformed("operand " + std::to_string(i + 1) + " is missing");
  return parsed.operands[i];
}

Type Decoder::registerType(std::string_view name) const {
  const Registers::Register *found = registers.find(name);
  return found ? found->type : Type::None;
}

/// Shared memory of the module gets its place where a kernel names it first.
uint64_t Decoder::addressOf(std::string_view name) {
  Symbol &symbol = symbols.at(name);
  if (symbol.isUnplaced) {
    symbol.address = alignedTo(kernel.sharedBytes, symbol.align);
    kernel.sharedBytes = unsigned(symbol.address + symbol.bytes);
    symbol.isUnplaced = false;
  }
  return symbol.address;
}

static uint64_t doubleBits(uint64_t floatBits) {
  uint32_t bits = uint32_t(floatBits);
  float narrow;
  memcpy(&narrow, &bits, 4);
  double wide = narrow;
  uint64_t wideBits;
  memcpy(&wideBits, &wide, 8);
  return wideBits;
}

uint32_t Decoder::read(const Operand &o, unsigned bytes, bool isDouble) {
  if (o.isMemory || !o.list.empty())
    malformed("a register or a number is expected");
  const std::string name(o.text);
  if (const Registers::Register *found = registers.find(o.text)) {
    if (found->type == Type::Pred || o.isNegated)
      malformed("'" + name + "' is not expected here");
    if (bytesOf(found->type) != bytes)
      malformed("'" + name + "' has " +
                std::to_string(bytesOf(found->type) * 8) + " bits, not " +
                std::to_string(bytes * 8));
    return found->place;
  }
  if (uint32_t special = registers.special(o.text)) {
    if (bytes != 4)
      malformed("'" + name + "' has 32 bits");
    return special;
  }
  if (std::optional<Number> number = numberOf(o.text)) {
    uint64_t bits = number->bits;
    if (number->floatBytes == 4 && isDouble)
      bits = doubleBits(bits);
    else if (number->floatBytes && number->floatBytes != bytes)
      malformed("'" + name + "' has another type");
    if (o.isNegated)
      bits = 0 - bits;
    if (bytes < 8)
      bits &= (uint64_t(1) << 8 * bytes) - 1;
    return registers.constant(bits, bytes);
  }
  if (symbols.count(o.text)) {
    if (bytes < 4)
      malformed("the address '" + name + "' has 64 bits");
    uint64_t address = addressOf(o.text);
    if (bytes == 4 && address >> 32)
      malformed("the address '" + name + "' has 64 bits");
    return registers.constant(address, bytes);
  }
  malformed("'" + name + "' is not declared");
}

uint32_t Decoder::read(size_t i, Type t) {
  return read(operand(i), bytesOf(t), t == Type::F64);
}

uint32_t Decoder::readPredicate(size_t i) {
  const Operand &o = operand(i);
  // -1 is true as 1 is.
  if (std::optional<Number> number = numberOf(o.text))
    return registers.constant(number->bits != 0 ? ~uint32_t(0) : 0, 4);
  if (registerType(o.text) != Type::Pred)
    malformed("'" + std::string(o.text) + "' is no predicate");
  return registers.find(o.text)->place;
}

uint32_t Decoder::written(std::string_view name, unsigned bytes) {
  if (name == "_")
    return registers.temporary(bytes);
  const Registers::Register *found = registers.find(name);
  if (!found || found->type == Type::Pred)
    malformed("'" + std::string(name) + "' is no register");
  if (bytesOf(found->type) != bytes)
    malformed("'" + std::string(name) + "' has " +
              std::to_string(bytesOf(found->type) * 8) + " bits, not " +
              std::to_string(bytes * 8));
  return found->place;
}

uint32_t Decoder::writtenPredicate(size_t i) {
  const Operand &o = operand(i);
  if (registerType(o.text) != Type::Pred)
    malformed("'" + std::string(o.text) + "' is no predicate");
  return registers.find(o.text)->place;
}

uint32_t Decoder::resized(uint32_t from, unsigned bytes, unsigned to,
                          bool isSigned) {
  if (bytes == to)
    return from;
  uint32_t made = registers.temporary(to);
  emitHidden(lanes().resize(to, bytes, isSigned), made, from);
  return made;
}

void Decoder::emit(Handler run, OpClass cost, unsigned slots) {
  if (!run)
    unsupported();
  op.run = run;
  op.cost = cost;
  op.slots = uint8_t(slots);
  kernel.ops.push_back(op);
}

void Decoder::emitHidden(Handler run, uint32_t d, uint32_t a) {
  Op made;
  made.run = run;
  made.d = d;
  made.a = a;
  made.guard = op.guard;
  made.negated = op.negated;
  made.line = op.line;
  made.cost = OpClass::None;
  made.slots = 0;
  kernel.ops.push_back(made);
}

} // namespace dlc::ptx
