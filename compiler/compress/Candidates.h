//===- Candidates.h - What layers could become ------------------*- C++ -*-===//

#ifndef DLC_COMPILER_COMPRESS_CANDIDATES_H
#define DLC_COMPILER_COMPRESS_CANDIDATES_H

#include "compiler/compress/Compress.h"
#include "compiler/compress/Factorise.h"
#include "compiler/compress/Judge.h"
#include "compiler/compress/Sides.h"

namespace dlc::compress {

/// A layer's weights in one form.
struct Made {
  std::optional<Fitted> fitted;
  std::optional<Factors> factors;

  double loss() const { return fitted ? fitted->loss : factors->loss; }
  void store(Graph &graph, const WeightedLayer &layer) const;
};

struct Candidate {
  size_t layer = 0;
  Form form;
  Made made;
  int64_t saved = 0;          ///< bytes, of the layer as it was
  std::optional<Score> alone; ///< of the network with this form alone
  Verdict verdict = Verdict::Beaten;
};

/// Makes forms of layers on some samples.
class Maker {
public:
  Maker(Network &network, llvm::ArrayRef<calibrate::Sample> samples,
        const Compile &compile);

  /// An error stands behind a diagnostic.
  llvm::Error prepare();

  /// Gets ready to make forms of a layer, whose input is what the network
  /// computes.
  llvm::Error begin(size_t layer) { return begin(layer, nullptr); }
  /// Whose input is what `changed` computes: layers come one after the other,
  /// and what comes before a layer does not change any more.
  llvm::Error beginAgain(size_t layer, const Graph &changed) {
    return begin(layer, &changed);
  }
  /// Layers are changed once more from the first on.
  void startAgain();
  /// The layer's weights with means and variances restored (restoreStatistics),
  /// on what `changed` computes; none where they stay.
  llvm::Expected<std::optional<NewWeights>> restore(size_t layer,
                                                    const Graph &changed,
                                                    const Form &form,
                                                    const NewWeights &made);
  /// Of the layer that was begun; an error says why it does not have it.
  llvm::Expected<Made> make(const Form &form);

private:
  llvm::Error begin(size_t layer, const Graph *changed);

  Network &network;
  llvm::ArrayRef<calibrate::Sample> samples;
  const Compile &compile;
  std::map<std::string, std::vector<int64_t>> shapes;
  std::unique_ptr<calibrate::Activations> before, after;
  const WeightedLayer *layer = nullptr;
  std::unique_ptr<LayerData> data;
  std::unique_ptr<Directions> directions;
  std::unique_ptr<Sides> sides;
};

/// What patterns of names say of each layer, the first that fits; an error for
/// one that fits none.
llvm::Expected<std::vector<std::optional<Form>>>
wishedForms(llvm::ArrayRef<std::pair<std::string, Form>> patterns,
            llvm::ArrayRef<WeightedLayer> layers);

/// Of the candidates of a layer, those that no other beats: what saves more
/// loses more. Others have their verdict, and their weights are freed.
void keepFront(std::vector<Candidate> &candidates);

/// What the report says of a candidate, and of a layer (null: it stays).
TriedRow triedRow(const Candidate &candidate, const WeightedLayer &layer);
LayerRow layerRow(const WeightedLayer &layer, const Candidate *candidate);

} // namespace dlc::compress

#endif
