//===- Lines.cpp - A frame that comes in lines, as calls in C -------------===//

#include "codegen/header/Lines.h"
#include "codegen/header/CText.h"

using namespace dlc::header;

ArenaPassing dlc::header::arenaOf(const Network &network) {
  if (!network.arenaSection.empty())
    return {"", "NULL"};
  if (!network.arenaParts.empty())
    return {", void *const *arenas", "arenas"};
  return {};
}

llvm::StringRef dlc::header::arenaParameterOf(const Network &network) {
  return network.arenaParts.empty() || !network.arenaSection.empty()
             ? "void *arena"
             : "void *const *arenas";
}

void dlc::header::writeFrameMacros(const Frame &frame,
                                   const std::string &prefix,
                                   llvm::raw_ostream &os) {
  os << "#define " << prefix << "_FORMAT " << cString(frame.format) << "\n"
     << "#define " << prefix << "_FORMAT_" << frame.format << " 1\n"
     << "#define " << prefix << "_HEIGHT " << frame.height << "\n"
     << "#define " << prefix << "_WIDTH " << frame.width << "\n"
     << "#define " << prefix << "_STRIDE " << frame.stride << "\n";
}

void dlc::header::writeLines(const Network &network, const std::string &macro,
                             llvm::raw_ostream &os) {
  const Frame &frame = network.lines->frame;
  const llvm::StringRef arena = arenaParameterOf(network);
  writeFrameMacros(frame, macro + "_LINE", os);
  os << "\n/* Before the first line of each frame. */\n"
     << "void " << network.name << "_begin(" << arena << ");\n\n"
     << "/* Takes the next line, of LINE_STRIDE bytes, which is not needed any "
        "more when this\n   returns: 1 when the network's image is complete "
        "(lines may still follow), 0 when\n   lines are missing, -1 when the "
        "frame had all its lines before. The arena is this\n   frame's from "
        "begin to the end of the run, which has one image for one run and\n   "
        "returns -1 without it. */\n"
     << "int " << network.name << "_line(const uint8_t *line, " << arena
     << ");\n\n";
}
