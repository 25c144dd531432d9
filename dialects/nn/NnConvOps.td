//===- NnConvOps.td - Convolution and matrix product ----------------------===//

#ifndef DLC_DIALECTS_NN_NNCONVOPS
#define DLC_DIALECTS_NN_NNCONVOPS

include "dialects/nn/NnBase.td"

/// Sums of products: in half precision, with factors of their own digits.
class Nn_ProductOp<string mnemonic, list<Trait> answers>
    : Nn_InferredOp<mnemonic, !listconcat(answers, [
        Nn_Own<PrecisionOpInterface, ["isFactor"]>, Nn_Sums])>;

def Nn_ConvOp : Nn_ProductOp<"conv", [
    Nn_Own<CostOpInterface, ["getSumLength", "countOtherOperations"]>, Nn_LayoutByAttribute,
    Nn_Own<PartOpInterface, ["buildPart"]>,
    Nn_Own<StageOpInterface, ["takesPadding", "takesTranspose"]>]> {
  let summary = "N-dimensional convolution";
  let description = [{
    `output[n, f, o...] = bias[f] + sum(c, k...) input[n, g*C/group + c, o*stride + k*dilation - pad] * filter[f, c, k...]`
    with `g = f / (F/group)` and zero outside the input (ONNX Conv).

    1. input is of rank 3 or more; filter has the same rank, `[F, C/group, k1, ...]`.
    2. strides, dilations have one entry and pads two entries (begins, then ends) for each spatial dimension;
       strides and dilations are positive, pads are not negative.
    3. the input's channels are group times the filter's; F is a multiple of group.
    4. bias, if any, is `[F]`.
    5. the padded input is at least as large as the dilated filter.
  }];
  let arguments = (ins Nn_Tensor:$input, Nn_Tensor:$filter, Optional<Nn_Tensor>:$bias,
    DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$pads, DenseI64ArrayAttr:$dilations,
    DefaultValuedAttr<I64Attr, "1">:$group, Nn_LayoutAttr:$layout);
  let results = (outs Nn_Tensor:$output);
}

def Nn_ConvTransposeOp : Nn_ProductOp<"conv_transpose", [
    Nn_Own<CostOpInterface, ["getSumLength", "countMultiplyAccumulates"]>, Nn_LayoutByAttribute, Nn_RootRole]> {
  let summary = "N-dimensional transposed convolution";
  let description = [{
    ONNX ConvTranspose. The filter is `[C, F/group, k1, ...]`. The output's size is
    `(d-1)*stride + output_padding + (k-1)*dilation + 1 - pads` in each spatial dimension.

    1. input is of rank 3 or more; filter has the same rank.
    2. strides, dilations, output_padding have one entry and pads two for each spatial dimension.
    3. the input's channels are the filter's first dimension and a multiple of group.
    4. bias, if any, is `[F]`.
    5. the output has no negative dimension.
  }];
  let arguments = (ins Nn_Tensor:$input, Nn_Tensor:$filter, Optional<Nn_Tensor>:$bias,
    DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$pads, DenseI64ArrayAttr:$dilations,
    DenseI64ArrayAttr:$output_padding,
    DefaultValuedAttr<I64Attr, "1">:$group, Nn_LayoutAttr:$layout);
  let results = (outs Nn_Tensor:$output);
}

def Nn_MatmulOp : Nn_ProductOp<"matmul", [
    Nn_Own<CostOpInterface, ["getSumLength"]>, Nn_RootRole]> {
  let summary = "Matrix product with numpy's batch broadcasting";
  let description = [{
    `output[b..., m, n] = sum(k) lhs[b..., m, k] * rhs[b..., k, n]`.

    1. both operands are of rank 2 or more, of one element type.
    2. the last dimension of lhs is the second last of rhs.
    3. the leading dimensions broadcast.
  }];
  let arguments = (ins Nn_Tensor:$lhs, Nn_Tensor:$rhs);
  let results = (outs Nn_Tensor:$output);
}

#endif
