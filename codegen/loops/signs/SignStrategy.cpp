//===- SignStrategy.cpp - Products of signs in vectors --------------------===//
//
// A sum of -1 and 1 is twice the number of products that are 1, where both bits
// are equal, less the number of all. Where padding leaves out products, each
// word counts as 16 less instead.
//
//===----------------------------------------------------------------------===//

#include "codegen/loops/signs/SignStrategy.h"
#include "codegen/loops/signs/SignPlan.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace dlc::loops {

namespace {
constexpr int64_t kBits = SignWords::kBits;

class SignEmitter {
public:
  SignEmitter(StageContext &context, Nest &nest, const SignPlan &plan)
      : context(context), b(context.builder()), loc(nest.root.getLoc()),
        nest(nest), plan(plan) {}

  void emit() {
    packData();
    packWeights();
    Nest counts = nest;
    counts.windows.clear();
    counts.sizes[plan.channel] /= kBits;
    counts.root = makeRoot(counts.sizes);
    counts.epilogue = makeEpilogue();
    counts.inits = {b.getI32IntegerAttr(0)};
    Access data = nest.inputs[plan.data];
    data.buffer = words(dataWords);
    for (auto [d, c] : llvm::enumerate(data.address.coefficients))
      c = d == plan.channel ? 1 : c / kBits;
    data.address.constant /= kBits;
    Access weights = nest.inputs[plan.weights];
    weights.buffer = words(weightWords);
    weights.address = encoding->address();
    weights.packable = false;
    counts.inputs = {data, weights};
    context.emitStep(counts, [](std::shared_ptr<const WeightEncoding> stored) {
      return stored;
    });
    counts.epilogue->erase();
    SmallVector<Value> operands(counts.root->getOperands());
    counts.root->erase();
    for (Value operand : operands)
      operand.getDefiningOp()->erase();
  }

private:
  Buffer words(Value flat) {
    Buffer buffer;
    buffer.flat = flat;
    buffer.element = b.getI32Type();
    return buffer;
  }

  Value index(int64_t value) {
    return arith::ConstantIndexOp::create(b, loc, value);
  }

  /// A bit that is set is -1, so that equal bits differ from the weights'.
  void packData() {
    dataWords = context.scratch(plan.words(), b.getI32Type());
    auto bytes = VectorType::get({kBits}, b.getI8Type());
    Value zero = arith::ConstantOp::create(b, loc, b.getZeroAttr(bytes));
    auto loop =
        scf::ForOp::create(b, loc, index(0), index(plan.words()), index(1));
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    Value from =
        arith::MulIOp::create(b, loc, loop.getInductionVar(), index(kBits));
    Value signs = vector::LoadOp::create(
        b, loc, bytes, nest.inputs[plan.data].buffer.flat, ValueRange{from});
    Value negative =
        arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, signs, zero);
    Value word = vector::BitCastOp::create(
        b, loc, VectorType::get({1}, b.getI32Type()), negative);
    vector::StoreOp::create(b, loc, word, dataWords,
                            ValueRange{loop.getInductionVar()});
  }

  void packWeights() {
    encoding = std::make_shared<SignWords>(plan.order, plan.feature);
    weightWords = context.encode(nest.inputs[plan.weights], encoding).front();
    weightWords.setType(encoding->constants().front());
  }

  /// What is counted, for strategies to read; its operands stand for none.
  linalg::GenericOp makeRoot(ArrayRef<int64_t> sizes) {
    MLIRContext *context = b.getContext();
    auto count = static_cast<unsigned>(sizes.size());
    SmallVector<AffineExpr> all, parallel;
    SmallVector<int64_t> results;
    SmallVector<utils::IteratorType> iterators;
    for (unsigned d = 0; d < count; ++d) {
      all.push_back(b.getAffineDimExpr(d));
      iterators.push_back(nest.reduction[d] ? utils::IteratorType::reduction
                                            : utils::IteratorType::parallel);
      if (nest.reduction[d])
        continue;
      parallel.push_back(all.back());
      results.push_back(sizes[d]);
    }
    Type word = b.getI32Type();
    Value operand = tensor::EmptyOp::create(b, loc, sizes, word);
    Value other = tensor::EmptyOp::create(b, loc, sizes, word);
    Value sums = tensor::EmptyOp::create(b, loc, results, word);
    AffineMap whole = AffineMap::get(count, 0, all, context);
    return linalg::GenericOp::create(
        b, loc, sums.getType(), ValueRange{operand, other}, sums,
        {whole, whole, AffineMap::get(count, 0, parallel, context)}, iterators,
        [&](OpBuilder &body, Location at, ValueRange arguments) {
          Value equal =
              arith::XOrIOp::create(body, at, arguments[0], arguments[1]);
          Value bits = math::CtPopOp::create(body, at, equal);
          Value sum = arith::AddIOp::create(body, at, arguments[2], bits);
          if (plan.guarded) {
            Value half = arith::ConstantIntOp::create(body, at, kBits / 2, 32);
            sum = arith::SubIOp::create(body, at, sum, half);
          }
          linalg::YieldOp::create(body, at, sum);
        });
  }

  /// The nest's own, of sums that are made of counts first.
  linalg::GenericOp makeEpilogue() {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPoint(nest.epilogue);
    auto epilogue = cast<linalg::GenericOp>(b.clone(*nest.epilogue));
    Block &body = *epilogue.getBody();
    BlockArgument counted = body.getArgument(plan.sum);
    b.setInsertionPointToStart(&body);
    Value one = arith::ConstantIntOp::create(b, loc, 1, 32);
    Value sum = arith::ShLIOp::create(b, loc, counted, one);
    Operation *first = sum.getDefiningOp();
    if (!plan.guarded)
      sum = arith::SubIOp::create(
          b, loc, sum,
          arith::ConstantIntOp::create(b, loc, plan.order.depth(), 32));
    counted.replaceAllUsesExcept(sum, first);
    return epilogue;
  }

  StageContext &context;
  OpBuilder &b;
  Location loc;
  Nest &nest;
  const SignPlan &plan;
  std::shared_ptr<const SignWords> encoding;
  Value dataWords, weightWords;
};

class SignNest : public Plan {
public:
  SignNest(Nest &nest, SignPlan plan) : nest(nest), plan(std::move(plan)) {}

  double cycles() const override { return plan.cycles; }
  void emit(StageContext &context, std::optional<ChunkRange>) override {
    SignEmitter(context, nest, plan).emit();
  }

private:
  Nest &nest;
  SignPlan plan;
};

/// Words in lanes, and bytes to count bits in.
bool isAvailable(const Machine &machine) {
  return machine.vectorBits >= 128 && machine.indexBits == 64;
}

std::unique_ptr<Plan> planNest(const Problem &problem) {
  std::optional<SignPlan> plan = planSigns(problem);
  return plan ? std::make_unique<SignNest>(problem.nest, std::move(*plan))
              : nullptr;
}
} // namespace

Strategy signStrategy() { return {"signs", isAvailable, planNest}; }

} // namespace dlc::loops
