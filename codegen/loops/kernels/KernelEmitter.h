//===- KernelEmitter.h - A tile as ops of the kernel dialect ----*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_KERNELEMITTER_H
#define DLC_CODEGEN_LOOPS_KERNELEMITTER_H

#include "codegen/loops/kernels/KernelSchedule.h"
#include "codegen/loops/tiles/TiledNest.h"
#include "dialects/kernel/KernelOps.h"

namespace dlc::loops {

/// What kernels of all shapes need.
class KernelEmitter : public TiledNest {
public:
  KernelEmitter(StageContext &context, Nest &nest,
                const KernelSchedule &schedule, int bias)
      : TiledNest(context, nest, schedule, bias, /*inKernels=*/true),
        schedule(schedule) {}

protected:
  mlir::Value byteAddress(const Access &access, const Linear &address);
  kernel::InstructionsAttr instructions() const;

  const KernelSchedule &schedule;
};

/// Tiles of scalars: their sums, bias, epilogue and stores are kernels.
class TileKernelEmitter : public KernelEmitter {
public:
  using KernelEmitter::KernelEmitter;

protected:
  Values startSums() override;
  Values reduceInnermost(unsigned dim, const Range &range,
                         Values accumulators) override;
  bool finishTile(llvm::ArrayRef<mlir::Value> accumulators) override;
  bool storeTile(llvm::ArrayRef<mlir::Value> values) override;

private:
  kernel::TileAttr tileShape() const;
  bool storesByKernel() const;
  std::pair<mlir::Value, mlir::Value> resultAddress();
};

/// A row times blocks of vectors: only the sums are kernels.
class RowEmitter : public KernelEmitter {
public:
  using KernelEmitter::KernelEmitter;

protected:
  Values reduceInnermost(unsigned dim, const Range &range,
                         Values accumulators) override;
};

} // namespace dlc::loops

#endif
