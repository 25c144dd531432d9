//===- NnBase.td - The nn dialect, its enums and op classes ---------------===//
//
// What a network computes: whole tensors of static shape, no loops, no memory.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_DIALECTS_NN_NNBASE
#define DLC_DIALECTS_NN_NNBASE

include "dialects/interfaces/Interfaces.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/OpBase.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Nn_Dialect : Dialect {
  let name = "nn";
  let cppNamespace = "::dlc::nn";
  let summary = "Neural networks as operations on whole tensors";
  let description = [{
    The `nn` dialect says what a network computes, in about as many operators
    as there are different computations. Shapes are static; constants are
    `arith.constant`; an unsigned integer or a quantised element says so in its
    type. ONNX operators that are compositions of others are decomposed when a
    model is imported.

    Spatial operators take their data either channels first, `[N, C, d1, ...]`,
    or channels last, `[N, d1, ..., C]`; filters are always `[F, C/group, k1, ...]`.

    What the dialect says of functions, their arguments and the module is in
    attributes, all of which `dialects/nn/Declarations.h` declares: others are an
    error, and so is one in another place.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
  let useDefaultAttributePrinterParser = 1;
  let hasOperationAttrVerify = 1;
  let hasRegionArgAttrVerify = 1;
  let hasRegionResultAttrVerify = 1;
}

//===----------------------------------------------------------------------===//
// Enums
//===----------------------------------------------------------------------===//

class Nn_Enum<string name, string summary, list<I32EnumAttrCase> cases>
    : I32EnumAttr<name, summary, cases> {
  let cppNamespace = "::dlc::nn";
  let genSpecializedAttr = 0;
}
class Nn_EnumAttr<Nn_Enum e, string mnemonic>
    : EnumAttr<Nn_Dialect, e, mnemonic> {
  let assemblyFormat = "`<` $value `>`";
}

def Nn_Layout : Nn_Enum<"Layout", "where the channel dimension is", [
  I32EnumAttrCase<"ChannelsFirst", 0, "channels_first">,
  I32EnumAttrCase<"ChannelsLast", 1, "channels_last">]>;
def Nn_LayoutAttr : Nn_EnumAttr<Nn_Layout, "layout">;

def Nn_ReduceKind : Nn_Enum<"ReduceKind", "what a reduction computes", [
  I32EnumAttrCase<"Sum", 0, "sum">, I32EnumAttrCase<"Prod", 1, "prod">,
  I32EnumAttrCase<"Max", 2, "max">, I32EnumAttrCase<"Min", 3, "min">,
  I32EnumAttrCase<"Mean", 4, "mean">]>;
def Nn_ReduceKindAttr : Nn_EnumAttr<Nn_ReduceKind, "reduce_kind">;

def Nn_ComparePredicate : Nn_Enum<"ComparePredicate", "a comparison", [
  I32EnumAttrCase<"EQ", 0, "eq">, I32EnumAttrCase<"LT", 1, "lt">,
  I32EnumAttrCase<"LE", 2, "le">, I32EnumAttrCase<"GT", 3, "gt">,
  I32EnumAttrCase<"GE", 4, "ge">]>;
def Nn_ComparePredicateAttr : Nn_EnumAttr<Nn_ComparePredicate, "predicate">;

def Nn_PadMode : Nn_Enum<"PadMode", "what padding holds", [
  I32EnumAttrCase<"Constant", 0, "constant">, I32EnumAttrCase<"Reflect", 1, "reflect">,
  I32EnumAttrCase<"Edge", 2, "edge">, I32EnumAttrCase<"Wrap", 3, "wrap">]>;
def Nn_PadModeAttr : Nn_EnumAttr<Nn_PadMode, "pad_mode">;

def Nn_ScatterReduction : Nn_Enum<"ScatterReduction", "how updates meet the data", [
  I32EnumAttrCase<"None", 0, "none">, I32EnumAttrCase<"Add", 1, "add">,
  I32EnumAttrCase<"Mul", 2, "mul">, I32EnumAttrCase<"Max", 3, "max">,
  I32EnumAttrCase<"Min", 4, "min">]>;
def Nn_ScatterReductionAttr : Nn_EnumAttr<Nn_ScatterReduction, "scatter_reduction">;

def Nn_ResizeMode : Nn_Enum<"ResizeMode", "interpolation", [
  I32EnumAttrCase<"Nearest", 0, "nearest">, I32EnumAttrCase<"Linear", 1, "linear">,
  I32EnumAttrCase<"Cubic", 2, "cubic">]>;
def Nn_ResizeModeAttr : Nn_EnumAttr<Nn_ResizeMode, "resize_mode">;

def Nn_ResizeCoordinate : Nn_Enum<"ResizeCoordinate",
    "how an output coordinate maps to the input (ONNX Resize)", [
  I32EnumAttrCase<"HalfPixel", 0, "half_pixel">,
  I32EnumAttrCase<"HalfPixelSymmetric", 1, "half_pixel_symmetric">,
  I32EnumAttrCase<"PytorchHalfPixel", 2, "pytorch_half_pixel">,
  I32EnumAttrCase<"AlignCorners", 3, "align_corners">,
  I32EnumAttrCase<"Asymmetric", 4, "asymmetric">]>;
def Nn_ResizeCoordinateAttr : Nn_EnumAttr<Nn_ResizeCoordinate, "resize_coordinate">;

def Nn_ResizeNearest : Nn_Enum<"ResizeNearest", "rounding of a nearest coordinate", [
  I32EnumAttrCase<"RoundPreferFloor", 0, "round_prefer_floor">,
  I32EnumAttrCase<"RoundPreferCeil", 1, "round_prefer_ceil">,
  I32EnumAttrCase<"Floor", 2, "floor">, I32EnumAttrCase<"Ceil", 3, "ceil">]>;
def Nn_ResizeNearestAttr : Nn_EnumAttr<Nn_ResizeNearest, "resize_nearest">;

def Nn_GridPadding : Nn_Enum<"GridPadding", "what lies outside of a sampled image (ONNX GridSample)", [
  I32EnumAttrCase<"Zeros", 0, "zeros">, I32EnumAttrCase<"Border", 1, "border">,
  I32EnumAttrCase<"Reflection", 2, "reflection">]>;
def Nn_GridPaddingAttr : Nn_EnumAttr<Nn_GridPadding, "grid_padding">;

//===----------------------------------------------------------------------===//
// Types and op classes
//===----------------------------------------------------------------------===//

def Nn_Tensor : StaticShapeTensorOf<[AnyType]>;
def Nn_FloatTensor : StaticShapeTensorOf<[AnyFloat]>;
def Nn_BoolTensor : StaticShapeTensorOf<[I1]>;

// Answers to the interfaces of dialects/interfaces that many ops give; those of
// single ops are methods in dialects/nn/interfaces.

class Nn_Answer<string template> : NativeOpTrait<template> {
  let cppNamespace = "::dlc::nn";
}
class Nn_AnswerWith<string template, string argument>
    : ParamNativeOpTrait<template, argument> {
  let cppNamespace = "::dlc::nn";
}

// Half precision.
def Nn_FollowsHalf : Nn_AnswerWith<"HalfRuleIs", "::dlc::HalfRule::Follow">;
def Nn_InFloat : Nn_AnswerWith<"HalfRuleIs", "::dlc::HalfRule::Float">;
// Operations for each element of the result.
def Nn_CountsOne : Nn_AnswerWith<"OperationsPerElement", "1">;
def Nn_CountsFour : Nn_AnswerWith<"OperationsPerElement", "4">;
// Integers.
def Nn_MovesFirst : Nn_AnswerWith<"MovesOperands", "false">;
def Nn_MovesAll : Nn_AnswerWith<"MovesOperands", "true">;
def Nn_Clamps : Nn_AnswerWith<"IntegerFormIs", "::dlc::IntegerForm::Clamped">;
def Nn_Sums : Nn_AnswerWith<"IntegerFormIs", "::dlc::IntegerForm::Summed">;
def Nn_Maps : Nn_AnswerWith<"IntegerFormIs", "::dlc::IntegerForm::Mapped">;
def Nn_InReals : Nn_AnswerWith<"IntegerFormIs", "::dlc::IntegerForm::None">;
// Orders of dimensions.
def Nn_LayoutByAttribute : Nn_Answer<"LayoutByAttribute">;
def Nn_JointOrder : Nn_Answer<"JointOrder">;
def Nn_OrderWithAxis : Nn_Answer<"OrderWithAxis">;
// Parts and stages.
def Nn_BroadcastParts : Nn_Answer<"BroadcastParts">;
def Nn_ElementwiseRole : Nn_AnswerWith<"StageRoleIs", "::dlc::StageRole::Elementwise">;
def Nn_ViewRole : Nn_AnswerWith<"StageRoleIs", "::dlc::StageRole::View">;
def Nn_RootRole : Nn_AnswerWith<"StageRoleIs", "::dlc::StageRole::Root">;
def Nn_CheapRoot : Nn_Answer<"CheapRoot">;
def Nn_PixelRole : Nn_AnswerWith<"StageRoleIs", "::dlc::StageRole::Pixels">;

/// A method of dialects/nn/interfaces for each that the interface does not
/// define itself, and for those named.
class Nn_Own<OpInterface interface, list<string> methods = []>
    : DeclareOpInterfaceMethods<interface, methods>;

class Nn_Op<string mnemonic, list<Trait> traits = []>
    : Op<Nn_Dialect, mnemonic, !listconcat([Pure], traits)> {
  let assemblyFormat =
      "operands attr-dict `:` functional-type(operands, results)";
}

/// An op whose result types follow from its operands and attributes: one
/// function is its shape inference and its verifier.
class Nn_InferredOp<string mnemonic, list<Trait> traits = []>
    : Nn_Op<mnemonic, !listconcat([InferTypeOpAdaptor], traits)>;

#endif
