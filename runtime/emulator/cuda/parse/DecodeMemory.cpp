// ld, st, atom, red.
#include "runtime/emulator/cuda/execute/Handlers.h"
#include "runtime/emulator/cuda/parse/Decoder.h"

namespace dlc::ptx {

Space Decoder::spaceOf() const {
  for (size_t i = 1; i < parsed.parts.size(); ++i) {
    std::string_view part = parsed.parts[i];
    if (part == "global")
      return Space::Global;
    if (part == "shared" || part == "shared::cta")
      return Space::Shared;
    if (part == "local")
      return Space::Local;
    if (part == "const")
      return Space::Constant;
    if (part == "param")
      return Space::Parameter;
  }
  return Space::Generic;
}

/// The address of [operand] in op.a and op.imm.
void Decoder::address(const Operand &o, Space space) {
  if (!o.isMemory)
    malformed("an address in brackets is expected");
  op.imm = o.offset;
  auto symbol = symbols.find(o.text);
  if (!registers.find(o.text) && symbol != symbols.end()) {
    Space named = symbol->second.space;
    bool fits =
        named == space || (space == Space::Global && named == Space::Constant);
    if (!fits)
      malformed("'" + std::string(o.text) + "' lies in other memory");
    op.a = registers.constant(addressOf(o.text), 8);
    return;
  }
  // Shared and local memory has addresses of 32 bits too.
  unsigned bytes = registers.find(o.text) ? bytesOf(registerType(o.text)) : 8;
  if (bytes != 8 &&
      (bytes != 4 || space == Space::Global || space == Space::Generic))
    malformed("'" + std::string(o.text) + "' is no address");
  Operand base;
  base.text = o.text;
  op.a = resized(read(base, bytes), bytes, 8, false);
}

static OpClass classOf(Space space) {
  switch (space) {
  case Space::Shared:
    return OpClass::Shared;
  case Space::Local:
    return OpClass::Local;
  case Space::Parameter:
    return OpClass::Parameter;
  default:
    return OpClass::Global;
  }
}

bool Decoder::decodeMemory() {
  std::string_view base = parsed.parts[0];
  bool isStore = base == "st";
  if (!isStore && base != "ld" && base != "ldu")
    return false;
  count(2, 2);
  Space space = spaceOf();
  const Operand &memory = operand(isStore ? 0 : 1),
                &value = operand(isStore ? 1 : 0);
  if (type == Type::None || type == Type::Pred ||
      (isStore && space == Space::Parameter))
    unsupported();
  address(memory, space);
  std::vector<std::string_view> names = value.list;
  if (names.empty())
    names.push_back(value.text);
  size_t elements = parsed.has("v4") ? 4 : parsed.has("v2") ? 2 : 1;
  unsigned bytes = bytesOf(type);
  if (names.size() != elements || elements * bytes > 16)
    malformed(std::to_string(names.size()) + " registers");
  op.count = uint8_t(elements);
  op.results = !isStore;
  op.join = kernel.accesses++;
  struct Wide {
    uint32_t place, narrow;
    unsigned bytes;
  };
  std::vector<Wide> wide; // of registers wider than the type
  for (size_t i = 0; i < elements; ++i) {
    Operand element;
    element.text = names[i];
    element.isNegated = isStore && value.list.empty() && value.isNegated;
    Type given = registerType(names[i]);
    unsigned width = given == Type::None ? std::max(2u, bytes) : bytesOf(given);
    if (width < bytes || given == Type::Pred)
      malformed("'" + std::string(names[i]) + "' is too narrow");
    if (isStore) {
      op.vector[i] =
          resized(read(element, width, type == Type::F64), width, bytes, false);
      continue;
    }
    uint32_t place = written(names[i], width);
    op.vector[i] = width == bytes ? place : registers.temporary(bytes);
    if (width != bytes)
      wide.push_back({place, op.vector[i], width});
  }
  // Parameters are operands of the instructions that use them.
  emit(isStore ? handlers::store(space, bytes) : handlers::load(space, bytes),
       classOf(space), space == Space::Parameter ? 0 : 1);
  for (const Wide &w : wide)
    emitHidden(lanes().resize(w.bytes, bytes, isSigned(type)), w.place,
               w.narrow);
  return true;
}

bool Decoder::decodeAtomic() {
  bool hasResult = parsed.parts[0] == "atom";
  if (!hasResult && parsed.parts[0] != "red")
    return false;
  static constexpr struct {
    std::string_view name;
    AtomicOp atomic;
  } table[] = {{"add", AtomicOp::Add},   {"min", AtomicOp::Min},
               {"max", AtomicOp::Max},   {"and", AtomicOp::And},
               {"or", AtomicOp::Or},     {"xor", AtomicOp::Xor},
               {"exch", AtomicOp::Exch}, {"inc", AtomicOp::Inc},
               {"dec", AtomicOp::Dec},   {"cas", AtomicOp::Cas}};
  const AtomicOp *found = nullptr;
  for (const auto &entry : table)
    if (parsed.has(entry.name))
      found = &entry.atomic;
  Space space = spaceOf();
  bool isShared = space == Space::Shared;
  if (!found || (!isShared && space != Space::Global))
    unsupported();
  size_t first = hasResult ? 1 : 0, operands = *found == AtomicOp::Cas ? 2 : 1;
  count(first + 1 + operands, first + 1 + operands);
  address(operand(first), space);
  op.b = read(first + 1, type);
  if (operands == 2)
    op.c = read(first + 2, type);
  op.join = kernel.accesses++;
  if (hasResult)
    op.d = written(operand(0).text, bytesOf(type));
  emit(handlers::atomic(*found, type, isShared), OpClass::Atomic);
  return true;
}

} // namespace dlc::ptx
