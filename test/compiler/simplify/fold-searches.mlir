// RUN: dlc-opt %s --dlc-fold-constants --split-input-file | FileCheck %s

// Above 2: the largest first, of equal ones the first; NaN is above nothing. There is room for one more.
// CHECK-LABEL: func.func @above
// CHECK-DAG: %[[P:.*]] = arith.constant dense<[5, 1, 3, 0]> : tensor<4xi32>
// CHECK-DAG: %[[C:.*]] = arith.constant dense<3> : tensor<i32>
// CHECK: return %[[P]], %[[C]]
func.func @above() -> (tensor<4xi32>, tensor<i32>) {
  %x = arith.constant dense<[2.0, 3.0, 0x7FC00000, 3.0, -1.0, 0x7F800000]> : tensor<6xf32>
  %0:2 = nn.best_above %x {most = 4 : i64, level = 2.0 : f64} : (tensor<6xf32>) -> (tensor<4xi32>, tensor<i32>)
  return %0#0, %0#1 : tensor<4xi32>, tensor<i32>
}

// -----

// More than there is room for, and without a level.
// CHECK-LABEL: func.func @any
// CHECK-DAG: %[[P:.*]] = arith.constant dense<[3, 0]> : tensor<2xi32>
// CHECK-DAG: %[[C:.*]] = arith.constant dense<2> : tensor<i32>
// CHECK: return %[[P]], %[[C]]
func.func @any() -> (tensor<2xi32>, tensor<i32>) {
  %x = arith.constant dense<[-5, -128, -5, 7]> : tensor<4xi8>
  %0:2 = nn.best_above %x {most = 2 : i64} : (tensor<4xi8>) -> (tensor<2xi32>, tensor<i32>)
  return %0#0, %0#1 : tensor<2xi32>, tensor<i32>
}

// -----

// Box 1 is most of box 0, but of another class; box 2 is most of box 0; box 3 touches it. The list ends before box 4.
// CHECK-LABEL: func.func @apart
// CHECK-DAG: arith.constant dense<[0, 1, 3, 0]> : tensor<4xi32>
// CHECK-DAG: arith.constant dense<3> : tensor<i32>
// CHECK-DAG: arith.constant dense<[0, 3, 0, 0]> : tensor<4xi32>
// CHECK-DAG: arith.constant dense<2> : tensor<i32>
// CHECK-DAG: arith.constant dense<[0, 1]> : tensor<2xi32>
// CHECK-NOT: nn.keep_apart
func.func @apart() -> (tensor<4xi32>, tensor<i32>, tensor<4xi32>, tensor<i32>, tensor<2xi32>) {
  %boxes = arith.constant dense<[[0.0, 0.0, 1.0, 8.0, 0.0], [0.0, 0.0, 0.0, 0.0, 90.0],
                                 [8.0, 7.0, 8.0, 9.0, 9.0], [8.0, 8.0, 8.0, 8.0, 99.0]]> : tensor<4x5xf32>
  %scores = arith.constant dense<[[0.9, 0.8, 0.7, 0.6, 0.0]]> : tensor<1x5xf32>
  %classes = arith.constant dense<[[3, 2, 3, 3, 1]]> : tensor<1x5xi64>
  %0:2 = nn.keep_apart %boxes, %scores, %classes {most = 4 : i64, iou = 0.5 : f64, score = 0.0 : f64}
    : (tensor<4x5xf32>, tensor<1x5xf32>, tensor<1x5xi64>) -> (tensor<4xi32>, tensor<i32>)
  %1:2 = nn.keep_apart %boxes, %scores {most = 4 : i64, iou = 0.5 : f64, score = 0.0 : f64}
    : (tensor<4x5xf32>, tensor<1x5xf32>) -> (tensor<4xi32>, tensor<i32>)
  %2:2 = nn.keep_apart %boxes, %scores, %classes {most = 2 : i64, iou = 0.5 : f64, score = 0.0 : f64}
    : (tensor<4x5xf32>, tensor<1x5xf32>, tensor<1x5xi64>) -> (tensor<2xi32>, tensor<i32>)
  return %0#0, %0#1, %1#0, %1#1, %2#0 : tensor<4xi32>, tensor<i32>, tensor<4xi32>, tensor<i32>, tensor<2xi32>
}
