//===- AssemblyText.h - Assembly line by line -------------------*- C++ -*-===//

#ifndef DLC_CODEGEN_KERNELS_ASSEMBLYTEXT_H
#define DLC_CODEGEN_KERNELS_ASSEMBLYTEXT_H

#include "llvm/ADT/Twine.h"
#include <string>

namespace dlc::kernels {

/// Collects the lines of a kernel.
class AssemblyText {
public:
  void line(const llvm::Twine &words) {
    if (!lines.empty())
      lines += "\n";
    lines += words.str();
  }
  const std::string &text() const { return lines; }

private:
  std::string lines;
};

/// An instruction that reaches a word of the frame.
inline std::string onStack(const llvm::Twine &words, int64_t offset) {
  return (words + ", [sp, #" + llvm::Twine(offset) + "]").str();
}

} // namespace dlc::kernels

#endif // DLC_CODEGEN_KERNELS_ASSEMBLYTEXT_H
