//===- CodedKernels.td - Products with weights that are codes -------------===//

#ifndef DLC_DIALECTS_KERNEL_CODEDKERNELS
#define DLC_DIALECTS_KERNEL_CODEDKERNELS

include "dialects/kernel/KernelBase.td"

def Kernel_CodeTableOp : Kernel_Op<"code_table"> {
  let summary = "What two codes of four bits stand for";
  let description = [{
    Of 16 signed bytes a table for kernel.coded_columns, which looks up two codes
    at a time: byte `b` stands for the values `u`, of its lower half, and `v`.

    * `dsp`: 256 words, the halfwords `u` and `v`.
    * `armv7m`: 256 words, `u + 2^24 v`.
    * `armv6m`: 256 bytes `u`, and where left operands are bytes 256 bytes `v`.

    ```mlir
    kernel.code_table %values, %table {
      products = #kernel.products<si16 * ui4 -> i32, group = 4>,
      instructions = #kernel.instructions<dsp, load = 4>
    } : (index, index) -> ()
    ```

    1. addresses are of one type.
    2. products are those with codes, integers of 4 bits without a sign, added up in i32.
  }];
  let arguments = (ins Kernel_Address:$values, Kernel_Address:$table,
                       Kernel_ProductsAttr:$products,
                       Kernel_InstructionsAttr:$instructions);
  let assemblyFormat = [{
    $values `,` $table attr-dict `:` functional-type(operands, results)
  }];
}

def Kernel_CodedColumnsOp : Kernel_Op<"coded_columns"> {
  let summary = "The products of a tile of positions with columns of codes";
  let description = [{
    As kernel.columns with `blocks` blocks, where weights are codes of four bits:
    of a block those of [steps][columns][group], the first in the lower half of a
    byte, filled up to whole words. What they stand for is in a table
    (kernel.code_table).

    `armv7m` adds up the products of two columns in 64 bits, `s0 + 2^24 s1`, which is
    what the biases of two columns are as well, the lower word first. Sums of
    columns with even numbers have to fit 24 bits.

    ```mlir
    kernel.coded_columns %tile, %w by %table, %y {
      tile = #kernel.tile<positions = 5, columns = 1>,
      products = #kernel.products<si16 * ui4 -> i32, group = 4>, steps = 16 : i64,
      unroll = 8 : i64, blocks = 64 : i64, stride = 64 : i64,
      rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127>,
      instructions = #kernel.instructions<dsp, load = 4>
    } : (index, index, index, index) -> ()
    ```

    1. addresses are of one type.
    2. products are those with codes, integers of 4 bits without a sign, added up in i32.
    3. unroll divides steps.
    4. the codes of an iteration are whole bytes, if there are several.
    5. what is stored are sums, or integers of 8 bits.
  }];
  let arguments = (ins Kernel_Address:$left, Kernel_Address:$right,
                       Kernel_Address:$table, Kernel_Address:$result,
                       Kernel_TileAttr:$tile, Kernel_ProductsAttr:$products,
                       Kernel_Positive:$steps, Kernel_Positive:$unroll,
                       Kernel_Positive:$blocks,
                       ConfinedAttr<I64Attr, [IntNonNegative]>:$stride,
                       OptionalAttr<Kernel_RescaleAttr>:$rescale,
                       Kernel_InstructionsAttr:$instructions);
  let assemblyFormat = [{
    $left `,` $right `by` $table `,` $result attr-dict
    `:` functional-type(operands, results)
  }];
  let extraClassDeclaration = [{
    static constexpr int64_t kCodes = 16, kCodeBits = 4;
    /// Bytes of the right operand, and bits of one stored element.
    int64_t getRightBytes();
    int64_t getStoredBits();
  }];
}

#endif
