//===- WinogradLaunchEmitter.cpp - Winograd's algorithm as launches -------===//

#include "codegen/loops/gpu/PointSchedule.h"
#include "codegen/loops/nest/BodyEmitter.h"
#include "codegen/loops/weights/CallerConstants.h"
#include "codegen/loops/winograd/WinogradProducts.h"
#include "codegen/loops/winograd/WinogradTransform.h"
#include "codegen/loops/winograd_launches/WinogradFilters.h"
#include "codegen/loops/winograd_launches/WinogradLaunches.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::loops {

namespace {
class WinogradLaunchEmitter : public ThreadCode {
public:
  WinogradLaunchEmitter(StageContext &context, const Problem &problem,
                        const WinogradLaunchPlan &plan)
      : ThreadCode(context, problem), plan(plan), stage(problem.stage),
        operand(plan.isHalves ? Type(b.getF16Type()) : b.getF32Type()) {}

  void emit() {
    auto scratch = [&](int64_t elements, Type element) {
      Access access;
      access.buffer.flat = context.scratch(elements, element);
      access.buffer.element = element;
      return access;
    };
    transformed = scratch(plan.points() * plan.inputStride(), operand);
    products = scratch(plan.points() * plan.productStride(), b.getF32Type());
    transformInput();
    multiply();
    transformOutput();
  }

private:
  /// A thread's tile, and the first of the elements that it transforms.
  struct Item {
    Value row, column, tile, element;
  };
  /// The lines of a tile: how far in the image, and whether they lie in it
  /// (null: those of all tiles do).
  struct Lines {
    SmallVector<Value> offsets, exist;
  };

  Item beginItems(int64_t items, int64_t groups, int64_t lanes,
                  const LaunchCost &cost) {
    int64_t threads = threadsOfBlock(items, machine);
    LaunchShape shape;
    shape.x = llvm::divideCeil(items, threads);
    shape.threads = threads;
    begin(shape, cost);
    Value item = plus(times(block(0), threads), thread());
    if (items % threads != 0)
      onlyIf(isBelow(item, items));
    Value tile = quotient(item, groups);
    return {quotient(tile, plan.columns.count),
            remainder(tile, plan.columns.count), tile,
            times(remainder(item, groups), lanes)};
  }

  /// What is created from now on happens under a condition, if there is one.
  void onlyIf(Value condition) {
    if (condition)
      b.setInsertionPoint(scf::IfOp::create(b, loc, condition).thenYield());
  }

  Lines linesOf(Value tile, const TileRow &row, int64_t stride) {
    Lines lines;
    int64_t last = (row.count - 1) * plan.m - row.padding;
    for (int64_t i = 0; i < plan.m + 2; ++i) {
      Value position = plus(times(tile, plan.m), i - row.padding), exists;
      if (i < row.padding || last + i >= row.input) {
        exists = isBelow(position, row.input);
        position = arith::SelectOp::create(b, loc, exists, position, index(0));
      }
      lines.exist.push_back(exists);
      lines.offsets.push_back(times(position, stride));
    }
    return lines;
  }

  /// transformed[p, t, c], from the image.
  void transformInput() {
    const int64_t lanes = plan.channelLanes;
    Item item = beginItems(plan.inputThreads(), plan.channels / lanes, lanes,
                           plan.inputCost);
    const Access &image = nest.inputs[0];
    ArrayRef<int64_t> c = image.address.coefficients;
    Lines rows = linesOf(item.row, plan.rows, c[plan.row]);
    Lines columns = linesOf(item.column, plan.columns, c[plan.column]);
    // Where the image itself begins.
    Value start = plus(item.element, image.address.constant +
                                         plan.rows.padding * c[plan.row] +
                                         plan.columns.padding * c[plan.column]);
    Value zero = constant(b.getZeroAttr(operand), lanes);
    Tile values;
    for (auto [rowOffset, rowExists] : llvm::zip(rows.offsets, rows.exist))
      for (auto [offset, exists] : llvm::zip(columns.offsets, columns.exist)) {
        Value value = load(image, plus(plus(start, rowOffset), offset), lanes);
        for (Value condition : {rowExists, exists})
          if (condition)
            value = arith::SelectOp::create(b, loc, condition, value, zero);
        values.push_back(plan.isHalves ? widened(value, lanes) : value);
      }
    values = emitInputTransform(b, loc, plan.m, std::move(values));
    if (plan.isHalves)
      for (Value &value : values)
        value = arith::TruncFOp::create(b, loc, typeOf(operand, lanes), value);
    Value target = plus(times(item.tile, plan.channels), item.element);
    for (auto [point, value] : llvm::enumerate(values))
      store(transformed,
            plus(target, static_cast<int64_t>(point) * plan.inputStride()),
            value);
    end();
  }

  Type typeOf(Type element, int64_t lanes) {
    return lanes > 1 ? VectorType::get({lanes}, element) : element;
  }

  /// Halves as float32, divided by kHalvesFactor.
  Value widened(Value halves, int64_t lanes) {
    Value wide =
        arith::ExtFOp::create(b, loc, typeOf(b.getF32Type(), lanes), halves);
    return arith::MulFOp::create(
        b, loc, wide, constant(b.getF32FloatAttr(1 / kHalvesFactor), lanes));
  }

  void multiply() {
    Nest product =
        makeProductNest(nest, plan,
                        {plan.points(), plan.tiles(), plan.inputStride(),
                         plan.productStride(), operand, b.getF32Type(),
                         transformed.buffer.flat, products.buffer.flat});
    WinogradFilter filter = filterOf(nest, plan, plan.m);
    filter.isHalves = plan.isHalves;
    filter.factor = plan.isHalves ? kHalvesFactor : 1;
    context.emitStep(
        product,
        [&](std::shared_ptr<const WeightEncoding> stored)
            -> std::shared_ptr<const WeightEncoding> {
          if (WinogradFilters::knows(filter, *stored) &&
              growthOf(*stored) > kKernelText)
            return std::make_shared<WinogradFilters>(filter, std::move(stored));
          return std::make_shared<WinogradWeights>(filter, std::move(stored));
        });
  }

  /// By how many bytes filters that are stored transformed are larger.
  int64_t growthOf(const WeightEncoding &stored) {
    BlockArgument constant = nest.inputs[1].buffer.constant;
    return bytesAdded(*nest.module, stage, stage.getArgumentTypes(), stored,
                      constant.getArgNumber(), {});
  }

  /// The results of a tile, from products[p, t, f].
  void transformOutput() {
    const int64_t lanes = plan.featureLanes;
    Item item = beginItems(plan.outputThreads(), plan.features / lanes, lanes,
                           plan.outputCost);
    Value source = plus(times(item.tile, plan.features), item.element);
    Tile values;
    for (int64_t p = 0; p < plan.points(); ++p)
      values.push_back(
          load(products, plus(source, p * plan.productStride()), lanes));
    values = emitOutputTransform(b, loc, plan.m, std::move(values));
    at[plan.feature] = item.element;
    for (int64_t i = 0; i < plan.m; ++i) {
      OpBuilder::InsertionGuard guard(b);
      at[plan.row] = enter(item.row, i, plan.rows);
      for (int64_t j = 0; j < plan.m; ++j) {
        OpBuilder::InsertionGuard inner(b);
        at[plan.column] = enter(item.column, j, plan.columns);
        finish(values[i * plan.m + j], lanes);
      }
    }
    at.assign(at.size(), Value());
    end();
  }

  /// The line at an offset in a tile; what follows happens where the result has
  /// it.
  Value enter(Value tile, int64_t offset, const TileRow &row) {
    Value line = plus(times(tile, plan.m), offset);
    if (offset > 0 && row.output % plan.m != 0)
      onlyIf(isBelow(line, row.output));
    return line;
  }

  /// Takes sums through the epilogue to the results.
  void finish(Value sum, int64_t lanes) {
    SmallVector<Value> results = {sum};
    if (nest.epilogue) {
      SmallVector<Value> arguments;
      for (const std::optional<Access> &input : nest.epilogueInputs) {
        bool isRun = input && input->address.coefficients[plan.feature] != 0;
        arguments.push_back(
            input ? load(*input, addressOf(input->address), isRun ? lanes : 1)
                  : sum);
      }
      arguments.resize(nest.epilogue.getBody()->getNumArguments());
      results = body(nest.epilogue, arguments);
    }
    const Access &output = nest.outputs.front();
    store(output, addressOf(output.address),
          broadcastTo(b, loc, results.front(), lanes));
  }

  const WinogradLaunchPlan &plan;
  func::FuncOp stage;
  Type operand; // of the products
  Access transformed, products;
};

class WinogradLaunches : public Plan {
public:
  WinogradLaunches(const Problem &problem, const WinogradLaunchPlan &plan)
      : problem(problem), plan(plan) {}

  double cycles() const override { return plan.cost.cycles / kWinogradMargin; }
  void emit(StageContext &context, std::optional<ChunkRange>) override {
    WinogradLaunchEmitter(context, problem, plan).emit();
  }

private:
  Problem problem;
  WinogradLaunchPlan plan;
};

/// Transformed filters are larger.
bool isAvailable(const Machine &machine) {
  return machine.hasGpu() && !machine.compactCode;
}

std::unique_ptr<Plan> planLaunches(const Problem &problem) {
  std::optional<WinogradLaunchPlan> plan = planWinogradLaunches(problem);
  return plan ? std::make_unique<WinogradLaunches>(problem, *plan) : nullptr;
}
} // namespace

Strategy winogradLaunchStrategy() {
  return {"winograd-launches", isAvailable, planLaunches};
}

} // namespace dlc::loops
