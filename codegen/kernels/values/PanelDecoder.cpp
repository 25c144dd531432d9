//===- PanelDecoder.cpp - Prefix codes become bytes -----------------------===//
//
// A buffer of 32 bits has the next bits of the stream at its top, 16 of them at
// least: the longest code. A look-up of the first ones gives a symbol and how
// long its code is. Longer codes are rare; they are compared with where the
// codes of each length end, and the loop starts anew behind them: it may write
// beyond the last byte.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/values/PanelDecoder.h"
#include "codegen/kernels/values/DecoderCode.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace dlc::kernels {

namespace {
/// Symbols of an iteration.
constexpr int64_t kTogether = 4;
/// One code is longer than what is looked up, of so many and it.
constexpr uint32_t kOneLonger = 60;

class Decoder : DecoderCode {
public:
  Decoder(kernel::DecodeOp op, LLVM::LLVMFuncOp function)
      : DecoderCode(function), bits(static_cast<int64_t>(op.getBits())),
        wide(op.getWide()) {}

  void write() {
    codes = argument(1);
    table = argument(2);
    Value target = argument(3);
    end = at(element(), target, entry->getArgument(4));
    State state = startOf(argument(0));
    head = block({pointer, pointer, word, word});
    longer = block({pointer, pointer, word, word});
    startAt(entry);
    go(head, values(target, state));
    writeHead();
    writeLonger();
  }

private:
  static SmallVector<Value> values(Value target, const State &state) {
    return {target, state.next, state.buffer, state.have};
  }
  static State stateOf(Block *block) {
    return {block->getArgument(1), block->getArgument(2),
            block->getArgument(3)};
  }
  Type element() { return wide ? half() : byte(); }

  void writeHead() {
    Block *body = block({}), *out = block({});
    Value target = head->getArgument(0);
    startAt(head);
    branch(compare(LLVM::ICmpPredicate::ult, target, end), body, {}, out, {});
    startAt(out);
    finish();
    startAt(body);
    State state = stateOf(head);
    for (int64_t i = 0; i < kTogether; ++i)
      state = writeSymbol(target, i, state);
    go(head, values(at(element(), target, kTogether), state));
  }

  State writeSymbol(Value target, int64_t i, State state) {
    Value entryOf = load(
        kHalfBits, at(half(), table, right(state.buffer, kWordBits - bits)));
    Value length = right(entryOf, kByteBits);
    Block *here = b.getInsertionBlock();
    Block *known = block({}), *other = block({});
    startAt(here);
    seldom(kOneLonger, compare(LLVM::ICmpPredicate::eq, length, number(0)),
           other, {}, known, {});
    // Where this symbol lies is computed only here.
    startAt(other);
    go(longer, values(at(element(), target, i), state));
    startAt(known);
    storeSymbol(entryOf, at(element(), target, i), wide);
    return taken(length, state);
  }

  void writeLonger() {
    startAt(longer);
    State state = stateOf(longer);
    auto [symbol, length] = longerCode(codes, table, state.buffer, bits);
    Value target = longer->getArgument(0);
    storeSymbol(symbol, target, wide);
    State after = taken(length, state);
    go(head, values(at(element(), target, 1), after));
  }

  int64_t bits;
  bool wide;
  Value codes, table, end;
  Block *head = nullptr, *longer = nullptr;
};

/// Two symbols for each element that is not 0; 0 is written before.
class NonzerosDecoder : DecoderCode {
public:
  NonzerosDecoder(kernel::DecodeNonzerosOp op, LLVM::LLVMFuncOp function)
      : DecoderCode(function), bits(static_cast<int64_t>(op.getBits())),
        wide(op.getWide()) {}

  void write() {
    Value target = argument(5), elements = entry->getArgument(6);
    Type element = wide ? half() : byte();
    Value end = at(element, target, elements);
    clear(target, elements);
    State state = startOf(argument(0));
    Value weights = argument(1), weightTable = argument(2), gaps = argument(3),
          gapTable = argument(4);
    Block *begun = b.getInsertionBlock();
    Block *head = block({pointer, pointer, word, word}), *body = block({}),
          *inside = block({}), *weight = block({}), *out = block({});
    startAt(begun);
    go(head, {target, state.next, state.buffer, state.have});
    startAt(head);
    Value to = head->getArgument(0);
    branch(compare(LLVM::ICmpPredicate::ult, to, end), body, {}, out, {});
    startAt(out);
    finish();
    startAt(body);
    state = {head->getArgument(1), head->getArgument(2), head->getArgument(3)};
    Value gap = readSymbol(gaps, gapTable, state);
    to = at(element, to, gap);
    branch(compare(LLVM::ICmpPredicate::ult, to, end), inside, {}, out, {});
    startAt(inside);
    seldom(kOneLonger,
           compare(LLVM::ICmpPredicate::eq, gap,
                   number(kernel::DecodeNonzerosOp::kLongGap)),
           head, {to, state.next, state.buffer, state.have}, weight, {});
    startAt(weight);
    storeSymbol(readSymbol(weights, weightTable, state), to, wide);
    go(head, {at(element, to, 1), state.next, state.buffer, state.have});
  }

private:
  /// Words, and what is left of one. Volatile: of a call of memset LLVM makes a
  /// loop over bytes where a library is not to be had.
  void clear(Value target, Value elements) {
    constexpr int64_t kWordBytes = kWordBits / kByteBits;
    auto count = [&](int64_t value) -> Value {
      return LLVM::ConstantOp::create(b, loc, elements.getType(), value);
    };
    Value bytes = wide ? left(elements, count(1)) : elements;
    Value rest = LLVM::AndOp::create(b, loc, bytes, count(kWordBytes - 1));
    Value end = at(byte(), target, bytes);
    Value wordsEnd = at(byte(), target, minus(bytes, rest));
    Value from = clear(word, target, wordsEnd);
    clear(byte(), from, end);
  }

  /// Elements from one address to another, which is returned.
  Value clear(Type element, Value from, Value to) {
    Block *here = b.getInsertionBlock();
    Block *head = block({pointer}), *one = block({}), *done = block({});
    startAt(here);
    go(head, {from});
    startAt(head);
    Value next = head->getArgument(0);
    branch(compare(LLVM::ICmpPredicate::ult, next, to), one, {}, done, {});
    startAt(one);
    Value zero = LLVM::ConstantOp::create(b, loc, element, 0);
    LLVM::StoreOp::create(b, loc, zero, next,
                          element.getIntOrFloatBitWidth() / kByteBits,
                          /*isVolatile=*/true);
    go(head, {at(element, next, 1)});
    startAt(done);
    return next;
  }

  /// What the next code stands for, which is taken off.
  Value readSymbol(Value codes, Value table, State &state) {
    Value entryOf = load(
        kHalfBits, at(half(), table, right(state.buffer, kWordBits - bits)));
    Value length = right(entryOf, kByteBits);
    Block *here = b.getInsertionBlock();
    Block *longer = block({}), *known = block({word, word});
    startAt(here);
    seldom(kOneLonger, compare(LLVM::ICmpPredicate::eq, length, number(0)),
           longer, {}, known, {entryOf, length});
    startAt(longer);
    auto [other, otherLength] = longerCode(codes, table, state.buffer, bits);
    go(known, {other, otherLength});
    startAt(known);
    Value symbol = LLVM::AndOp::create(b, loc, known->getArgument(0),
                                       number((1 << kByteBits) - 1));
    state = taken(known->getArgument(1), state);
    return symbol;
  }

  int64_t bits;
  bool wide;
};

class Spreader : DecoderCode {
public:
  Spreader(kernel::SpreadCodesOp op, LLVM::LLVMFuncOp function)
      : DecoderCode(function), bits(static_cast<int64_t>(op.getBits())) {}

  void write() {
    counts = argument(0);
    table = argument(1);
    symbols = at(byte(), counts, kLengths);
    tableEnd = at(half(), table, int64_t(1) << bits);
    Block *lengths = block({word, pointer, pointer});
    startAt(entry);
    go(lengths, {number(1), table, symbols});
    Block *rest = writeEntries(lengths);
    writeLimits(rest);
  }

private:
  /// Entries of all codes of up to `bits` bits; returns where it goes on, with
  /// the end of what is filled and the next symbol.
  Block *writeEntries(Block *lengths) {
    Block *eachSymbol = block({pointer, pointer}), *one = block({}),
          *fill = block({pointer}), *done = block({}), *nextLength = block({}),
          *rest = block({pointer, pointer});
    startAt(lengths);
    Value length = lengths->getArgument(0);
    Value last = at(byte(), lengths->getArgument(2), countOf(length));
    Value each = left(number(1), minus(number(bits), length));
    Value above = left(length, number(kByteBits));
    go(eachSymbol, {lengths->getArgument(1), lengths->getArgument(2)});
    startAt(eachSymbol);
    Value to = eachSymbol->getArgument(0), symbol = eachSymbol->getArgument(1);
    branch(compare(LLVM::ICmpPredicate::eq, symbol, last), nextLength, {}, one,
           {});
    startAt(one);
    Value value = either(load(kByteBits, symbol), above);
    Value end = at(half(), to, each);
    go(fill, {to});
    startAt(fill);
    store(kHalfBits, value, fill->getArgument(0));
    Value next = at(half(), fill->getArgument(0), 1);
    branch(compare(LLVM::ICmpPredicate::eq, next, end), done, {}, fill, {next});
    startAt(done);
    go(eachSymbol, {end, at(byte(), symbol, 1)});
    startAt(nextLength);
    branch(compare(LLVM::ICmpPredicate::eq, length, number(bits)), rest,
           {to, symbol}, lengths, {plus(length, 1), to, symbol});
    return rest;
  }

  /// The entries of longer codes, and where these lengths end.
  void writeLimits(Block *rest) {
    Block *clear = block({pointer}), *one = block({}), *cleared = block({}),
          *lengths = block({word, word, word, pointer}), *out = block({});
    startAt(rest);
    auto addressOf = [&](Value of) -> Value {
      return LLVM::PtrToIntOp::create(b, loc, word, of);
    };
    // Entries are halfwords.
    Value filled =
        left(minus(addressOf(rest->getArgument(0)), addressOf(table)),
             number(kLengths - bits - 1));
    Value which = minus(addressOf(rest->getArgument(1)), addressOf(symbols));
    go(clear, {rest->getArgument(0)});
    startAt(clear);
    branch(compare(LLVM::ICmpPredicate::eq, clear->getArgument(0), tableEnd),
           cleared, {}, one, {});
    startAt(one);
    store(kHalfBits, number(0), clear->getArgument(0));
    go(clear, {at(half(), clear->getArgument(0), 1)});
    startAt(cleared);
    go(lengths, {number(bits + 1), filled, which, tableEnd});
    startAt(lengths);
    Value length = lengths->getArgument(0), code = lengths->getArgument(1),
          rank = lengths->getArgument(2), to = lengths->getArgument(3);
    Value count = countOf(length), up = minus(number(kLengths), length);
    Value limit = plus(code, left(count, up));
    store(kWordBits, limit, to);
    store(kWordBits, minus(rank, right(code, up)), at(word, to, 1));
    branch(compare(LLVM::ICmpPredicate::eq, length, number(kLengths)), out, {},
           lengths,
           {plus(length, 1), limit, plus(rank, count), at(word, to, 2)});
    startAt(out);
    finish();
  }

  Value countOf(Value length) {
    return load(kByteBits, at(byte(), counts, plus(length, -1)));
  }

  int64_t bits;
  Value counts, table, symbols, tableEnd;
};

/// Six instructions for a place.
class GapSummer : DecoderCode {
public:
  explicit GapSummer(LLVM::LLVMFuncOp function) : DecoderCode(function) {}

  void write() {
    Value places = argument(0);
    Value end = at(byte(), places, entry->getArgument(1));
    Block *segments = block({pointer}), *segment = block({}),
          *gaps = block({pointer, word}), *gap = block({}), *out = block({});
    startAt(entry);
    go(segments, {places});
    startAt(segments);
    Value head = segments->getArgument(0);
    branch(compare(LLVM::ICmpPredicate::ult, head, end), segment, {}, out, {});
    startAt(segment);
    Value first = at(byte(), head, 1);
    Value last = at(byte(), first, load(kByteBits, head));
    go(gaps, {first, number(0)});
    startAt(gaps);
    Value to = gaps->getArgument(0);
    branch(compare(LLVM::ICmpPredicate::eq, to, last), segments, {to}, gap, {});
    startAt(gap);
    Value place = plus(gaps->getArgument(1), load(kByteBits, to));
    store(kByteBits, place, to);
    go(gaps, {at(byte(), to, 1), plus(place, 1)});
    keepSmall(gap);
    startAt(out);
    finish();
  }

private:
  /// What ends an iteration: gaps are few, and a body is enough.
  void keepSmall(Block *end) {
    auto unroll = LLVM::LoopUnrollAttr::get(b.getContext(), b.getBoolAttr(true),
                                            {}, {}, {}, {}, {}, {});
    auto annotation =
        LLVM::LoopAnnotationAttr::get(b.getContext(), {}, {}, {}, unroll, {},
                                      {}, {}, {}, {}, {}, {}, {}, {}, {}, {});
    cast<LLVM::BrOp>(end->getTerminator()).setLoopAnnotationAttr(annotation);
  }
};
} // namespace

bool writePanelDecoder(kernel::KernelOpInterface kernel,
                       LLVM::LLVMFuncOp function) {
  bool isKnown =
      llvm::TypeSwitch<Operation *, bool>(kernel)
          .Case([&](kernel::DecodeOp op) {
            // LLVM spills where there are eight registers.
            if (op.getInstructions().getSet() == kernel::InstructionSet::Armv6M)
              return false;
            Decoder(op, function).write();
            return true;
          })
          .Case([&](kernel::DecodeNonzerosOp op) {
            NonzerosDecoder(op, function).write();
            return true;
          })
          .Case([&](kernel::SpreadCodesOp op) {
            Spreader(op, function).write();
            return true;
          })
          .Case([&](kernel::SumGapsOp) {
            GapSummer(function).write();
            return true;
          })
          .Default([](Operation *) { return false; });
  // What runs through all weights is worth one copy, and no more.
  if (isKnown)
    function.setNoInline(true);
  return isKnown;
}

} // namespace dlc::kernels
