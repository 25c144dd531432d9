// RUN: dlc-opt %s --dlc-outline-cold-paths | FileCheck %s

// What is rare becomes a function of what it reads, with its constants inside;
// a name that is taken gets a number.
// CHECK-LABEL: func.func private @sum_1(%{{.*}}: {{.*}}, %{{.*}}: {{.*}}) -> i32
// CHECK-SAME: dlc.cold_function
// CHECK-SAME: passthrough = ["cold"]
// CHECK-DAG: arith.constant 7 : i32
// CHECK-DAG: arith.constant 3 : index
// CHECK: memref.load
// CHECK: arith.addi
// CHECK: return %{{.*}} : i32
// CHECK-LABEL: func.func private @conv
// CHECK: %[[RESULT:.*]] = scf.if %{{.*}} -> (i32) {
// CHECK-NEXT: %[[SUM:.*]] = func.call @sum_1(%{{.*}}, %{{.*}}) : ({{.*}}) -> i32
// CHECK-NEXT: scf.yield %[[SUM]] : i32
// CHECK-NEXT: } else {
// CHECK-NEXT: scf.yield %{{.*}} : i32
// CHECK-NEXT: }
// CHECK-NOT: dlc.cold
// CHECK: memref.store %[[RESULT]]
// What has no mark stays where it is.
// CHECK: scf.if
// CHECK-NEXT: memref.store
func.func private @conv(%tile: memref<8xi32>, %rare: i1, %finite: i32, %position: index) attributes {nn.stage = "conv"} {
  %c7 = arith.constant 7 : i32
  %c3 = arith.constant 3 : index
  %0 = scf.if %rare -> (i32) {
    %at = arith.addi %position, %c3 : index
    %1 = memref.load %tile[%at] : memref<8xi32>
    %2 = arith.addi %1, %c7 : i32
    scf.yield %2 : i32
  } else {
    scf.yield %finite : i32
  } {dlc.cold = "sum"}
  memref.store %0, %tile[%c3] : memref<8xi32>
  scf.if %rare {
    memref.store %c7, %tile[%c3] : memref<8xi32>
  }
  return
}
func.func private @sum()
