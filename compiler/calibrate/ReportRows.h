//===- ReportRows.h - What reports on networks are written by ---*- C++ -*-===//

#ifndef DLC_COMPILER_CALIBRATE_REPORTROWS_H
#define DLC_COMPILER_CALIBRATE_REPORTROWS_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/JSON.h"
#include <string>
#include <vector>

namespace dlc::calibrate {

/// "12.3 dB"; "exact" without noise, "-" without signal.
std::string decibelText(double decibels);

/// An object on one line.
void writeRow(llvm::json::OStream &out,
              llvm::function_ref<void(llvm::json::OStream &)> attributes);
/// null for an infinite ratio.
void writeDecibels(llvm::json::OStream &row, double decibels,
                   llvm::StringRef key = "signal_to_noise_db");
/// Bytes that are no UTF-8 as "\\xff".
void writeString(llvm::json::OStream &row, llvm::StringRef key,
                 llvm::StringRef text);

using ReportOptions = std::vector<std::pair<std::string, std::string>>;
/// ", name value" for each, on the line that is being written.
void writeOptions(const ReportOptions &options, llvm::raw_ostream &os);
void writeOptions(const ReportOptions &options, llvm::json::OStream &out);
/// A document with its version and the model's name before other attributes,
/// names printable.
void writeDocument(llvm::raw_ostream &os, llvm::StringRef model,
                   llvm::function_ref<void(llvm::json::OStream &)> attributes);

} // namespace dlc::calibrate

#endif
