//===- KernelOps.td - The kernel dialect ----------------------------------===//
//
// The innermost steps of a nest, with fixed registers.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_DIALECTS_KERNEL_KERNELOPS
#define DLC_DIALECTS_KERNEL_KERNELOPS

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/OpBase.td"

def Kernel_Dialect : Dialect {
  let name = "kernel";
  let cppNamespace = "::dlc::kernel";
  let summary = "The innermost steps of a nest, with fixed registers";
  let description = [{
    Where it is the order of the registers that makes a loop fast, no register
    allocator finds it. What such loops compute, and on what memory, are the ops
    of this dialect; codegen/loops emits them, codegen/memory asks them what they
    read and write (`KernelOpInterface`), and codegen/kernels writes them as
    instructions.

    An op's attributes say everything that its instructions depend on: element
    types, shape, unrolling and the instruction set. The name of the function that
    it becomes is made of them, so that ops with one name share one function.

    A *tile* is positions x columns accumulators, a row of columns for each
    position. An *address* is an index, or the integer that it is converted to, and
    counts bytes; so do strides. Which memory an address is of follows from the
    `memref.extract_aligned_pointer_as_index` that it comes from.
  }];
  let useDefaultAttributePrinterParser = 1;
}

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

def Kernel_InstructionSet : I32EnumAttr<"InstructionSet",
    "the instructions that a kernel is made of", [
  I32EnumAttrCase<"Vfpv2", 0, "vfpv2">, I32EnumAttrCase<"Vfpv4", 1, "vfpv4">,
  I32EnumAttrCase<"Neon", 2, "neon">, I32EnumAttrCase<"Mve", 3, "mve">,
  I32EnumAttrCase<"Dsp", 4, "dsp">, I32EnumAttrCase<"DotProd", 5, "dotprod">,
  I32EnumAttrCase<"Vnni", 6, "vnni">, I32EnumAttrCase<"Ptx", 7, "ptx">,
  I32EnumAttrCase<"Armv7M", 8, "armv7m">,
  I32EnumAttrCase<"Armv6M", 9, "armv6m">]> {
  let cppNamespace = "::dlc::kernel";
  let genSpecializedAttr = 0;
}

class Kernel_Attr<string name, string attribute> : AttrDef<Kernel_Dialect, name> {
  let mnemonic = attribute;
  let genVerifyDecl = 1;
}

def Kernel_InstructionsAttr : Kernel_Attr<"Instructions", "instructions"> {
  let summary = "What a kernel may be written in";
  let description = [{
    `#kernel.instructions<vfpv4, load = 8>`: the instruction set (Arm's VFP with
    products and sums apart, `vfpv2`, or fused, `vfpv4`; AArch64's `neon` and
    `dotprod`; Armv8.1-M's `mve`; the `dsp` extension of Arm cores; the core
    instructions of Armv7-M and of Armv6-M, `armv7m` and `armv6m`; x86's `vnni`; `ptx`), and of how many elements of 32 bits one load is best.

    1. load is 1 to 64.
  }];
  let parameters = (ins EnumParameter<Kernel_InstructionSet>:$set, "int64_t":$load);
  let assemblyFormat = "`<` $set `,` `load` `=` $load `>`";
}

def Kernel_TileAttr : Kernel_Attr<"Tile", "tile"> {
  let summary = "The shape of a tile of accumulators";
  let description = [{
    `#kernel.tile<positions = 2, columns = 8>`

    1. both are positive.
  }];
  let parameters = (ins "int64_t":$positions, "int64_t":$columns);
  let assemblyFormat = "`<` `positions` `=` $positions `,` `columns` `=` $columns `>`";
  let extraClassDeclaration = [{
    int64_t size() const { return getPositions() * getColumns(); }
  }];
}

def Kernel_ProductsAttr : Kernel_Attr<"Products", "products"> {
  let summary = "What is multiplied and where it is added up";
  let description = [{
    `#kernel.products<f32 * f32 -> f32, group = 1>`, or
    `#kernel.products<ui8 * si8 -> i32, group = 4>`: the element types of both
    operands and of the accumulator, and how many products one lane of an
    instruction adds up. As many elements of the reduction, a *group*, lie side by
    side in both operands; a step of a kernel is one group.

    1. both operands are floats of one type, or both are integers of 2, 4, 8 or 16 bits that are signed or unsigned; left ones may have 32.
    2. floats are added up in floats of at least their width, integers in i32 or i64.
    3. group is 1, 2, 4, 8 or 16, a group of the wider operand has at most 128 bits, and one of floats of 32 or more bits is 1.
    4. products of signs, `si1 * si1` or `si2 * si1`, come in groups of 32, in i32 (dialects/kernel/SignProducts.h).
  }];
  let parameters = (ins "::mlir::Type":$left, "::mlir::Type":$right,
                        "::mlir::Type":$sum, "int64_t":$group);
  let assemblyFormat = "`<` $left `*` $right `->` $sum `,` `group` `=` $group `>`";
}

def Kernel_RescaleAttr : Kernel_Attr<"Rescale", "rescale"> {
  let summary = "What a column's sums are stored as";
  let description = [{
    `#kernel.rescale<si8, shift = 8, min = -128, max = 127>`: of a sum `a` is stored

        clamp((a * multiplier + addend * 2^32) >> (32 + shift))

    with a multiplier of 32 bits for each column and one addend for all. With `shift =
    0` each column has an addend and a shift of its own too. What more general
    parameters mean (nn.rescale) is written so where that is the same for all sums
    that can occur.

    `#kernel.rescale<si8, shift = 24, min = -128, max = 127, limbs = 2 of 14>` keeps 32
    bits of each product. A column's multiplier is cut into limbs `m0`, `m1`, and so on,
    but for the highest of so many bits, and sums come so that the least that is not
    stored as `min` is 0. Up to the column's *reach* of a sum `a` is stored

        min + (((a * m0 >> 14) + a * m1 + addend) >> 24)

    (with a third limb this is shifted once more), below 0 `min` and beyond `max`. A
    column has its reach, its addend, in which `min * 2^shift` is already, its highest
    limb and a word of the others.

    Integers of 16 bits have too many steps for a multiplier of 32 bits. It has 64, its lower word
    first, and is in units of 2^-32, both words with a sign:

        clamp(((a * multiplier >> 32) + addend * 2^32) >> (32 + shift))

    1. stored are signed or unsigned integers of 8 or 16 bits.
    2. shift is 0 to 31, and 1 at least where 16 bits are stored.
    3. min and max are values of the stored type, min the lesser.
    4. there are no limbs, or two or three of 1 to 16 bits, 8 bits are stored and shift is 1 to 24.
  }];
  let parameters = (ins "::mlir::Type":$storage, "int64_t":$shift,
                        "int64_t":$min, "int64_t":$max,
                        DefaultValuedParameter<"int64_t", "0">:$limbs,
                        DefaultValuedParameter<"int64_t", "0">:$bits);
  let builders = [AttrBuilder<(ins "::mlir::Type":$storage, "int64_t":$shift,
                                   "int64_t":$min, "int64_t":$max), [{
    return $_get($_ctxt, storage, shift, min, max, 0, 0);
  }]>];
  let assemblyFormat = [{
    `<` $storage `,` `shift` `=` $shift `,` `min` `=` $min `,` `max` `=` $max
    (`,` `limbs` `=` $limbs^ `of` $bits)? `>`
  }];
  let extraClassDeclaration = [{
    /// Words of a column's factor in a right operand, and before all columns.
    int64_t columnWords() const {
      return getLimbs() ? 4 : isWide() ? 2 : getShift() == 0 ? 3 : 1;
    }
    /// Whether multipliers have 64 bits.
    bool isWide() const { return getStorage().getIntOrFloatBitWidth() == 16; }
    int64_t headWords() const { return getLimbs() || getShift() == 0 ? 0 : 1; }
  }];
}

//===----------------------------------------------------------------------===//
// Interface
//===----------------------------------------------------------------------===//

def KernelOpInterface : OpInterface<"KernelOpInterface"> {
  let cppNamespace = "::dlc::kernel";
  let description = [{
    A kernel: instructions of one function, told apart by its attributes.
  }];
  let methods = [
    InterfaceMethod<[{
      What it reads and writes. An access is complete before the next one that
      writes begins, and a write before whatever follows it; reads that follow each
      other come in any order, element by element.
    }], "::llvm::SmallVector<::dlc::kernel::Access, 2>", "getAccesses">,
    InterfaceMethod<"What its instructions are taken from.",
      "::dlc::kernel::InstructionsAttr", "getInstructions">
  ];
}

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

def Kernel_Address : AnyTypeOf<[Index, I32, I64], "an address or a number of bytes or steps">;
def Kernel_Element : AnyTypeOf<[AnyFloat, AnyInteger], "an element">;
def Kernel_Positive : ConfinedAttr<I64Attr, [IntPositive]>;

// The addresses of all ops are first, so that the functions that they become
// take their operands in the order in which they are written here.
class Kernel_Op<string mnemonic, list<Trait> traits = []>
    : Op<Kernel_Dialect, mnemonic,
         !listconcat(traits, [DeclareOpInterfaceMethods<KernelOpInterface, ["getAccesses"]>])> {
  let hasVerifier = 1;
}

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
