//===- PanelKernels.td - Weights that are decoded panel by panel ----------===//

#ifndef DLC_DIALECTS_KERNEL_PANELKERNELS
#define DLC_DIALECTS_KERNEL_PANELKERNELS

include "dialects/kernel/KernelBase.td"

class Kernel_PanelOp<string mnemonic> : Kernel_Op<mnemonic> {
  // Codes of more bits are looked for by their length.
  code limits = [{
    static constexpr int64_t kLengths = 16;
    /// Bytes of a table: entries of 16 bits for codes of up to `bits` bits, and
    /// two words for each greater length.
    static int64_t tableBytes(int64_t bits) {
      return (int64_t(2) << bits) + 8 * (kLengths - bits);
    }
  }];
}

def Kernel_SpreadCodesOp : Kernel_PanelOp<"spread_codes"> {
  let summary = "The table by which codes are looked up";
  let description = [{
    A canonical prefix code of bytes has codes of 1 to 16 bits; of one length they follow each
    other in the order of the symbols, and those of the next length follow them. What is stored
    of it, at `codes`, is how many codes there are of each length, 16 bytes, and the symbols in
    the order of their codes.

    The table has 2^`bits` halfwords, by the next bits of a stream: a symbol, and above it how
    long its code is, 0 for a longer one. Behind these are two words for each greater
    length: where the codes of the next one begin, in 16 bits, and what makes of a code the
    number of its symbol.

    ```mlir
    kernel.spread_codes %codes, %table {
      bits = 9 : i64, instructions = #kernel.instructions<armv7m, load = 4>
    } : (index, index) -> ()
    ```

    1. addresses are of one type.
    2. bits is 1 to 12.
  }];
  let arguments = (ins Kernel_Address:$codes, Kernel_Address:$table,
                       Kernel_Positive:$bits,
                       Kernel_InstructionsAttr:$instructions);
  let assemblyFormat = "$codes `,` $table attr-dict `:` functional-type(operands, results)";
  let extraClassDeclaration = limits;
}

def Kernel_DecodeOp : Kernel_PanelOp<"decode"> {
  let summary = "Bytes of a stream of codes";
  let description = [{
    Writes `bytes` bytes to `target`, and up to three more: what the codes of `stream` stand for; with `wide` as many
    halfwords, which are these bytes with their sign. A stream consists of
    halfwords, whose highest bits come first; its end is nowhere said, and it is read up to 10
    bytes beyond. `codes` and `table` are those of `kernel.spread_codes`.

    ```mlir
    kernel.decode %stream, %codes, %table, %to for %bytes {
      bits = 9 : i64, instructions = #kernel.instructions<armv7m, load = 4>
    } : (index, index, index, index, index) -> ()
    ```

    1. addresses and the number of bytes are of one type.
    2. bits is 1 to 12.
    3. armv6m has no wide ones.
  }];
  let arguments = (ins Kernel_Address:$stream, Kernel_Address:$codes,
                       Kernel_Address:$table, Kernel_Address:$target,
                       Kernel_Address:$bytes, Kernel_Positive:$bits,
                       UnitAttr:$wide, Kernel_InstructionsAttr:$instructions);
  let assemblyFormat = [{
    $stream `,` $codes `,` $table `,` $target `for` $bytes attr-dict
    `:` functional-type(operands, results)
  }];
  let extraClassDeclaration = limits;
}

def Kernel_DecodeNonzerosOp : Kernel_PanelOp<"decode_nonzeros"> {
  let summary = "Elements most of which are 0, of codes of the others and of the gaps between them";
  let description = [{
    Writes `elements` bytes to `target`, with `wide` as many halfwords. In the stream, which is one of
    `kernel.decode`, follow one another a code of `gaps`, of how many zeros come, and a code of `weights`, of the byte
    behind them; behind 255 zeros there is none, nor behind those at the end. For each code there is a table of
    `kernel.spread_codes`.

    ```mlir
    kernel.decode_nonzeros %stream, weights %codes by %table, gaps %others by %second, %to for %elements {
      bits = 9 : i64, instructions = #kernel.instructions<mve, load = 4>
    } : (index, index, index, index, index, index, index) -> ()
    ```

    1. addresses and the number of elements are of one type.
    2. bits is 1 to 12.
    3. armv6m has none.
  }];
  let arguments = (ins Kernel_Address:$stream, Kernel_Address:$weights,
                       Kernel_Address:$weightTable, Kernel_Address:$gaps,
                       Kernel_Address:$gapTable, Kernel_Address:$target,
                       Kernel_Address:$elements, Kernel_Positive:$bits,
                       UnitAttr:$wide, Kernel_InstructionsAttr:$instructions);
  let assemblyFormat = [{
    $stream `,` `weights` $weights `by` $weightTable `,` `gaps` $gaps `by` $gapTable `,` $target
    `for` $elements attr-dict `:` functional-type(operands, results)
  }];
  let extraClassDeclaration = limits # [{
    /// A gap behind which no weight comes.
    static constexpr int64_t kLongGap = 255;
  }];
}

def Kernel_SumGapsOp : Kernel_PanelOp<"sum_gaps"> {
  let summary = "Places of segments from how far they are apart";
  let description = [{
    At `places` lie `bytes` bytes of segments: for each how many places follow, and these as
    what lies between each and the one before it, or the beginning of the segment. They
    become the places themselves, as `kernel.sparse_columns` reads them.

    ```mlir
    kernel.sum_gaps %places for %bytes {
      instructions = #kernel.instructions<armv7m, load = 4>
    } : (index, index) -> ()
    ```

    1. the address and the number of bytes are of one type.
  }];
  let arguments = (ins Kernel_Address:$places, Kernel_Address:$bytes,
                       Kernel_InstructionsAttr:$instructions);
  let assemblyFormat = "$places `for` $bytes attr-dict `:` functional-type(operands, results)";
}

#endif
