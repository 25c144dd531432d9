//===- ArenaOps.td - The arena dialect ------------------------------------===//
//
// Where values lie in memory.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_DIALECTS_ARENA_ARENAOPS
#define DLC_DIALECTS_ARENA_ARENAOPS

include "dialects/arena/ArenaBase.td"

def Arena_BufferOp : Arena_Op<"buffer"> {
  let summary = "Memory in the arena";
  let description = [{
    ```mlir
    %0 = arena.buffer {name = "conv_1", bytes = 512 : i64, align = 16 : i64, offset = 1024 : i64} : memref<1x4x4x8xf32>
    ```

    Two buffers that are alive at one time do not overlap once both have an
    offset, unless they lie in different spaces.

    A `persistent` buffer is state: what a call of the network leaves there the
    next one finds. It is alive from the first to the last call of @main and in
    between the calls of the network, so no other buffer ever shares its bytes.

    ```mlir
    %1 = arena.buffer {name = "state", bytes = 64 : i64, align = 16 : i64, persistent, space = #arena.space<second_bank>} : memref<16xf32>
    ```

    1. the memref has a static shape and is contiguous.
    2. bytes is at least what the memref takes.
    3. align is a power of two.
    4. offset, if any, is a multiple of align and not negative.
    5. what lies in the second bank has one: the module's `arena.bank_sizes` lists
       two or more.
  }];
  let arguments = (ins StrAttr:$name, I64Attr:$bytes, I64Attr:$align, OptionalAttr<I64Attr>:$offset,
                       DefaultValuedAttr<Arena_SpaceAttr, "Space::Host">:$space,
                       UnitAttr:$persistent);
  // An allocation: two equal ones are two buffers, one that nobody uses is dead.
  let results = (outs Res<AnyMemRef, "", [MemAlloc<DefaultResource, 0, FullEffect>]>:$memory);
  let assemblyFormat = "attr-dict `:` type($memory)";
  let hasVerifier = 1;
}

def Arena_ViewOp : Arena_Op<"view", [Pure, DeclareOpInterfaceMethods<ViewLikeOpInterface>]> {
  let summary = "A part of a buffer";
  let description = [{
    The memref that begins `byte_offset` bytes behind the source. Unlike that of
    memref.subview its type has offset 0: what it is passed to need not know
    where it lies.

    ```mlir
    // Channels 8 to 11 of 16.
    %1 = arena.view %0 {byte_offset = 32 : i64} : memref<4x4x16xf32> to memref<4x4x4xf32, strided<[64, 16, 1]>>
    ```

    1. source and result have static shapes and strides and offset 0, and one element type.
    2. the view lies within the source: byte_offset is not negative and the result's extent ends within the source's.
    3. byte_offset is a multiple of the element's size.
  }];
  let arguments = (ins AnyMemRef:$source, I64Attr:$byte_offset);
  let results = (outs AnyMemRef:$result);
  let assemblyFormat = "$source attr-dict `:` type($source) `to` type($result)";
  let hasVerifier = 1;
}

def Arena_DataFlowOp : Arena_Op<"data_flow", [IsolatedFromAbove, SingleBlock]> {
  let summary = "What @main computed while its values were tensors";
  let description = [{
    The record that the memory plan is proved by (dlc-record-data-flow,
    dlc-prove-arena): the network's inputs are the block's arguments, each call
    of a stage is an `arena.step`, and slices, reshapes and concatenations
    arrange elements. Constants are there where no stage reads them.

    ```mlir
    arena.data_flow {
    ^bb0(%x: tensor<1x8xf32>):
      %0 = arena.step "conv_1"(%x) : (tensor<1x8xf32>) -> tensor<1x8xf32>
      arena.outputs %0 : tensor<1x8xf32>
    }
    ```
  }];
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "attr-dict-with-keyword $body";
}

def Arena_StepOp : Arena_Op<"step", [HasParent<"DataFlowOp">]> {
  let summary = "A call of a stage, as far as memory is concerned";
  let description = [{
    Reads all elements of its operands and makes those of its results. Constant
    operands are left out.
  }];
  let arguments = (ins StrAttr:$name, Variadic<AnyStaticShapeTensor>:$reads);
  let results = (outs Variadic<AnyStaticShapeTensor>:$makes);
  let assemblyFormat = "$name `(` $reads `)` attr-dict `:` functional-type($reads, $makes)";
}

def Arena_OutputsOp : Arena_Op<"outputs", [Terminator, HasParent<"DataFlowOp">]> {
  let summary = "The network's results";
  let arguments = (ins Variadic<AnyStaticShapeTensor>:$values);
  let assemblyFormat = "attr-dict ($values^ `:` type($values))?";
}

#endif
