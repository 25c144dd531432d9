// RUN: dlc-opt %s --dlc-outline-stages --dlc-lower-to-linalg --canonicalize --cse --dlc-prepare-device --dlc-bufferize --canonicalize --cse --dlc-emit-loops --cse | FileCheck %s
// RUN: sed 's/x224x/x222x/g; s/x112x/x111x/g' %s | dlc-opt --dlc-outline-stages --dlc-lower-to-linalg --canonicalize --cse --dlc-prepare-device --dlc-bufferize --canonicalize --cse --dlc-emit-loops --cse | FileCheck %s --check-prefix=OTHER
// RUN: sed 's/dilations = array<i64: 1, 1>/dilations = array<i64: 1, 2>/; s/pads = array<i64: 3, 3, 3, 3>/pads = array<i64: 3, 6, 3, 6>/' %s | dlc-opt --dlc-outline-stages --dlc-lower-to-linalg --canonicalize --cse --dlc-prepare-device --dlc-bufferize --canonicalize --cse --dlc-emit-loops --cse | FileCheck %s --check-prefix=OTHER

// A 7x7 convolution of stride 2 of an image. A block has a line of 112 positions
// and 64 features. The 7 steps of a part are those of the window along a line of
// one channel: 229 elements, in shared memory once, and 7 x 64 of the weights, of
// each two parts.
// Where lines are no whole tiles, or a window's steps do not lie side by side, each
// step brings its own elements.
// OTHER-NOT: memref<232xf32
module attributes {dlc.target = {gpu_capability = 62 : i64, gpu_multiprocessors = 2 : i64, gpu_block_registers = 32768 : i64, vector_bits = 128 : i64, stream_bytes_per_cycle = 46.0 : f64, fma = true}} {
// CHECK-LABEL: func.func private @conv
// CHECK: gpu.launch blocks({{.*}}) in (%{{.*}} = %c10, %{{.*}} = %c1{{(_.*)?}}, %{{.*}} = %c1{{(_.*)?}}) threads({{.*}}) in (%[[THREADS:.*]] = %c128
// CHECK-SAME: memref<5440xi8
// The first part's line: the second elements of threads, of which 101 have one.
// CHECK: arith.cmpi ult, %{{.*}}, %c229
// CHECK-COUNT-2: memref.load %{{.*}} : memref<13440xf32>
// CHECK: memref.store %{{.*}} : memref<232xf32
// CHECK: memref.store %{{.*}} : memref<232xf32
// CHECK: gpu.barrier
// Channels, and lines of the window.
// CHECK: scf.for %{{.*}} = %c0{{.*}} to %c3
// CHECK: scf.for %{{.*}} to %c7
// What is padding is decided once for a line, and once for an element of it.
// CHECK-COUNT-2: memref.load %{{.*}} : memref<13440xf32>
// CHECK-NOT: memref.load %{{.*}} : memref<13440xf32>
// A thread's 7 positions read 19 elements of the line.
// CHECK-COUNT-9: vector.load %{{.*}} {alignment = 8 : i64} : memref<232xf32{{.*}}>, vector<2xf32>
// CHECK-NEXT: vector.extract
// CHECK: vector.load %{{.*}} {alignment = 4 : i64} : memref<232xf32{{.*}}>, vector<1xf32>
// CHECK-COUNT-392: math.fma
// CHECK: gpu.barrier
// CHECK: scf.yield
func.func @main(%x: tensor<1x3x20x224xf32>) -> tensor<1x10x112x64xf32> {
  %w = arith.constant dense<0.5> : tensor<64x3x7x7xf32>
  %m = nn.transpose %x {perm = array<i64: 0, 2, 3, 1>} : (tensor<1x3x20x224xf32>) -> tensor<1x20x224x3xf32>
  %y = nn.conv %m, %w {strides = array<i64: 2, 2>, pads = array<i64: 3, 3, 3, 3>, dilations = array<i64: 1, 1>, layout = #nn.layout<channels_last>}
       : (tensor<1x20x224x3xf32>, tensor<64x3x7x7xf32>) -> tensor<1x10x112x64xf32>
  return %y : tensor<1x10x112x64xf32>
}
}
