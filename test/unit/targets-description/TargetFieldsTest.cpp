//===- TargetFieldsTest.cpp - The table of what a target says -------------===//

#include "targets/description/TargetFields.h"
#include "targets/description/TargetAttr.h"
#include "targets/description/TargetYaml.h"

#include "mlir/Dialect/DLTI/DLTI.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include "gtest/gtest.h"

using namespace dlc::targets;

namespace {

/// Every field as people write it, in the order of the table.
std::vector<std::string> textOf(const TargetInfo &info) {
  std::vector<std::string> text;
  for (const TargetField &field : targetFields())
    text.push_back((field.key + ": " + printField(field, info)).str());
  return text;
}

TEST(TargetFields, WhatIsPrintedCanBeRead) {
  for (const TargetDescription &target : builtinTargets()) {
    TargetInfo info;
    for (const TargetField &field : targetFields())
      EXPECT_EQ(readField(field, printField(field, target), info), "");
    EXPECT_EQ(textOf(info), textOf(target)) << target.name;
  }
}

TEST(TargetFields, PassesReadWhatTheTargetSays) {
  mlir::MLIRContext context;
  for (const TargetDescription &target : builtinTargets()) {
    mlir::OwningOpRef<mlir::ModuleOp> module =
        mlir::ModuleOp::create(mlir::UnknownLoc::get(&context));
    setTarget(*module, target);
    TargetInfo info = getTargetInfo(*module);
    EXPECT_EQ(textOf(info), textOf(target)) << target.name;
    std::vector<MultiplyAccumulate> forms = formsOf(target);
    ASSERT_EQ(info.forms.size(), forms.size()) << target.name;
    for (size_t i = 0; i < forms.size(); ++i) {
      EXPECT_EQ(info.forms[i].instruction, forms[i].instruction);
      EXPECT_EQ(info.forms[i].left, forms[i].left);
      EXPECT_EQ(info.forms[i].right, forms[i].right);
      EXPECT_EQ(info.forms[i].accumulator, forms[i].accumulator);
      EXPECT_EQ(info.forms[i].products, forms[i].products);
      EXPECT_EQ(info.forms[i].lanes, forms[i].lanes);
      EXPECT_EQ(info.forms[i].cycles, forms[i].cycles);
    }
  }
}

/// A value of a field that differs from the one it has.
std::string otherValue(const TargetField &field, const TargetInfo &info) {
  for (const char *text : {"true", "false", "32", "64", "2", "4", "1", "lane",
                           "core", "neon", "mve"}) {
    TargetInfo changed = info;
    if (readField(field, text, changed).empty() &&
        printField(field, changed) != printField(field, info))
      return text;
  }
  return "";
}

TEST(TargetFields, EachIsAFieldOfItsOwn) {
  TargetInfo info;
  std::vector<std::string> before = textOf(info);
  for (auto [i, field] : llvm::enumerate(targetFields())) {
    TargetInfo changed = info;
    std::string value = otherValue(field, info);
    ASSERT_NE(value, "") << field.key.str();
    ASSERT_EQ(readField(field, value, changed), "");
    std::vector<std::string> after = textOf(changed);
    for (size_t k = 0; k < after.size(); ++k)
      EXPECT_EQ(after[k] == before[k], k != i) << after[k];
  }
}

TEST(TargetFields, SayWhatIsAllowed) {
  TargetInfo info;
  auto read = [&](llvm::StringRef key, llvm::StringRef text) {
    for (const TargetField &field : targetFields())
      if (field.key == key)
        return readField(field, text, info);
    return "no key " + key.str();
  };
  EXPECT_EQ(read("fpu", "perhaps"), "fpu must be true or false");
  EXPECT_EQ(read("fpu", "yes"), "");
  EXPECT_EQ(read("l1", "lots"),
            "l1 must be a size in bytes such as 32768, 32K or 2M, or 0");
  EXPECT_EQ(read("scalar-factor", "both"),
            "scalar-factor must be vector, lane or core");
  EXPECT_EQ(read("issue-width", "0"),
            "issue-width must be a number from 1 to 1024");
  EXPECT_EQ(read("issue-width", "2K"),
            "issue-width must be a number from 1 to 1024");
  for (const char *text : {"", "-1", "nan", "1e9", "1.2.3", "0x1"})
    EXPECT_EQ(read("miss-instructions", text),
              "miss-instructions must be a number from 0 to 1000000 such as "
              "0.5 or 8")
        << text;
  EXPECT_EQ(read("miss-instructions", "2.5"), "");
  EXPECT_EQ(info.missInstructions, 2.5);
}

TEST(TargetFields, AnUnknownEntryOfTheAttributeIsRefused) {
  mlir::MLIRContext context;
  mlir::Builder b(&context);
  auto check = [&](llvm::StringRef name, mlir::Attribute value) {
    std::string text;
    mlir::ScopedDiagnosticHandler handler(&context, [&](mlir::Diagnostic &d) {
      text = d.str();
      return mlir::success();
    });
    auto emit = [&] { return mlir::emitError(b.getUnknownLoc()); };
    auto entries = b.getDictionaryAttr({b.getNamedAttr(name, value)});
    return mlir::failed(verifyTarget(entries, emit)) ? text : "fine";
  };
  EXPECT_EQ(check("fpu", b.getBoolAttr(true)), "fine");
  EXPECT_EQ(check("fpu", b.getI64IntegerAttr(1)),
            "dlc.target: no value of fpu: 1 : i64");
  EXPECT_EQ(check("vector_bit", b.getI64IntegerAttr(128))
                .find("dlc.target has no entry 'vector_bit'; known are "
                      "index_bits, vector_bits, "),
            0u);
  EXPECT_EQ(check("multiply_accumulate", b.getArrayAttr({b.getUnitAttr()})),
            "dlc.target: no value of multiply_accumulate: [unit]");
}

TEST(Host, CachesAreThoseOfTheKernelsList) {
  llvm::SmallString<128> root;
  ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("caches", root));
  unsigned count = 0;
  auto add = [&](llvm::StringRef level, llvm::StringRef type,
                 llvm::StringRef size) {
    std::string folder = (root + "/index" + llvm::Twine(count++)).str();
    ASSERT_FALSE(llvm::sys::fs::create_directory(folder));
    for (auto [name, text] :
         {std::pair("level", level), std::pair("type", type),
          std::pair("size", size)}) {
      std::error_code error;
      llvm::raw_fd_ostream(folder + "/" + name, error) << text << "\n";
      ASSERT_FALSE(error);
    }
  };
  add("1", "Data", "48K");
  add("1", "Instruction", "64K");
  add("2", "Unified", "2048K");
  add("3", "Unified", "32M");
  CacheSizes sizes = readCacheSizes(root);
  EXPECT_EQ(sizes.l1, 48 << 10);
  EXPECT_EQ(sizes.l2, 2 << 20);
  EXPECT_EQ(readCacheSizes((root + "/none").str()).l1, 0);
  EXPECT_FALSE(llvm::sys::fs::remove_directories(root));
}

TEST(Host, IsItsArchitecturesTargetWithItsOwnCaches) {
  TargetDescription host = hostTarget();
  EXPECT_EQ(host.name, "host");
  EXPECT_FALSE(host.compactCode);
  EXPECT_FALSE(host.scarceRam);
  EXPECT_GT(host.l1Bytes, 0);
  EXPECT_GT(host.l2Bytes, host.l1Bytes);
  EXPECT_FALSE(formsOf(host).empty());
  EXPECT_FALSE(host.emulator.has_value());
}

} // namespace
