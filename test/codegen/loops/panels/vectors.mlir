// The weights of a product of 1x64 and 64x128 bytes as codes, where kernels are in vectors: panels of features are decoded into what
// the kernels read, and the nest of a panel is computed as a whole one would be.

// Windows read one stream. Its biases, and the factor of all columns, are a constant of their own, and go to between the weights when these are decoded.
// RUN: sed 's/vector_bits = 0/kernels = "mve", scarce_ram = true, vector_bits = 128/; s/"smlad", lanes = 1 : i64, left = "i16", products = 2 : i64, right = "i16"/"vmladava.s8", lanes = 1 : i64, left = "i8", products = 16 : i64, right = "i8"/' %S/../integer-coded.mlir > %t.mve
// RUN: dlc-opt %t.mve --dlc-emit-loops | FileCheck %s --check-prefix=MVE
// MVE: func.func private @stage(%{{.*}}: memref<1x64xi8>, %[[W:.*]]: memref<{{[0-9]+}}xi32> {nn.constant}, %[[NUMBERS:.*]]: memref<133xi32> {nn.constant}, %[[Y:.*]]: memref<1x128xi8>)
// MVE-SAME: dlc.storage = {{{.*}}dense_bytes = 9220 : i64, {{.*}}form = "Huffman 8 bits", forms = 2 : i64, {{.*}}weights = 8192 : i64}
// A table; 32 columns of 64 bytes and two words, and the addend of all; a word.
// MVE-DAG: memref.alloc() : memref<270xi32>
// MVE-DAG: memref.alloc() : memref<578xi32>
// MVE: kernel.spread_codes %{{.*}} {bits = 9 : i64, instructions = #kernel.instructions<mve, load = 4>}
// MVE: scf.for %[[PANEL:.*]] = %{{.*}} {
// MVE: %[[WHICH:.*]] = arith.addi %[[PANEL]]
// MVE: memref.load %{{.*}}[%[[WHICH]]]
// MVE: kernel.decode {{.*}} for %c2048{{.*}} {bits = 9 : i64
// MVE: memref.load %[[NUMBERS]]
// MVE: memref.store %{{.*}}, %{{.*}} : memref<578xi32>
// MVE: scf.for
// MVE: kernel.move
// MVE: memref.load %[[NUMBERS]]
// MVE: memref.load %[[NUMBERS]]
// MVE: arena.advance %{{.*}} by %{{.*}} : memref<128xi8> to memref<32xi8>
// MVE: kernel.windows {{.*}}features = 32 : i64

// In the lanes of AArch64 what sums begin with, a constant of its own, is not coded, and moves on with the multipliers and the result.
// RUN: sed 's/vector_bits = 0/kernels = "neon", scarce_ram = true, vector_bits = 128/; s/compact_code = true, //; s/"smlad", lanes = 1 : i64, left = "i16", products = 2 : i64, right = "i16"/"smull sadalp", lanes = 4 : i64, left = "i8", products = 2 : i64, right = "i8"/' %S/../integer-coded.mlir > %t.neon
// RUN: dlc-opt %t.neon --dlc-emit-loops | FileCheck %s --check-prefix=NEON
// NEON: func.func private @stage(%{{.*}}, %[[W:.*]]: memref<{{[0-9]+}}xi32> {nn.constant}, %[[B:.*]]: memref<128xi32> {nn.constant}, %[[M:.*]]: memref<128xi32> {nn.constant}, %[[Y:.*]]: memref<1x128xi8>)
// NEON-DAG: memref.alloc() : memref<2052xi8>
// NEON: scf.for %[[PANEL:.*]] = %{{.*}} {
// NEON: kernel.decode {{.*}} for %c2048{{.*}} {bits = 9 : i64, instructions = #kernel.instructions<neon, load = 4>}
// NEON: arena.advance %[[B]] by %{{.*}} : memref<128xi32> to memref<32xi32>
// NEON: arena.advance %[[M]] by %{{.*}} : memref<128xi32> to memref<32xi32>
// NEON: arena.advance %{{.*}} by %{{.*}} : memref<128xi8> to memref<32xi8>

// Halfwords of x86-64: bytes with their sign. Where RAM is not scarce panels are larger.
// RUN: sed 's/vector_bits = 0/vector_bits = 256/; s/compact_code = true, //; s/"smlad", lanes = 1 : i64, left = "i16", products = 2 : i64, right = "i16"/"vpmaddwd vpaddd", lanes = 8 : i64, left = "i16", products = 2 : i64, right = "i16"/' %S/../integer-coded.mlir > %t.x86
// RUN: dlc-opt %t.x86 --dlc-emit-loops | FileCheck %s --check-prefix=X86
// X86-DAG: memref.alloc() : memref<4100xi16>
// X86: scf.for %{{.*}} {
// X86: kernel.decode {{.*}} for %c4096{{.*}} wide}

// Most of them 0: the others, and gaps. There are two tables.
// RUN: %python -c "import sys; print(sys.stdin.read().replace('dense<100>', 'dense<\"0x' + ('64' + '00' * 15) * 512 + '\">'))" < %t.neon \
// RUN:   | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefix=GAPS
// GAPS: dlc.storage = {{{.*}}form = "Huffman nonzeros", forms = 3 : i64, {{.*}}nonzeros = 512 : i64
// GAPS: kernel.spread_codes %[[WEIGHTS:.*]], %[[FIRST:.*]] {bits = 9 : i64
// GAPS: kernel.spread_codes %[[GAPS:.*]], %[[SECOND:.*]] {bits = 9 : i64
// GAPS: scf.for %{{.*}} {
// GAPS: kernel.decode_nonzeros %{{.*}}, weights %[[WEIGHTS]] by %[[FIRST]], gaps %[[GAPS]] by %[[SECOND]], %{{.*}} for %c1024

// Not where a price is missing, but that there are other forms is said; nor without a budget, or where whole bytes are asked for.
// RUN: sed 's/dlc.byte_price = 1000000 : i64, //' %t.neon | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefixes=NONE,FORMS
// FORMS: dlc.storage = {{{.*}}form = "8 bits", forms = 2 : i64
// RUN: sed 's/dlc.flash_limit = 65536 : i64, //' %t.neon | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefixes=NONE,PLAIN
// RUN: sed 's/dlc.byte_price/dlc.dense_storage, dlc.byte_price/' %t.mve | dlc-opt --dlc-emit-loops | FileCheck %s --check-prefixes=NONE,PLAIN
// PLAIN-NOT: dlc.storage
// NONE-NOT: kernel.decode
