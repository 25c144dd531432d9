//===- PlaceStates.cpp - Where what outlives a call lies ------------------===//

#include "dialects/nn/NnOps.h"
#include "dialects/storage/Placement.h"
#include "dialects/storage/SamePlace.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace dlc::storage {

/// Where the order of stages is open, old and new state have nothing in common.
void Placement::addStates(func::FuncOp main) {
  ofOld.clear();
  ofNew.clear();
  unsigned inputs = main.getNumArguments() - states,
           outputs = main.getNumResults() - states;
  for (unsigned i = 0; i < states; ++i) {
    RankedTensorType type = typeOf(main.getArgument(inputs + i));
    if (sharing != Sharing::None) {
      ofOld.push_back(addStorage({Storage::State, type, nullptr, i}));
      ofNew.push_back(ofOld.back());
      continue;
    }
    ofOld.push_back(addStorage({Storage::Input, type, nullptr, inputs + i}));
    ofNew.push_back(addStorage({Storage::Output, type, nullptr, outputs + i}));
  }
}

/// Whether `value` is a part of what the caller gives as this state.
bool Placement::isOldState(Value value, unsigned storage) const {
  auto place = places.find(value);
  if (place == places.end() || place->second.storage != storage)
    return false;
  while (Operation *op = value.getDefiningOp()) {
    if (!isa<nn::ReshapeOp, nn::SliceOp>(op) || !copiesAt(op).empty())
      return false;
    value = op->getOperand(0);
  }
  return true;
}

/// The operand of a stage that is the state its result is written to, element
/// by element; null if there is none, or the stage reads more of that state.
Value Placement::stateOperand(const StageUse &stage,
                              const Place &result) const {
  if (all[result.storage].kind != Storage::State ||
      stage.op->getNumResults() != 1)
    return {};
  auto isOld = [&](Value value) { return isOldState(value, result.storage); };
  if (llvm::count_if(stage.reads, isOld) != 1)
    return {};
  for (Value operand : stage.inplace)
    if (isOld(operand) && samePlace(places.at(operand), result) &&
        operand.getType() == stage.op->getResult(0).getType())
      return operand;
  return {};
}

namespace {
/// The elements from the first to after the last of a place.
struct Extent {
  explicit Extent(const Place &place)
      : begin(place.offset), end(place.offset + 1) {
    for (auto [size, stride] : llvm::zip_equal(place.shape, place.strides))
      end += (size - 1) * stride;
  }
  bool meets(const Extent &other) const {
    return begin < other.end && other.begin < end;
  }
  int64_t begin, end;
};

bool meetAny(llvm::ArrayRef<Extent> some, llvm::ArrayRef<Extent> others) {
  return llvm::any_of(some, [&](const Extent &extent) {
    return llvm::any_of(
        others, [&](const Extent &other) { return extent.meets(other); });
  });
}
} // namespace

/// Whether old contents of a state are read after, or while, new ones are
/// written to their place. What a return reads it reads first.
bool Placement::isClobbered(unsigned storage) const {
  llvm::SmallVector<Extent> written;
  for (const Position &position : positions) {
    Operation *op = position.op;
    llvm::SmallVector<Extent> reads, writes;
    if (position.stage || !copiesAt(op).empty())
      for (Value value : position.reads)
        if (isOldState(value, storage))
          reads.push_back(Extent(places.at(value)));
    for (const PlacedCopy &copy : copiesAt(op))
      if (copy.target.storage == storage)
        writes.push_back(Extent(copy.target));
    if (position.stage)
      for (Value result : op->getResults())
        if (places.at(result).storage == storage)
          writes.push_back(Extent(places.at(result)));
    bool readsFirst = isa<func::ReturnOp>(op) || inplace.contains(op);
    if (meetAny(reads, written) || (!readsFirst && meetAny(reads, writes)))
      return true;
    llvm::append_range(written, writes);
  }
  return false;
}

/// Has clobbered states computed elsewhere and copied; whether there are any
/// more.
bool Placement::copyClobberedStates() {
  unsigned before = copied.count();
  for (auto [i, storage] : llvm::enumerate(ofNew))
    if (sharing != Sharing::None && !copied.test(i) && isClobbered(storage))
      copied.set(i);
  return copied.count() != before;
}

} // namespace dlc::storage
