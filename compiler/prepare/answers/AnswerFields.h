//===- AnswerFields.h - What answers of all kinds are described by -*- C++
//-*-===//
//
// Each reads a value and returns false after an error at its place (Fields.h).
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_PREPARE_ANSWERS_ANSWERFIELDS_H
#define DLC_COMPILER_PREPARE_ANSWERS_ANSWERFIELDS_H

#include "compiler/prepare/Yaml.h"
#include "llvm/Support/MemoryBuffer.h"

namespace dlc::prepare {

bool readBool(const YamlNode &node, bool &value);

/// The name of one of the model's outputs, if there is a node.
bool readOutput(const YamlNode *node, std::string &name, mlir::Location &loc);

/// A list, or a file with a label in each line.
bool readLabels(const YamlNode &node, std::vector<std::string> &labels);

/// A file whose name a node has, beside the description; null after an error,
/// which calls it `what`.
std::unique_ptr<llvm::MemoryBuffer> readFileBeside(const YamlNode &node,
                                                   llvm::StringRef what);

} // namespace dlc::prepare

#endif
