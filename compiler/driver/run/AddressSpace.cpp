//===- AddressSpace.cpp - Networks larger than any memory -----------------===//

#include "compiler/driver/run/AddressSpace.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace dlc;

/// Offsets are signed; of 64 bits x86-64 and AArch64 give a process 47.
static uint64_t addressableBytes(unsigned indexBits) {
  return llvm::maxUIntN(std::min(indexBits - 1, 47U));
}

static uint64_t bytesOf(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor || !tensor.hasStaticShape())
    return 0;
  // Quantised elements have a byte at least.
  Type element = tensor.getElementType();
  uint64_t bytes = element.isIntOrFloat()
                       ? llvm::divideCeil(element.getIntOrFloatBitWidth(), 8)
                       : 1;
  for (int64_t size : tensor.getShape())
    bytes = llvm::SaturatingMultiply(bytes, static_cast<uint64_t>(size));
  return bytes;
}

static InFlightDiagnostic tooLarge(InFlightDiagnostic diag, uint64_t bytes,
                                   unsigned indexBits) {
  return std::move(diag << bytes << " bytes, but the target can address "
                        << addressableBytes(indexBits)
                        << "; give the network a smaller input");
}

/// "input 'x'", as the model calls it.
static std::string nameOf(func::FuncOp main, unsigned input) {
  auto name = main.getArgAttrOfType<StringAttr>(input, "nn.name");
  return name ? "input '" + name.str() + "'" : "input " + std::to_string(input);
}

LogicalResult driver::checkValuesFit(ModuleOp network, unsigned indexBits) {
  auto main = network.lookupSymbol<func::FuncOp>("main");
  for (auto [i, input] : llvm::enumerate(main.getArguments()))
    if (uint64_t bytes = bytesOf(input.getType());
        bytes > addressableBytes(indexBits))
      return tooLarge(main.emitError(nameOf(main, i)) << " takes ", bytes,
                      indexBits);
  WalkResult walked = main.walk([&](Operation *op) -> WalkResult {
    for (Type type : op->getResultTypes())
      if (uint64_t bytes = bytesOf(type); bytes > addressableBytes(indexBits))
        return tooLarge(op->emitError("its result takes "), bytes, indexBits);
    return WalkResult::advance();
  });
  return failure(walked.wasInterrupted());
}

LogicalResult driver::checkArenaFits(ModuleOp network, uint64_t arenaBytes,
                                     unsigned indexBits) {
  if (arenaBytes <= addressableBytes(indexBits))
    return success();
  return tooLarge(network.emitError("the arena takes "), arenaBytes, indexBits);
}

uint64_t driver::bytesOfValues(ModuleOp network) {
  uint64_t bytes = 0;
  auto main = network.lookupSymbol<func::FuncOp>("main");
  auto add = [&](TypeRange types) {
    for (Type type : types)
      bytes = llvm::SaturatingAdd(bytes, bytesOf(type));
  };
  add(main.getArgumentTypes());
  main.walk([&](Operation *op) { add(op->getResultTypes()); });
  return bytes;
}
