//===- Report.cpp - What compression tried, kept and lost -----------------===//

#include "compiler/compress/Report.h"
#include "compiler/calibrate/ReportRows.h"
#include "dialects/nn/PrintableText.h"
#include "llvm/Support/Format.h"
#include <map>

using dlc::nn::printable;
using llvm::json::OStream;
using namespace dlc::calibrate;

namespace dlc::compress {

static llvm::StringRef textOf(Verdict verdict) {
  switch (verdict) {
  case Verdict::Kept:
    return "kept";
  case Verdict::Passed:
    return "left for one that saves more";
  case Verdict::TooLossy:
    return "loses too much";
  case Verdict::Beaten:
    return "another loses less for as much";
  case Verdict::SavesNothing:
    return "saves nothing";
  case Verdict::NotNeeded:
    return "not needed";
  }
  llvm_unreachable("a verdict without a text");
}

static std::string sizeText(const Report &report) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << "weights " << report.bytesBefore << " -> " << report.bytes << " bytes"
     << (report.target.empty() ? ", as forms are reckoned" : "");
  if (report.flash)
    os << ", flash on " << printable(report.target) << " "
       << *report.flashBefore << " -> " << *report.flash << " bytes";
  return text;
}

static std::string lossText(const Report &report) {
  std::string text;
  llvm::raw_string_ostream os(text);
  if (report.accuracy)
    os << llvm::format("accuracy %.2f%% -> %.2f%%", *report.accuracyBefore,
                       *report.accuracy);
  else
    os << llvm::format("%.2f%% of the classes change", report.drop);
  os << llvm::format(" (+-%.2f; such noise changes %.2f%% of the classes)",
                     report.doubt, report.expected)
     << " on " << report.judged
     << " samples that the weights were not fitted to, signal to noise "
     << decibelText(report.decibels);
  return text;
}

std::vector<std::string> summary(const Report &report) {
  return {"compressed: " + sizeText(report), lossText(report)};
}

/// What has been measured; the rest is in JSON.
static void writeTried(const Report &report, llvm::raw_ostream &os) {
  os << "\n   saved  of layer   of outputs   points  tried\n";
  std::map<Verdict, size_t> others;
  for (const TriedRow &row : report.tried) {
    if (!row.drop) {
      ++others[row.verdict];
      continue;
    }
    os << llvm::format_decimal(row.saved, 8) << "  "
       << llvm::right_justify(decibelText(row.layerDecibels), 8) << "  "
       << llvm::right_justify(decibelText(*row.decibels), 11) << "  "
       << llvm::format("%7.2f", *row.drop) << "  " << printable(row.layer)
       << " " << row.form << ": " << textOf(row.verdict) << "\n";
  }
  for (auto [verdict, count] : others)
    os << llvm::format_decimal(static_cast<int64_t>(count), 8)
       << " others: " << textOf(verdict) << "\n";
}

void writeText(const Report &report, llvm::raw_ostream &os) {
  os << printable(report.model) << ": " << report.fitted
     << " samples to fit weights to, " << report.judged << " to judge by";
  writeOptions(report.options, os);
  os << "\n\n   saved  signal to noise  form                      layer\n";
  for (const LayerRow &row : report.layers) {
    bool stays = row.form == "keep";
    os << llvm::format_decimal(row.saved, 8) << "  "
       << llvm::right_justify(stays ? "" : decibelText(row.decibels), 15)
       << "  " << llvm::left_justify(row.form, 26) << printable(row.name)
       << " (" << printable(row.op) << ")";
    if (row.isRestored)
      os << ", means and variances restored";
    if (!row.reason.empty())
      os << ": " << printable(row.reason);
    os << "\n";
  }
  writeTried(report, os);
  os << "\n" << sizeText(report) << "\n" << lossText(report) << "\n";
}

static void writeRows(const Report &report, OStream &out) {
  out.attributeArray("layers", [&] {
    for (const LayerRow &layer : report.layers)
      writeRow(out, [&](OStream &row) {
        writeString(row, "name", layer.name);
        writeString(row, "op", layer.op);
        row.attribute("form", layer.form);
        row.attribute("weights", layer.weights);
        row.attribute("saved_bytes", layer.saved);
        if (layer.form != "keep")
          writeDecibels(row, layer.decibels);
        if (layer.isRestored)
          row.attribute("restored", true);
        if (!layer.reason.empty())
          writeString(row, "reason", layer.reason);
      });
  });
  out.attributeArray("tried", [&] {
    for (const TriedRow &tried : report.tried)
      writeRow(out, [&](OStream &row) {
        writeString(row, "layer", tried.layer);
        row.attribute("form", tried.form);
        row.attribute("saved_bytes", tried.saved);
        writeDecibels(row, tried.layerDecibels, "layer_signal_to_noise_db");
        if (tried.decibels)
          writeDecibels(row, *tried.decibels);
        if (tried.drop)
          row.attribute("drop_points", *tried.drop);
        row.attribute("verdict", textOf(tried.verdict));
      });
  });
}

void writeJson(const Report &report, llvm::raw_ostream &os) {
  writeDocument(os, report.model, [&](OStream &out) {
    out.attribute("samples_fitted", report.fitted);
    out.attribute("samples_judged", report.judged);
    writeOptions(report.options, out);
    writeRows(report, out);
    if (!report.target.empty())
      writeString(out, "target", report.target);
    auto writeChange = [&](llvm::StringRef key, const auto &before,
                           const auto &after) {
      out.attributeObject(key, [&] {
        out.attribute("before", before);
        out.attribute("after", after);
      });
    };
    writeChange("weight_bytes", report.bytesBefore, report.bytes);
    if (report.flash)
      writeChange("flash_bytes", *report.flashBefore, *report.flash);
    writeDecibels(out, report.decibels);
    out.attribute("drop_points", report.drop);
    out.attribute("drop_doubt", report.doubt);
    out.attribute("expected_changes_percent", report.expected);
    if (report.accuracy)
      writeChange("accuracy_percent", *report.accuracyBefore, *report.accuracy);
  });
}

} // namespace dlc::compress
