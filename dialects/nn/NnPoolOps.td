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
    belongs to the divisor (all of it for ONNX's count_include_pad = 1 without ceil_mode, nothing for 0).

    1. input is of rank 3 or more.
    2. kernel, strides, dilations have one entry and pads, counted_pads two for each spatial dimension;
       counted_pads are not larger than pads.
    3. the padded input is at least as large as the window.
  }];
  let arguments = (ins Nn_Tensor:$input, DenseI64ArrayAttr:$kernel, DenseI64ArrayAttr:$strides,
    DenseI64ArrayAttr:$pads, DenseI64ArrayAttr:$dilations, DenseI64ArrayAttr:$counted_pads, Nn_LayoutAttr:$layout);
}

#endif
