//===- Fields.h - What the values of a description may be -------*- C++ -*-===//
//
// Each reads a value and returns false after it has said, at the value's place,
// what is wrong with it and what to write.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_PREPARE_FIELDS_H
#define DLC_COMPILER_PREPARE_FIELDS_H

#include "compiler/prepare/Yaml.h"
#include "llvm/ADT/ArrayRef.h"

namespace dlc::prepare {

/// A word and what it means.
template <typename T> struct Word {
  llvm::StringLiteral text;
  T meaning;
};

/// "a, b and c".
std::string listOf(llvm::ArrayRef<llvm::StringRef> words);

template <typename T, size_t size>
std::string listWords(const Word<T> (&words)[size]) {
  llvm::SmallVector<llvm::StringRef> texts;
  for (const Word<T> &word : words)
    texts.push_back(word.text);
  return listOf(texts);
}

/// Says that a value is none of `words`; false.
bool refuseWord(const YamlNode &node, llvm::ArrayRef<llvm::StringRef> words);

template <typename T, size_t size>
bool readWord(const YamlNode &node, const Word<T> (&words)[size], T &meaning) {
  llvm::SmallVector<llvm::StringRef> texts;
  for (const Word<T> &word : words) {
    if (node.kind == YamlNode::Scalar && node.text == word.text) {
      meaning = word.meaning;
      return true;
    }
    texts.push_back(word.text);
  }
  return refuseWord(node, texts);
}

bool readInteger(const YamlNode &node, int64_t &value, int64_t least,
                 int64_t most);
/// A list.
bool readIntegers(const YamlNode &node, std::vector<int64_t> &values,
                  int64_t least, int64_t most);
/// A number, or a list of them.
bool readReals(const YamlNode &node, std::vector<double> &values);

/// A step of a list: its name as a scalar, and its value, which is an empty
/// scalar at the name's place where only that is written.
struct NamedStep {
  YamlNode name, value;
};
std::optional<NamedStep> splitStep(const YamlNode &node);

/// The keys of a mapping; those that nobody asks for are refused.
class Fields {
public:
  Fields(const YamlNode &node, llvm::StringRef what);

  const YamlNode *find(llvm::StringRef key);
  /// Missing, it is an error of finish(), which names what to write.
  const YamlNode *require(llvm::StringRef key, const llvm::Twine &value);
  bool finish();

private:
  const YamlNode &node;
  llvm::StringRef what;
  llvm::SmallVector<llvm::StringRef> known;
  std::string missing; ///< the first one, and what to write
};

} // namespace dlc::prepare

#endif
