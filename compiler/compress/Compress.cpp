//===- Compress.cpp - A network made smaller, by data ---------------------===//

#include "compiler/compress/Compress.h"
#include "compiler/calibrate/Subject.h"
#include "compiler/compress/Candidates.h"
#include "compiler/compress/Goal.h"
#include "compiler/compress/Search.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace dlc::import;
using namespace dlc::calibrate;

namespace dlc::compress {

namespace {
class Compressor {
public:
  Compressor(const Data &data, const Options &options, const Compile &compile,
             const Sizes &sizes, Report &report)
      : fitted(everySecond(data, 0)), options(options), compile(compile),
        sizes(sizes), report(report), judge(everySecond(data, 1), compile),
        goal(sizes, options.goal) {}

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
    if (llvm::Error error = readWishes())
      return std::move(error);
    if (llvm::Error error = makeCandidates())
      return std::move(error);
    if (llvm::Error error = choose())
      return std::move(error);
    if (llvm::Error error = refine())
      return std::move(error);
    if (llvm::Error error = restore())
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
    report.flashBefore = sizes.flash(network.graph, Price::None);
    return report.flashBefore ? goal.begin(network.graph) : alreadySaid();
  }

  llvm::Error readWishes() {
    llvm::Expected<std::vector<std::optional<Form>>> forms =
        wishedForms(options.layers, network.layers);
    if (!forms)
      return forms.takeError();
    wished = std::move(*forms);
    return llvm::Error::success();
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
          report.tried.push_back(triedRow(one, network.layers[i]));
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
    if (!goal || goal.isFar(savedBy(chosen)))
      return Step::Taken;
    llvm::Expected<FlashGoal::Distance> distance = goal.of(best);
    if (!distance)
      return distance.takeError();
    return distance->isReached ? Step::Enough : Step::Taken;
  }

  int64_t savedBy(llvm::ArrayRef<std::optional<size_t>> chosen) const {
    int64_t saved = 0;
    for (size_t i = 0; i < network.layers.size(); ++i)
      if (std::optional<size_t> number = chosenOf(chosen, i))
        saved += candidates[*number].saved;
    return saved;
  }

  /// Whether the network is nearer to the goal with milder forms, or loses less
  /// where it has reached it.
  llvm::Expected<Step>
  attemptMilder(llvm::ArrayRef<std::optional<size_t>> chosen) {
    if (nearest.isReached && goal.isFar(savedBy(chosen)))
      return Step::Refused;
    Graph graph = withForms(chosen);
    llvm::Expected<FlashGoal::Distance> distance = goal.of(graph);
    if (!distance)
      return distance.takeError();
    if (!distance->isReached && distance->flash >= nearest.flash)
      return Step::Refused;
    llvm::Expected<Score> now = judge.measure(graph);
    if (!now)
      return now.takeError();
    if (!now->within(options.maxDrop) ||
        (nearest.isReached && now->noise >= score.noise))
      return Step::Refused;
    nearest = *distance;
    best = std::move(graph);
    score = *now;
    return Step::Taken;
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
    if (goal && *first != Step::Enough)
      if (llvm::Error error = makeMilder(choice, found, asNumbers))
        return error;
    for (size_t i = 0; i < choice.refused.size(); ++i)
      if (choice.refused[i])
        candidates[numbers[i]].verdict = Verdict::TooLossy;
    chosen = asNumbers(choice.chosen);
    return judgeChoice(choice.isEnough);
  }

  /// Forms that one by one were the best for their bytes need not be all
  /// together: in the object code is shared, or needed for one layer alone.
  llvm::Error makeMilder(Choice &choice, llvm::ArrayRef<Option> found,
                         llvm::function_ref<std::vector<std::optional<size_t>>(
                             llvm::ArrayRef<std::optional<size_t>>)>
                             asNumbers) {
    llvm::Expected<FlashGoal::Distance> distance = goal.of(best);
    if (!distance)
      return distance.takeError();
    nearest = *distance;
    if (llvm::Error error = relax(
            choice, found, [&](llvm::ArrayRef<std::optional<size_t>> chosen) {
              return attemptMilder(asNumbers(chosen));
            }))
      return error;
    choice.isEnough = nearest.isReached;
    return llvm::Error::success();
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
    return !goal || isEnough
               ? llvm::Error::success()
               : goal.unmet(nearest, options.maxDrop, *report.flashBefore);
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
    std::map<size_t, Made> again;
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
      again[i] = std::move(*made);
    }
    llvm::Expected<bool> isBetter = takeIfBetter(std::move(graph));
    if (!isBetter)
      return isBetter.takeError();
    if (*isBetter)
      for (auto &[i, made] : again)
        candidates[*chosen[i]].made = std::move(made);
    return llvm::Error::success();
  }

  /// Each layer's results with their means and variances, from the first layer
  /// on, where that is less noise at the outputs.
  llvm::Error restore() {
    maker->startAgain();
    for (auto [i, layer] : llvm::enumerate(network.layers)) {
      const Candidate *one = chosen[i] ? &candidates[*chosen[i]] : nullptr;
      if (!one || !one->made.fitted)
        continue;
      llvm::Expected<std::optional<NewWeights>> made =
          maker->restore(i, best, one->form, one->made.fitted->weights);
      if (!made)
        return made.takeError();
      if (!*made)
        continue;
      Graph graph = best;
      storeWeights(graph, layer, **made);
      llvm::Expected<bool> isBetter = takeIfBetter(std::move(graph));
      if (!isBetter)
        return isBetter.takeError();
      if (*isBetter)
        restored.insert(i);
    }
    return llvm::Error::success();
  }

  /// Less noise, no more loss than is allowed, and within the goal.
  llvm::Expected<bool> takeIfBetter(Graph graph) {
    llvm::Expected<Score> now = judge.measure(graph);
    if (!now)
      return now.takeError();
    if (!now->within(options.maxDrop) || now->noise >= score.noise)
      return false;
    if (goal) {
      llvm::Expected<FlashGoal::Distance> distance = goal.of(graph);
      if (!distance)
        return distance.takeError();
      if (!distance->isReached)
        return false;
    }
    best = std::move(graph);
    score = *now;
    return true;
  }

  llvm::Error finish() {
    for (const Candidate &one : candidates)
      report.tried.push_back(triedRow(one, network.layers[one.layer]));
    for (auto [i, layer] : llvm::enumerate(network.layers)) {
      report.layers.push_back(
          layerRow(layer, chosen[i] ? &candidates[*chosen[i]] : nullptr));
      report.layers.back().isRestored = restored.count(i) != 0;
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
    report.flash = planned ? sizes.flash(best, Price::Least) : std::nullopt;
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
  FlashGoal goal;
  Network network;
  std::optional<Maker> maker;
  std::vector<std::optional<Form>> wished; ///< by layer
  std::vector<Candidate> candidates;
  std::map<size_t, size_t> forced; ///< candidate by layer
  std::vector<std::optional<size_t>> chosen;
  std::set<size_t> restored;   ///< layers
  FlashGoal::Distance nearest; ///< of the best that there is
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
