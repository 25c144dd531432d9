//===- Passes.td - Passes that look at the whole way ----------------------===//

#ifndef DLC_COMPILER_PIPELINE_PASSES
#define DLC_COMPILER_PIPELINE_PASSES

include "mlir/Pass/PassBase.td"

def CheckAddresses : Pass<"dlc-check-addresses", "::mlir::ModuleOp"> {
  let summary = "Refuses tensors that no pointer of the target can go over";
  let description = [{
    An error that names the input or the node if an input of @main, or the
    result of one of its ops, has more bytes than an `index` of `dlc.target` can
    count with its sign bit spared, or than a process of a 64-bit target gets
    (2^47).
  }];
}

def FitRam : Pass<"dlc-fit-ram", "::mlir::ModuleOp"> {
  let summary = "Tries what costs only time, until the arena fits";
  let description = [{
    Takes copies of the network, whose ops are not stages yet, through the
    phases up to the memory plan (compiler/pipeline/Pipeline.cpp), with no
    measure and then with more and more of them, until a plan stays within
    `dlc.ram_limit` bytes:

    1. nothing;
    2. no scratch memory for faster forms of stages;
    3. cheap tensors computed again (dlc-recompute-cheap) and patches
       (dlc-split-into-patches), which aim lower where the plan comes out larger
       than they expected, and higher where it is smaller;
    4. in what is left free, scratch memory again.

    Where nothing stays within the limit the smallest plan is taken
    (dlc-check-arena refuses it). Where nothing has to be done, or without a
    limit, what costs next to nothing is done all the same if RAM is scarce on
    the target and the arena gets smaller by a twentieth: but not with threads,
    which share a whole layer better than a patch, nor in banks, which have gaps,
    nor if the module says `dlc.quick`.

    The module becomes the planned copy, which is still to be proved
    (dlc-prove-arena), with `arena.plain_bytes`, the size of the arena without
    any measure. If it is marked `dlc.every_phase`, it stays
    as it is and is told the measures: `dlc.ram_budget` or `dlc.cheap_patches`
    and `arena.budget`, with which the phases that follow make that plan.

    ```mlir
    module attributes {dlc.ram_limit = 16384 : i64, dlc.every_phase, dlc.target = ...}
    // becomes
    module attributes {dlc.ram_limit = 16384 : i64, dlc.every_phase, dlc.target = ...
                       dlc.ram_budget = 15872 : i64, arena.budget = 0 : i64,
                       arena.plain_bytes = 17568 : i64}
    ```
  }];
}

def CheckArena : Pass<"dlc-check-arena", "::mlir::ModuleOp"> {
  let summary = "Refuses a memory plan that the user or the target has no RAM for";
  let description = [{
    Comes after dlc-plan-arena. An error if the arena takes more than
    `dlc.ram_limit` bytes, less the caller's `nn.state_bytes`: it names the stage at which most are alive and the
    largest tensors there, and says what would help. Where only measures
    (dlc-fit-ram) keep it within the limit, remarks say which. Without a limit an
    arena is refused that the target cannot address.
  }];
}

#endif
