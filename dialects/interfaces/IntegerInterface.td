//===- IntegerInterface.td - How an op is computed in integers ------------===//

#ifndef DLC_DIALECTS_INTERFACES_INTEGERINTERFACE
#define DLC_DIALECTS_INTERFACES_INTEGERINTERFACE

include "mlir/IR/OpBase.td"

def IntegerOpInterface : OpInterface<"IntegerOpInterface"> {
  let cppNamespace = "::dlc";
  let description = [{
    How an op on real numbers is computed where stored integers stand for them,
    `x = scale * (q - zero_point)`. One that does not answer is computed on real
    numbers.
  }];
  let methods = [
    InterfaceMethod<
      "What of the op can be done on integers.",
      "::dlc::IntegerForm", "getIntegerForm">,
    InterfaceMethod<[{
      The operands whose elements, moved or chosen, are the result's, which then
      has their scale and zero point. An element that is none of theirs, of
      padding, is in their terms.
      }],
      "::llvm::SmallVector<unsigned>", "getMovedOperands", (ins), "", "return {};">,
  ];
}

#endif
