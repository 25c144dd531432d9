//===- ReportText.cpp - The report as tables for a terminal ---------------===//

#include "compiler/report/Peak.h"
#include "compiler/report/Report.h"
#include "compiler/report/Wording.h"
#include "dialects/nn/PrintableText.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"
#include <functional>

using dlc::nn::printable;
using llvm::raw_ostream;

namespace dlc::report {

static constexpr size_t nameWidth = 32;

static void writeName(raw_ostream &os, llvm::StringRef name) {
  std::string text = ending(printable(shortName(name)), nameWidth);
  os << text;
  // Padded by characters: a byte is not a column.
  size_t columns =
      llvm::count_if(text, [](char c) { return (c & 0xC0) != 0x80; });
  os.indent(nameWidth - columns);
}

static void writeUse(raw_ostream &os, llvm::StringRef what, uint64_t bytes,
                     uint64_t budget) {
  os << what << inBytes(bytes)
     << ofBudget(bytes, budget, [](uint64_t b) { return std::to_string(b); });
}

static void writeSummary(const Report &report, raw_ostream &os) {
  os << report.network << ": " << printable(report.model) << " for "
     << printable(report.target);
  for (const auto &[name, value] : report.options)
    os << ", " << name << " " << printable(value);
  os << "\n";
  writeUse(os, "RAM    ", report.ramBytes(), report.ramBudget);
  if (report.stateBytes)
    os << "; state " << report.stateBytes << ", arena " << report.arenaBytes;
  os << "; lower bound " << report.arenaLowerBound << "\n";
  if (report.flashBytes) {
    writeUse(os, "flash  ", report.flashBytes, report.flashBudget);
    os << "; weights " << report.weightBytes << "\n";
  } else {
    os << "flash  not known before there is an object; weights "
       << report.weightBytes << "\n";
  }
  auto tensors = [&](llvm::StringRef what,
                     llvm::ArrayRef<header::Tensor> list) {
    for (const header::Tensor &tensor : list) {
      os << what << " '" << printable(tensor.name) << "' " << tensor.type.name
         << " ";
      llvm::interleave(tensor.shape, os, "x");
      os << ", " << inBytes(tensor.bytes()) << "\n";
    }
  };
  tensors("input ", report.inputs);
  tensors("output", report.outputs);
  tensors("state ", report.states);
}

static void writeStages(const Report &report, raw_ostream &os) {
  os << "\nstage " << llvm::left_justify("layer", nameWidth) << " "
     << llvm::left_justify("kind", 12)
     << "      MACs    alive  scratch  weights     code\n";
  for (auto [i, stage] : llvm::enumerate(report.stages)) {
    os << llvm::format_decimal(i, 5) << " ";
    writeName(os, stage.name);
    os << " " << llvm::left_justify(printable(stage.kind), 12)
       << llvm::format_decimal(stage.macs, 10)
       << llvm::format_decimal(stage.liveBytes, 9)
       << llvm::format_decimal(stage.scratchBytes, 9)
       << llvm::format_decimal(stage.weightBytes, 9)
       << llvm::format_decimal(stage.codeBytes, 9) << "\n";
  }
}

/// Layers whose weights could be stored in several forms.
static void writeStorage(const Report &report, raw_ostream &os) {
  if (!llvm::any_of(report.stages, std::mem_fn(&StageRow::hasForms)))
    return;
  os << "\nstage " << llvm::left_justify("layer", nameWidth)
     << " storage          weights  nonzero    bytes    dense  instructions, "
        "reckoned     dense\n";
  for (auto [i, stage] : llvm::enumerate(report.stages)) {
    if (!stage.hasForms())
      continue;
    os << llvm::format_decimal(i, 5) << " ";
    writeName(os, stage.name);
    os << " " << llvm::left_justify(stage.storage, 14)
       << llvm::format_decimal(stage.weights, 10)
       << llvm::format_decimal(stage.nonzeros, 9)
       << llvm::format_decimal(stage.storedBytes, 9)
       << llvm::format_decimal(stage.denseBytes, 9)
       << llvm::format_decimal(stage.instructions, 24)
       << llvm::format_decimal(stage.denseInstructions, 10) << "\n";
  }
}

static void writePeak(const Report &report, const Peak &peak, raw_ostream &os) {
  if (peak.stages.empty())
    return;
  os << "\nat the peak, stage " << peak.stages.front() << ", "
     << inBytes(peak.bytes) << " are alive:\n";
  for (unsigned i : peak.holders) {
    const BufferRow &buffer = report.buffers[i];
    os << llvm::format_decimal(buffer.bytes, 10) << "  ";
    writeName(os, buffer.name);
    os << " stages " << buffer.first << " to " << buffer.last << ", "
       << buffer.shape << " " << buffer.type
       << (buffer.scratch ? ", scratch" : "") << "\n";
  }
}

void writeText(const Report &report, raw_ostream &os) {
  Peak peak = findPeak(report);
  writeSummary(report, os);
  writeStages(report, os);
  writeStorage(report, os);
  writePeak(report, peak, os);
  os << "\n";
  for (const std::string &fact : whatWouldHelp(report, peak))
    os << "* " << printable(fact) << "\n";
  for (const std::string &note : report.notes)
    os << "* " << printable(note) << "\n";
}

} // namespace dlc::report
