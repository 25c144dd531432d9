// RUN: dlc-opt %s --split-input-file --dlc-measure-overlap | FileCheck %s

// Where no overlap may be, no operand is marked.

// CHECK-NOT: arena.overlap

// What it reads depends on data.
func.func private @first(memref<4xf32>)
func.func private @gather(%x: memref<4xf32>, %at: memref<4xindex> {nn.constant}, %y: memref<4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  scf.for %i = %c0 to %c4 step %c1 {
    %j = memref.load %at[%i] : memref<4xindex>
    %v = memref.load %x[%j] : memref<4xf32>
    memref.store %v, %y[%i] : memref<4xf32>
  }
  return
}
func.func private @last(memref<4xf32>)
func.func @main(%at: memref<4xindex>, %arena: memref<?xi8>) {
  %x = arena.buffer {name = "x", bytes = 16 : i64, align = 4 : i64} : memref<4xf32>
  %y = arena.buffer {name = "y", bytes = 16 : i64, align = 4 : i64} : memref<4xf32>
  call @first(%x) : (memref<4xf32>) -> ()
  call @gather(%x, %at, %y) : (memref<4xf32>, memref<4xindex>, memref<4xf32>) -> ()
  call @last(%y) : (memref<4xf32>) -> ()
  return
}

// -----

// An op that is not understood takes the operand.
func.func private @first(memref<4xf32>)
func.func private @copies(%x: memref<4xf32>, %y: memref<4xf32>) {
  memref.copy %x, %y : memref<4xf32> to memref<4xf32>
  return
}
func.func private @last(memref<4xf32>)
func.func @main(%arena: memref<?xi8>) {
  %x = arena.buffer {name = "x", bytes = 16 : i64, align = 4 : i64} : memref<4xf32>
  %y = arena.buffer {name = "y", bytes = 16 : i64, align = 4 : i64} : memref<4xf32>
  call @first(%x) : (memref<4xf32>) -> ()
  call @copies(%x, %y) : (memref<4xf32>, memref<4xf32>) -> ()
  call @last(%y) : (memref<4xf32>) -> ()
  return
}

// -----

// The last element is read for each result: they must be apart.
func.func private @first(memref<4xf32>)
func.func private @ends(%x: memref<4xf32>, %y: memref<4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c4 = arith.constant 4 : index
  scf.for %i = %c0 to %c4 step %c1 {
    %a = memref.load %x[%c0] : memref<4xf32>
    %b = memref.load %x[%c3] : memref<4xf32>
    %s = arith.addf %a, %b : f32
    memref.store %s, %y[%i] : memref<4xf32>
  }
  %v = memref.load %x[%c0] : memref<4xf32>
  memref.store %v, %y[%c3] : memref<4xf32>
  return
}
func.func private @last(memref<4xf32>)
func.func @main(%arena: memref<?xi8>) {
  %x = arena.buffer {name = "x", bytes = 16 : i64, align = 4 : i64} : memref<4xf32>
  %y = arena.buffer {name = "y", bytes = 16 : i64, align = 4 : i64} : memref<4xf32>
  call @first(%x) : (memref<4xf32>) -> ()
  call @ends(%x, %y) : (memref<4xf32>, memref<4xf32>) -> ()
  call @last(%y) : (memref<4xf32>) -> ()
  return
}

// -----

// The operand is read again, by a later call; what the caller gives is not the
// arena's; scratch memory is no result.
func.func private @first(memref<4xf32>)
func.func private @double(%x: memref<4xf32>, %y: memref<4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  scf.for %i = %c0 to %c4 step %c1 {
    %v = memref.load %x[%i] : memref<4xf32>
    %s = arith.addf %v, %v : f32
    memref.store %s, %y[%i] : memref<4xf32>
  }
  return
}
func.func private @through(%x: memref<4xf32>, %y: memref<4xf32>, %s: memref<4xf32> {arena.scratch}) {
  %c0 = arith.constant 0 : index
  %v = memref.load %x[%c0] : memref<4xf32>
  memref.store %v, %s[%c0] : memref<4xf32>
  memref.store %v, %y[%c0] : memref<4xf32>
  return
}
func.func private @last(memref<4xf32>, memref<4xf32>)
func.func @main(%in: memref<4xf32>, %out: memref<4xf32>, %arena: memref<?xi8>) {
  %x = arena.buffer {name = "x", bytes = 16 : i64, align = 4 : i64} : memref<4xf32>
  %y = arena.buffer {name = "y", bytes = 16 : i64, align = 4 : i64} : memref<4xf32>
  %s = arena.buffer {name = "s", bytes = 16 : i64, align = 4 : i64} : memref<4xf32>
  call @double(%in, %x) : (memref<4xf32>, memref<4xf32>) -> ()
  call @double(%x, %y) : (memref<4xf32>, memref<4xf32>) -> ()
  call @last(%x, %y) : (memref<4xf32>, memref<4xf32>) -> ()
  call @through(%x, %out, %s) : (memref<4xf32>, memref<4xf32>, memref<4xf32>) -> ()
  return
}

// -----

// Which iterations are made is known when it runs.
func.func private @first(memref<4xf32>)
func.func private @part(%x: memref<4xf32>, %y: memref<4xf32>, %from: index, %to: index) {
  %c1 = arith.constant 1 : index
  scf.for %i = %from to %to step %c1 {
    %v = memref.load %x[%i] : memref<4xf32>
    memref.store %v, %y[%i] : memref<4xf32>
  }
  return
}
func.func private @last(memref<4xf32>)
func.func @main(%arena: memref<?xi8>) {
  %c0 = arith.constant 0 : index
  %c4 = arith.constant 4 : index
  %x = arena.buffer {name = "x", bytes = 16 : i64, align = 4 : i64} : memref<4xf32>
  %y = arena.buffer {name = "y", bytes = 16 : i64, align = 4 : i64} : memref<4xf32>
  call @first(%x) : (memref<4xf32>) -> ()
  call @part(%x, %y, %c0, %c4) : (memref<4xf32>, memref<4xf32>, index, index) -> ()
  call @last(%y) : (memref<4xf32>) -> ()
  return
}
