//===- BlockEffectsTest.cpp - Blocks that do the same, and do not ---------===//

#include "codegen/machine/BlockEffects.h"

#include "llvm/CodeGen/MIRParser/MIRParser.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/MachineModuleInfo.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "gtest/gtest.h"

using namespace dlc;

namespace {

class BlockEffects : public testing::Test {
protected:
  static void SetUpTestSuite() {
    llvm::InitializeAllTargetInfos();
    llvm::InitializeAllTargets();
    llvm::InitializeAllTargetMCs();
  }

  /// Whether two blocks of Armv6, given by their instructions, leave the same
  /// memory, and the same in every register but `unread`.
  bool isSame(const std::string &before, const std::string &after,
              llvm::StringRef unread = "") {
    llvm::Triple triple("armv6-unknown-linux-gnueabihf");
    std::string message;
    std::unique_ptr<llvm::TargetMachine> target(
        llvm::TargetRegistry::lookupTarget(triple, message)
            ->createTargetMachine(triple, "arm1176jzf-s", "", {}, {}));
    std::string text =
        functionOf("before", before) + functionOf("after", after);
    auto parser =
        llvm::createMIRParser(llvm::MemoryBuffer::getMemBuffer(text), context);
    std::unique_ptr<llvm::Module> module = parser->parseIRModule();
    module->setTargetTriple(triple);
    module->setDataLayout(target->createDataLayout());
    llvm::MachineModuleInfo info(target.get());
    EXPECT_FALSE(parser->parseMachineFunctions(*module, info)) << text;
    std::vector<llvm::MachineFunction *> functions;
    for (llvm::Function &function : *module)
      functions.push_back(info.getMachineFunction(function));
    const llvm::TargetSubtargetInfo &core = functions[0]->getSubtarget();
    const llvm::TargetRegisterInfo &registers = *core.getRegisterInfo();
    machine::MemoryOps ops(*core.getInstrInfo(), registers);
    machine::Expressions expressions;
    std::vector<machine::BlockEffects> effects;
    for (llvm::MachineFunction *function : functions) {
      std::vector<const llvm::MachineInstr *> block;
      for (const llvm::MachineInstr &instr : function->front())
        block.push_back(&instr);
      effects.push_back(machine::effectsOf(block, registers, ops, expressions));
    }
    for (unsigned reg = 1; reg < registers.getNumRegs(); ++reg)
      if (unread == registers.getName(reg))
        for (auto unit : registers.regunits(reg))
          effects[1].units[static_cast<unsigned>(unit)] =
              effects[0].units[static_cast<unsigned>(unit)];
    return !effects[1].undefined && effects[0].memory == effects[1].memory &&
           effects[0].units == effects[1].units;
  }

private:
  static std::string functionOf(const std::string &name,
                                const std::string &instructions) {
    return "---\nname: " + name + "\nbody: |\n  bb.0:\n" + instructions +
           "...\n";
  }

  llvm::LLVMContext context;
};

std::string load(const char *reg, const char *base, int offset) {
  return std::string("    $") + reg + " = LDRi12 $" + base + ", " +
         std::to_string(offset) + ", 14, $noreg :: (load (s32))\n";
}
std::string store(const char *reg, const char *base, int offset) {
  return std::string("    STRi12 $") + reg + ", $" + base + ", " +
         std::to_string(offset) + ", 14, $noreg :: (store (s32))\n";
}
std::string add(const char *to, const char *from, int amount) {
  return std::string("    $") + to + " = ADDri $" + from + ", " +
         std::to_string(amount) + ", 14, $noreg, $noreg\n";
}
std::string storeMultiple(const char *base, const char *registers) {
  return std::string("    STMIA $") + base + ", 14, $noreg, " + registers +
         " :: (store (s32))\n";
}
std::string loadMultiple(const char *base, const char *registers) {
  return std::string("    LDMIA $") + base + ", 14, $noreg, " + registers +
         " :: (load (s32))\n";
}

TEST_F(BlockEffects, Multiples) {
  std::string stores = store("r3", "r0", 20) + store("r2", "r0", 16);
  EXPECT_TRUE(isSame(
      stores, add("r12", "r0", 16) + storeMultiple("r12", "$r2, $r3"), "R12"));
  // The register that holds the new base is read later.
  EXPECT_FALSE(
      isSame(stores, add("r12", "r0", 16) + storeMultiple("r12", "$r2, $r3")));
  // Another place, another register.
  EXPECT_FALSE(isSame(
      stores, add("r12", "r0", 12) + storeMultiple("r12", "$r2, $r3"), "R12"));
  EXPECT_FALSE(isSame(
      stores, add("r12", "r0", 16) + storeMultiple("r12", "$r2, $r4"), "R12"));
  EXPECT_TRUE(isSame(load("r2", "r0", 0) + load("r3", "r0", 4),
                     loadMultiple("r0", "def $r2, def $r3")));
  // A machine loads r2 first, whatever the order of operands is.
  EXPECT_FALSE(isSame(load("r3", "r0", 0) + load("r2", "r0", 4),
                      loadMultiple("r0", "def $r3, def $r2")));
}

/// The fault itself: r8 is stored after it has become an address.
TEST_F(BlockEffects, StoredAddress) {
  std::string last = store("r8", "r7", 36);
  EXPECT_FALSE(isSame(
      store("r4", "r7", 16) + store("r5", "r7", 20) + last,
      add("r8", "r7", 16) + storeMultiple("r8", "$r4, $r5") + last, "R8"));
}

TEST_F(BlockEffects, UpdatedBases) {
  std::string post = "    $r2, $r0 = LDR_POST_IMM $r0, $noreg, 4, 14, $noreg "
                     ":: (load (s32))\n";
  EXPECT_TRUE(isSame(load("r2", "r0", 0) + add("r0", "r0", 4), post));
  EXPECT_FALSE(isSame(load("r2", "r0", 0) + add("r0", "r0", 8), post));
  std::string pre =
      "    early-clobber $r0 = STR_PRE_IMM $r2, $r0, -8, 14, $noreg :: (store "
      "(s32))\n";
  EXPECT_TRUE(isSame(add("r0", "r0", -8) + store("r2", "r0", 0), pre));
}

/// -O1 leaves stores that a later one covers.
TEST_F(BlockEffects, StoredTwice) {
  std::string zero = store("r2", "r0", 88), last = store("r3", "r0", 88);
  std::string beside = store("r2", "r0", 92);
  EXPECT_TRUE(isSame(zero + beside + last, zero + last + beside));
  EXPECT_TRUE(isSame(zero + last, last));
  EXPECT_FALSE(isSame(zero + last, last + zero));
  EXPECT_FALSE(isSame(zero + load("r4", "r0", 88) + last,
                      zero + last + load("r4", "r0", 88)));
  // Through another base it may be the same place.
  EXPECT_FALSE(isSame(zero + store("r3", "r1", 0) + last,
                      store("r3", "r1", 0) + zero + last));
  // A byte of it is not the place.
  std::string byte = "    STRBi12 $r3, $r0, 88, 14, $noreg :: (store (s8))\n";
  EXPECT_FALSE(isSame(zero + byte, byte + zero));
}

TEST_F(BlockEffects, OrderOfMemory) {
  std::string a = store("r2", "r0", 0), b = store("r3", "r0", 4);
  EXPECT_TRUE(isSame(a + b, b + a));
  std::string over = store("r4", "r0", 0), other = store("r3", "r1", 0);
  EXPECT_FALSE(isSame(a + over, over + a));
  EXPECT_FALSE(isSame(a + other, other + a));
  EXPECT_FALSE(isSame(a + load("r5", "r1", 0), load("r5", "r1", 0) + a));
  EXPECT_TRUE(isSame(load("r5", "r1", 0) + load("r6", "r0", 0),
                     load("r6", "r0", 0) + load("r5", "r1", 0)));
}

/// ARM's LDRD has an even register and the next one.
TEST_F(BlockEffects, Pairs) {
  auto pair = [](const char *first, const char *second) {
    return std::string("    $") + first + ", $" + second +
           " = LDRD $r0, $noreg, 8, 14, $noreg :: (load (s64))\n";
  };
  EXPECT_TRUE(
      isSame(load("r2", "r0", 8) + load("r3", "r0", 12), pair("r2", "r3")));
  EXPECT_FALSE(
      isSame(load("r3", "r0", 8) + load("r4", "r0", 12), pair("r3", "r4")));
  EXPECT_TRUE(
      isSame(pair("r3", "r4"), load("r3", "r0", 8) + load("r4", "r0", 12)));
}

} // namespace
