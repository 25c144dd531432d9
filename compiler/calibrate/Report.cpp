//===- Report.cpp - What quantisation costs -------------------------------===//

#include "compiler/calibrate/Report.h"
#include "compiler/calibrate/ReportRows.h"
#include "dialects/nn/PrintableText.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"
#include <cmath>

using dlc::nn::printable;
using llvm::json::OStream;

namespace dlc::calibrate {

std::string decibelText(double decibels) {
  if (std::isinf(decibels))
    return decibels > 0 ? "exact" : "-";
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%.1f dB", decibels);
  return text;
}

std::vector<std::string> summary(const Report &report) {
  std::vector<std::string> sentences;
  for (const OutputRow &output : report.outputs)
    sentences.push_back("quantised by " + std::to_string(report.samples) +
                        " samples: output '" + output.name +
                        "' has a signal to noise of " +
                        decibelText(output.decibels));
  if (report.accuracy)
    llvm::raw_string_ostream(sentences.emplace_back())
        << llvm::format("accuracy %.2f%%, of the float network %.2f%%",
                        *report.accuracy, *report.floatAccuracy);
  return sentences;
}

void writeText(const Report &report, llvm::raw_ostream &os) {
  os << printable(report.model) << ": " << report.samples << " samples";
  writeOptions(report.options, os);
  os << "\n\nsignal to noise  type                layer\n";
  for (const LayerRow &layer : report.layers)
    os << llvm::right_justify(decibelText(layer.decibels), 15) << "  "
       << llvm::left_justify(layer.type, 20) << printable(layer.name) << " ("
       << printable(layer.op) << ")\n";
  if (!report.sensitivity.empty())
    os << "\ngain at the outputs  layer, kept alone\n";
  for (const SensitivityRow &row : report.sensitivity)
    os << llvm::right_justify(decibelText(row.gain), 19) << "  "
       << printable(row.name) << " (" << printable(row.op) << ")"
       << (row.kept ? ", kept" : "") << "\n";
  os << "\n";
  for (const OutputRow &output : report.outputs)
    os << "output '" << printable(output.name) << "': signal to noise "
       << decibelText(output.decibels) << "\n";
  if (report.accuracy)
    os << llvm::format("accuracy %.2f%%, of the float network %.2f%%\n",
                       *report.accuracy, *report.floatAccuracy);
  for (const std::string &note : report.notes)
    os << "* " << printable(note) << "\n";
}

void writeRow(OStream &out, llvm::function_ref<void(OStream &)> attributes) {
  out.rawValue([&](llvm::raw_ostream &os) {
    OStream row(os);
    row.object([&] { attributes(row); });
  });
}

void writeDecibels(OStream &row, double decibels, llvm::StringRef key) {
  if (std::isinf(decibels))
    row.attribute(key, nullptr);
  else
    row.attribute(key, decibels);
}

void writeString(OStream &row, llvm::StringRef key, llvm::StringRef text) {
  row.attribute(key, nn::withoutBrokenUtf8(text));
}

void writeOptions(const ReportOptions &options, llvm::raw_ostream &os) {
  for (const auto &[name, value] : options)
    os << ", " << name << " " << value;
}

void writeOptions(const ReportOptions &options, OStream &out) {
  out.attributeObject("options", [&] {
    for (const auto &[name, value] : options)
      writeString(out, name, value);
  });
}

void writeDocument(llvm::raw_ostream &os, llvm::StringRef model,
                   llvm::function_ref<void(OStream &)> attributes) {
  std::string document;
  llvm::raw_string_ostream text(document);
  OStream out(text, /*IndentSize=*/2);
  out.object([&] {
    out.attribute("version", 1);
    writeString(out, "model", model);
    attributes(out);
  });
  os << nn::printableJson(document) << "\n";
}

void writeJson(const Report &report, llvm::raw_ostream &os) {
  writeDocument(os, report.model, [&](OStream &out) {
    out.attribute("samples", report.samples);
    writeOptions(report.options, out);
    out.attributeArray("layers", [&] {
      for (const LayerRow &layer : report.layers)
        writeRow(out, [&](OStream &row) {
          writeString(row, "name", layer.name);
          writeString(row, "op", layer.op);
          writeString(row, "type", layer.type);
          writeDecibels(row, layer.decibels);
        });
    });
    out.attributeArray("outputs", [&] {
      for (const OutputRow &output : report.outputs)
        writeRow(out, [&](OStream &row) {
          writeString(row, "name", output.name);
          writeDecibels(row, output.decibels);
        });
    });
    out.attributeArray("sensitivity", [&] {
      for (const SensitivityRow &layer : report.sensitivity)
        writeRow(out, [&](OStream &row) {
          writeString(row, "name", layer.name);
          writeString(row, "op", layer.op);
          row.attribute("gain_db", layer.gain);
          row.attribute("kept", layer.kept);
        });
    });
    if (report.accuracy)
      out.attributeObject("accuracy_percent", [&] {
        out.attribute("float", *report.floatAccuracy);
        out.attribute("quantised", *report.accuracy);
      });
    out.attributeArray("notes", [&] {
      for (const std::string &note : report.notes)
        out.value(nn::withoutBrokenUtf8(note));
    });
  });
}

} // namespace dlc::calibrate
