//===- ReportHtml.cpp - The report as one page ----------------------------===//
//
// No script: what reacts to the reader are titles, links and :target. The page
// forbids itself to load or run anything, so that it is harmless wherever it is
// opened, whatever a model's names are.
//
//===----------------------------------------------------------------------===//

#include "compiler/report/Peak.h"
#include "compiler/report/Picture.h"
#include "compiler/report/Report.h"
#include "compiler/report/Wording.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"
#include <functional>

using llvm::raw_ostream;
using llvm::StringRef;

namespace dlc::report {
namespace {

constexpr StringRef styleSheet =
#include "ReportStyle.inc"
    ;

/// Words begin at the left, numbers end at the right.
struct Column {
  StringRef title;
  enum { Words, Number } holds;
};
constexpr auto Words = Column::Words;
constexpr auto Number = Column::Number;

/// As many as a table or a sentence names.
constexpr size_t largest = 10;

class Page {
public:
  Page(const Report &report, raw_ostream &os)
      : report(report), peak(findPeak(report)), os(os) {
    for (const StageRow &stage : report.stages) {
      macs += stage.macs;
      code += stage.flashCode;
      weights += stage.flashWeights;
    }
  }

  void write() {
    head();
    summary();
    planSection();
    peakSection();
    flashSection();
    storageSection();
    if (macs)
      workSection();
    notesSection();
    interfaceSection();
    stagesSection();
    buffersSection();
    os << "</main></body></html>\n";
  }

private:
  void head();
  void summary();
  void tile(StringRef what, const std::string &value, const std::string &detail,
            uint64_t part = 0, uint64_t whole = 0);
  void planSection();
  void peakSection();
  void nameRow(unsigned stage);
  void flashSection();
  void storageSection();
  void workSection();
  void notesSection();
  void interfaceSection();
  void stagesSection();
  void buffersSection();

  void section(StringRef id, StringRef title) {
    os << "</section>\n<section id=\"" << id << "\"><h2>" << title << "</h2>\n";
  }
  void table(StringRef caption, llvm::ArrayRef<Column> columns);
  void endTable() { os << "</tbody></table></div>\n"; }
  void legend(StringRef css, StringRef what) {
    os << "<span><i class=\"" << css << "\"></i>" << what << "</span> ";
  }
  void list(llvm::ArrayRef<std::string> sentences);

  void name(StringRef text) {
    os << "<td class=\"name\" title=\"" << Escaped{text} << "\">"
       << Escaped{text} << "</td>";
  }
  void number(uint64_t value) { os << "<td>" << value << "</td>"; }
  /// A number with a bar behind it that shows its part of the whole.
  void share(uint64_t part, uint64_t whole) {
    double percent =
        whole ? 100.0 * static_cast<double>(part) / static_cast<double>(whole)
              : 0;
    os << "<td class=\"bar\" style=\"--part:" << llvm::format("%.1f", percent)
       << "%\">" << part << "</td>";
  }
  void stageLink(unsigned stage) {
    os << "<a href=\"#stage-" << stage << "\">" << stage << "</a>";
  }
  void bufferRow(unsigned index, bool withId);

  const Report &report;
  const Peak peak;
  raw_ostream &os;
  uint64_t macs = 0, code = 0, weights = 0;
};

void Page::head() {
  os << "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
        "'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action "
        "'none'\">\n"
        "<meta name=\"viewport\" content=\"width=device-width\">\n"
        "<meta name=\"color-scheme\" content=\"light dark\">\n<title>"
     << Escaped{report.network} << " on " << Escaped{report.target}
     << ": memory report</title>\n<style>\n"
     << styleSheet << "</style></head>\n<body><main><header><h1>"
     << Escaped{report.network} << " <small>on " << Escaped{report.target}
     << "</small></h1>\n<p>model " << Escaped{report.model};
  for (const auto &[option, value] : report.options)
    os << " \u00b7 " << Escaped{option} << " " << Escaped{value};
  os << "</p></header>\n<section id=\"summary\">\n";
}

void Page::tile(StringRef what, const std::string &value,
                const std::string &detail, uint64_t part, uint64_t whole) {
  os << "<div class=\"tile\"><dt>" << what << "</dt><dd><b>" << value << "</b>";
  if (whole)
    os << "<progress max=\"" << whole << "\" value=\"" << part << "\">"
       << percent(part, whole) << "</progress>";
  os << "<span>" << detail << "</span></dd></div>\n";
}

void Page::summary() {
  os << "<dl class=\"tiles\">\n";
  tile(report.stateBytes ? "RAM: arena and state" : "RAM: arena",
       inUnits(report.ramBytes()),
       (report.stateBytes ? inBytes(report.stateBytes) + " of state, " : "") +
           inBytes(report.arenaBytes) + (report.stateBytes ? " of arena" : "") +
           ofBudget(report.ramBytes(), report.ramBudget, inUnits),
       report.ramBytes(), report.ramBudget);
  tile("RAM: lower bound", inUnits(report.arenaLowerBound),
       "gaps take " + percent(report.arenaBytes - report.arenaLowerBound,
                              report.arenaBytes));
  if (report.flashBytes)
    tile("Flash", inUnits(report.flashBytes),
         "code " + inUnits(code) + ", weights " + inUnits(weights) +
             ", other " + inUnits(report.flashBytes - code - weights) +
             ofBudget(report.flashBytes, report.flashBudget, inUnits),
         report.flashBytes, report.flashBudget);
  else
    tile("Flash: weights", inUnits(report.weightBytes),
         "code is not known before there is an object");
  tile("Multiply-accumulates", inThousands(macs),
       std::to_string(report.stages.size()) +
           (report.stages.size() == 1 ? " stage" : " stages"));
  os << "</dl>\n";
}

void Page::planSection() {
  section("ram", "Memory plan");
  if (!report.arenaBytes) {
    os << "<p>The network needs no memory besides its inputs and outputs, "
          "which "
          "belong to the caller.</p>\n";
    return;
  }
  os << "<figure>";
  drawPlan(report, peak, os);
  os << "<figcaption><p class=\"legend\">";
  legend("tensor", "tensor");
  legend("tensor held", "tensor at the peak");
  legend("scratch", "scratch of one stage");
  legend("alive", "bytes alive");
  legend("bound", "lower bound");
  if (report.ramBudget)
    legend("budget", "budget");
  os << "</p><p>A box is a buffer: as long as it is needed from left to right, "
        "as large as it is from bottom to top.";
  if (report.ramBudget && report.ramBudget > report.ramBytes())
    os << " The budget of " << inUnits(report.ramBudget) << " leaves "
       << inUnits(report.ramBudget - report.ramBytes()) << " free.";
  if (uint64_t excess = report.ramExcess())
    os << " The budget of " << inUnits(report.ramBudget) << " is "
       << inBytes(excess) << " too small.";
  os << (report.states.empty() ? " Inputs and outputs"
                               : " Inputs, outputs and state")
     << " belong to the caller and are not in the "
        "arena.</p></figcaption></figure>\n";
}

void Page::list(llvm::ArrayRef<std::string> sentences) {
  os << "<ul>\n";
  for (const std::string &sentence : sentences)
    os << "<li>" << Escaped{sentence} << "</li>\n";
  os << "</ul>\n";
}

void Page::table(StringRef caption, llvm::ArrayRef<Column> columns) {
  os << "<div class=\"scroll\"><table><caption>" << caption
     << "</caption><thead><tr>";
  for (const Column &column : columns)
    os << "<th scope=\"col\""
       << (column.holds == Words ? " class=\"text\"" : "") << ">"
       << column.title << "</th>";
  os << "</tr></thead><tbody>\n";
}

void Page::bufferRow(unsigned index, bool withId) {
  const BufferRow &buffer = report.buffers[index];
  os << "<tr";
  if (withId)
    os << " id=\"buffer-" << index << "\"";
  os << "><td><a href=\"#box-" << index << "\">" << index << "</a></td>";
  name(buffer.name);
  share(buffer.bytes, report.arenaBytes);
  number(buffer.offset);
  os << "<td class=\"text\">" << buffer.shape << " " << Escaped{buffer.type}
     << "</td><td>";
  stageLink(buffer.first);
  os << "</td><td>";
  stageLink(buffer.last);
  os << "</td>";
}

void Page::peakSection() {
  if (peak.stages.empty())
    return;
  section("peak-holders", "What holds the peak, and what would help");
  list(whatWouldHelp(report, peak));
  os << "<p>The peak of " << inBytes(peak.bytes) << " is reached at stage ";
  for (auto [i, stage] : llvm::enumerate(peak.stages)) {
    if (i == largest) {
      os << " and " << peak.stages.size() - i << " more";
      break;
    }
    os << (i ? ", " : "");
    stageLink(stage);
    os << " <code>" << Escaped{shortName(report.stages[stage].name)}
       << "</code>";
  }
  os << ".</p>\n";
  std::string caption = "Alive at stage " + std::to_string(peak.stages.front());
  table(caption, {{"buffer", Number},
                  {"name", Words},
                  {"bytes", Number},
                  {"offset", Number},
                  {"shape", Words},
                  {"from stage", Number},
                  {"to stage", Number},
                  {"there", Words}});
  for (unsigned i : peak.holders) {
    bufferRow(i, /*withId=*/false);
    os << "<td class=\"text\">"
       << (report.buffers[i].scratch             ? "scratch"
           : llvm::is_contained(peak.waiting, i) ? "waits"
                                                 : "read or written")
       << "</td></tr>\n";
  }
  endTable();
}

/// The beginning of a row of the table, for a stage.
void Page::nameRow(unsigned stage) {
  os << "<tr><td>";
  stageLink(stage);
  os << "</td>";
  name(report.stages[stage].name);
}

void Page::flashSection() {
  if (!report.flashBytes)
    return;
  section("flash", "Flash");
  auto inWeights = [](const StageRow &stage) { return stage.flashWeights; };
  auto inCode = [](const StageRow &stage) { return stage.flashCode; };
  beginFigure(report, "flash-columns", "Flash of each stage", "bytes",
              {{"weights", "weights", inWeights}, {"code", "code", inCode}},
              os);
  os << "Sizes are those of the symbols in the object. A function or "
        "constant that several stages use counts at the first; "
     << inBytes(report.flashBytes - code - weights)
     << " (entry function, descriptions, constants of the code) belong to no "
        "stage.</p></figcaption></figure>\n";
  auto order = llvm::to_vector(llvm::seq<unsigned>(0, report.stages.size()));
  llvm::sort(order, [&](unsigned a, unsigned b) {
    return std::make_pair(report.stages[b].flashBytes(), a) <
           std::make_pair(report.stages[a].flashBytes(), b);
  });
  order.resize(std::min(order.size(), largest));
  table("The largest in flash", {{"stage", Number},
                                 {"name", Words},
                                 {"function", Words},
                                 {"bytes", Number},
                                 {"code", Number},
                                 {"weights", Number}});
  for (unsigned i : order) {
    const StageRow &stage = report.stages[i];
    nameRow(i);
    name(stage.function);
    share(stage.flashBytes(), report.flashBytes);
    number(stage.flashCode);
    number(stage.flashWeights);
    os << "</tr>\n";
  }
  endTable();
}

/// What weights take in flash beside what they would take in whole bytes.
void Page::storageSection() {
  if (!llvm::any_of(report.stages, std::mem_fn(&StageRow::hasForms)))
    return;
  section("storage", "Storage of weights");
  auto stored = [](const StageRow &stage) -> uint64_t {
    return stage.storedBytes;
  };
  auto saved = [](const StageRow &stage) { return stage.savedBytes(); };
  beginFigure(report, "storage-columns", "Weights of each stage", "bytes",
              {{"weights", "stored", stored}, {"saved", "saved", saved}}, os);
  os << "Layers whose weights could have several forms, beside whole bytes. "
        "Instructions are reckoned, not measured.</p></figcaption></figure>\n";
  llvm::SmallVector<Column> columns{
      {"stage", Number}, {"name", Words}, {"form", Words}};
  for (StringRef what : {"weights", "not 0", "bytes", "in whole bytes",
                         "instructions", "with whole bytes"})
    columns.push_back({what, Number});
  table("Forms of weights", columns);
  for (auto [i, stage] : llvm::enumerate(report.stages)) {
    if (!stage.hasForms())
      continue;
    nameRow(i);
    os << "<td class=\"text\">" << Escaped{stage.storage} << "</td>";
    for (int64_t value :
         {stage.weights, stage.nonzeros, stage.storedBytes, stage.denseBytes,
          stage.instructions, stage.denseInstructions})
      number(value);
    os << "</tr>\n";
  }
  endTable();
}

void Page::workSection() {
  section("work", "Arithmetic");
  auto value = [](const StageRow &stage) { return stage.macs; };
  beginFigure(report, "work-columns", "Multiply-accumulates of each stage",
              "multiply-accumulates", {{"macs", "", value}}, os);
  os << "Multiply-accumulates of convolutions and matrix products, " << macs
     << " in all.</p></figcaption></figure>\n";
}

void Page::notesSection() {
  section("notes", "What the compiler did");
  if (report.notes.empty())
    os << "<p>Nothing out of the ordinary: layers in the model's order, a "
          "buffer for each result.</p>\n";
  else
    list(report.notes);
}

void Page::interfaceSection() {
  section("interface", "Inputs and outputs");
  table("In memory of the caller", {{"", Words},
                                    {"name", Words},
                                    {"type", Words},
                                    {"shape", Words},
                                    {"bytes", Number}});
  auto rows = [&](StringRef what, llvm::ArrayRef<header::Tensor> tensors) {
    for (const header::Tensor &tensor : tensors) {
      os << "<tr><td class=\"text\">" << what << "</td>";
      name(tensor.name);
      os << "<td class=\"text\">" << tensor.type.name
         << "</td><td class=\"text\">";
      llvm::interleave(tensor.shape, os, "x");
      os << "</td>";
      number(tensor.bytes());
      os << "</tr>\n";
    }
  };
  rows("input", report.inputs);
  rows("output", report.outputs);
  endTable();
}

void Page::stagesSection() {
  section("stages", "Stages");
  table("In the order of execution, in bytes",
        {{"stage", Number},
         {"name", Words},
         {"kind", Words},
         {"multiply-accumulates", Number},
         {"alive", Number},
         {"tensors", Number},
         {"scratch", Number},
         {"weights", Number},
         {"code", Number},
         {"function", Words}});
  for (auto [i, stage] : llvm::enumerate(report.stages)) {
    os << "<tr id=\"stage-" << i << "\""
       << (peak.contains(i) ? " class=\"at-peak\"" : "") << "><td>" << i
       << "</td>";
    name(stage.name);
    os << "<td class=\"text\">" << Escaped{stage.kind} << "</td>";
    share(stage.macs, macs);
    share(stage.liveBytes, report.arenaBytes);
    number(stage.tensorBytes);
    number(stage.scratchBytes);
    number(stage.weightBytes);
    number(stage.codeBytes);
    name(stage.function);
    os << "</tr>\n";
  }
  endTable();
}

void Page::buffersSection() {
  section("buffers", "Buffers");
  table("The plan, in bytes", {{"buffer", Number},
                               {"name", Words},
                               {"bytes", Number},
                               {"offset", Number},
                               {"shape", Words},
                               {"from stage", Number},
                               {"to stage", Number}});
  for (unsigned i = 0; i < report.buffers.size(); ++i) {
    bufferRow(i, /*withId=*/true);
    os << "</tr>\n";
  }
  endTable();
  os << "</section>\n";
}

} // namespace

void writeHtml(const Report &report, raw_ostream &os) {
  Page(report, os).write();
}

} // namespace dlc::report
