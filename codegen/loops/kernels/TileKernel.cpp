//===- TileKernel.cpp - Register tiles by load-multiple instructions ------===//

#include "codegen/loops/kernels/TileKernel.h"
#include "codegen/loops/nest/ModuleIndex.h"

using namespace mlir;

namespace dlc::loops {

namespace {
/// Says on a function which kernel it is; codegen/llvm reads it.
constexpr llvm::StringLiteral kernelName = "dlc.tile_kernel";

/// S registers, and those of them that the loads of the right operand take
/// turns in.
constexpr int64_t kRegisters = 32, kRightRegisters = 8;
/// Steps of one iteration: more gain too little.
constexpr int64_t kMaxUnroll = 8, kMaxPairUnroll = 4;

StringRef toString(TileKernel::Kind kind) {
  switch (kind) {
  case TileKernel::Kind::Multiply:
    return "multiply";
  case TileKernel::Kind::MultiplyPairs:
    return "multiply_pairs";
  case TileKernel::Kind::Load:
    return "load";
  case TileKernel::Kind::Store:
    return "store";
  }
  llvm_unreachable("all kinds of kernels are named");
}

bool multiplies(TileKernel::Kind kind) {
  return kind == TileKernel::Kind::Multiply ||
         kind == TileKernel::Kind::MultiplyPairs;
}
} // namespace

std::string TileKernel::name() const {
  std::string text =
      ("dlc_" + toString(kind) + "_" + Twine(positions) + "x" + Twine(width))
          .str();
  if (multiplies(kind))
    text += "_k" + std::to_string(unroll);
  return remainder ? text + "_remainder" : text;
}

func::FuncOp declareKernel(ModuleIndex &symbols, const TileKernel &kernel) {
  std::string name = kernel.name();
  if (auto known = symbols.lookup<func::FuncOp>(name))
    return known;
  ModuleOp module = symbols.module();
  auto b = OpBuilder::atBlockEnd(module.getBody());
  Type index = b.getIndexType();
  SmallVector<Type> accumulators(kernel.positions * kernel.width,
                                 b.getF32Type());
  SmallVector<Type> inputs{index};
  if (kernel.kind != TileKernel::Kind::Load &&
      (kernel.positions > 1 || kernel.kind == TileKernel::Kind::MultiplyPairs))
    inputs.push_back(index);
  if (multiplies(kernel.kind))
    inputs.append({index, index});
  if (kernel.kind != TileKernel::Kind::Load)
    inputs.append(accumulators);
  if (kernel.kind == TileKernel::Kind::Store)
    accumulators.clear();
  auto function = func::FuncOp::create(b, module.getLoc(), name,
                                       b.getFunctionType(inputs, accumulators));
  function.setPrivate();
  NamedAttrList attributes;
  attributes.set("kind", b.getStringAttr(toString(kernel.kind)));
  attributes.set("positions", b.getI64IntegerAttr(kernel.positions));
  attributes.set("width", b.getI64IntegerAttr(kernel.width));
  if (multiplies(kernel.kind)) {
    attributes.set("unroll", b.getI64IntegerAttr(kernel.unroll));
    attributes.set("remainder", b.getBoolAttr(kernel.remainder));
  }
  function->setAttr(kernelName, attributes.getDictionary(b.getContext()));
  symbols.add(function);
  return function;
}

TileKernel chooseKernel(TileKernel::Kind kind, int64_t positions, int64_t width,
                        int64_t steps, int64_t multiple) {
  TileKernel kernel{kind, positions, width};
  int64_t limit = kMaxPairUnroll;
  if (kind == TileKernel::Kind::Multiply)
    limit = std::clamp<int64_t>(
        (kRegisters - positions * width - kRightRegisters) / positions, 1,
        kMaxUnroll);
  int64_t known = steps ? steps : multiple;
  for (int64_t unroll = 1; unroll <= limit; ++unroll)
    if (known % unroll == 0)
      kernel.unroll = unroll;
  // A divisor that is too small: what remains is done step by step.
  if (kind == TileKernel::Kind::Multiply && kernel.unroll < 3 &&
      kernel.unroll < limit && (!steps || steps > 2 * limit)) {
    kernel.unroll = std::min<int64_t>(4, limit);
    kernel.remainder = known % kernel.unroll != 0;
  }
  return kernel;
}

} // namespace dlc::loops
