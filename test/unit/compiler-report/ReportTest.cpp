//===- ReportTest.cpp - The report, byte for byte -------------------------===//
//
// DLC_UPDATE_GOLDEN=1 build/bin/unit/compiler-report, run in the repository's
// root, writes test/golden/report.{json,txt} anew.
//
//===----------------------------------------------------------------------===//

#include "compiler/report/Report.h"
#include "dialects/arena/ArenaDialect.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/raw_ostream.h"
#include "gtest/gtest.h"
#include <cstdlib>
#include <fstream>
#include <sstream>

using namespace dlc;

namespace {

constexpr const char *planned = R"mlir(
module attributes {arena.bytes = 192 : i64, arena.align = 16 : i64, arena.lower_bound = 176 : i64, nn.notes = ["stage \"a\" in 2 parts"]} {
  memref.global "private" constant @w : memref<8x4xf32> = dense<1.0>
  func.func @main(%x: memref<1x4xf32>, %y: memref<8xf32>, %arena: memref<?xi8>) {
    %w = memref.get_global @w : memref<8x4xf32>
    %a = arena.buffer {name = "conv \"1\"", bytes = 32 : i64, align = 16 : i64, offset = 0 : i64} : memref<1x8xf32>
    %s = arena.buffer {name = "conv \"1\".scratch", bytes = 144 : i64, align = 16 : i64, offset = 48 : i64} : memref<36xf32>
    %v = arena.view %a {byte_offset = 0 : i64} : memref<1x8xf32> to memref<8xf32>
    call @conv(%x, %w, %a, %s) : (memref<1x4xf32>, memref<8x4xf32>, memref<1x8xf32>, memref<36xf32>) -> () loc("conv \"1\""("Conv"("m.onnx":1:1)))
    call @relu(%v, %y) : (memref<8xf32>, memref<8xf32>) -> ()
    return
  }
  func.func private @conv(memref<1x4xf32>, memref<8x4xf32> {nn.constant}, memref<1x8xf32>, memref<36xf32> {arena.scratch}) attributes {nn.stage = "conv", dlc.storage = {bytes = 72 : i64, dense_bytes = 128 : i64, dense_instructions = 300 : i64, form = "4 bits", forms = 2 : i64, instructions = 250 : i64, nonzeros = 30 : i64, weights = 32 : i64}}
  func.func private @relu(memref<8xf32>, memref<8xf32>) attributes {nn.stage = "elementwise"}
}
)mlir";

using Writer = void (*)(const report::Report &, llvm::raw_ostream &);

std::string makeReport(Writer writer) {
  mlir::MLIRContext context;
  context.loadDialect<arena::ArenaDialect, mlir::func::FuncDialect,
                      mlir::memref::MemRefDialect>();
  context.allowUnregisteredDialects();
  auto module = mlir::parseSourceString<mlir::ModuleOp>(planned, &context);
  if (!module)
    return "";
  header::Network network;
  network.name = "net";
  network.model = "two layers";
  network.target = "cortex-m3";
  network.stages = {{"conv \"1\"", "conv", "conv", 72, 32},
                    {"relu", "relu", "elementwise", 8}};
  const header::ElementType float32 =
      *header::elementTypeOf(mlir::Float32Type::get(&context));
  network.inputs = {{"x", float32, {1, 4}}};
  network.outputs = {{"y", float32, {8}}};
  report::Report report = report::reportPlan(*module, network);
  llvmgen::FlashUse use;
  use.total = 400;
  use.symbols = {{"w", 128}, {"conv", 60}, {"conv_shared", 140}, {"relu", 36}};
  report::addFlash(report, use);
  report.ramBudget = 256;
  report.options = {{"optimisation", "-Os"}};
  std::string text;
  llvm::raw_string_ostream os(text);
  writer(report, os);
  return text;
}

void compareWithGolden(Writer writer, const char *path) {
  std::string text = makeReport(writer);
  ASSERT_NE(text, "");
  if (std::getenv("DLC_UPDATE_GOLDEN"))
    std::ofstream(path) << text;
  std::stringstream golden;
  golden << std::ifstream(path).rdbuf();
  EXPECT_EQ(text, golden.str());
}

TEST(Report, JsonMatchesTheGoldenFile) {
  compareWithGolden(report::writeJson, "test/golden/report.json");
}

TEST(Report, TextMatchesTheGoldenFile) {
  compareWithGolden(report::writeText, "test/golden/report.txt");
}

TEST(Report, SameEachTime) {
  for (Writer writer :
       {report::writeJson, report::writeText, report::writeHtml})
    EXPECT_EQ(makeReport(writer), makeReport(writer));
}

} // namespace
