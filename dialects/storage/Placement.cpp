//===- Placement.cpp - Where the values of @main lie ----------------------===//

#include "dialects/storage/Placement.h"
#include "dialects/interfaces/StoredSize.h"
#include "dialects/nn/Declarations.h"
#include "dialects/nn/NnOps.h"
#include "dialects/nn/state/Declarations.h"
#include "dialects/storage/SamePlace.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace dlc::storage {

int64_t Storage::bytes() const {
  return kind == Buffer ? storedBytes(type) : 0;
}

std::vector<StageUse> usesOfCalls(func::FuncOp main) {
  SymbolTable symbols(main->getParentOp());
  std::vector<StageUse> uses;
  for (auto call : main.front().getOps<func::CallOp>()) {
    auto stage = symbols.lookup<func::FuncOp>(call.getCallee());
    StageUse use;
    use.op = call;
    for (auto [i, operand] : llvm::enumerate(call.getOperands())) {
      use.reads.push_back(operand);
      if (stage && call.getNumResults() == 1 && nn::inPlaceAttr.isAt(stage, i))
        use.inplace.push_back(operand);
    }
    uses.push_back(std::move(use));
  }
  return uses;
}

Placement::Placement(func::FuncOp main, llvm::ArrayRef<StageUse> stages,
                     Sharing sharing)
    : sharing(sharing), states(nn::countStates(main)), copied(states) {
  for (const StageUse &stage : stages)
    stageOf[stage.op] = &stage;
  findPositions(main, stages);
  do
    placeAll(main);
  while (copyClobberedStates());
}

void Placement::placeAll(func::FuncOp main) {
  all.clear();
  contents.clear();
  lastReads.clear();
  targets.clear();
  places.clear();
  copies.clear();
  inplace.clear();
  addStates(main);
  assignTargets();
  findLastReads();
  assignPlaces(main);
}

/// A stage's place is that of its last op.
void Placement::findPositions(func::FuncOp main,
                              llvm::ArrayRef<StageUse> stages) {
  DenseSet<Operation *> inner;
  for (const StageUse &stage : stages)
    inner.insert(stage.inner.begin(), stage.inner.end());
  for (Operation &op : main.front()) {
    if (inner.contains(&op))
      continue;
    const StageUse *stage = stageOf.lookup(&op);
    positions.push_back(
        {&op, stage,
         stage ? stage->reads : llvm::SmallVector<Value>(op.getOperands())});
  }
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

bool Placement::isProducer(Operation *op) const {
  return op && (stageOf.contains(op) || isa<nn::ConcatOp, nn::ReshapeOp>(op));
}

/// Whether what makes `value` can write it to `place`.
bool Placement::assignTarget(Value value, const Place &place) {
  return isProducer(value.getDefiningOp()) &&
         targets.try_emplace(value, place).second;
}

void Placement::assignTargetsOfReturn(Operation *op) {
  unsigned outputs = op->getNumOperands() - states;
  for (auto [i, value] : llvm::enumerate(op->getOperands())) {
    bool isState = i >= outputs;
    unsigned id = isState ? ofNew[i - outputs]
                          : addStorage({Storage::Output, typeOf(value), nullptr,
                                        static_cast<unsigned>(i)});
    Place place = Place::whole(id, typeOf(value).getShape());
    bool isServed =
        !(isState && copied.test(i - outputs)) && assignTarget(value, place);
    copies[op].push_back({isServed ? place : Place(), place});
  }
}

void Placement::assignTargetsOfConcat(Operation *op) {
  auto concat = cast<nn::ConcatOp>(op);
  auto target = targets.try_emplace(concat.getOutput());
  if (target.second)
    target.first->second = newBuffer(concat.getOutput());
  Place whole = target.first->second;
  Sizes starts(whole.shape.size(), 0);
  for (Value operand : concat.getInputs()) {
    assignTarget(operand, whole.slice(starts, typeOf(operand).getShape()));
    starts[concat.getAxis()] += typeOf(operand).getShape()[concat.getAxis()];
  }
}

/// From the last op to the first: readers that want a value at a place of
/// theirs ask for it; the last of them is served, the others copy.
void Placement::assignTargets() {
  for (const Position &position : llvm::reverse(positions)) {
    if (position.stage)
      continue;
    if (isa<func::ReturnOp>(position.op)) {
      assignTargetsOfReturn(position.op);
    } else if (auto reshape = dyn_cast<nn::ReshapeOp>(position.op)) {
      auto target = targets.find(reshape.getOutput());
      if (target == targets.end())
        continue;
      if (auto view =
              target->second.reshape(typeOf(reshape.getInput()).getShape()))
        assignTarget(reshape.getInput(), *view);
    } else if (isa<nn::ConcatOp>(position.op)) {
      assignTargetsOfConcat(position.op);
    }
  }
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
void Placement::findLastReads() {
  for (unsigned position = positions.size(); position-- > 0;) {
    Operation *op = positions[position].op;
    bool isStage = positions[position].stage;
    for (Value operand : positions[position].reads) {
      unsigned last = position;
      auto inStorageOf = [&](Value whole) {
        auto part = targets.find(operand), target = targets.find(whole);
        return part != targets.end() && target != targets.end() &&
               part->second.storage == target->second.storage;
      };
      if (!isStage &&
          (isa<nn::ReshapeOp, nn::SliceOp>(op) ||
           (isa<nn::ConcatOp>(op) && inStorageOf(op->getResult(0)))))
        last = std::max(last, lastReads.lookup(op->getResult(0)));
      unsigned &known = lastReads[operand];
      known = std::max(known, last);
    }
  }
}

void Placement::placeResults(const StageUse &stage, unsigned position) {
  for (Value result : stage.op->getResults())
    if (auto target = targets.find(result); target != targets.end()) {
      if (Value operand = stateOperand(stage, target->second))
        inplace[stage.op] = operand;
      setPlace(result, target->second);
    } else if (Value operand = findInplace(stage, position)) {
      inplace[stage.op] = operand;
      setPlace(result, places.at(operand));
    } else {
      setPlace(result, newBuffer(result));
    }
}

void Placement::placeConcat(Operation *op) {
  auto concat = cast<nn::ConcatOp>(op);
  Place whole = targets.at(concat.getOutput());
  setPlace(concat.getOutput(), whole);
  Sizes starts(whole.shape.size(), 0);
  for (Value operand : concat.getInputs()) {
    Place part = whole.slice(starts, typeOf(operand).getShape());
    if (!samePlace(places.at(operand), part))
      copies[op].push_back({places.at(operand), part});
    starts[concat.getAxis()] += typeOf(operand).getShape()[concat.getAxis()];
  }
}

/// The outputs are copied first, then what is elsewhere when the call begins
/// and has to outlive it, then the states: none is overwritten before it is
/// read.
void Placement::placeReturn(Operation *op) {
  SmallVector<PlacedCopy, 1> needed, late;
  for (auto [value, copy] : llvm::zip_equal(op->getOperands(), copies[op])) {
    Place source = places.at(value);
    if (samePlace(source, copy.target))
      continue;
    if (all[copy.target.storage].kind != Storage::State) {
      needed.push_back({source, copy.target});
      continue;
    }
    if (isOldState(value, source.storage)) {
      Storage storage;
      storage.type = typeOf(value);
      storage.origin = op;
      Place between =
          Place::whole(addStorage(storage), storage.type.getShape());
      needed.push_back({source, between});
      source = between;
    }
    late.push_back({source, copy.target});
  }
  llvm::append_range(needed, late);
  copies[op] = std::move(needed);
}

void Placement::assignPlaces(func::FuncOp main) {
  unsigned inputs = main.getNumArguments() - states;
  for (auto [i, argument] : llvm::enumerate(main.getArguments())) {
    unsigned id = i >= inputs ? ofOld[i - inputs]
                              : addStorage({Storage::Input, typeOf(argument),
                                            nullptr, static_cast<unsigned>(i)});
    setPlace(argument, Place::whole(id, typeOf(argument).getShape()));
  }
  for (auto [position, entry] : llvm::enumerate(positions)) {
    Operation *op = entry.op;
    if (entry.stage) {
      placeResults(*entry.stage, position);
    } else if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
      Storage storage{Storage::Constant, typeOf(constant), op, 0,
                      cast<ElementsAttr>(constant.getValue())};
      setPlace(constant,
               Place::whole(addStorage(storage), storage.type.getShape()));
    } else if (isa<nn::ReshapeOp, nn::SliceOp>(op)) {
      placeView(op);
    } else if (isa<nn::ConcatOp>(op)) {
      placeConcat(op);
    } else if (isa<func::ReturnOp>(op)) {
      placeReturn(op);
    }
  }
}

/// A result of its own takes over the memory of an operand that is not read
/// again and that the stage allows: of a whole buffer, or of a part of one.
Value Placement::findInplace(const StageUse &stage, unsigned position) const {
  if (sharing == Sharing::None || stage.op->getNumResults() != 1)
    return {};
  for (Value operand : stage.inplace) {
    if (operand.getType() != stage.op->getResult(0).getType())
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
    if (storage.kind == Storage::Buffer &&
        (whole || sharing == Sharing::Parts) &&
        llvm::count_if(stage.reads, inSameStorage) == 1 &&
        llvm::none_of(contents[place.storage], isRead))
      return operand;
  }
  return {};
}

std::vector<Placement::Event> Placement::events() const {
  std::vector<Event> list;
  for (const Position &position : positions) {
    llvm::SmallSetVector<unsigned, 8> reads, writes;
    if (position.stage) {
      for (Value value : position.reads)
        reads.insert(places.at(value).storage);
      for (Value value : position.op->getResults())
        writes.insert(places.at(value).storage);
    }
    for (const PlacedCopy &copy : copiesAt(position.op)) {
      reads.insert(copy.source.storage);
      writes.insert(copy.target.storage);
    }
    if (!reads.empty() || !writes.empty())
      list.push_back({position.op, position.stage != nullptr,
                      reads.takeVector(), writes.takeVector()});
  }
  return list;
}

std::vector<int64_t> Placement::liveBytes() const {
  std::vector<Event> list = events();
  std::vector<int64_t> first(all.size(), -1), last(all.size(), -1);
  for (auto [position, event] : llvm::enumerate(list))
    for (unsigned id :
         llvm::concat<const unsigned>(event.reads, event.writes)) {
      if (first[id] < 0)
        first[id] = position;
      last[id] = position;
    }
  std::vector<int64_t> live(list.size() + 1, 0);
  for (auto [id, storage] : llvm::enumerate(all)) {
    if (first[id] < 0)
      continue;
    live[first[id]] += storage.bytes();
    live[last[id] + 1] -= storage.bytes();
  }
  for (size_t i = 1; i < live.size(); ++i)
    live[i] += live[i - 1];
  live.pop_back();
  return live;
}

int64_t Placement::peakBytes() const {
  std::vector<int64_t> live = liveBytes();
  return live.empty() ? 0 : *llvm::max_element(live);
}

Placement placeValues(func::FuncOp main, llvm::ArrayRef<StageUse> stages) {
  Placement whole(main, stages, Sharing::Whole);
  Placement parts(main, stages, Sharing::Parts);
  return parts.peakBytes() < whole.peakBytes() ? std::move(parts)
                                               : std::move(whole);
}

llvm::ArrayRef<PlacedCopy> Placement::copiesAt(Operation *op) const {
  auto found = copies.find(op);
  if (found == copies.end())
    return {};
  return found->second;
}

} // namespace dlc::storage
