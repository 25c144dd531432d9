//===- NnElementwiseOps.td - Operators on each element --------------------===//

#ifndef DLC_DIALECTS_NN_NNELEMENTWISEOPS
#define DLC_DIALECTS_NN_NNELEMENTWISEOPS

include "dialects/nn/NnBase.td"

/// Marks an op whose result at a position depends on its operands there alone
/// (after broadcasting).
def Nn_Elementwise : NativeOpTrait<"ElementwiseOp"> { let cppNamespace = "::dlc::nn"; }

/// What all of them answer alike, and `answers`, which they do not: precision
/// and integers.
class Nn_ElementwiseTraits<list<Trait> answers> {
  list<Trait> all = !listconcat([Nn_Elementwise, Nn_CountsOne, Nn_JointOrder, Nn_BroadcastParts,
                                 Nn_ElementwiseRole], answers);
}

class Nn_UnaryOp<string mnemonic, string what, list<Trait> answers>
    : Nn_InferredOp<mnemonic, Nn_ElementwiseTraits<answers>.all> {
  let summary = what # ", element by element";
  let description = what # " of each element; the result has the operand's type.";
  let arguments = (ins Nn_Tensor:$input);
  let results = (outs Nn_Tensor:$output);
  let extraClassDefinition = [{
    ::llvm::LogicalResult $cppClass::inferReturnTypes(::mlir::MLIRContext *, std::optional<::mlir::Location>,
        Adaptor adaptor, ::llvm::SmallVectorImpl<::mlir::Type> &types) {
      types.push_back(adaptor.getInput().getType());
      return ::mlir::success();
    }
  }];
}

class Nn_BinaryOp<string mnemonic, string what, list<Trait> answers>
    : Nn_InferredOp<mnemonic, Nn_ElementwiseTraits<answers>.all> {
  let summary = what # ", element by element with broadcasting";
  let description = what # [{.

    1. both operands have one element type.
    2. their shapes broadcast as in numpy.
  }];
  let arguments = (ins Nn_Tensor:$lhs, Nn_Tensor:$rhs);
  let results = (outs Nn_Tensor:$output);
  let extraClassDefinition = [{
    ::llvm::LogicalResult $cppClass::inferReturnTypes(::mlir::MLIRContext *, std::optional<::mlir::Location> loc,
        Adaptor adaptor, ::llvm::SmallVectorImpl<::mlir::Type> &types) {
      return ::dlc::nn::detail::inferBinary(loc, getOperationName(), adaptor.getOperands(), types);
    }
  }];
}

/// A binary operator that may have an accumulator.
class Nn_SumOp<string mnemonic, string what, list<Trait> answers>
    : Nn_InferredOp<mnemonic, Nn_ElementwiseTraits<answers>.all> {
  let summary = what # ", element by element with broadcasting";
  let description = what # [{. With an `accumulator` type, integers are converted to it and the result wraps in it.

    1. both operands have one element type.
    2. their shapes broadcast as in numpy.
    3. accumulator is i16, i32 or i64 and holds all values of the operands' integer types, which may differ then.
  }];
  let arguments = (ins Nn_Tensor:$lhs, Nn_Tensor:$rhs, OptionalAttr<TypeAttr>:$accumulator);
  let results = (outs Nn_Tensor:$output);
  let builders = [
    OpBuilder<(ins "::mlir::Value":$lhs, "::mlir::Value":$rhs), [{
      build($_builder, $_state, lhs, rhs, nullptr);
    }]>,
    OpBuilder<(ins "::mlir::Type":$output, "::mlir::Value":$lhs, "::mlir::Value":$rhs), [{
      build($_builder, $_state, output, lhs, rhs, nullptr);
    }]>];
  let extraClassDefinition = [{
    ::llvm::LogicalResult $cppClass::inferReturnTypes(::mlir::MLIRContext *, std::optional<::mlir::Location> loc,
        Adaptor adaptor, ::llvm::SmallVectorImpl<::mlir::Type> &types) {
      return ::dlc::nn::detail::inferSum(loc, getOperationName(), adaptor.getOperands(),
          adaptor.getAccumulator().value_or(nullptr), types);
    }
  }];
}

def Nn_AbsOp : Nn_UnaryOp<"abs", "Absolute value", [Nn_FollowsHalf, Nn_Maps]>;
def Nn_NegOp : Nn_UnaryOp<"neg", "Negation", [Nn_FollowsHalf, Nn_Maps]>;
def Nn_ExpOp : Nn_UnaryOp<"exp", "Exponential", [Nn_InFloat, Nn_Maps]>;
def Nn_LogOp : Nn_UnaryOp<"log", "Natural logarithm", [Nn_InFloat, Nn_Maps]>;
def Nn_SqrtOp : Nn_UnaryOp<"sqrt", "Square root", [Nn_InFloat, Nn_Maps]>;
def Nn_ReciprocalOp : Nn_UnaryOp<"reciprocal", "1/x", [Nn_InFloat, Nn_Maps]>;
def Nn_SinOp : Nn_UnaryOp<"sin", "Sine", [Nn_InFloat, Nn_Maps]>;
def Nn_CosOp : Nn_UnaryOp<"cos", "Cosine", [Nn_InFloat, Nn_Maps]>;
def Nn_TanOp : Nn_UnaryOp<"tan", "Tangent", [Nn_InFloat, Nn_Maps]>;
def Nn_AsinOp : Nn_UnaryOp<"asin", "Inverse sine", [Nn_InFloat, Nn_Maps]>;
def Nn_AcosOp : Nn_UnaryOp<"acos", "Inverse cosine", [Nn_InFloat, Nn_Maps]>;
def Nn_AtanOp : Nn_UnaryOp<"atan", "Inverse tangent", [Nn_InFloat, Nn_Maps]>;
def Nn_SinhOp : Nn_UnaryOp<"sinh", "Hyperbolic sine", [Nn_InFloat, Nn_Maps]>;
def Nn_CoshOp : Nn_UnaryOp<"cosh", "Hyperbolic cosine", [Nn_InFloat, Nn_Maps]>;
def Nn_AsinhOp : Nn_UnaryOp<"asinh", "Inverse hyperbolic sine", [Nn_InFloat, Nn_Maps]>;
def Nn_AcoshOp : Nn_UnaryOp<"acosh", "Inverse hyperbolic cosine", [Nn_InFloat, Nn_Maps]>;
def Nn_AtanhOp : Nn_UnaryOp<"atanh", "Inverse hyperbolic tangent", [Nn_InFloat, Nn_Maps]>;
def Nn_TanhOp : Nn_UnaryOp<"tanh", "Hyperbolic tangent", [Nn_FollowsHalf, Nn_Maps]>;
def Nn_ErfOp : Nn_UnaryOp<"erf", "Error function", [Nn_FollowsHalf, Nn_Maps]>;
def Nn_SigmoidOp : Nn_UnaryOp<"sigmoid", "1/(1 + exp(-x))", [Nn_FollowsHalf, Nn_Maps]>;
def Nn_ReluOp : Nn_UnaryOp<"relu", "max(x, 0)", [Nn_FollowsHalf, Nn_Clamps]>;
def Nn_FloorOp : Nn_UnaryOp<"floor", "Largest integer not above", [Nn_InFloat, Nn_Maps]>;
def Nn_CeilOp : Nn_UnaryOp<"ceil", "Smallest integer not below", [Nn_InFloat, Nn_Maps]>;
def Nn_RoundOp : Nn_UnaryOp<"round", "Nearest integer, halves to even", [Nn_InFloat, Nn_Maps]>;
def Nn_SignOp : Nn_UnaryOp<"sign", "-1, 0 or 1", [Nn_InFloat, Nn_Maps]>;
def Nn_NotOp : Nn_UnaryOp<"not", "Logical negation of i1", [Nn_InFloat, Nn_InReals]>;
def Nn_BitNotOp : Nn_UnaryOp<"bit_not", "Bitwise negation of an integer", [Nn_InFloat, Nn_InReals]>;

def Nn_AddOp : Nn_SumOp<"add", "Sum", [Nn_FollowsHalf, Nn_Sums]>;
def Nn_SubOp : Nn_SumOp<"sub", "Difference", [Nn_FollowsHalf, Nn_Sums]>;
def Nn_MulOp : Nn_SumOp<"mul", "Product", [Nn_Own<PrecisionOpInterface, ["isFactor"]>, Nn_Sums]>;
def Nn_DivOp : Nn_BinaryOp<"div", "Quotient; integers truncate toward zero",
    [Nn_InFloat, Nn_InReals]>;
def Nn_PowOp : Nn_BinaryOp<"pow", "lhs to the power of rhs", [Nn_InFloat, Nn_InReals]>;
def Nn_MinOp : Nn_BinaryOp<"min", "Smaller; NaN if either is NaN", [Nn_FollowsHalf, Nn_MovesAll]>;
def Nn_MaxOp : Nn_BinaryOp<"max", "Larger; NaN if either is NaN", [Nn_FollowsHalf, Nn_MovesAll]>;
def Nn_AndOp : Nn_BinaryOp<"and", "Logical and of i1", [Nn_InFloat, Nn_InReals]>;
def Nn_OrOp : Nn_BinaryOp<"or", "Logical or of i1", [Nn_InFloat, Nn_InReals]>;
def Nn_XorOp : Nn_BinaryOp<"xor", "Logical exclusive or of i1", [Nn_InFloat, Nn_InReals]>;
def Nn_BitAndOp : Nn_BinaryOp<"bit_and", "Bitwise and", [Nn_InFloat, Nn_InReals]>;
def Nn_BitOrOp : Nn_BinaryOp<"bit_or", "Bitwise or", [Nn_InFloat, Nn_InReals]>;
def Nn_BitXorOp : Nn_BinaryOp<"bit_xor", "Bitwise exclusive or", [Nn_InFloat, Nn_InReals]>;
def Nn_ShiftLeftOp : Nn_BinaryOp<"shift_left", "Left shift", [Nn_InFloat, Nn_InReals]>;
def Nn_ShiftRightOp : Nn_BinaryOp<"shift_right", "Right shift, logical for unsigned types",
    [Nn_InFloat, Nn_InReals]>;
def Nn_PreluOp : Nn_BinaryOp<"prelu", "x where x >= 0, else slope * x; rhs is the slope",
    [Nn_Own<PrecisionOpInterface, ["isFactor"]>, Nn_InReals]>;

def Nn_ModOp : Nn_InferredOp<"mod", Nn_ElementwiseTraits<[Nn_InFloat, Nn_InReals]>.all> {
  let summary = "Remainder, element by element with broadcasting";
  let description = [{
    The sign is the divisor's, or the dividend's with fmod (ONNX Mod).

    1. both operands have one element type.
    2. their shapes broadcast as in numpy.
  }];
  let arguments = (ins Nn_Tensor:$lhs, Nn_Tensor:$rhs, DefaultValuedAttr<BoolAttr, "false">:$fmod);
  let results = (outs Nn_Tensor:$output);
}

def Nn_CompareOp : Nn_InferredOp<"compare", Nn_ElementwiseTraits<[Nn_FollowsHalf, Nn_InReals]>.all> {
  let summary = "Comparison, element by element with broadcasting";
  let description = [{
    1. both operands have one element type.
    2. their shapes broadcast as in numpy; the result is i1.
  }];
  let arguments = (ins Nn_Tensor:$lhs, Nn_Tensor:$rhs, Nn_ComparePredicateAttr:$predicate);
  let results = (outs Nn_BoolTensor:$output);
}

def Nn_SelectOp : Nn_InferredOp<"select", Nn_ElementwiseTraits<[
    Nn_FollowsHalf, Nn_Own<IntegerOpInterface, ["getMovedOperands"]>]>.all> {
  let summary = "on_true where the condition holds, else on_false";
  let description = [{
    1. on_true and on_false have one element type.
    2. the three shapes broadcast as in numpy.
  }];
  let arguments = (ins Nn_BoolTensor:$condition, Nn_Tensor:$on_true, Nn_Tensor:$on_false);
  let results = (outs Nn_Tensor:$output);
}

def Nn_ClipOp : Nn_InferredOp<"clip", Nn_ElementwiseTraits<[Nn_FollowsHalf, Nn_Clamps]>.all> {
  let summary = "min(max(x, min), max) with constant bounds";
  let description = [{
    Floats take `min` and `max`, integers the same values converted; a missing bound is none.
  }];
  let arguments = (ins Nn_Tensor:$input, OptionalAttr<F64Attr>:$min, OptionalAttr<F64Attr>:$max);
  let results = (outs Nn_Tensor:$output);
}

def Nn_IsNanOp : Nn_InferredOp<"is_nan", Nn_ElementwiseTraits<[Nn_InFloat, Nn_InReals]>.all> {
  let summary = "Whether an element is NaN";
  let description = "1 for NaN, else 0, as i1.";
  let arguments = (ins Nn_FloatTensor:$input);
  let results = (outs Nn_BoolTensor:$output);
}

def Nn_IsInfOp : Nn_InferredOp<"is_inf", Nn_ElementwiseTraits<[Nn_InFloat, Nn_InReals]>.all> {
  let summary = "Whether an element is infinite";
  let description = "1 for the infinities asked for, else 0, as i1.";
  let arguments = (ins Nn_FloatTensor:$input, DefaultValuedAttr<BoolAttr, "true">:$detect_positive,
    DefaultValuedAttr<BoolAttr, "true">:$detect_negative);
  let results = (outs Nn_BoolTensor:$output);
}

def Nn_CastOp : Nn_Op<"cast",
    !listconcat(Nn_ElementwiseTraits<[Nn_InFloat, Nn_InReals]>.all, [SameOperandsAndResultShape])> {
  let summary = "Conversion to the result's element type";
  let description = [{
    As ONNX Cast: floats to integers truncate toward zero, anything to i1 is `x != 0`, i1 to a number is 0 or 1.
  }];
  let arguments = (ins Nn_Tensor:$input);
  let results = (outs Nn_Tensor:$output);
}

#endif
