//===- Schedule.h - How a nest is blocked for a target --------------------===//
//
// The vector dimension is cut into blocks of pieces (vectors); the blocked
// dimension into tiles of positions; pieces x positions accumulators stay in
// registers over the reduction.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_SCHEDULE_H
#define DLC_CODEGEN_LOOPS_SCHEDULE_H

#include "codegen/loops/nest/Contraction.h"
#include "targets/description/TargetDescription.h"
#include <limits>

namespace dlc::loops {

/// What the schedule needs to know of the machine.
struct Machine {
  int64_t vectorBits = 32; // 32: scalar code
  int64_t registers = 16;  // vector (or floating-point scalar) registers
  targets::ScalarFactor factor = targets::ScalarFactor::Vector;
  bool predication = false; // loads and stores of some lanes cost as all
  int64_t l2Bytes = 0;      // 0: no cache, weights are read in place
  bool superscalar = true;  // loads beside arithmetic in one cycle
  int64_t threads = 1;
  bool fpu = true;
  bool longMultiply = true; // 32 x 32 bits to 64, added to a sum
  /// Bytes of scratch memory that a faster form of a stage may take.
  int64_t scratchBytes = std::numeric_limits<int64_t>::max();
  int64_t l1Bytes = 0;      // 0: no cache
  int64_t loadMultiple = 0; // floats that one instruction loads; 0: not used
};

/// One vector of a block: its first lane and its number of lanes (1: scalar),
/// of which the first `active` exist.
struct Piece {
  int64_t offset, lanes, active;
  bool isPartial() const { return active < lanes; }
};

/// `count` blocks of the vector dimension from `start` on, each of these
/// pieces.
struct VectorBlock {
  int64_t start, count, width;
  llvm::SmallVector<Piece> pieces;
  /// Lanes of its pieces, also those that do not exist.
  int64_t paddedWidth() const {
    return pieces.back().offset + pieces.back().lanes;
  }
};

struct Schedule {
  int vectorDim = -1; // -1: the nest has no parallel dimension
  llvm::SmallVector<VectorBlock, 2> vectorBlocks;
  int blockedDim = -1; // -1: no second dimension is blocked
  int64_t positions = 1;
  /// So many steps of the reduction are taken together where an operand that is
  /// one factor for all lanes lies contiguously along them ...
  int64_t run = 1;
  /// ... and that operand is loaded in vectors of that length, one lane of
  /// which is the factor.
  bool factorInLane = false;
  /// All steps of the reduction follow without a loop, so that what lies
  /// between the elements of a vector is loaded with them (pairedDim).
  bool unrollReduction = false;
  /// The reduction's loops are unrolled as far as it pays: LLVM leaves them.
  bool keepLoops = false;
  /// The same for the loops around a tile, which is as much code as pays.
  bool keepTileLoops = false;
  /// Blocks of the vector dimension are the outermost loop: the packed panel
  /// stays in the cache while everything else goes by.
  bool vectorOutermost = false;
  /// Few instructions matter more than few cycles at the borders: positions
  /// near padding share one loop with bounds clamped at run time.
  bool compact = false;
  /// Positions near padding are computed one by one and whole tiles begin after
  /// them.
  bool peelBorders = false;
  /// Tiles are computed by kernels with fixed registers (TileKernel.h): the
  /// left operand is the one element for all of a row, or pairs with the right;
  /// or it is a row by itself, multiplied by vectors.
  enum class Kernel { None, Tile, Pairs, Row };
  Kernel kernel = Kernel::None;
  unsigned kernelLeft = 0; // the input that is the left operand

  bool usesKernels() const { return kernel != Kernel::None; }
  bool usesTiles() const {
    return kernel == Kernel::Tile || kernel == Kernel::Pairs;
  }
};

/// Steps of a reduction and accumulations that follow without a loop at most,
/// and fewer where code is to be compact.
constexpr int64_t kUnrollSteps = 16, kUnrollAccumulations = 256,
                  kCompactAccumulations = 48;

/// `contraction` is what the nest is as a sum of products, null if it is none.
Schedule chooseSchedule(Nest &nest, const Contraction *contraction,
                        const Machine &machine);

/// The epilogue's input that is the bias if accumulators can start with it: one
/// float32 for each accumulator of a row. -1: none.
int startOfSums(const Nest &nest, const Contraction *contraction,
                const Schedule &schedule);

} // namespace dlc::loops

#endif
