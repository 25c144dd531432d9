//===- ArenaStageOps.td - Places that a stage finds when it runs ----------===//

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

#endif
