//===- SoundStream.cpp - Sound that comes in parts ------------------------===//

#include "compiler/prepare/sound/SoundStream.h"
#include "dialects/nn/Declarations.h"
#include "dialects/nn/NnOps.h"
#include "dialects/nn/state/Declarations.h"

#include <algorithm>
#include <cmath>

using namespace mlir;
using namespace dlc;
using namespace dlc::prepare;

std::string SoundParts::text() const {
  return std::to_string(fresh) + " new of " + std::to_string(frames) +
         " frames";
}

FailureOr<SoundParts> dlc::prepare::divide(const Sound &sound) {
  const SoundStep *windows = nullptr;
  for (const SoundStep &step : sound.steps) {
    if (step.kind == SoundStep::Normalize || step.center)
      return emitError(step.loc)
             << nameOf(step.kind) << (step.center ? " with center: true" : "")
             << " needs all samples, of which a call has those of a hop: leave "
                "hop out of audio"
             << (step.center ? ", or write center: false" : "");
    if (step.kind == SoundStep::MicroFrontend || step.kind == SoundStep::Mel)
      windows = &step;
  }
  SoundParts parts;
  if (!windows) // another diagnostic says so
    return parts;
  if (sound.hop % windows->hop)
    return emitError(*sound.hopLoc)
           << "a call's samples are those of whole hops of "
           << nameOf(windows->kind) << ", " << windows->hop
           << " each: " << sound.hop << " is no multiple of that";
  parts.before = std::max<int64_t>(windows->window - windows->hop, 0);
  parts.fresh = sound.hop / windows->hop;
  parts.frames = (sound.samples - windows->window) / windows->hop + 1;
  if (sound.samples < windows->window)
    return emitError(windows->loc)
           << sound.samples << " samples are less than " << windows->window
           << ", which one frame needs: write more samples, or a smaller "
              "window";
  if (parts.fresh > parts.frames)
    return emitError(*sound.hopLoc)
           << "a call gets more samples than the network looks at: write "
           << sound.samples << " at most, in whole hops of " << windows->hop;
  return parts;
}

/// A number as an element of the type.
static Attribute elementOf(Type type, double number, InputScale scale) {
  if (auto floats = dyn_cast<FloatType>(type))
    return FloatAttr::get(floats, number);
  auto integers = cast<IntegerType>(type);
  double least =
      integers.isUnsigned() ? 0 : -std::exp2(integers.getWidth() - 1);
  double stored = std::nearbyint(number / scale.scale) +
                  static_cast<double>(scale.zeroPoint);
  stored =
      std::clamp(stored, least, least + std::exp2(integers.getWidth()) - 1);
  return IntegerAttr::get(
      integers, APInt(integers.getWidth(),
                      static_cast<uint64_t>(static_cast<int64_t>(stored)),
                      /*isSigned=*/false, /*implicitTrunc=*/true));
}

ElementsAttr dlc::prepare::silentFeatures(RankedTensorType type,
                                          ArrayRef<double> silence,
                                          bool bandsAreRows, InputScale scale) {
  SmallVector<Attribute> elements;
  int64_t columns = type.getDimSize(1);
  for (int64_t i = 0; i < type.getNumElements(); ++i)
    elements.push_back(
        elementOf(type.getElementType(),
                  silence[bandsAreRows ? i / columns : i % columns], scale));
  return DenseElementsAttr::get(type, elements);
}

SoundStates::SoundStates(BlockArgument input)
    : main(cast<func::FuncOp>(input.getOwner()->getParentOp())) {
  StringAttr name = nn::nameAttr.getAt(main, input.getArgNumber());
  this->input = name ? name.str() : "sound";
}

Value SoundStates::before(StringRef what, ElementsAttr initial) {
  MLIRContext *context = main.getContext();
  NamedAttrList attributes;
  attributes.append(nn::stateAttr.named(initial));
  attributes.append(
      nn::nameAttr.named(StringAttr::get(context, input + "." + what.str())));
  (void)main.insertArgument(main.getNumArguments(), initial.getType(),
                            attributes.getDictionary(context), main.getLoc());
  ++begun;
  return main.getArguments().back();
}

void SoundStates::keep(Value next) {
  assert(kept < begun && "what is kept follows what was there before");
  ++kept;
  (void)main.insertResult(main.getNumResults(), next.getType(), {});
  Operation *end = main.front().getTerminator();
  end->insertOperands(end->getNumOperands(), next);
}

FailureOr<Value> SoundStates::join(OpBuilder &b, Location loc, StringRef what,
                                   ElementsAttr initial, Value fresh,
                                   int64_t axis) {
  Value old = before(what, initial);
  auto joined = nn::createInferred<nn::ConcatOp>(
      b, loc, ValueRange{old, fresh},
      {b.getNamedAttr("axis", b.getI64IntegerAttr(axis))});
  if (failed(joined))
    return failure();
  auto type = cast<RankedTensorType>(old.getType());
  SmallVector<int64_t> starts(type.getRank(), 0), steps(type.getRank(), 1);
  starts[axis] = cast<RankedTensorType>(fresh.getType()).getDimSize(axis);
  auto next = nn::createInferred<nn::SliceOp>(
      b, loc, ValueRange(*joined),
      {b.getNamedAttr("starts", b.getDenseI64ArrayAttr(starts)),
       b.getNamedAttr("sizes", b.getDenseI64ArrayAttr(type.getShape())),
       b.getNamedAttr("steps", b.getDenseI64ArrayAttr(steps))});
  if (failed(next))
    return failure();
  keep(*next);
  return Value(*joined);
}
