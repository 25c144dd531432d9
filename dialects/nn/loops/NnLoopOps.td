//===- NnLoopOps.td - Steps that are taken one after the other ------------===//
//
// Ops with a body, which most of the compiler sees as any op: their C++ classes
// have a header of their own.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_DIALECTS_NN_NNLOOPOPS
#define DLC_DIALECTS_NN_NNLOOPOPS

include "dialects/nn/NnBase.td"

def Nn_LoopOp : Nn_Op<"loop", [AttrSizedOperandSegments, IsolatedFromAbove, SingleBlock,
    Nn_Own<CostOpInterface, ["countMultiplyAccumulates", "countOtherOperations"]>,
    Nn_InFloat, Nn_InReals, Nn_RootRole]> {
  let summary = "A body that is computed for each element of sequences, with values carried from step to step";
  let description = [{
    ONNX's Scan, and what RNN, GRU and LSTM are made of. Step i computes the body on element i of each sequence (along
    dimension 0; of one that `backwards` says so of, on element `steps` - 1 - i), on the carried values and on the shared
    ones, which are the same for every step. `nn.yield` gives the carried values of the next step and then one element of
    each collected result. The results are the carried values after the last step and the collected ones, whose element i
    (or `steps` - 1 - i) comes from step i.

    ```mlir
    %last, %all = nn.loop over(%x) carry(%h) with(%w) {backwards = array<i1: false, false>, steps = 9 : i64}
        : (tensor<9x1x4xf32>, tensor<1x8xf32>, tensor<8x4xf32>) -> (tensor<1x4xf32>, tensor<9x1x4xf32>) {
    ^bb0(%xt: tensor<1x4xf32>, %state: tensor<1x4xf32>, %weights: tensor<4x4xf32>):
      ...
      nn.yield %next, %next : tensor<1x4xf32>, tensor<1x4xf32>
    }
    ```

    1. steps is positive, and dimension 0 of each sequence and each collected result.
    2. backwards has an entry for each sequence and each collected result.
    3. the body takes an element of each sequence, the carried and the shared values.
    4. the body yields a value of the type of each carried one and an element of each collected result.
    5. the first results have the types of the initial values.
  }];
  let arguments = (ins Variadic<Nn_Tensor>:$sequences, Variadic<Nn_Tensor>:$initial, Variadic<Nn_Tensor>:$shared,
    I64Attr:$steps, DenseBoolArrayAttr:$backwards);
  let results = (outs Variadic<Nn_Tensor>:$results);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    `over` `(` $sequences `)` `carry` `(` $initial `)` `with` `(` $shared `)` attr-dict `:` functional-type(operands, results) $body
  }];
  let extraClassDeclaration = [{
    unsigned numCarried() { return getInitial().size(); }
    unsigned numCollected() { return getNumResults() - numCarried(); }
    ::mlir::Block &block() { return getBody().front(); }
    ::mlir::Operation::operand_range nextCarried();
    ::mlir::Operation::operand_range collectedElements();
    /// Whether sequence `i` is read, or collected result `i` written, from its
    /// last element to its first.
    bool readsBackwards(unsigned i) { return getBackwards()[i]; }
    bool writesBackwards(unsigned i) { return getBackwards()[getSequences().size() + i]; }
  }];
  let hasVerifier = 1;
  let hasCanonicalizeMethod = 1;
}

def Nn_IfOp : Nn_Op<"if", [IsolatedFromAbove, SingleBlock,
    Nn_Own<CostOpInterface, ["countMultiplyAccumulates", "countOtherOperations"]>,
    Nn_InFloat, Nn_InReals, Nn_RootRole]> {
  let summary = "One of two bodies, as a value says when the network runs";
  let description = [{
    ONNX's If, and the rounds of a Loop that may be over. Where the condition holds, the first body is computed on the
    shared values, elsewhere the second; what it yields are the results. The other one is not computed.

    ```mlir
    %r = nn.if %c with(%x, %w) : (tensor<i1>, tensor<4x8xf32>, tensor<8x8xf32>) -> tensor<4x8xf32> {
    ^bb0(%a: tensor<4x8xf32>, %b: tensor<8x8xf32>):
      ...
      nn.yield %y : tensor<4x8xf32>
    } else {
    ^bb0(%a: tensor<4x8xf32>, %b: tensor<8x8xf32>):
      nn.yield %a : tensor<4x8xf32>
    }
    ```

    1. condition is one i1 without dimensions.
    2. both bodies take the shared values.
    3. both bodies yield values of the results' types.
  }];
  let arguments = (ins Nn_Tensor:$condition, Variadic<Nn_Tensor>:$shared);
  let results = (outs Variadic<Nn_Tensor>:$results);
  let regions = (region SizedRegion<1>:$thenBody, SizedRegion<1>:$elseBody);
  let assemblyFormat = [{
    $condition `with` `(` $shared `)` attr-dict `:` functional-type(operands, results) $thenBody `else` $elseBody
  }];
  let extraClassDeclaration = [{
    ::mlir::Block &thenBlock() { return getThenBody().front(); }
    ::mlir::Block &elseBlock() { return getElseBody().front(); }
  }];
  let hasVerifier = 1;
  let hasCanonicalizeMethod = 1;
}

def Nn_YieldOp : Op<Nn_Dialect, "yield", [Pure, Terminator, ParentOneOf<["LoopOp", "IfOp"]>]> {
  let summary = "What a step of a loop hands on and puts out, or a branch gives";
  let arguments = (ins Variadic<Nn_Tensor>:$values);
  let assemblyFormat = "($values^ `:` type($values))? attr-dict";
}

#endif
