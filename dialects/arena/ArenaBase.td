//===- ArenaBase.td - The arena dialect and what its ops share ------------===//
//
// Where values lie in memory.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_DIALECTS_ARENA_ARENABASE
#define DLC_DIALECTS_ARENA_ARENABASE

include "mlir/IR/EnumAttr.td"
include "mlir/IR/OpBase.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "mlir/Interfaces/ViewLikeInterface.td"

def Arena_Dialect : Dialect {
  let name = "arena";
  let cppNamespace = "::dlc::arena";
  let useDefaultAttributePrinterParser = 1;
  let summary = "Buffers in one block of memory, planned at compile time";
  let description = [{
    A network has one arena: a block of memory that its caller provides and
    that holds every intermediate value. A buffer is first a size and an
    alignment, alive from the first to the last call that uses it or a view of
    it; the plan gives it an offset. So the memory plan is in the IR: it can be
    printed, tested and drawn.

    A planned module carries `arena.bytes` (the arena's size), `arena.align` and
    `arena.lower_bound` (the largest sum of bytes alive at once, which no plan
    can beat).

    An arena can be split over several banks of RAM: `arena.bank_sizes` says
    how many bytes each has, and the plan adds `arena.parts`, the bytes of each
    part. Offsets count through all parts as if one followed the other, and
    no buffer reaches from one into the next.

    `dialects/arena/Declarations.h` declares these attributes and those of stages:
    others are an error, and so is one in another place.
  }];
  let hasOperationAttrVerify = 1;
  let hasRegionArgAttrVerify = 1;
  let hasRegionResultAttrVerify = 1;
}

def Arena_Space : I32EnumAttr<"Space", "which memory a buffer lies in", [
    I32EnumAttrCase<"Host", 0, "host">,
    I32EnumAttrCase<"SecondBank", 1, "second_bank">,
    I32EnumAttrCase<"Device", 2, "device">]> {
  let cppNamespace = "::dlc::arena";
  let genSpecializedAttr = 0;
}
def Arena_SpaceAttr : EnumAttr<Arena_Dialect, Arena_Space, "space"> {
  let description = [{
    `host`: the arena, whichever bank of it the plan chooses. `second_bank`: the
    second of the banks that the arena is split over, and no other. `device`:
    memory of an accelerator, whose offsets count from its own beginning.
  }];
  let assemblyFormat = "`<` $value `>`";
}

class Arena_Op<string mnemonic, list<Trait> traits = []>
    : Op<Arena_Dialect, mnemonic, traits>;

#endif
