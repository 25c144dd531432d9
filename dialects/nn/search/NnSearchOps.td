//===- NnSearchOps.td - Results that are found rather than computed -------===//
//
// Ops whose work or whose number of results depends on values, and others that
// few passes ask about: their C++ classes have a header of their own.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_DIALECTS_NN_NNSEARCHOPS
#define DLC_DIALECTS_NN_NNSEARCHOPS

include "dialects/nn/NnBase.td"

def Nn_PositionsOp : Nn_InferredOp<"positions", [Nn_InFloat, Nn_InReals, Nn_RootRole]> {
  let summary = "Where a vector holds true, and in how many places";
  let description = [{
    The positions of the true elements in their order, behind them zeros, and their number.

    1. the operand has one dimension, of less than 2^31 elements.
  }];
  let arguments = (ins Nn_BoolTensor:$input);
  let results = (outs StaticShapeTensorOf<[I32]>:$positions, StaticShapeTensorOf<[I32]>:$count);
}

def Nn_SuppressOp : Nn_InferredOp<"suppress", [AttrSizedOperandSegments,
    Nn_Own<CostOpInterface, ["countOtherOperations"]>, Nn_InFloat, Nn_InReals, Nn_RootRole]> {
  let summary = "Boxes that no better one of their class overlaps";
  let description = [{
    ONNX NonMaxSuppression. Of each batch and class the boxes with a score above `score` (absent: all), the best first,
    of equal ones the one that stands first; not those whose intersection over union with one that was taken is larger
    than `iou`, and at most `most`. `selected[i]` is [batch, class, box], behind `count` rows zeros. A box is two corners,
    [y1, x1, y2, x2] in any order, or with `center` [x, y, width, height]. A score that is NaN is not above any other.
    `iou_given` and `score_given` count in place of these attributes; `most_given`, where it is less than `most`, counts, and
    as 0 where it is less than that.

    1. boxes are [batch, n, 4] and scores [batch, classes, n], of one float type.
    2. most is positive and not larger than n.
    3. what is given has one element, most_given of i64, the others of the boxes' type.
  }];
  let arguments = (ins Nn_FloatTensor:$boxes, Nn_FloatTensor:$scores, Optional<Nn_Tensor>:$most_given,
    Optional<Nn_FloatTensor>:$iou_given, Optional<Nn_FloatTensor>:$score_given, I64Attr:$most, F64Attr:$iou,
    OptionalAttr<F64Attr>:$score, DefaultValuedAttr<BoolAttr, "false">:$center);
  let assemblyFormat = [{
    $boxes `,` $scores (`most_given` $most_given^)? (`iou_given` $iou_given^)? (`score_given` $score_given^)?
    attr-dict `:` functional-type(operands, results)
  }];
  let results = (outs StaticShapeTensorOf<[I64]>:$selected, StaticShapeTensorOf<[I32]>:$count);
}

def Nn_BestAboveOp : Nn_InferredOp<"best_above", [
    Nn_Own<CostOpInterface, ["countOtherOperations"]>, Nn_InFloat, Nn_InReals, Nn_RootRole]> {
  let summary = "The largest elements above a level, and how many they are";
  let description = [{
    The `most` largest elements of a vector that are above `level` (absent: all), the largest first, of equal ones the one
    that stands first: where they are, and behind `count` of them zeros. NaN is above nothing.

    1. the operand has one dimension, of less than 2^31 elements.
    2. most is positive and not larger than the operand.
    3. level is a number of the operand's type; of integers a whole one.
  }];
  let arguments = (ins Nn_Tensor:$input, I64Attr:$most, OptionalAttr<F64Attr>:$level);
  let results = (outs StaticShapeTensorOf<[I32]>:$places, StaticShapeTensorOf<[I32]>:$count);
}

def Nn_KeepApartOp : Nn_InferredOp<"keep_apart", [
    Nn_Own<CostOpInterface, ["countOtherOperations"]>, Nn_InFloat, Nn_InReals, Nn_RootRole]> {
  let summary = "Boxes of a list that no better one of their class overlaps";
  let description = [{
    What is left of a list of boxes, the best first, that ends before the first one whose score is not above `score`. Kept
    is what does not overlap one that is kept before it, of its class where there are classes, and at most `most`: two boxes
    overlap if their intersection over union is larger than `iou`. The positions of those that are kept in their order, and
    behind `count` of them zeros.

    1. boxes are [4 or more, n] (left, top, right, bottom) and scores [1, n] of one float type.
    2. most is positive.
    3. there is at most one tensor of classes, [1, n].
  }];
  let arguments = (ins Nn_FloatTensor:$boxes, Nn_FloatTensor:$scores, Variadic<Nn_Tensor>:$classes, I64Attr:$most,
    F64Attr:$iou, F64Attr:$score);
  let results = (outs StaticShapeTensorOf<[I32]>:$kept, StaticShapeTensorOf<[I32]>:$count);
}

def Nn_RoiAlignOp : Nn_InferredOp<"roi_align", [
    Nn_Own<CostOpInterface, ["countOtherOperations"]>, Nn_InFloat, Nn_InReals, Nn_RootRole,
    Nn_LayoutByAttribute]> {
  let summary = "Regions of images, each at a few points, interpolated";
  let description = [{
    ONNX RoiAlign. Region r, [x1, y1, x2, y2] times `scale`, of image `batches[r]` is cut into height x width parts.
    Each part's element is the mean (or largest, see kind) of what the image has at the centres of a grid of
    `sampling` x `sampling` cells, or, where that is 0, of as many as the part has elements in that direction, rounded
    up, but at most as many as the image has. With half_pixel the centre of element 0 is at 0.5, else at 0, and regions
    are at least 1 wide and high. The largest is that of the four elements around each centre times their weights.

    1. input is [n, channels, h, w] (or channels last), rois [r, 4], of one float type; batches are [r] of i32 or i64.
    2. height, width and scale are positive; sampling is not negative.
    3. kind is mean or max; no dimension of the input is empty.
  }];
  let arguments = (ins Nn_FloatTensor:$input, Nn_FloatTensor:$rois, Nn_Tensor:$batches, I64Attr:$height,
    I64Attr:$width, I64Attr:$sampling, F64Attr:$scale, BoolAttr:$half_pixel, Nn_ReduceKindAttr:$kind,
    Nn_LayoutAttr:$layout);
  let results = (outs Nn_FloatTensor:$output);
}

def Nn_RoiPoolOp : Nn_InferredOp<"roi_pool", [
    Nn_Own<CostOpInterface, ["countOtherOperations"]>, Nn_InFloat, Nn_InReals, Nn_RootRole,
    Nn_LayoutByAttribute]> {
  let summary = "Largest elements of the parts of regions of images";
  let description = [{
    ONNX MaxRoiPool. Region r, [image, x1, y1, x2, y2], whose corners times `scale` are rounded (halves away from zero)
    and both belong to it, is cut into height x width parts, from floor(i h / height) to ceil((i + 1) h / height) of its
    h rows. A part without an element of the image is 0.

    1. input is [n, channels, h, w] (or channels last), rois [r, 5], of one float type.
    2. height, width and scale are positive; no dimension of the input is empty.
  }];
  let arguments = (ins Nn_FloatTensor:$input, Nn_FloatTensor:$rois, I64Attr:$height, I64Attr:$width,
    F64Attr:$scale, Nn_LayoutAttr:$layout);
  let results = (outs Nn_FloatTensor:$output);
}

def Nn_TablesAttr : TypedArrayAttrBase<DenseI32ArrayAttr, "tables of i32">;

def Nn_InterpolateOp : Nn_InferredOp<"interpolate", [
    Nn_Own<CostOpInterface, ["countOtherOperations"]>, Nn_InFloat, Nn_InReals, Nn_RootRole,
    Nn_Own<LayoutOpInterface, ["reorder", "renumber"]>]> {
  let summary = "Sums of a few integers with integer weights, known for each position";
  let description = [{
    For two axes, d and e, of whose result's positions i and j are, with t and u taps,

        output[..., i, ..., j, ...] = sum over a < t, b < u of
            input[..., indices_d[a][i], ..., indices_e[b][j], ...] * weights_d[a][i] * weights_e[b][j]

    and so for any number of axes. `indices` and `weights` have a table for each of `axes`, of as many rows as it has `taps`,
    one after the other, with an entry for each position of the result. It is what interpolation between stored integers is
    (nn.resize of their real numbers), but for a factor and the zero point.

    1. input holds integers of 2 to 32 bits, unsigned ones of at most 16.
    2. axes are different dimensions of the input, with taps and two tables each, as many entries as taps times positions.
    3. indices are positions of the input's dimension.
    4. accumulator is i32 or i64.
  }];
  let arguments = (ins Nn_Tensor:$input, DenseI64ArrayAttr:$axes, DenseI64ArrayAttr:$taps, Nn_TablesAttr:$indices,
    Nn_TablesAttr:$weights, TypeAttr:$accumulator);
  let results = (outs Nn_Tensor:$output);
  let extraClassDeclaration = [{
    /// Row `tap` of the indices, or weights, along the axis with number `axis`.
    ::llvm::ArrayRef<int32_t> indicesOf(unsigned axis, int64_t tap);
    ::llvm::ArrayRef<int32_t> weightsOf(unsigned axis, int64_t tap);
  }];
}

def Nn_PiecewiseOp : Nn_InferredOp<"piecewise", [
    Nn_Own<CostOpInterface, ["countOtherOperations"]>, Nn_InFloat, Nn_InReals, Nn_JointOrder, Nn_CheapRoot]> {
  let summary = "A function of each integer, by polynomials of segments";
  let description = [{
    Of each element, in integers of 32 bits, with c[i] the row i of `coefficients`, of as many as there are `shifts` and one,

        q = min(max(input, least), greatest)
        i = ((q - least) >> bits) + how many of breaks are not above q
        u = (q - least) & (2^bits - 1)
        v = c[i][d], then v = ((v * u) >> shifts[k]) + c[i][k] for k from d - 1 to 0
        output = min(max(v >> shift, min), max)

    What a function of one stored integer of 16 bits is, where a table of all its results would be too large.

    1. input holds integers of at most 16 bits.
    2. least is not above greatest, breaks rise and lie between them; bits are 0 to 16, shifts 0 to 31.
    3. coefficients has a row for each segment: of 2^bits integers from least on, and one more for each break.
    4. storage is an integer type of 8, 16 or 32 bits; min is not above max, and both are values of it.
  }];
  let arguments = (ins Nn_Tensor:$input, I64Attr:$least, I64Attr:$greatest, I64Attr:$bits, DenseI64ArrayAttr:$breaks,
    DenseI32ArrayAttr:$coefficients, DenseI64ArrayAttr:$shifts, I64Attr:$shift, TypeAttr:$storage, I64Attr:$min,
    I64Attr:$max);
  let results = (outs Nn_Tensor:$output);
}

def Nn_CumProdOp : Nn_InferredOp<"cum_prod", [Nn_InFloat, Nn_InReals, Nn_RootRole, Nn_OrderWithAxis]> {
  let summary = "Running product along an axis";
  let description = [{
    1. axis is within the rank.
  }];
  let arguments = (ins Nn_Tensor:$input, I64Attr:$axis, DefaultValuedAttr<BoolAttr, "false">:$exclusive,
    DefaultValuedAttr<BoolAttr, "false">:$reverse);
  let results = (outs Nn_Tensor:$output);
}

/// The mark of dialects/nn/NnElementwiseOps.td, whose ops are not of this file.
def Nn_BitsElementwise : NativeOpTrait<"ElementwiseOp"> { let cppNamespace = "::dlc::nn"; }

def Nn_BitCastOp : Nn_Op<"bit_cast", [
    Nn_BitsElementwise, Nn_CountsOne, Nn_JointOrder, Nn_BroadcastParts, Nn_ElementwiseRole, Nn_InFloat, Nn_InReals]> {
  let summary = "The same bits as another type";
  let description = [{
    1. operand and result have one shape, and element types of as many bits, 8 or more.
  }];
  let arguments = (ins Nn_Tensor:$input);
  let results = (outs Nn_Tensor:$output);
  let hasVerifier = 1;
}

#endif
