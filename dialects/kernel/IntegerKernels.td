//===- IntegerKernels.td - Kernels of integers ----------------------------===//
//
// A part of KernelOps.td: sums of integers, tile by tile
// (docs/decisions/integer-kernels.md).
//
//===----------------------------------------------------------------------===//

#ifndef DLC_DIALECTS_KERNEL_INTEGERKERNELS
#define DLC_DIALECTS_KERNEL_INTEGERKERNELS

def Kernel_CopyOp : Kernel_Op<"copy"> {
  let summary = "Rows of bytes, one behind the other";
  let description = [{
    Copies `rows` rows of `bytes` bytes, each `stride` bytes behind the one before,
    to an address from which on they lie without gaps. `flipped` bytes have the
    other top bit: unsigned numbers become signed ones, 128 less.

    ```mlir
    kernel.copy %x every %stride, %y for %rows {
      bytes = 9 : i64, instructions = #kernel.instructions<dsp, load = 4>
    } : (index, index, index, index) -> ()
    ```

    1. addresses, stride and rows are of one type.
  }];
  let arguments = (ins Kernel_Address:$source, Kernel_Address:$stride,
                       Kernel_Address:$target, Kernel_Address:$rows,
                       Kernel_Positive:$bytes, UnitAttr:$flipped,
                       Kernel_InstructionsAttr:$instructions);
  let assemblyFormat = [{
    $source `every` $stride `,` $target `for` $rows attr-dict
    `:` functional-type(operands, results)
  }];
}

def Kernel_WidenOp : Kernel_Op<"widen"> {
  let summary = "Elements of one position as the left operand of kernel.columns";
  let description = [{
    Reads `groups` groups of elements of type `from`, which lie side by side, and
    writes them as elements of the left operand, each group `positions` groups
    behind the one before: the groups of the other positions of a tile lie between
    them. In which order the elements of a group are written is the instruction
    set's affair; packed weights have the same. `aligned` addresses are multiples of
    four bytes.

    `armv7m` and `armv6m`: groups are one element. `dsp`: elements 0, 2, 1, 3, as SXTB16 and UXTB16
    take them out of a word; those of 16 bits in their own order, and without a sign they become signed,
    2^15 less. Bits of signs, in any of them: of the element `4 i + k` of a group bit `8 k + 7 - i`, which
    is its byte's in the word `i`. With `combined`, elements 1 and 3 and then `256 a - b + 127` for the elements 0 and 2
    as `a` and those that follow them as `b`: see `kernel.columns`. In `armv6m` `combined`
    elements without a sign become 128 less.

    ```mlir
    kernel.widen %x, %tile for %n {
      positions = 6 : i64, from = si8,
      products = #kernel.products<si16 * si8 -> i32, group = 4>, aligned,
      instructions = #kernel.instructions<dsp, load = 4>
    } : (index, index, index) -> ()
    ```

    1. addresses and groups are of one type.
    2. elements are read that the left operand's type holds, or of 16 bits without a sign.
    3. combined are signed weights of 8 bits, or of 16 in groups of one, and elements of 8.
  }];
  let arguments = (ins Kernel_Address:$source, Kernel_Address:$target,
                       Kernel_Address:$groups,
                       Kernel_Positive:$positions, TypeAttr:$from,
                       Kernel_ProductsAttr:$products, UnitAttr:$combined,
                       UnitAttr:$aligned, Kernel_InstructionsAttr:$instructions);
  let assemblyFormat = [{
    $source `,` $target `for` $groups attr-dict
    `:` functional-type(operands, results)
  }];
}

def Kernel_WidenTileOp : Kernel_Op<"widen_tile"> {
  let summary = "Elements of all positions of a tile as the left operand of kernel.columns";
  let description = [{
    What `kernel.widen` does for one position, for as many as a tile has: those of
    the next position lie `stride` bytes on.

    ```mlir
    kernel.widen_tile %x, %tile {
      positions = 6 : i64, groups = 2 : i64, stride = 8 : i64, from = si8,
      products = #kernel.products<si16 * si8 -> i32, group = 4>, aligned,
      instructions = #kernel.instructions<dsp, load = 4>
    } : (index, index) -> ()
    ```

    1. addresses are of one type.
    2. elements are read that the left operand's type holds, or of 16 bits without a sign.
    3. combined are signed weights of 8 bits, or of 16 in groups of one, and elements of 8.
  }];
  let arguments = (ins Kernel_Address:$source, Kernel_Address:$target,
                       Kernel_Positive:$positions, Kernel_Positive:$groups,
                       Kernel_Positive:$stride, TypeAttr:$from,
                       Kernel_ProductsAttr:$products, UnitAttr:$combined,
                       UnitAttr:$aligned, Kernel_InstructionsAttr:$instructions);
  let assemblyFormat = [{
    $source `,` $target attr-dict `:` functional-type(operands, results)
  }];
}

def Kernel_ColumnsOp : Kernel_Op<"columns"> {
  let summary = "The products of a tile of positions with all columns, rescaled and stored";
  let description = [{
    For each of `blocks` blocks of the tile's columns, and for each position: a bias
    and `steps` products of groups are added up, and stored: as they are (without
    `rescale`), or as integers made of them.

    The left operand lies as [steps][positions][group] (`kernel.widen`), one of bytes
    as [positions][steps][group]. The right operand is one stream of words: with
    `rescale` the addend; then for each block the biases of its columns,
    [steps][columns][group] weights, filled up to whole words, and with `rescale` the
    columns' multipliers, or what else a column has for it (`#kernel.rescale`). Results
    of a position lie side by side, those of the next one `stride` bytes on. Of `moved`
    weights the first word of the stream is to be added to each: `armv6m` loads bytes
    without a sign only, and adds the word's product with the elements' sum.

    `dsp`: the elements of a group are in the order in which `kernel.widen` writes
    them, and so are weights of 16 bits; of those of 8 bits the first and the third are multiplied by the
    first two elements. With `combined` the four weights w0 to w3
    are the halfwords `256 w1 + w0` and `256 w3 + w2`, and sums are 256 times what
    they would be: one instruction less takes out of them what the products need.

    `armv6m`: `combined` weights of 16 bits are those of two columns in a word, `w0 + 65536
    w1`, as [steps / 2][pairs of columns][2], an odd last step by itself. Products of two
    elements fit 16 bits, and elements are bytes with a sign or 128 less. In place of the biases
    of a pair stand `b0 + 65536 b1` and `b1`: what the sums of the words, and of their upper halves,
    start with.

    Products of signs are counted: a sum is less by 2 for each bit that differs, and
    otherwise as if all were 1. What an element that is not 0 adds to it by being 1 is in
    the biases where left operands are `si1`; kernels add it where they are `si2`.

    Weights of 4 or 2 bits are *narrow*: `16 / bits` of them share half a word, the
    first in the lowest bits. In `dsp` these are the columns of a block; words follow
    each other as those of the left operand, two elements in a word of each, and there is
    no sign but in the last column: the others are 2^(bits-1) larger. What the sum of a
    column starts with is added up in the same way, `b0`, `b0 + 2^bits b1`, and so on. In
    `armv7m` and `armv6m`, whose left operand are bytes of one position, they are
    neighbouring elements, and a word has two columns, all 2^(bits-1) larger; words of a
    block's pairs of columns lie side by side. Kernels take back what is larger, by the
    sum of the elements.

    ```mlir
    kernel.columns %tile, %w for %n, %y {
      tile = #kernel.tile<positions = 6, columns = 1>,
      products = #kernel.products<si16 * si8 -> i32, group = 4>, steps = 16 : i64,
      unroll = 8 : i64, stride = 64 : i64,
      rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127>,
      instructions = #kernel.instructions<dsp, load = 4>
    } : (index, index, index, index) -> ()
    ```

    1. addresses and blocks are of one type.
    2. unroll divides steps.
    3. combined are signed weights of 8 bits, or in groups of one of 16, whose columns come in pairs.
    4. moved are weights of 8 bits without a sign.
    5. narrow weights are signed; with groups a block has as many columns as share half a word, otherwise an even number.
    6. a tile of products of signs is one position and one column.
  }];
  let arguments = (ins Kernel_Address:$left, Kernel_Address:$right,
                       Kernel_Address:$blocks, Kernel_Address:$result,
                       Kernel_TileAttr:$tile, Kernel_ProductsAttr:$products,
                       UnitAttr:$combined, UnitAttr:$moved, Kernel_Positive:$steps,
                       Kernel_Positive:$unroll, ConfinedAttr<I64Attr, [IntNonNegative]>:$stride,
                       OptionalAttr<Kernel_RescaleAttr>:$rescale,
                       Kernel_InstructionsAttr:$instructions);
  let assemblyFormat = [{
    $left `,` $right `for` $blocks `,` $result attr-dict
    `:` functional-type(operands, results)
  }];
  let extraClassDeclaration = [{
    /// Bytes of a block of the right operand, and of what is before the first.
    int64_t getBlockBytes();
    int64_t getHeadBytes();
    /// Bits of one stored element.
    int64_t getStoredBits();
  }];
}

def Kernel_PlanesOp : Kernel_Op<"planes"> {
  let summary = "A row of pixels of four channels as rows of four planes";
  let description = [{
    Reads `pixels` pixels of four channels, which lie side by side, the pixels
    `stride` bytes apart, and writes them as elements of type `to`: each channel's
    side by side, `plane` bytes behind those of the channel before. With `odd` the
    first element is the second one of two that are stored together.

    ```mlir
    kernel.planes %x, %y {
      pixels = 25 : i64, stride = 64 : i64, plane = 392 : i64, from = si8, to = si16,
      odd, instructions = #kernel.instructions<dsp, load = 4>
    } : (index, index) -> ()
    ```

    1. addresses are of one type.
    2. elements are read that the other type holds.
  }];
  let arguments = (ins Kernel_Address:$source, Kernel_Address:$target,
                       Kernel_Positive:$pixels, Kernel_Positive:$stride,
                       Kernel_Positive:$plane, TypeAttr:$from, TypeAttr:$to,
                       UnitAttr:$odd, Kernel_InstructionsAttr:$instructions);
  let assemblyFormat = [{
    $source `,` $target attr-dict `:` functional-type(operands, results)
  }];
}

def Kernel_DepthwiseOp : Kernel_Op<"depthwise"> {
  let summary = "Windows over four planes with filters of their own, rescaled and stored";
  let description = [{
    For each of four planes, `plane` bytes apart, whose rows are `row` bytes apart: the
    results of `rows` x `columns` windows of `taps` rows by three columns, whose
    beginnings are `row_step` rows and `column_step` columns apart. Results of the
    four channels lie side by side, those of the next column `stride` and of the next
    row `result_row` bytes on.

    The right operand is the addend, then for each plane words of each row of its
    filter, the bias and the multiplier. In `dsp` a row is (w0, w1) and (w1, w2)
    where windows are a column apart, and (w0, w1) and (w2, 0) where they are two; in
    `armv7m`, whose planes are bytes, the three weights; in `armv6m` they are a word of
    10, 10 and 12 bits, the first in the lowest ones. In `armv6m` signed
    elements are stored 128 more (`kernel.planes`), which the biases take back; there is
    no addend in front, and a plane's multiplier is its limbs (`#kernel.rescale`).

    ```mlir
    kernel.depthwise %planes, %w, %y {
      rows = 5 : i64, columns = 25 : i64, taps = 3 : i64, row_step = 1 : i64,
      column_step = 1 : i64, row = 56 : i64, plane = 392 : i64, stride = 64 : i64,
      result_row = 1600 : i64,
      left = si16, rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127>,
      instructions = #kernel.instructions<dsp, load = 4>
    } : (index, index, index) -> ()
    ```

    1. addresses are of one type.
    2. what the windows read lies within the rows.
    3. rows of results follow one another without a gap, or columns do.
  }];
  let arguments = (ins Kernel_Address:$planes, Kernel_Address:$right,
                       Kernel_Address:$result, Kernel_Positive:$rows,
                       Kernel_Positive:$columns, Kernel_Positive:$taps,
                       Kernel_Positive:$row_step, Kernel_Positive:$column_step,
                       Kernel_Positive:$row, Kernel_Positive:$plane,
                       Kernel_Positive:$stride, Kernel_Positive:$result_row,
                       TypeAttr:$left,
                       Kernel_RescaleAttr:$rescale,
                       Kernel_InstructionsAttr:$instructions);
  let assemblyFormat = [{
    $planes `,` $right `,` $result attr-dict
    `:` functional-type(operands, results)
  }];
  let extraClassDeclaration = [{
    /// Elements of a row that the windows read.
    int64_t getRowElements();
    /// Words of one plane's filter.
    int64_t getFilterWords();
  }];
}

#endif // DLC_DIALECTS_KERNEL_INTEGERKERNELS
