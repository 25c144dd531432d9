//===- DotPlan.cpp - Which sums are computed with features in lanes -------===//

#include "codegen/loops/dot/DotPlan.h"
#include "codegen/loops/dot/DotSchedule.h"
#include "codegen/loops/nest/SumEpilogue.h"
#include "codegen/loops/weights/CallerConstants.h"
#include "dialects/interfaces/StoredSize.h"
#include "dialects/nn/Constants.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::loops {

namespace {
constexpr int64_t kSignBit = 128;
constexpr int64_t kMostZero = 0xffff; // of zero points
constexpr int64_t kSmallScratch = 1 << 10, kScratchShare = 8;

/// A constant that a body holds, extended as it is there; nullopt for others.
std::optional<int64_t> constantOf(const BodyScalar &scalar) {
  if (!scalar.isGiven())
    return 0;
  auto value = dyn_cast_or_null<IntegerAttr>(scalar.constant);
  if (!value || std::abs(value.getInt()) > kMostZero)
    return std::nullopt;
  return value.getInt();
}

class Planner {
public:
  Planner(Nest &nest, const Contraction &contraction, func::FuncOp stage,
          const Machine &machine)
      : nest(nest), contraction(contraction), stage(stage), machine(machine) {}

  std::optional<DotPlan> run() {
    if (!readFactors() || !readDimensions())
      return std::nullopt;
    readEpilogue();
    if (plan.depthwise)
      return planDepthwise();
    std::optional<DotPlan> best;
    for (const AvailableForm &available : dotFormsOf(machine)) {
      std::optional<DotPlan> found = planWith(available);
      // Of equal ones that which takes the data as it is.
      if (found && (!best || std::pair(found->cycles, found->flip) <
                                 std::pair(best->cycles, best->flip)))
        best = std::move(found);
    }
    return best;
  }

private:
  const Access &data() const { return nest.inputs[plan.data]; }
  const Access &weights() const { return nest.inputs[plan.weights]; }

  bool readFactors() {
    plan.data = contraction.data.input;
    plan.weights = contraction.weights.input;
    plan.signedData = contraction.data.isSigned;
    plan.dataBits = contraction.data.element.getIntOrFloatBitWidth();
    plan.operand.isSigned = contraction.weights.isSigned;
    auto dataZero = constantOf(contraction.data.zeroPoint);
    auto weightZero = constantOf(contraction.weights.zeroPoint);
    if (!dataZero || !weightZero || !contraction.accumulator.isInteger(32) ||
        !contraction.startsAtZero || !areFactors() || !weights().packable ||
        !weights().guards.empty() || !data().buffer.flat ||
        nest.outputs.size() != 1 || holdsTruthValues(nest))
      return false;
    plan.dataZero = *dataZero;
    plan.operand.zeroPoint = *weightZero;
    return true;
  }

  /// Weights of 8 bits, or both of 16 as forms multiply them.
  bool areFactors() const {
    if (contraction.weights.element.isInteger(8))
      return contraction.data.element.isInteger(8) || isWide();
    return isWide() && contraction.weights.element.isInteger(16) &&
           contraction.data.isSigned && contraction.weights.isSigned &&
           !contraction.data.zeroPoint.isGiven() &&
           !contraction.weights.zeroPoint.isGiven();
  }
  bool isWide() const { return contraction.data.element.isInteger(16); }
  /// Whether forms of 16 bits take it as halfwords with a sign, 2^15 less.
  bool isMoved() const { return isWide() && !contraction.data.isSigned; }

  /// One dimension of features, which lie side by side in the result and are
  /// the lanes.
  bool readDimensions() {
    plan.depthwise = contraction.features.empty();
    auto &lanes = plan.depthwise ? contraction.groups : contraction.features;
    if (lanes.size() != 1)
      return false;
    unsigned feature = lanes.front();
    if (plan.depthwise && (isMoved() || !contraction.channels.empty() ||
                           data().address.coefficients[feature] != 1))
      return false;
    plan.operand.feature = feature;
    if (nest.outputs.front().address.coefficients[feature] != 1 ||
        nest.sizes[feature] < 2)
      return false;
    WeightOrder &order = plan.operand.order;
    order.element = weights().buffer.element;
    order.source = weights().address;
    order.sizes = nest.sizes;
    order.reduction = contraction.reduction();
    for (unsigned d = 0; d < nest.sizes.size(); ++d)
      if (!nest.reduction[d] && d != feature &&
          weights().address.coefficients[d] != 0)
        order.outer.push_back(d);
    return !order.reduction.empty();
  }

  /// A bias for each feature that the callers know becomes part of what sums
  /// begin with.
  void readEpilogue() {
    const SumEpilogue &epilogue = contraction.epilogue;
    plan.rescale = highWordEpilogue(nest, epilogue);
    if (epilogue.bias < 0)
      return;
    const Access &bias = *nest.epilogueInputs[epilogue.bias];
    if (!bias.buffer.constant || !bias.guards.empty() ||
        !bias.buffer.element.isInteger(32))
      return;
    for (auto [d, c] : llvm::enumerate(bias.address.coefficients))
      if (c != 0 && d != plan.operand.feature &&
          !llvm::is_contained(plan.operand.order.outer, d))
        return;
    plan.bias = epilogue.bias;
    if (plan.rescale)
      plan.rescale->bias = -1;
    plan.operand.bias = bias.address;
  }

  /// Whether the form multiplies what the operands are, exactly; what is done
  /// to them for that (docs/decisions/vector-integers.md).
  bool fitOperands(const DotForm &form, DotPlan &made) const {
    made.form = &form;
    made.operand.bits = form.bits;
    made.operand.group = form.group;
    if (form.bits == 16) {
      // Bytes come less their zero point, which halfwords have no room for.
      made.flip = isMoved();
      if (isWide())
        made.operand.dataZero =
            made.dataZero + (made.flip ? made.signBit() : 0);
      return true;
    }
    if (isWide())
      return false;
    made.flip = made.signedData == form.unsignedData;
    made.operand.dataZero = made.dataZero;
    if (made.flip)
      made.operand.dataZero += made.signedData ? kSignBit : -kSignBit;
    bool fits = made.operand.isSigned ? made.operand.zeroPoint == 0
                                      : made.operand.zeroPoint == kSignBit;
    return fits && (!form.addsHalfWords() || isNeverLeast());
  }

  /// Whether no caller gives a weight that is -128 as it is multiplied.
  bool isNeverLeast() const {
    return holdsAtCallers(
        *nest.module, stage, weights().buffer.constant, [&](ElementsAttr each) {
          auto numbers = nn::readIntegers(each);
          int64_t least = plan.operand.isSigned ? -kSignBit : 0;
          return numbers && !llvm::is_contained(*numbers, least);
        });
  }

  std::optional<DotPlan> planWith(const AvailableForm &available) {
    DotPlan made = plan;
    if (!fitOperands(*available.form, made))
      return std::nullopt;
    bool wider = available.form->bits != 8 && !isWide();
    if (wider || !data().guards.empty()) {
      made.gather = planGather(made);
      if (!made.gather)
        return std::nullopt;
    } else {
      made.schedule.blockedDim = blockedDim();
    }
    const Linear &address = made.gather ? made.gather->address : data().address;
    if (!findRun(address, made))
      return std::nullopt;
    // Without room behind a run its last elements are those of the four before
    // its end.
    if (!made.gather && made.operand.runLength() < made.operand.group)
      return std::nullopt;
    chooseDotTile(nest, available, machine, made);
    if (made.gather && made.gather->perTile)
      sizeTileGather(*made.gather, made);
    if (made.gather && !hasRoomFor(made))
      return std::nullopt;
    return made;
  }

  /// By products of bytes where the machine adds them up in 16 bits, else of
  /// forms of 16 bits: the bytes that lanes multiply are widened in registers,
  /// what is beside them in a group is multiplied by zero.
  std::optional<DotPlan> planDepthwise() const {
    for (const AvailableForm &available : dotFormsOf(machine)) {
      DotPlan made = plan;
      if (available.form->multiplyTwo && fitOperands(*available.form, made)) {
        made.operand.group = 1;
      } else if (available.form->bits == 16) {
        made.form = available.form;
        made.operand.bits = 16 * available.form->group;
        made.operand.dataZero = made.dataZero;
      } else {
        continue;
      }
      made.schedule.blockedDim = blockedDim();
      if (!data().guards.empty()) {
        made.gather = planGather(made);
        if (!made.gather || made.gather->perTile || !hasRoomFor(made))
          return std::nullopt;
      }
      chooseDepthwiseTile(nest, available, machine, made);
      return made;
    }
    return std::nullopt;
  }

  /// Where the network leaves none, scratch memory for what is gathered may
  /// take a small part of the stage's tensors: the other way to compute it is
  /// several times slower.
  bool hasRoomFor(const DotPlan &made) const {
    auto bytes = [](const Buffer &buffer) {
      int64_t elements = 1;
      for (int64_t size : buffer.shape)
        elements *= size;
      return storedBytes(buffer.element, elements);
    };
    int64_t tensors = bytes(data().buffer) + bytes(nest.outputs.front().buffer);
    int64_t room = std::max<int64_t>(
        {machine.scratchBytes, kSmallScratch, tensors / kScratchShare});
    return made.gather->elements * made.gatheredBits() / 8 <= room;
  }

  /// The last reduction dimensions along which the data lies contiguously.
  static bool findRun(const Linear &address, DotPlan &made) {
    const WeightOrder &order = made.operand.order;
    int64_t length = 1;
    made.operand.runDims = 0;
    for (unsigned d : llvm::reverse(order.reduction)) {
      if (address.coefficients[d] != length)
        break;
      length *= order.sizes[d];
      ++made.operand.runDims;
    }
    return made.operand.runDims > 0;
  }

  /// The innermost dimension along which weights are used again.
  int blockedDim() const {
    for (unsigned d : llvm::reverse(contraction.positions))
      if (nest.sizes[d] > 1)
        return static_cast<int>(d);
    return -1;
  }

  // What is gathered.

  const Window *windowOf(unsigned tap) const {
    for (const Window &window : nest.windows)
      if (window.tap == tap && window.input == plan.data)
        return &window;
    return nullptr;
  }

  std::optional<GatherAxis> axisOf(unsigned tap) const {
    GatherAxis axis;
    axis.tap = static_cast<int>(tap);
    for (const Guard &guard : data().guards)
      if (guard.reduction == axis.tap) {
        axis.position = guard.parallel;
        axis.dilation = guard.position.coefficients[tap];
        axis.constant = guard.position.constant;
        axis.size = guard.size;
        if (guard.parallel >= 0)
          axis.stride = guard.position.coefficients[guard.parallel];
      }
    if (!axis.size) {
      const Window *window = windowOf(tap);
      if (!window)
        return std::nullopt;
      axis.position = window->position;
      axis.stride = window->stride;
      axis.dilation = window->dilation;
    }
    int64_t step = data().address.coefficients[tap];
    if (axis.dilation <= 0 || axis.stride < 0 || step % axis.dilation != 0)
      return std::nullopt;
    axis.unit = step / axis.dilation;
    return axis;
  }

  std::optional<Gather> planGather(DotPlan &made) const {
    Gather gather;
    ArrayRef<int64_t> coefficients = data().address.coefficients;
    int channel = -1;
    if (made.depthwise) {
      channel = static_cast<int>(made.operand.feature);
      gather.channels = nest.sizes[channel];
    }
    for (unsigned d : made.operand.order.reduction) {
      if (std::optional<GatherAxis> axis = axisOf(d)) {
        gather.axes.push_back(*axis);
        continue;
      }
      if (channel >= 0 || coefficients[d] != 1 ||
          contraction.roles[d] == Role::Tap)
        return std::nullopt;
      channel = static_cast<int>(d);
      gather.channels = nest.sizes[d];
    }
    llvm::sort(gather.axes, [](auto &x, auto &y) { return x.unit > y.unit; });
    // Positions of the innermost window go along a row; others are gathered
    // tile by tile.
    int blocked = -1;
    if (!gather.axes.empty() && gather.axes.back().position >= 0)
      blocked = gather.axes.back().position;
    if (blocked < 0) {
      blocked = blockedDim();
      bool inWindow = llvm::any_of(gather.axes, [&](const GatherAxis &axis) {
        return axis.position == blocked;
      });
      gather.perTile = blocked >= 0 && !inWindow;
    }
    made.schedule.blockedDim = blocked;
    if (gather.perTile) {
      GatherAxis tile;
      tile.position = blocked;
      tile.stride = 1;
      tile.unit = coefficients[blocked];
      tile.whole = true;
      gather.axes.insert(gather.axes.begin(), tile);
    }
    placeAxes(gather, blocked, channel, beyond(made));
    return gather;
  }

  /// Extents and places in scratch.
  void placeAxes(Gather &gather, int blocked, int channel,
                 int64_t beyond) const {
    gather.address.coefficients.assign(nest.sizes.size(), 0);
    if (channel >= 0)
      gather.address.coefficients[channel] = 1;
    int64_t pitch = gather.channels;
    for (GatherAxis &axis : llvm::reverse(gather.axes)) {
      axis.pitch = pitch;
      auto &c = gather.address.coefficients;
      if (axis.tap < 0) { // a tile's positions
        c[axis.position] = pitch;
        axis.extent = 1; // until the tile is chosen
        gather.elements = pitch;
        return;
      }
      int64_t taps = nest.sizes[axis.tap];
      axis.whole = axis.position < 0 || axis.position == blocked;
      axis.extent = taps;
      c[axis.tap] = pitch;
      if (axis.whole) {
        axis.extent = (taps - 1) * axis.dilation + 1;
        c[axis.tap] = axis.dilation * pitch;
        if (axis.position >= 0) {
          axis.extent += (nest.sizes[axis.position] - 1) * axis.stride;
          c[axis.position] = axis.stride * pitch;
        }
      }
      pitch *= axis.extent;
    }
    gather.elements = pitch + beyond;
  }

  void sizeTileGather(Gather &gather, const DotPlan &made) const {
    GatherAxis &tile = gather.axes.front();
    tile.extent = made.schedule.positions;
    gather.elements = tile.extent * tile.pitch + beyond(made);
  }

  /// Elements that a load of the last group may read behind what is gathered.
  static int64_t beyond(const DotPlan &made) {
    constexpr int64_t kGroup = 4;
    if (made.depthwise || !made.form->factorInLane)
      return kGroup;
    return made.form->isWhole() ? made.form->group : 2 * kGroup;
  }

  Nest &nest;
  const Contraction &contraction;
  func::FuncOp stage;
  const Machine &machine;
  DotPlan plan;
};
} // namespace

std::optional<DotPlan> planDot(Nest &nest, const Contraction &contraction,
                               func::FuncOp stage, const Machine &machine) {
  return Planner(nest, contraction, stage, machine).run();
}

} // namespace dlc::loops
