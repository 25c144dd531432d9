//===- StageInterface.td - What an op can be in a stage -------------------===//

#ifndef DLC_DIALECTS_INTERFACES_STAGEINTERFACE
#define DLC_DIALECTS_INTERFACES_STAGEINTERFACE

include "mlir/IR/OpBase.td"

def StageOpInterface : OpInterface<"StageOpInterface"> {
  let cppNamespace = "::dlc";
  let description = [{
    What an op can be in a stage: its root, what is computed element by element
    beside a root, or no part of any. One that does not answer is the root of a
    stage of its own, into which nothing but its own epilogue is fused.
  }];
  let methods = [
    InterfaceMethod<
      "Which part of a stage the op is.",
      "::dlc::StageRole", "getStageRole", (ins), "", "return ::dlc::StageRole::Root;">,
    InterfaceMethod<[{
      Of an element-wise op: whether the operand is not broadcast to the result,
      but has one element, or one for each entry of some dimension.
      }],
      "bool", "isAlongAxis", (ins "unsigned":$operand), "", "return false;">,
    InterfaceMethod<[{
      Of a root: whether the op can read elements outside of its first operand
      as constants and does not do so yet, so that padding before it can be
      part of it.
      }],
      "bool", "takesPadding", (ins), "", "return false;">,
    InterfaceMethod<[{
      Of a root: whether it reads its first operand often enough to read it
      through a transpose.
      }],
      "bool", "takesTranspose", (ins), "", "return false;">,
    InterfaceMethod<
      "Whether each element is computed from a few elements, so that computing it again is cheap.",
      "bool", "isCheap", (ins), "",
      "return $_op.getStageRole() == ::dlc::StageRole::Elementwise;">,
  ];
}

#endif
