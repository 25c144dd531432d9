//===- EmitTest.cpp - The bytes of an object ------------------------------===//

#include "codegen/llvm/Emit.h"
#include "codegen/llvm/ObjectFile.h"
#include "codegen/llvm/Passes.h"
#include "targets/description/TargetAttr.h"

#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"
#include "llvm/DebugInfo/DWARF/DWARFContext.h"
#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Support/ARMAttributeParser.h"
#include "gtest/gtest.h"

#include <map>

using namespace dlc;

namespace {

// y = x * small + large, then a copy of it.
const char *source = R"(
module attributes {arena.bytes = 64 : i64} {
  memref.global "private" constant @small : memref<8xf32> = dense<[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]>
  memref.global "private" constant @large : memref<2048xf32> = dense<0.5>
  func.func private @conv_1(%x: memref<8xf32>, %w: memref<8xf32>, %b: memref<2048xf32>, %y: memref<8xf32>) attributes {nn.stage = "conv"} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c8 = arith.constant 8 : index
    scf.for %i = %c0 to %c8 step %c1 {
      %a = memref.load %x[%i] : memref<8xf32>
      %v = memref.load %w[%i] : memref<8xf32>
      %u = memref.load %b[%i] : memref<2048xf32>
      %s = arith.mulf %a, %v : f32
      %t = arith.addf %s, %u : f32
      memref.store %t, %y[%i] : memref<8xf32>
    }
    return
  }
  func.func private @relu_2(%x: memref<8xf32>, %y: memref<8xf32>) attributes {nn.stage = "elementwise"} {
    %c0 = arith.constant 0 : index
    %v = vector.load %x[%c0] : memref<8xf32>, vector<8xf32>
    vector.store %v, %y[%c0] : memref<8xf32>, vector<8xf32>
    return
  }
  func.func @main(%x: memref<8xf32>, %y: memref<8xf32>, %arena: memref<?xi8>) {
    %c32 = arith.constant 32 : index
    %w = memref.get_global @small : memref<8xf32>
    %b = memref.get_global @large : memref<2048xf32>
    %t = memref.view %arena[%c32][] : memref<?xi8> to memref<8xf32>
    call @conv_1(%x, %w, %b, %t) : (memref<8xf32>, memref<8xf32>, memref<2048xf32>, memref<8xf32>) -> ()
    call @relu_2(%t, %y) : (memref<8xf32>, memref<8xf32>) -> ()
    return
  }
}
)";

const char *passes =
    "builtin.module(dlc-mark-noalias,expand-strided-metadata,lower-affine,"
    "convert-scf-to-cf,dlc-convert-to-llvm,reconcile-unrealized-casts)";

class EmitTest : public testing::Test {
protected:
  static void SetUpTestSuite() {
    mlir::registerAllPasses();
    llvmgen::registerLlvmPasses();
  }

  EmitTest() {
    mlir::DialectRegistry registry;
    mlir::registerAllDialects(registry);
    mlir::registerAllExtensions(registry);
    mlir::registerAllToLLVMIRTranslations(registry);
    context.appendDialectRegistry(registry);
    header::ElementType f32 =
        *header::elementTypeOf(mlir::Float32Type::get(&context));
    network.name = "net";
    network.inputs.push_back({"x", f32, {8}});
    network.outputs.push_back({"y", f32, {8}});
    network.arenaBytes = 64;
    network.stages = {{"conv 1", "conv_1", "conv", 16},
                      {"relu 2", "relu_2", "elementwise", 0}};
  }

  llvm::SmallVector<char, 0> emit(llvm::StringRef targetName,
                                  llvm::StringRef text = source,
                                  bool profile = false) {
    llvm::SmallVector<char, 0> object;
    auto target = targets::findTarget(targetName);
    EXPECT_TRUE(bool(target));
    auto module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
    targets::setTarget(*module, *target);
    mlir::PassManager manager(&context);
    EXPECT_TRUE(succeeded(mlir::parsePassPipeline(
        llvm::StringRef(passes).drop_front(15).drop_back(), manager)));
    EXPECT_TRUE(succeeded(manager.run(*module)));
    llvmgen::EmitOptions options;
    options.listing = "net.stages";
    options.profile = profile;
    auto made =
        llvmgen::NetworkModule::create(*module, network, *target, options);
    EXPECT_TRUE(bool(made));
    (*made)->optimise();
    error = llvm::toString((*made)->writeObject(object));
    return object;
  }

  /// Names of symbols with the names of their sections; "" if undefined.
  std::map<std::string, std::string>
  symbols(const llvm::SmallVector<char, 0> &object) {
    std::map<std::string, std::string> result;
    auto file = open(object);
    for (const llvm::object::SymbolRef &symbol : file->symbols()) {
      auto section = llvm::cantFail(symbol.getSection());
      result[llvm::cantFail(symbol.getName()).str()] =
          section == file->section_end()
              ? ""
              : llvm::cantFail(section->getName()).str();
    }
    return result;
  }

  std::unique_ptr<llvm::object::ObjectFile>
  open(const llvm::SmallVector<char, 0> &object) {
    return llvm::cantFail(
        llvm::object::ObjectFile::createObjectFile(llvm::MemoryBufferRef(
            llvm::StringRef(object.data(), object.size()), "net.o")));
  }

  /// Tag_ABI_VFP_args of the build attributes.
  std::optional<unsigned> vfpArgs(const llvm::SmallVector<char, 0> &object) {
    auto file = open(object);
    for (const llvm::object::SectionRef &section : file->sections()) {
      if (llvm::cantFail(section.getName()) != ".ARM.attributes")
        continue;
      llvm::ARMAttributeParser parser;
      llvm::cantFail(parser.parse(
          llvm::arrayRefFromStringRef(llvm::cantFail(section.getContents())),
          llvm::endianness::little));
      return parser.getAttributeValue(llvm::ARMBuildAttrs::ABI_VFP_args);
    }
    return std::nullopt;
  }

  mlir::MLIRContext context;
  header::Network network;
  std::string error;
};

TEST_F(EmitTest, SectionsHaveTheNamesOfStages) {
  for (const char *target : {"x86-64-v3", "cortex-m3", "cortex-m4"}) {
    SCOPED_TRACE(target);
    auto object = emit(target);
    EXPECT_EQ(error, "");
    auto found = symbols(object);
    EXPECT_EQ(found["net_run"], ".text.net.net_run");
    EXPECT_EQ(found["conv_1"], ".text.net.conv_1");
    EXPECT_EQ(found["relu_2"], ".text.net.relu_2");
    EXPECT_EQ(found["large"], ".rodata.net.large");
    // Where nothing is relocated at start it stays in flash.
    EXPECT_EQ(found["net_model"], llvm::StringRef(target).starts_with("cortex")
                                      ? ".rodata.net_model"
                                      : ".data.rel.ro.net_model");
  }
}

TEST_F(EmitTest, SameBytesEveryTime) {
  EXPECT_EQ(emit("cortex-m4"), emit("cortex-m4"));
  EXPECT_EQ(emit("x86-64-v4"), emit("x86-64-v4"));
}

TEST_F(EmitTest, LargeConstantIsFilledIn) {
  auto object = emit("cortex-m3");
  auto file = open(object);
  for (const llvm::object::SectionRef &section : file->sections()) {
    if (llvm::cantFail(section.getName()) != ".rodata.net.large")
      continue;
    llvm::StringRef contents = llvm::cantFail(section.getContents());
    ASSERT_EQ(contents.size(), 8192u);
    for (size_t i = 0; i < contents.size(); i += 4) {
      float value;
      memcpy(&value, contents.data() + i, 4);
      ASSERT_EQ(value, 0.5f);
    }
    return;
  }
  FAIL() << "no section .rodata.net.large";
}

TEST_F(EmitTest, LinesLeadToTheListing) {
  auto object = emit("x86-64-v2");
  auto file = open(object);
  auto dwarf = llvm::DWARFContext::create(*file);
  std::set<std::string> names;
  for (const auto &unit : dwarf->compile_units()) {
    const auto *table = dwarf->getLineTableForUnit(unit.get());
    ASSERT_TRUE(table);
    EXPECT_EQ(table->Prologue.FileNames.size(), 1u);
    std::set<unsigned> lines;
    for (const auto &row : table->Rows)
      lines.insert(row.Line);
    EXPECT_EQ(lines, (std::set<unsigned>{1, 2}));
  }
  std::string listing;
  llvm::raw_string_ostream os(listing);
  llvmgen::writeListing(network, os);
  EXPECT_EQ(listing, "conv 1  conv         conv_1  16 flops\n"
                     "relu 2  elementwise  relu_2\n");
}

TEST_F(EmitTest, ProfileHooksAreWeak) {
  auto object = emit("cortex-m3", source, /*profile=*/true);
  EXPECT_EQ(error, "");
  auto file = open(object);
  unsigned weak = 0;
  for (const llvm::object::SymbolRef &symbol : file->symbols())
    if (llvm::cantFail(symbol.getName()).starts_with("dlc_stage_"))
      weak += bool(llvm::cantFail(symbol.getFlags()) &
                   llvm::object::SymbolRef::SF_Weak);
  EXPECT_EQ(weak, 2u);
}

TEST_F(EmitTest, LibraryCallsAreRefused) {
  std::string text = source;
  std::string from = "%s = arith.mulf %a, %v : f32";
  text.replace(text.find(from), from.size(), "%s = math.exp %a : f32");
  emit("cortex-m3", text);
  EXPECT_NE(error.find("does not have: expf"), std::string::npos) << error;
}

TEST_F(EmitTest, OneObjectForEitherFloatAbi) {
  for (const char *target : {"cortex-m3", "cortex-m4", "armv6"}) {
    SCOPED_TRACE(target);
    EXPECT_EQ(vfpArgs(emit(target)), 3u);
  }
}

TEST_F(EmitTest, HalvesNeedNoFunctions) {
  // libgcc and compiler-rt have no name in common for their conversions.
  std::string text = source;
  std::string from = "%s = arith.mulf %a, %v : f32";
  text.replace(text.find(from), from.size(),
               "%h = arith.truncf %a : f32 to f16\n"
               "%s = arith.extf %h : f16 to f32");
  for (const char *target : {"armv6", "cortex-m3"}) {
    auto object = emit(target, text);
    EXPECT_EQ(error, "");
    auto found = symbols(object);
    EXPECT_EQ(found.count("half_to_float"), 1u);
    EXPECT_EQ(found.count("float_to_half"), 1u);
    EXPECT_EQ(vfpArgs(object), 3u);
  }
}

TEST_F(EmitTest, FlashIsMeasured) {
  auto object = emit("cortex-m3");
  auto use = llvm::cantFail(llvmgen::measureFlash(object));
  ASSERT_FALSE(use.symbols.empty());
  EXPECT_EQ(use.symbols.front().name, "large");
  EXPECT_EQ(use.symbols.front().bytes, 8192u);
  EXPECT_GT(use.total, 8192u + 32);
  EXPECT_LT(use.total, 8192u + 1024);
}

TEST_F(EmitTest, UnknownProcessorIsAnError) {
  auto target = targets::findTarget("cortex-m3");
  ASSERT_TRUE(bool(target));
  target->cpu = "cortex-m99";
  auto machine = llvmgen::makeTargetMachine(*target, llvmgen::OptLevel::O2);
  ASSERT_FALSE(bool(machine));
  EXPECT_EQ(llvm::toString(machine.takeError()),
            "target 'cortex-m3': LLVM knows no processor 'cortex-m99' for "
            "thumbv7m-unknown-none-eabi");
}

} // namespace
