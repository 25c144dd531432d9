//===- TableKernels.td - Sums of signs, looked up -------------------------===//

#ifndef DLC_DIALECTS_KERNEL_TABLEKERNELS
#define DLC_DIALECTS_KERNEL_TABLEKERNELS

include "dialects/kernel/KernelBase.td"

def Kernel_TableColumnsOp : Kernel_Op<"table_columns"> {
  let summary = "The sums of positions with the signs of all columns, looked up";
  let description = [{
    Weights are `magnitude` or less that, a bit each. A group of 4 or 8 elements has 16 or
    256 sums, whatever the columns are: these are made once for all columns, and a column
    looks up one for each group.

    The left operand are bytes, the elements of each position one behind the other, `steps`
    groups. An entry is a sum of bytes without a sign (elements with one are 128 more)
    where a bit is set, and of 255 less the byte where it is not: 16 bits, and with two
    positions a word, the first one's in the lower half. So are the sums of columns
    with two positions.

    The right operand is, in words, with `rescale` the addend; then for each block of
    columns, as many as the tile has, their biases and what they have for rescaling; then for each
    *section* of `unroll` groups and each `block` columns, of which the last are filled up, for
    each group bits of these columns one behind the other, the group's first element lowest.
    Biases take off 255 `magnitude` for each bit that is not set, and what elements with a
    sign are more.

    At `scratch` is room for the tables of a section, and a word for each column.

    ```mlir
    kernel.table_columns %x, %w by %scratch, %y {
      tile = #kernel.tile<positions = 1, columns = 4>,
      from = si8, group = 4 : i64, steps = 160 : i64, unroll = 8 : i64, features = 128 : i64,
      block = 8 : i64, magnitude = 1 : i64, stride = 0 : i64,
      rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127>,
      instructions = #kernel.instructions<dsp, load = 4>
    } : (index, index, index, index) -> ()
    ```

    1. addresses are of one type.
    2. elements are bytes with or without a sign, a group has 4 or 8.
    3. unroll divides steps, and the tile's columns the features.
    4. there are one or two positions, two where sums of all elements fit 16 bits.
    5. magnitude is 1 to 255.
    6. what is stored are sums, or integers of 8 bits.
  }];
  let arguments = (ins Kernel_Address:$left, Kernel_Address:$right,
                       Kernel_Address:$scratch, Kernel_Address:$result,
                       Kernel_TileAttr:$tile, TypeAttr:$from, Kernel_Positive:$group,
                       Kernel_Positive:$steps, Kernel_Positive:$unroll,
                       Kernel_Positive:$features, Kernel_Positive:$block,
                       Kernel_Positive:$magnitude,
                       ConfinedAttr<I64Attr, [IntNonNegative]>:$stride,
                       OptionalAttr<Kernel_RescaleAttr>:$rescale,
                       Kernel_InstructionsAttr:$instructions);
  let assemblyFormat = [{
    $left `,` $right `by` $scratch `,` $result attr-dict
    `:` functional-type(operands, results)
  }];
  let extraClassDeclaration = [{
    /// Groups of 256 sums of two positions are the largest that fit 16 bits.
    static constexpr int64_t kMostElements = 256, kMostMagnitude = 255;
    /// Bytes of a table.
    static int64_t tableBytes(int64_t group, int64_t positions) {
      return (2 * positions) << group;
    }
    /// Bytes of the right operand, and of scratch memory.
    int64_t getRightBytes();
    int64_t getScratchBytes();
    /// Columns that are looked up, of which the last are filled up.
    int64_t getLookedUp();
    /// Bits of one stored element.
    int64_t getStoredBits();
  }];
}

#endif
