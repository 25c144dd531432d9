// RUN: dlc-opt --dlc-lower-to-linalg --split-input-file %s | FileCheck %s

// Bytes are counted, a counter for each value above the level: 91 from 37 to 127. Words of which no
// byte is above it are passed over: without its top bit a byte reaches 128 by 0x5b, 91, and a
// negative one is not above it.
module attributes {dlc.target = {index_bits = 32 : i64}} {
  // CHECK-LABEL: func @signed
  // CHECK: arena.procedure({{.*}}scratch = [memref<91xi16>]
  // CHECK-DAG: %[[LEAST:.+]] = arith.constant 37 : i8
  // CHECK-DAG: %[[REACH:.+]] = arith.constant 1532713819 : i32
  // CHECK-DAG: %[[TOPS:.+]] = arith.constant -2139062144 : i32
  // CHECK-DAG: %[[REST:.+]] = arith.constant 2139062143 : i32
  // CHECK: %[[WORD:.+]] = vector.load %{{.+}} : memref<70xi8>, vector<4xi8>
  // CHECK: vector.bitcast %[[WORD]] : vector<4xi8> to vector<1xi32>
  // CHECK: %[[TOP:.+]] = arith.xori
  // CHECK: %[[LOW:.+]] = arith.andi %{{.+}}, %[[REST]]
  // CHECK: %[[SUM:.+]] = arith.addi %[[LOW]], %[[REACH]]
  // CHECK: %[[BOTH:.+]] = arith.andi %[[SUM]], %[[TOP]]
  // CHECK: arith.andi %[[BOTH]], %[[TOPS]]
  func.func @signed(%x: tensor<70xi8>) -> (tensor<9xi32>, tensor<i32>) attributes {nn.stage = "best_above"} {
    %0, %1 = nn.best_above %x {most = 9 : i64, level = 36.0} : (tensor<70xi8>) -> (tensor<9xi32>, tensor<i32>)
    return %0, %1 : tensor<9xi32>, tensor<i32>
  }
}

// -----

// Bytes from 128 on are above 100 whatever their other bits are: 128 - 101.
module attributes {dlc.target = {index_bits = 64 : i64}} {
  // CHECK-LABEL: func @unsigned
  // CHECK: arena.procedure({{.*}}scratch = [memref<155xi16>]
  // CHECK-DAG: %[[REACH:.+]] = arith.constant 1953184666628070171 : i64
  // CHECK: vector.load %{{.+}} : memref<70xi8>, vector<8xi8>
  // CHECK: %[[SUM:.+]] = arith.addi %{{.+}}, %[[REACH]] : i64
  // CHECK: arith.ori %[[SUM]], %{{.+}} : i64
  func.func @unsigned(%x: tensor<70xui8>) -> (tensor<9xi32>, tensor<i32>) attributes {nn.stage = "best_above"} {
    %0, %1 = nn.best_above %x {most = 9 : i64, level = 100.0} : (tensor<70xui8>) -> (tensor<9xi32>, tensor<i32>)
    return %0, %1 : tensor<9xi32>, tensor<i32>
  }
}

// -----

module attributes {dlc.target = {index_bits = 32 : i64}} {
  // All are looked at where there is no level; many need longer counters.
  // CHECK-LABEL: func @all
  // CHECK: arena.procedure({{.*}}scratch = [memref<256xi32>]
  // CHECK-NOT: vector.load
  func.func @all(%x: tensor<40000xi8>) -> (tensor<9xi32>, tensor<i32>) attributes {nn.stage = "best_above"} {
    %0, %1 = nn.best_above %x {most = 9 : i64} : (tensor<40000xi8>) -> (tensor<9xi32>, tensor<i32>)
    return %0, %1 : tensor<9xi32>, tensor<i32>
  }

  // A heap of the best: of few, of what no byte is above, and of longer ones.
  // CHECK-LABEL: func @few
  // CHECK: arena.procedure({{.*}}scratch = [memref<9xi8>]
  func.func @few(%x: tensor<63xi8>) -> (tensor<9xi32>, tensor<i32>) attributes {nn.stage = "best_above"} {
    %0, %1 = nn.best_above %x {most = 9 : i64, level = 36.0} : (tensor<63xi8>) -> (tensor<9xi32>, tensor<i32>)
    return %0, %1 : tensor<9xi32>, tensor<i32>
  }
  // CHECK-LABEL: func @none
  // CHECK: arena.procedure({{.*}}scratch = [memref<9xi8>]
  func.func @none(%x: tensor<70xi8>) -> (tensor<9xi32>, tensor<i32>) attributes {nn.stage = "best_above"} {
    %0, %1 = nn.best_above %x {most = 9 : i64, level = 127.0} : (tensor<70xi8>) -> (tensor<9xi32>, tensor<i32>)
    return %0, %1 : tensor<9xi32>, tensor<i32>
  }
  // CHECK-LABEL: func @halfwords
  // CHECK: arena.procedure({{.*}}scratch = [memref<9xi16>]
  func.func @halfwords(%x: tensor<70xi16>) -> (tensor<9xi32>, tensor<i32>) attributes {nn.stage = "best_above"} {
    %0, %1 = nn.best_above %x {most = 9 : i64, level = 36.0} : (tensor<70xi16>) -> (tensor<9xi32>, tensor<i32>)
    return %0, %1 : tensor<9xi32>, tensor<i32>
  }
}
