//===- PrecisionInterface.td - In which numbers an op is computed ---------===//

#ifndef DLC_DIALECTS_INTERFACES_PRECISIONINTERFACE
#define DLC_DIALECTS_INTERFACES_PRECISIONINTERFACE

include "mlir/IR/OpBase.td"

def PrecisionOpInterface : OpInterface<"PrecisionOpInterface"> {
  let cppNamespace = "::dlc";
  let description = [{
    Whether an op on floats may be computed in half precision. One that does not
    answer is computed in float32.
  }];
  let methods = [
    InterfaceMethod<
      "What becomes of the op where half precision is asked for.",
      "::dlc::HalfRule", "getHalfRule">,
    InterfaceMethod<
      "Whether the operand is multiplied, so that its digits are the result's.",
      "bool", "isFactor", (ins "unsigned":$operand), "", "return false;">,
  ];
}

#endif
