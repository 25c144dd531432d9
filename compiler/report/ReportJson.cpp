//===- ReportJson.cpp - The report as JSON --------------------------------===//

#include "compiler/report/Report.h"
#include "llvm/Support/JSON.h"

using llvm::json::OStream;

namespace dlc::report {

/// A row as one line: OStream of its own, without indentation.
static void writeRow(OStream &out,
                     llvm::function_ref<void(OStream &)> attributes) {
  out.rawValue([&](llvm::raw_ostream &os) {
    OStream row(os);
    row.object([&] { attributes(row); });
  });
}

static void writeStage(OStream &out, const StageRow &stage) {
  writeRow(out, [&](OStream &row) {
    row.attribute("name", stage.name);
    row.attribute("function", stage.function);
    row.attribute("kind", stage.kind);
    row.attribute("flops", stage.flops);
    row.attribute("tensor_bytes", stage.tensorBytes);
    row.attribute("weight_bytes", stage.weightBytes);
    row.attribute("scratch_bytes", stage.scratchBytes);
    row.attribute("live_bytes", stage.liveBytes);
    row.attribute("code_bytes", stage.codeBytes);
  });
}

static void writeBuffer(OStream &out, const BufferRow &buffer) {
  writeRow(out, [&](OStream &row) {
    row.attribute("name", buffer.name);
    row.attribute("offset", buffer.offset);
    row.attribute("bytes", buffer.bytes);
    row.attribute("first_stage", buffer.first);
    row.attribute("last_stage", buffer.last);
  });
}

void writeJson(const Report &report, llvm::raw_ostream &os) {
  OStream out(os, /*IndentSize=*/2);
  out.object([&] {
    out.attribute("version", 1);
    out.attribute("network", report.network);
    out.attribute("model", report.model);
    out.attribute("target", report.target);
    out.attributeObject("ram", [&] {
      out.attribute("arena_bytes", report.arenaBytes);
      out.attribute("arena_align", report.arenaAlign);
      out.attribute("lower_bound", report.arenaLowerBound);
    });
    out.attributeObject("flash", [&] {
      out.attribute("bytes", report.flashBytes);
      out.attribute("weight_bytes", report.weightBytes);
    });
    out.attributeArray("stages", [&] {
      for (const StageRow &stage : report.stages)
        writeStage(out, stage);
    });
    out.attributeArray("buffers", [&] {
      for (const BufferRow &buffer : report.buffers)
        writeBuffer(out, buffer);
    });
    out.attributeArray("notes", [&] {
      for (const std::string &note : report.notes)
        out.value(note);
    });
  });
  os << "\n";
}

} // namespace dlc::report
