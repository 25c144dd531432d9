//===- SparseKernels.td - Products that leave out zeros -------------------===//

#ifndef DLC_DIALECTS_KERNEL_SPARSEKERNELS
#define DLC_DIALECTS_KERNEL_SPARSEKERNELS

include "dialects/kernel/KernelBase.td"

def Kernel_SparseColumnsOp : Kernel_Op<"sparse_columns"> {
  let summary = "The products of a position with what is not 0 of all columns";
  let description = [{
    For each of `columns` columns a bias and products are added up, and stored as
    kernel.columns does it. Of a column those groups of neighbouring weights are
    stored that are not all 0, 8 bits each.

    The left operand lies as that of kernel.columns with one position, `steps` groups.
    The right operand is, in words, with `rescale` the addend, then for each column its
    bias and what it has for rescaling, then the number of bytes of all weights; then
    the groups of all columns, so many bytes; then `places` bytes: for each column and
    each *segment*, 256 groups of the sum, how many groups there are, and the place of
    each within the segment.

    With `shared` what columns have for rescaling is one for all, and stands in front of
    the first column's bias. With `coded` the weights are 16 values; in `places` each
    place has a code, which value it is: of a segment with an odd number first a place
    and a byte with its code, then for each two places these and a byte with both codes,
    the first one's in the lower half.

    ```mlir
    kernel.sparse_columns %x, %w for %n, %y {
      products = #kernel.products<si8 * si8 -> i32, group = 1>, steps = 300 : i64,
      weights = 960 : i64, places = 1216 : i64,
      rescale = #kernel.rescale<si8, shift = 8, min = -128, max = 127>,
      instructions = #kernel.instructions<armv7m, load = 4>
    } : (index, index, index, index) -> ()
    ```

    1. addresses and columns are of one type.
    2. weights are whole groups of signed bytes.
    3. codes are of single weights, of 16 values.
    4. what is shared is a factor, by limbs or with one shift.
  }];
  let arguments = (ins Kernel_Address:$left, Kernel_Address:$right,
                       Kernel_Address:$columns, Kernel_Address:$result,
                       Kernel_ProductsAttr:$products, Kernel_Positive:$steps,
                       ConfinedAttr<I64Attr, [IntNonNegative]>:$weights,
                       Kernel_Positive:$places,
                       UnitAttr:$coded, UnitAttr:$shared,
                       OptionalAttr<Kernel_RescaleAttr>:$rescale,
                       Kernel_InstructionsAttr:$instructions);
  let assemblyFormat = [{
    $left `,` $right `for` $columns `,` $result attr-dict
    `:` functional-type(operands, results)
  }];
  let extraClassDeclaration = [{
    static constexpr int64_t kSegment = 256, kMostOfSegment = 255, kCodes = 16;
    int64_t getSegments();
    /// Bytes of a column's numbers, and of what else there is.
    int64_t getNumberBytes();
    int64_t getOtherBytes();
    /// Bits of one stored element.
    int64_t getStoredBits();
  }];
}

#endif
