//===- Yaml.cpp - A YAML document with the places of its parts ------------===//

#include "compiler/prepare/Yaml.h"
#include "targets/description/YamlText.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/YAMLParser.h"

using namespace mlir;
using namespace dlc;
using namespace dlc::prepare;

const YamlNode *YamlNode::find(llvm::StringRef key) const {
  auto found = llvm::find_if(
      entries, [&](const Entry &entry) { return entry.key == key; });
  return found == entries.end() ? nullptr : &found->value;
}

llvm::StringRef YamlNode::kindName() const {
  switch (kind) {
  case Scalar:
    return text.empty() ? "nothing" : "a single value";
  case List:
    return "a list";
  case Map:
    return "keys with values";
  }
  llvm_unreachable("all kinds are named");
}

namespace {

class Reader {
public:
  Reader(MLIRContext &context, llvm::StringRef text, llvm::StringRef fileName)
      : context(context), file(fileName), text(text), stream(text, sources) {
    sources.setDiagHandler(onDiagnostic, this);
  }

  FailureOr<YamlNode> read() {
    if (std::string reason = targets::refuseAsYaml(text); !reason.empty()) {
      emitError(at(1, 1)) << reason;
      return failure();
    }
    auto document = stream.begin();
    // An empty file is a document with nothing in it.
    llvm::yaml::Node *root =
        document == stream.end() ? nullptr : document->getRoot();
    if (bad || !root || isa<llvm::yaml::NullNode>(root)) {
      if (!bad)
        emitError(at(1, 1)) << "the description is empty";
      return failure();
    }
    YamlNode tree = convert(*root);
    if (!bad && ++document != stream.end() && !bad)
      fail(locate(document->getRoot()),
           "a second document: a description is one");
    if (bad || stream.failed())
      return failure();
    return tree;
  }

private:
  static void onDiagnostic(const llvm::SMDiagnostic &diagnostic, void *self) {
    auto *reader = static_cast<Reader *>(self);
    // It is found where the next token is.
    if (diagnostic.getMessage().starts_with("Found invalid tab"))
      return reader->failAtTab(diagnostic.getLineNo());
    reader->fail(
        reader->at(diagnostic.getLineNo(), diagnostic.getColumnNo() + 1),
        diagnostic.getMessage());
  }

  Location at(unsigned line, unsigned column) {
    return FileLineColLoc::get(&context, file, line, column);
  }

  Location locate(llvm::yaml::Node *node) {
    llvm::SMLoc start = node ? node->getSourceRange().Start : llvm::SMLoc();
    if (!start.isValid())
      return at(1, 1);
    // What is in brackets begins with them.
    if (isa<llvm::yaml::MappingNode, llvm::yaml::SequenceNode>(node) &&
        start.getPointer() != text.begin() &&
        llvm::StringRef("{[").contains(start.getPointer()[-1]))
      start = llvm::SMLoc::getFromPointer(start.getPointer() - 1);
    auto [line, column] = sources.getLineAndColumn(start);
    return at(line, column);
  }

  /// The first error is the one to mend: the others follow from it.
  void fail(Location loc, const Twine &message) {
    if (!bad)
      emitError(loc) << message;
    bad = true;
  }

  /// The last tab of an indentation up to a line.
  void failAtTab(int last) {
    std::pair<unsigned, unsigned> place(1, 1);
    llvm::SmallVector<llvm::StringRef> lines;
    text.split(lines, '\n');
    for (auto [number, line] : llvm::enumerate(lines)) {
      size_t tab = line.take_while([](char c) { return c == ' ' || c == '\t'; })
                       .find('\t');
      if (static_cast<int>(number) < last && tab != llvm::StringRef::npos)
        place = {number + 1, tab + 1};
    }
    fail(at(place.first, place.second),
         "a tab at the beginning of a line: YAML indents by spaces");
  }

  YamlNode convert(llvm::yaml::Node &node) {
    YamlNode result(locate(&node));
    llvm::SmallString<32> storage;
    if (auto *scalar = dyn_cast<llvm::yaml::ScalarNode>(&node)) {
      result.text = scalar->getValue(storage).str();
    } else if (auto *block = dyn_cast<llvm::yaml::BlockScalarNode>(&node)) {
      result.text = block->getValue().str();
    } else if (auto *list = dyn_cast<llvm::yaml::SequenceNode>(&node)) {
      result.kind = YamlNode::List;
      for (llvm::yaml::Node &item : *list) {
        result.items.push_back(convert(item));
        if (bad)
          break;
      }
    } else if (auto *map = dyn_cast<llvm::yaml::MappingNode>(&node)) {
      result.kind = YamlNode::Map;
      convertEntries(*map, result);
    } else if (!isa<llvm::yaml::NullNode>(&node)) {
      fail(result.loc, "anchors and aliases are not part of a description");
    }
    return result;
  }

  void convertEntries(llvm::yaml::MappingNode &map, YamlNode &result) {
    llvm::StringSet<> seen;
    for (llvm::yaml::KeyValueNode &entry : map) {
      auto *key = dyn_cast_or_null<llvm::yaml::ScalarNode>(entry.getKey());
      if (bad || !key)
        return fail(locate(&entry), "a key that is no word");
      Location loc = locate(key);
      llvm::SmallString<32> storage;
      std::string name = key->getValue(storage).str();
      if (!seen.insert(name).second)
        return fail(loc, "'" + name + "' is here twice");
      llvm::yaml::Node *value = entry.getValue();
      YamlNode converted = value ? convert(*value) : YamlNode(loc);
      // Nothing has no place of its own.
      if (converted.kind == YamlNode::Scalar && converted.text.empty())
        converted.loc = loc;
      result.entries.push_back({name, loc, std::move(converted)});
      if (bad)
        return;
    }
  }

  MLIRContext &context;
  llvm::StringRef file, text;
  llvm::SourceMgr sources;
  llvm::yaml::Stream stream;
  bool bad = false;
};

} // namespace

FailureOr<YamlNode> dlc::prepare::readYaml(MLIRContext &context,
                                           llvm::StringRef text,
                                           llvm::StringRef fileName) {
  return Reader(context, text, fileName).read();
}
