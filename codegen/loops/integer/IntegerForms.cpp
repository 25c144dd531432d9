//===- IntegerForms.cpp - Instructions that sums of integers are made of --===//

#include "codegen/loops/integer/IntegerForms.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <limits>

using namespace mlir;

namespace dlc::loops {

namespace {
constexpr int64_t kAnyLength = std::numeric_limits<int64_t>::max();

/// Of SMLAD and narrow weights: a word of them is that of two elements, a digit
/// less for each column (codegen/kernels/DspNarrowColumns.cpp).
int64_t smladNarrowStep(int64_t bits, IntegerTile tile) {
  constexpr int64_t kSums = 8, kWords = 2;
  auto [positions, columns] = tile;
  int64_t sums = positions * columns;
  if (columns != 16 / bits || sums > kSums)
    return 0;
  int64_t apart = kWords * (columns - 1 + sums);
  // Elements of two steps and weights of one are loaded together; of one; a
  // word of each.
  return apart + (sums < kSums ? 2 : positions == 1 ? 3 : 6);
}

/// Of codes, for each two of which there are two loads, and a register each for
/// the table and two words of weights (codegen/kernels/values/ArmCoded.cpp).
int64_t smladCodedStep(IntegerTile tile) {
  constexpr int64_t kRegisters = 12, kLookUp = 4;
  auto [positions, columns] = tile;
  int64_t sums = positions * columns, room = (kRegisters - sums - 3) / 2;
  if (room < 1 || (columns > 1 && room < positions) ||
      sums + columns + 3 > kRegisters)
    return 0;
  return kLookUp * columns + llvm::divideCeil(positions, room) + 2 * sums;
}

/// Of SMLAL, with two columns in a product.
int64_t mlaCodedStep(LeftForm left, IntegerTile tile) {
  constexpr int64_t kRegisters = 12, kLookUp = 2;
  auto [positions, columns] = tile;
  int64_t sums = positions * columns, room = kRegisters - sums - 2;
  if (columns % 2 || sums + 4 > kRegisters ||
      (columns > 2 && room < positions) ||
      (left == LeftForm::Bytes && positions > 1))
    return 0;
  return llvm::divideCeil(positions, room) + kLookUp * columns / 2 + sums / 2;
}

/// Of MULS: an element of each position and a code, or an element and two codes
/// at a time (codegen/kernels/core/MulsColumns.cpp).
int64_t mulsCodedStep(LeftForm left, IntegerTile tile) {
  constexpr int64_t kMostSums = 4, kLookUp = 3, kPair = 7;
  auto [positions, columns] = tile;
  if (positions * columns > kMostSums)
    return 0;
  if (left == LeftForm::Bytes)
    return positions == 1 && columns % 2 == 0 ? 2 + kPair * columns / 2 : 0;
  return columns == 1 ? 1 + kLookUp + 2 * positions : 0;
}

/// Of SMLAD: r0 to r11, less what accumulators, a step's weights and one to
/// take them apart fill, hold pairs of the left operand, a load for as many
/// positions as there is room for (codegen/kernels/DspColumns.cpp). Bytes of
/// one position are loaded and taken apart, by a word in a register where two
/// of them become one number.
int64_t smladStep(LeftForm left, WeightForm form, IntegerTile tile) {
  bool bytes = left == LeftForm::Bytes;
  if (form == WeightForm::Codes)
    return bytes ? 0 : smladCodedStep(tile);
  if (isNarrow(form))
    return bytes ? 0 : smladNarrowStep(bitsOf(form), tile);
  constexpr int64_t kRegisters = 12;
  auto [positions, columns] = tile;
  bool whole = form == WeightForm::Halfwords;
  bool combined = form == WeightForm::Combined;
  int64_t sums = positions * columns;
  int64_t weights = columns * (whole ? 2 : 1) + (whole ? 0 : 1);
  // Of one position half of the columns' halfwords, if there is no room for
  // all.
  int64_t loads = 1;
  if (whole && positions == 1 && columns % 2 == 0 &&
      sums + weights + 2 > kRegisters) {
    loads = 2;
    weights /= 2;
  }
  int64_t room =
      (kRegisters - sums - weights - (bytes && combined ? 1 : 0)) / 2;
  if (bytes && positions > 1)
    return 0;
  // Multipliers, the addend, the address and its step.
  if (room < 1 || sums + columns + 3 > kRegisters ||
      (columns > 1 && !whole && room < positions))
    return 0;
  int64_t apart = whole ? 0 : combined ? 1 : 2;
  int64_t elements = !bytes     ? llvm::divideCeil(positions, room)
                     : combined ? 4
                                : 3;
  return loads + columns * apart + elements + 2 * sums;
}

/// Of MLA: r0 to r11, less accumulators; of a step's elements and weights the
/// ones are held together, and there is one of the others at a time
/// (codegen/kernels/core/MlaColumns.cpp).
int64_t mlaStep(LeftForm left, WeightForm form, IntegerTile tile) {
  constexpr int64_t kRegisters = 12;
  auto [positions, columns] = tile;
  if (form == WeightForm::Codes)
    return mlaCodedStep(left, tile);
  // An element, and of two columns the mask and the product; loads of weights
  // and sums of halves are one more
  // (codegen/kernels/core/MlaNarrowColumns.cpp).
  // Several positions have a product less for each, and sums on the stack
  // (MlaNarrowTiles.cpp).
  if (isNarrow(form)) {
    constexpr int64_t kTogether = 16, kSum = 5, kLoad = 4, kPositions = 4;
    if (left == LeftForm::Bytes)
      return positions == 1 && (columns == 2 || columns == 4) ? 2 + columns : 0;
    return columns == 2 && positions <= kPositions
               ? 2 + positions +
                     llvm::divideCeil(kSum * positions + kLoad, kTogether)
               : 0;
  }
  int64_t sums = positions * columns;
  // A multiplier, the addend, a shift and the low word of a product.
  if (sums + 4 > kRegisters)
    return 0;
  if (left == LeftForm::Bytes) {
    bool fits = sums + std::min(positions, columns) + 1 <= kRegisters;
    return fits ? positions + columns + sums : 0;
  }
  int64_t room = kRegisters - sums - 1;
  if (columns > 1 && room < positions)
    return 0;
  return llvm::divideCeil(positions, std::min(room, positions)) + columns +
         sums;
}

/// Of words of two columns: of two elements and a pair of columns a load, two
/// products, their sum, and three that add it up (codegen/kernels/core/
/// MulsPairs.cpp); rounded up.
int64_t mulsPairedStep(LeftForm left, IntegerTile tile) {
  constexpr int64_t kPair = 7, kWords = 1, kBytes = 4;
  auto [positions, columns] = tile;
  if (positions != 1 || (columns != 2 && columns != 4))
    return 0;
  int64_t elements = left == LeftForm::Bytes ? kBytes : kWords;
  return llvm::divideCeil(elements + kPair * columns / 2, 2);
}

/// Of MULS and ADDS: r0 to r4 hold what is multiplied and is overwritten, r5 a
/// weight, five sums are in r8 to r12 (codegen/kernels/core/MulsColumns.cpp).
/// Bytes are those of one position, whose element is used for all columns.
int64_t mulsStep(LeftForm left, WeightForm form, IntegerTile tile) {
  constexpr int64_t kSums = 5;
  auto [positions, columns] = tile;
  if (form == WeightForm::Codes)
    return mulsCodedStep(left, tile);
  // An element, and four for two columns; loads of weights and sums of halves.
  // Several positions have two products for each, and sums on the stack.
  if (isNarrow(form)) {
    constexpr int64_t kTogether = 16, kSum = 9, kLoad = 4, kPositions = 4;
    if (left == LeftForm::Bytes)
      return positions == 1 && (columns == 2 || columns == 4) ? 3 + 2 * columns
                                                              : 0;
    return columns == 2 && positions <= kPositions
               ? 4 + 2 * positions +
                     llvm::divideCeil(kSum * positions + kLoad, kTogether)
               : 0;
  }
  if (positions * columns > kSums)
    return 0;
  if (form == WeightForm::Pairs)
    return mulsPairedStep(left, tile);
  if (left == LeftForm::Bytes)
    return positions == 1 ? 2 + 3 * columns : 0;
  return columns == 1 ? 2 + 2 * positions : 0;
}

/// Of a plane, in SMLAD: pairs of results, a load and four products (five and
/// one between two) for each row of the window.
double smladRow(int64_t results, int64_t taps, int64_t step) {
  constexpr double kPair = 9, kRow = 16;
  auto pairs = static_cast<double>(llvm::divideCeil(results, 2));
  double products = step == 1 ? 5 : 6;
  return kRow + pairs * (products * static_cast<double>(taps) + kPair);
}

/// In MLA: up to seven results, for each row of the window the weights, the
/// elements and three products of each (codegen/kernels/core/MlaDepthwise.cpp).
double mlaRow(int64_t results, int64_t taps, int64_t step) {
  constexpr double kResult = 4, kBlock = 9, kRow = 12;
  auto blocks = static_cast<double>(llvm::divideCeil(results, 7));
  auto all = static_cast<double>(results);
  double loads = all * static_cast<double>(std::min<int64_t>(step, 3)) +
                 blocks * static_cast<double>(3 - std::min<int64_t>(step, 3));
  double products = static_cast<double>(taps) * (3 * all + loads + blocks);
  return kRow + products + all * kResult + blocks * kBlock;
}

/// In MULS: up to five results, for each row of the window the weights, the
/// elements and three products of each, of three instructions but for an
/// element's last one (codegen/kernels/core/MulsPlanes.cpp).
double mulsRow(int64_t results, int64_t taps, int64_t step) {
  constexpr double kResult = 14, kBlock = 19, kRow = 16;
  auto blocks = static_cast<double>(llvm::divideCeil(results, 5));
  auto all = static_cast<double>(results);
  return kRow + blocks * kBlock + all * kResult +
         static_cast<double>(taps) * (9 * all + 2 * blocks);
}

constexpr PlaneForm kMulsPlanes = {/*elementBytes=*/1,
                                   /*rowWords=*/1,
                                   /*together=*/1,
                                   /*farthest=*/kAnyLength,
                                   /*moved=*/true,
                                   /*pixels=*/32,
                                   mulsRow,
                                   /*farResult=*/1,
                                   /*farPixels=*/0};
constexpr PlaneForm kSmladPlanes = {/*elementBytes=*/2,
                                    /*rowWords=*/2,
                                    /*together=*/2,
                                    /*farthest=*/4095 / 3,
                                    /*moved=*/false,
                                    /*pixels=*/15,
                                    smladRow,
                                    /*farResult=*/0.5,
                                    /*farPixels=*/1};
constexpr PlaneForm kMlaPlanes = {/*elementBytes=*/1,
                                  /*rowWords=*/3,
                                  /*together=*/1,
                                  /*farthest=*/kAnyLength,
                                  /*moved=*/false,
                                  /*pixels=*/14,
                                  mlaRow,
                                  /*farResult=*/0,
                                  /*farPixels=*/1};

constexpr int64_t kPairs[] = {0, 2, 1, 3};
constexpr int64_t kOne[] = {0};
constexpr LeftForm kWidenedOrBytes[] = {LeftForm::Widened, LeftForm::Bytes};
constexpr WeightForm kSmladWeights[] = {
    WeightForm::Combined, WeightForm::Bytes,   WeightForm::Halfwords,
    WeightForm::FourBits, WeightForm::TwoBits, WeightForm::Codes};

constexpr WeightForm kSingleWeights[] = {
    WeightForm::Bytes, WeightForm::Halfwords, WeightForm::FourBits,
    WeightForm::TwoBits, WeightForm::Codes};

constexpr WeightForm kMovedWeights[] = {WeightForm::Moved, WeightForm::Pairs,
                                        WeightForm::FourBits,
                                        WeightForm::TwoBits, WeightForm::Codes};

const IntegerForm kForms[] = {
    {"smlad",
     kernel::InstructionSet::Dsp,
     /*group=*/4,
     kPairs,
     /*load=*/4,
     /*leftBits=*/16,
     kWidenedOrBytes,
     kSmladWeights,
     {8, 8},
     smladStep,
     /*mostOfIteration=*/kAnyLength,
     /*mostSteps=*/10,
     /*iteration=*/3,
     /*block=*/7,
     /*result=*/4,
     /*longResult=*/24,
     /*widen=*/4.5,
     /*call=*/30,
     &kSmladPlanes,
     /*limbs=*/false,
     /*sharedByColumns=*/true},
    {"mla",
     kernel::InstructionSet::Armv7M,
     /*group=*/1,
     kOne,
     /*load=*/4,
     /*leftBits=*/32,
     kWidenedOrBytes,
     kSingleWeights,
     {8, 8},
     mlaStep,
     /*mostOfIteration=*/112,
     /*mostSteps=*/16,
     /*iteration=*/3,
     /*block=*/8,
     /*result=*/5,
     /*longResult=*/24,
     /*widen=*/1.6,
     /*call=*/30,
     &kMlaPlanes,
     /*limbs=*/false,
     /*sharedByColumns=*/false},
    {"muls adds",
     kernel::InstructionSet::Armv6M,
     /*group=*/1,
     kOne,
     /*load=*/4,
     /*leftBits=*/32,
     kWidenedOrBytes,
     kMovedWeights,
     {5, 5},
     mulsStep,
     /*mostOfIteration=*/192,
     /*mostSteps=*/16,
     /*iteration=*/5,
     /*block=*/25,
     /*result=*/12,
     /*longResult=*/120,
     /*widen=*/2.7,
     /*call=*/50,
     &kMulsPlanes,
     /*limbs=*/true,
     /*sharedByColumns=*/false},
};
} // namespace

llvm::StringRef nameOf(WeightForm form) {
  switch (form) {
  case WeightForm::Halfwords:
    return "16 bits";
  case WeightForm::Pairs:
    return "16-bit pairs";
  case WeightForm::FourBits:
    return "4 bits";
  case WeightForm::TwoBits:
    return "2 bits";
  case WeightForm::Codes:
    return "4-bit codes";
  case WeightForm::Signs:
  case WeightForm::SignTables:
    return "1 bit";
  case WeightForm::Rows:
    return "nonzeros";
  case WeightForm::CodedRows:
    return "4-bit nonzeros";
  case WeightForm::Groups:
    return "1x4";
  default:
    return "8 bits";
  }
}

llvm::ArrayRef<IntegerForm> integerForms() { return kForms; }

const IntegerForm *integerFormOf(const Machine &machine) {
  for (const IntegerForm &form : kForms)
    for (const targets::MultiplyAccumulate &has : machine.forms)
      if (has.instruction == form.instruction && has.lanes == 1)
        return &form;
  return nullptr;
}

Unrolling unrollingOf(const Machine &machine) {
  if (machine.storage == Storage::Small)
    return Unrolling::Small;
  return machine.compactCode ? Unrolling::Compact : Unrolling::Free;
}

int64_t unrolledSteps(const IntegerForm &form, int64_t steps,
                      int64_t instructions, Unrolling unrolling,
                      int64_t whole) {
  if (form.segment)
    return 1;
  if (form.signs)
    return steps / static_cast<int64_t>(llvm::divideCeil(steps, kMostSigns));
  constexpr int64_t kMost = 16, kMostInAll = 32, kMostOfSmall = 4;
  int64_t most = kMost;
  if (unrolling != Unrolling::Free)
    most = std::clamp<int64_t>(form.mostOfIteration / instructions, 1,
                               form.mostSteps);
  // Narrow weights are small as they are, and their loops take more.
  if (unrolling == Unrolling::Small && whole == 1)
    most = std::min(most, kMostOfSmall);
  for (int64_t unrolled = std::min(steps, most); unrolled > 1; --unrolled)
    if (steps % unrolled == 0 && unrolled % whole == 0)
      return unrolled;
  if (whole > 1)
    return steps <= kMostInAll ? steps : 0;
  return 1;
}

kernel::ProductsAttr productsOf(MLIRContext *context, const IntegerForm &form,
                                LeftForm left, bool signedLeft,
                                WeightForm weights, bool signedWeights) {
  auto integer = [&](unsigned bits, bool isSigned) {
    return IntegerType::get(
        context, bits, isSigned ? IntegerType::Signed : IntegerType::Unsigned);
  };
  bool hasSign = bitsOf(weights) > 8 ||
                 (followsValues(weights) && weights != WeightForm::Codes) ||
                 (signedWeights && weights != WeightForm::Moved &&
                  weights != WeightForm::Codes);
  return kernel::ProductsAttr::get(
      context,
      // How many products with narrow weights fit a half word depends on it.
      left == LeftForm::Bytes
          ? integer(8, signedLeft)
          : integer(form.leftBits,
                    form.leftBits < 32 || !isNarrow(weights) || signedLeft),
      integer(static_cast<unsigned>(bitsOf(weights)), hasSign),
      IntegerType::get(context, 32), form.group);
}

} // namespace dlc::loops
