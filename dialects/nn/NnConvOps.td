//===- NnConvOps.td - Convolution and matrix product ----------------------===//

#ifndef DLC_DIALECTS_NN_NNCONVOPS
#define DLC_DIALECTS_NN_NNCONVOPS

include "dialects/nn/NnBase.td"

/// Sums of products: in half precision, with factors of their own digits.
class Nn_ProductOp<string mnemonic, list<Trait> answers>
    : Nn_InferredOp<mnemonic, !listconcat(answers, [
        Nn_Own<PrecisionOpInterface, ["isFactor"]>, Nn_Sums])>;

def Nn_ConvOp : Nn_ProductOp<"conv", [AttrSizedOperandSegments,
    Nn_Own<CostOpInterface, ["getSumLength", "countOtherOperations"]>, Nn_LayoutByAttribute,
    Nn_Own<PartOpInterface, ["buildPart"]>,
    Nn_Own<StageOpInterface, ["takesPadding", "takesTranspose"]>]> {
  let summary = "N-dimensional convolution";
  let description = [{
    `output[n, f, o...] = bias[f] + sum(c, k...) input[n, g*C/group + c, o*stride + k*dilation - pad] * filter[f, c, k...]`
    with `g = f / (F/group)` and zero outside the input (ONNX Conv). With an `accumulator` type for the sums,
    integers are multiplied as `(input - input_zero_point) * (filter - filter_zero_point)` and summed in it, where they
    wrap; outside the input the first factor is zero.

    1. input is of rank 3 or more; filter has the same rank, `[F, C/group, k1, ...]`.
    2. strides, dilations have one entry and pads two entries (begins, then ends) for each spatial dimension;
       strides and dilations are positive, pads are not negative.
    3. the input's channels are group times the filter's; F is a multiple of group.
    4. bias, if any, is `[F]`; with an accumulator, of its type.
    5. the padded input is at least as large as the dilated filter.
    6. accumulator is i32 or i64 and wider than the integers of input and filter, which may differ in type then.
    7. zero points need an accumulator and have their operand's element type; the input's has one element, the
       filter's one, or one for each filter: `[F, 1, ...]`.
  }];
  let arguments = (ins Nn_Tensor:$input, Nn_Tensor:$filter, Optional<Nn_Tensor>:$bias,
    Optional<Nn_Tensor>:$input_zero_point, Optional<Nn_Tensor>:$filter_zero_point,
    DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$pads, DenseI64ArrayAttr:$dilations,
    DefaultValuedAttr<I64Attr, "1">:$group, Nn_LayoutAttr:$layout, OptionalAttr<TypeAttr>:$accumulator);
  let results = (outs Nn_Tensor:$output);
  let assemblyFormat = [{
    $input `,` $filter (`,` $bias^)? (`input_zero_point` $input_zero_point^)?
    (`filter_zero_point` $filter_zero_point^)? attr-dict `:` functional-type(operands, results)
  }];
  let builders = [
    OpBuilder<(ins "::mlir::Value":$input, "::mlir::Value":$filter, "::mlir::Value":$bias,
        "::llvm::ArrayRef<int64_t>":$strides, "::llvm::ArrayRef<int64_t>":$pads,
        "::llvm::ArrayRef<int64_t>":$dilations, "uint64_t":$group, "::dlc::nn::Layout":$layout), [{
      build($_builder, $_state, input, filter, bias, nullptr, nullptr, strides, pads, dilations, group, layout,
            nullptr);
    }]>];
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

def Nn_MatmulOp : Nn_ProductOp<"matmul", [AttrSizedOperandSegments,
    Nn_Own<CostOpInterface, ["getSumLength"]>, Nn_RootRole]> {
  let summary = "Matrix product with numpy's batch broadcasting";
  let description = [{
    `output[b..., m, n] = sum(k) lhs[b..., m, k] * rhs[b..., k, n]`. With an `accumulator` type for the sums, integers
    are multiplied as `(lhs - lhs_zero_point) * (rhs - rhs_zero_point)` and summed in it, where they wrap.

    1. both operands are of rank 2 or more, of one element type.
    2. the last dimension of lhs is the second last of rhs.
    3. the leading dimensions broadcast.
    4. accumulator is i32 or i64 and wider than the integers of lhs and rhs, which may differ in type then.
    5. zero points need an accumulator, have their operand's element type and broadcast to it, without a dimension for
       `k`: one for all, one for each row of lhs or one for each column of rhs.
  }];
  let arguments = (ins Nn_Tensor:$lhs, Nn_Tensor:$rhs, Optional<Nn_Tensor>:$lhs_zero_point,
    Optional<Nn_Tensor>:$rhs_zero_point, OptionalAttr<TypeAttr>:$accumulator);
  let results = (outs Nn_Tensor:$output);
  let assemblyFormat = [{
    $lhs `,` $rhs (`lhs_zero_point` $lhs_zero_point^)? (`rhs_zero_point` $rhs_zero_point^)?
    attr-dict `:` functional-type(operands, results)
  }];
  let builders = [
    OpBuilder<(ins "::mlir::Value":$lhs, "::mlir::Value":$rhs), [{
      build($_builder, $_state, lhs, rhs, nullptr, nullptr, nullptr);
    }]>,
    OpBuilder<(ins "::mlir::Type":$output, "::mlir::Value":$lhs, "::mlir::Value":$rhs), [{
      build($_builder, $_state, output, lhs, rhs, nullptr, nullptr, nullptr);
    }]>];
}

#endif
