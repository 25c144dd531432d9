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
    numbers become signed ones, 128 less.

    ```mlir
    kernel.move %x, %y for %bytes {
      instructions = #kernel.instructions<mve, load = 4>
    } : (index, index, index) -> ()
    ```

    1. addresses and bytes are of one type.
  }];
  let arguments = (ins Kernel_Address:$source, Kernel_Address:$target,
                       Kernel_Address:$bytes, UnitAttr:$flipped,
                       Kernel_InstructionsAttr:$instructions);
  let assemblyFormat = [{
    $source `,` $target `for` $bytes attr-dict
    `:` functional-type(operands, results)
  }];
}

def Kernel_FillOp : Kernel_Op<"fill"> {
  let summary = "The same byte in several places";
  let description = [{
    Stores `value` in `bytes` bytes that lie side by side.

    ```mlir
    kernel.fill %y for %bytes {
      value = -5 : i64, instructions = #kernel.instructions<mve, load = 4>
    } : (index, index) -> ()
    ```

    1. address and bytes are of one type.
    2. value is -128 to 127.
  }];
  let arguments = (ins Kernel_Address:$target, Kernel_Address:$bytes,
                       I64Attr:$value, Kernel_InstructionsAttr:$instructions);
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
    multipliers, their addends, and what their results are shifted left by. Columns
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
    2. operands have 8 bits, and what a step reads of a column are whole words.
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

#endif // DLC_DIALECTS_KERNEL_WINDOWKERNELS
