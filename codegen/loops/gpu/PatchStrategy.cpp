//===- PatchStrategy.cpp - Patches of positions as a strategy -------------===//

#include "codegen/loops/gpu/GpuStrategies.h"
#include "codegen/loops/gpu/PatchSchedule.h"
#include "codegen/loops/gpu/PointCode.h"
#include "codegen/loops/gpu/SchedulePlan.h"
#include "codegen/loops/nest/BodyEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::loops {

namespace {
class PatchEmitter : public PointCode {
public:
  PatchEmitter(StageContext &context, const Problem &problem,
               const PatchSchedule &schedule)
      : PointCode(context, problem, schedule), schedule(schedule),
        data(nest.inputs[schedule.data]) {}

  void emit() {
    int64_t threads = threadsOfBlock(schedule.threads, machine);
    for (auto [input, packed] : llvm::zip_equal(nest.inputs, schedule.packed))
      rows.push_back(packed ? context.encode(input, packed).front() : Value());
    LaunchShape shape;
    shape.x = llvm::divideCeil(schedule.threads, threads);
    shape.threads = threads;
    begin(shape, schedule.cost);
    Value patch = plus(times(block(0), threads), thread());
    if (schedule.threads % threads != 0) {
      auto inside = scf::IfOp::create(b, loc, isBelow(patch, schedule.threads));
      b.setInsertionPoint(inside.thenYield());
    }
    locatePatch(patch);
    sums.assign(schedule.down.count * schedule.along.count,
                constant(nest.inits.front(), schedule.lanes));
    for (int64_t row = 0; row < schedule.down.extent(); ++row)
      addRow(row);
    storeAll();
    end();
  }

private:
  /// Sets `at` to the patch's first element.
  void locatePatch(Value patch) {
    auto stepsOf = [&](unsigned d) -> int64_t {
      auto dim = static_cast<int>(d);
      return dim == schedule.lanesDim         ? schedule.lanes
             : dim == schedule.down.position  ? schedule.down.count
             : dim == schedule.along.position ? schedule.along.count
                                              : 1;
    };
    for (unsigned d : llvm::reverse(schedule.order)) {
      int64_t steps = stepsOf(d), size = llvm::divideCeil(nest.sizes[d], steps);
      bool outermost = d == schedule.order.front();
      at[d] = times(outermost ? patch : remainder(patch, size), steps);
      if (!outermost)
        patch = quotient(patch, size);
    }
    firstRow = startOf(schedule.down);
    firstColumn = startOf(schedule.along);
    address = addressOf(data.address);
  }

  Value startOf(const PatchAxis &axis) {
    return axis.position < 0 ? Value() : at[axis.position];
  }

  /// Whether the elements at `offset` along an axis are there: they are no
  /// padding, and a window that is there has them. Null where all are.
  Value isThere(const PatchAxis &axis, Value first, int64_t offset) {
    Value inside;
    auto require = [&](Value condition) {
      inside = inside ? Value(arith::AndIOp::create(b, loc, inside, condition))
                      : condition;
    };
    for (const Guard &guard : data.guards) {
      if (guard.reduction != axis.tap)
        continue;
      int64_t step = guard.position.coefficients[axis.tap] / axis.dilation;
      Value position = times(first, guard.position.coefficients[axis.position]);
      position = plus(position, guard.position.constant + offset * step);
      require(isBelow(position, guard.size));
    }
    if (axis.hasTail()) {
      int64_t last =
          (axis.positions - 1) * axis.stride + (axis.taps - 1) * axis.dilation;
      require(isBelow(plus(times(first, axis.stride), offset), last + 1));
    }
    return inside;
  }

  /// Steps in memory from an element of an axis to the next.
  int64_t unitOf(const PatchAxis &axis) const {
    return axis.tap < 0 ? 0
                        : data.address.coefficients[axis.tap] / axis.dilation;
  }

  Value loadElement(Value rowInside, int64_t row, int64_t column) {
    Value inside = isThere(schedule.along, firstColumn, column);
    if (inside && rowInside)
      inside = arith::AndIOp::create(b, loc, rowInside, inside);
    else if (rowInside)
      inside = rowInside;
    Value from = plus(address, row * unitOf(schedule.down) +
                                   column * unitOf(schedule.along));
    int64_t lanes = schedule.dataLanes;
    if (!inside)
      return load(data, from, lanes);
    Value outside = constant(schedule.outside, lanes);
    auto branch =
        scf::IfOp::create(b, loc, outside.getType(), inside, /*else=*/true);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(branch.thenBlock());
    scf::YieldOp::create(b, loc, load(data, from, lanes));
    b.setInsertionPointToStart(branch.elseBlock());
    scf::YieldOp::create(b, loc, outside);
    return branch.getResult(0);
  }

  /// The channels of a packed input for a tap.
  Value loadRow(unsigned input, int64_t tap) {
    Access memory = nest.inputs[input];
    memory.buffer.flat = rows[input];
    return load(
        memory,
        plus(at[schedule.lanesDim], tap * nest.sizes[schedule.lanesDim]),
        schedule.lanes);
  }

  /// The other inputs of a step, which are the same for all positions.
  SmallVector<Value> &inputsOf(int64_t downTap, int64_t alongTap) {
    auto [found, isNew] = stepInputs.try_emplace({downTap, alongTap});
    if (!isNew)
      return found->second;
    if (schedule.down.tap >= 0)
      at[schedule.down.tap] = index(downTap);
    at[schedule.along.tap] = index(alongTap);
    for (auto [i, input] : llvm::enumerate(nest.inputs))
      found->second.push_back(
          i == schedule.data ? Value()
          : rows[i] ? loadRow(i, downTap * schedule.along.taps + alongTap)
                    : read(input));
    if (schedule.down.tap >= 0)
      at[schedule.down.tap] = nullptr;
    at[schedule.along.tap] = nullptr;
    return found->second;
  }

  /// Adds what a row of the input gives to all sums that it goes into.
  void addRow(int64_t row) {
    const PatchAxis &down = schedule.down, &along = schedule.along;
    auto tapOf = [](const PatchAxis &axis, int64_t element, int64_t position) {
      int64_t way = element - position * axis.stride;
      bool isTap = way >= 0 && way % axis.dilation == 0 &&
                   way / axis.dilation < axis.taps;
      return isTap ? way / axis.dilation : -1;
    };
    bool isUsed = false;
    for (int64_t i = 0; i < down.count; ++i)
      isUsed |= tapOf(down, row, i) >= 0;
    if (!isUsed)
      return;
    Value rowInside = down.tap < 0 ? Value() : isThere(down, firstRow, row);
    for (int64_t column = 0; column < along.extent(); ++column) {
      Value element;
      for (int64_t i = 0; i < down.count; ++i)
        for (int64_t j = 0; j < along.count; ++j) {
          int64_t downTap = tapOf(down, row, i),
                  alongTap = tapOf(along, column, j);
          if (downTap < 0 || alongTap < 0)
            continue;
          if (!element)
            element = loadElement(rowInside, row, column);
          SmallVector<Value> arguments = inputsOf(downTap, alongTap);
          arguments[schedule.data] = element;
          Value &sum = sums[i * along.count + j];
          arguments.push_back(sum);
          sum = broadcastTo(b, loc, body(nest.root, arguments).front(),
                            schedule.lanes);
        }
    }
  }

  void storeAll() {
    const PatchAxis &down = schedule.down, &along = schedule.along;
    for (int64_t i = 0; i < down.count; ++i)
      for (int64_t j = 0; j < along.count; ++j) {
        OpBuilder::InsertionGuard guard(b);
        moveTo(down, firstRow, i);
        moveTo(along, firstColumn, j);
        finish({sums[i * along.count + j]});
      }
  }

  /// Sets `at` to a position of the patch; what follows is done if there is
  /// one.
  void moveTo(const PatchAxis &axis, Value first, int64_t number) {
    if (axis.position < 0)
      return;
    at[axis.position] = plus(first, number);
    if (axis.hasTail() && number > 0)
      b.setInsertionPoint(
          scf::IfOp::create(b, loc, isBelow(at[axis.position], axis.positions))
              .thenYield());
  }

  const PatchSchedule &schedule;
  const Access &data;
  SmallVector<Value> rows; // by input, of a packed one
  Value firstRow, firstColumn, address;
  SmallVector<Value> sums;
  std::map<std::pair<int64_t, int64_t>, SmallVector<Value>> stepInputs;
};

std::unique_ptr<Plan> planPatches(const Problem &problem) {
  return planOf<PatchEmitter>(problem, schedulePatches(problem));
}
} // namespace

Strategy patchStrategy() { return {"patches", needsGpu, planPatches}; }

} // namespace dlc::loops
