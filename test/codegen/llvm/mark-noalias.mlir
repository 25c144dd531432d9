// RUN: dlc-opt %s --dlc-mark-noalias | FileCheck %s

// Bytes 0 to 64 and 64 to 128: apart.
// CHECK-LABEL: func.func private @apart
// CHECK-SAME: (%{{.*}}: memref<16xf32> {llvm.noalias}, %{{.*}}: memref<16xf32> {llvm.noalias})
func.func private @apart(%x: memref<16xf32>, %y: memref<16xf32>) { return }

// CHECK-LABEL: func.func private @in_place
// CHECK-NOT: llvm.noalias
// CHECK-LABEL: func.func private @ranges_overlap
func.func private @in_place(%x: memref<16xf32>, %y: memref<16xf32>) { return }

// Bytes 0 to 64 and 32 to 96. The constant lies apart from the arena.
// CHECK-SAME: (%{{.*}}: memref<16xf32>, %{{.*}}: memref<16xf32>, %{{.*}}: memref<4xf32> {llvm.noalias})
func.func private @ranges_overlap(%x: memref<16xf32>, %y: memref<16xf32>, %w: memref<4xf32>) { return }

// One of its two calls is in place.
// CHECK-LABEL: func.func private @shared_stage
// CHECK-NOT: llvm.noalias
// CHECK-LABEL: func.func private @offset_not_constant
func.func private @shared_stage(%x: memref<16xf32>, %y: memref<16xf32>) { return }

// CHECK-NOT: llvm.noalias
// CHECK-LABEL: func.func @main
func.func private @offset_not_constant(%x: memref<16xf32>, %y: memref<16xf32>) { return }

memref.global "private" constant @weights : memref<4xf32> = dense<1.0>

func.func @main(%in: memref<16xf32>, %out: memref<16xf32>, %arena: memref<?xi8>, %shift: index) {
  %c0 = arith.constant 0 : index
  %c32 = arith.constant 32 : index
  %c64 = arith.constant 64 : index
  %a = memref.view %arena[%c0][] : memref<?xi8> to memref<16xf32>
  %b = memref.view %arena[%c32][] : memref<?xi8> to memref<16xf32>
  %c = memref.view %arena[%c64][] : memref<?xi8> to memref<16xf32>
  %d = memref.view %arena[%shift][] : memref<?xi8> to memref<16xf32>
  %w = memref.get_global @weights : memref<4xf32>
  call @apart(%a, %c) : (memref<16xf32>, memref<16xf32>) -> ()
  call @apart(%in, %out) : (memref<16xf32>, memref<16xf32>) -> ()
  call @in_place(%a, %a) : (memref<16xf32>, memref<16xf32>) -> ()
  call @ranges_overlap(%a, %b, %w) : (memref<16xf32>, memref<16xf32>, memref<4xf32>) -> ()
  call @shared_stage(%a, %c) : (memref<16xf32>, memref<16xf32>) -> ()
  call @shared_stage(%c, %c) : (memref<16xf32>, memref<16xf32>) -> ()
  call @offset_not_constant(%a, %d) : (memref<16xf32>, memref<16xf32>) -> ()
  return
}
