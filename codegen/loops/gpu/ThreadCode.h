//===- ThreadCode.h - What a thread of a kernel does ------------*- C++ -*-===//
//
// A nest becomes a launch: a grid of blocks of threads that share memory. The
// order in which threads run is not known.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_THREADCODE_H
#define DLC_CODEGEN_LOOPS_THREADCODE_H

#include "codegen/loops/strategy/Plan.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"

namespace dlc::loops {

/// Blocks of a launch, and threads of a block along one axis.
struct LaunchShape {
  int64_t x = 1, y = 1, z = 1;
  int64_t threads = 32;
};

/// What a launch takes, for whoever may put several into one: cycles of all of
/// it; of a block alone the issue slots, and the cycles; registers that a
/// thread cannot do without, 0: few.
struct LaunchCost {
  double cycles = 0, slots = 0, latency = 0, registers = 0;
};

/// A launch that is emitted as long as this lives, and the arithmetic of its
/// indices, which are below 2^31: they do not overflow.
class ThreadCode {
public:
  ThreadCode(StageContext &context, const Problem &problem);

protected:
  /// Begins the launch; what is created from now on is what a thread does.
  void begin(const LaunchShape &shape, const LaunchCost &cost);
  /// What is created from now on comes behind the launch.
  void end();

  /// Memory that the threads of a block share, of so many elements.
  mlir::Value shared(int64_t elements, mlir::Type type);
  mlir::Value thread() { return launch.getThreadIds().x; }
  mlir::Value block(unsigned axis);
  void barrier();

  mlir::Value index(int64_t value);
  mlir::Value plus(mlir::Value x, mlir::Value y);
  mlir::Value plus(mlir::Value x, int64_t y);
  mlir::Value minus(mlir::Value x, mlir::Value y);
  mlir::Value times(mlir::Value x, int64_t factor);
  mlir::Value quotient(mlir::Value x, int64_t divisor);
  mlir::Value remainder(mlir::Value x, int64_t divisor);
  /// Whether x < bound; both count from 0.
  mlir::Value isBelow(mlir::Value x, int64_t bound);

  /// Sets `at` for these dimensions to the parts of a position among all their
  /// positions, the last varying fastest.
  void split(mlir::Value position, llvm::ArrayRef<unsigned> dims);
  /// The sum of the terms of those dimensions that `at` is set for.
  mlir::Value addressOf(const Linear &address);

  mlir::Value load(const Access &access, mlir::Value address, int64_t lanes);
  void store(const Access &access, mlir::Value address, mlir::Value value);
  /// The body on scalars or on vectors, where `at` stands.
  llvm::SmallVector<mlir::Value> body(mlir::linalg::GenericOp generic,
                                      mlir::ValueRange arguments);
  /// A constant of each lane.
  mlir::Value constant(mlir::TypedAttr value, int64_t lanes);

  /// The largest power of two up to 256 that divides the byte at which each of
  /// the access's runs of `lanes` elements begins, along dimension `d`.
  int64_t alignmentOf(const Access &access, int d, int64_t lanes) const;

  StageContext &context;
  mlir::OpBuilder &b;
  mlir::Location loc;
  Nest &nest;
  const Machine &machine;
  llvm::SmallVector<mlir::Value> at; // of the nest's dimensions, or null

private:
  mlir::func::FuncOp stage;
  mlir::gpu::LaunchOp launch;
  mlir::OpBuilder::InsertPoint behind;
};

/// The bytes of an element as memory has it; 0 for one that takes no whole
/// bytes.
int64_t bytesOf(mlir::Type element);

/// The largest power of two up to 256 that divides the address of what all
/// callers give for a buffer.
int64_t alignmentOfBuffer(const Buffer &buffer, ModuleIndex &module,
                          mlir::func::FuncOp stage);

/// The same of each run of `lanes` elements along dimension `d` (-1: none).
int64_t alignmentOfRuns(const Nest &nest, mlir::func::FuncOp stage,
                        const Access &access, int d, int64_t lanes);

/// Bodies are cloned on vectors where no operation of theirs has a region; one
/// that is absent is too.
bool takesVectors(mlir::linalg::GenericOp generic);

/// Whether a thread takes `lanes` elements side by side along dimension `d` in
/// one load or store, or one element for all of them.
bool areLanes(const Nest &nest, mlir::func::FuncOp stage, const Access &access,
              unsigned d, int64_t lanes);

} // namespace dlc::loops

#endif
