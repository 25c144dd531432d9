//===- PartInterface.td - What a part of a result is computed from --------===//

#ifndef DLC_DIALECTS_INTERFACES_PARTINTERFACE
#define DLC_DIALECTS_INTERFACES_PARTINTERFACE

include "mlir/IR/OpBase.td"

def PartOpInterface : OpInterface<"PartOpInterface"> {
  let cppNamespace = "::dlc";
  let description = [{
    From which parts of its operands an op computes a part of its one result:
    the windows of a convolution, the same places of an element-wise op. One
    that does not answer computes its result as a whole.
  }];
  let methods = [
    InterfaceMethod<[{
      The part of each operand that `part` of the result needs; nullopt when
      the op computes that part from anything but parts.
      }],
      "std::optional<::llvm::SmallVector<::dlc::Box>>", "getOperandParts",
      (ins "const ::dlc::Box &":$part)>,
    InterfaceMethod<[{
      `part` of the result, computed from what getOperandParts asked for.
      }],
      "::mlir::Value", "buildPart",
      (ins "::mlir::OpBuilder &":$builder, "const ::dlc::Box &":$part, "::mlir::ValueRange":$operands), "",
      "return ::dlc::cloneForPart(builder, $_op, part, operands)->getResult(0);">,
  ];
}

#endif
