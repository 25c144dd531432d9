//===- RowKernel.cpp - A row times a matrix in vectors --------------------===//

#include "codegen/loops/kernels/RowKernel.h"
#include "codegen/loops/nest/ModuleIndex.h"

using namespace mlir;

namespace dlc::loops {

namespace {
/// Says on a function which kernel it is; codegen/llvm reads it.
constexpr llvm::StringLiteral kernelName = "dlc.row_kernel";
} // namespace

std::string RowKernel::name() const {
  return ("dlc_row_" + Twine(vectors) + "x" + Twine(lanes) + "_k" +
          Twine(steps))
      .str();
}

func::FuncOp declareRowKernel(ModuleIndex &index, const RowKernel &kernel) {
  std::string name = kernel.name();
  if (auto known = index.lookup<func::FuncOp>(name))
    return known;
  ModuleOp module = index.module();
  auto b = OpBuilder::atBlockEnd(module.getBody());
  SmallVector<Type> accumulators(
      kernel.vectors, VectorType::get({kernel.lanes}, b.getF32Type()));
  SmallVector<Type> inputs(2, b.getIndexType());
  inputs.append(accumulators);
  auto function = func::FuncOp::create(b, module.getLoc(), name,
                                       b.getFunctionType(inputs, accumulators));
  function.setPrivate();
  NamedAttrList attributes;
  attributes.set("vectors", b.getI64IntegerAttr(kernel.vectors));
  attributes.set("steps", b.getI64IntegerAttr(kernel.steps));
  function->setAttr(kernelName, attributes.getDictionary(b.getContext()));
  index.add(function);
  return function;
}

} // namespace dlc::loops
