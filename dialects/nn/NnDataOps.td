//===- NnDataOps.td - Data movement ---------------------------------------===//

#ifndef DLC_DIALECTS_NN_NNDATAOPS
#define DLC_DIALECTS_NN_NNDATAOPS

include "dialects/nn/NnBase.td"

def Nn_TransposeOp : Nn_InferredOp<"transpose", [
    Nn_FollowsHalf, Nn_MovesFirst, Nn_CheapRoot, Nn_Own<PartOpInterface>]> {
  let summary = "Permutation of dimensions";
  let description = [{
    Dimension i of the result is dimension perm[i] of the operand.

    1. perm is a permutation of the dimensions.
  }];
  let arguments = (ins Nn_Tensor:$input, DenseI64ArrayAttr:$perm);
  let results = (outs Nn_Tensor:$output);
}

def Nn_ReshapeOp : Nn_Op<"reshape", [
    Nn_FollowsHalf, Nn_MovesFirst, Nn_ViewRole, Nn_Own<LayoutOpInterface, ["reorder"]>]> {
  let summary = "The same elements in row-major order under another shape";
  let description = [{
    1. operand and result have one element type and as many elements.
  }];
  let arguments = (ins Nn_Tensor:$input);
  let results = (outs Nn_Tensor:$output);
  let hasVerifier = 1;
}

def Nn_BroadcastOp : Nn_Op<"broadcast", [
    Nn_FollowsHalf, Nn_MovesFirst, Nn_CheapRoot, Nn_Own<LayoutOpInterface, ["reorder"]>]> {
  let summary = "numpy's broadcast_to the result's shape";
  let description = [{
    1. the operand's shape, aligned to the right, has 1 or the result's size in each dimension.
  }];
  let arguments = (ins Nn_Tensor:$input);
  let results = (outs Nn_Tensor:$output);
  let hasVerifier = 1;
}

def Nn_ConcatOp : Nn_InferredOp<"concat", [
    Nn_FollowsHalf, Nn_MovesAll, Nn_ViewRole,
    Nn_Own<LayoutOpInterface, ["hasJointOrder", "reorder", "renumber"]>, Nn_Own<PartOpInterface>]> {
  let summary = "Tensors one behind the other along an axis";
  let description = [{
    1. one operand at least; all of one rank and element type.
    2. axis is within the rank; the other dimensions agree.
  }];
  let arguments = (ins Variadic<Nn_Tensor>:$inputs, I64Attr:$axis);
  let results = (outs Nn_Tensor:$output);
}

def Nn_SliceOp : Nn_InferredOp<"slice", [
    Nn_FollowsHalf, Nn_MovesFirst, Nn_Own<LayoutOpInterface, ["reorder", "renumber"]>,
    Nn_Own<PartOpInterface, ["buildPart"]>, Nn_Own<StageOpInterface, ["getStageRole"]>]> {
  let summary = "Every steps-th element from starts on, sizes of them in each dimension";
  let description = [{
    1. starts, sizes and steps have one entry for each dimension; no step is 0.
    2. every element taken lies within the operand.
  }];
  let arguments = (ins Nn_Tensor:$input, DenseI64ArrayAttr:$starts, DenseI64ArrayAttr:$sizes, DenseI64ArrayAttr:$steps);
  let results = (outs Nn_Tensor:$output);
}

def Nn_PadOp : Nn_InferredOp<"pad", [
    Nn_FollowsHalf, Nn_MovesFirst, Nn_CheapRoot, Nn_Own<LayoutOpInterface, ["reorder", "renumber"]>,
    Nn_Own<PartOpInterface, ["buildPart"]>]> {
  let summary = "Elements added (or, negative, removed) around a tensor";
  let description = [{
    1. pads has two entries for each dimension, begins then ends.
    2. value, for constant padding, has one element of the operand's type; it is 0 when absent.
    3. reflect, edge and wrap need a non-empty operand.
  }];
  let arguments = (ins Nn_Tensor:$input, Optional<Nn_Tensor>:$value, DenseI64ArrayAttr:$pads, Nn_PadModeAttr:$mode);
  let results = (outs Nn_Tensor:$output);
}

def Nn_TileOp : Nn_InferredOp<"tile", [
    Nn_FollowsHalf, Nn_MovesFirst, Nn_CheapRoot, Nn_Own<LayoutOpInterface, ["reorder", "renumber"]>]> {
  let summary = "The whole tensor repeated along each dimension";
  let description = [{
    1. repeats has one entry, not negative, for each dimension.
  }];
  let arguments = (ins Nn_Tensor:$input, DenseI64ArrayAttr:$repeats);
  let results = (outs Nn_Tensor:$output);
}

def Nn_ResizeOp : Nn_Op<"resize", [
    Nn_Own<PrecisionOpInterface>, Nn_Own<IntegerOpInterface, ["getMovedOperands"]>, Nn_RootRole,
    Nn_Own<LayoutOpInterface, ["reorder", "renumber"]>]> {
  let summary = "Interpolation to the result's shape";
  let description = [{
    ONNX Resize without antialiasing and without tf_crop_and_resize.

    1. scales has one positive entry for each dimension.
    2. operand and result are of one rank and element type.
  }];
  let arguments = (ins Nn_Tensor:$input, Nn_ResizeModeAttr:$mode, Nn_ResizeCoordinateAttr:$coordinate,
    Nn_ResizeNearestAttr:$nearest, DenseF64ArrayAttr:$scales, DefaultValuedAttr<F64Attr, "-0.75">:$cubic_coeff,
    DefaultValuedAttr<BoolAttr, "false">:$exclude_outside);
  let results = (outs Nn_Tensor:$output);
  let hasVerifier = 1;
}

def Nn_GridSampleOp : Nn_InferredOp<"grid_sample", [
    Nn_Own<CostOpInterface, ["countOtherOperations"]>, Nn_InFloat, Nn_InReals, Nn_RootRole,
    Nn_LayoutByAttribute]> {
  let summary = "Interpolation at the places that a grid of coordinates names";
  let description = [{
    `output[n, c, o...]` is the input interpolated at `grid[n, o..., :]` (ONNX GridSample): the coordinates of the
    last spatial dimension first, -1 and 1 the image's borders, or with align_corners its outermost elements.
    Where a coordinate is NaN, it lies before the first element.

    1. input and grid have one rank of 3 or more and one float element type.
    2. the grid has the input's batch, and as many coordinates for each place as there are spatial dimensions.
    3. no spatial dimension of the input is empty.
  }];
  let arguments = (ins Nn_FloatTensor:$input, Nn_FloatTensor:$grid, Nn_ResizeModeAttr:$mode,
    Nn_GridPaddingAttr:$padding, BoolAttr:$align_corners, Nn_LayoutAttr:$layout);
  let results = (outs Nn_FloatTensor:$output);
}

//===----------------------------------------------------------------------===//
// Gather and scatter
//===----------------------------------------------------------------------===//

def Nn_GatherOp : Nn_InferredOp<"gather", [Nn_FollowsHalf, Nn_MovesFirst, Nn_RootRole]> {
  let summary = "Slices of data along an axis chosen by indices";
  let description = [{
    Result shape: data up to axis, indices, data after axis. Negative indices count from the end.

    1. axis is within the rank of data; indices are i32 or i64.
  }];
  let arguments = (ins Nn_Tensor:$data, Nn_Tensor:$indices, I64Attr:$axis);
  let results = (outs Nn_Tensor:$output);
}

def Nn_GatherElementsOp : Nn_InferredOp<"gather_elements", [Nn_FollowsHalf, Nn_MovesFirst, Nn_RootRole]> {
  let summary = "Element of data at an index along an axis for each position of indices";
  let description = [{
    1. data and indices have one rank; axis is within it.
  }];
  let arguments = (ins Nn_Tensor:$data, Nn_Tensor:$indices, I64Attr:$axis);
  let results = (outs Nn_Tensor:$output);
}

def Nn_GatherNdOp : Nn_InferredOp<"gather_nd", [Nn_FollowsHalf, Nn_MovesFirst, Nn_RootRole]> {
  let summary = "Slices of data chosen by index tuples in the last dimension of indices";
  let description = [{
    1. batch_dims is smaller than both ranks; the leading dimensions agree.
    2. the last dimension of indices is at most the rank of data less batch_dims.
  }];
  let arguments = (ins Nn_Tensor:$data, Nn_Tensor:$indices, DefaultValuedAttr<I64Attr, "0">:$batch_dims);
  let results = (outs Nn_Tensor:$output);
}

def Nn_ScatterElementsOp : Nn_InferredOp<"scatter_elements", [
    Nn_InFloat, Nn_Own<IntegerOpInterface, ["getMovedOperands"]>, Nn_RootRole]> {
  let summary = "data with updates written (or combined) at indices along an axis";
  let description = [{
    1. data, indices, updates have one rank; indices and updates one shape; axis is within the rank.
  }];
  let arguments = (ins Nn_Tensor:$data, Nn_Tensor:$indices, Nn_Tensor:$updates, I64Attr:$axis,
    Nn_ScatterReductionAttr:$reduction);
  let results = (outs Nn_Tensor:$output);
}

def Nn_ScatterNdOp : Nn_InferredOp<"scatter_nd", [
    Nn_InFloat, Nn_Own<IntegerOpInterface, ["getMovedOperands"]>, Nn_RootRole]> {
  let summary = "data with slices written (or combined) at index tuples";
  let description = [{
    1. the last dimension of indices is at most the rank of data.
    2. the shape of updates follows from data and indices.
  }];
  let arguments = (ins Nn_Tensor:$data, Nn_Tensor:$indices, Nn_Tensor:$updates, Nn_ScatterReductionAttr:$reduction);
  let results = (outs Nn_Tensor:$output);
}

//===----------------------------------------------------------------------===//
// Quantisation
//===----------------------------------------------------------------------===//

def Nn_QuantizeOp : Nn_Op<"quantize", [
    Nn_InFloat, Nn_OrderWithAxis, Nn_Own<PartOpInterface>,
    Nn_Own<StageOpInterface, ["getStageRole", "isAlongAxis"]>]> {
  let summary = "saturate(round_half_even(x / scale) + zero_point)";
  let description = [{
    ONNX QuantizeLinear; scale and zero point are scalars or vectors along axis.

    1. scale has one element or as many as dimension axis; zero_point has scale's shape and the result's element type.
    2. operand and result have one shape.
  }];
  let arguments = (ins Nn_FloatTensor:$input, Nn_FloatTensor:$scale, Optional<Nn_Tensor>:$zero_point,
    DefaultValuedAttr<I64Attr, "1">:$axis);
  let results = (outs Nn_Tensor:$output);
  let hasVerifier = 1;
}

def Nn_DequantizeOp : Nn_InferredOp<"dequantize", [
    Nn_InFloat, Nn_OrderWithAxis, Nn_Own<PartOpInterface>,
    Nn_Own<StageOpInterface, ["getStageRole", "isAlongAxis"]>]> {
  let summary = "(x - zero_point) * scale";
  let description = [{
    ONNX DequantizeLinear; scale and zero point are scalars or vectors along axis. The result has scale's element type.

    1. scale has one element or as many as dimension axis; zero_point has scale's shape and the operand's element type.
  }];
  let arguments = (ins Nn_Tensor:$input, Nn_FloatTensor:$scale, Optional<Nn_Tensor>:$zero_point,
    DefaultValuedAttr<I64Attr, "1">:$axis);
  let results = (outs Nn_FloatTensor:$output);
}

#endif
