//===- InPlaceCheck.cpp - Whether a stage may write over an operand -------===//

#include "codegen/memory/InPlaceCheck.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::memory {
namespace {

/// A load or store of elements in a row.
struct Access {
  Value memory;
  OperandRange indices;
  int64_t count;
  bool writes;
  Value mask = {}; // takes elements away at the end
};

std::optional<Access> accessOf(Operation *op) {
  using Result = std::optional<Access>;
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case([](memref::LoadOp load) -> Result {
        return Access{load.getMemRef(), load.getIndices(), 1, false};
      })
      .Case([](memref::StoreOp store) -> Result {
        return Access{store.getMemRef(), store.getIndices(), 1, true};
      })
      .Case([](vector::LoadOp load) -> Result {
        return Access{load.getBase(), load.getIndices(),
                      load.getVectorType().getNumElements(), false};
      })
      .Case([](vector::StoreOp store) -> Result {
        return Access{store.getBase(), store.getIndices(),
                      store.getVectorType().getNumElements(), true};
      })
      .Case([](vector::MaskedLoadOp load) -> Result {
        return Access{load.getBase(), load.getIndices(),
                      load.getVectorType().getNumElements(), false,
                      load.getMask()};
      })
      .Case([](vector::MaskedStoreOp store) -> Result {
        return Access{store.getBase(), store.getIndices(),
                      store.getVectorType().getNumElements(), true,
                      store.getMask()};
      })
      .Default([](Operation *) -> Result { return std::nullopt; });
}

class StageRun {
public:
  StageRun(func::FuncOp stage, Value operand, Value result)
      : operand(operand), result(result), body(stage.getBody().front()) {}

  InPlace check() {
    auto type = cast<MemRefType>(result.getType());
    if (!type.hasStaticShape() || !collect(operand) || !collect(result))
      return InPlace::Unknown;
    SmallVector<int64_t> strides;
    int64_t offset = 0;
    if (operand.getType() != type ||
        failed(type.getStridesAndOffset(strides, offset)) || offset != 0 ||
        llvm::is_contained(strides, ShapedType::kDynamic))
      return InPlace::Unknown;
    // Strided memory has more places than elements.
    int64_t places = 1;
    for (auto [size, stride] : llvm::zip_equal(type.getShape(), strides))
      places += (size - 1) * stride;
    written.resize(places);
    keepWhatIndicesNeed();
    run(body);
    return state;
  }

private:
  /// Finds the accesses to an argument and to views of it; false if there is
  /// another use that may read or write.
  bool collect(Value argument) {
    SmallVector<Value> memory = {argument};
    while (!memory.empty()) {
      Value value = memory.pop_back_val();
      for (Operation *user : value.getUsers()) {
        std::optional<Access> access = accessOf(user);
        auto effects = dyn_cast<MemoryEffectOpInterface>(user);
        if (isa<ViewLikeOpInterface>(user)) {
          if (!isa<memref::ReinterpretCastOp, memref::CastOp,
                   memref::CollapseShapeOp, memref::ExpandShapeOp>(user))
            return false;
          llvm::append_range(memory, user->getResults());
        } else if (access && access->memory == value) {
          needed.insert(user);
        } else if (!effects ||
                   effects.getEffectOnValue<MemoryEffects::Read>(value) ||
                   effects.getEffectOnValue<MemoryEffects::Write>(value)) {
          return false;
        }
      }
      (argument == result ? ofResult : ofOperand).insert(value);
    }
    return true;
  }

  /// Adds what computes an index and the loops and conditions around.
  void keepWhatIndicesNeed() {
    for (size_t i = 0; i < needed.size(); ++i) {
      Operation *op = needed[i];
      Operation *parent = op->getParentOp();
      if (parent != body.getParentOp())
        needed.insert(parent);
      if (auto loop = dyn_cast<scf::ForOp>(op)) {
        for (Value bound :
             {loop.getLowerBound(), loop.getUpperBound(), loop.getStep()})
          keep(bound);
      } else if (auto access = accessOf(op)) {
        for (Value index : access->indices)
          keep(index);
        if (access->mask)
          if (auto mask = access->mask.getDefiningOp<vector::CreateMaskOp>())
            for (Value bound : mask.getOperands())
              keep(bound);
      } else {
        for (Value value : op->getOperands())
          keep(value);
      }
    }
  }

  void keep(Value value) {
    if (Operation *op = value.getDefiningOp())
      if (value.getType().isIntOrIndex())
        needed.insert(op);
  }

  void run(Block &block) {
    auto &ops = relevant[&block];
    if (ops.empty())
      for (Operation &op : block)
        if (needed.contains(&op))
          ops.push_back(&op);
    for (Operation *op : ops) {
      if (state != InPlace::Safe)
        return;
      if (auto loop = dyn_cast<scf::ForOp>(op)) {
        run(loop);
      } else if (auto branch = dyn_cast<scf::IfOp>(op)) {
        std::optional<int64_t> condition = valueOf(branch.getCondition());
        if (!condition)
          state = InPlace::Unknown;
        else if (*condition)
          run(branch.getThenRegion().front());
        else if (!branch.getElseRegion().empty())
          run(branch.getElseRegion().front());
      } else if (auto access = accessOf(op)) {
        run(*access);
      } else if (op->getNumRegions() != 0) {
        state = InPlace::Unknown;
      } else if (std::optional<int64_t> value = compute(op)) {
        values[op->getResult(0)] = *value;
      } else if (op->getNumResults() == 1) {
        values.erase(op->getResult(0));
      }
    }
  }

  void run(scf::ForOp loop) {
    std::optional<int64_t> from = valueOf(loop.getLowerBound());
    std::optional<int64_t> to = valueOf(loop.getUpperBound());
    std::optional<int64_t> step = valueOf(loop.getStep());
    if (!from || !to || !step || *step <= 0) {
      state = InPlace::Unknown;
      return;
    }
    for (int64_t i = *from; i < *to && state == InPlace::Safe; i += *step) {
      values[loop.getInductionVar()] = i;
      run(*loop.getBody());
    }
  }

  void run(const Access &access) {
    if (!ofOperand.contains(access.memory) && !ofResult.contains(access.memory))
      return; // an index is loaded
    std::optional<int64_t> first = elementOf(access);
    std::optional<int64_t> count = countOf(access);
    if (!first || !count || *first < 0 ||
        *first + *count > int64_t(written.size())) {
      state = InPlace::Unknown;
      return;
    }
    for (int64_t i = *first; i < *first + *count; ++i) {
      if (access.writes)
        written[i] = true;
      else if (written[i] && ofOperand.contains(access.memory))
        state = InPlace::Unsafe;
    }
    if (access.writes && ofOperand.contains(access.memory))
      state = InPlace::Unsafe;
  }

  /// How many elements a mask leaves, from the first.
  std::optional<int64_t> countOf(const Access &access) const {
    if (!access.mask)
      return access.count;
    if (auto mask = access.mask.getDefiningOp<vector::CreateMaskOp>()) {
      std::optional<int64_t> bound = mask.getNumOperands() == 1
                                         ? valueOf(mask.getOperand(0))
                                         : std::nullopt;
      return bound ? std::optional(std::clamp<int64_t>(*bound, 0, access.count))
                   : std::nullopt;
    }
    // Folded.
    DenseIntElementsAttr lanes;
    if (!matchPattern(access.mask, m_Constant(&lanes)))
      return std::nullopt;
    auto on = llvm::to_vector(lanes.getValues<bool>());
    int64_t count = llvm::find(on, false) - on.begin();
    return llvm::count(on, true) == count ? std::optional(count) : std::nullopt;
  }

  /// The number, in memory, of the first element accessed. Offsets of views
  /// are those of their types: the arguments begin at 0.
  std::optional<int64_t> elementOf(const Access &access) {
    auto [strides, offset] =
        cast<MemRefType>(access.memory.getType()).getStridesAndOffset();
    if (ShapedType::isDynamic(offset))
      return std::nullopt;
    int64_t element = offset;
    for (auto [index, stride] : llvm::zip_equal(access.indices, strides)) {
      std::optional<int64_t> at = valueOf(index);
      if (!at || ShapedType::isDynamic(stride))
        return std::nullopt;
      element += *at * stride;
    }
    return element;
  }

  std::optional<int64_t> valueOf(Value value) const {
    auto found = values.find(value);
    if (found == values.end())
      return std::nullopt;
    return found->second;
  }

  std::optional<int64_t> compute(Operation *op) const {
    if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
      auto number = dyn_cast<IntegerAttr>(constant.getValue());
      if (!number)
        return std::nullopt;
      return number.getType().isInteger(1) ? number.getValue().getBoolValue()
                                           : number.getInt();
    }
    SmallVector<int64_t, 3> in;
    for (Value operand : op->getOperands()) {
      std::optional<int64_t> value = valueOf(operand);
      if (!value)
        return std::nullopt;
      in.push_back(*value);
    }
    using Result = std::optional<int64_t>;
    return llvm::TypeSwitch<Operation *, Result>(op)
        .Case([&](arith::AddIOp) -> Result { return in[0] + in[1]; })
        .Case([&](arith::SubIOp) -> Result { return in[0] - in[1]; })
        .Case([&](arith::MulIOp) -> Result { return in[0] * in[1]; })
        .Case([&](arith::AndIOp) -> Result { return in[0] & in[1]; })
        .Case([&](arith::OrIOp) -> Result { return in[0] | in[1]; })
        .Case([&](arith::MinSIOp) -> Result { return std::min(in[0], in[1]); })
        .Case([&](arith::MaxSIOp) -> Result { return std::max(in[0], in[1]); })
        .Case([&](arith::SelectOp) -> Result { return in[in[0] ? 1 : 2]; })
        .Case<arith::DivSIOp, arith::DivUIOp, arith::RemSIOp, arith::RemUIOp>(
            [&](Operation *divide) -> Result {
              // Indices are not negative; below 0 the four differ.
              if (in[0] < 0 || in[1] <= 0)
                return std::nullopt;
              bool remainder = isa<arith::RemSIOp, arith::RemUIOp>(divide);
              return remainder ? in[0] % in[1] : in[0] / in[1];
            })
        .Case<arith::IndexCastOp, arith::IndexCastUIOp>(
            [&](Operation *) -> Result { return in[0]; })
        .Case([&](arith::CmpIOp compare) -> Result {
          APInt left(64, in[0], true), right(64, in[1], true);
          return arith::applyCmpPredicate(compare.getPredicate(), left, right);
        })
        .Default([](Operation *) -> Result { return std::nullopt; });
  }

  Value operand, result;
  Block &body;
  InPlace state = InPlace::Safe;
  llvm::SetVector<Operation *> needed;
  DenseMap<Block *, SmallVector<Operation *>> relevant;
  DenseSet<Value> ofOperand, ofResult;
  DenseMap<Value, int64_t> values;
  std::vector<bool> written;
};

} // namespace

InPlace checkInPlace(func::FuncOp stage, unsigned operand, unsigned result) {
  if (stage.isExternal())
    return InPlace::Unknown;
  return StageRun(stage, stage.getArgument(operand), stage.getArgument(result))
      .check();
}

} // namespace dlc::memory
