//===- LayoutInterface.td - In which orders of dimensions an op computes --===//

#ifndef DLC_DIALECTS_INTERFACES_LAYOUTINTERFACE
#define DLC_DIALECTS_INTERFACES_LAYOUTINTERFACE

include "mlir/IR/OpBase.td"

def LayoutOpInterface : OpInterface<"LayoutOpInterface"> {
  let cppNamespace = "::dlc";
  let description = [{
    In which orders of its operands' dimensions an op can compute. Some ops have
    two, channels first and last, and an attribute that says which; others take
    any order, so that a transpose of what they read can become one of their
    result. One that does not answer keeps the order it has.
  }];
  let methods = [
    InterfaceMethod<[{
      Whether the channels are first and could be last: the first operand and
      the result `[N, d1, ..., C]` in place of `[N, C, d1, ...]`.
      }],
      "bool", "isChannelsFirst", (ins), "", "return false;">,
    InterfaceMethod<[{
      Changes the attribute alone; the caller sees to operand and result.
      }],
      "void", "makeChannelsLast", (ins), "", "return;">,
    InterfaceMethod<[{
      Whether all operands, aligned to the right, are read in one order. If not,
      the order of the first one alone is meant below.
      }],
      "bool", "hasJointOrder", (ins), "", "return false;">,
    InterfaceMethod<[{
      What becomes of a transpose by `perm` of the operands; nullopt: the op
      must read it.
      }],
      "std::optional<::dlc::Reordering>", "reorder", (ins "::llvm::ArrayRef<int64_t>":$perm), "",
      "return std::nullopt;">,
    InterfaceMethod<[{
      Numbers the dimensions in the op's attributes as they are before the
      transpose by `perm`, which the op then reads no more.
      }],
      "void", "renumber", (ins "::llvm::ArrayRef<int64_t>":$perm), "", "return;">,
  ];
}

#endif
