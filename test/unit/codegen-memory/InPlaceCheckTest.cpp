//===- InPlaceCheckTest.cpp - Orders of loads and stores ------------------===//

#include "codegen/memory/proof/InPlaceCheck.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

using namespace dlc;
using namespace mlir;
using memory::InPlace;

namespace {

constexpr const char *vectors =
    R"mlir(%a: memref<16xf32>, %r: memref<16xf32>, %indices: memref<16xindex>, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %c15 = arith.constant 15 : index
  %c16 = arith.constant 16 : index
)mlir";

/// Of a stage with this body, whose %r begins `distance` bytes before %a.
InPlace check(const std::string &body, const std::string &head = vectors,
              int64_t distance = 0) {
  MLIRContext context;
  context.loadDialect<arith::ArithDialect, func::FuncDialect, gpu::GPUDialect,
                      memref::MemRefDialect, scf::SCFDialect,
                      vector::VectorDialect>();
  auto module = parseSourceString<ModuleOp>(
      "func.func @stage(" + head + body + "  return\n}\n", &context);
  if (!module) {
    ADD_FAILURE() << "the test does not parse";
    return InPlace::Unknown;
  }
  return memory::checkInPlace(module->lookupSymbol<func::FuncOp>("stage"), 0, 1,
                              distance);
}

std::string loop(const std::string &body) {
  return "  scf.for %i = %c0 to %c16 step %c1 {\n" + body + "  }\n";
}

TEST(InPlaceCheck, ElementByElement) {
  EXPECT_EQ(check(loop(R"mlir(
    %x = memref.load %a[%i] : memref<16xf32>
    memref.store %x, %r[%i] : memref<16xf32>
)mlir")),
            InPlace::Safe);
}

TEST(InPlaceCheck, TheNeighbourBehindHasBeenWritten) {
  EXPECT_EQ(check(loop(R"mlir(
    %d = arith.subi %i, %c1 : index
    %behind = arith.maxsi %d, %c0 : index
    %x = memref.load %a[%behind] : memref<16xf32>
    memref.store %x, %r[%i] : memref<16xf32>
)mlir")),
            InPlace::Unsafe);
}

TEST(InPlaceCheck, AResultThatBeginsBeforeIt) {
  // Element i is written when elements from i - 2 on are still to be read: two
  // of 4 bytes, and not one byte less.
  std::string window = loop(R"mlir(
    %c2 = arith.constant 2 : index
    %d = arith.subi %i, %c2 : index
    %behind = arith.maxsi %d, %c0 : index
    %x = memref.load %a[%behind] : memref<16xf32>
    memref.store %x, %r[%i] : memref<16xf32>
)mlir");
  EXPECT_EQ(check(window, vectors, 8), InPlace::Safe);
  EXPECT_EQ(check(window, vectors, 7), InPlace::Unsafe);
  EXPECT_EQ(check(window, vectors, 4), InPlace::Unsafe);
  EXPECT_EQ(check(window, vectors, 64), InPlace::Safe);
  // It begins behind the operand, in the last element that is read.
  EXPECT_EQ(check(window, vectors, -52), InPlace::Unsafe);
  EXPECT_EQ(check(window, vectors, -64), InPlace::Safe);
}

TEST(InPlaceCheck, LoopsThatOnlyReadAreTakenAsAWhole) {
  // Four sums of four: nothing of a row is read once its sum is written.
  std::string sums = R"mlir(
  %zero = arith.constant 0.0 : f32
  scf.for %i = %c0 to %c4 step %c1 {
    %row = arith.muli %i, %c4 : index
    %sum = scf.for %j = %c0 to %c4 step %c1 iter_args(%s = %zero) -> f32 {
      %at = arith.addi %row, %j : index
      %x = memref.load %a[%at] : memref<16xf32>
      %t = arith.addf %s, %x : f32
      scf.yield %t : f32
    }
    memref.store %sum, %r[%i] : memref<16xf32>
  }
)mlir";
  EXPECT_EQ(check(sums), InPlace::Safe);
  EXPECT_EQ(check(sums, vectors, -12), InPlace::Safe);
  // At 16 the first sum is written to the second row's beginning.
  EXPECT_EQ(check(sums, vectors, -16), InPlace::Unsafe);
}

TEST(InPlaceCheck, LoopsThatReadBetweenWhatIsWritten) {
  // The second half of each row of four, while the first halves are written.
  EXPECT_EQ(check(R"mlir(
  %c2 = arith.constant 2 : index
  scf.for %i = %c0 to %c16 step %c4 {
    %v = vector.load %a[%i] : memref<16xf32>, vector<2xf32>
    vector.store %v, %r[%i] : memref<16xf32>, vector<2xf32>
    scf.for %j = %c0 to %c16 step %c4 {
      %at = arith.addi %j, %c2 : index
      %w = vector.load %a[%at] : memref<16xf32>, vector<2xf32>
    }
  }
)mlir"),
            InPlace::Safe);
}

TEST(InPlaceCheck, TheNeighbourAheadHasNot) {
  EXPECT_EQ(check(loop(R"mlir(
    %s = arith.addi %i, %c1 : index
    %ahead = arith.minsi %s, %c15 : index
    %x = memref.load %a[%ahead] : memref<16xf32>
    memref.store %x, %r[%i] : memref<16xf32>
)mlir")),
            InPlace::Safe);
}

TEST(InPlaceCheck, TilesThatOverlapAtTheEnd) {
  // 16 elements in tiles of 4, and the last tile once more from 11 on: its
  // first element has been written.
  std::string tiles = R"mlir(
  scf.for %i = %c0 to %c16 step %c4 {
    %v = vector.load %a[%i] : memref<16xf32>, vector<4xf32>
    vector.store %v, %r[%i] : memref<16xf32>, vector<4xf32>
  }
)mlir";
  EXPECT_EQ(check(tiles), InPlace::Safe);
  EXPECT_EQ(check(tiles + R"mlir(
  %last = arith.constant 11 : index
  %v = vector.load %a[%last] : memref<16xf32>, vector<4xf32>
  vector.store %v, %r[%last] : memref<16xf32>, vector<4xf32>
)mlir"),
            InPlace::Unsafe);
}

TEST(InPlaceCheck, TheResultMayBeReadAgain) {
  EXPECT_EQ(check(loop(R"mlir(
    %x = memref.load %a[%i] : memref<16xf32>
    memref.store %x, %r[%i] : memref<16xf32>
    %y = memref.load %r[%i] : memref<16xf32>
    memref.store %y, %r[%i] : memref<16xf32>
)mlir")),
            InPlace::Safe);
}

TEST(InPlaceCheck, ViewsAreFollowed) {
  std::string views = R"mlir(
  %flat = memref.reinterpret_cast %a to offset: [0], sizes: [4, 4], strides: [4, 1] : memref<16xf32> to memref<4x4xf32>
  scf.for %i = %c0 to %c4 step %c1 {
    scf.for %j = %c0 to %c4 step %c1 {
      %x = memref.load %flat[INDICES] : memref<4x4xf32>
      %row = arith.muli %i, %c4 : index
      %at = arith.addi %row, %j : index
      memref.store %x, %r[%at] : memref<16xf32>
    }
  }
)mlir";
  auto with = [&](const std::string &indices) {
    std::string text = views;
    return text.replace(text.find("INDICES"), 7, indices);
  };
  EXPECT_EQ(check(with("%i, %j")), InPlace::Safe);
  EXPECT_EQ(check(with("%j, %i")), InPlace::Unsafe);
}

TEST(InPlaceCheck, APartOfAConcatenation) {
  auto strided = [](const char *read) {
    return std::string(
               "%a: memref<4x2xf32, strided<[8, 1]>>, %r: memref<4x2xf32, "
               "strided<[8, 1]>>") +
           R"mlir() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  scf.for %i = %c0 to %c4 step %c1 {
    %v = vector.load %a[%i, %c0] : memref<4x2xf32, strided<[8, 1]>>, vector<2xf32>
    vector.store %v, %r[%i, %c0] : memref<4x2xf32, strided<[8, 1]>>, vector<2xf32>
    %w = memref.load %a[)mlir" +
           read + R"mlir(, %c1] : memref<4x2xf32, strided<[8, 1]>>
  }
)mlir";
  };
  EXPECT_EQ(check("", strided("%i")), InPlace::Unsafe);
  std::string next = strided("%next");
  next.insert(next.find("    %w"), "    %n = arith.addi %i, %c1 : index\n"
                                   "    %c3 = arith.constant 3 : index\n"
                                   "    %next = arith.minsi %n, %c3 : index\n");
  EXPECT_EQ(check("", next), InPlace::Unsafe); // at the last row
  next.replace(next.find("to %c4"), 6, "to %c1");
  EXPECT_EQ(check("", next), InPlace::Safe);
}

TEST(InPlaceCheck, MasksTakeElementsAway) {
  // Three lanes of four: the next iteration reads the fourth unwritten.
  auto masked = [](const char *lanes) {
    return std::string("  %lanes = arith.constant ") + lanes + R"mlir( : index
  %c3 = arith.constant 3 : index
  %c12 = arith.constant 12 : index
  %zero = arith.constant dense<0.0> : vector<4xf32>
  scf.for %i = %c0 to %c12 step %c3 {
    %m = vector.create_mask %lanes : vector<4xi1>
    %v = vector.maskedload %a[%i], %m, %zero : memref<16xf32>, vector<4xi1>, vector<4xf32> into vector<4xf32>
    vector.maskedstore %r[%i], %m, %v : memref<16xf32>, vector<4xi1>, vector<4xf32>
  }
)mlir";
  };
  EXPECT_EQ(check(masked("3")), InPlace::Safe);
  EXPECT_EQ(check(masked("4")), InPlace::Unsafe);
}

TEST(InPlaceCheck, FoldedMasksTakeElementsAway) {
  auto masked = [](const char *lanes) {
    return std::string("  %m = arith.constant dense<") + lanes +
           R"mlir(> : vector<4xi1>
  %c3 = arith.constant 3 : index
  %c12 = arith.constant 12 : index
  %zero = arith.constant dense<0.0> : vector<4xf32>
  scf.for %i = %c0 to %c12 step %c3 {
    %v = vector.maskedload %a[%i], %m, %zero : memref<16xf32>, vector<4xi1>, vector<4xf32> into vector<4xf32>
    vector.maskedstore %r[%i], %m, %v : memref<16xf32>, vector<4xi1>, vector<4xf32>
  }
)mlir";
  };
  EXPECT_EQ(check(masked("[true, true, true, false]")), InPlace::Safe);
  EXPECT_EQ(check(masked("true")), InPlace::Unsafe);
  EXPECT_EQ(check(masked("[true, false, true, false]")), InPlace::Unknown);
}

TEST(InPlaceCheck, BranchesAreThoseTaken) {
  EXPECT_EQ(check(loop(R"mlir(
    %first = arith.cmpi eq, %i, %c0 : index
    scf.if %first {
      %x = memref.load %a[%c15] : memref<16xf32>
      memref.store %x, %r[%c15] : memref<16xf32>
    } else {
      %d = arith.subi %i, %c1 : index
      %x = memref.load %a[%d] : memref<16xf32>
      memref.store %x, %r[%d] : memref<16xf32>
    }
)mlir")),
            InPlace::Safe);
}

TEST(InPlaceCheck, WhatDependsOnDataIsNotKnown) {
  EXPECT_EQ(check(loop(R"mlir(
    %at = memref.load %indices[%i] : memref<16xindex>
    %x = memref.load %a[%at] : memref<16xf32>
    memref.store %x, %r[%i] : memref<16xf32>
)mlir")),
            InPlace::Unknown);
  EXPECT_EQ(check(R"mlir(
  scf.for %i = %c0 to %n step %c1 {
    %x = memref.load %a[%i] : memref<16xf32>
    memref.store %x, %r[%i] : memref<16xf32>
  }
)mlir"),
            InPlace::Unknown);
}

/// A launch of 16 threads, one for each element.
std::string launch(const std::string &body) {
  return "  gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = "
         "%c1) threads(%i, %ty, %tz) in (%sx = %c16, %sy = %c1, %sz = %c1) "
         "{\n" +
         body + "  gpu.terminator\n  }\n";
}

constexpr const char *ownElement = R"mlir(
    %x = memref.load %a[%i] : memref<16xf32>
    memref.store %x, %r[%i] : memref<16xf32>
)mlir";

TEST(InPlaceCheck, AThreadMayWriteOverWhatItHasRead) {
  EXPECT_EQ(check(launch(ownElement)), InPlace::Safe);
  // Not in another place, whatever the distance.
  EXPECT_EQ(check(launch(ownElement), vectors, 4), InPlace::Unknown);
  EXPECT_EQ(check(launch(R"mlir(
    memref.store %cst, %r[%i] : memref<16xf32>
    %x = memref.load %a[%i] : memref<16xf32>
)mlir"),
                  std::string(vectors) + "  %cst = arith.constant 0.0 : f32\n"),
            InPlace::Unknown);
}

TEST(InPlaceCheck, AThreadMayNotReadWhatAnotherWrites) {
  EXPECT_EQ(check(launch(R"mlir(
    %d = arith.subi %c15, %i : index
    %x = memref.load %a[%d] : memref<16xf32>
    memref.store %x, %r[%i] : memref<16xf32>
)mlir")),
            InPlace::Unknown);
  EXPECT_EQ(check(launch(R"mlir(
    %x = vector.load %a[%i] : memref<16xf32>, vector<4xf32>
    %e = vector.extract %x[0] : f32 from vector<4xf32>
    memref.store %e, %r[%i] : memref<16xf32>
)mlir")),
            InPlace::Unknown);
}

TEST(InPlaceCheck, ALaunchBehindReadsWhatHasBeenWritten) {
  std::string reads = launch(R"mlir(
    %x = memref.load %a[%i] : memref<16xf32>
    memref.store %x, %other[%i] : memref<16xf32>
)mlir");
  std::string head =
      std::string(vectors) + "  %other = memref.alloc() : memref<16xf32>\n";
  EXPECT_EQ(check(reads + launch(ownElement), head), InPlace::Safe);
  EXPECT_EQ(check(launch(ownElement) + reads, head), InPlace::Unsafe);
}

TEST(InPlaceCheck, OtherUsesAreNotKnown) {
  EXPECT_EQ(check("  memref.copy %a, %r : memref<16xf32> to memref<16xf32>\n"),
            InPlace::Unknown);
}

TEST(InPlaceCheck, AStoreToTheOperandIsUnsafe) {
  EXPECT_EQ(check(R"mlir(
  %x = memref.load %a[%c0] : memref<16xf32>
  memref.store %x, %a[%c1] : memref<16xf32>
)mlir"),
            InPlace::Unsafe);
}

} // namespace
