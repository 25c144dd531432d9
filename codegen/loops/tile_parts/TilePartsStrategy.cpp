//===- TilePartsStrategy.cpp - Long sums of few tiles, in parts -----------===//

#include "codegen/loops/gpu/PointSchedule.h"
#include "codegen/loops/gpu/SchedulePlan.h"
#include "codegen/loops/gpu/TileEmitter.h"
#include "codegen/loops/nest/BodyEmitter.h"
#include "codegen/loops/tile_parts/TileParts.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::loops {

namespace {
/// The launch that adds up: a thread for each result, or for four.
class PartsAdder : public ThreadCode {
public:
  PartsAdder(StageContext &context, const Problem &problem,
             const TileParts &parts, const Access &sums)
      : ThreadCode(context, problem), parts(parts), sums(sums) {}

  void emit() {
    const int64_t threads = threadsOfBlock(parts.threads(), machine);
    LaunchShape shape;
    shape.x = llvm::divideCeil(parts.threads(), threads);
    shape.threads = threads;
    begin(shape, parts.addCost);
    Value number = plus(times(block(0), threads), thread());
    if (parts.threads() % threads != 0)
      b.setInsertionPoint(
          scf::IfOp::create(b, loc, isBelow(number, parts.threads()))
              .thenYield());
    Value point = times(number, parts.lanes), sum;
    for (int64_t part = 0; part < parts.count; ++part) {
      Value own = load(sums, plus(point, part * parts.points), parts.lanes);
      sum = sum ? add(sum, own) : own;
    }
    split(point, parts.order);
    finish(sum);
    at.assign(at.size(), Value());
    end();
  }

private:
  Value add(Value x, Value y) {
    if (isa<FloatType>(sums.buffer.element))
      return arith::AddFOp::create(b, loc, x, y);
    return arith::AddIOp::create(b, loc, x, y);
  }

  /// Takes sums through the epilogue to the results.
  void finish(Value sum) {
    SmallVector<Value> results = {sum};
    const unsigned along = parts.order.back();
    if (nest.epilogue) {
      SmallVector<Value> arguments;
      for (const std::optional<Access> &input : nest.epilogueInputs) {
        bool isRun = input && input->address.coefficients[along] != 0;
        arguments.push_back(input ? load(*input, addressOf(input->address),
                                         isRun ? parts.lanes : 1)
                                  : sum);
      }
      arguments.resize(nest.epilogue.getBody()->getNumArguments());
      results = body(nest.epilogue, arguments);
    }
    for (auto [output, result] : llvm::zip_equal(nest.outputs, results))
      store(output, addressOf(output.address),
            broadcastTo(b, loc, result, parts.lanes));
  }

  const TileParts &parts;
  const Access &sums;
};

class TilePartsPlan : public Plan {
public:
  TilePartsPlan(const Problem &problem, TileParts parts)
      : problem(problem), parts(std::move(parts)) {}

  double cycles() const override { return parts.cost.cycles; }
  void emit(StageContext &context, std::optional<ChunkRange>) override {
    Access &sums = parts.nest.outputs.front();
    sums.buffer.flat =
        context.scratch(parts.scratchElements(), sums.buffer.element);
    Problem ofParts = {parts.nest, &parts.contraction, problem.stage,
                       problem.machine};
    GpuTileEmitter(context, ofParts, parts.tiles).emit();
    PartsAdder(context, problem, parts, sums).emit();
  }

private:
  Problem problem;
  TileParts parts;
};

std::unique_ptr<Plan> planParts(const Problem &problem) {
  std::optional<TileParts> parts = planTileParts(problem);
  return parts ? std::make_unique<TilePartsPlan>(problem, std::move(*parts))
               : nullptr;
}
} // namespace

Strategy tilePartsStrategy() { return {"tile-parts", needsGpu, planParts}; }

} // namespace dlc::loops
