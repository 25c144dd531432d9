//===- Placement.cpp - Where the values of @main lie ----------------------===//

#include "codegen/memory/Placement.h"
#include "dialects/nn/NnOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace dlc::memory {

static RankedTensorType typeOf(Value value) {
  return cast<RankedTensorType>(value.getType());
}

static bool isPlain(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && tensor.hasStaticShape() &&
         tensor.getElementType().isIntOrFloat();
}

LogicalResult Placement::check(func::FuncOp main) {
  if (!main.getBody().hasOneBlock())
    return main.emitError("has no place in memory: more than one block");
  for (Operation &op : main.front()) {
    if (!isa<func::CallOp, arith::ConstantOp, nn::ReshapeOp, nn::SliceOp,
             nn::ConcatOp, func::ReturnOp>(op))
      return op.emitError("'") << op.getName() << "' is not part of a stage";
    auto slice = dyn_cast<nn::SliceOp>(op);
    if (slice &&
        llvm::any_of(slice.getSteps(), [](int64_t s) { return s != 1; }))
      return op.emitError("a slice with steps is not a view of memory");
    if (slice && slice.getInput().getDefiningOp<arith::ConstantOp>())
      return op.emitError("a slice of a constant must be folded");
    for (Type type :
         llvm::concat<const Type>(op.getOperandTypes(), op.getResultTypes()))
      if (!isPlain(type))
        return op.emitError("no memory can hold ") << type;
  }
  return success();
}

unsigned Placement::addStorage(Storage storage) {
  all.push_back(storage);
  mergedInto.push_back(all.size() - 1);
  return all.size() - 1;
}

unsigned Placement::resolve(unsigned storage) const {
  while (mergedInto[storage] != storage)
    storage = mergedInto[storage];
  return storage;
}

Place Placement::newBuffer(Value value) {
  Storage storage;
  storage.type = typeOf(value);
  storage.origin = value.getDefiningOp();
  return Place::whole(addStorage(storage), storage.type.getShape());
}

/// Whether what makes `value` can write it to `place`.
bool Placement::assignTarget(Value value, const Place &place) {
  Operation *producer = value.getDefiningOp();
  if (!producer || !isa<func::CallOp, nn::ConcatOp, nn::ReshapeOp>(producer))
    return false;
  return targets.try_emplace(value, place).second;
}

/// From the last op to the first: readers that want a value at a place of
/// theirs ask for it; the last of them is served, the others copy.
void Placement::assignTargets(func::FuncOp main) {
  for (Operation &op : llvm::reverse(main.front())) {
    if (auto ret = dyn_cast<func::ReturnOp>(op)) {
      for (auto [i, value] : llvm::enumerate(ret.getOperands())) {
        Storage storage{Storage::Output,
                        typeOf(value),
                        nullptr,
                        static_cast<unsigned>(i),
                        {}};
        Place place =
            Place::whole(addStorage(storage), typeOf(value).getShape());
        if (!assignTarget(value, place))
          copies[&op].push_back({Place(), place});
        else
          copies[&op].push_back({place, place});
      }
    } else if (auto reshape = dyn_cast<nn::ReshapeOp>(op)) {
      auto target = targets.find(reshape.getOutput());
      if (target == targets.end())
        continue;
      if (auto view =
              target->second.reshape(typeOf(reshape.getInput()).getShape()))
        assignTarget(reshape.getInput(), *view);
    } else if (auto concat = dyn_cast<nn::ConcatOp>(op)) {
      auto target = targets.try_emplace(concat.getOutput());
      if (target.second)
        target.first->second = newBuffer(concat.getOutput());
      Place whole = target.first->second;
      Sizes starts(whole.shape.size(), 0);
      for (Value operand : concat.getInputs()) {
        assignTarget(operand, whole.slice(starts, typeOf(operand).getShape()));
        starts[concat.getAxis()] +=
            typeOf(operand).getShape()[concat.getAxis()];
      }
    }
  }
}

static bool samePlace(const Place &a, const Place &b) {
  return a.storage == b.storage && a.offset == b.offset && a.shape == b.shape &&
         a.strides == b.strides;
}

void Placement::placeView(Operation *op) {
  Value source = op->getOperand(0), result = op->getResult(0);
  std::optional<Place> view;
  if (auto slice = dyn_cast<nn::SliceOp>(op))
    view = places.at(source).slice(slice.getStarts(), slice.getSizes());
  else
    view = places.at(source).reshape(typeOf(result).getShape());
  auto target = targets.find(result);
  if (view && (target == targets.end() || samePlace(*view, target->second))) {
    places[result] = *view;
    return;
  }
  Place place = target == targets.end() ? newBuffer(result) : target->second;
  copies[op].push_back({view ? *view : places.at(source), place});
  places[result] = place;
}

void Placement::assignPlaces(func::FuncOp main) {
  for (auto [i, argument] : llvm::enumerate(main.getArguments())) {
    Storage storage{Storage::Input,
                    typeOf(argument),
                    nullptr,
                    static_cast<unsigned>(i),
                    {}};
    places[argument] =
        Place::whole(addStorage(storage), storage.type.getShape());
  }
  for (Operation &op : main.front()) {
    if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
      Storage storage{Storage::Constant, typeOf(constant), &op, 0,
                      cast<ElementsAttr>(constant.getValue())};
      places[constant] =
          Place::whole(addStorage(storage), storage.type.getShape());
    } else if (isa<func::CallOp>(op)) {
      for (Value result : op.getResults()) {
        auto target = targets.find(result);
        places[result] =
            target == targets.end() ? newBuffer(result) : target->second;
      }
    } else if (isa<nn::ReshapeOp, nn::SliceOp>(op)) {
      placeView(&op);
    } else if (auto concat = dyn_cast<nn::ConcatOp>(op)) {
      Place whole = targets.at(concat.getOutput());
      places[concat.getOutput()] = whole;
      Sizes starts(whole.shape.size(), 0);
      for (Value operand : concat.getInputs()) {
        Place part = whole.slice(starts, typeOf(operand).getShape());
        if (!samePlace(places.at(operand), part))
          copies[&op].push_back({places.at(operand), part});
        starts[concat.getAxis()] +=
            typeOf(operand).getShape()[concat.getAxis()];
      }
    } else if (auto ret = dyn_cast<func::ReturnOp>(op)) {
      SmallVector<PlacedCopy, 1> needed;
      for (auto [value, copy] : llvm::zip_equal(ret.getOperands(), copies[&op]))
        if (!samePlace(places.at(value), copy.target))
          needed.push_back({places.at(value), copy.target});
      copies[&op] = std::move(needed);
    }
  }
}

/// For each storage the position of the last op that reads or writes it.
std::vector<unsigned> Placement::lastUses(func::FuncOp main) const {
  std::vector<unsigned> last(all.size(), 0);
  for (auto [position, op] : llvm::enumerate(main.front())) {
    if (isa<func::CallOp>(op))
      for (Value value : llvm::concat<Value>(op.getOperands(), op.getResults()))
        last[places.at(value).storage] = position;
    for (const PlacedCopy &copy : copiesAt(&op)) {
      last[copy.source.storage] = position;
      last[copy.target.storage] = position;
    }
  }
  return last;
}

/// A result that has a buffer of its own takes over the one of an operand that
/// is a whole buffer too, is not read again and is marked by the stage.
void Placement::findInplace(func::FuncOp main) {
  SymbolTable symbols(main->getParentOp());
  std::vector<unsigned> last = lastUses(main);
  auto isWholeBuffer = [&](Value value) {
    const Place &place = places.at(value);
    const Storage &storage = all[resolve(place.storage)];
    return storage.kind == Storage::Buffer && storage.type == value.getType() &&
           place.offset == 0 && place.isContiguous();
  };
  for (auto [position, op] : llvm::enumerate(main.front())) {
    auto call = dyn_cast<func::CallOp>(op);
    if (!call || call.getNumResults() != 1)
      continue;
    Value result = call.getResult(0);
    auto stage = symbols.lookup<func::FuncOp>(call.getCallee());
    if (!stage || targets.contains(result) || !isWholeBuffer(result))
      continue;
    for (auto [i, operand] : llvm::enumerate(call.getOperands())) {
      unsigned storage = resolve(places.at(operand).storage);
      auto inSameStorage = [&](Value other) {
        return resolve(places.at(other).storage) == storage;
      };
      if (!stage.getArgAttr(i, "nn.inplace") || !isWholeBuffer(operand) ||
          operand.getType() != result.getType() || last[storage] != position ||
          llvm::count_if(call.getOperands(), inSameStorage) != 1)
        continue;
      unsigned own = places.at(result).storage;
      mergedInto[own] = storage;
      last[storage] = last[own];
      inplace[call] = i;
      break;
    }
  }
}

FailureOr<Placement> Placement::compute(func::FuncOp main) {
  Placement placement;
  if (failed(placement.check(main)))
    return failure();
  placement.assignTargets(main);
  placement.assignPlaces(main);
  placement.findInplace(main);
  for (auto &entry : placement.copies)
    for (PlacedCopy &copy : entry.second) {
      copy.source.storage = placement.resolve(copy.source.storage);
      copy.target.storage = placement.resolve(copy.target.storage);
    }
  return placement;
}

Place Placement::placeOf(Value value) const {
  Place place = places.at(value);
  place.storage = resolve(place.storage);
  return place;
}

llvm::ArrayRef<PlacedCopy> Placement::copiesAt(Operation *op) const {
  auto found = copies.find(op);
  if (found == copies.end())
    return {};
  return found->second;
}

std::optional<unsigned> Placement::inplaceOperand(Operation *call) const {
  auto found = inplace.find(call);
  if (found == inplace.end())
    return std::nullopt;
  return found->second;
}

} // namespace dlc::memory
