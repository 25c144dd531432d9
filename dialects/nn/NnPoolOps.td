//===- NnPoolOps.td - Pooling windows -------------------------------------===//

#ifndef DLC_DIALECTS_NN_NNPOOLOPS
#define DLC_DIALECTS_NN_NNPOOLOPS

include "dialects/nn/NnBase.td"

class Nn_PoolOp<string mnemonic, Trait integer> : Nn_InferredOp<mnemonic, [
    Nn_FollowsHalf, integer, Nn_Own<CostOpInterface, ["countOtherOperations"]>, Nn_LayoutByAttribute,
    Nn_Own<PartOpInterface, ["buildPart"]>, Nn_Own<StageOpInterface, ["takesPadding"]>]> {
  let results = (outs Nn_Tensor:$output);
}

def Nn_MaxPoolOp : Nn_PoolOp<"max_pool", Nn_MovesFirst> {
  let summary = "Largest element of each window";
  let description = [{
    1. input is of rank 3 or more.
    2. kernel, strides, dilations have one entry and pads two (begins, then ends) for each spatial dimension.
       An end pad beyond what a whole window needs stands for ONNX's ceil_mode.
    3. the padded input is at least as large as the window, and no window lies wholly in the padding.
  }];
  let arguments = (ins Nn_Tensor:$input, DenseI64ArrayAttr:$kernel, DenseI64ArrayAttr:$strides,
    DenseI64ArrayAttr:$pads, DenseI64ArrayAttr:$dilations, Nn_LayoutAttr:$layout);
}

def Nn_AvgPoolOp : Nn_PoolOp<"avg_pool", Nn_Sums> {
  let summary = "Mean of each window";
  let description = [{
    Elements in the padding count when `count_pads` entries say so: `counted_pads` is the part of `pads` that
    belongs to the divisor (all of it for ONNX's count_include_pad = 1 without ceil_mode, nothing for 0). With an
    `accumulator` type nothing is divided: the result is the sum of `input - zero_point` over the window's elements
    inside the input, which wraps; the divisor is part of the rescale that follows.

    1. input is of rank 3 or more.
    2. kernel, strides, dilations have one entry and pads, counted_pads two for each spatial dimension;
       counted_pads are not larger than pads.
    3. the padded input is at least as large as the window.
    4. accumulator is i32 or i64 and wider than the input's integers; counted_pads are 0 then.
    5. a zero point needs an accumulator; it is one element of the input's type.
  }];
  let arguments = (ins Nn_Tensor:$input, Optional<Nn_Tensor>:$zero_point, DenseI64ArrayAttr:$kernel,
    DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$pads, DenseI64ArrayAttr:$dilations,
    DenseI64ArrayAttr:$counted_pads, Nn_LayoutAttr:$layout, OptionalAttr<TypeAttr>:$accumulator);
  let builders = [
    OpBuilder<(ins "::mlir::Value":$input, "::llvm::ArrayRef<int64_t>":$kernel,
        "::llvm::ArrayRef<int64_t>":$strides, "::llvm::ArrayRef<int64_t>":$pads,
        "::llvm::ArrayRef<int64_t>":$dilations, "::llvm::ArrayRef<int64_t>":$counted_pads,
        "::dlc::nn::Layout":$layout), [{
      build($_builder, $_state, input, nullptr, kernel, strides, pads, dilations, counted_pads, layout, nullptr);
    }]>];
}

#endif
