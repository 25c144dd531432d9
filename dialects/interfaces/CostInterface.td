//===- CostInterface.td - How much arithmetic an op is --------------------===//

#ifndef DLC_DIALECTS_INTERFACES_COSTINTERFACE
#define DLC_DIALECTS_INTERFACES_COSTINTERFACE

include "mlir/IR/OpBase.td"

def CostOpInterface : OpInterface<"CostOpInterface"> {
  let cppNamespace = "::dlc";
  let description = [{
    How much arithmetic an op is. Whoever counts asks here, so that plans and
    reports count the same. An op that does not answer computes nothing that is
    counted.

    The counts are for a number of elements of the op's (first) result, so that
    a part of it can be counted like the whole.
  }];
  let methods = [
    InterfaceMethod<
      "The products that an element of the result is a sum of, at most; 0 where it is no such sum.",
      "int64_t", "getSumLength", (ins), "", "return 0;">,
    InterfaceMethod<
      "Products that are added up for so many elements of the result; exact for all of them.",
      "int64_t", "countMultiplyAccumulates", (ins "int64_t":$elements), "",
      "return elements * $_op.getSumLength();">,
    InterfaceMethod<
      "What is computed besides: additions, comparisons and values of functions.",
      "int64_t", "countOtherOperations", (ins "int64_t":$elements), "", "return 0;">,
  ];
}

#endif
