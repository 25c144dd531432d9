//===- KernelOps.td - The kernel dialect ----------------------------------===//
//
// Ops that most of codegen knows; SparseKernels.td has others.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_DIALECTS_KERNEL_KERNELOPS
#define DLC_DIALECTS_KERNEL_KERNELOPS

include "dialects/kernel/KernelBase.td"

def Kernel_MultiplyOp : Kernel_Op<"multiply", [AttrSizedOperandSegments]> {
  let summary = "Steps of the products of a tile";
  let description = [{
    Each of `steps` steps multiplies one group of the left operand of each position
    by one of each column of the right operand, and adds to the accumulators. The
    left operand of a position is contiguous along the steps, and that of the next
    one `stride` bytes on; the right operand is contiguous along steps and columns.
    `unroll` steps are one iteration; where it does not divide the steps, which is
    what `remainder` says, those that remain are done one by one.

    ```mlir
    %0:4 = kernel.multiply %x every %stride, %w for %n, (%a, %b, %c, %d) {
      tile = #kernel.tile<positions = 2, columns = 2>, products = #kernel.products<f32 * f32 -> f32, group = 1>,
      unroll = 4 : i64, instructions = #kernel.instructions<vfpv4, load = 8>
    } : (index, index, index, index, f32, f32, f32, f32) -> (f32, f32, f32, f32)
    ```

    1. addresses, strides and steps are of one type.
    2. there is a stride if there are several positions, and only then.
    3. operands and results are the tile's accumulators, of the type of the sums.
    4. what a step reads of the right operand are whole bytes.
  }];
  let arguments = (ins Kernel_Address:$left, Optional<Kernel_Address>:$stride,
                       Kernel_Address:$right, Kernel_Address:$steps,
                       Variadic<Kernel_Element>:$sums,
                       Kernel_TileAttr:$tile, Kernel_ProductsAttr:$products,
                       Kernel_Positive:$unroll, UnitAttr:$remainder,
                       Kernel_InstructionsAttr:$instructions);
  let results = (outs Variadic<Kernel_Element>:$results);
  let assemblyFormat = [{
    $left (`every` $stride^)? `,` $right `for` $steps `,` `(` $sums `)` attr-dict
    `:` functional-type(operands, results)
  }];
}

def Kernel_MultiplyPairsOp : Kernel_Op<"multiply_pairs"> {
  let summary = "Steps of products where each column has a left operand of its own";
  let description = [{
    Each of `steps` steps multiplies the groups of the left operand, one for each
    column, by those of the right one, pair by pair. What a step reads is
    contiguous in both; the left operand of the next step is `stride` bytes on, the
    right one follows. As in a depthwise convolution.

    ```mlir
    %0:4 = kernel.multiply_pairs %x every %stride, %w for %n, (%a, %b, %c, %d) {
      tile = #kernel.tile<positions = 1, columns = 4>, products = #kernel.products<f32 * f32 -> f32, group = 1>,
      unroll = 3 : i64, instructions = #kernel.instructions<vfpv4, load = 8>
    } : (index, index, index, index, f32, f32, f32, f32) -> (f32, f32, f32, f32)
    ```

    1. addresses, strides and steps are of one type.
    2. the tile has one position.
    3. operands and results are the tile's accumulators, of the type of the sums.
    4. what a step reads of each operand are whole bytes.
  }];
  let arguments = (ins Kernel_Address:$left, Kernel_Address:$stride,
                       Kernel_Address:$right, Kernel_Address:$steps,
                       Variadic<Kernel_Element>:$sums,
                       Kernel_TileAttr:$tile, Kernel_ProductsAttr:$products,
                       Kernel_Positive:$unroll,
                       Kernel_InstructionsAttr:$instructions);
  let results = (outs Variadic<Kernel_Element>:$results);
  let assemblyFormat = [{
    $left `every` $stride `,` $right `for` $steps `,` `(` $sums `)` attr-dict
    `:` functional-type(operands, results)
  }];
}

def Kernel_LoadOp : Kernel_Op<"load"> {
  let summary = "The accumulators of a tile, each row the same";
  let description = [{
    What a tile starts with, a bias for each column.

    ```mlir
    %0:4 = kernel.load %bias {
      tile = #kernel.tile<positions = 2, columns = 2>, instructions = #kernel.instructions<vfpv4, load = 8>
    } : (index) -> (f32, f32, f32, f32)
    ```

    1. the results are the tile's elements, of one type.
  }];
  let arguments = (ins Kernel_Address:$address, Kernel_TileAttr:$tile,
                       Kernel_InstructionsAttr:$instructions);
  let results = (outs Variadic<Kernel_Element>:$results);
  let assemblyFormat = "$address attr-dict `:` functional-type(operands, results)";
}

def Kernel_StoreOp : Kernel_Op<"store", [AttrSizedOperandSegments]> {
  let summary = "Writes a tile to memory";
  let description = [{
    Each row is contiguous, that of the next position `stride` bytes on.

    ```mlir
    kernel.store %y every %stride, (%a, %b, %c, %d) {
      tile = #kernel.tile<positions = 2, columns = 2>, instructions = #kernel.instructions<vfpv4, load = 8>
    } : (index, index, f32, f32, f32, f32) -> ()
    ```

    1. address and stride are of one type.
    2. there is a stride if there are several positions, and only then.
    3. the values are the tile's elements, of one type.
  }];
  let arguments = (ins Kernel_Address:$address, Optional<Kernel_Address>:$stride,
                       Variadic<Kernel_Element>:$values,
                       Kernel_TileAttr:$tile,
                       Kernel_InstructionsAttr:$instructions);
  let assemblyFormat = [{
    $address (`every` $stride^)? `,` `(` $values `)` attr-dict
    `:` functional-type(operands, results)
  }];
}

def Kernel_FinishOp : Kernel_Op<"finish", [AttrSizedOperandSegments, IsolatedFromAbove]> {
  let summary = "Does the epilogue to each accumulator of a tile and stores it";
  let description = [{
    The region computes one stored element from one accumulator, and nothing else:
    what is done to sixteen results takes more code than their products, so that
    all tiles of one shape with one epilogue share a function.

    ```mlir
    kernel.finish %y every %stride, (%a, %b, %c, %d) {
      tile = #kernel.tile<positions = 2, columns = 2>, instructions = #kernel.instructions<vfpv4, load = 8>
    } : (index, index, f32, f32, f32, f32) -> () {
    ^bb0(%sum: f32):
      %zero = arith.constant 0.0 : f32
      %0 = arith.maximumf %sum, %zero : f32
      kernel.yield %0 : f32
    }
    ```

    1. address and stride are of one type.
    2. there is a stride if there are several positions, and only then.
    3. the values are the tile's accumulators, of one type.
    4. the region takes one accumulator.
    5. the region ends in one kernel.yield.
  }];
  let arguments = (ins Kernel_Address:$address, Optional<Kernel_Address>:$stride,
                       Variadic<Kernel_Element>:$values,
                       Kernel_TileAttr:$tile,
                       Kernel_InstructionsAttr:$instructions);
  let regions = (region MinSizedRegion<1>:$epilogue);
  let assemblyFormat = [{
    $address (`every` $stride^)? `,` `(` $values `)` attr-dict
    `:` functional-type(operands, results) $epilogue
  }];
  let extraClassDeclaration = [{
    /// The op that gives the stored element.
    YieldOp getYield();
    /// The type that is stored.
    ::mlir::Type getStoredType();
  }];
}

def Kernel_YieldOp : Op<Kernel_Dialect, "yield", [Terminator, HasParent<"FinishOp">]> {
  let summary = "The element that a tile's epilogue stores";
  let arguments = (ins Kernel_Element:$value);
  let assemblyFormat = "$value attr-dict `:` type($value)";
}

def Kernel_RowOp : Kernel_Op<"row"> {
  let summary = "The product of a row and a block of vectors of columns";
  let description = [{
    Each of `steps` steps multiplies one group of the row by the groups of all
    vectors' columns. The row and the columns are contiguous. In the product of one
    row and a constant matrix each weight is used once: what counts is how few
    instructions load it.

    ```mlir
    %0:2 = kernel.row %x, %w, (%a, %b) {
      products = #kernel.products<f32 * f32 -> f32, group = 1>, steps = 640 : i64,
      instructions = #kernel.instructions<neon, load = 16>
    } : (index, index, vector<4xf32>, vector<4xf32>) -> (vector<4xf32>, vector<4xf32>)
    ```

    1. addresses are of one type.
    2. operands and results are accumulators, vectors of one length of the type of the sums.
    3. what a step reads of the columns are whole bytes.
  }];
  let arguments = (ins Kernel_Address:$row, Kernel_Address:$columns,
                       Variadic<VectorOfRankAndType<[1], [AnyFloat, AnyInteger]>>:$sums,
                       Kernel_ProductsAttr:$products, Kernel_Positive:$steps,
                       Kernel_InstructionsAttr:$instructions);
  let results = (outs Variadic<VectorOfRankAndType<[1], [AnyFloat, AnyInteger]>>:$results);
  let assemblyFormat = [{
    $row `,` $columns `,` `(` $sums `)` attr-dict
    `:` functional-type(operands, results)
  }];
  let extraClassDeclaration = [{
    /// Columns of one vector.
    int64_t getLanes();
  }];
}

include "dialects/kernel/IntegerKernels.td"
include "dialects/kernel/WindowKernels.td"
include "dialects/kernel/WinogradKernels.td"

#endif // DLC_DIALECTS_KERNEL_KERNELOPS
