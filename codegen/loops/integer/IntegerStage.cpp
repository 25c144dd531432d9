//===- IntegerStage.cpp - Sums of small integers in a stage ---------------===//

#include "codegen/loops/integer/IntegerStage.h"
#include "codegen/loops/integer/IntegerPlan.h"
#include "codegen/loops/nest/ByteValues.h"
#include "codegen/loops/nest/ModuleIndex.h"
#include "codegen/loops/nest/SumEpilogue.h"
#include "codegen/loops/weights/CallerConstants.h"
#include "dialects/arena/ArenaStageOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include <limits>

using namespace mlir;

namespace dlc::loops {

namespace {
/// A constant that a body holds, extended as it is there; nullopt for others.
std::optional<int64_t> constantOf(const BodyScalar &scalar) {
  if (!scalar.isGiven())
    return 0;
  auto value = dyn_cast_or_null<IntegerAttr>(scalar.constant);
  return value ? std::optional<int64_t>(value.getInt()) : std::nullopt;
}

bool isByte(const Factor &factor) { return factor.element.isInteger(8); }

class Reader {
public:
  Reader(const Nest &nest, const Contraction &contraction, StageData data)
      : nest(nest), contraction(contraction),
        halfwords(data == StageData::BytesOrHalfwords) {}

  std::optional<StageSums> run() {
    if (!readFactors() || !readFeatures())
      return std::nullopt;
    readEpilogue();
    return read;
  }

private:
  const Access &data() const { return nest.inputs[read.data]; }
  const Access &weights() const { return nest.inputs[read.weights]; }

  bool isData(const Factor &factor) const {
    return isByte(factor) || (halfwords && factor.element.isInteger(16));
  }

  bool readFactors() {
    read.data = contraction.data.input;
    read.weights = contraction.weights.input;
    std::optional<int64_t> dataZero = constantOf(contraction.data.zeroPoint);
    std::optional<int64_t> weightZero =
        constantOf(contraction.weights.zeroPoint);
    if (!contraction.accumulator.isInteger(32) || !contraction.startsAtZero ||
        !isData(contraction.data) || !isByte(contraction.weights) ||
        !dataZero || !weightZero || !weights().packable ||
        !weights().guards.empty() || !data().buffer.flat ||
        nest.outputs.size() != 1)
      return false;
    read.sums.dataBytes = contraction.data.element.getIntOrFloatBitWidth() / 8;
    read.sums.signedData = contraction.data.isSigned;
    read.sums.signedWeights = contraction.weights.isSigned;
    read.sums.dataZero = *dataZero;
    read.sums.weightZero = *weightZero;
    return true;
  }

  /// Columns whose results lie side by side: features, or groups of one.
  bool readFeatures() {
    ArrayRef<unsigned> columns = contraction.features;
    if (columns.empty())
      columns = contraction.groups;
    if (columns.size() > 1)
      return false;
    ColumnSums &sums = read.sums;
    if (!columns.empty()) {
      read.feature = static_cast<int>(columns.front());
      sums.features = nest.sizes[read.feature];
      sums.featureStride = weights().address.coefficients[read.feature];
      if (nest.outputs.front().address.coefficients[read.feature] != 1)
        return false;
    }
    sums.order.element = weights().buffer.element;
    sums.order.source = weights().address;
    sums.order.sizes = nest.sizes;
    sums.order.reduction = contraction.reduction();
    return true;
  }

  /// The numbers of an epilogue's input that has one for each column; nullopt
  /// where it is no constant of the callers.
  std::optional<ColumnNumbers> columnNumbers(int input) {
    const std::optional<Access> &access = nest.epilogueInputs[input];
    if (!access)
      return std::nullopt;
    if (auto same = dyn_cast_or_null<IntegerAttr>(access->buffer.splat))
      return ColumnNumbers{same.getInt(), -1, 0, 0};
    if (!access->buffer.constant || !access->guards.empty())
      return std::nullopt;
    ColumnNumbers numbers;
    numbers.start = access->address.constant;
    for (auto [d, c] : llvm::enumerate(access->address.coefficients)) {
      if (c != 0 && static_cast<int>(d) != read.feature)
        return std::nullopt;
      if (static_cast<int>(d) == read.feature)
        numbers.stride = c;
    }
    auto *known = llvm::find(read.beside, access->buffer.constant);
    numbers.operand = 1 + static_cast<int>(known - read.beside.begin());
    if (known == read.beside.end())
      read.beside.push_back(access->buffer.constant);
    return numbers;
  }

  std::optional<ColumnNumbers> columnNumbers(const BodyScalar &scalar) {
    if (scalar.input >= 0)
      return columnNumbers(scalar.input);
    std::optional<int64_t> same = constantOf(scalar);
    if (!same || !scalar.isGiven())
      return std::nullopt;
    return ColumnNumbers{*same, -1, 0, 0};
  }

  void readEpilogue() {
    const SumEpilogue &epilogue = contraction.epilogue;
    if (epilogue.bias >= 0)
      if (std::optional<ColumnNumbers> bias = columnNumbers(epilogue.bias)) {
        read.sums.bias = *bias;
        read.bias = epilogue.bias;
      }
    std::optional<kernel::RescaleAttr> stored = clampedTo();
    if (!epilogue.rescale || epilogue.bias != read.bias || !stored)
      return;
    const Rescale &rescale = *epilogue.rescale;
    SmallVector<BlockArgument> before = read.beside;
    auto multiplier = columnNumbers(rescale.multiplier);
    auto addend = columnNumbers(rescale.addend);
    auto shift = columnNumbers(rescale.shift);
    std::optional<ColumnNumbers> tie;
    if (rescale.tie)
      tie = columnNumbers(*rescale.tie);
    SmallVector<BlockArgument> beside = read.beside;
    read.beside = before;
    if (!multiplier || !addend || !shift || (rescale.tie && !tie))
      return;
    ColumnRescale found{
        *multiplier,       *addend,          *shift,          tie,
        rescale.tiesToOdd, stored->getMin(), stored->getMax()};
    found.isWide = hasWideMultiplier(nest, rescale);
    found.storesWide = stored->isWide();
    if (found.isWide && !found.storesWide) // bytes have other factors
      return;
    if (!endsWithClamp()) {
      read.part = StageSums::Part{lastOfClamp(), found, *stored, beside};
      return;
    }
    read.sums.rescale = found;
    read.stored = stored;
    read.beside = beside;
  }

  Operation *lastOfClamp() const {
    const Clamp &clamp = contraction.epilogue.clamp;
    return clamp.lowerOp->isBeforeInBlock(clamp.upperOp) ? clamp.upperOp
                                                         : clamp.lowerOp;
  }

  /// What sums are clamped to, if 8 bits hold it, or the 16 of what is stored
  /// and nothing else is done; the shift is open.
  std::optional<kernel::RescaleAttr> clampedTo() const {
    const Clamp &clamp = contraction.epilogue.clamp;
    auto lower = dyn_cast_or_null<IntegerAttr>(clamp.lower);
    auto upper = dyn_cast_or_null<IntegerAttr>(clamp.upper);
    if (!lower || !upper)
      return std::nullopt;
    int64_t least = lower.getInt(), greatest = upper.getInt();
    bool wide =
        nest.outputs.front().buffer.element.isInteger(16) && endsWithClamp();
    unsigned bits = wide ? 16 : 8;
    int64_t half = int64_t(1) << (bits - 1);
    bool isSigned = least >= -half && greatest < half;
    bool isUnsigned = least >= 0 && greatest < 2 * half;
    if ((!isSigned && !isUnsigned) || least > greatest)
      return std::nullopt;
    MLIRContext *context = lower.getContext();
    auto type = IntegerType::get(
        context, bits, isSigned ? IntegerType::Signed : IntegerType::Unsigned);
    return kernel::RescaleAttr::get(context, type, 1, least, greatest);
  }

  /// Whether nothing but a truncation to what is stored follows the clamp.
  bool endsWithClamp() const {
    linalg::GenericOp epilogue = nest.epilogue;
    auto stored = epilogue.getBody()->getTerminator()->getOperand(0);
    auto truncation = stored.getDefiningOp<arith::TruncIOp>();
    return contraction.epilogue.others.empty() &&
           isStored(nest.outputs.front().buffer.element) && truncation &&
           truncation.getIn() == lastOfClamp()->getResult(0);
  }

  bool isStored(Type element) const {
    return element.isInteger(8) || (halfwords && element.isInteger(16));
  }

  const Nest &nest;
  const Contraction &contraction;
  bool halfwords;
  StageSums read;
};
} // namespace

void StageSums::dropRescale() {
  stored = std::nullopt;
  if (!sums.rescale)
    return;
  sums.rescale = std::nullopt;
  beside.resize(sums.bias.operand < 0 ? 0 : 1);
}

std::optional<StageSums>
readSums(const Nest &nest, const Contraction &contraction, StageData data) {
  return Reader(nest, contraction, data).run();
}

SmallVector<Run> readRuns(const Nest &nest, const Access &data,
                          ArrayRef<unsigned> reduction) {
  for (const Guard &guard : data.guards)
    if (guard.reduction < 0 ||
        guard.position.coefficients[guard.reduction] <= 0)
      return {};
  return runsOf(nest, data, reduction);
}

SmallVector<SmallVector<ElementsAttr>>
operandsAtCallers(const StageSums &sums, const Nest &nest, func::FuncOp stage) {
  SmallVector<SmallVector<ElementsAttr>> operands;
  size_t callers = nest.module->usersOf(stage).size();
  auto add = [&](BlockArgument of) {
    SmallVector<ElementsAttr> given =
        constantsAtCallers(*nest.module, stage, of);
    operands.resize(given.size());
    for (auto [all, one] : llvm::zip(operands, given))
      all.push_back(one);
    return given.size() == callers && callers > 0;
  };
  if (!add(nest.inputs[sums.weights].buffer.constant))
    return {};
  for (BlockArgument other : sums.beside)
    if (!add(other))
      return {};
  return operands;
}

std::optional<std::vector<std::vector<Column>>>
columnsAtCallers(const StageSums &sums, const Nest &nest, func::FuncOp stage) {
  SmallVector<SmallVector<ElementsAttr>> operands =
      operandsAtCallers(sums, nest, stage);
  if (operands.empty())
    return std::nullopt;
  std::vector<std::vector<Column>> all;
  for (ArrayRef<ElementsAttr> given : operands) {
    auto columns = readColumns(sums.sums, given);
    if (!columns)
      return std::nullopt;
    all.push_back(std::move(*columns));
  }
  return all;
}

std::optional<int64_t>
commonShift(const ColumnSums &sums,
            const std::vector<std::vector<Column>> &callers, unsigned scale) {
  if (!sums.rescale)
    return std::nullopt;
  int64_t one = std::numeric_limits<int64_t>::max();
  for (const std::vector<Column> &columns : callers)
    for (const Column &column : columns)
      one = std::min(one, largestShift(*column.rescale, scale));
  for (int64_t shift : {std::max<int64_t>(one, 0), int64_t(0)})
    if (llvm::all_of(callers, [&](const std::vector<Column> &columns) {
          return findFactors(sums, columns, scale, shift).has_value();
        }))
      return shift;
  return std::nullopt;
}

std::optional<LimbForm>
commonLimbs(const ColumnSums &sums,
            const std::vector<std::vector<Column>> &callers) {
  if (!sums.rescale)
    return std::nullopt;
  std::vector<Rescaled> all;
  for (const std::vector<Column> &columns : callers)
    for (const Column &column : columns)
      all.push_back({*column.rescale, sumRange(sums, column)});
  return findLimbForm(all);
}

std::optional<int64_t>
wideShift(const std::vector<std::vector<Column>> &callers) {
  std::optional<int64_t> shift;
  for (const std::vector<Column> &columns : callers)
    for (const Column &column : columns) {
      if (!column.rescale)
        return std::nullopt;
      const ExactRescale &exact = *column.rescale;
      auto addend = wideAddend(exact);
      if (!addend || addend != wideAddend(*columns.front().rescale) ||
          exact.shift != shift.value_or(exact.shift))
        return std::nullopt;
      shift = exact.shift;
    }
  return shift ? std::optional(*shift - kWordBits) : std::nullopt;
}

BlockArgument argumentOf(const Access &access, func::FuncOp stage) {
  Value flat = access.buffer.flat;
  if (auto view = flat.getDefiningOp<memref::ReinterpretCastOp>())
    flat = view.getSource();
  auto argument = dyn_cast<BlockArgument>(flat);
  bool whole = argument && argument.getOwner() == &stage.front() &&
               access.buffer.offset == 0;
  return whole ? argument : BlockArgument();
}

static int64_t bytesOf(const Buffer &buffer) {
  int64_t elements = 1;
  for (int64_t size : buffer.shape)
    elements *= size;
  return elements * buffer.element.getIntOrFloatBitWidth() / 8;
}

int64_t mostScratchBytes(const StageSums &sums, const Nest &nest,
                         const Machine &machine, int64_t share, int64_t small) {
  int64_t tensors = bytesOf(nest.inputs[sums.data].buffer) +
                    bytesOf(nest.outputs.front().buffer);
  return std::max({machine.scratchBytes, small, tensors / share});
}

int64_t mostBytesBeside(const StageSums &sums, const Nest &nest,
                        const Machine &machine, int64_t share, int64_t within,
                        int64_t small) {
  int64_t result = bytesOf(nest.outputs.front().buffer);
  if (result >= bytesOf(nest.inputs[sums.data].buffer))
    return mostScratchBytes(sums, nest, machine, share, small);
  Machine left = machine;
  left.scratchBytes -= std::min(left.scratchBytes, result);
  return mostScratchBytes(sums, nest, left, within, small);
}

/// Positions whose results lie side by side are walked as one.
bool IntegerPlan::walk(const Nest &nest, const Contraction &contraction) {
  if (!contraction.groups.empty())
    return false;
  ArrayRef<int64_t> result = nest.outputs.front().address.coefficients;
  outer = contraction.positions;
  while (!outer.empty() &&
         (tiled.empty() ||
          result[outer.back()] ==
              result[tiled.front()] * nest.sizes[tiled.front()])) {
    unsigned d = outer.pop_back_val();
    tiled.insert(tiled.begin(), d);
    positions *= nest.sizes[d];
  }
  return true;
}

int64_t IntegerPlan::steps() const {
  return stepsOf(*instructions, sums.order.depth());
}

int64_t IntegerPlan::tileWords(int64_t positions) const {
  return steps() * positions * instructions->group * instructions->leftBits /
         32;
}

const IntegerForm *signFormOf(const Access &data, const Machine &machine) {
  ByteValues values = valuesOf(data.buffer);
  if (values == ByteValues::Any)
    return nullptr;
  return signFormOf(machine,
                    values == ByteValues::Ternary || !data.guards.empty());
}

std::shared_ptr<IntegerColumns>
IntegerPlan::encodingOf(const ColumnSums &some) const {
  auto columns = std::make_shared<IntegerColumns>(some, *instructions, form,
                                                  tile.columns, shift, limbs);
  columns->setSparse(sparse, sharesFactor);
  columns->setTogether(unroll);
  return columns;
}

bool IntegerPlan::startsAtWords(const Nest &nest, func::FuncOp stage) const {
  const Access &access = nest.inputs[data];
  const int64_t word = 4 / sums.dataBytes;
  for (auto [d, c] : llvm::enumerate(access.address.coefficients))
    if (c % word != 0 && nest.sizes[d] > 1 &&
        !(nest.reduction[d] && c == runs.back().stride))
      return false;
  for (const Run &run : ArrayRef(runs).drop_back())
    if (run.stride % word != 0)
      return false;
  Value whole = access.buffer.flat;
  if (auto view = whole.getDefiningOp<ViewLikeOpInterface>();
      view && !isa<arena::AdvanceOp>(view))
    whole = view.getViewSource();
  auto argument = dyn_cast<BlockArgument>(whole);
  return access.address.constant % word == 0 && argument &&
         argument.getOwner() == &stage.front() &&
         isAlignedAtCallers(*nest.module, stage, argument, 4);
}

bool IntegerPlan::lieTogether(const Nest &nest, int64_t positions) const {
  const Access &access = nest.inputs[data];
  ArrayRef<int64_t> c = access.address.coefficients;
  if (runs.size() != 1 || runs.back().stride != 1 || !access.guards.empty())
    return false;
  int64_t next = positionElements();
  for (unsigned d : llvm::reverse(tiled)) {
    if (positions > 1 && c[d] != next && nest.sizes[d] > 1)
      return false;
    next *= nest.sizes[d];
  }
  return true;
}

} // namespace dlc::loops
