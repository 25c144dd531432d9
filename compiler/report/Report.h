//===- Report.h - What a compiled network needs -----------------*- C++ -*-===//
//
// Read off a planned module (dlc-plan-arena) and the finished object; rewrites
// nothing.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_REPORT_REPORT_H
#define DLC_COMPILER_REPORT_REPORT_H

#include "codegen/header/Network.h"
#include "codegen/llvm/ObjectFile.h"
#include "mlir/IR/BuiltinOps.h"

namespace dlc::report {

/// One call of a stage. All sizes are bytes.
struct StageRow {
  std::string name;         // of the model's node
  std::string function;     // symbol in the object; equal stages share it
  std::string kind;         // "conv", "matmul", ...
  uint64_t flops = 0;       // multiply and add counted apart
  uint64_t macs = 0;        // of convolutions and products
  int64_t tensorBytes = 0;  // of operands and results
  int64_t weightBytes = 0;  // of constant operands, as they are packed
  int64_t scratchBytes = 0; // of memory alive during this call alone
  int64_t liveBytes = 0;    // of the arena, needed during this call at least
  uint64_t codeBytes = 0;   // of the function; 0 before there is an object
  // What of the object's functions and constants no earlier stage uses.
  uint64_t flashCode = 0, flashWeights = 0;
  bool inplace = false;               // the result lies over an operand
  std::vector<std::string> constants; // symbols in the object
  /// The form that weights have, where they could have several; empty
  /// elsewhere. How many, and what they and the stage take, and would in whole
  /// bytes: bytes, and instructions as they are reckoned.
  std::string storage;
  int64_t storageForms = 0, weights = 0, nonzeros = 0;
  int64_t storedBytes = 0, denseBytes = 0;
  int64_t instructions = 0, denseInstructions = 0;
  bool hasForms() const { return !storage.empty(); }
  uint64_t savedBytes() const {
    return denseBytes > storedBytes ? denseBytes - storedBytes : 0;
  }

  uint64_t flashBytes() const { return flashCode + flashWeights; }
};

/// A buffer that dies where another begins to be written, which may lie over it
/// if it begins at least `after` bytes after that one, or `before` bytes
/// before.
struct BufferOverlap {
  unsigned operand; // number of the buffer
  int64_t after, before;
  bool same; // it may begin where the operand does, whatever these are
};

/// A buffer of the arena, alive from the call `first` to the call `last`.
struct BufferRow {
  std::string name;
  int64_t offset = 0, bytes = 0;
  unsigned first = 0, last = 0;
  std::string shape, type;     // "1x8x8x16", "float32"
  bool scratch = false;        // of one stage alone, no tensor of the model
  std::vector<unsigned> users; // calls that read or write it, ascending
  std::vector<BufferOverlap> over = {};

  /// Whether they have addresses in common.
  bool meets(const BufferRow &other) const {
    return offset < other.offset + other.bytes && other.offset < offset + bytes;
  }
};

struct Report {
  std::string network, model, target;
  /// Name and value of what the user could have chosen otherwise.
  std::vector<std::pair<std::string, std::string>> options;
  std::vector<header::Tensor> inputs, outputs, states;
  int64_t stateBytes = 0; // that the budget is for, too
  int64_t arenaBytes = 0, arenaAlign = 0, arenaLowerBound = 0;
  uint64_t ramBudget = 0, flashBudget = 0; // 0: none
  uint64_t flashBytes = 0;                 // 0 before there is an object
  uint64_t ramBytes() const { return arenaBytes + stateBytes; }
  /// What is over the budgets.
  uint64_t ramExcess() const { return excess(ramBytes(), ramBudget); }
  uint64_t flashExcess() const { return excess(flashBytes, flashBudget); }
  int64_t weightBytes = 0; // of all constants of @main, each once
  std::vector<StageRow> stages;
  std::vector<BufferRow> buffers;
  std::vector<std::string> notes; // what the compiler did, a sentence each

private:
  static uint64_t excess(uint64_t bytes, uint64_t budget) {
    return budget && bytes > budget ? bytes - budget : 0;
  }
};

/// Everything that is known before there is an object.
Report reportPlan(mlir::ModuleOp planned, const header::Network &network);

/// Adds the sizes of functions and the flash that all takes.
void addFlash(Report &report, const llvmgen::FlashUse &use);

/// Keys come in a fixed order, one row a line: the same report gives the same
/// bytes, and two reports can be compared line by line. Names are the model's
/// own (in JSON's escapes) but for bytes that are no UTF-8: "\\xff".
void writeJson(const Report &report, llvm::raw_ostream &os);

/// Tables for a terminal; names are printable (dialects/nn/PrintableText.h).
void writeText(const Report &report, llvm::raw_ostream &os);

/// One page that needs no other file, no network and no script.
void writeHtml(const Report &report, llvm::raw_ostream &os);

} // namespace dlc::report

#endif
