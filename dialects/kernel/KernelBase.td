//===- KernelBase.td - What the ops of the kernel dialect share -----------===//
//
// The innermost steps of a nest, with fixed registers.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_DIALECTS_KERNEL_KERNELBASE
#define DLC_DIALECTS_KERNEL_KERNELBASE

include "dialects/kernel/KernelInterfaces.td"
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

#endif
