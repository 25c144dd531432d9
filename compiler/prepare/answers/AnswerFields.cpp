//===- AnswerFields.cpp - What answers of all kinds are described by ------===//

#include "compiler/prepare/answers/AnswerFields.h"
#include "compiler/prepare/Fields.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace dlc;
using namespace dlc::prepare;

bool dlc::prepare::readBool(const YamlNode &node, bool &value) {
  static constexpr Word<bool> words[] = {{"true", true}, {"false", false}};
  return readWord(node, words, value);
}

bool dlc::prepare::readOutput(const YamlNode *node, std::string &name,
                              Location &loc) {
  if (!node)
    return true;
  if (node->kind != YamlNode::Scalar || node->text.empty())
    return node->error() << "output is the name of one of the model's outputs",
           false;
  name = node->text;
  loc = node->loc;
  return true;
}

std::unique_ptr<llvm::MemoryBuffer>
dlc::prepare::readFileBeside(const YamlNode &node, llvm::StringRef what) {
  auto place = node.loc->findInstanceOf<FileLineColLoc>();
  llvm::SmallString<128> path(
      llvm::sys::path::parent_path(place.getFilename().getValue()));
  llvm::sys::path::append(path, node.text);
  if (llvm::sys::path::is_absolute(node.text))
    path = node.text;
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/true);
  if (!buffer) {
    node.error() << "cannot read the " << what << " '" << path.str()
                 << "': " << buffer.getError().message();
    return nullptr;
  }
  return std::move(*buffer);
}

bool dlc::prepare::readLabels(const YamlNode &node,
                              std::vector<std::string> &labels) {
  if (node.kind == YamlNode::List) {
    for (const YamlNode &item : node.items) {
      if (item.kind != YamlNode::Scalar)
        return item.error() << "a label is a word, not " << item.kindName(),
               false;
      labels.push_back(item.text);
    }
    return true;
  }
  if (node.kind != YamlNode::Scalar || node.text.empty())
    return node.error() << "labels are a list, [person, cat], or the name of a "
                           "file with one in each line",
           false;
  std::unique_ptr<llvm::MemoryBuffer> file = readFileBeside(node, "labels");
  if (!file)
    return false;
  llvm::SmallVector<llvm::StringRef> lines;
  file->getBuffer().rtrim().split(lines, '\n');
  for (llvm::StringRef line : lines)
    labels.push_back(line.trim().str());
  return true;
}
