//===- Quantise.cpp - A float network made a quantised one ----------------===//

#include "compiler/calibrate/Quantise.h"
#include "compiler/calibrate/Equalise.h"
#include "compiler/calibrate/FoldConstants.h"
#include "compiler/calibrate/KeepLayers.h"
#include "compiler/calibrate/Subject.h"
#include "llvm/ADT/STLExtras.h"

using namespace dlc::import;

namespace dlc::calibrate {

static llvm::Error checkFloat(const Graph &graph) {
  for (const GraphNode &node : graph.nodes) {
    llvm::StringRef op = node.op;
    if (op == "QuantizeLinear" || op.starts_with("QLinear") || op == "QGemm" ||
        op == "ConvInteger" || op == "MatMulInteger" ||
        op == "DynamicQuantizeLinear" || op == "DynamicQuantizeMatMul" ||
        op == "QAttention")
      return llvm::createStringError(
          "the network is quantised already: node '" + node.name + "' (" + op +
          "); give the float network that it was made from");
  }
  return llvm::Error::success();
}

namespace {
class Quantiser {
public:
  Quantiser(const Data &data, const Options &options, const Compile &compile,
            Report &report)
      : subject(std::make_unique<Subject>(data, options, compile)),
        report(report) {}

  llvm::Expected<Graph> run(Graph graph) {
    if (llvm::Error error = checkFloat(graph))
      return error;
    if (llvm::Error error = foldConstants(graph, subject->compile))
      return error;
    foldNormalisations(graph);
    separateConstants(graph);
    if (llvm::Error error = subject->take(std::move(graph)))
      return error;
    if (llvm::Error error = checkClasses())
      return error;
    auto method = chooseMethod();
    if (!method)
      return method.takeError();
    report.options.emplace_back("ranges", nameOf(*method).str());
    if (llvm::Error error = equaliseChannels(*method))
      return error;
    auto plan = makePlan(*method);
    if (!plan)
      return plan.takeError();
    Graph quantised = insertQdq(subject->graph, *plan);
    if (llvm::Error error = measure(quantised, *plan))
      return error;
    return quantised;
  }

private:
  llvm::Error checkClasses() const {
    const Options &options = subject->options;
    const std::vector<int64_t> &labels = subject->data.labels;
    int64_t scores = subject->scores();
    const std::string &name = subject->graph.outputs.front().name;
    if (options.maxDrop && scores < 2)
      return llvm::createStringError(
          "--max-drop is in points of accuracy, but the network's first "
          "output '" +
          name + "' has no scores of classes");
    for (int64_t label : labels)
      if (label >= scores)
        return llvm::createStringError(
            "the label " + llvm::Twine(label) +
            " is no class: the network's first output '" + name + "' has " +
            llvm::Twine(scores) + " scores, for labels from 0 on");
    return llvm::Error::success();
  }

  /// The method that is asked for, or the one that measures best with weights
  /// rounded to nearest.
  llvm::Expected<RangeMethod> chooseMethod() const {
    if (subject->options.method)
      return *subject->options.method;
    // Numbers of 16 bits are not clamped.
    if (subject->options.activationBits == 16)
      return RangeMethod::MinMax;
    double most = -std::numeric_limits<double>::infinity();
    RangeMethod chosen = RangeMethod::MinMax;
    for (RangeMethod method : {RangeMethod::MinMax, RangeMethod::Mse,
                               RangeMethod::Percentile, RangeMethod::Kl}) {
      llvm::Expected<double> decibels = decibelsOf(*subject, method);
      if (!decibels)
        return decibels.takeError();
      if (*decibels <= most)
        continue;
      most = *decibels;
      chosen = method;
    }
    return chosen;
  }

  static llvm::Expected<double> decibelsOf(const Subject &subject,
                                           RangeMethod method) {
    QuantisationPlan plan = subject.scalesBy(method);
    roundToNearest(subject, plan);
    return subject.decibels(plan);
  }

  /// Takes the equalised network if it measures better.
  llvm::Error equaliseChannels(RangeMethod method) {
    llvm::Expected<double> without = decibelsOf(*subject, method);
    if (!without)
      return without.takeError();
    double most = *without;
    std::unique_ptr<Subject> best;
    for (double share : {0.5, 0.75, 1.0}) {
      std::optional<Graph> graph = equalised(*subject, share);
      if (!graph)
        return llvm::Error::success();
      auto other = std::make_unique<Subject>(subject->data, subject->options,
                                             subject->compile);
      if (llvm::Error error = other->take(std::move(*graph)))
        return error;
      llvm::Expected<double> decibels = decibelsOf(*other, method);
      if (!decibels)
        return decibels.takeError();
      if (*decibels <= most)
        continue;
      most = *decibels;
      best = std::move(other);
    }
    report.options.emplace_back("channels", best ? "equalised" : "as they are");
    if (best)
      subject = std::move(best);
    return llvm::Error::success();
  }

  llvm::Expected<QuantisationPlan> roundedPlan(RangeMethod method,
                                               const std::set<size_t> &kept) {
    QuantisationPlan plan = subject->scalesBy(method, kept);
    roundToNearest(*subject, plan);
    if (subject->options.roundByLayers)
      if (llvm::Error error = roundByLayers(*subject, plan))
        return error;
    return plan;
  }

  llvm::Expected<QuantisationPlan> makePlan(RangeMethod method) {
    auto plan = roundedPlan(method, {});
    if (!plan || !subject->options.maxDrop)
      return plan;
    auto found = subject->compare(insertQdq(subject->graph, *plan), {});
    if (!found)
      return found.takeError();
    if (found->drop(subject->data) <= *subject->options.maxDrop)
      return plan;
    auto order = sensitivities(*subject, method);
    if (!order)
      return order.takeError();
    size_t kept = 0;
    plan = keepLayers(
        *subject, *order,
        [&](const std::set<size_t> &layers) {
          return roundedPlan(method, layers);
        },
        kept);
    for (auto [i, one] : llvm::enumerate(*order)) {
      const Layer &layer = subject->layers[one.layer];
      report.sensitivity.push_back({layer.name, layer.op, one.gain, i < kept});
    }
    return plan;
  }

  llvm::Error measure(const Graph &quantised, const QuantisationPlan &plan) {
    std::vector<std::string> names;
    for (const Layer &layer : subject->layers)
      names.push_back(layer.outputs.front());
    for (const GraphValue &output : subject->graph.outputs)
      if (subject->reference->shape(output.name) &&
          !llvm::is_contained(names, output.name))
        names.push_back(output.name);
    auto found = subject->compare(quantised, names);
    if (!found)
      return found.takeError();
    describe(*found, plan);
    return llvm::Error::success();
  }

  std::string typeOf(const Layer &layer, const QuantisationPlan &plan) const {
    if (plan.floatNodes.count(layer.nodes.front()))
      return "float32";
    auto input = plan.tensors.find(layer.inputs.front());
    std::string type = input->second.bits == 16 ? "int16" : "int8";
    if (layer.kind == LayerKind::Products) {
      int bits = subject->weightBits(layer, plan);
      if (bits != input->second.bits)
        type += ", weights int" + std::to_string(bits);
    }
    return type;
  }

  void describe(Comparison &found, const QuantisationPlan &plan) {
    const Data &data = subject->data;
    report.samples = data.samples.size();
    for (const Layer &layer : subject->layers)
      report.layers.push_back(
          {layer.name, layer.op, typeOf(layer, plan),
           found.tensors[layer.outputs.front()].decibels()});
    for (const GraphValue &output : subject->graph.outputs)
      if (auto noise = found.tensors.find(output.name);
          noise != found.tensors.end())
        report.outputs.push_back({output.name, noise->second.decibels()});
    if (data.labels.empty())
      return;
    double percent = 100.0 / static_cast<double>(data.labels.size());
    report.floatAccuracy = percent * static_cast<double>(found.rightOfFloat);
    report.accuracy = percent * static_cast<double>(found.right);
  }

  std::unique_ptr<Subject> subject;
  Report &report;
};
} // namespace

llvm::Expected<Graph> quantise(Graph graph, const Data &data,
                               const Options &options, const Compile &compile,
                               Report &report) {
  return Quantiser(data, options, compile, report).run(std::move(graph));
}

} // namespace dlc::calibrate
