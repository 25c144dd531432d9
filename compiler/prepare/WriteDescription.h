//===- WriteDescription.h - What a description says, as YAML ----*- C++ -*-===//

#ifndef DLC_COMPILER_PREPARE_WRITEDESCRIPTION_H
#define DLC_COMPILER_PREPARE_WRITEDESCRIPTION_H

#include "compiler/prepare/ImageBuilder.h"
#include "compiler/prepare/Numbers.h"
#include "llvm/Support/raw_ostream.h"

namespace dlc::prepare {

/// A step as it is written, and what it makes.
struct StepResult {
  std::string text;
  llvm::SmallVector<int64_t> shape; ///< of the image after it
  /// The least and the greatest value of any channel, if it is known.
  std::optional<std::pair<double, double>> range;
};

/// The steps of an input as they are taken, those of its preset too.
struct Chain {
  std::string input; ///< of the model
  Frame frame;
  std::vector<StepResult> steps;
  std::string element; ///< what the numbers become in the model's input
  Placement rows = {}, columns = {};      ///< of the model's image in the frame
  Size size = {};                         ///< of the model's image
  bool channelsLast = false;              ///< in the model's input
  std::vector<ByteNumbers> channels = {}; ///< of the model's image
  std::string sound = {}; ///< what follows "audio:"; empty: there is a frame
};

/// The shortest text that is read as the same number.
std::string numberText(double number);
/// Four digits, for reading.
std::string shortText(double number);
/// A word as it is written: in quotes, and what no line can have is escaped.
std::string quoted(llvm::StringRef word);
/// A number, or several as a list.
std::string numbersText(llvm::ArrayRef<double> numbers);
/// "[1, 49, 40]".
std::string shapeText(llvm::ArrayRef<int64_t> shape);
/// "scale: 255".
std::string stepText(const Step &step);
/// What follows "tensor:".
std::string frameText(const Frame &frame);

/// In one line, for the report.
std::string chainText(const Chain &chain);

/// A description of one input, an item of a list, which can be read again; what
/// each step makes is in comments.
void writeChain(const Chain &chain, llvm::raw_ostream &os);

} // namespace dlc::prepare

#endif
