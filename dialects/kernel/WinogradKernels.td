//===- WinogradKernels.td - Winograd's algorithm on integers --------------===//
//
// A part of KernelOps.td: a tile of 2 x 2 results of a convolution with 3 x 3
// taps, exactly (docs/decisions/integer-winograd.md).
//
//===----------------------------------------------------------------------===//

#ifndef DLC_DIALECTS_KERNEL_WINOGRADKERNELS
#define DLC_DIALECTS_KERNEL_WINOGRADKERNELS

def Kernel_WinogradInputOp : Kernel_Op<"winograd_input"> {
  let summary = "4 x 4 pixels, transformed";
  let description = [{
    Reads four rows, `stride` bytes apart, of four pixels, `pixel` bytes apart, each
    of which has `channels` elements side by side. For the 4 x 4 elements d of each
    channel it writes the sixteen points B d B^T, with the rows (1, 0, -1, 0),
    (0, 1, 1, 0), (0, -1, 1, 0) and (0, 1, 0, -1) of B, as elements of type `to`:
    [points][channels], row by row, of each row the points of the columns 1, 0, 2
    and 3. In which order the elements of a group of channels are written is that of
    `kernel.widen`. Elements lie `tiles` elements apart: those of other tiles are
    between them. The last channels may lie beyond a pixel: whoever gives them
    weights of zero need not fill up its pixels to whole groups.

    ```mlir
    kernel.winograd_input %x every %row, %tile {
      channels = 16 : i64, pixel = 16 : i64, tiles = 1 : i64, from = si8, to = si16,
      instructions = #kernel.instructions<dsp, load = 4>
    } : (index, index, index) -> ()
    ```

    1. addresses and stride are of one type.
    2. elements are read that the other type holds.
  }];
  let arguments = (ins Kernel_Address:$source, Kernel_Address:$stride,
                       Kernel_Address:$target, Kernel_Positive:$channels,
                       Kernel_Positive:$pixel, Kernel_Positive:$tiles,
                       TypeAttr:$from, TypeAttr:$to,
                       Kernel_InstructionsAttr:$instructions);
  let assemblyFormat = [{
    $source `every` $stride `,` $target attr-dict
    `:` functional-type(operands, results)
  }];
}

def Kernel_WinogradFiltersOp : Kernel_Op<"winograd_filters"> {
  let summary = "Filters of 3 x 3 bytes, transformed";
  let description = [{
    Reads `filters` times nine signed bytes, row by row, one filter behind the other. For
    each filter g it writes the sixteen points U g U^T as halfwords, [points][filters],
    with U and the order of the points as `kernel.winograd_columns` has them.

    ```mlir
    kernel.winograd_filters %w, %block {
      filters = 64 : i64, instructions = #kernel.instructions<dsp, load = 4>
    } : (index, index) -> ()
    ```

    1. addresses are of one type.
  }];
  let arguments = (ins Kernel_Address:$source, Kernel_Address:$target,
                       Kernel_Positive:$filters,
                       Kernel_InstructionsAttr:$instructions);
  let assemblyFormat = [{
    $source `,` $target attr-dict `:` functional-type(operands, results)
  }];
}

def Kernel_WinogradColumnsOp : Kernel_Op<"winograd_columns"> {
  let summary = "The products of transformed tiles with all columns, as 2 x 2 results of each";
  let description = [{
    For each of `tiles` tiles, and for each of `features` columns: the sums P over the channels of the products of
    the left operand's sixteen points (`kernel.winograd_input`) and the column's,
    4 x 4 of them; A P A^T with the rows (1, 1, 1, 0) and (0, 1, -1, -1) of A, 2 x 2
    results; and what `rescale` makes of each of these and the column's bias.
    Results of a position lie side by side, those of the next column of the
    convolution `pixel` bytes on, also where that is the next tile's, those of the
    next row `stride` bytes on.

    The right operand is one stream of words: the addend; then for each `block`
    columns [points][groups of channels][columns][group] weights, points and
    groups as the left operand has them, the columns' biases, and their multipliers
    or each column's multiplier, addend and shift. Where `rescale` has limbs there is no addend
    in front, weights are words, and a column has the four words of `kernel.columns`. The points of a filter g are
    U g U^T with the rows (2, 0, 0), (1, 1, 1), (1, -1, 1) and (0, 0, 2) of U, by
    which results are four times the convolution's; so are the biases.

    ```mlir
    kernel.winograd_columns %tile, %w, %y every %row {
      channels = 16 : i64, features = 16 : i64, pixel = 16 : i64, tiles = 1 : i64,
      block = 4 : i64,
      products = #kernel.products<si16 * si16 -> i32, group = 4>,
      rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127>,
      instructions = #kernel.instructions<dsp, load = 4>
    } : (index, index, index, index) -> ()
    ```

    1. addresses and stride are of one type.
    2. channels are whole groups.
    3. features are whole blocks.
    4. a position's results end where the next one's begin, or before.
  }];
  let arguments = (ins Kernel_Address:$left, Kernel_Address:$right,
                       Kernel_Address:$result, Kernel_Address:$stride,
                       Kernel_Positive:$channels, Kernel_Positive:$features,
                       Kernel_Positive:$pixel, Kernel_Positive:$tiles,
                       Kernel_Positive:$block,
                       Kernel_ProductsAttr:$products,
                       Kernel_RescaleAttr:$rescale,
                       Kernel_InstructionsAttr:$instructions);
  let assemblyFormat = [{
    $left `,` $right `,` $result `every` $stride attr-dict
    `:` functional-type(operands, results)
  }];
  let extraClassDeclaration = [{
    /// Bytes of the right operand.
    int64_t getRightBytes();
  }];
}

#endif // DLC_DIALECTS_KERNEL_WINOGRADKERNELS
