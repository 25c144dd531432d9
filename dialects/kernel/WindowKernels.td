//===- WindowKernels.td - Kernels of integers that stay bytes -------------===//
//
// A part of KernelOps.td: sums of bytes whose left operand is read where it
// lies (docs/decisions/integer-kernels.md).
//
//===----------------------------------------------------------------------===//

#ifndef DLC_DIALECTS_KERNEL_WINDOWKERNELS
#define DLC_DIALECTS_KERNEL_WINDOWKERNELS

def Kernel_MoveOp : Kernel_Op<"move"> {
  let summary = "Bytes from one place to another";
  let description = [{
    Copies `bytes` bytes; `flipped` ones have the other top bit, so that unsigned
    numbers become signed ones, 128 less. Of `halfwords` every second byte has it.

    ```mlir
    kernel.move %x, %y for %bytes {
      instructions = #kernel.instructions<mve, load = 4>
    } : (index, index, index) -> ()
    ```

    1. addresses and bytes are of one type.
  }];
  let arguments = (ins Kernel_Address:$source, Kernel_Address:$target,
                       Kernel_Address:$bytes, UnitAttr:$flipped,
                       Kernel_InstructionsAttr:$instructions,
                       UnitAttr:$halfwords);
  let assemblyFormat = [{
    $source `,` $target `for` $bytes attr-dict
    `:` functional-type(operands, results)
  }];
}

def Kernel_FillOp : Kernel_Op<"fill"> {
  let summary = "The same byte in several places";
  let description = [{
    Stores `value` in `bytes` bytes that lie side by side, or in their `halfwords`.

    ```mlir
    kernel.fill %y for %bytes {
      value = -5 : i64, instructions = #kernel.instructions<mve, load = 4>
    } : (index, index) -> ()
    ```

    1. address and bytes are of one type.
    2. value is -128 to 127, of halfwords -32768 to 32767.
  }];
  let arguments = (ins Kernel_Address:$target, Kernel_Address:$bytes,
                       I64Attr:$value, Kernel_InstructionsAttr:$instructions,
                       UnitAttr:$halfwords);
  let assemblyFormat = [{
    $target `for` $bytes attr-dict `:` functional-type(operands, results)
  }];
}

def Kernel_WindowsOp : Kernel_Op<"windows"> {
  let summary = "The products of windows with all columns, rescaled and stored";
  let description = [{
    For each of `positions` positions, and for each of `features` columns: a bias
    and the products of a window with the column's weights are added up and stored,
    as they are (without `rescale`) or as integers made of them.

    A window is `rows` rows of `bytes` bytes, each row `pitch` bytes behind the one
    before, and the window of the next position is `step` bytes on. Rows are read in
    groups, the last one beyond the end of the row: what is read there is multiplied
    by zero. Results of a position lie side by side, those of the next one `stride`
    bytes on.

    The right operand is one stream: with `rescale` the addend, a word; then for
    each block of the tile's columns their biases, [rows][groups of a row][columns]
    groups of weights, and with `rescale` the columns' multipliers, or their
    multipliers, their addends, and what their results are shifted left by, or, where 16 bits
    are stored, the lower words of their multipliers and the upper ones. Columns
    that the last block has too many are there as zeros. Groups of a row come in
    turn, those first that are a multiple of `apart` groups away from the first
    (then those from the second, and so on): neighbouring positions that read the
    same ones read them once.

    ```mlir
    kernel.windows %x, %w for %positions, %y {
      tile = #kernel.tile<positions = 2, columns = 4>,
      products = #kernel.products<si8 * si8 -> i32, group = 16>,
      features = 16 : i64, rows = 3 : i64, pitch = 544 : i64, bytes = 48 : i64,
      apart = 1 : i64, step = 16 : i64, stride = 16 : i64,
      rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127>,
      instructions = #kernel.instructions<mve, load = 4>
    } : (index, index, index, index) -> ()
    ```

    1. addresses and positions are of one type; positions are a multiple of the tile's.
    2. operands have 8 bits, the left one or 16, and what a step reads of a column are whole words.
    3. apart divides the groups of a row.
  }];
  let arguments = (ins Kernel_Address:$left, Kernel_Address:$right,
                       Kernel_Address:$positions, Kernel_Address:$result,
                       Kernel_TileAttr:$tile, Kernel_ProductsAttr:$products,
                       Kernel_Positive:$features, Kernel_Positive:$rows,
                       ConfinedAttr<I64Attr, [IntNonNegative]>:$pitch,
                       Kernel_Positive:$bytes, Kernel_Positive:$apart,
                       ConfinedAttr<I64Attr, [IntNonNegative]>:$step,
                       ConfinedAttr<I64Attr, [IntNonNegative]>:$stride,
                       OptionalAttr<Kernel_RescaleAttr>:$rescale,
                       Kernel_InstructionsAttr:$instructions);
  let assemblyFormat = [{
    $left `,` $right `for` $positions `,` $result attr-dict
    `:` functional-type(operands, results)
  }];
  let extraClassDeclaration = [{
    /// Groups that a row is read in.
    int64_t getGroups();
    /// Bytes of the right operand.
    int64_t getRightBytes();
    /// Bits of one stored element.
    int64_t getStoredBits();
  }];
}

def Kernel_InterleaveOp : Kernel_Op<"interleave"> {
  let summary = "Rows of an image as words of each channel";
  let description = [{
    Reads `rows` rows of `columns` pixels of `channels` bytes, which lie side by side
    in a row; the next row is `pitch` bytes on. Writes the bytes that a channel has
    in one column as a word, the first row's first, and a channel's words side by
    side; the next channel is `spacing` bytes on. Bytes of rows that there are less
    than four stay as they are.

    ```mlir
    kernel.interleave %x, %t {
      channels = 8 : i64, rows = 3 : i64, pitch = 56 : i64, columns = 7 : i64,
      spacing = 32 : i64, instructions = #kernel.instructions<mve, load = 4>
    } : (index, index) -> ()
    ```

    1. addresses are of one type.
    2. there are four rows at most, and the words of a row have room in spacing.
  }];
  let arguments = (ins Kernel_Address:$source, Kernel_Address:$target,
                       Kernel_Positive:$channels, Kernel_Positive:$rows,
                       ConfinedAttr<I64Attr, [IntNonNegative]>:$pitch,
                       Kernel_Positive:$columns, Kernel_Positive:$spacing,
                       Kernel_InstructionsAttr:$instructions);
  let assemblyFormat = [{
    $source `,` $target attr-dict `:` functional-type(operands, results)
  }];
}

def Kernel_FilterOp : Kernel_Op<"filter"> {
  let summary = "A line of results of a depthwise convolution";
  let description = [{
    For each of `channels` channels `results` sums of a filter's products are
    rescaled and stored, those of neighbouring channels side by side and those of
    the next window `stride` bytes on. The left operand lies as kernel.interleave
    writes it; a window is `taps` columns of it, at most four, and the next one
    `step` columns on. Four columns are read for each window: the weights of those
    that are no taps are zero.

    The right operand is one stream of words: an addend; then for each channel the
    weights of four columns, each a word of bytes as in the left operand, the bias
    and the multiplier. With a shift of 0 there is no addend before, but each channel
    has one behind its multiplier, and then what its results are shifted left by.

    ```mlir
    kernel.filter %t, %w, %y {
      products = #kernel.products<si8 * si8 -> i32, group = 16>,
      channels = 8 : i64, taps = 3 : i64, step = 1 : i64, results = 5 : i64,
      spacing = 32 : i64, stride = 64 : i64,
      rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127>,
      instructions = #kernel.instructions<mve, load = 4>
    } : (index, index, index) -> ()
    ```

    1. addresses are of one type.
    2. a window has four taps at most, and those of a line have room in spacing.
    3. products are of bytes, sixteen at a time.
  }];
  let arguments = (ins Kernel_Address:$left, Kernel_Address:$right,
                       Kernel_Address:$result, Kernel_ProductsAttr:$products,
                       Kernel_Positive:$channels, Kernel_Positive:$taps,
                       Kernel_Positive:$step, Kernel_Positive:$results,
                       Kernel_Positive:$spacing, Kernel_Positive:$stride,
                       Kernel_RescaleAttr:$rescale,
                       Kernel_InstructionsAttr:$instructions);
  let assemblyFormat = [{
    $left `,` $right `,` $result attr-dict
    `:` functional-type(operands, results)
  }];
}

#endif // DLC_DIALECTS_KERNEL_WINDOWKERNELS
