//===- YamlText.cpp - What LLVM's reader of YAML takes --------------------===//

#include "targets/description/YamlText.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/Twine.h"

std::string dlc::targets::refuseAsYaml(llvm::StringRef text) {
  constexpr int kDeepest = 100;
  int depth = 0;
  for (char c : text) {
    depth += (c == '[' || c == '{') - (c == ']' || c == '}');
    if (depth > kDeepest)
      return ("more than " + llvm::Twine(kDeepest) +
              " brackets within each other")
          .str();
    auto byte = static_cast<unsigned char>(c);
    if (byte == 0x7f || (byte < ' ' && !llvm::is_contained("\t\n\r", c)))
      return "a byte 0x" +
             llvm::utohexstr(byte, /*LowerCase=*/true, /*Width=*/2) +
             ", which text does not have: is it YAML?";
  }
  return {};
}
