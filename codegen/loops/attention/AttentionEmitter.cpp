//===- AttentionEmitter.cpp - The launch of an attention ------------------===//

#include "codegen/loops/attention/AttentionEmitter.h"
#include "codegen/loops/nest/BodyEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::loops {

namespace {
constexpr int32_t kWarpWidth = 32;
/// From a lane to the next one of its row.
constexpr int32_t kBetweenLanes = 2;
} // namespace

AttentionEmitter::Values AttentionEmitter::State::all() const {
  Values values = largest;
  values.append(sums);
  values.append(context);
  return values;
}

AttentionEmitter::State AttentionEmitter::State::of(ValueRange all,
                                                    size_t queries) {
  State state;
  llvm::append_range(state.largest, all.take_front(queries));
  llvm::append_range(state.sums, all.slice(queries, queries));
  llvm::append_range(state.context, all.drop_front(2 * queries));
  return state;
}

void AttentionEmitter::emit() {
  LaunchShape shape;
  shape.x = llvm::divideCeil(nest.sizes[attention.query], schedule.queries);
  for (unsigned d : attention.groups)
    shape.y *= nest.sizes[d];
  shape.threads = schedule.threads();
  begin(shape, schedule.cost);
  split(block(1), attention.groups);
  locateThread();
  firstQuery = times(block(0), schedule.queries);
  Type element = sharedElement();
  sharedQueries = shared(schedule.queries * schedule.operandStride(), element);
  sharedKeys = shared(schedule.sharedKeys(), element);
  sharedValues = shared(schedule.keys * schedule.values(), element);
  bring({attention.queries, attention.query, attention.depth, firstQuery,
         schedule.queries, schedule.depth, sharedQueries,
         schedule.operandStride()});
  // Below all scores, and finite: nothing is subtracted from its like.
  Value lowest =
      constant(b.getF32FloatAttr(
                   APFloat::getLargest(APFloat::IEEEsingle(), /*Negative=*/true)
                       .convertToFloat()),
               1);
  Value zero = constant(b.getF32FloatAttr(0), 1);
  State state;
  state.largest.assign(kQueriesOfThread, lowest);
  state.sums.assign(kQueriesOfThread, zero);
  state.context.assign(kQueriesOfThread * schedule.valuesOfThread, zero);
  const int64_t keys = nest.sizes[attention.key];
  if (keys <= schedule.keys) {
    emitTile(state, index(0));
  } else {
    auto loop = scf::ForOp::create(b, loc, index(0), index(keys),
                                   index(schedule.keys), state.all());
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    state = State::of(loop.getRegionIterArgs(), kQueriesOfThread);
    emitTile(state, loop.getInductionVar());
    // The next tile comes where this one lies.
    barrier();
    scf::YieldOp::create(b, loc, state.all());
    state = State::of(loop.getResults(), kQueriesOfThread);
  }
  emitResults(state);
  at.assign(at.size(), Value());
  end();
}

/// Lanes n and n^1 have one x, n and n^2 one y: a load of 16 bytes of a warp is
/// two requests of shared memory then and not four.
void AttentionEmitter::locateThread() {
  Value lane = remainder(thread(), kWarpWidth),
        warp = quotient(thread(), kWarpWidth);
  constexpr int64_t half = kWarpWidth / 2, rows = kWarpWidth / kAcross;
  x = remainder(quotient(lane, kBetweenLanes), kAcross);
  y = plus(times(warp, rows), plus(times(quotient(lane, half), 2),
                                   remainder(lane, kBetweenLanes)));
}

void AttentionEmitter::emitTile(State &state, Value firstKey) {
  bring({attention.keys, attention.key, attention.depth, firstKey,
         schedule.keys, schedule.depth, sharedKeys, schedule.operandStride()});
  bring({attention.values, attention.key, attention.value, firstKey,
         schedule.keys, schedule.values(), sharedValues, schedule.values()});
  barrier();
  Values scores = scoresOf();
  maskScores(scores, firstKey);
  // Powers take the place of keys.
  barrier();
  takePowers(state, scores);
  barrier();
  addValues(state);
}

AttentionEmitter::Values AttentionEmitter::vectorOf(Value memory, Value address,
                                                    int64_t lanes) {
  Value loaded =
      vector::LoadOp::create(b, loc, VectorType::get({lanes}, sharedElement()),
                             memory, ValueRange{address}, /*nontemporal=*/false,
                             llvm::Align(lanes * schedule.bytes()));
  Values elements;
  for (int64_t i = 0; i < lanes; ++i)
    elements.push_back(vector::ExtractOp::create(b, loc, loaded, i));
  return elements;
}

/// Adds the products of a run of steps to the thread's scores, query by query.
void AttentionEmitter::addProducts(Values &sums, Value step) {
  const int64_t keys = schedule.keysOfThread(),
                stride = schedule.operandStride();
  Value query = plus(times(y, stride), step),
        key = plus(times(x, stride), step);
  SmallVector<Values> rows, columns;
  const int64_t side = schedule.side();
  for (int64_t i = 0; i < kQueriesOfThread; ++i)
    rows.push_back(unitsOf(vectorOf(
        sharedQueries, plus(query, i * schedule.rows() * stride), side)));
  for (int64_t j = 0; j < keys; ++j)
    columns.push_back(
        unitsOf(vectorOf(sharedKeys, plus(key, j * kAcross * stride), side)));
  for (int64_t k = 0; k < side / schedule.together(); ++k)
    for (int64_t j = 0; j < keys; ++j)
      for (int64_t i = 0; i < kQueriesOfThread; ++i) {
        Value &sum = sums[i * keys + j];
        sum = addProduct(rows[i][k], columns[j][k], sum);
      }
}

/// The products of the thread's queries and keys, query by query.
AttentionEmitter::Values AttentionEmitter::scoresOf() {
  Values sums(kQueriesOfThread * schedule.keysOfThread(), noProducts());
  // Twice in a round: counting and jumping is a tenth of the rest.
  const int64_t side = schedule.side(),
                round = schedule.depth % (2 * side) == 0 ? 2 * side : side;
  auto loop = scf::ForOp::create(b, loc, index(0), index(schedule.depth),
                                 index(round), sums);
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    llvm::copy(loop.getRegionIterArgs(), sums.begin());
    for (int64_t step = 0; step < round; step += side)
      addProducts(sums, plus(loop.getInductionVar(), step));
    scf::YieldOp::create(b, loc, sums);
  }
  return scoresOfSums(loop.getResults());
}

/// A position of the thread; beyond the last one the first in its place, and
/// whether it exists (null: all do).
Value AttentionEmitter::inTile(Value first, Value own, int64_t number,
                               int64_t apart, unsigned dim, Value &exists) {
  Value position = plus(plus(first, own), number * apart);
  const int64_t tile =
      dim == attention.query ? schedule.queries : schedule.keys;
  if (nest.sizes[dim] % tile == 0)
    return position;
  exists = isBelow(position, nest.sizes[dim]);
  return arith::SelectOp::create(b, loc, exists, position, index(0));
}

/// Takes sums through what stands before the softmax; keys beyond the last one
/// have no power.
void AttentionEmitter::maskScores(Values &scores, Value firstKey) {
  const int64_t keys = schedule.keysOfThread();
  Values queryAt, keyAt, keyExists(keys);
  for (int64_t i = 0; i < kQueriesOfThread; ++i) {
    Value exists;
    queryAt.push_back(
        inTile(firstQuery, y, i, schedule.rows(), attention.query, exists));
  }
  for (int64_t j = 0; j < keys; ++j)
    keyAt.push_back(
        inTile(firstKey, x, j, kAcross, attention.key, keyExists[j]));
  linalg::GenericOp mask = attention.mask;
  // What is the same for all queries is read once for a key.
  SmallVector<Values> ofKeys(keys, Values(attention.maskInputs.size()));
  auto varies = [](const Access &access, unsigned d) {
    return access.address.coefficients[d] != 0;
  };
  for (int64_t j = 0; j < keys; ++j)
    for (auto [n, input] : llvm::enumerate(attention.maskInputs))
      if (input && !varies(*input, attention.query)) {
        bool isShared = j > 0 && !varies(*input, attention.key);
        at[attention.key] = keyAt[j];
        ofKeys[j][n] = isShared ? ofKeys[0][n]
                                : load(*input, addressOf(input->address), 1);
      }
  Value nothing =
      constant(b.getF32FloatAttr(-std::numeric_limits<float>::infinity()), 1);
  for (int64_t i = 0; i < kQueriesOfThread; ++i)
    for (int64_t j = 0; j < keys; ++j) {
      Value &score = scores[i * keys + j];
      at[attention.query] = queryAt[i];
      at[attention.key] = keyAt[j];
      if (mask) {
        Values arguments;
        for (auto [n, input] : llvm::enumerate(attention.maskInputs))
          arguments.push_back(!input ? score
                              : ofKeys[j][n]
                                  ? ofKeys[j][n]
                                  : load(*input, addressOf(input->address), 1));
        arguments.resize(mask.getBody()->getNumArguments());
        score = body(mask, arguments).front();
      }
      score = as(b.getF32Type(), score);
      if (keyExists[j])
        score = arith::SelectOp::create(b, loc, keyExists[j], score, nothing);
    }
}

/// What the threads of a row have together: each gets the same.
Value AttentionEmitter::acrossRow(
    Value value, llvm::function_ref<Value(Value, Value)> combine) {
  for (int32_t step = 1; step < kAcross; step *= 2) {
    auto other = gpu::ShuffleOp::create(b, loc, value, step * kBetweenLanes,
                                        kWarpWidth, gpu::ShuffleMode::XOR);
    value = combine(value, other.getShuffleResult());
  }
  return value;
}

/// Powers of scores less the largest so far go to shared memory; where a larger
/// one has come, what was summed up is less. No score is less than the number
/// to begin with but -inf, whose power is 0, and a score that is none makes the
/// sum none.
void AttentionEmitter::takePowers(State &state, const Values &scores) {
  const int64_t keys = schedule.keysOfThread();
  auto larger = [&](Value one, Value other) -> Value {
    return arith::MaxNumFOp::create(b, loc, one, other);
  };
  state.less.clear();
  Value target = plus(times(y, schedule.powerStride()), x);
  for (int64_t i = 0; i < kQueriesOfThread; ++i) {
    Value largest = scores[i * keys];
    for (int64_t j = 1; j < keys; ++j)
      largest = larger(largest, scores[i * keys + j]);
    largest = larger(state.largest[i], acrossRow(largest, larger));
    Value less = power(state.largest[i], largest);
    state.largest[i] = largest;
    state.less.push_back(less);
    Value sum = arith::MulFOp::create(b, loc, state.sums[i], less),
          from = fromWhich(largest);
    for (int64_t j = 0; j < keys; ++j) {
      Value share = power(scores[i * keys + j], from);
      sum = arith::AddFOp::create(b, loc, sum, share);
      memref::StoreOp::create(
          b, loc, as(sharedElement(), share), sharedKeys,
          ValueRange{plus(target, i * schedule.rows() * schedule.powerStride() +
                                      j * kAcross)});
    }
    state.sums[i] = sum;
  }
}

Value AttentionEmitter::power(Value number, Value largest) {
  return math::ExpOp::create(b, loc,
                             arith::SubFOp::create(b, loc, number, largest));
}

/// Adds the powers' products with the tile's values.
void AttentionEmitter::addValues(State &state) {
  const int64_t values = schedule.valuesOfThread, run = schedule.run(),
                side = schedule.side(), units = values / schedule.together();
  Value power = times(y, schedule.powerStride()), value = times(x, run);
  auto loop = scf::ForOp::create(b, loc, index(0), index(schedule.keys),
                                 index(side), sumsToBeginWith(state));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  Values sums(loop.getRegionIterArgs().begin(), loop.getRegionIterArgs().end());
  Value key = loop.getInductionVar();
  SmallVector<Values> powers;
  for (int64_t i = 0; i < kQueriesOfThread; ++i)
    powers.push_back(copiesOf(vectorOf(
        sharedKeys,
        plus(plus(power, key), i * schedule.rows() * schedule.powerStride()),
        side)));
  for (int64_t k = 0; k < side; ++k) {
    Values row;
    Value start =
        plus(plus(times(key, schedule.values()), value), k * schedule.values());
    for (int64_t v = 0; v < values; v += run)
      row.append(
          unitsOf(vectorOf(sharedValues, plus(start, v * kAcross), run)));
    for (int64_t v = 0; v < units; ++v)
      for (int64_t i = 0; i < kQueriesOfThread; ++i) {
        Value &sum = sums[i * units + v];
        sum = addProduct(powers[i][k], row[v], sum);
      }
  }
  scf::YieldOp::create(b, loc, sums);
  b.setInsertionPointAfter(loop);
  takeSums(state, loop.getResults());
}

void AttentionEmitter::emitResults(const State &state) {
  const int64_t values = schedule.valuesOfThread, run = schedule.run();
  auto add = [&](Value one, Value other) -> Value {
    return arith::AddFOp::create(b, loc, one, other);
  };
  // Runs are stored as they are where they lie side by side.
  auto isOfSum = [](const std::optional<Access> &input) { return !input; };
  const Access &output = attention.output;
  constexpr int64_t most = 16;
  bool hasRuns = run > 1 && nest.sizes[attention.value] == schedule.values() &&
                 output.address.coefficients[attention.value] == 1 &&
                 alignmentOf(output, static_cast<int>(attention.value), run) >=
                     std::min(most, run * bytesOf(output.buffer.element)) &&
                 llvm::all_of(attention.epilogueInputs, isOfSum);
  for (int64_t i = 0; i < kQueriesOfThread; ++i) {
    Value sum = acrossRow(state.sums[i], add), exists;
    OpBuilder::InsertionGuard guard(b);
    at[attention.query] =
        inTile(firstQuery, y, i, schedule.rows(), attention.query, exists);
    if (exists)
      b.setInsertionPoint(scf::IfOp::create(b, loc, exists).thenYield());
    for (int64_t v = 0; v < values; v += run) {
      Values shares;
      for (int64_t n = 0; n < run; ++n)
        shares.push_back(
            as(attention.sum,
               arith::DivFOp::create(b, loc, state.context[i * values + v + n],
                                     sum)));
      finish(shares, v, hasRuns);
    }
  }
}

/// Stores the sums of a run: number `first` on of the thread's.
void AttentionEmitter::finish(const Values &sums, int64_t first, bool isRun) {
  const int64_t lanes = static_cast<int64_t>(sums.size());
  auto through = [&](Value sum) {
    linalg::GenericOp epilogue = attention.epilogue;
    if (!epilogue)
      return sum;
    Values arguments;
    for (const std::optional<Access> &input : attention.epilogueInputs)
      arguments.push_back(input ? load(*input, addressOf(input->address), 1)
                                : sum);
    arguments.resize(epilogue.getBody()->getNumArguments());
    return body(epilogue, arguments).front();
  };
  Value column = plus(times(x, lanes), first * kAcross);
  if (isRun) {
    at[attention.value] = column;
    Values results;
    for (Value sum : sums)
      results.push_back(through(sum));
    auto type = VectorType::get({lanes}, results.front().getType());
    store(attention.output, addressOf(attention.output.address),
          vector::FromElementsOp::create(b, loc, type, results));
    return;
  }
  for (auto [n, sum] : llvm::enumerate(sums)) {
    OpBuilder::InsertionGuard guard(b);
    Value own = plus(column, static_cast<int64_t>(n));
    if (nest.sizes[attention.value] != schedule.values())
      b.setInsertionPoint(
          scf::IfOp::create(b, loc, isBelow(own, nest.sizes[attention.value]))
              .thenYield());
    at[attention.value] = own;
    store(attention.output, addressOf(attention.output.address), through(sum));
  }
}

namespace {
class AttentionPlan : public Plan {
public:
  AttentionPlan(const Attention &attention, func::FuncOp stage,
                const Machine &machine, const AttentionSchedule &schedule)
      : attention(attention), stage(stage), machine(machine),
        schedule(schedule) {}

  double cycles() const override { return schedule.cost.cycles; }
  void emit(StageContext &context, std::optional<ChunkRange>) override {
    Problem problem = {attention.nest, nullptr, stage, machine};
    AttentionEmitter(context, problem, attention, schedule).emit();
  }

private:
  Attention attention;
  func::FuncOp stage;
  const Machine &machine;
  AttentionSchedule schedule;
};
} // namespace

std::unique_ptr<Plan> planAttention(const Attention &attention,
                                    func::FuncOp stage,
                                    const Machine &machine) {
  std::optional<AttentionSchedule> schedule =
      scheduleAttention(attention, machine);
  if (!schedule)
    return nullptr;
  return std::make_unique<AttentionPlan>(attention, stage, machine, *schedule);
}

} // namespace dlc::loops
