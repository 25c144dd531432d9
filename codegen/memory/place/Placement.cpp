//===- Placement.cpp - Where the values of @main lie ----------------------===//

#include "codegen/memory/place/Placement.h"
#include "dialects/nn/NnOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/BuiltinOps.h"
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
  contents.emplace_back();
  return all.size() - 1;
}

/// By value: `place` may be another's, which the map moves as it grows.
void Placement::setPlace(Value value, Place place) {
  contents[place.storage].push_back(value);
  places[value] = std::move(place);
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
    setPlace(result, *view);
    return;
  }
  Place place = target == targets.end() ? newBuffer(result) : target->second;
  copies[op].push_back({view ? *view : places.at(source), place});
  setPlace(result, place);
}

/// From the last op to the first, so that the readers of views are known.
void Placement::findLastReads(func::FuncOp main) {
  unsigned position = main.front().getOperations().size();
  for (Operation &op : llvm::reverse(main.front())) {
    --position;
    for (Value operand : op.getOperands()) {
      unsigned last = position;
      auto inStorageOf = [&](Value whole) {
        auto part = targets.find(operand), target = targets.find(whole);
        return part != targets.end() && target != targets.end() &&
               part->second.storage == target->second.storage;
      };
      if (isa<nn::ReshapeOp, nn::SliceOp>(op) ||
          (isa<nn::ConcatOp>(op) && inStorageOf(op.getResult(0))))
        last = std::max(last, lastReads.lookup(op.getResult(0)));
      unsigned &known = lastReads[operand];
      known = std::max(known, last);
    }
  }
}

void Placement::placeResults(func::CallOp call, unsigned position) {
  for (Value result : call.getResults())
    if (auto target = targets.find(result); target != targets.end())
      setPlace(result, target->second);
    else if (auto operand = findInplace(call, position)) {
      inplace[call] = *operand;
      setPlace(result, places.at(call.getOperand(*operand)));
    } else {
      setPlace(result, newBuffer(result));
    }
}

void Placement::assignPlaces(func::FuncOp main) {
  for (auto [i, argument] : llvm::enumerate(main.getArguments())) {
    Storage storage{Storage::Input,
                    typeOf(argument),
                    nullptr,
                    static_cast<unsigned>(i),
                    {}};
    setPlace(argument,
             Place::whole(addStorage(storage), storage.type.getShape()));
  }
  for (auto [position, op] : llvm::enumerate(main.front())) {
    if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
      Storage storage{Storage::Constant, typeOf(constant), &op, 0,
                      cast<ElementsAttr>(constant.getValue())};
      setPlace(constant,
               Place::whole(addStorage(storage), storage.type.getShape()));
    } else if (auto call = dyn_cast<func::CallOp>(op)) {
      placeResults(call, position);
    } else if (isa<nn::ReshapeOp, nn::SliceOp>(op)) {
      placeView(&op);
    } else if (auto concat = dyn_cast<nn::ConcatOp>(op)) {
      Place whole = targets.at(concat.getOutput());
      setPlace(concat.getOutput(), whole);
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

/// A result of its own takes over the memory of an operand that is not read
/// again and is marked by the stage: of a whole buffer, or of a part of one.
std::optional<unsigned> Placement::findInplace(func::CallOp call,
                                               unsigned position) const {
  auto stage = call->getParentOfType<ModuleOp>().lookupSymbol<func::FuncOp>(
      call.getCallee());
  if (!stage || call.getNumResults() != 1)
    return std::nullopt;
  for (auto [i, operand] : llvm::enumerate(call.getOperands())) {
    if (!stage.getArgAttr(i, "nn.inplace") ||
        operand.getType() != call.getResult(0).getType())
      continue;
    const Place &place = places.at(operand);
    const Storage &storage = all[place.storage];
    bool whole = storage.type == operand.getType() && place.offset == 0 &&
                 place.isContiguous();
    auto inSameStorage = [&](Value other) {
      return places.at(other).storage == place.storage;
    };
    auto isRead = [&](Value value) {
      return lastReads.lookup(value) > position;
    };
    if (storage.kind == Storage::Buffer && (whole || inParts) &&
        llvm::count_if(call.getOperands(), inSameStorage) == 1 &&
        llvm::none_of(contents[place.storage], isRead))
      return i;
  }
  return std::nullopt;
}

/// The largest sum of bytes of buffers alive at one op.
int64_t Placement::peakBytes(func::FuncOp main) const {
  size_t end = main.front().getOperations().size();
  std::vector<int64_t> first(all.size(), -1), last(all.size(), -1);
  auto use = [&](unsigned storage, int64_t position) {
    if (first[storage] < 0)
      first[storage] = position;
    last[storage] = position;
  };
  for (auto [position, op] : llvm::enumerate(main.front())) {
    if (isa<func::CallOp>(op))
      for (Value value : llvm::concat<Value>(op.getOperands(), op.getResults()))
        use(places.at(value).storage, position);
    for (const PlacedCopy &copy : copiesAt(&op)) {
      use(copy.source.storage, position);
      use(copy.target.storage, position);
    }
  }
  std::vector<int64_t> live(end + 1, 0);
  for (auto [id, storage] : llvm::enumerate(all)) {
    if (storage.kind != Storage::Buffer || first[id] < 0)
      continue;
    int64_t bytes = storage.type.getNumElements() *
                    llvm::divideCeil(storage.type.getElementTypeBitWidth(), 8);
    live[first[id]] += bytes;
    live[last[id] + 1] -= bytes;
  }
  int64_t peak = 0, now = 0;
  for (int64_t change : live)
    peak = std::max(peak, now += change);
  return peak;
}

FailureOr<Placement> Placement::compute(func::FuncOp main) {
  std::optional<Placement> best;
  for (bool inParts : {false, true}) {
    Placement placement(inParts);
    if (failed(placement.check(main)))
      return failure();
    placement.assignTargets(main);
    placement.findLastReads(main);
    placement.assignPlaces(main);
    if (!best || placement.peakBytes(main) < best->peakBytes(main))
      best = std::move(placement);
  }
  return *best;
}

Place Placement::placeOf(Value value) const { return places.at(value); }

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
