//===- DecoderCode.h - Blocks and what they compute, in words ---*- C++ -*-===//

#ifndef DLC_CODEGEN_KERNELS_VALUES_DECODERCODE_H
#define DLC_CODEGEN_KERNELS_VALUES_DECODERCODE_H

#include "dialects/kernel/PanelKernels.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Builders.h"

namespace dlc::kernels {

/// Writes the body of a function.
class DecoderCode {
protected:
  static constexpr int64_t kWordBits = 32, kHalfBits = 16, kByteBits = 8;
  static constexpr int64_t kLengths = kernel::DecodeOp::kLengths;

  explicit DecoderCode(mlir::LLVM::LLVMFuncOp function)
      : function(function), b(function.getContext()), loc(function.getLoc()),
        pointer(mlir::LLVM::LLVMPointerType::get(function.getContext())),
        word(b.getI32Type()) {
    entry = function.addEntryBlock(b);
    b.setInsertionPointToStart(entry);
  }

  /// An argument of the function as a pointer.
  mlir::Value argument(unsigned i) {
    return mlir::LLVM::IntToPtrOp::create(b, loc, pointer,
                                          entry->getArgument(i));
  }

  mlir::Block *block(llvm::ArrayRef<mlir::Type> types) {
    mlir::Block *made =
        b.createBlock(&function.getBody(), function.getBody().end());
    for (mlir::Type type : types)
      made->addArgument(type, loc);
    return made;
  }
  void startAt(mlir::Block *block) { b.setInsertionPointToEnd(block); }

  mlir::Value number(int64_t value) {
    return mlir::LLVM::ConstantOp::create(b, loc, word, value);
  }
  mlir::Value at(mlir::Type element, mlir::Value base, mlir::Value index) {
    return mlir::LLVM::GEPOp::create(
        b, loc, pointer, element, base,
        llvm::ArrayRef<mlir::LLVM::GEPArg>{mlir::LLVM::GEPArg(index)});
  }
  mlir::Value at(mlir::Type element, mlir::Value base, int64_t index) {
    return mlir::LLVM::GEPOp::create(
        b, loc, pointer, element, base,
        llvm::ArrayRef<mlir::LLVM::GEPArg>{
            mlir::LLVM::GEPArg(static_cast<int32_t>(index))});
  }
  /// An element without a sign as a word.
  mlir::Value load(int64_t bits, mlir::Value from) {
    mlir::Type type = b.getIntegerType(static_cast<unsigned>(bits));
    mlir::Value value = mlir::LLVM::LoadOp::create(
        b, loc, type, from, static_cast<unsigned>(bits / kByteBits));
    return bits == kWordBits ? value
                             : mlir::LLVM::ZExtOp::create(b, loc, word, value);
  }
  void store(int64_t bits, mlir::Value value, mlir::Value to) {
    mlir::Type type = b.getIntegerType(static_cast<unsigned>(bits));
    if (bits < kWordBits)
      value = mlir::LLVM::TruncOp::create(b, loc, type, value);
    mlir::LLVM::StoreOp::create(b, loc, value, to,
                                static_cast<unsigned>(bits / kByteBits));
  }
  mlir::Value left(mlir::Value x, mlir::Value by) {
    return mlir::LLVM::ShlOp::create(b, loc, x, by);
  }
  mlir::Value right(mlir::Value x, mlir::Value by) {
    return mlir::LLVM::LShrOp::create(b, loc, x, by);
  }
  mlir::Value right(mlir::Value x, int64_t by) { return right(x, number(by)); }
  mlir::Value plus(mlir::Value x, mlir::Value y) {
    return mlir::LLVM::AddOp::create(b, loc, x, y);
  }
  mlir::Value plus(mlir::Value x, int64_t y) { return plus(x, number(y)); }
  mlir::Value minus(mlir::Value x, mlir::Value y) {
    return mlir::LLVM::SubOp::create(b, loc, x, y);
  }
  mlir::Value either(mlir::Value x, mlir::Value y) {
    return mlir::LLVM::OrOp::create(b, loc, x, y);
  }
  mlir::Value compare(mlir::LLVM::ICmpPredicate predicate, mlir::Value x,
                      mlir::Value y) {
    return mlir::LLVM::ICmpOp::create(b, loc, predicate, x, y);
  }

  void go(mlir::Block *to, mlir::ValueRange values) {
    mlir::LLVM::BrOp::create(b, loc, values, to);
  }
  void branch(mlir::Value condition, mlir::Block *to, mlir::ValueRange values,
              mlir::Block *otherwise, mlir::ValueRange others) {
    mlir::LLVM::CondBrOp::create(b, loc, condition, to, values, otherwise,
                                 others);
  }
  /// The same where it is not often true: one time in so many.
  void seldom(uint32_t one, mlir::Value condition, mlir::Block *to,
              mlir::ValueRange values, mlir::Block *otherwise,
              mlir::ValueRange others) {
    mlir::LLVM::CondBrOp::create(b, loc, condition, to, values, otherwise,
                                 others, std::pair<uint32_t, uint32_t>(1, one));
  }
  void finish() { mlir::LLVM::ReturnOp::create(b, loc, mlir::ValueRange()); }

  /// Of a stream: what comes next, and bits beside the 16 that the buffer has.
  struct State {
    mlir::Value next, buffer, have;
  };
  State startOf(mlir::Value stream) {
    mlir::Value first = load(kHalfBits, stream);
    mlir::Value second = load(kHalfBits, at(half(), stream, 1));
    return {at(half(), stream, 2),
            either(left(first, number(kHalfBits)), second), number(kHalfBits)};
  }
  /// Takes a code off the buffer, and reads more where 16 bits are left.
  State taken(mlir::Value length, const State &state) {
    constexpr uint32_t kOneRefill = 3;
    mlir::Value buffer = left(state.buffer, length);
    // The borrow of the difference.
    mlir::Value isEmpty =
        compare(mlir::LLVM::ICmpPredicate::ult, state.have, length);
    mlir::Value have = minus(state.have, length);
    mlir::Block *here = b.getInsertionBlock();
    mlir::Block *refill = block({});
    mlir::Block *on = block({pointer, word, word});
    startAt(here);
    seldom(kOneRefill, isEmpty, refill, {}, on, {state.next, buffer, have});
    startAt(refill);
    mlir::Value more =
        left(load(kHalfBits, state.next), minus(number(0), have));
    go(on, {at(half(), state.next, 1), either(buffer, more),
            plus(have, kHalfBits)});
    startAt(on);
    return {on->getArgument(0), on->getArgument(1), on->getArgument(2)};
  }
  /// What a code that is not among the `bits` of a table stands for, and its
  /// length.
  std::pair<mlir::Value, mlir::Value> longerCode(mlir::Value codes,
                                                 mlir::Value table,
                                                 mlir::Value buffer,
                                                 int64_t bits) {
    mlir::Value code = right(buffer, kHalfBits);
    mlir::Value limits = at(half(), table, int64_t(1) << bits);
    mlir::Block *here = b.getInsertionBlock();
    mlir::Block *search = block({word, pointer}), *next = block({}),
                *found = block({});
    startAt(here);
    go(search, {number(bits + 1), limits});
    startAt(search);
    mlir::Value length = search->getArgument(0), limit = search->getArgument(1);
    branch(
        compare(mlir::LLVM::ICmpPredicate::ult, code, load(kWordBits, limit)),
        found, {}, next, {});
    startAt(next);
    go(search, {plus(length, 1), at(word, limit, 2)});
    startAt(found);
    mlir::Value which = plus(right(buffer, minus(number(kWordBits), length)),
                             load(kWordBits, at(word, limit, 1)));
    mlir::Value symbols = at(byte(), codes, kLengths);
    return {load(kByteBits, at(byte(), symbols, which)), length};
  }
  /// A byte, or with its sign a halfword.
  void storeSymbol(mlir::Value symbol, mlir::Value to, bool wide) {
    if (!wide)
      return store(kByteBits, symbol, to);
    mlir::Value low = mlir::LLVM::TruncOp::create(b, loc, byte(), symbol);
    mlir::Value value = mlir::LLVM::SExtOp::create(b, loc, half(), low);
    mlir::LLVM::StoreOp::create(b, loc, value, to, kHalfBits / kByteBits);
  }

  mlir::Type byte() { return b.getI8Type(); }
  mlir::Type half() { return b.getI16Type(); }

  mlir::LLVM::LLVMFuncOp function;
  mlir::OpBuilder b;
  mlir::Location loc;
  mlir::Type pointer, word;
  mlir::Block *entry;
};

} // namespace dlc::kernels

#endif // DLC_CODEGEN_KERNELS_VALUES_DECODERCODE_H
