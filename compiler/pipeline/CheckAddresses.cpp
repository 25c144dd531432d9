//===- CheckAddresses.cpp - Networks larger than any memory ---------------===//

#include "compiler/pipeline/Addresses.h"
#include "compiler/pipeline/Passes.h"
#include "dialects/interfaces/StoredSize.h"
#include "dialects/nn/Declarations.h"
#include "targets/description/TargetAttr.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace dlc::pipeline {
#define GEN_PASS_DEF_CHECKADDRESSES
#include "compiler/pipeline/Passes.h.inc"
} // namespace dlc::pipeline

using namespace mlir;
using namespace dlc;

static uint64_t bytesOf(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor || !tensor.hasStaticShape())
    return 0;
  // Quantised elements have a byte at least.
  Type element = tensor.getElementType();
  uint64_t bits = element.isIntOrFloat() ? storedBits(element) : 8;
  uint64_t elements = 1;
  for (int64_t size : tensor.getShape())
    elements = llvm::SaturatingMultiply(elements, static_cast<uint64_t>(size));
  return bits < 8 ? llvm::divideCeil(elements, 8 / bits)
                  : llvm::SaturatingMultiply(elements, bits / 8);
}

/// "input 'x'", as the model calls it.
static std::string nameOf(func::FuncOp main, unsigned input) {
  auto name = nn::nameAttr.getAt(main, input);
  return name ? "input '" + name.str() + "'" : "input " + std::to_string(input);
}

namespace dlc::pipeline {
namespace {

struct CheckAddresses : impl::CheckAddressesBase<CheckAddresses> {
  void runOnOperation() override {
    auto main = getOperation().lookupSymbol<func::FuncOp>("main");
    if (main && failed(check(main)))
      signalPassFailure();
  }

  LogicalResult check(func::FuncOp main) {
    const unsigned indexBits = targets::getTargetInfo(main).indexBits;
    const uint64_t most = addressableBytes(indexBits);
    for (auto [i, input] : llvm::enumerate(main.getArguments()))
      if (uint64_t bytes = bytesOf(input.getType()); bytes > most)
        return tooLarge(main.emitError(nameOf(main, i)) << " takes ", bytes,
                        indexBits);
    WalkResult walked = main.walk([&](Operation *op) -> WalkResult {
      for (Type type : op->getResultTypes())
        if (uint64_t bytes = bytesOf(type); bytes > most)
          return tooLarge(op->emitError("its result takes "), bytes, indexBits);
      return WalkResult::advance();
    });
    return failure(walked.wasInterrupted());
  }
};

} // namespace
} // namespace dlc::pipeline
