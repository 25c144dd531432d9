//===- Passes.td - From tensors to one arena ------------------------------===//

#ifndef DLC_CODEGEN_MEMORY_PASSES
#define DLC_CODEGEN_MEMORY_PASSES

include "mlir/Pass/PassBase.td"

def RecordDataFlow : Pass<"dlc-record-data-flow", "::mlir::ModuleOp"> {
  let summary = "Keeps what @main computes while its values are tensors";
  let description = [{
    Puts an `arena.data_flow` beside @main that says which call reads what of
    which other call's results, for dlc-prove-arena. A network whose values make
    more than 64 Mi grains (the largest pieces that all elements consist of: 256
    MiB of floats, 64 MiB where there are bytes) is not recorded unless the module
    is marked `arena.prove_all`: the proof takes 12 bytes for each.

    ```mlir
    func.func @main(%x: tensor<1x8xf32>) -> tensor<1x8xf32> {
      %w = arith.constant dense<1.0> : tensor<8x8xf32>
      %0 = call @dense_1(%x, %w)
    // adds
    arena.data_flow {
    ^bb0(%x: tensor<1x8xf32>):
      %0 = arena.step "dense_1"(%x) : (tensor<1x8xf32>) -> tensor<1x8xf32>
      arena.outputs %0 : tensor<1x8xf32>
    }
    ```
  }];
  let dependentDialects = ["::dlc::arena::ArenaDialect"];
}

def PrepareDevice : Pass<"dlc-prepare-device", "::mlir::ModuleOp"> {
  let summary = "Asks no order of a stage's elements of a device that has none";
  let description = [{
    Comes before dlc-bufferize where a GPU runs the network: its threads run in
    any order. An argument stays `nn.inplace` only if each element of the stage's
    result is computed from no other element of the argument than that of its
    own place. @main gets `arena.inputs`, the number of its inputs, which its
    function on memory no longer tells from the outputs.

    ```mlir
    // Sums along rows: whoever writes one first would take it from the others.
    func.func private @softmax_1(%x: tensor<4x8xf32> {nn.inplace}) -> tensor<4x8xf32>
    // becomes
    func.func private @softmax_1(%x: tensor<4x8xf32>) -> tensor<4x8xf32>
    ```
  }];
}

def Bufferize : Pass<"dlc-bufferize", "::mlir::ModuleOp"> {
  let summary = "Gives every value of @main a place in memory and stages memref arguments";
  let description = [{
    Needs a @main of calls of stages, `arith.constant`, `nn.reshape`,
    `nn.slice` with unit steps, `nn.concat` and a return, and stages on tensors.

    @main becomes `(inputs..., outputs..., %arena: memref<?xi8>)` without
    results. Its values lie

    * where the network's caller wants them: a returned result of a stage is
      written to the output, inputs are read where they are;
    * in a concatenation's place, if a concatenation reads them: producers
      write their part of it through strides;
    * over an operand that is not read again and has the result's type, where
      the stage allows it (`nn.inplace`); over a part of a dying buffer if
      fewer bytes are alive at once then;
    * else in an `arena.buffer`, aligned as `dlc.target` says.

    Reshapes and slices are views. What no view can express (a part of an input
    in a concatenation, a value that two concatenations hold, an input that is
    returned) is copied by a stage `nn.stage = "copy"`.

    A stage becomes `(operands..., results...)` without results. Memory that is
    not contiguous has a strided type, so a stage called with different strides
    has a function for each. The offset in these types is 0: who calls passes
    where the part begins (`arena.view`). Of `nn.inplace` those stay
    that a call makes use of: there the operand and the result are the same
    memory, and no element of the operand may be read after its place in the
    result was written.

    ```mlir
    func.func private @conv_1(%x: tensor<1x8x8x4xf32>, %w: tensor<8x4x1x1xf32> {nn.constant}) -> tensor<1x8x8x8xf32> {
      %0 = linalg.generic ...
      return %0
    }
    // becomes
    func.func private @conv_1(%x: memref<1x8x8x4xf32>, %w: memref<8x4x1x1xf32> {nn.constant}, %out: memref<1x8x8x8xf32>) {
      %xt = bufferization.to_tensor %x restrict
      %wt = bufferization.to_tensor %w restrict
      %0 = linalg.generic ...
      bufferization.materialize_in_destination %0 in restrict writable %out
      return
    }
    ```
  }];
  let dependentDialects = [
    "::dlc::arena::ArenaDialect", "::mlir::bufferization::BufferizationDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::memref::MemRefDialect",
    "::mlir::tensor::TensorDialect"
  ];
}

def MarkLastReads : Pass<"dlc-mark-last-reads", "::mlir::ModuleOp"> {
  let summary = "Marks arguments of stages that nothing reads afterwards";
  let description = [{
    Comes after dlc-bufferize. An argument is marked `arena.last_read` if at
    each call of the stage it lies in a buffer of the arena that no later call
    takes and that this call takes once. A stage may then use it as scratch
    memory and says so (`arena.consumed`). Inputs of the network are its
    caller's and constants are flash: they are never marked.

    A stage at one of whose calls more than half of the most bytes are alive is
    marked `arena.crowded`: the arena's size may depend on how soon it can write
    results over what it has read.

    ```mlir
    %0 = arena.buffer {name = "conv_1", ...} : memref<1x64xf32>
    %1 = arena.buffer {name = "dense_2", ...} : memref<1x10xf32>
    call @conv_1(%x, %0)
    call @dense_2(%0, %1) // the last call that takes %0
    // marks
    func.func private @dense_2(%x: memref<1x64xf32> {arena.last_read}, ...
    ```
  }];
}

def PrintArenaLiveness : Pass<"dlc-print-arena-liveness", "::mlir::ModuleOp"> {
  let summary = "Prints when each buffer of the arena is alive";
  let description = [{
    For tests and for people: one line for each buffer with its size and the
    steps (calls in @main) from and to which it is alive, then one line for each
    step with the sum of bytes alive. The IR stays as it is.
  }];
}

def MeasureOverlap : Pass<"dlc-measure-overlap", "::mlir::ModuleOp"> {
  let summary = "Finds out how far results may lie over operands that die";
  let description = [{
    A stage may write its result over those parts of its operand that it has
    read for the last time. This pass goes through the loops of each stage that
    is called where an operand's buffer dies and its result's begins, and marks
    the operand with `arena.overlap = array<i64: after, before>`: nothing is
    written over what is still to be read if the operand begins at least `after`
    bytes after the result, or at least `before` bytes before it. Either may be
    negative.

    A loop marked `arena.any_order` may go from its last iteration to its first:
    then the result lies above the operand instead of below it. Where a plan
    needs less with it, stages that follow each other go in turns backwards and
    forwards, so that their results do not move further and further down.

    A stage may read each part of its operand before it writes that part of the
    result, but not from the beginning to the end: a plane after the other, say.
    Whoever emits one marks the operand `arena.in_place`; the mark is checked, and
    the result may then begin where the operand does, too.

    An operand is not marked where an access cannot be followed, where the stage
    makes several results, or where the two must be apart anyway. Needs stages
    as loops (dlc-emit-loops) and all scratch memory hoisted
    (dlc-hoist-scratch).

    ```mlir
    // Each row is the sum of its neighbours: when row 6 is about to be written,
    // rows 0 to 5 are, which is 96 bytes, and row 5 on is still to be read.
    func.func private @sum(%x: memref<8x4xf32> {arena.overlap = array<i64: 16, 128>}, %y: memref<8x4xf32>) {
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def PlanArena : Pass<"dlc-plan-arena", "::mlir::ModuleOp"> {
  let summary = "Gives every buffer of the arena its offset";
  let description = [{
    Buffers alive at one time get disjoint bytes, but for a result and an
    operand that `arena.overlap` lets overlap (dlc-measure-overlap). The best of several greedy
    orders is improved by hill climbing, until the lower bound (the most bytes
    that one call needs) is reached or the effort is spent. The result is the same
    on every machine.

    A persistent buffer shares its bytes with nothing. One in the second bank
    lies there and nowhere else. Those on a device have offsets of their own, and
    the module gets `arena.device_bytes`.

    Sets `offset` on each `arena.buffer` of @main, and on the module
    `arena.bytes`, `arena.align` and `arena.lower_bound`. Needs all scratch
    memory hoisted (dlc-hoist-scratch).

    If the module has `arena.bank_sizes`, each buffer lies wholly in one bank of
    RAM, and the module gets `arena.parts`, the bytes taken of each, aligned.
    Offsets count through all parts. Where they do not fit there are no parts,
    and `arena.bytes` is the size of the banks and of what lies in none.
  }];
  let options = [
    Option<"effort", "effort", "uint64_t", "32000000",
           "elementary steps of the search; 0 takes the best greedy plan">
  ];
}

def ProveArena : Pass<"dlc-prove-arena", "::mlir::ModuleOp"> {
  let summary = "Proves that the planned memory holds what the tensors did";
  let description = [{
    Takes the `arena.data_flow` away and goes through the calls of the planned
    @main with a memory that holds, in place of values, the number of the tensor
    element that lies there. It shares nothing with the planner: neither live
    ranges nor places of values. An error, which is one of the compiler's own,
    unless

    * each operand holds, element by element, what the tensor held;
    * what a call writes (results, scratch) does not overlap with anything else
      it takes, but for a result over an operand of which the stage does not
      read again what it has written over;
    * no stage has a store to an operand, but to one in the arena that it marks
      `arena.consumed`: nothing is read from there afterwards;
    * all lies within the arena, and at the end the outputs are complete;
    * calls come in the order in which they were recorded;
    * no buffer has bytes in common with a persistent one of its space.

    A stage that marks an operand `nn.inplace` and whose accesses cannot be
    followed, or whose result has many elements, is taken at its word where the
    result takes the operand's whole place, unless the module is marked
    `arena.prove_all`. Without a record there is nothing to prove.
  }];
}

def LimitScratch : Pass<"dlc-limit-scratch", "::mlir::ModuleOp"> {
  let summary = "Says how much scratch memory each stage may take";
  let description = [{
    A faster form of a stage (Winograd's algorithm) may have scratch memory.
    With `arena.budget` on the module, a stage may take what the buffers that
    are alive during its calls leave of it. Without a budget, on a target with
    `scarce_ram`, the budget is what the network takes without any scratch, and
    1/256 of that: next to a large network a small block of scratch counts for
    nothing, and in a small one RAM comes first. On other targets there is no
    limit.

    Comes after dlc-bufferize and before dlc-emit-loops.

    ```mlir
    // 4096 bytes are alive at most, 3072 of them when @conv_1 is called.
    func.func private @conv_1(%x: memref<256xf32>, %y: memref<512xf32>)
        attributes {nn.stage = "conv", arena.max_scratch = 1040 : i64}
    ```
  }];
}

def HoistScratch : Pass<"dlc-hoist-scratch", "::mlir::ModuleOp"> {
  let summary = "Turns memory that stages allocate into arguments from the arena";
  let description = [{
    Each `memref.alloc` of a stage becomes an argument marked `arena.scratch`,
    and each call in @main passes a buffer that is alive during this call alone.
    A `memref.dealloc` goes away. An allocation of dynamic size and one inside
    a parallel loop are errors: their memory cannot be planned.

    ```mlir
    func.func private @conv_1(%x: memref<4xf32>) {
      %0 = memref.alloc() : memref<64xf32>
    // becomes
    func.func private @conv_1(%x: memref<4xf32>, %0: memref<64xf32> {arena.scratch}) {
    ```
  }];
  let dependentDialects = ["::dlc::arena::ArenaDialect"];
}

def LowerArena : Pass<"dlc-lower-arena", "::mlir::ModuleOp"> {
  let summary = "Turns planned buffers into views of the arena argument";
  let description = [{
    An `arena.buffer` becomes a `memref.view` of @main's last argument at its
    offset, an `arena.view` one at the sum of offsets, under its strides. An
    input or output that is viewed becomes an array of bytes. Needs a planned
    arena. One that is split into `arena.parts` has an argument for each.

    ```mlir
    %0 = arena.buffer {name = "conv_1", bytes = 512 : i64, align = 16 : i64, offset = 1024 : i64} : memref<1x4x4x8xf32>
    // becomes
    %c1024 = arith.constant 1024 : index
    %0 = memref.view %arena[%c1024][] : memref<?xi8> to memref<1x4x4x8xf32>
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect"
  ];
}

#endif
