//===- Wording.h - Sizes and names for people -------------------*- C++ -*-===//

#ifndef DLC_COMPILER_REPORT_WORDING_H
#define DLC_COMPILER_REPORT_WORDING_H

#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <string>

namespace llvm {
class raw_ostream;
} // namespace llvm

namespace dlc::report {

/// "768 B", "12.5 KiB", "3 MiB".
std::string inUnits(uint64_t bytes);
/// "131072 bytes".
std::string inBytes(uint64_t bytes);
/// "12.5%"; "0%" of nothing.
std::string percent(uint64_t part, uint64_t whole);
/// ", 75% of the budget of 4 KiB", with what is too much; "" without a budget.
std::string ofBudget(uint64_t bytes, uint64_t budget,
                     std::string (*write)(uint64_t));
/// "830", "12.5 M", "5.7 G".
std::string inThousands(uint64_t count);

/// The last two parts of a name's path, as far as the first of the nodes that
/// an exporter has merged: of "net/block_1/relu;net/block_1/conv" it is
/// "block_1/relu".
llvm::StringRef shortName(llvm::StringRef name);

/// At most `characters` of a text in UTF-8: its end, which tells layers apart.
std::string ending(llvm::StringRef text, size_t characters);

/// Text that HTML and SVG take literally, between tags and in attributes,
/// whatever bytes a model calls its nodes.
struct Escaped {
  llvm::StringRef text;
};
llvm::raw_ostream &operator<<(llvm::raw_ostream &os, Escaped escaped);

} // namespace dlc::report

#endif
