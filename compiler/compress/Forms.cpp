//===- Forms.cpp - What the weights of a layer may become -----------------===//

#include "compiler/compress/Forms.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/raw_ostream.h"
#include <algorithm>
#include <cmath>

namespace dlc::compress {

/// Bits of a weight.
static constexpr double kLeastInformation = 0.25, kMostInformation = 8;

static constexpr std::pair<Way, llvm::StringRef> kWays[] = {
    {Way::Round, "round"},         {Way::Cluster, "cluster"},
    {Way::Code, "code"},           {Way::Prune, "prune"},
    {Way::Factorise, "factorise"}, {Way::Shrink, "shrink"}};

llvm::StringRef nameOf(Way way) {
  for (auto [one, name] : kWays)
    if (one == way)
      return name;
  llvm_unreachable("a way without a name");
}

std::optional<Way> wayCalled(llvm::StringRef name) {
  for (auto [way, called] : kWays)
    if (called == name)
      return way;
  return std::nullopt;
}

static std::string numberText(double number) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%g", number);
  return text;
}

static std::string percentText(double percent) {
  return numberText(percent) + "%";
}

static std::string zerosText(const Zeros &zeros) {
  std::string text = "prune:" + percentText(zeros.percent);
  if (zeros.rows * zeros.columns > 1)
    text +=
        ":" + std::to_string(zeros.rows) + "x" + std::to_string(zeros.columns);
  return text;
}

std::string Form::text() const {
  std::vector<std::string> parts;
  if (zeros)
    parts.push_back(zerosText(*zeros));
  if (channels > 0)
    parts.push_back("shrink:" + percentText(channels));
  if (grid && grid->bits)
    parts.push_back("round:" + std::to_string(grid->bits));
  else if (grid)
    parts.push_back("round:e" + std::to_string(grid->exponent) + "m" +
                    std::to_string(grid->mantissa));
  if (codebook)
    parts.push_back("cluster:" + std::to_string(codebook->values) +
                    (codebook->eachRow ? ":rows" : ""));
  if (information > 0)
    parts.push_back("code:" + numberText(information));
  if (rank)
    parts.push_back("factorise:" + std::to_string(rank) +
                    (sides ? ":sides" : ""));
  std::string text = parts.empty() ? "keep" : parts.front();
  for (size_t i = 1; i < parts.size(); ++i)
    text += "+" + parts[i];
  return text;
}

namespace {
class Parser {
public:
  explicit Parser(llvm::StringRef text) : text(text) {}

  llvm::Expected<Form> parse() {
    llvm::SmallVector<llvm::StringRef> parts;
    text.split(parts, '+');
    for (llvm::StringRef part : parts)
      if (llvm::Error error = addPart(part))
        return std::move(error);
    if (parts.size() == 1)
      return form;
    int zeros = form.zeros.has_value() + (form.channels > 0);
    int numbers = form.grid.has_value() + form.codebook.has_value() +
                  (form.information > 0);
    if (zeros != 1 || numbers != 1 || form.rank || parts.size() > 2)
      return refuse("only prune or shrink goes together with another, which is "
                    "round, cluster or code");
    return form;
  }

private:
  llvm::Error refuse(const llvm::Twine &why) const {
    return llvm::createStringError("'" + text + "': " + why);
  }

  llvm::Error addPart(llvm::StringRef part) {
    llvm::SmallVector<llvm::StringRef> words;
    part.split(words, ':');
    if (part == "keep")
      return text == "keep" ? llvm::Error::success()
                            : refuse("keep goes with nothing else");
    std::optional<Way> way = wayCalled(words[0]);
    if (!way)
      return refuse("'" + words[0] +
                    "' is no way to compress: round, cluster, code, prune, "
                    "factorise, shrink or keep");
    bool hasOption =
        *way == Way::Cluster || *way == Way::Prune || *way == Way::Factorise;
    if (words.size() < 2 || words.size() > (hasOption ? 3U : 2U))
      return refuse("write for example round:4, round:e4m3, cluster:16, "
                    "cluster:16:rows, code:2.5, prune:70%, prune:70%:1x4, "
                    "factorise:16, factorise:16:sides or shrink:25%");
    llvm::StringRef option = words.size() == 3 ? words[2] : "";
    switch (*way) {
    case Way::Round:
      return addGrid(words[1]);
    case Way::Cluster:
      return addCodebook(words[1], option);
    case Way::Code:
      return addInformation(words[1]);
    case Way::Prune:
      form.zeros.emplace();
      if (llvm::Error error = readPercent(words[1], form.zeros->percent))
        return error;
      return option.empty() ? llvm::Error::success() : readBlock(option);
    case Way::Shrink:
      return readPercent(words[1], form.channels);
    case Way::Factorise:
      if (words[1].getAsInteger(10, form.rank) || form.rank < 1)
        return refuse("'" + words[1] + "' is no rank, which is 1 or more");
      form.sides = option == "sides";
      if (!option.empty() && !form.sides)
        return refuse("'" + option +
                      "' is not known: factors are a window and one element, "
                      "or with :sides the window's two sides");
      return llvm::Error::success();
    }
    llvm_unreachable("a way that is not parsed");
  }

  llvm::Error addGrid(llvm::StringRef word) {
    Grid &grid = form.grid.emplace();
    if (word.consume_front("e")) {
      auto [exponent, mantissa] = word.split('m');
      if (exponent.getAsInteger(10, grid.exponent) ||
          mantissa.getAsInteger(10, grid.mantissa) || grid.exponent < 2 ||
          grid.exponent > 8 || grid.mantissa < 0 || grid.mantissa > 10)
        return refuse("a float has 2 to 8 bits of exponent and 0 to 10 of "
                      "mantissa, as e4m3");
      return llvm::Error::success();
    }
    if (word.getAsInteger(10, grid.bits) || grid.bits < 2 || grid.bits > 16)
      return refuse("weights are rounded to 2 to 16 bits, not to '" + word +
                    "'");
    return llvm::Error::success();
  }

  llvm::Error addCodebook(llvm::StringRef word, llvm::StringRef option) {
    Codebook &codebook = form.codebook.emplace();
    if (word.getAsInteger(10, codebook.values) || codebook.values < 2 ||
        codebook.values > 256 || !llvm::isPowerOf2_64(codebook.values))
      return refuse("a codebook has 2, 4, 8 ... or 256 values, not '" + word +
                    "'");
    codebook.eachRow = option == "rows";
    if (!option.empty() && !codebook.eachRow)
      return refuse("'" + option +
                    "' is not known: a codebook is for the "
                    "tensor, or with :rows for each result");
    return llvm::Error::success();
  }

  llvm::Error addInformation(llvm::StringRef word) {
    if (word.getAsDouble(form.information) ||
        !(form.information >= kLeastInformation &&
          form.information <= kMostInformation))
      return refuse("weights have 0.25 to 8 bits of information, not '" + word +
                    "'");
    return llvm::Error::success();
  }

  llvm::Error readPercent(llvm::StringRef word, double &percent) const {
    llvm::StringRef number = word;
    if (!number.consume_back("%") || number.getAsDouble(percent) ||
        !(percent > 0 && percent < 100))
      return refuse("'" + word + "' is no part of 100 above 0% and below 100%");
    return llvm::Error::success();
  }

  llvm::Error readBlock(llvm::StringRef word) {
    auto [rows, columns] = word.split('x');
    Zeros &zeros = *form.zeros;
    if (rows.getAsInteger(10, zeros.rows) ||
        columns.getAsInteger(10, zeros.columns) || zeros.rows < 1 ||
        zeros.columns < 1 || zeros.rows > 64 || zeros.columns > 64)
      return refuse("'" + word +
                    "' is no block of results by operands, as 1x4 or 4x1");
    return llvm::Error::success();
  }

  llvm::StringRef text;
  Form form;
};
} // namespace

llvm::Expected<Form> parseForm(llvm::StringRef text) {
  return Parser(text).parse();
}

int64_t reckonedBytes(const Form &form, const WeightShape &shape) {
  if (form.rank) {
    int64_t each = shape.results + shape.operands;
    if (form.sides)
      each = shape.results * shape.width + shape.operands / shape.width;
    return llvm::divideCeil(form.rank * each * shape.bits, 8);
  }
  auto bits = static_cast<double>(shape.bits);
  int64_t tables = 0;
  if (form.grid && form.grid->bits) {
    // A scale of 32 bits for each result, which integers have anyway.
    bits = form.grid->bits;
    tables = shape.bits == 32 ? 4 * shape.results : 0;
  } else if (form.grid) {
    bits = 1 + form.grid->exponent + form.grid->mantissa;
  } else if (form.codebook) {
    bits = llvm::Log2_64_Ceil(form.codebook->values);
    tables = form.codebook->values * shape.bits / 8 *
             (form.codebook->eachRow ? shape.results : 1);
  } else if (form.information > 0) {
    // A code takes a bit at least; the numbers' own codes are few.
    bits = std::max(form.information, 1.0);
    tables = 32;
  }
  auto places = static_cast<double>(shape.results * shape.operands);
  if (form.zeros) {
    places *= 1 - form.zeros->percent / 100;
    double blocks =
        places / static_cast<double>(form.zeros->rows * form.zeros->columns);
    tables += std::llround(blocks);
  }
  places *= 1 - form.channels / 100;
  return static_cast<int64_t>(std::ceil(places * bits / 8)) + tables;
}

std::vector<Form> formsOf(Way way, const WeightShape &shape) {
  std::vector<Form> forms;
  auto add = [&]() -> Form & { return forms.emplace_back(); };
  switch (way) {
  case Way::Round:
    for (int bits : {8, 6, 5, 4, 3, 2})
      if (bits < shape.bits)
        add().grid = Grid{bits};
    break;
  case Way::Cluster:
    for (int64_t values : {64, 32, 16, 8, 4})
      add().codebook = Codebook{values};
    break;
  case Way::Code:
    for (double information : {5.0, 4.5, 4.0, 3.5, 3.0, 2.5, 2.0, 1.5})
      if (information < static_cast<double>(shape.bits))
        add().information = information;
    break;
  case Way::Prune:
    for (auto [rows, columns] : {std::pair(1, 1), {1, 4}, {4, 1}})
      for (double percent : {30, 50, 70, 85})
        add().zeros = Zeros{percent, rows, columns};
    break;
  case Way::Shrink:
    for (double percent : {12.5, 25.0, 37.5, 50.0})
      add().channels = percent;
    break;
  case Way::Factorise: {
    bool hasSides = shape.height > 1 && shape.width > 1;
    for (bool sides : {false, true}) {
      if (sides && !hasSides)
        continue;
      int64_t columns = sides ? shape.width : 1, last = 0;
      // Where both factors together are as large as the product.
      int64_t even = shape.results * shape.operands /
                     (shape.results * columns + shape.operands / columns);
      for (int64_t parts : {2, 3, 4, 6, 8}) {
        int64_t rank = 2 * even / (parts + 1);
        if (rank < 1 || rank == last)
          continue;
        last = rank;
        Form &form = add();
        form.rank = rank;
        form.sides = sides;
      }
    }
    break;
  }
  }
  return forms;
}

} // namespace dlc::compress
