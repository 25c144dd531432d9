//===- Compress.cpp - A network made smaller, by data ---------------------===//

#include "compiler/compress/Compress.h"
#include "compiler/calibrate/Subject.h"
#include "compiler/compress/Candidates.h"
#include "compiler/compress/Search.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/GlobPattern.h"

using namespace dlc::import;
using namespace dlc::calibrate;

namespace dlc::compress {

/// Every second sample, from the first or the second on.
static Data half(const Data &data, size_t first) {
  Data part;
  for (size_t i = first; i < data.samples.size(); i += 2) {
    part.samples.push_back(data.samples[i]);
    if (!data.labels.empty())
      part.labels.push_back(data.labels[i]);
  }
  return part;
}

static double decibelsOf(double loss) {
  return loss > 0 ? -10 * std::log10(loss)
                  : std::numeric_limits<double>::infinity();
}

namespace {
class Compressor {
public:
  Compressor(const Data &data, const Options &options, const Compile &compile,
             const Sizes &sizes, Report &report)
      : fitted(half(data, 0)), options(options), compile(compile), sizes(sizes),
        report(report), judge(half(data, 1), compile) {}

  llvm::Expected<Graph> run(Graph graph) {
    if (judge.samples() == 0)
      return llvm::createStringError(
          "there is one sample, but compression needs two and more: one half "
          "says what weights become, the other what that loses");
    llvm::Expected<Network> taken = takeNetwork(std::move(graph), compile);
    if (!taken)
      return taken.takeError();
    network = std::move(*taken);
    maker.emplace(network, fitted.samples, compile);
    if (llvm::Error error = maker->prepare())
      return std::move(error);
    if (llvm::Error error = judge.take(network.graph))
      return std::move(error);
    if (llvm::Error error = readSizes())
      return std::move(error);
    if (llvm::Error error = matchPatterns())
      return std::move(error);
    if (llvm::Error error = makeCandidates())
      return std::move(error);
    if (llvm::Error error = choose())
      return std::move(error);
    if (llvm::Error error = refine())
      return std::move(error);
    if (llvm::Error error = finish())
      return std::move(error);
    return best;
  }

private:
  llvm::Error readSizes() {
    report.target = sizes.target;
    if (!sizes.planned) {
      for (const WeightedLayer &layer : network.layers)
        report.bytesBefore += reckonedBytes({}, layer.shape());
      return llvm::Error::success();
    }
    std::optional<int64_t> planned = sizes.planned(network.graph);
    if (!planned)
      return alreadySaid();
    report.bytesBefore = *planned;
    report.flashBefore = sizes.flash(network.graph);
    return report.flashBefore ? llvm::Error::success() : alreadySaid();
  }

  /// What --layers says of each layer.
  llvm::Error matchPatterns() {
    wished.resize(network.layers.size());
    for (const auto &[text, form] : options.layers) {
      llvm::Expected<llvm::GlobPattern> pattern =
          llvm::GlobPattern::create(text);
      if (!pattern)
        return llvm::createStringError("--layers=" + text + ": " +
                                       llvm::toString(pattern.takeError()));
      bool matches = false;
      for (auto [i, layer] : llvm::enumerate(network.layers)) {
        if (!pattern->match(layer.layer.name))
          continue;
        matches = true;
        if (!wished[i])
          wished[i] = form;
      }
      if (!matches)
        return llvm::createStringError(
            "--layers=" + text +
            ": no layer with weights has such a name; "
            "there are " +
            names());
    }
    return llvm::Error::success();
  }

  std::string names() const {
    std::string text;
    for (const WeightedLayer &layer :
         llvm::ArrayRef(network.layers).take_front(8))
      text += (text.empty() ? "'" : ", '") + layer.layer.name + "'";
    return text + (network.layers.size() > 8 ? " ..." : "");
  }

  llvm::Error makeCandidates() {
    for (auto [i, layer] : llvm::enumerate(network.layers)) {
      bool isKept = wished[i] && wished[i]->isNothing();
      bool isForced = wished[i] && !isKept;
      if (!layer.refusal.empty() && isForced)
        return llvm::createStringError("--layers: node '" + layer.layer.name +
                                       "' (" + layer.layer.op +
                                       "): " + layer.refusal);
      if (isKept || !layer.refusal.empty())
        continue;
      if (llvm::Error error = maker->begin(i))
        return error;
      std::vector<Candidate> made;
      if (llvm::Error error = makeForms(i, made))
        return error;
      if (!isForced)
        keepFront(made);
      for (Candidate &one : made) {
        bool isWorth = isForced || one.verdict == Verdict::Passed;
        if (isForced)
          forced[i] = candidates.size();
        else if (!isWorth)
          note(one);
        if (isWorth)
          candidates.push_back(std::move(one));
      }
    }
    for (Candidate &one : candidates) {
      Graph graph = network.graph;
      one.made.store(graph, network.layers[one.layer]);
      llvm::Expected<Score> score = judge.measure(graph);
      if (!score)
        return score.takeError();
      one.alone = *score;
    }
    return llvm::Error::success();
  }

  llvm::Error makeForms(size_t index, std::vector<Candidate> &made) {
    const WeightedLayer &layer = network.layers[index];
    std::vector<Form> forms;
    if (wished[index])
      forms.push_back(*wished[index]);
    else
      for (Way way : options.ways)
        llvm::append_range(forms, formsOf(way, layer.shape()));
    for (const Form &form : forms) {
      llvm::Expected<Made> one = maker->make(form);
      if (!one && wished[index])
        return llvm::createStringError("--layers: node '" + layer.layer.name +
                                       "' (" + layer.layer.op +
                                       "): " + llvm::toString(one.takeError()));
      if (!one) {
        llvm::consumeError(one.takeError());
        continue;
      }
      Candidate candidate;
      candidate.layer = index;
      candidate.form = form;
      candidate.made = std::move(*one);
      if (llvm::Error error = readSaved(candidate))
        return error;
      made.push_back(std::move(candidate));
    }
    return llvm::Error::success();
  }

  llvm::Error readSaved(Candidate &candidate) const {
    const WeightedLayer &layer = network.layers[candidate.layer];
    if (!sizes.planned) {
      candidate.saved = reckonedBytes({}, layer.shape()) -
                        reckonedBytes(candidate.form, layer.shape());
      return llvm::Error::success();
    }
    Graph graph = network.graph;
    candidate.made.store(graph, layer);
    std::optional<int64_t> planned = sizes.planned(graph);
    if (!planned)
      return alreadySaid();
    candidate.saved = report.bytesBefore - *planned;
    return llvm::Error::success();
  }

  void note(const Candidate &candidate) {
    TriedRow row;
    row.layer = network.layers[candidate.layer].layer.name;
    row.form = candidate.form.text();
    row.saved = candidate.saved;
    row.layerDecibels = decibelsOf(candidate.made.loss());
    if (candidate.alone) {
      row.decibels = candidate.alone->decibels();
      row.drop = candidate.alone->drop;
    }
    row.verdict = candidate.verdict;
    report.tried.push_back(std::move(row));
  }

  Graph withForms(llvm::ArrayRef<std::optional<size_t>> chosen) const {
    Graph graph = network.graph;
    for (auto [i, layer] : llvm::enumerate(network.layers)) {
      std::optional<size_t> number = chosenOf(chosen, i);
      if (number)
        candidates[*number].made.store(graph, layer);
    }
    return graph;
  }
  std::optional<size_t> chosenOf(llvm::ArrayRef<std::optional<size_t>> chosen,
                                 size_t layer) const {
    auto found = forced.find(layer);
    return found == forced.end() ? chosen[layer] : std::optional(found->second);
  }

  llvm::Expected<Step> attempt(llvm::ArrayRef<std::optional<size_t>> chosen) {
    Graph graph = withForms(chosen);
    llvm::Expected<Score> now = judge.measure(graph);
    if (!now)
      return now.takeError();
    if (!now->within(options.maxDrop))
      return Step::Refused;
    best = std::move(graph);
    score = *now;
    if (!options.goal)
      return Step::Taken;
    std::optional<uint64_t> flash = sizes.flash(best);
    if (!flash)
      return alreadySaid();
    report.flash = flash;
    return *flash <= *options.goal ? Step::Enough : Step::Taken;
  }

  llvm::Error choose() {
    std::vector<std::optional<size_t>> none(network.layers.size());
    llvm::Expected<Step> first = attempt(none);
    if (!first)
      return first.takeError();
    if (*first == Step::Refused)
      return tooLossy(none);
    std::vector<Option> found;
    std::vector<size_t> numbers;
    for (auto [i, one] : llvm::enumerate(candidates)) {
      if (forced.count(one.layer))
        continue;
      found.push_back({one.layer, one.saved, one.alone->noise});
      numbers.push_back(i);
    }
    auto asNumbers = [&](llvm::ArrayRef<std::optional<size_t>> chosen) {
      std::vector<std::optional<size_t>> result;
      for (std::optional<size_t> one : chosen)
        result.push_back(one ? std::optional(numbers[*one]) : std::nullopt);
      return result;
    };
    Choice choice;
    choice.chosen = none;
    if (*first != Step::Enough) {
      llvm::Expected<Choice> searched =
          search(network.layers.size(), found,
                 [&](llvm::ArrayRef<std::optional<size_t>> chosen, size_t) {
                   return attempt(asNumbers(chosen));
                 });
      if (!searched)
        return searched.takeError();
      choice = std::move(*searched);
    } else {
      choice.isEnough = true;
    }
    for (size_t i = 0; i < choice.refused.size(); ++i)
      if (choice.refused[i])
        candidates[numbers[i]].verdict = Verdict::TooLossy;
    chosen = asNumbers(choice.chosen);
    return judgeChoice(choice.isEnough);
  }

  llvm::Error judgeChoice(bool isEnough) {
    for (size_t i = 0; i < network.layers.size(); ++i) {
      chosen[i] = chosenOf(chosen, i);
      if (chosen[i])
        candidates[*chosen[i]].verdict = Verdict::Kept;
    }
    for (Candidate &one : candidates) {
      std::optional<size_t> kept = chosen[one.layer];
      bool isMore = !kept || candidates[*kept].saved < one.saved;
      if (isEnough && isMore && one.verdict == Verdict::Passed)
        one.verdict = Verdict::NotNeeded;
    }
    if (!options.goal || isEnough)
      return llvm::Error::success();
    return llvm::createStringError(llvm::formatv(
        "--goal=flash:{0} cannot be met within --max-drop={1}: the network "
        "takes {2} bytes of flash at best (before {3}); allow to lose more, "
        "try more ways, or give more samples",
        *options.goal, options.maxDrop, *report.flash, *report.flashBefore));
  }

  llvm::Error tooLossy(llvm::ArrayRef<std::optional<size_t>> none) {
    llvm::Expected<Score> now = judge.measure(withForms(none));
    if (!now)
      return now.takeError();
    return llvm::createStringError(llvm::formatv(
        "what --layers asks for loses {0:F2} points (+-{1:F2}, by its noise "
        "{2:F2}) on {3} samples, more than --max-drop={4}",
        now->drop, now->doubt, now->expected, judge.samples(),
        options.maxDrop));
  }

  /// Weights once more, each layer's on what those before it compute in their
  /// forms: what they lose, it makes up for as far as it can.
  llvm::Error refine() {
    Graph graph = network.graph;
    for (size_t i = 0; i < network.layers.size(); ++i) {
      if (!chosen[i])
        continue;
      if (llvm::Error error = maker->beginAgain(i, graph))
        return error;
      llvm::Expected<Made> made = maker->make(candidates[*chosen[i]].form);
      if (!made) {
        llvm::consumeError(made.takeError());
        return llvm::Error::success();
      }
      made->store(graph, network.layers[i]);
    }
    llvm::Expected<Score> now = judge.measure(graph);
    if (!now)
      return now.takeError();
    if (!now->within(options.maxDrop) || now->noise >= score.noise)
      return llvm::Error::success();
    if (options.goal) {
      std::optional<uint64_t> flash = sizes.flash(graph);
      if (!flash)
        return alreadySaid();
      if (*flash > *options.goal)
        return llvm::Error::success();
    }
    best = std::move(graph);
    score = *now;
    return llvm::Error::success();
  }

  llvm::Error finish() {
    for (const Candidate &one : candidates)
      note(one);
    for (auto [i, layer] : llvm::enumerate(network.layers)) {
      LayerRow row;
      row.name = layer.layer.name;
      row.op = layer.layer.op;
      row.form = "keep";
      row.weights = static_cast<int64_t>(layer.values.size());
      row.reason = layer.refusal;
      if (chosen[i]) {
        const Candidate &one = candidates[*chosen[i]];
        row.form = one.form.text();
        row.saved = one.saved;
        row.decibels = decibelsOf(one.made.loss());
      }
      report.layers.push_back(std::move(row));
    }
    report.fitted = fitted.samples.size();
    report.judged = judge.samples();
    report.decibels = score.decibels();
    report.drop = score.drop;
    report.doubt = score.doubt;
    report.expected = score.expected;
    report.accuracyBefore = score.accuracyBefore;
    report.accuracy = score.accuracy;
    report.bytes = report.bytesBefore;
    if (!sizes.planned) {
      for (const LayerRow &row : report.layers)
        report.bytes -= row.saved;
      return llvm::Error::success();
    }
    std::optional<int64_t> planned = sizes.planned(best);
    report.flash = planned ? sizes.flash(best) : std::nullopt;
    if (!report.flash)
      return alreadySaid();
    report.bytes = *planned;
    return llvm::Error::success();
  }

  Data fitted;
  const Options &options;
  const Compile &compile;
  const Sizes &sizes;
  Report &report;
  Judge judge;
  Network network;
  std::optional<Maker> maker;
  std::vector<std::optional<Form>> wished; ///< by layer
  std::vector<Candidate> candidates;
  std::map<size_t, size_t> forced; ///< candidate by layer
  std::vector<std::optional<size_t>> chosen;
  Graph best;
  Score score;
};
} // namespace

llvm::Expected<Graph> compress(Graph graph, const Data &data,
                               const Options &options, const Compile &compile,
                               const Sizes &sizes, Report &report) {
  return Compressor(data, options, compile, sizes, report)
      .run(std::move(graph));
}

} // namespace dlc::compress
