"""Random decision trees as attributes of ai.onnx.ml's operators."""

import numpy as np
from onnx import helper

DOMAIN = "ai.onnx.ml"
ORDERS = ["BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT"]
EQUALITIES = ["BRANCH_EQ", "BRANCH_NEQ"]
FIELDS = ["treeids", "nodeids", "featureids", "modes", "values", "truenodeids", "falsenodeids",
          "missing_value_tracks_true"]


class Forest:
    """`weights`: how many targets each leaf has a weight for, or "grouped": each
    tree one target. Values are small whole numbers, so that samples meet them."""

    def __init__(self, rng, trees, features, targets, depth, modes, weights, missing):
        self.rng, self.features, self.targets = rng, features, targets
        self.modes, self.weights, self.missing = modes, weights, missing
        self.nodes = {field: [] for field in FIELDS}
        self.leaves = {field: [] for field in ["treeids", "nodeids", "ids", "weights"]}
        for tree in range(trees):
            self.count = 0
            self._grow(tree, depth, depth)

    def _grow(self, tree, depth, rest):
        own, self.count = self.count, self.count + 1
        at = len(self.nodes["modes"])
        for field in FIELDS:
            self.nodes[field].append(0)
        self.nodes["treeids"][at], self.nodes["nodeids"][at] = tree, own
        if rest == 0 or (rest < depth and self.rng.random() < 0.25):
            self.nodes["modes"][at] = "LEAF"
            self._add_weights(tree, own)
            return own
        self.nodes["modes"][at] = str(self.rng.choice(self.modes))
        self.nodes["featureids"][at] = int(self.rng.integers(self.features))
        self.nodes["values"][at] = float(self.rng.integers(-2, 3))
        self.nodes["missing_value_tracks_true"][at] = int(self.missing and self.rng.random() < 0.5)
        self.nodes["truenodeids"][at] = self._grow(tree, depth, rest - 1)
        self.nodes["falsenodeids"][at] = self._grow(tree, depth, rest - 1)
        return own

    def _add_weights(self, tree, node):
        targets = ([tree % self.targets] if self.weights == "grouped"
                   else self.rng.permutation(self.targets)[:self.weights])
        for target in targets:
            for field, value in [("treeids", tree), ("nodeids", node), ("ids", int(target)),
                                 ("weights", float(np.float32(self.rng.normal())))]:
                self.leaves[field].append(value)

    def _node(self, operator, role, outputs, **attributes):
        return helper.make_node(
            operator, ["x"], outputs, domain=DOMAIN,
            **{f"nodes_{field}": values for field, values in self.nodes.items()},
            **{f"{role}_{field}": values for field, values in self.leaves.items()}, **attributes)

    def regressor(self, output, **attributes):
        return self._node("TreeEnsembleRegressor", "target", [output], n_targets=self.targets,
                          **attributes)

    def classifier(self, outputs, **attributes):
        return self._node("TreeEnsembleClassifier", "class", outputs, **attributes)

    def of_one_class(self, number):
        """Leaves have weights for one class alone."""
        self.leaves["ids"] = [number] * len(self.leaves["ids"])
        return self

    def all_equal(self, weight):
        """Each leaf's weight the same."""
        self.leaves["weights"] = [weight] * len(self.leaves["weights"])
        return self

    def shares(self, samples):
        """Weights as a tree's leaf has them that counts samples."""
        self.leaves["weights"] = [float(np.float32(self.rng.integers(1, 256) / samples))
                                  for _ in self.leaves["weights"]]
        return self

    def positive(self, scale):
        self.leaves["weights"] = [abs(weight) * scale for weight in self.leaves["weights"]]
        return self


def samples(rng, count, features, missing, dtype=np.float32):
    """Whole numbers and halves between, some of them missing."""
    x = rng.integers(-3, 4, (count, features)) + rng.choice([0, 0, 0.5], (count, features))
    if missing:
        x[rng.random(x.shape) < 0.2] = np.nan
        x[0, 0], x[1, 0] = np.inf, -np.inf
    return x.astype(dtype)
