//===- Places.cpp - Where the memory of launches lies ---------------------===//

#include "codegen/ptx/Places.h"
#include "dialects/arena/ArenaOps.h"
#include "dialects/arena/Declarations.h"
#include "dialects/dlc/launches/Declarations.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace dlc;
using namespace dlc::ptx;

bool DevicePlace::isApartFrom(const DevicePlace &other) const {
  if (source != other.source || index != other.index ||
      constant != other.constant)
    return true;
  return offset + bytes <= other.offset || other.offset + other.bytes <= offset;
}

Places::Places(ModuleOp module)
    : mainOp(module.lookupSymbol<func::FuncOp>("main")) {
  for (auto function : module.getOps<func::FuncOp>())
    if (phases::atOpenAttr.isOn(function))
      llvm::append_range(openCalls, function.getOps<func::CallOp>());
  if (!mainOp || mainOp.isExternal())
    return;
  if (auto count = arena::inputsAttr.get(mainOp))
    inputCount = count.getInt();
  llvm::append_range(mainCalls, mainOp.getOps<func::CallOp>());
}

FailureOr<DevicePlace> Places::placeInMain(Value memory) const {
  DevicePlace place;
  place.bytes = arena::extentInBytes(cast<MemRefType>(memory.getType()));
  while (true) {
    if (auto view = memory.getDefiningOp<arena::ViewOp>()) {
      place.offset += view.getByteOffset();
      memory = view.getSource();
    } else if (auto cast = memory.getDefiningOp<memref::ReinterpretCastOp>()) {
      memory = cast.getSource();
    } else {
      break;
    }
  }
  if (auto buffer = memory.getDefiningOp<arena::BufferOp>()) {
    if (!buffer.getOffset())
      return buffer.emitError("buffer '")
             << buffer.getName() << "' has no offset";
    place.offset += *buffer.getOffset();
    return place;
  }
  if (auto get = memory.getDefiningOp<memref::GetGlobalOp>()) {
    place.source = Source::Weights;
    place.constant = get.getName();
    return place;
  }
  auto argument = dyn_cast<BlockArgument>(memory);
  if (!argument || argument.getOwner() != &main().front())
    return main().emitError("gives a stage memory that is neither in the arena "
                            "nor its caller's: ")
           << memory;
  unsigned number = argument.getArgNumber();
  place.source = number < inputCount ? Source::Input : Source::Output;
  place.index = number < inputCount ? number : number - inputCount;
  return place;
}

FailureOr<DevicePlace> Places::placeOf(func::CallOp call, Value memory) const {
  auto type = cast<MemRefType>(memory.getType());
  while (auto cast = memory.getDefiningOp<memref::ReinterpretCastOp>())
    memory = cast.getSource();
  if (auto get = memory.getDefiningOp<memref::GetGlobalOp>()) {
    DevicePlace place;
    place.source = Source::Weights;
    place.constant = get.getName();
    place.bytes = arena::extentInBytes(type);
    return place;
  }
  auto argument = dyn_cast<BlockArgument>(memory);
  if (!argument)
    return call.emitError("its stage uses memory that no call gives: ")
           << memory;
  return placeInMain(call.getOperand(argument.getArgNumber()));
}

bool Places::areApart(func::FuncOp stage, Value one, Value other) const {
  return llvm::all_of(
      llvm::concat<const func::CallOp>(mainCalls, openCalls),
      [&](func::CallOp call) {
        if (call.getCallee() != stage.getSymName())
          return true;
        FailureOr<DevicePlace> x = placeOf(call, one), y = placeOf(call, other);
        return succeeded(x) && succeeded(y) && x->isApartFrom(*y);
      });
}
