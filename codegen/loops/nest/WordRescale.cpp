//===- WordRescale.cpp - Rescaling in words of 32 bits --------------------===//

#include "codegen/loops/nest/WordRescale.h"
#include "codegen/loops/nest/BodyEmitter.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::loops {

namespace {
constexpr int64_t kWord = 32;
constexpr int64_t kLeast = std::numeric_limits<int32_t>::min();
constexpr int64_t kMost = std::numeric_limits<int32_t>::max();
constexpr int32_t kMostZero = 255; // of zero points of bytes
} // namespace

HighWords highWordsOf(const Machine &machine) {
  if (machine.vectorBits < 128 || machine.kernels == targets::KernelSet::Mve)
    return HighWords::None;
  return machine.kernels == targets::KernelSet::Neon ? HighWords::Doubled
                                                     : HighWords::Pairs;
}

std::optional<int32_t> WordRescale::zeroPoint() const {
  if (shift < 1 || shift >= kWord - 1)
    return std::nullopt;
  int64_t rest = int64_t(addend) - (int64_t(1) << (shift - 1));
  if (rest & ((int64_t(1) << shift) - 1))
    return std::nullopt;
  int64_t zero = rest >> shift;
  if (std::abs(zero) > kMostZero)
    return std::nullopt;
  return static_cast<int32_t>(zero);
}

namespace {
class WordEmitter {
public:
  WordEmitter(OpBuilder &b, Location loc, VectorType type)
      : b(b), loc(loc), type(type), lanes(type.getDimSize(0)) {}

  Value constant(int64_t value) { return constant(type, value); }

  /// The upper words of the products: those of even and of odd lanes are
  /// multiplied by themselves. This is the form that LLVM takes for PMULDQ
  /// wherever the operands come from.
  Value highWords(Value x, Value y) {
    Value even = products(widened(x), widened(y));
    Value odd = products(widened(oddLanes(x)), widened(oddLanes(y)));
    SmallVector<int64_t> upper;
    for (int64_t lane = 0; lane < lanes; lane += 2)
      llvm::append_values(upper, lane + 1, lanes + lane + 1);
    return vector::ShuffleOp::create(b, loc, even, odd, upper);
  }

  /// ((2 a M >> 32) + 2 C') before it is shifted. Where the sum does not fit 32
  /// bits it is saturated.
  Value doubledWords(Value x, Value y, int64_t addend) {
    Value high = doubledProducts(x, y);
    if (!addend)
      return high;
    std::string name = "llvm.sadd.sat.v" + std::to_string(lanes) + "i32";
    return call(name, high, constant(2 * addend));
  }

  Value clamped(Value words, const WordRescale &rescale) {
    if (rescale.min > kLeast)
      words = arith::MaxSIOp::create(b, loc, words, constant(rescale.min));
    if (rescale.max < kMost)
      words = arith::MinSIOp::create(b, loc, words, constant(rescale.max));
    return words;
  }

  Value shifted(Value words, int64_t shift) {
    if (shift == 0)
      return words;
    return arith::ShRSIOp::create(b, loc, words, constant(shift));
  }

private:
  Value call(StringRef name, Value x, Value y) {
    return LLVM::CallIntrinsicOp::create(b, loc, x.getType(),
                                         b.getStringAttr(name), {x, y})
        .getResults();
  }

  /// SQDMULH, vector by vector: LLVM does not split it.
  Value doubledProducts(Value x, Value y) {
    constexpr int64_t kLanes = 4;
    if (lanes <= kLanes) {
      std::string stem = "llvm.aarch64.neon.sqdmulh.v";
      return call(stem + std::to_string(lanes) + "i32", x, y);
    }
    Value all = x; // each part of which is replaced
    for (int64_t lane = 0; lane < lanes; lane += kLanes) {
      auto part = [&](Value of) -> Value {
        return vector::ExtractStridedSliceOp::create(b, loc, of, lane, kLanes,
                                                     1);
      };
      Value product = call("llvm.aarch64.neon.sqdmulh.v4i32", part(x), part(y));
      all = vector::InsertStridedSliceOp::create(b, loc, product, all, lane, 1);
    }
    return all;
  }

  Value constant(VectorType of, int64_t value) {
    return arith::ConstantOp::create(
        b, loc,
        DenseElementsAttr::get(of, ArrayRef<Attribute>(b.getIntegerAttr(
                                       of.getElementType(), value))));
  }

  Value oddLanes(Value x) {
    SmallVector<int64_t> odd;
    for (int64_t lane = 0; lane < lanes; lane += 2)
      odd.append(2, lane + 1);
    return vector::ShuffleOp::create(b, loc, x, x, odd);
  }

  /// The lower of each two words, with its sign.
  Value widened(Value x) {
    auto wide = VectorType::get({lanes / 2}, b.getI64Type());
    Value both = vector::BitCastOp::create(b, loc, wide, x);
    Value up = arith::ShLIOp::create(b, loc, both, constant(wide, kWord));
    return arith::ShRSIOp::create(b, loc, up, constant(wide, kWord));
  }

  Value products(Value x, Value y) {
    return vector::BitCastOp::create(b, loc, type,
                                     arith::MulIOp::create(b, loc, x, y));
  }

  OpBuilder &b;
  Location loc;
  VectorType type;
  int64_t lanes;
};

/// Whether a doubled sum that is saturated is beyond the clamp in both cases.
bool fitsDoubled(const WordRescale &rescale) {
  int32_t shift = rescale.shift + 1;
  return shift < kWord && kMost >> shift >= rescale.max &&
         kLeast >> shift <= rescale.min &&
         llvm::isInt<kWord>(2 * int64_t(rescale.addend));
}
} // namespace

Value emitWordRescale(OpBuilder &b, Location loc, Value words,
                      Value multipliers, const WordRescale &rescale,
                      HighWords how) {
  auto type = cast<VectorType>(words.getType());
  WordEmitter emitter(b, loc, type);
  if (!multipliers)
    return emitter.clamped(emitter.shifted(words, rescale.shift), rescale);
  multipliers = broadcastTo(b, loc, multipliers, type.getDimSize(0));
  if (how == HighWords::Doubled && fitsDoubled(rescale)) {
    Value high = emitter.doubledWords(words, multipliers, rescale.addend);
    return emitter.clamped(emitter.shifted(high, rescale.shift + 1), rescale);
  }
  Value high = emitter.highWords(words, multipliers);
  if (rescale.addend)
    high =
        arith::AddIOp::create(b, loc, high, emitter.constant(rescale.addend));
  return emitter.clamped(emitter.shifted(high, rescale.shift), rescale);
}

// A rescaling in a body.

namespace {
class ChainReader {
public:
  explicit ChainReader(arith::ExtSIOp extend) : extend(extend) {}

  std::optional<RescaleChain> run() {
    if (!extend.getIn().getType().isInteger(kWord) ||
        !extend.getType().isInteger(2 * kWord))
      return std::nullopt;
    chain.word = extend.getIn();
    chain.ops.push_back(extend);
    if (!readProduct() || !readShift())
      return std::nullopt;
    while (readBound())
      ;
    auto narrow = dyn_cast_or_null<arith::TruncIOp>(next());
    if (!narrow || narrow.getType().getIntOrFloatBitWidth() > kWord)
      return std::nullopt;
    chain.ops.push_back(narrow);
    return chain;
  }

private:
  Value value() const { return chain.ops.back()->getResult(0); }
  Operation *next() const {
    return value().hasOneUse() ? *value().user_begin() : nullptr;
  }

  /// The other operand of the value's only user.
  template <typename Op> Value take() {
    auto op = dyn_cast_or_null<Op>(next());
    if (!op)
      return nullptr;
    bool first = op->getOperand(0) == value();
    if (!first && !op->template hasTrait<OpTrait::IsCommutative>())
      return nullptr;
    chain.ops.push_back(op);
    return op->getOperand(first ? 1 : 0);
  }

  static std::optional<int64_t> constantOf(Value of) {
    APInt number;
    if (!of || !matchPattern(of, m_ConstantInt(&number)))
      return std::nullopt;
    return number.getSExtValue();
  }

  /// a M + C, or a itself.
  bool readProduct() {
    Value by = take<arith::MulIOp>();
    if (!by)
      return true;
    if (auto factor = constantOf(by)) {
      if (!llvm::isInt<kWord>(*factor))
        return false;
      chain.factor = static_cast<int32_t>(*factor);
    } else {
      auto wide = by.getDefiningOp<arith::ExtSIOp>();
      if (!wide || !wide.getIn().getType().isInteger(kWord) ||
          !isKnownBefore(wide.getIn()))
        return false;
      chain.multiplier = wide.getIn();
    }
    auto addend = constantOf(take<arith::AddIOp>());
    if (!addend || *addend % (int64_t(1) << kWord) != 0)
      return false;
    chain.rescale.addend = static_cast<int32_t>(*addend >> kWord);
    return std::abs(int64_t(chain.rescale.addend)) <= (kMost >> 1) + 1;
  }

  bool isKnownBefore(Value of) {
    Operation *op = of.getDefiningOp();
    return !op || op->getBlock() != extend->getBlock() ||
           op->isBeforeInBlock(extend);
  }

  bool readShift() {
    auto shift = constantOf(take<arith::ShRSIOp>());
    if (!shift)
      return false;
    if (chain.isMultiplied())
      *shift -= kWord;
    chain.rescale.shift = static_cast<int32_t>(*shift);
    return *shift >= 0 && *shift < kWord;
  }

  bool readBound() {
    Operation *op = next();
    bool lower = isa_and_nonnull<arith::MaxSIOp>(op);
    if (!lower && !isa_and_nonnull<arith::MinSIOp>(op))
      return false;
    auto bound = constantOf(op->getOperand(op->getOperand(0) == value()));
    int32_t &known = lower ? chain.rescale.min : chain.rescale.max;
    if (!bound || !llvm::isInt<kWord>(*bound) ||
        known != (lower ? kLeast : kMost))
      return false;
    // A later bound prevails over one that excludes it.
    if (chain.rescale.min != kLeast && *bound < chain.rescale.min)
      return false;
    if (chain.rescale.max != kMost && *bound > chain.rescale.max)
      return false;
    known = static_cast<int32_t>(*bound);
    chain.ops.push_back(op);
    return true;
  }

  arith::ExtSIOp extend;
  RescaleChain chain;
};
} // namespace

std::optional<RescaleChain> findRescaleChain(arith::ExtSIOp extend) {
  return ChainReader(extend).run();
}

} // namespace dlc::loops
