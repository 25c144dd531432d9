//===- Fields.cpp - What the values of a description may be ---------------===//

#include "compiler/prepare/Fields.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <cmath>

using namespace mlir;
using namespace dlc::prepare;

std::string dlc::prepare::listOf(llvm::ArrayRef<llvm::StringRef> words) {
  std::string text;
  for (auto [i, word] : llvm::enumerate(words)) {
    if (i)
      text += i + 1 == words.size() ? " and " : ", ";
    text += word;
  }
  return text;
}

/// The word that was meant, or none.
static llvm::StringRef nearestOf(llvm::StringRef text,
                                 llvm::ArrayRef<llvm::StringRef> words) {
  llvm::StringRef nearest;
  unsigned best = 3;
  for (llvm::StringRef word : words)
    if (unsigned distance =
            llvm::StringRef(text.lower()).edit_distance(word.lower());
        distance < best) {
      best = distance;
      nearest = word;
    }
  return nearest;
}

bool dlc::prepare::refuseWord(const YamlNode &node,
                              llvm::ArrayRef<llvm::StringRef> words) {
  InFlightDiagnostic error = node.error();
  if (node.kind != YamlNode::Scalar || node.text.empty()) {
    error << node.kindName()
          << " where one of these belongs: " << listOf(words);
    return false;
  }
  error << "'" << node.text << "' is not known here; ";
  llvm::StringRef nearest = nearestOf(node.text, words);
  if (!nearest.empty())
    error << "did you mean " << nearest << "? ";
  error << "known are " << listOf(words);
  return false;
}

bool dlc::prepare::readInteger(const YamlNode &node, int64_t &value,
                               int64_t least, int64_t most) {
  bool number = node.kind == YamlNode::Scalar &&
                !llvm::StringRef(node.text).getAsInteger(10, value);
  if (number && value >= least && value <= most)
    return true;
  InFlightDiagnostic error = node.error();
  error << "a whole number from " << least << " to " << most
        << " belongs here, not ";
  if (node.kind == YamlNode::Scalar && !node.text.empty())
    error << "'" << node.text << "'";
  else
    error << node.kindName();
  return false;
}

bool dlc::prepare::readIntegers(const YamlNode &node,
                                std::vector<int64_t> &values, int64_t least,
                                int64_t most) {
  if (node.kind != YamlNode::List) {
    node.error() << "a list of whole numbers belongs here, [480, 640], not "
                 << node.kindName();
    return false;
  }
  return llvm::all_of(node.items, [&](const YamlNode &item) {
    return readInteger(item, values.emplace_back(), least, most);
  });
}

static bool readReal(const YamlNode &node, double &value) {
  if (node.kind == YamlNode::Scalar &&
      !llvm::StringRef(node.text).getAsDouble(value) && std::isfinite(value) &&
      std::isfinite(static_cast<float>(value)))
    return true;
  node.error() << "a number belongs here, or a list of one for each channel, "
                  "not "
               << (node.text.empty() ? node.kindName().str()
                                     : "'" + node.text + "'");
  return false;
}

bool dlc::prepare::readReals(const YamlNode &node,
                             std::vector<double> &values) {
  if (node.kind != YamlNode::List)
    return readReal(node, values.emplace_back());
  return llvm::all_of(node.items, [&](const YamlNode &item) {
    return readReal(item, values.emplace_back());
  });
}

std::optional<NamedStep> dlc::prepare::splitStep(const YamlNode &node) {
  if (node.kind == YamlNode::Scalar) {
    YamlNode name(node.loc);
    name.text = node.text;
    return NamedStep{std::move(name), YamlNode(node.loc)};
  }
  if (node.kind != YamlNode::Map || node.entries.size() != 1) {
    node.error() << "a step is one name with its value, not "
                 << node.kindName();
    return std::nullopt;
  }
  const YamlNode::Entry &entry = node.entries.front();
  YamlNode name(entry.loc);
  name.text = entry.key;
  return NamedStep{std::move(name), entry.value};
}

Fields::Fields(const YamlNode &node, llvm::StringRef what)
    : node(node), what(what) {}

const YamlNode *Fields::find(llvm::StringRef key) {
  known.push_back(key);
  return node.find(key);
}

const YamlNode *Fields::require(llvm::StringRef key, const llvm::Twine &value) {
  const YamlNode *found = find(key);
  if (!found && missing.empty())
    missing = (key + ": " + value).str();
  return found;
}

bool Fields::finish() {
  if (node.kind != YamlNode::Map) {
    node.error() << what << " has keys with values (" << llvm::join(known, ", ")
                 << "), not " << node.kindName();
    return false;
  }
  for (const YamlNode::Entry &entry : node.entries)
    if (!llvm::is_contained(known, entry.key)) {
      YamlNode key(entry.loc);
      key.text = entry.key;
      return refuseWord(key, known);
    }
  if (missing.empty())
    return true;
  node.error() << what << " lacks " << missing;
  return false;
}
