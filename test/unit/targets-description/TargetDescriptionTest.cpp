//===- TargetDescriptionTest.cpp ------------------------------------------===//

#include "targets/description/TargetAttr.h"
#include "targets/description/TargetFields.h"
#include "targets/description/TargetYaml.h"

#include "mlir/Dialect/DLTI/DLTI.h"
#include "mlir/IR/MLIRContext.h"
#include "gtest/gtest.h"

using namespace dlc::targets;

namespace {

const std::string board = R"(name: board
triple: thumbv7m-none-eabi
cpu: cortex-m3
float-abi: soft
index-bits: 32
vector-bits: 0
vector-registers: 13
fpu: false
fma: false
align: 8
flash: 128K
ram: 32K
)";

std::string replaced(std::string text, llvm::StringRef from,
                     llvm::StringRef to) {
  size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos);
  return text.replace(at, from.size(), to);
}

std::string errorOf(llvm::StringRef text) {
  llvm::Expected<TargetDescription> target = parseTarget(text, "board.yaml");
  if (target)
    return "no error";
  return llvm::toString(target.takeError());
}

TEST(TargetDescription, ReadsEveryField) {
  llvm::Expected<TargetDescription> t = parseTarget(board, "board.yaml");
  ASSERT_TRUE(bool(t));
  EXPECT_EQ(t->name, "board");
  EXPECT_EQ(t->triple, "thumbv7m-none-eabi");
  EXPECT_EQ(t->cpu, "cortex-m3");
  EXPECT_EQ(t->floatAbi, FloatAbi::Soft);
  EXPECT_EQ(t->indexBits, 32u);
  EXPECT_EQ(t->vectorBits, 0u);
  EXPECT_EQ(t->vectorRegisters, 13u);
  EXPECT_FALSE(t->fpu);
  EXPECT_FALSE(t->fma);
  EXPECT_TRUE(t->longMultiply);
  EXPECT_FALSE(t->scarceRam);
  EXPECT_EQ(t->align, 8u);
  EXPECT_EQ(t->flashBytes, 128u << 10);
  ASSERT_EQ(t->ram.size(), 1u);
  EXPECT_EQ(t->ram[0].bytes, 32u << 10);
  EXPECT_EQ(t->clockHz, 0u);
  EXPECT_EQ(t->l1Bytes, 0u);
  EXPECT_EQ(t->threads, 1u);
}

/// The keys of the fields' table, with a comma after each.
std::string tableKeys() {
  std::string keys;
  for (const TargetField &field : targetFields())
    keys += (field.key + ", ").str();
  return keys;
}

TEST(TargetDescription, UnknownKeyNamesItsLine) {
  EXPECT_EQ(errorOf(board + "colour: red\n"),
            "board.yaml:13:1: error: unknown key 'colour'; known are name, "
            "inherits, summary, triple, cpu, features, float-abi, " +
                tableKeys() +
                "multiply-accumulate, gpu, flash, clock, ram, emulator");
}

TEST(TargetDescription, MissingKeyIsNamed) {
  EXPECT_EQ(errorOf(replaced(board, "align: 8\n", "")),
            "board.yaml:1:1: error: missing required key 'align'; `inherits: "
            "cortex-m4`, say, takes what is not named from a target that is "
            "there");
}

TEST(TargetDescription, NonsenseNamesItsLine) {
  EXPECT_EQ(errorOf(replaced(board, "ram: 32K", "ram: lots")),
            "board.yaml:12:6: error: expected a size in bytes above zero such "
            "as 32768, 32K or 2M; leave the key out where the size is not "
            "known");
  EXPECT_EQ(errorOf(replaced(board, "vector-bits: 0", "vector-bits: 100")),
            "board.yaml:6:14: error: vector-bits must be 0 (scalar) or a power "
            "of two from 64 to 2048");
  EXPECT_EQ(errorOf(replaced(board, "index-bits: 32", "index-bits: 16")),
            "board.yaml:5:13: error: index-bits must be 32 or 64");
  EXPECT_EQ(errorOf(replaced(board, "align: 8", "align: 12")),
            "board.yaml:10:8: error: align must be a power of two from 4 to "
            "4096");
  EXPECT_EQ(errorOf(replaced(board, "thumbv7m-none-eabi", "toaster")),
            "board.yaml:2:9: error: triple names no architecture that LLVM "
            "knows");
  EXPECT_EQ(errorOf(replaced(board, "soft", "squishy")),
            "board.yaml:4:12: error: float-abi must be soft, softfp or hard");
}

TEST(TargetDescription, ContradictionsAreErrors) {
  EXPECT_EQ(errorOf(replaced(board, "fma: false", "fma: true")),
            "board.yaml:9:6: error: fma needs fpu");
  EXPECT_EQ(errorOf(board + "scalar-factor: lane\n"),
            "board.yaml:13:16: error: scalar-factor needs vector-bits");
  EXPECT_EQ(errorOf(board + "predication: true\n"),
            "board.yaml:13:14: error: predication needs vector-bits");
  EXPECT_EQ(errorOf(replaced(board, "index-bits: 32", "index-bits: 64")),
            "board.yaml:5:13: error: index-bits does not fit the architecture "
            "of the triple");
}

const std::string discovery = R"(name: discovery
inherits: cortex-m4
clock: 168MHz
ram:
  - name: sram
    size: 112K
  - {name: ccm, size: 64K, section: .ccmram}
flash: 1M
)";

TEST(TargetDescription, ABoardTakesTheRestFromItsCore) {
  llvm::Expected<TargetDescription> core = findTarget("cortex-m4");
  llvm::Expected<TargetDescription> t = parseTarget(discovery, "board.yaml");
  ASSERT_TRUE(bool(core));
  ASSERT_TRUE(bool(t)) << llvm::toString(t.takeError());
  EXPECT_EQ(t->name, "discovery");
  EXPECT_EQ(t->inherits, "cortex-m4");
  EXPECT_EQ(t->triple, core->triple);
  EXPECT_EQ(t->features, core->features);
  EXPECT_EQ(t->vectorRegisters, core->vectorRegisters);
  EXPECT_EQ(t->floatAbi, FloatAbi::Hard);
  EXPECT_TRUE(t->fma);
  EXPECT_EQ(t->clockHz, 168'000'000u);
  EXPECT_EQ(t->flashBytes, 1u << 20);
  ASSERT_EQ(t->ram.size(), 2u);
  EXPECT_EQ(t->ram[0].name, "sram");
  EXPECT_EQ(t->ram[0].bytes, 112u << 10);
  EXPECT_EQ(t->ram[0].section, "");
  EXPECT_EQ(t->ram[1].section, ".ccmram");
  EXPECT_EQ(t->largestBank(), &t->ram[0]);
  EXPECT_EQ(core->largestBank(), nullptr);
  ASSERT_TRUE(t->emulator.has_value());
  EXPECT_EQ(t->emulator->machine, "mps2-an386");
  t = parseTarget(discovery + "float-abi: soft\nfpu: false\nfma: false\n",
                  "board.yaml");
  ASSERT_TRUE(bool(t));
  EXPECT_FALSE(t->fpu);
}

TEST(TargetDescription, NonsenseInABoardNamesItsLine) {
  auto with = [](llvm::StringRef from, llvm::StringRef to) {
    return errorOf(replaced(discovery, from, to));
  };
  EXPECT_EQ(with("inherits: cortex-m4", "inherits: cortex-m99")
                .find("board.yaml:2:11: error: unknown target 'cortex-m99'; "
                      "known are armv6, "),
            0u);
  for (const char *clock : {"0", "-1MHz", "168 bananas", "MHz", "nan", "1e3"})
    EXPECT_EQ(with("168MHz", clock),
              "board.yaml:3:8: error: expected a frequency such as 48MHz, "
              "1.5GHz or 32768Hz")
        << clock;
  for (const char *size : {"0", "0K", "-5", "112KB", "a lot"})
    EXPECT_EQ(with("size: 112K", std::string("size: ") + size),
              "board.yaml:6:11: error: expected a size in bytes above zero "
              "such as 32768, 32K or 2M; leave the key out where the size is "
              "not known")
        << size;
  EXPECT_EQ(with("name: ccm", "name: sram"),
            "board.yaml:7:12: error: another bank has this name");
  EXPECT_EQ(with("name: ccm", "name: c c m"),
            "board.yaml:7:12: error: expected the name of a RAM bank: letters, "
            "digits and '_'");
  EXPECT_EQ(with(".ccmram", "'a b'"),
            "board.yaml:7:37: error: expected the name of a section such as "
            ".ccmram");
  EXPECT_EQ(with("section", "segment"),
            "board.yaml:7:28: error: unknown key 'segment'; known are name, "
            "size, section");
  EXPECT_EQ(with("    size: 112K\n", ""),
            "board.yaml:5:5: error: missing required key 'size'");
  EXPECT_EQ(with("flash: 1M", "clock: 1MHz"),
            "board.yaml:8:1: error: duplicated mapping key 'clock'");
  EXPECT_EQ(with("flash: 1M", "cpu: cortex-z9"),
            "board.yaml:8:6: error: LLVM knows no processor 'cortex-z9' for "
            "thumbv7em-unknown-none-eabihf");
  EXPECT_EQ(with("flash: 1M", "features: +wings"),
            "board.yaml:8:11: error: LLVM knows no feature 'wings' for "
            "thumbv7em-unknown-none-eabihf");
}

TEST(TargetDescription, RamWithoutBanks) {
  EXPECT_EQ(errorOf("name: b\ninherits: cortex-m4\nram: []\n"),
            "board.yaml:1:1: error: ram is a list without a bank; leave the "
            "key out, or name banks with name and size");
  llvm::Expected<TargetDescription> t =
      parseTarget("name: b\ninherits: cortex-m4\nram: 20K\n", "board.yaml");
  ASSERT_TRUE(bool(t));
  EXPECT_EQ(t->largestBank()->bytes, 20u << 10);
}

TEST(TargetDescription, Frequencies) {
  EXPECT_EQ(parseFrequency("48MHz"), 48'000'000u);
  EXPECT_EQ(parseFrequency("1.5 GHz"), 1'500'000'000u);
  EXPECT_EQ(parseFrequency("32.768kHz"), 32'768u);
  EXPECT_EQ(parseFrequency("12000"), 12'000u);
  EXPECT_EQ(parseFrequency(""), std::nullopt);
  EXPECT_EQ(parseFrequency("2000GHz"), std::nullopt);
}

TEST(TargetDescription, LoadMultipleOfScalarFloats) {
  std::string withFpu = replaced(board, "fpu: false", "fpu: true");
  withFpu = replaced(withFpu, "vector-registers: 13", "vector-registers: 32");
  // The Cortex-M3 of this board has no unit at all.
  EXPECT_EQ(errorOf(withFpu + "load-multiple: 8\n"),
            "board.yaml:13:16: error: load-multiple is for kernels, and the "
            "processor has none of vfpv2, vfpv4 (32-bit Arm with scalar "
            "arithmetic), mve (32-bit Arm with vectors) and neon (AArch64)");
  EXPECT_EQ(errorOf(withFpu + "load-multiple: 17\n"),
            "board.yaml:13:16: error: load-multiple must be 0 (none) or from 2 "
            "to 16");
}

std::string inheriting(llvm::StringRef base, llvm::StringRef rest) {
  return ("name: b\ninherits: " + base + "\n" + rest).str();
}

TEST(TargetDescription, KernelsAreThoseOfTheProcessor) {
  auto kernels = [](llvm::StringRef base, llvm::StringRef rest = "") {
    llvm::Expected<TargetDescription> t =
        parseTarget(inheriting(base, rest), "board.yaml");
    EXPECT_TRUE(bool(t)) << llvm::toString(t.takeError());
    return t->kernels;
  };
  EXPECT_EQ(kernels("cortex-m4"), KernelSet::Vfpv4);
  EXPECT_EQ(kernels("cortex-m4", "fma: false\n"), KernelSet::Vfpv2);
  EXPECT_EQ(kernels("cortex-m4", "load-multiple: 0\n"), KernelSet::None);
  EXPECT_EQ(kernels("armv6"), KernelSet::Vfpv2);
  EXPECT_EQ(kernels("cortex-m55"), KernelSet::Mve);
  EXPECT_EQ(kernels("armv8-neon"), KernelSet::Neon);
  // One that was written before there was the key.
  std::string own = replaced(board, "cpu: cortex-m3", "cpu: cortex-m4");
  own = replaced(own, "thumbv7m-none-eabi", "thumbv7em-none-eabihf");
  own = replaced(own, "fpu: false\nfma: false", "fpu: true\nfma: true");
  own = replaced(own, "vector-registers: 13", "vector-registers: 32");
  llvm::Expected<TargetDescription> t =
      parseTarget(own + "load-multiple: 8\n", "board.yaml");
  ASSERT_TRUE(bool(t)) << llvm::toString(t.takeError());
  EXPECT_EQ(t->kernels, KernelSet::Vfpv4);
  EXPECT_TRUE(t->compactCode);
  EXPECT_EQ(errorOf(own + "kernels: avx\n"),
            "board.yaml:13:10: error: kernels must be none, vfpv2, vfpv4, mve "
            "or neon");
}

TEST(TargetDescription, LoadMultipleOfKernels) {
  llvm::Expected<TargetDescription> t =
      parseTarget(inheriting("armv8-neon", "load-multiple: 8\n"), "board.yaml");
  ASSERT_TRUE(bool(t)) << llvm::toString(t.takeError());
  EXPECT_EQ(t->loadMultiple, 8u);
  // A board that leaves its core's unit alone has no use for its loads.
  t = parseTarget(inheriting("cortex-m4", "fpu: false\nfma: false\n"),
                  "board.yaml");
  ASSERT_TRUE(bool(t));
  EXPECT_EQ(t->loadMultiple, 0u);
  EXPECT_EQ(t->kernels, KernelSet::None);
  EXPECT_EQ(t->blockRegisters(), 8u);
  std::string prefix = "board.yaml:3:16: error: ";
  EXPECT_EQ(errorOf(inheriting("cortex-m4", "load-multiple: 9\n")),
            prefix + "kernels: vfpv4 is for 32-bit Arm with scalar arithmetic, "
                     "32 float registers and load-multiple of at most 8");
  EXPECT_EQ(errorOf(inheriting("armv8-neon", "load-multiple: 6\n")),
            prefix + "kernels: neon is for AArch64 with scalar-factor: lane, "
                     "32 vectors of 128 bits and load-multiple of a multiple "
                     "of 4");
  EXPECT_EQ(errorOf(inheriting("cortex-m55", "load-multiple: 16\n")),
            prefix + "kernels: mve is for 32-bit Arm with scalar-factor: core, "
                     "8 vectors of 128 bits and load-multiple of at most 8");
  EXPECT_EQ(errorOf(inheriting("x86-64-v3", "load-multiple: 8\n"))
                .find(prefix + "load-multiple is for kernels, and the "
                               "processor has none of"),
            0u);
}

const std::string machine = R"(emulator:
  qemu: qemu-system-arm
  machine: mps2-an385
  code: {origin: 0x0, size: 4M}
  data: {origin: 0x20000000, size: 1M}
  compiler: arm-none-eabi-gcc
  flags: [-mcpu=cortex-m3, -mthumb]
)";

TEST(TargetDescription, ReadsTheEmulator) {
  llvm::Expected<TargetDescription> t =
      parseTarget(board + machine, "board.yaml");
  ASSERT_TRUE(bool(t)) << llvm::toString(t.takeError());
  ASSERT_TRUE(t->emulator.has_value());
  EXPECT_EQ(t->emulator->qemu, "qemu-system-arm");
  EXPECT_EQ(t->emulator->machine, "mps2-an385");
  EXPECT_EQ(t->emulator->code.origin, 0u);
  EXPECT_EQ(t->emulator->code.bytes, 4u << 20);
  EXPECT_EQ(t->emulator->data.origin, 0x20000000u);
  EXPECT_EQ(t->emulator->data.bytes, 1u << 20);
  EXPECT_FALSE(t->emulator->constants.has_value());
  EXPECT_EQ(t->emulator->compiler, "arm-none-eabi-gcc");
  EXPECT_EQ(t->emulator->flags,
            (std::vector<std::string>{"-mcpu=cortex-m3", "-mthumb"}));
  EXPECT_FALSE(t->emulator->floatAbi.has_value());

  llvm::Expected<TargetDescription> without = parseTarget(board, "board.yaml");
  ASSERT_TRUE(bool(without));
  EXPECT_FALSE(without->emulator.has_value());
}

TEST(TargetDescription, EmulatorsThatCannotBe) {
  EXPECT_EQ(errorOf(board + replaced(machine, "0x20000000", "up")),
            "board.yaml:17:18: error: expected an address such as 0x20000000");
  EXPECT_EQ(errorOf(board + replaced(machine, "  machine: mps2-an385\n", "")),
            "board.yaml:14:3: error: an emulator has either a machine (bare "
            "metal) or a cpu (Linux)");
  EXPECT_EQ(
      errorOf(board + replaced(machine,
                               "  data: {origin: 0x20000000, size: 1M}\n", "")),
      "board.yaml:14:3: error: the emulator's machine needs memory for "
      "code and data");
  EXPECT_EQ(
      errorOf(board + replaced(machine, "machine: mps2-an385", "cpu: arm1176")),
      "board.yaml:14:3: error: only an emulator with a machine has code, "
      "constants and data");
}

TEST(TargetDescription, NotYamlAtAll) {
  EXPECT_NE(errorOf("{{{").find("board.yaml:1:"), std::string::npos);
  EXPECT_EQ(errorOf(""), "board.yaml:1:1: error: no target description here");
}

TEST(TargetDescription, BuiltinsAreThere) {
  std::vector<std::string> names;
  for (const TargetDescription &t : builtinTargets())
    names.push_back(t.name);
  for (const char *name :
       {"armv6", "armv8-neon", "cortex-m0", "cortex-m0plus", "cortex-m3",
        "cortex-m4", "cortex-m7", "cortex-m33", "cortex-m55", "cortex-m85",
        "x86-64-v2", "x86-64-v3", "x86-64-v4", "x86-64-vnni", "cuda-pascal",
        "gtx-1080", "jetson-tx2", "host"})
    EXPECT_NE(std::find(names.begin(), names.end(), name), names.end()) << name;
}

TEST(TargetDescription, OtherNamesAreTheSameTarget) {
  llvm::Expected<TargetDescription> t = findTarget("x86-64");
  ASSERT_TRUE(bool(t)) << llvm::toString(t.takeError());
  EXPECT_EQ(t->name, "x86-64-v2");
  EXPECT_EQ(otherNames("x86-64-v2"), "x86-64");
  EXPECT_EQ(otherNames("x86-64-v3"), "");
}

TEST(TargetDescription, FindNamesTheKnownOnes) {
  llvm::Expected<TargetDescription> t = findTarget("cortex-m99");
  ASSERT_FALSE(bool(t));
  std::string message = llvm::toString(t.takeError());
  EXPECT_EQ(message.find("unknown target 'cortex-m99'; known are armv6, "), 0u);
  t = findTarget("./no-such-board.yaml");
  ASSERT_FALSE(bool(t));
  EXPECT_EQ(llvm::toString(t.takeError()),
            "cannot read target description './no-such-board.yaml': No such "
            "file or directory");
}

TEST(TargetDescription, ByteSizes) {
  EXPECT_EQ(parseByteSize("12"), 12u);
  EXPECT_EQ(parseByteSize("32K"), 32768u);
  EXPECT_EQ(parseByteSize("2m"), 2u << 20);
  EXPECT_EQ(parseByteSize(""), std::nullopt);
  EXPECT_EQ(parseByteSize("K"), std::nullopt);
  EXPECT_EQ(parseByteSize("-1"), std::nullopt);
  EXPECT_EQ(parseByteSize("99999999999G"), std::nullopt);
}

TEST(TargetAttr, LongMultiply) {
  mlir::MLIRContext context;
  for (auto [name, expected] :
       {std::pair("cortex-m3", true), std::pair("cortex-m0", false)}) {
    mlir::OwningOpRef<mlir::ModuleOp> module =
        mlir::ModuleOp::create(mlir::UnknownLoc::get(&context));
    llvm::Expected<TargetDescription> target = findTarget(name);
    ASSERT_TRUE(bool(target));
    setTarget(*module, *target);
    EXPECT_EQ(getTargetInfo(*module).longMultiply, expected) << name;
  }
}

TEST(TargetAttr, RoundTrip) {
  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module =
      mlir::ModuleOp::create(mlir::UnknownLoc::get(&context));
  EXPECT_EQ(getTargetInfo(*module).lanes(), 1u);
  llvm::Expected<TargetDescription> v4 = findTarget("x86-64-v4");
  ASSERT_TRUE(bool(v4));
  setTarget(*module, *v4);
  TargetInfo info = getTargetInfo(*module);
  EXPECT_EQ(info.vectorBits, 512u);
  EXPECT_EQ(info.lanes(), 16u);
  EXPECT_EQ(info.vectorRegisters, 32u);
  EXPECT_TRUE(info.fma);
  EXPECT_EQ(info.indexBits, 64u);
  EXPECT_EQ(info.align, 64u);
  EXPECT_EQ(mlir::DataLayout(*module).getTypeSizeInBits(
                mlir::IndexType::get(&context)),
            64u);
}

} // namespace
