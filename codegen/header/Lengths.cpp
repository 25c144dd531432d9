//===- Lengths.cpp - Sizes that are given for each run, in C --------------===//

#include "codegen/header/Lengths.h"
#include "codegen/header/CText.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace dlc::header;

std::vector<std::string> dlc::header::lengthNames(const Network &network) {
  llvm::StringSet<> used;
  std::vector<std::string> names;
  for (const Length &length : network.lengths) {
    std::string base = toIdentifier(length.name);
    std::string name = base;
    for (unsigned n = 1; !used.insert(name).second; ++n)
      name = base + "_" + std::to_string(n);
    names.push_back(name);
  }
  return names;
}

void dlc::header::writeLengths(const Network &network, const std::string &macro,
                               llvm::raw_ostream &os) {
  if (network.lengths.empty())
    return;
  os << "/* Sizes that are given for each run. Tensors whose size depends on "
        "them have their\n   elements densely in the first BYTES_AT of BYTES. "
        "*/\n"
     << "#define " << macro << "_LENGTH_COUNT " << network.lengths.size()
     << "\n";
  for (auto [i, length] : llvm::enumerate(network.lengths)) {
    std::string prefix = macro + "_LENGTH_" + std::to_string(i);
    os << "#define " << prefix << "_NAME " << cString(length.name) << "\n"
       << "#define " << prefix << "_MIN " << length.least << "\n"
       << "#define " << prefix << "_MAX " << length.most << "\n";
  }
  os << "/* What a run returns for another length; it does nothing then. */\n"
     << "#define " << macro << "_ERROR_LENGTH (" << kLengthError << ")\n\n";
}

/// "(2 * (size_t)(seq) + 1)"
static std::string sizeText(const SizeOfLength &size, int64_t fixed,
                            llvm::ArrayRef<std::string> names) {
  if (size.length < 0)
    return std::to_string(fixed);
  std::string text = "(size_t)(" + names[size.length] + ")";
  if (size.a != 1)
    text = std::to_string(size.a) + " * " + text;
  if (size.b)
    text += (size.b > 0 ? " + " : " - ") + std::to_string(std::abs(size.b));
  if (size.c != 1)
    text = "(" + text + ") / " + std::to_string(size.c);
  return "(" + text + ")";
}

void dlc::header::writeSizeMacros(const Network &network, const Tensor &tensor,
                                  const std::string &prefix,
                                  llvm::raw_ostream &os) {
  if (tensor.sizes.empty())
    return;
  std::vector<std::string> names = lengthNames(network), sizes;
  for (auto [size, fixed] : llvm::zip_equal(tensor.sizes, tensor.shape))
    sizes.push_back(sizeText(size, fixed, names));
  std::string parameters = "(" + llvm::join(names, ", ") + ")";
  os << "#define " << prefix << "_SHAPE_AT" << parameters << " {"
     << llvm::join(sizes, ", ") << "}\n"
     << "#define " << prefix << "_BYTES_AT" << parameters << " ("
     << tensor.type.bytes << " * " << llvm::join(sizes, " * ") << ")\n";
}
