//===- BlockEmitter.h - Register blocks as loops and vectors ----*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_BLOCKEMITTER_H
#define DLC_CODEGEN_LOOPS_BLOCKEMITTER_H

#include "codegen/loops/blocks/BlockSchedule.h"
#include "codegen/loops/tiles/TiledNest.h"

namespace dlc::loops {

class BlockEmitter : public TiledNest {
public:
  BlockEmitter(StageContext &context, Nest &nest, const BlockSchedule &schedule,
               int bias);

protected:
  Values reduceTile(Values accumulators) override;
  Values reduceInnermost(unsigned dim, const Range &range,
                         Values accumulators) override;
  mlir::Value load(const Access &access, const Linear &address,
                   const Piece &piece,
                   const PackedInput *packed = nullptr) override;
  mlir::Value loadStrided(const Access &access, const Linear &address,
                          const Piece &piece, int64_t stride) override;

private:
  Values emitSteps(unsigned dim, mlir::Value variable, int64_t first,
                   int64_t count, Values accumulators);
  mlir::Value loadPair(const Access &access, const Linear &address,
                       const Piece &piece, unsigned dim);
  mlir::Value loadFactor(const Access &access, const Linear &address);

  const BlockSchedule &schedule;
  /// The steps [runStart, runStart + schedule.run) of this reduction dimension
  /// are emitted one after the other; -1: no run.
  int runDim = -1;
  int64_t runStart = 0;
};

} // namespace dlc::loops

#endif
