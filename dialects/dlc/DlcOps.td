//===- DlcOps.td - The dlc dialect ----------------------------------------===//
//
// No operations: attributes of modules and functions.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_DIALECTS_DLC_DLCOPS
#define DLC_DIALECTS_DLC_DLCOPS

include "mlir/IR/OpBase.td"

def Dlc_Dialect : Dialect {
  let name = "dlc";
  let cppNamespace = "::dlc::phases";
  let summary = "What the phases of a compilation tell each other";
  let description = [{
    Attributes of a module and its functions beside what they compute (`nn`) and
    where that lies (`arena`): the machine (`dlc.target`), what is asked of the
    compilation, and what a phase notes for a later one. All are declared in
    `dialects/dlc/Declarations.h`; others are an error.
  }];
  let hasOperationAttrVerify = 1;
  let hasRegionArgAttrVerify = 1;
  let hasRegionResultAttrVerify = 1;
}

#endif // DLC_DIALECTS_DLC_DLCOPS
