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
#include "dialects/kernel/PanelKernels.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace dlc::kernels {

namespace {
constexpr int64_t kWordBits = 32, kHalfBits = 16, kByteBits = 8;
constexpr int64_t kLengths = kernel::DecodeOp::kLengths;
/// Bytes of an iteration.
constexpr int64_t kTogether = 4;

/// Blocks and what they compute, in words.
class Code {
protected:
  explicit Code(LLVM::LLVMFuncOp function)
      : function(function), b(function.getContext()), loc(function.getLoc()),
        pointer(LLVM::LLVMPointerType::get(function.getContext())),
        word(b.getI32Type()) {
    entry = function.addEntryBlock(b);
    b.setInsertionPointToStart(entry);
  }

  /// An argument of the function as a pointer.
  Value argument(unsigned i) {
    return LLVM::IntToPtrOp::create(b, loc, pointer, entry->getArgument(i));
  }

  Block *block(ArrayRef<Type> types) {
    Block *made = b.createBlock(&function.getBody(), function.getBody().end());
    for (Type type : types)
      made->addArgument(type, loc);
    return made;
  }
  void startAt(Block *block) { b.setInsertionPointToEnd(block); }

  Value number(int64_t value) {
    return LLVM::ConstantOp::create(b, loc, word, value);
  }
  Value at(Type element, Value base, Value index) {
    return LLVM::GEPOp::create(b, loc, pointer, element, base,
                               ArrayRef<LLVM::GEPArg>{LLVM::GEPArg(index)});
  }
  Value at(Type element, Value base, int64_t index) {
    return LLVM::GEPOp::create(
        b, loc, pointer, element, base,
        ArrayRef<LLVM::GEPArg>{LLVM::GEPArg(static_cast<int32_t>(index))});
  }
  /// An element without a sign as a word.
  Value load(int64_t bits, Value from) {
    Type type = b.getIntegerType(static_cast<unsigned>(bits));
    Value value = LLVM::LoadOp::create(b, loc, type, from,
                                       static_cast<unsigned>(bits / kByteBits));
    return bits == kWordBits ? value
                             : LLVM::ZExtOp::create(b, loc, word, value);
  }
  void store(int64_t bits, Value value, Value to) {
    Type type = b.getIntegerType(static_cast<unsigned>(bits));
    if (bits < kWordBits)
      value = LLVM::TruncOp::create(b, loc, type, value);
    LLVM::StoreOp::create(b, loc, value, to,
                          static_cast<unsigned>(bits / kByteBits));
  }
  Value left(Value x, Value by) { return LLVM::ShlOp::create(b, loc, x, by); }
  Value right(Value x, Value by) { return LLVM::LShrOp::create(b, loc, x, by); }
  Value right(Value x, int64_t by) { return right(x, number(by)); }
  Value plus(Value x, Value y) { return LLVM::AddOp::create(b, loc, x, y); }
  Value plus(Value x, int64_t y) { return plus(x, number(y)); }
  Value minus(Value x, Value y) { return LLVM::SubOp::create(b, loc, x, y); }
  Value either(Value x, Value y) { return LLVM::OrOp::create(b, loc, x, y); }
  Value compare(LLVM::ICmpPredicate predicate, Value x, Value y) {
    return LLVM::ICmpOp::create(b, loc, predicate, x, y);
  }

  void go(Block *to, ValueRange values) {
    LLVM::BrOp::create(b, loc, values, to);
  }
  void branch(Value condition, Block *to, ValueRange values, Block *otherwise,
              ValueRange others) {
    LLVM::CondBrOp::create(b, loc, condition, to, values, otherwise, others);
  }
  /// The same where it is not often true: one time in so many.
  void seldom(uint32_t one, Value condition, Block *to, ValueRange values,
              Block *otherwise, ValueRange others) {
    LLVM::CondBrOp::create(b, loc, condition, to, values, otherwise, others,
                           std::pair<uint32_t, uint32_t>(1, one));
  }
  void finish() { LLVM::ReturnOp::create(b, loc, ValueRange()); }

  Type byte() { return b.getI8Type(); }
  Type half() { return b.getI16Type(); }

  LLVM::LLVMFuncOp function;
  OpBuilder b;
  Location loc;
  Type pointer, word;
  Block *entry;
};

class Decoder : Code {
public:
  Decoder(kernel::DecodeOp op, LLVM::LLVMFuncOp function)
      : Code(function), bits(static_cast<int64_t>(op.getBits())) {}

  void write() {
    codes = argument(1);
    table = argument(2);
    Value target = argument(3);
    end = at(byte(), target, entry->getArgument(4));
    Value stream = argument(0);
    Value first = load(kHalfBits, stream);
    Value second = load(kHalfBits, at(half(), stream, 1));
    State state{at(half(), stream, 2),
                either(left(first, number(kHalfBits)), second),
                number(kHalfBits)};
    head = block({pointer, pointer, word, word});
    longer = block({pointer, pointer, word, word});
    startAt(entry);
    go(head, values(target, state));
    writeHead();
    writeLonger();
  }

private:
  /// Of the stream: what comes next, and bits beside the 16 that the buffer
  /// has.
  struct State {
    Value next, buffer, have;
  };
  static SmallVector<Value> values(Value target, const State &state) {
    return {target, state.next, state.buffer, state.have};
  }
  static State stateOf(Block *block) {
    return {block->getArgument(1), block->getArgument(2),
            block->getArgument(3)};
  }

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
      state = writeByte(target, i, state);
    go(head, values(at(byte(), target, kTogether), state));
  }

  State writeByte(Value target, int64_t i, State state) {
    constexpr uint32_t kOneLonger = 60;
    Value entryOf = load(
        kHalfBits, at(half(), table, right(state.buffer, kWordBits - bits)));
    Value length = right(entryOf, kByteBits);
    Block *here = b.getInsertionBlock();
    Block *known = block({}), *other = block({});
    startAt(here);
    seldom(kOneLonger, compare(LLVM::ICmpPredicate::eq, length, number(0)),
           other, {}, known, {});
    // Where this byte lies is computed only here.
    startAt(other);
    go(longer, values(at(byte(), target, i), state));
    startAt(known);
    return take(target, i, entryOf, length, state);
  }

  /// Stores a symbol and takes its code off the buffer.
  State take(Value target, int64_t i, Value symbol, Value length, State state) {
    constexpr uint32_t kOneRefill = 3;
    Value buffer = left(state.buffer, length);
    // The borrow of the difference.
    Value isEmpty = compare(LLVM::ICmpPredicate::ult, state.have, length);
    Value have = minus(state.have, length);
    store(kByteBits, symbol, at(byte(), target, i));
    Block *here = b.getInsertionBlock();
    Block *refill = block({});
    Block *on = block({pointer, word, word});
    startAt(here);
    seldom(kOneRefill, isEmpty, refill, {}, on, {state.next, buffer, have});
    startAt(refill);
    Value more = left(load(kHalfBits, state.next), minus(number(0), have));
    go(on, {at(half(), state.next, 1), either(buffer, more),
            plus(have, kHalfBits)});
    startAt(on);
    return {on->getArgument(0), on->getArgument(1), on->getArgument(2)};
  }

  void writeLonger() {
    Block *search = block({word, pointer}), *next = block({}),
          *found = block({});
    startAt(longer);
    State state = stateOf(longer);
    Value code = right(state.buffer, kHalfBits);
    go(search, {number(bits + 1), at(half(), table, int64_t(1) << bits)});
    startAt(search);
    Value length = search->getArgument(0), limit = search->getArgument(1);
    branch(compare(LLVM::ICmpPredicate::ult, code, load(kWordBits, limit)),
           found, {}, next, {});
    startAt(next);
    go(search, {plus(length, 1), at(word, limit, 2)});
    startAt(found);
    Value which = plus(right(state.buffer, minus(number(kWordBits), length)),
                       load(kWordBits, at(word, limit, 1)));
    Value symbol =
        load(kByteBits, at(byte(), at(byte(), codes, kLengths), which));
    Value target = longer->getArgument(0);
    State after = take(target, 0, symbol, length, state);
    go(head, values(at(byte(), target, 1), after));
  }

  int64_t bits;
  Value codes, table, end;
  Block *head = nullptr, *longer = nullptr;
};

class Spreader : Code {
public:
  Spreader(kernel::SpreadCodesOp op, LLVM::LLVMFuncOp function)
      : Code(function), bits(static_cast<int64_t>(op.getBits())) {}

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
class GapSummer : Code {
public:
  explicit GapSummer(LLVM::LLVMFuncOp function) : Code(function) {}

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
