//===- Passes.td - From samples of sound to features ----------------------===//

#ifndef DLC_CODEGEN_AUDIO_PASSES
#define DLC_CODEGEN_AUDIO_PASSES

include "mlir/Pass/PassBase.td"

def LowerAudio : Pass<"dlc-lower-audio", "::mlir::ModuleOp"> {
  let summary = "Stages of sound become functions without a body";
  let description = [{
    A stage of nn.micro_features, nn.mel_energies or nn.spectrum loses its body: what it does
    is in the attribute `dlc.audio`, a dictionary of the op's attributes and its name.

    ```mlir
    func.func private @mel(%samples: tensor<16000xi16>) -> tensor<49x40xf32> attributes {nn.stage = "mel_energies"} {
      %0 = nn.mel_energies %samples {...} : (tensor<16000xi16>) -> tensor<49x40xf32>
      return %0 : tensor<49x40xf32>
    }
    // becomes
    func.func private @mel(tensor<16000xi16>) -> tensor<49x40xf32>
      attributes {nn.stage = "mel_energies", dlc.audio = {op = "mel_energies", ...}}
    ```

    One of these ops anywhere else is an error.
  }];
  let dependentDialects = ["::dlc::phases::DlcDialect"];
}

def CompileAudio : Pass<"dlc-compile-audio", "::mlir::ModuleOp"> {
  let summary = "Writes the code of front ends, and gives their frame a place in the arena";
  let description = [{
    A function with `dlc.audio` gets its code, LLVM's bitcode, as the attribute
    `dlc.code`, which is linked in when the network is LLVM IR. Memory for one frame
    and what is kept from frame to frame is one more argument, marked
    `arena.scratch`; its calls get an `arena.buffer` for it.

    Transforms are passes of radix 4 with their turns as constants, on numbers of 16
    bits in pairs where the target's instructions multiply these (`smlad`), or on
    float32.
  }];
  let dependentDialects = ["::dlc::arena::ArenaDialect"];
}

#endif
