#include "runtime/emulator/cuda/parse/Decoder.h"

#include <algorithm>

namespace dlc::ptx {

Decoder::Decoder(Kernel &kernel, Registers &registers, Symbols &symbols,
                 const Instruction &parsed)
    : kernel(kernel), registers(registers), symbols(symbols), parsed(parsed),
      type(parsed.lastType()) {
  op.line = parsed.line;
  op.guard = parsed.guard;
  op.negated = parsed.guardNegated;
}

bool Decoder::knows(std::string_view base) {
  static constexpr std::string_view names[] = {
      "abs",     "activemask", "add",      "and",       "atom",  "bar",
      "barrier", "bfe",        "bfi",      "bra",       "brev",  "clz",
      "cnot",    "copysign",   "cos",      "cvt",       "cvta",  "div",
      "dp2a",    "dp4a",       "ex2",      "exit",      "fence", "fma",
      "ld",      "ldu",        "lg2",      "lop3",      "mad",   "max",
      "membar",  "min",        "mov",      "mul",       "neg",   "not",
      "or",      "popc",       "prefetch", "prefetchu", "prmt",  "rcp",
      "red",     "rem",        "ret",      "rsqrt",     "sad",   "selp",
      "setp",    "shf",        "shfl",     "shl",       "shr",   "sin",
      "slct",    "sqrt",       "st",       "sub",       "trap",  "vote",
      "xor"};
  return std::binary_search(std::begin(names), std::end(names), base);
}

void Decoder::decode() {
  if (!(decodeControl() || decodeMove() || decodeMemory() || decodeAtomic() ||
        decodeUnary() || decodeBinary() || decodeTernary() ||
        decodePredicate() || decodeBits() || decodeConvert() ||
        decodeExchange()))
    unsupported();
}

/// The entry of a table with this name, or null.
template <class T, size_t N>
static const T *entryOf(const T (&table)[N], std::string_view name) {
  const T *found = std::find_if(table, table + N,
                                [&](const T &e) { return e.name == name; });
  return found == table + N ? nullptr : found;
}

/// What the name says besides operation and type is known, or it is refused.
void Decoder::modifiers(Modifiers &modifiers) const {
  for (size_t i = 1; i < parsed.parts.size(); ++i) {
    std::string_view part = parsed.parts[i];
    if (part == "ftz")
      modifiers.flush = true;
    else if (part == "sat")
      modifiers.saturate = true;
    else if (typeNamed(part) == Type::None && part != "rn" && part != "lo" &&
             part != "hi" && part != "wide" && part != "approx" &&
             part != "full")
      unsupported();
  }
  if ((modifiers.flush || modifiers.saturate) && type != Type::F32)
    unsupported();
}

/// Machine instructions for one on 32 bits, on 64 bits.
static unsigned slotsFor(Type type, unsigned narrow, unsigned wide) {
  return bytesOf(type) == 8 && type != Type::F64 ? wide : narrow;
}

static OpClass arithmeticClass(Type type) {
  switch (type) {
  case Type::F16:
  case Type::F16x2:
    return OpClass::Half;
  case Type::F32:
    return OpClass::Float;
  case Type::F64:
    return OpClass::Double;
  default:
    return OpClass::Integer;
  }
}

bool Decoder::decodeUnary() {
  // `exact` without .approx: a sequence of instructions.
  static constexpr struct {
    std::string_view name;
    Unary unary;
    bool isSpecial;
    unsigned narrow, wide, exact;
  } table[] = {{"neg", Unary::Neg, false, 1, 2, 1},
               {"abs", Unary::Abs, false, 1, 3, 1},
               {"not", Unary::Not, false, 1, 2, 1},
               {"cnot", Unary::Cnot, false, 2, 3, 2},
               {"sqrt", Unary::Sqrt, true, 3, 3, 10},
               {"rsqrt", Unary::Rsqrt, true, 3, 3, 3},
               {"rcp", Unary::Rcp, true, 3, 3, 8},
               {"ex2", Unary::Ex2, true, 3, 3, 3},
               {"lg2", Unary::Lg2, true, 3, 3, 3},
               {"sin", Unary::Sin, true, 2, 2, 2},
               {"cos", Unary::Cos, true, 2, 2, 2}};
  const auto *entry = entryOf(table, parsed.parts[0]);
  if (!entry || type == Type::Pred)
    return false;
  count(2, 2);
  Modifiers m;
  modifiers(m);
  op.a = read(1, type);
  op.d = written(operand(0).text, bytesOf(type));
  bool isApproximate = parsed.has("approx");
  OpClass cost = entry->isSpecial && type == Type::F32 ? OpClass::Special
                                                       : arithmeticClass(type);
  // Denormals cost a scaling before and after, unless they are flushed.
  unsigned slots = !entry->isSpecial
                       ? slotsFor(type, entry->narrow, entry->wide)
                   : !isApproximate ? entry->exact
                   : m.flush        ? 1
                                    : entry->narrow;
  emit(lanes().unary(entry->unary, type, m), cost, slots);
  return true;
}

bool Decoder::decodeBinary() {
  static constexpr struct {
    std::string_view name;
    Binary binary;
    unsigned narrow, wide;
  } table[] = {{"add", Binary::Add, 1, 2},
               {"sub", Binary::Sub, 1, 2},
               {"mul", Binary::MulLo, 3, 8},
               {"div", Binary::Div, 20, 70},
               {"rem", Binary::Rem, 22, 72},
               {"min", Binary::Min, 1, 3},
               {"max", Binary::Max, 1, 3},
               {"and", Binary::And, 1, 2},
               {"or", Binary::Or, 1, 2},
               {"xor", Binary::Xor, 1, 2},
               {"shl", Binary::Shl, 1, 2},
               {"shr", Binary::Shr, 1, 2},
               {"copysign", Binary::CopySign, 1, 2}};
  const auto *entry = entryOf(table, parsed.parts[0]);
  if (!entry || type == Type::Pred)
    return false;
  count(3, 3);
  Modifiers m;
  modifiers(m);
  Binary binary = entry->binary;
  unsigned slots = slotsFor(type, entry->narrow, entry->wide);
  OpClass cost = arithmeticClass(type);
  bool isShift = binary == Binary::Shl || binary == Binary::Shr;
  unsigned made = bytesOf(type);
  if (binary == Binary::MulLo && isFloat(type)) {
    slots = 1;
  } else if (binary == Binary::MulLo) {
    cost = OpClass::Multiply;
    if (parsed.has("hi")) {
      binary = Binary::MulHi;
      slots *= 2;
    } else if (parsed.has("wide")) {
      binary = Binary::MulWide;
      slots = bytesOf(type) == 2 ? 1 : 4;
      made *= 2;
    } else if (!parsed.has("lo")) {
      malformed(".lo, .hi or .wide is missing");
    }
  } else if (binary == Binary::Div && type == Type::F32) {
    slots = parsed.has("approx") || parsed.has("full") ? 3 : 12;
    cost = OpClass::Special;
  } else if (isFloat(type) && binary == Binary::Div) {
    slots = 20;
  }
  op.a = read(1, type);
  op.b = read(2, isShift ? Type::U32 : type);
  op.d = written(operand(0).text, made);
  emit(lanes().binary(binary, type, m), cost, slots);
  return true;
}

bool Decoder::decodeTernary() {
  bool isFma = parsed.parts[0] == "fma", isMad = parsed.parts[0] == "mad";
  if (!isFma && !isMad && parsed.parts[0] != "sad")
    return false;
  count(4, 4);
  Modifiers m;
  modifiers(m);
  Ternary ternary = Ternary::Sad;
  Type last = type;
  OpClass cost = OpClass::Integer;
  unsigned slots = 1, made = bytesOf(type);
  if (isFma || (isMad && isFloat(type))) {
    ternary = Ternary::Fma;
    cost = type == Type::F32 ? OpClass::Fma : arithmeticClass(type);
    if (!isFloat(type))
      unsupported();
  } else if (isMad) {
    cost = OpClass::Multiply;
    slots = slotsFor(type, 3, 9);
    ternary = parsed.has("wide") ? Ternary::MadWide
              : parsed.has("hi") ? Ternary::MadHi
                                 : Ternary::MadLo;
    if (ternary == Ternary::MadHi)
      slots *= 2;
    if (ternary == Ternary::MadWide) {
      made *= 2;
      last = made == 8 ? Type::U64 : Type::U32;
      slots = made == 8 ? 5 : 1;
    }
  }
  op.a = read(1, type);
  op.b = read(2, type);
  op.c = read(operand(3), bytesOf(last), last == Type::F64);
  op.d = written(operand(0).text, made);
  emit(lanes().ternary(ternary, type, m), cost, slots);
  return true;
}

bool Decoder::decodePredicate() {
  std::string_view base = parsed.parts[0];
  if (base == "selp") {
    count(4, 4);
    op.a = read(1, type);
    op.b = read(2, type);
    op.c = readPredicate(3);
    op.d = written(operand(0).text, bytesOf(type));
    emit(lanes().select(type), OpClass::Integer, slotsFor(type, 1, 2));
    return true;
  }
  if (base == "setp") {
    static constexpr struct {
      std::string_view name;
      Compare compare;
    } table[] = {
        {"eq", Compare::EQ},   {"ne", Compare::NE},   {"lt", Compare::LT},
        {"lo", Compare::LT},   {"le", Compare::LE},   {"ls", Compare::LE},
        {"gt", Compare::GT},   {"hi", Compare::GT},   {"ge", Compare::GE},
        {"hs", Compare::GE},   {"equ", Compare::EQU}, {"neu", Compare::NEU},
        {"ltu", Compare::LTU}, {"leu", Compare::LEU}, {"gtu", Compare::GTU},
        {"geu", Compare::GEU}, {"num", Compare::NUM}, {"nan", Compare::NaN}};
    const auto *entry =
        parsed.parts.size() > 1 ? entryOf(table, parsed.parts[1]) : nullptr;
    if (!entry)
      unsupported();
    count(3, 4);
    if (!operand(0).second.empty())
      unsupported();
    op.a = read(1, type);
    op.b = read(2, type);
    op.d = writtenPredicate(0);
    if (parsed.operands.size() == 4) {
      op.imm = parsed.has("and")   ? 1
               : parsed.has("or")  ? 2
               : parsed.has("xor") ? 3
                                   : 0;
      if (!op.imm || numberOf(operand(3).text))
        unsupported();
      op.c = readPredicate(3);
      op.vector[1] = operand(3).isNegated;
    }
    emit(lanes().compare(entry->compare, type, parsed.has("ftz")),
         OpClass::Integer, slotsFor(type, 1, 2));
    return true;
  }
  static constexpr struct {
    std::string_view name;
    Fixed fixed;
    size_t operands;
  } logic[] = {{"and", Fixed::PredAnd, 3},
               {"or", Fixed::PredOr, 3},
               {"xor", Fixed::PredXor, 3},
               {"not", Fixed::PredNot, 2},
               {"mov", Fixed::PredCopy, 2}};
  const auto *entry = entryOf(logic, base);
  if (!entry || type != Type::Pred)
    return false;
  count(entry->operands, entry->operands);
  op.a = readPredicate(1);
  op.b = entry->operands == 3 ? readPredicate(2) : op.a;
  op.d = writtenPredicate(0);
  emit(lanes().fixed(entry->fixed), OpClass::Integer);
  return true;
}

bool Decoder::decodeBits() {
  std::string_view base = parsed.parts[0];
  if (base == "popc" || base == "clz" || base == "brev") {
    count(2, 2);
    op.a = read(1, type);
    op.d = written(operand(0).text, base == "brev" ? bytesOf(type) : 4);
    emit(lanes().unary(base == "popc"  ? Unary::Popc
                       : base == "clz" ? Unary::Clz
                                       : Unary::Brev,
                       type, {}),
         OpClass::Convert, slotsFor(type, 1, 3));
    return true;
  }
  bool isDot = base == "dp4a" || base == "dp2a";
  bool isBfe = base == "bfe", isBfi = base == "bfi";
  if (base != "prmt" && base != "lop3" && base != "shf" && base != "slct" &&
      !isDot && !isBfe && !isBfi)
    return false;
  bool hasLast = base == "lop3" || isBfi;
  count(4 + hasLast, 4 + hasLast);
  Type value = isDot || base == "prmt" || base == "lop3" || base == "shf"
                   ? Type::B32
               : base == "slct" ? parsed.firstType()
                                : type;
  op.a = read(1, value);
  op.b = isBfe ? read(2, Type::U32) : read(2, value);
  op.c = read(3, Type::U32);
  op.d = written(operand(0).text, bytesOf(value));
  Handler run = nullptr;
  bool firstSigned = parsed.firstType() == Type::S32,
       secondSigned = type == Type::S32;
  if (base == "prmt" && parsed.parts.size() == 2)
    run = lanes().ternary(Ternary::Prmt, type, {});
  else if (base == "dp4a")
    run = lanes().ternary(
        firstSigned ? (secondSigned ? Ternary::Dp4aSS : Ternary::Dp4aSU)
                    : (secondSigned ? Ternary::Dp4aUS : Ternary::Dp4aUU),
        type, {});
  else if (base == "dp2a" && firstSigned == secondSigned)
    run = lanes().ternary(parsed.has("lo") ? Ternary::Dp2aLo : Ternary::Dp2aHi,
                          type, {});
  else if (isBfe)
    run = lanes().ternary(Ternary::Bfe, type, {});
  else if (base == "slct" && type == Type::S32)
    run = lanes().ternary(Ternary::Slct, value, {});
  else if (base == "shf") {
    op.imm = (parsed.has("r") ? 1 : 0) | (parsed.has("clamp") ? 2 : 0);
    run = lanes().fixed(Fixed::Shf);
  } else if (isBfi) {
    op.vector[0] = read(4, Type::U32);
    run = lanes().fixed(bytesOf(type) == 8 ? Fixed::Bfi64 : Fixed::Bfi32);
  } else if (base == "lop3") {
    std::optional<Number> table = numberOf(operand(4).text);
    if (!table || table->bits > 255)
      malformed("the table is no number up to 255");
    op.imm = int64_t(table->bits);
    run = lanes().fixed(Fixed::Lop3);
  }
  // Only sm_61 has the unit: elsewhere bytes are taken out and multiplied.
  if (isDot)
    emit(run, OpClass::Dot, kernel.module->capability == 61 ? 1 : 12);
  else
    emit(run, OpClass::Integer, slotsFor(value, 1, 3));
  return true;
}

} // namespace dlc::ptx
