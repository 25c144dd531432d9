// mov, cvt, cvta.
#include "runtime/emulator/cuda/execute/Warp.h"
#include "runtime/emulator/cuda/parse/Decoder.h"

namespace dlc::ptx {

bool Decoder::decodeMove() {
  if (parsed.parts[0] == "cvta") {
    addressConversion();
    return true;
  }
  if (parsed.parts[0] != "mov" || type == Type::Pred)
    return false;
  count(2, 2);
  if (type == Type::None || parsed.parts.size() != 2)
    unsupported();
  if (!operand(0).list.empty() || !operand(1).list.empty()) {
    pack();
    return true;
  }
  op.a = read(1, type);
  op.d = written(operand(0).text, bytesOf(type));
  Type copied = bytesOf(type) == 2   ? Type::B16
                : bytesOf(type) == 4 ? Type::B32
                                     : Type::B64;
  emit(lanes().unary(Unary::Copy, copied, {}), OpClass::Move, 0);
  return true;
}

/// mov.b32 %r, {%rs1, %rs2} and the other way round.
void Decoder::pack() {
  bool packs = !operand(1).list.empty();
  const std::vector<std::string_view> &list = operand(packs ? 1 : 0).list;
  if (packs && !operand(0).list.empty())
    malformed("two lists");
  unsigned whole = bytesOf(type), parts = unsigned(list.size());
  bool isPairs = parts == 2 && (whole == 4 || whole == 8),
       isQuad = parts == 4 && whole == 8;
  if (!isPairs && !isQuad)
    unsupported();
  op.count = uint8_t(parts);
  op.results = !packs;
  for (unsigned i = 0; i < parts; ++i) {
    Operand part;
    part.text = list[i];
    if (packs)
      op.vector[i] = read(part, whole / parts);
    else if (list[i] != "_")
      op.vector[i] = written(list[i], whole / parts);
  }
  if (packs)
    op.d = written(operand(0).text, whole);
  else
    op.a = read(1, type);
  Fixed fixed = isQuad       ? (packs ? Fixed::Pack16x4 : Fixed::Unpack16x4)
                : whole == 8 ? (packs ? Fixed::Pack32x2 : Fixed::Unpack32x2)
                             : (packs ? Fixed::Pack16x2 : Fixed::Unpack16x2);
  // Two registers are a pair where they lie; halves are put together, but for
  // one half twice, which is how an instruction on pairs may read its operand.
  bool isTwice = isPairs && list[0] == list[1];
  emit(lanes().fixed(fixed), OpClass::Move,
       packs && whole / parts == 2 && !isTwice ? parts / 2 : 0);
}

void Decoder::addressConversion() {
  count(2, 2);
  bool toSpace = parsed.has("to");
  if (bytesOf(type) != 8)
    unsupported();
  uint64_t window = parsed.has("shared")  ? kSharedWindow
                    : parsed.has("local") ? kLocalWindow
                                          : 0;
  if (!window && !parsed.has("global") && !parsed.has("const") &&
      !parsed.has("param"))
    unsupported();
  op.a = read(1, Type::U64);
  op.d = written(operand(0).text, 8);
  op.b = registers.constant(window, 8);
  emit(lanes().binary(toSpace ? Binary::Sub : Binary::Add, Type::U64, {}),
       OpClass::Move, 0);
}

static unsigned conversionSlots(Type to, Type from) {
  bool fromInteger = !isFloat(from), toInteger = !isFloat(to);
  if (fromInteger &&
      toInteger) // the upper half of 64 bits is a register by itself
    return bytesOf(to) == 8 && bytesOf(from) < 8 && isSigned(from) ? 1
           : bytesOf(to) < 4 || bytesOf(from) < 4                  ? 1
                                                                   : 0;
  return 1;
}

bool Decoder::decodeConvert() {
  if (parsed.parts[0] != "cvt")
    return false;
  count(2, 2);
  Type to = parsed.firstType(), from = type;
  Rounding rounding = Rounding::Nearest;
  bool isIntegral = false, isRounded = false;
  for (size_t i = 1; i < parsed.parts.size(); ++i) {
    std::string_view part = parsed.parts[i];
    if (part == "sat") {
      op.imm |= 8;
    } else if (part == "ftz") {
      op.imm |= 16;
    } else if (typeNamed(part) == Type::None) {
      isIntegral = part.size() == 3 && part[2] == 'i';
      isRounded = true;
      if (part.size() < 2 || part[0] != 'r' ||
          (part.size() == 3) != isIntegral || part.size() > 3)
        unsupported();
      switch (part[1]) {
      case 'n':
        rounding = Rounding::Nearest;
        break;
      case 'z':
        rounding = Rounding::Zero;
        break;
      case 'm':
        rounding = Rounding::Down;
        break;
      case 'p':
        rounding = Rounding::Up;
        break;
      default:
        unsupported();
      }
    }
  }
  bool isNearest = rounding == Rounding::Nearest;
  // Directed roundings to halves, and of 64 bits to float32, are not there.
  if (isRounded && !isIntegral && !isNearest &&
      (to == Type::F16 || (!isFloat(from) && bytesOf(from) == 8)))
    unsupported();
  if (isFloat(from) && !isFloat(to) && !isIntegral)
    malformed("a rounding to an integer is missing");
  op.imm |= int64_t(rounding) | (isIntegral ? 4 : 0);
  // Registers may be wider than the types of integers.
  Type source = registerType(operand(1).text),
       made = registerType(operand(0).text);
  unsigned sourceBytes =
      source == Type::None ? std::max(4u, bytesOf(from)) : bytesOf(source);
  unsigned madeBytes = made == Type::None ? bytesOf(to) : bytesOf(made);
  if (sourceBytes < bytesOf(from) ||
      (isFloat(from) && sourceBytes != bytesOf(from)))
    malformed("the source has another width");
  if (madeBytes < bytesOf(to) || (isFloat(to) && madeBytes != bytesOf(to)))
    malformed("the result has another width");
  uint32_t a = read(operand(1), sourceBytes);
  op.a = resized(a, sourceBytes, bytesOf(from), false);
  uint32_t last = written(operand(0).text, madeBytes);
  op.d = madeBytes == bytesOf(to) ? last : registers.temporary(bytesOf(to));
  bool isFree = !isFloat(from) && !isFloat(to);
  emit(lanes().convert(to, from), isFree ? OpClass::Integer : OpClass::Convert,
       conversionSlots(to, from));
  if (op.d != last)
    emitHidden(lanes().resize(madeBytes, bytesOf(to), isSigned(to)), last,
               op.d);
  return true;
}

} // namespace dlc::ptx
