//===- Units.cpp - Sizes and frequencies as people write them -------------===//

#include "targets/description/TargetDescription.h"

#include "llvm/ADT/StringSwitch.h"

using namespace dlc::targets;

std::optional<uint64_t> dlc::targets::parseByteSize(llvm::StringRef text) {
  unsigned shift = 0;
  if (text.consume_back_insensitive("K"))
    shift = 10;
  else if (text.consume_back_insensitive("M"))
    shift = 20;
  else if (text.consume_back_insensitive("G"))
    shift = 30;
  uint64_t value = 0;
  if (text.getAsInteger(10, value) || value > (UINT64_MAX >> shift))
    return std::nullopt;
  return value << shift;
}

std::optional<uint64_t> dlc::targets::parseFrequency(llvm::StringRef text) {
  size_t digits = text.find_first_not_of("0123456789.");
  double unit = llvm::StringSwitch<double>(digits == llvm::StringRef::npos
                                               ? ""
                                               : text.substr(digits).ltrim())
                    .Cases({"", "Hz"}, 1)
                    .Case("kHz", 1e3)
                    .Case("MHz", 1e6)
                    .Case("GHz", 1e9)
                    .Default(0);
  double number = 0;
  if (text.substr(0, digits).getAsDouble(number))
    return std::nullopt;
  double hertz = number * unit + 0.5;
  if (hertz < 1 || hertz > 1e12)
    return std::nullopt;
  return static_cast<uint64_t>(hertz);
}
