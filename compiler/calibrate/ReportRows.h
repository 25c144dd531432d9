//===- ReportRows.h - What reports on networks are written by ---*- C++ -*-===//

#ifndef DLC_COMPILER_CALIBRATE_REPORTROWS_H
#define DLC_COMPILER_CALIBRATE_REPORTROWS_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/JSON.h"
#include <string>

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

} // namespace dlc::calibrate

#endif
