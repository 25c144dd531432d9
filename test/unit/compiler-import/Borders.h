//===- Borders.h - Models at the borders of what ONNX allows --------------===//
//
// Each line of refusals.txt and accepted.txt is one: operator set | graph | ...
//
//===----------------------------------------------------------------------===//

#ifndef DLC_TEST_UNIT_COMPILER_IMPORT_BORDERS_H
#define DLC_TEST_UNIT_COMPILER_IMPORT_BORDERS_H

#include "onnx/defs/parser.h"
#include "onnx/onnx_pb.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/MemoryBuffer.h"
#include "gtest/gtest.h"

namespace dlc::test {

struct Row {
  int64_t line;
  llvm::SmallVector<llvm::StringRef> columns;
};

class Table {
public:
  Table(llvm::StringRef file, size_t columns) {
    auto read =
        llvm::MemoryBuffer::getFile("test/unit/compiler-import/" + file);
    if (!read)
      return;
    text = std::move(*read);
    llvm::SmallVector<llvm::StringRef> lines;
    text->getBuffer().split(lines, '\n');
    for (auto [i, line] : llvm::enumerate(lines)) {
      if (line.empty() || line.starts_with("#"))
        continue;
      Row row{static_cast<int64_t>(i) + 1, {}};
      line.split(row.columns, " | ");
      EXPECT_EQ(row.columns.size(), columns) << file.str() << ":" << row.line;
      if (row.columns.size() == columns)
        rows.push_back(row);
    }
  }

  llvm::SmallVector<Row> rows;

private:
  std::unique_ptr<llvm::MemoryBuffer> text;
};

inline onnx::ModelProto modelOf(const Row &row) {
  std::string text =
      "<ir_version: 8, opset_import: [\"\" : " + row.columns[0].str() +
      ", \"com.microsoft\" : 1, \"ai.onnx.ml\" : 3, "
      "\"qonnx.custom_op.general\" : 2]>\nborder " +
      row.columns[1].str();
  onnx::ModelProto model;
  onnx::OnnxParser parser(text.c_str());
  auto status = parser.Parse(model);
  EXPECT_TRUE(status.IsOK()) << row.line << ": " << status.ErrorMessage();
  return model;
}

} // namespace dlc::test

#endif // DLC_TEST_UNIT_COMPILER_IMPORT_BORDERS_H
