//===- ReportJson.cpp - The report as JSON --------------------------------===//

#include "compiler/report/Peak.h"
#include "compiler/report/Report.h"
#include "dialects/nn/PrintableText.h"
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

/// JSON is UTF-8, names are bytes.
static void writeString(OStream &row, llvm::StringRef key,
                        llvm::StringRef text) {
  row.attribute(key, nn::withoutBrokenUtf8(text));
}

template <typename Numbers>
static void writeNumbers(OStream &row, llvm::StringRef key,
                         const Numbers &numbers) {
  row.attributeArray(key, [&] {
    for (int64_t number : numbers)
      row.value(number);
  });
}

static void writeStage(OStream &out, const StageRow &stage) {
  writeRow(out, [&](OStream &row) {
    writeString(row, "name", stage.name);
    writeString(row, "function", stage.function);
    writeString(row, "kind", stage.kind);
    row.attribute("flops", stage.flops);
    row.attribute("macs", stage.macs);
    row.attribute("tensor_bytes", stage.tensorBytes);
    row.attribute("weight_bytes", stage.weightBytes);
    row.attribute("scratch_bytes", stage.scratchBytes);
    row.attribute("live_bytes", stage.liveBytes);
    row.attribute("code_bytes", stage.codeBytes);
    row.attribute("flash_code_bytes", stage.flashCode);
    row.attribute("flash_weight_bytes", stage.flashWeights);
    row.attribute("inplace", stage.inplace);
    if (stage.storage.empty())
      return;
    row.attributeObject("storage", [&] {
      row.attribute("form", stage.storage);
      row.attribute("forms", stage.storageForms);
      row.attribute("weights", stage.weights);
      row.attribute("nonzeros", stage.nonzeros);
      row.attribute("bytes", stage.storedBytes);
      row.attribute("dense_bytes", stage.denseBytes);
      row.attribute("instructions", stage.instructions);
      row.attribute("dense_instructions", stage.denseInstructions);
    });
  });
}

static void writeBuffer(OStream &out, const BufferRow &buffer) {
  writeRow(out, [&](OStream &row) {
    writeString(row, "name", buffer.name);
    row.attribute("offset", buffer.offset);
    row.attribute("bytes", buffer.bytes);
    row.attribute("first_stage", buffer.first);
    row.attribute("last_stage", buffer.last);
    row.attribute("shape", buffer.shape);
    writeString(row, "type", buffer.type);
    row.attribute("scratch", buffer.scratch);
    writeNumbers(row, "used_by", buffer.users);
    row.attributeArray("over", [&] {
      for (const BufferOverlap &overlap : buffer.over)
        row.object([&] {
          row.attribute("buffer", overlap.operand);
          row.attribute("after", overlap.after);
          row.attribute("before", overlap.before);
          row.attribute("same", overlap.same);
        });
    });
  });
}

static void writeTensors(OStream &out, llvm::StringRef key,
                         llvm::ArrayRef<header::Tensor> tensors) {
  out.attributeArray(key, [&] {
    for (const header::Tensor &tensor : tensors)
      writeRow(out, [&](OStream &row) {
        writeString(row, "name", tensor.name);
        row.attribute("type", tensor.type.name);
        writeNumbers(row, "shape", tensor.shape);
        row.attribute("bytes", tensor.bytes());
      });
  });
}

static void writePeak(OStream &out, const Peak &peak) {
  out.attributeBegin("peak");
  writeRow(out, [&](OStream &row) {
    row.attribute("bytes", peak.bytes);
    writeNumbers(row, "stages", peak.stages);
    writeNumbers(row, "buffers", peak.holders);
    writeNumbers(row, "waiting", peak.waiting);
    row.attribute("next_bytes", peak.nextBytes);
  });
  out.attributeEnd();
}

static void writeSummary(OStream &out, const Report &report) {
  out.attribute("version", 1);
  writeString(out, "network", report.network);
  writeString(out, "model", report.model);
  writeString(out, "target", report.target);
  out.attributeObject("options", [&] {
    for (const auto &[name, value] : report.options)
      writeString(out, name, value);
  });
  out.attributeObject("ram", [&] {
    out.attribute("state_bytes", report.stateBytes);
    out.attribute("arena_bytes", report.arenaBytes);
    out.attribute("arena_align", report.arenaAlign);
    out.attribute("lower_bound", report.arenaLowerBound);
    out.attribute("budget", report.ramBudget);
    out.attribute("excess", report.ramExcess());
    writePeak(out, findPeak(report));
  });
  out.attributeObject("flash", [&] {
    out.attribute("bytes", report.flashBytes);
    out.attribute("weight_bytes", report.weightBytes);
    out.attribute("budget", report.flashBudget);
    out.attribute("excess", report.flashExcess());
  });
  writeTensors(out, "inputs", report.inputs);
  writeTensors(out, "outputs", report.outputs);
  writeTensors(out, "states", report.states);
}

void writeJson(const Report &report, llvm::raw_ostream &os) {
  std::string document;
  llvm::raw_string_ostream text(document);
  OStream out(text, /*IndentSize=*/2);
  out.object([&] {
    writeSummary(out, report);
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
        out.value(nn::withoutBrokenUtf8(note));
    });
  });
  os << nn::printableJson(document) << "\n";
}

} // namespace dlc::report
