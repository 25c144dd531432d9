//===- RulesOfMoves.cpp - Ops that move elements --------------------------===//

#include "compiler/lengths/Rules.h"
#include "dialects/nn/Constants.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace dlc::lengths {

namespace {
using Result = std::optional<LogicalResult>;

LogicalResult done(bool isRight, Rules &rules, Operation *op,
                   const Twine &otherwise) {
  return isRight ? success() : rules.refuse(op, otherwise);
}

/// Walks the dimensions of two shapes of as many elements in groups that have
/// as many each, at all points.
class Groups {
public:
  Groups(Rules &rules, Value from, Value to)
      : rules(rules), sides{Side(from), Side(to)} {}

  /// Whether the elements that belong to a point are in each group the first
  /// ones, before and behind.
  bool keepsFirst() {
    while (sides[0].rest() || sides[1].rest()) {
      if (!takeGroup())
        return false;
      for (Side &side : sides)
        if (!variesFirstAlone(side))
          return false;
    }
    return true;
  }

private:
  struct Side {
    explicit Side(Value value) : value(value) {}
    bool rest() const { return end < rankOf(value); }
    Value value;
    int64_t begin = 0, end = 0;
    int64_t count = 1; // of the largest
    PerPoint counts;
  };

  void take(Side &side) {
    side.count *= boundOf(side.value, side.end);
    for (size_t point = 0; point < rules.points.size(); ++point)
      side.counts[point] *= rules.observed.sizeAt(side.value, side.end, point);
    ++side.end;
  }

  bool takeGroup() {
    for (Side &side : sides) {
      side.begin = side.end;
      side.count = 1;
      side.counts.assign(rules.points.size(), 1);
    }
    auto isWhole = [&] {
      return sides[0].count == sides[1].count &&
             sides[0].counts == sides[1].counts;
    };
    do {
      Side &less = sides[0].count < sides[1].count ? sides[0]
                   : sides[1].count < sides[0].count
                       ? sides[1]
                       : (sides[0].rest() ? sides[0] : sides[1]);
      if (!less.rest())
        return false;
      take(less);
    } while (!isWhole());
    return true;
  }

  bool variesFirstAlone(const Side &side) const {
    bool first = true;
    for (int64_t axis = side.begin; axis < side.end; ++axis) {
      if (boundOf(side.value, axis) == 1)
        continue;
      if (!first && rules.varies(side.value, axis))
        return false;
      first = false;
    }
    return true;
  }

  Rules &rules;
  Side sides[2];
};

LogicalResult applyReshape(Rules &rules, nn::ReshapeOp op) {
  Value input = op.getInput(), output = op.getOutput();
  if (Groups(rules, input, output).keepsFirst())
    return success();
  Value dense = rules.packed(input);
  Value shaped = rules.run.reshape(dense, typeOf(output).getShape());
  rules.replace(output, rules.unpacked(shaped, output));
  op.erase();
  return success();
}

/// One operand behind the other, each as long as it is.
LogicalResult applyConcat(Rules &rules, nn::ConcatOp op) {
  auto axis = static_cast<int64_t>(op.getAxis());
  OperandRange inputs = op.getInputs();
  for (Value input : inputs)
    for (int64_t other = 0; other < rankOf(input); ++other)
      if (other != axis && rules.observed.sizes(input, other) !=
                               rules.observed.sizes(op.getOutput(), other))
        return rules.refuse(op, "its operands do not fit for other lengths");
  if (llvm::none_of(inputs.drop_back(),
                    [&](Value input) { return rules.varies(input, axis); }))
    return success();
  RunTime &run = rules.run;
  run.startAt(op->getNextNode());
  Value place = run.positions(boundOf(op.getOutput(), axis), 0, 1);
  Value from = place;
  int64_t bound = 0;
  PerPoint begin(rules.points.size(), 0);
  for (Value input : inputs.drop_back()) {
    bound += boundOf(input, axis);
    PerPoint skipped(begin.size());
    for (size_t point = 0; point < begin.size(); ++point) {
      begin[point] += rules.observed.sizeAt(input, axis, point);
      skipped[point] = bound - begin[point];
    }
    Value behind =
        run.compare(nn::ComparePredicate::GE, place, run.number(begin));
    from = run.select(behind, run.add(place, run.number(skipped)), from);
  }
  Value all = op.getOutput();
  Value made = run.gather(all, from, axis);
  rules.observed.copy(all, made);
  all.replaceAllUsesExcept(made, made.getDefiningOp());
  return success();
}

/// Along an axis that is not cut from its begin on with the same steps: the
/// places of the elements are computed.
class Cut {
public:
  Cut(Rules &rules, nn::SliceOp op) : rules(rules), op(op) {}

  LogicalResult apply() {
    SmallVector<int64_t> starts(op.getStarts()), sizes(op.getSizes()),
        steps(op.getSteps());
    SmallVector<std::pair<int64_t, PerPoint>> computed;
    for (int64_t axis = 0; axis < rankOf(op.getInput()); ++axis) {
      std::optional<PerPoint> begins = beginsOf(axis);
      if (!begins)
        return rules.refuse(op, "other lengths are cut with other steps");
      if (isPlain(axis, *begins))
        continue;
      computed.push_back({axis, *begins});
      starts[axis] = 0;
      steps[axis] = 1;
      sizes[axis] = boundOf(op.getInput(), axis);
    }
    if (computed.empty())
      return success();
    RunTime &run = rules.run;
    Value x = run.make<nn::SliceOp>(op.getInput(), {run.attr("starts", starts),
                                                    run.attr("sizes", sizes),
                                                    run.attr("steps", steps)});
    for (const auto &[axis, begins] : computed) {
      Value place = run.positions(op.getSizes()[axis], 0, 1);
      if (op.getSteps()[axis] != 1)
        place = run.mul(place, op.getSteps()[axis]);
      x = run.gather(x, run.add(place, run.number(begins)), axis);
    }
    rules.replace(op.getOutput(), x);
    op.erase();
    return success();
  }

private:
  /// Nullopt where steps differ.
  std::optional<PerPoint> beginsOf(int64_t axis) {
    PerPoint begins(rules.points.size());
    for (size_t point = 0; point < begins.size(); ++point) {
      auto starts = rules.integersAt(op, "starts", point);
      if (starts)
        begins[point] = (*starts)[axis];
      // Of one element there is no step.
      if (rules.observed.sizeAt(op.getOutput(), axis, point) == 1)
        continue;
      int64_t step = starts ? (*rules.integersAt(op, "steps", point))[axis] : 1;
      if (step != op.getSteps()[axis])
        return std::nullopt;
    }
    return begins;
  }

  bool isPlain(int64_t axis, const PerPoint &begins) {
    return llvm::all_equal(begins) && begins.front() == op.getStarts()[axis];
  }

  Rules &rules;
  nn::SliceOp op;
};

LogicalResult applyPad(Rules &rules, nn::PadOp op) {
  int64_t rank = rankOf(op.getInput());
  Value output = op.getOutput();
  if (!rules.isSame(op, {"pads"}))
    return rules.refuse(op, "it pads in another way for other lengths");
  SmallVector<std::pair<int64_t, PerPoint>> ends;
  for (int64_t axis = 0; axis < rank; ++axis) {
    PerPoint end = rules.observed.sizes(op.getInput(), axis);
    bool pads = false;
    for (size_t point = 0; point < end.size(); ++point) {
      auto at = rules.integersAt(op, "pads", point);
      int64_t begin = at ? (*at)[axis] : 0;
      if (begin != op.getPads()[axis])
        return rules.refuse(op, "other lengths have other padding before their "
                                "begin");
      pads |= at && (*at)[rank + axis] > 0;
      end[point] += begin;
    }
    if (!rules.varies(output, axis) && !rules.varies(op.getInput(), axis))
      continue;
    bool isConstant = op.getMode() == nn::PadMode::Constant;
    if (!isConstant && (pads || op.getPads()[axis] > 0))
      return rules.refuse(op, "it pads with elements of the dimension whose "
                              "end is not known");
    if (pads)
      ends.push_back({axis, end});
  }
  if (ends.empty())
    return success();
  rules.run.startAt(op->getNextNode());
  Value value = op.getValue();
  value = value ? rules.run.reshape(value, {})
                : rules.run.scalar(typeOf(output).getElementType(), 0.0);
  Value made = output;
  Operation *first = nullptr;
  for (const auto &[axis, end] : ends) {
    made = rules.run.masked(made, axis, end, value);
    if (!first)
      first = made.getDefiningOp();
  }
  rules.observed.copy(output, made);
  output.replaceAllUsesExcept(made, first);
  return success();
}

/// Indices that count from the end count from that of the point.
void countFromEnd(Rules &rules, Operation *op, Value data, unsigned number,
                  int64_t axis) {
  Value indices = op->getOperand(number);
  auto known = nn::readIntegers(nn::constantOf(indices));
  if (!rules.varies(data, axis) ||
      (known && llvm::all_of(*known, [](int64_t i) { return i >= 0; })))
    return;
  RunTime &run = rules.run;
  Type element = typeOf(indices).getElementType();
  Value size = run.cast(run.number(rules.observed.sizes(data, axis)), element);
  Value isNegative = run.compare(nn::ComparePredicate::LT, indices,
                                 run.scalar(element, Neutral::Zero));
  Value made = run.select(isNegative, run.add(indices, size), indices);
  rules.observed.copy(indices, made);
  op->setOperand(number, made);
}

LogicalResult applyTile(Rules &rules, nn::TileOp op) {
  for (int64_t axis = 0; axis < rankOf(op.getInput()); ++axis)
    for (size_t point = 0; point < rules.points.size(); ++point)
      if (rules.varies(op.getInput(), axis) &&
          (*rules.integersAt(op, "repeats", point))[axis] != 1)
        return rules.refuse(op, "it repeats a dimension whose end is not "
                                "known");
  return success();
}

template <typename OpT> LogicalResult applyScale(Rules &rules, OpT op) {
  bool along = typeOf(op.getScale()).getNumElements() != 1 &&
               rules.varies(op.getInput(), op.getAxis());
  return done(rules.isSame(op) && !along, rules, op,
              "there is a scale for each position along it");
}
} // namespace

Result Rules::applyMove(Operation *op) {
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case([&](nn::TransposeOp) -> Result {
        return done(isSame(op), *this, op,
                    "it is another transposition for other lengths");
      })
      .Case([&](nn::ReshapeOp known) -> Result {
        return applyReshape(*this, known);
      })
      .Case([&](nn::ConcatOp known) -> Result {
        return applyConcat(*this, known);
      })
      .Case([&](nn::SliceOp known) -> Result {
        return Cut(*this, known).apply();
      })
      .Case([&](nn::PadOp known) -> Result { return applyPad(*this, known); })
      .Case([&](nn::TileOp known) -> Result { return applyTile(*this, known); })
      .Case<nn::GatherOp, nn::GatherElementsOp>([&](auto known) -> Result {
        if (!isSame(op))
          return Result();
        countFromEnd(*this, op, known.getData(), 1, known.getAxis());
        return success();
      })
      .Case([&](nn::GatherNdOp known) -> Result {
        Value indices = known.getIndices();
        bool right = isSame(op) && !observed.varies(known.getData()) &&
                     !varies(indices, rankOf(indices) - 1);
        return done(right, *this, op,
                    "its indices are into a tensor whose end is not known");
      })
      .Case<nn::QuantizeOp, nn::DequantizeOp>(
          [&](auto known) -> Result { return applyScale(*this, known); })
      .Default(Result());
}

} // namespace dlc::lengths
