//===- Answers.cpp - What a network has answered, for a reader ------------===//

#include "compiler/driver/run/Answers.h"

#include "dialects/nn/PrintableText.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"

#include <algorithm>

using namespace dlc;
using namespace dlc::driver;

llvm::ArrayRef<dlc_box> driver::boxesOf(const header::Network &network,
                                        const DataSet &data) {
  if (!network.boxes)
    return {};
  unsigned output = network.boxes->output;
  const char *rows = data.outputs[output].get();
  double count = elementAt(network.outputs[output + 1].type,
                           data.outputs[output + 1].get(), 0);
  static_assert(sizeof(dlc_box) == 6 * sizeof(int16_t));
  return {reinterpret_cast<const dlc_box *>(rows),
          static_cast<size_t>(std::clamp<double>(
              count, 0, static_cast<double>(network.boxes->most)))};
}

dlc_points driver::pointsOf(const header::Network &network,
                            const DataSet &data) {
  const header::Boxes &boxes = *network.boxes;
  const char *numbers = data.outputs[boxes.output + 2].get();
  return {reinterpret_cast<const int16_t *>(numbers),
          static_cast<int32_t>(boxes.points), boxes.pointScores ? 1 : 0};
}

/// A line of the key points of a box, each with its number from 0 to 1 if it
/// has one.
static void printPoints(const header::Network &network, const DataSet &data,
                        int64_t box, llvm::raw_ostream &os) {
  const header::Boxes &boxes = *network.boxes;
  unsigned output = boxes.output + 2;
  auto at = [&](int64_t place) {
    return elementAt(network.outputs[output].type, data.outputs[output].get(),
                     place);
  };
  double unit = 1 << boxes.fractionBits;
  int64_t numbers = boxes.pointScores ? 3 : 2;
  os << "        points";
  for (int64_t i = 0; i < boxes.points; ++i) {
    int64_t place = (box * boxes.points + i) * numbers;
    os << llvm::format("%s %.1f %.1f", i ? "," : "", at(place) / unit,
                       at(place + 1) / unit);
    if (boxes.pointScores)
      os << llvm::format(" (%.2f)", at(place + 2) / 32767);
  }
  os << "\n";
}

static void printBoxes(const header::Network &network, const DataSet &data,
                       llvm::raw_ostream &os) {
  llvm::ArrayRef<dlc_box> boxes = boxesOf(network, data);
  os << boxes.size() << (boxes.size() == 1 ? " box\n" : " boxes\n");
  const std::vector<std::string> &labels =
      network.outputs[network.boxes->output].labels;
  double unit = 1 << network.boxes->fractionBits;
  for (auto [i, box] : llvm::enumerate(boxes)) {
    os << llvm::format("  %.2f  from %.1f %.1f to %.1f %.1f  ",
                       box.score / 32767.0, box.x0 / unit, box.y0 / unit,
                       box.x1 / unit, box.y1 / unit);
    if (box.label >= 0 && static_cast<size_t>(box.label) < labels.size())
      os << nn::printable(labels[box.label]) << "\n";
    else
      os << "class " << box.label << "\n";
    if (network.boxes->points)
      printPoints(network, data, static_cast<int64_t>(i), os);
  }
}

static void printClasses(const header::Network &network, const DataSet &data,
                         llvm::raw_ostream &os) {
  unsigned output = network.classes->output;
  const header::Tensor &tensor = network.outputs[output];
  os << "the best " << network.classes->count << " classes\n";
  for (int64_t i = 0; i < network.classes->count; ++i) {
    const char *rows = data.outputs[output].get();
    auto label = static_cast<size_t>(elementAt(tensor.type, rows, 2 * i));
    os << llvm::format("  %.4f  ",
                       elementAt(tensor.type, rows, 2 * i + 1) / 32767);
    if (label < tensor.labels.size())
      os << nn::printable(tensor.labels[label]) << "\n";
    else
      os << "class " << label << "\n";
  }
}

void driver::printOutputs(const header::Network &network, const DataSet &data,
                          llvm::raw_ostream &os) {
  for (auto [i, tensor] : llvm::enumerate(network.outputs)) {
    if (network.boxes && i > network.boxes->output &&
        i <= network.boxes->output + (network.boxes->points ? 2 : 1))
      continue; // how many boxes there are, and their points
    os << nn::printable(data.name) << ": ";
    if (network.boxes && i == network.boxes->output) {
      printBoxes(network, data, os);
      continue;
    }
    if (network.classes && i == network.classes->output) {
      printClasses(network, data, os);
      continue;
    }
    os << "output '" << nn::printable(tensor.name) << "' = ";
    printTensor(tensor.with(data.lengths), data.outputs[i].get(), os);
    os << "\n";
  }
}
