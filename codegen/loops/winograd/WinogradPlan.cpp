//===- WinogradPlan.cpp - Which convolutions Winograd makes faster --------===//

#include "codegen/loops/nest/SumEpilogue.h"
#include "codegen/loops/nest/WordRescale.h"
#include "codegen/loops/winograd/Winograd.h"
#include "llvm/ADT/bit.h"
#include <algorithm>
#include <cmath>
#include <limits>

using namespace mlir;

namespace dlc::loops {

namespace {
/// Operations on one vector of channels (features) for one tile: measured as
/// the additions of both ways plus loads and stores.
struct TransformCost {
  double input, output;
};
TransformCost transformCost(int64_t m) {
  return m == 2 ? TransformCost{64, 44} : TransformCost{216, 152};
}

/// A zero point that a body holds; nullopt for others.
std::optional<int64_t> constantOf(const BodyScalar &scalar) {
  constexpr int64_t kMost = 255; // of bytes
  if (!scalar.isGiven())
    return 0;
  auto value = dyn_cast_or_null<IntegerAttr>(scalar.constant);
  if (!value || std::abs(value.getInt()) > kMost)
    return std::nullopt;
  return value.getInt();
}

/// Instructions for each product of a vector where two start in a cycle.
constexpr double kInOrder = 0.6;

/// The operands of a sum of integers whose transformed elements have 16 bits,
/// and whose results, times four, have 32. Vectors multiply 16 bits.
std::optional<WinogradIntegers> findIntegers(const Contraction &contraction,
                                             const Machine &machine) {
  // 2^29 / (9 taps x 255 x 255)
  constexpr int64_t kMostChannels = 900;
  auto dataZero = constantOf(contraction.data.zeroPoint);
  auto filterZero = constantOf(contraction.weights.zeroPoint);
  if (!contraction.accumulator.isInteger(32) ||
      !contraction.data.element.isInteger(8) ||
      !contraction.weights.element.isInteger(8) || !dataZero || !filterZero ||
      contraction.depth > 9 * kMostChannels ||
      highWordsOf(machine) == HighWords::None)
    return std::nullopt;
  WinogradIntegers integers{contraction.data.isSigned,
                            contraction.weights.isSigned, *dataZero,
                            *filterZero};
  double best = std::numeric_limits<double>::max();
  for (const targets::MultiplyAccumulate &form : machine.forms)
    if (form.lanes > 1 && form.left == targets::Element::I16 &&
        form.right == targets::Element::I16 &&
        form.accumulator == targets::Element::I32)
      best = std::min(best, form.cycles / static_cast<double>(form.products));
  if (best == std::numeric_limits<double>::max())
    return std::nullopt;
  integers.cycles = machine.issueWidth < 4 ? kInOrder : best;
  return integers;
}

/// The size of equal parts of `count`, at most `most`; where none is nearly as
/// large, of parts of which the last is smaller.
int64_t sizeOfParts(int64_t count, int64_t most) {
  for (int64_t size = std::min(count, most); 2 * size > most; --size)
    if (count % size == 0)
      return size;
  int64_t parts = (count + most - 1) / most;
  return (count + parts - 1) / parts;
}

/// The rows of tiles whose scratch takes a quarter of L2: beside the filter and
/// the image, more was slower. At least as many as make the products take
/// longer than the filter takes to arrive, half as many tiles as a vector has
/// lanes.
int64_t rowsForCache(const Machine &machine, const WinogradPlan &plan) {
  int64_t rowBytes = plan.points() * plan.columns.count *
                     (plan.channels * plan.inputBytes() + plan.features * 4);
  int64_t tiles = machine.vectorBits / 32 / 2;
  int64_t least = (tiles + plan.columns.count - 1) / plan.columns.count;
  return std::clamp<int64_t>(machine.l2Bytes / 4 / rowBytes,
                             std::min(least, plan.rows.count), plan.rows.count);
}

/// Blocks for the cache, and enough chunks for the threads: two for each where
/// the filter stays in L2, since every chunk reads it. Smaller blocks where
/// scratch memory is limited.
void planBlocks(const Machine &machine, WinogradPlan &plan) {
  int64_t filterBytes =
      plan.points() * plan.channels * plan.features * plan.inputBytes();
  int64_t most = rowsForCache(machine, plan);
  if (machine.threads > 1) {
    int64_t chunks = machine.threads * (filterBytes < machine.l2Bytes ? 2 : 1);
    chunks = std::min(chunks, plan.rows.count);
    most = std::min(most, (plan.rows.count + chunks - 1) / chunks);
  }
  plan.rowsPerBlock = sizeOfParts(plan.rows.count, most);
  plan.rowsPerChunk = machine.threads > 1 ? plan.rowsPerBlock : plan.rows.count;
  plan.columnsPerBlock = plan.columns.count;
  while (plan.scratchBytes(machine.threads) > machine.scratchBytes) {
    if (plan.rowsPerBlock > 1)
      plan.rowsPerBlock = sizeOfParts(plan.rowsPerChunk, plan.rowsPerBlock - 1);
    else if (plan.columnsPerBlock > 1)
      plan.columnsPerBlock =
          sizeOfParts(plan.columns.count, plan.columnsPerBlock - 1);
    else
      return;
  }
}

/// What blocks smaller than the image cost: a vector of the filter is loaded
/// for fewer tiles. One tile alone has half a load for each multiply-add.
double sharingCost(const WinogradPlan &plan) {
  auto perProduct = [](int64_t tiles) {
    return 1 + 0.5 / static_cast<double>(tiles);
  };
  return perProduct(plan.tilesPerBlock()) /
         perProduct(plan.rows.count * plan.columns.count);
}

/// Vectors that make up `size` elements; the rest in shorter ones.
double vectorsOf(int64_t size, int64_t lanes) {
  int64_t whole = size / lanes;
  return static_cast<double>(whole + llvm::popcount<uint64_t>(size % lanes));
}

} // namespace

/// Of integers: instructions for a vector of a tile's channels are 16 loads, as
/// many to widen and to subtract the zero point, 32 additions and 16 stores;
/// for its features 16 loads, 24 additions and 4 shifts.
static double cyclesOfIntegers(const WinogradPlan &plan,
                               const Machine &machine) {
  constexpr double kInput = 96, kOutput = 44;
  int64_t lanes = machine.vectorBits / 32;
  double tiles = static_cast<double>(plan.rows.count * plan.columns.count);
  double points = static_cast<double>(plan.points());
  double products = points * static_cast<double>(plan.channels) *
                    std::ceil(static_cast<double>(plan.features) / lanes) *
                    plan.integers->cycles * sharingCost(plan);
  double transforms = kInput * vectorsOf(plan.channels, 2 * lanes) +
                      kOutput * vectorsOf(plan.features, lanes);
  double inCycle = machine.issueWidth < 4 ? 2 : 3;
  return tiles * (products + transforms / inCycle);
}

double cyclesOf(const WinogradPlan &plan, const Machine &machine) {
  if (plan.integers)
    return cyclesOfIntegers(plan, machine);
  int64_t lanes = machine.vectorBits / 32;
  double tiles = static_cast<double>(plan.rows.count * plan.columns.count);
  double points = static_cast<double>(plan.points());
  double channels = static_cast<double>(plan.channels);
  double features = static_cast<double>(plan.features);
  TransformCost transform = transformCost(plan.m);
  double products =
      points * channels * std::ceil(features / lanes) * sharingCost(plan);
  double transforms = transform.input * vectorsOf(plan.channels, lanes) +
                      transform.output * vectorsOf(plan.features, lanes);
  double streamed =
      points * channels * features * 4 / machine.streamBytesPerCycle;
  return std::max(tiles * products, streamed) + tiles * transforms;
}

std::optional<WinogradPlan> planWinograd(const Nest &nest,
                                         const Contraction &contraction,
                                         const Machine &machine) {
  WinogradPlan plan;
  auto dimensions = findWinogradDimensions(nest, contraction);
  if (!dimensions || !dimensions->outer.empty() || holdsTruthValues(nest))
    return std::nullopt;
  if (!contraction.isFloat32()) {
    plan.integers = findIntegers(contraction, machine);
    if (!plan.integers)
      return std::nullopt;
  }
  static_cast<WinogradDimensions &>(plan) = *dimensions;
  double best = std::numeric_limits<double>::max();
  std::optional<WinogradPlan> chosen;
  for (int64_t m : {4, 2}) {
    // The numbers of a larger tile do not fit 16 bits.
    if (plan.integers && m > 2)
      continue;
    plan.m = m;
    plan.rows = cutTiles(nest, plan.row, m);
    plan.columns = cutTiles(nest, plan.column, m);
    planBlocks(machine, plan);
    if (plan.scratchBytes(machine.threads) > machine.scratchBytes)
      continue;
    double cost = cyclesOf(plan, machine);
    if (cost < best) {
      best = cost;
      chosen = plan;
    }
  }
  return chosen;
}

} // namespace dlc::loops
