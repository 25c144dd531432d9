//===- ArenaStageOps.td - What is only known when a stage runs ------------===//

#ifndef DLC_DIALECTS_ARENA_ARENASTAGEOPS
#define DLC_DIALECTS_ARENA_ARENASTAGEOPS

include "dialects/arena/ArenaBase.td"

def Arena_AdvanceOp : Arena_Op<"advance", [Pure, DeclareOpInterfaceMethods<ViewLikeOpInterface>]> {
  let summary = "What lies some elements further on, as many as a loop has come";
  let description = [{
    In a stage: the memref that begins `elements` elements behind the source, a number that is known when it runs. As
    that of `arena.view` its type has offset 0.

    ```mlir
    // Element %t of a sequence of rows of 32.
    %1 = arena.advance %0 by %at : memref<320xf32> to memref<32xf32>
    ```

    1. source and result have one dimension of static size, no strides, and one element type of whole bytes.
    2. the result is not larger than the source.
  }];
  let arguments = (ins AnyMemRef:$source, Index:$elements);
  let results = (outs AnyMemRef:$result);
  let assemblyFormat = "$source `by` $elements attr-dict `:` type($source) `to` type($result)";
  let hasVerifier = 1;
}

def Arena_ProcedureOp : Arena_Op<"procedure", [Pure, IsolatedFromAbove, SingleBlock, NoTerminator]> {
  let summary = "Loops over memory as they are written, which no plan arranges";
  let description = [{
    In a stage, what is no nest of loops over the elements of a result: a search, a sort, writes to places that depend on
    values. The body reads the elements of the operands, row-major in a memref of one dimension each, and writes all
    elements of the results; the memrefs behind those are scratch memory, of which it finds nothing and leaves nothing.

    ```mlir
    // The number of true elements.
    %count = arena.procedure(%mask) {scratch = []} : (tensor<8xi1>) -> tensor<i32> {
    ^bb0(%m: memref<8xi1>, %c: memref<1xi32>):
      ...
    }
    ```

    1. the body takes a memref of the elements of each operand and result, and the memrefs of scratch.
    2. scratch is of one dimension, not empty and without strides.
  }];
  let arguments = (ins Variadic<AnyStaticShapeTensor>:$reads, TypeArrayAttr:$scratch);
  let results = (outs Variadic<AnyStaticShapeTensor>:$makes);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "`(` $reads `)` attr-dict `:` functional-type($reads, $makes) $body";
  let hasVerifier = 1;
}

#endif
