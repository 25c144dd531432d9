// Branches, barriers, exchanges between lanes.
#include "runtime/emulator/cuda/execute/Handlers.h"
#include "runtime/emulator/cuda/parse/Decoder.h"

namespace dlc::ptx {

bool Decoder::decodeControl() {
  std::string_view base = parsed.parts[0];
  Handler nothing = lanes().fixed(Fixed::Nothing);
  if (base == "ret" || base == "exit") {
    count(0, 0);
    op.kind = OpKind::Return;
    emit(nothing, OpClass::Control);
  } else if (base == "bra") {
    count(1, 1);
    op.kind = OpKind::Branch;
    emit(nothing, OpClass::Control);
  } else if ((base == "bar" || base == "barrier") && parsed.has("warp")) {
    count(1, 1);
    op.a = read(0, Type::B32);
    emit(handlers::warpSync, OpClass::Control);
  } else if (base == "bar" || base == "barrier") {
    if (!parsed.has("sync"))
      unsupported();
    count(1, 2);
    std::optional<Number> number = numberOf(operand(0).text);
    if (number && number->bits > 15)
      malformed("there are 16 barriers");
    op.a = read(0, Type::U32);
    if (parsed.operands.size() == 2) {
      op.b = read(1, Type::U32);
      kernel.hasPartialBarriers = true;
    }
    op.kind = OpKind::Barrier;
    emit(nothing, OpClass::Control);
  } else if (base == "membar" || base == "fence" || base == "prefetch" ||
             base == "prefetchu") {
    emit(nothing, OpClass::Control);
  } else if (base == "trap") {
    emit(handlers::trap, OpClass::Control);
  } else {
    return false;
  }
  return true;
}

bool Decoder::decodeExchange() {
  std::string_view base = parsed.parts[0];
  if (base == "activemask") {
    count(1, 1);
    op.d = written(operand(0).text, 4);
    emit(handlers::activeMask, OpClass::Exchange);
    return true;
  }
  if ((base != "shfl" && base != "vote") || !parsed.has("sync"))
    return false;
  if (base == "vote") {
    count(3, 3);
    bool isBallot = parsed.has("ballot");
    if (!isBallot && !parsed.has("all") && !parsed.has("any") &&
        !parsed.has("uni"))
      unsupported();
    op.a = readPredicate(1);
    op.b = operand(1).isNegated && !numberOf(operand(1).text);
    op.vector[0] = read(2, Type::B32);
    op.d = isBallot ? written(operand(0).text, 4) : writtenPredicate(0);
    op.imm = isBallot ? 0 : parsed.has("all") ? 1 : parsed.has("any") ? 2 : 3;
    emit(handlers::vote, OpClass::Exchange);
    return true;
  }
  count(5, 5);
  op.imm = parsed.has("idx")    ? 0
           : parsed.has("up")   ? 1
           : parsed.has("down") ? 2
                                : 3;
  if (op.imm == 3 && !parsed.has("bfly"))
    unsupported();
  op.a = read(1, Type::B32);
  op.b = read(2, Type::U32);
  op.c = read(3, Type::U32);
  op.vector[0] = read(4, Type::U32);
  op.d = written(operand(0).text, 4);
  if (!operand(0).second.empty()) {
    if (registerType(operand(0).second) != Type::Pred)
      malformed("'" + std::string(operand(0).second) + "' is no predicate");
    // First, because the result may lie over what it is made of.
    uint32_t result = op.d;
    op.d = registers.find(operand(0).second)->place;
    emit(handlers::shuffleIsInRange, OpClass::None, 0);
    op.d = result;
  }
  emit(handlers::shuffle, OpClass::Exchange);
  return true;
}

} // namespace dlc::ptx
