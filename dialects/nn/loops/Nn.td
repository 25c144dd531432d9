//===- Nn.td - The whole nn dialect ---------------------------------------===//

include "dialects/nn/NnOps.td"
include "dialects/nn/audio/NnAudioOps.td"
include "dialects/nn/loops/NnLoopOps.td"
include "dialects/nn/search/NnSearchOps.td"
