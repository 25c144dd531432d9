//===- NnReduceOps.td - Reductions, softmax, normalisation, trees ---------===//

#ifndef DLC_DIALECTS_NN_NNREDUCEOPS
#define DLC_DIALECTS_NN_NNREDUCEOPS

include "dialects/nn/NnBase.td"

def Nn_ReduceOp : Nn_InferredOp<"reduce", [
    Nn_Own<CostOpInterface, ["countOtherOperations"]>, Nn_Own<PrecisionOpInterface>,
    Nn_Own<IntegerOpInterface, ["getMovedOperands"]>, Nn_RootRole,
    Nn_Own<LayoutOpInterface, ["reorder", "renumber"]>]> {
  let summary = "Sum, product, largest, smallest or mean over axes";
  let description = [{
    With an `accumulator` type, sums of integers are sums of `input - zero_point` in it, where they wrap.

    1. axes are sorted, different and within the rank.
    2. with keepdims the reduced dimensions stay as 1, else they are dropped.
    3. accumulator is i32 or i64 and wider than the input's integers; kind is sum then.
    4. a zero point needs an accumulator; it is one element of the input's type.
  }];
  let arguments = (ins Nn_Tensor:$input, Optional<Nn_Tensor>:$zero_point, Nn_ReduceKindAttr:$kind,
    DenseI64ArrayAttr:$axes, DefaultValuedAttr<BoolAttr, "true">:$keepdims, OptionalAttr<TypeAttr>:$accumulator);
  let results = (outs Nn_Tensor:$output);
  let builders = [
    OpBuilder<(ins "::mlir::Value":$input, "::dlc::nn::ReduceKind":$kind, "::llvm::ArrayRef<int64_t>":$axes,
        "bool":$keepdims), [{
      build($_builder, $_state, input, nullptr, kind, axes, keepdims, nullptr);
    }]>,
    OpBuilder<(ins "::mlir::Type":$output, "::mlir::Value":$input, "::dlc::nn::ReduceKind":$kind,
        "::llvm::ArrayRef<int64_t>":$axes, "bool":$keepdims), [{
      build($_builder, $_state, output, input, nullptr, kind, axes, keepdims, nullptr);
    }]>];
}

def Nn_ArgReduceOp : Nn_InferredOp<"arg_reduce", [
    Nn_InFloat, Nn_InReals, Nn_RootRole, Nn_Own<LayoutOpInterface, ["reorder", "renumber"]>]> {
  let summary = "Position of the largest or smallest element along an axis, as i64";
  let description = [{
    1. kind is max or min.
    2. axis is within the rank.
  }];
  let arguments = (ins Nn_Tensor:$input, Nn_ReduceKindAttr:$kind, I64Attr:$axis,
    DefaultValuedAttr<BoolAttr, "true">:$keepdims, DefaultValuedAttr<BoolAttr, "false">:$select_last);
  let results = (outs Nn_Tensor:$output);
}

def Nn_SoftmaxOp : Nn_InferredOp<"softmax", [
    Nn_FollowsHalf, Nn_CountsFour, Nn_InReals, Nn_RootRole, Nn_OrderWithAxis]> {
  let summary = "exp(x - max) over its sum along an axis";
  let description = [{
    1. axis is within the rank; the element type is a float.
  }];
  let arguments = (ins Nn_FloatTensor:$input, I64Attr:$axis);
  let results = (outs Nn_FloatTensor:$output);
}

def Nn_LrnOp : Nn_InferredOp<"lrn", [Nn_InFloat, Nn_InReals, Nn_RootRole, Nn_OrderWithAxis]> {
  let summary = "Local response normalisation across an axis";
  let description = [{
    `x / (bias + alpha/size * sum(window) x^2)^beta`, window from `c - floor((size-1)/2)` to `c + ceil((size-1)/2)`
    (ONNX LRN).

    1. axis is within the rank; size is positive.
  }];
  let arguments = (ins Nn_FloatTensor:$input, I64Attr:$size, F64Attr:$alpha, F64Attr:$beta, F64Attr:$bias,
    I64Attr:$axis);
  let results = (outs Nn_FloatTensor:$output);
}

def Nn_CumSumOp : Nn_InferredOp<"cum_sum", [Nn_InFloat, Nn_Sums, Nn_RootRole, Nn_OrderWithAxis]> {
  let summary = "Running sum along an axis";
  let description = [{
    1. axis is within the rank.
  }];
  let arguments = (ins Nn_Tensor:$input, I64Attr:$axis, DefaultValuedAttr<BoolAttr, "false">:$exclusive,
    DefaultValuedAttr<BoolAttr, "false">:$reverse);
  let results = (outs Nn_Tensor:$output);
}

def Nn_TopKOp : Nn_InferredOp<"top_k", [Nn_InFloat, Nn_InReals, Nn_RootRole, Nn_OrderWithAxis]> {
  let summary = "The k largest or smallest elements along an axis and their positions";
  let description = [{
    Ties keep the smaller position first (ONNX TopK).

    1. axis is within the rank; k is not larger than that dimension.
  }];
  let arguments = (ins Nn_Tensor:$input, I64Attr:$k, I64Attr:$axis, DefaultValuedAttr<BoolAttr, "true">:$largest,
    DefaultValuedAttr<BoolAttr, "true">:$sorted);
  let results = (outs Nn_Tensor:$values, Nn_Tensor:$indices);
}

def Nn_TreeEnsembleOp : Nn_InferredOp<"tree_ensemble", [
    Nn_Own<CostOpInterface, ["countOtherOperations"]>, Nn_InFloat, Nn_InReals, Nn_RootRole]> {
  let summary = "Weights of the leaves that samples reach in decision trees, summed, or the largest or smallest of them";
  let description = [{
    Nodes are numbered: S splits, then L leaves. A sample at split s goes on to `children[2 s]` where
    `sample[features[s]] <= thresholds[s]`, or where that feature is NaN and `missing` (absent: all false) has s, and
    else to `children[2 s + 1]`. A leaf has `columns` weights. Trees begin at `roots`; those of a group stand together,
    and each group has as many: `output[n, g * columns + c]` is the sum (or what `kind` says) of weight c of the leaves
    that sample n reaches in the trees of group g, in their order.

    1. the input is [samples, features].
    2. there are splits; each has a feature of the input, a threshold and two children, and a mark if there are any.
    3. children stand behind their split, as a split or a leaf.
    4. there are trees, in groups of as many; a root is a split or a leaf.
    5. each leaf has one weight for each column; kind is sum, max or min.
  }];
  let arguments = (ins Nn_FloatTensor:$input, DenseI32ArrayAttr:$features, DenseF64ArrayAttr:$thresholds,
    DenseI32ArrayAttr:$children, OptionalAttr<DenseBoolArrayAttr>:$missing, DenseI32ArrayAttr:$roots,
    DenseF64ArrayAttr:$weights, DefaultValuedAttr<I64Attr, "1">:$columns, DefaultValuedAttr<I64Attr, "1">:$groups,
    Nn_ReduceKindAttr:$kind);
  let results = (outs Nn_FloatTensor:$output);
}

#endif
