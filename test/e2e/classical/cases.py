"""Operators of ai.onnx.ml with inputs for which onnxruntime says what they compute."""

from dataclasses import dataclass, field

import numpy as np
import onnx
from forests import DOMAIN, EQUALITIES, ORDERS, Forest, samples
from onnx import TensorProto, helper, numpy_helper

INTEGERS, FLOATS = TensorProto.INT64, TensorProto.FLOAT


@dataclass
class Case:
    name: str
    nodes: list
    feeds: dict
    outputs: dict  # name: element type
    labels: list = field(default_factory=list)  # of outputs that are strings
    tolerance: float = 2e-6
    on_targets: bool = False


def network_of(chosen):
    """One model of cases, whose names are made different, and its inputs."""
    nodes, inputs, outputs, feeds = [], [], [], {}
    for case in chosen:
        prefix = case.name + "_"
        for node in case.nodes:
            own = onnx.NodeProto()
            own.CopyFrom(node)
            own.name = prefix + node.op_type
            own.input[:] = [prefix + name for name in node.input]
            own.output[:] = [prefix + name for name in node.output]
            nodes.append(own)
        for name, value in case.feeds.items():
            kind = helper.np_dtype_to_tensor_dtype(value.dtype)
            inputs.append(helper.make_tensor_value_info(prefix + name, kind, value.shape))
            feeds[prefix + name] = value
        outputs += [onnx.ValueInfoProto(name=prefix + name) if kind is None else
                    helper.make_tensor_value_info(prefix + name, kind, None)
                    for name, kind in case.outputs.items()]
    graph = helper.make_graph(nodes, "classical", inputs, outputs)
    operators = [helper.make_opsetid("", 17), helper.make_opsetid(DOMAIN, 3)]
    return helper.make_model(graph, opset_imports=operators, ir_version=8), feeds


def one(name, operator, x, outputs, **attributes):
    """A case of one node with the inputs x, or x and others."""
    feeds = x if isinstance(x, dict) else {"x": x}
    node = helper.make_node(operator, list(feeds), list(outputs), domain=DOMAIN, **attributes)
    return Case(name, [node], feeds, outputs)


ROWS = np.array([[1, 2], [-1, 0.5], [0.25, -3]], np.float32)
COEFFICIENTS, INTERCEPTS = [0.1, -0.2, 0.3, 0.1, -0.5, 0.25], [0.3, 0.15, -0.2]
TRANSFORMS = ["NONE", "LOGISTIC", "SOFTMAX", "SOFTMAX_ZERO", "PROBIT"]
BOTH = {"y": INTEGERS, "z": FLOATS}


def linear():
    for transform in TRANSFORMS:
        for rows, labels in [(1, [0, 1]), (1, [3, 8]), (2, [0, 1]), (3, [7, 9, 4])]:
            if rows > 1 or transform != "PROBIT":
                yield one(f"linear_{transform}_{rows}_{labels[0]}", "LinearClassifier", ROWS, BOTH,
                          coefficients=COEFFICIENTS[:2 * rows], intercepts=INTERCEPTS[:rows],
                          classlabels_ints=labels, post_transform=transform)
        yield one(f"regression_{transform}", "LinearRegressor", ROWS, {"y": FLOATS}, targets=3,
                  coefficients=COEFFICIENTS, intercepts=INTERCEPTS, post_transform=transform)
    yield one("regression_1", "LinearRegressor", ROWS, {"y": FLOATS}, coefficients=[1.0, -2.0])
    strings = one("linear_strings", "LinearClassifier", ROWS, {"y": TensorProto.STRING, "z": FLOATS},
                  coefficients=COEFFICIENTS, intercepts=INTERCEPTS,
                  classlabels_strings=["one", "two", "three"])
    strings.labels = ["one", "two", "three"]
    yield strings
    node = strings.nodes[0]
    zipped = helper.make_node("ZipMap", ["z"], ["m"], domain=DOMAIN,
                              classlabels_strings=strings.labels)
    yield Case("zip_map", [node, zipped], strings.feeds, {"y": TensorProto.STRING, "m": None},
               strings.labels)


def features():
    whole = np.array([[1, 3], [5, 7]], np.int64)
    holes = np.array([[1, np.nan], [np.nan, 2]], np.float32)
    signs = np.array([[1, -2, 0.5], [-1, -3, -2], [0, 0, 0], [-1, 0, 0]], np.float32)
    y = {"y": FLOATS}
    for norm in ["MAX", "L1", "L2"]:
        yield one(f"normalizer_{norm}", "Normalizer", signs, y, norm=norm)
    for kind in [np.float32, np.float64, np.int64, np.int32]:
        yield one(f"scaler_{kind.__name__}", "Scaler", (8 * ROWS).astype(kind), y,
                  offset=[0.5, 1.0], scale=[2.0, -3.0])
    yield one("scaler_one", "Scaler", ROWS, y, offset=[0.5], scale=[2.0])
    yield one("binarizer", "Binarizer", ROWS, y, threshold=0.25)
    yield one("imputer_nan", "Imputer", holes, y, imputed_value_floats=[7.0, 8.0],
              replaced_value_float=float("nan"))
    yield one("imputer_value", "Imputer", ROWS, y, imputed_value_floats=[7.0],
              replaced_value_float=2.0)
    yield one("imputer_integers", "Imputer", whole, {"y": INTEGERS}, imputed_value_int64s=[7, 9],
              replaced_value_int64=3)
    yield one("extractor", "ArrayFeatureExtractor",
              {"x": signs, "i": np.array([2, 0, 2], np.int64)}, y)
    yield one("extractor_vector", "ArrayFeatureExtractor",
              {"x": signs[0], "i": np.array([[2], [1]], np.int64)}, y)
    yield one("vectorizer", "FeatureVectorizer", {"x": ROWS, "w": signs[:3]}, y,
              inputdimensions=[2, 3])
    yield one("one_hot", "OneHotEncoder", whole, y, cats_int64s=[3, 5, 1])
    yield one("one_hot_floats", "OneHotEncoder", np.array([1.9, 3, 5], np.float32), y,
              cats_int64s=[3, 5, 1], zeros=1)
    yield one("labels_integers", "LabelEncoder", whole, {"y": INTEGERS}, keys_int64s=[5, 1, 2],
              values_int64s=[10, 20, 30], default_int64=-7)
    yield one("labels_run", "LabelEncoder", whole, y, keys_int64s=[2, 3, 4, 5],
              values_floats=[10.0, 20.0, 30.0, 40.0], default_float=2.5)
    yield one("labels_floats", "LabelEncoder", ROWS, {"y": INTEGERS}, keys_floats=[1.0, 2.0, -3.0],
              values_int64s=[10, 20, 30])
    strings = one("labels_strings", "LabelEncoder", whole, {"y": TensorProto.STRING},
                  keys_int64s=[1, 3], values_strings=["one", "three"], default_string="other")
    strings.labels = ["one", "three", "other"]
    yield strings


def trees():
    rng = np.random.default_rng(5)
    number = 0
    for modes in [ORDERS[:1], ORDERS, EQUALITIES, ORDERS + EQUALITIES]:
        for missing in [False, True]:
            for targets, weights in [(1, 1), (3, 3), (3, 2), (3, "grouped")]:
                number += 1
                forest = Forest(rng, int(rng.integers(1, 8)), 4, targets, int(rng.integers(1, 6)),
                                modes, weights, missing)
                attributes = {}
                # onnxruntime leaves them out of targets that no leaf has a weight for.
                if number % 2 and weights == targets:
                    attributes["base_values"] = [0.5, -0.25, 0.125][:targets]
                if targets > 1:
                    attributes["post_transform"] = TRANSFORMS[number % 4]
                attributes["aggregate_function"] = ["SUM", "AVERAGE", "MIN", "MAX"][
                    number % 4 if number % 3 else 0]
                yield Case(f"forest_{number}", [forest.regressor("y", **attributes)],
                           {"x": samples(rng, 40, 4, missing or number % 2)}, {"y": FLOATS})
    # Leaves with one weight each, different or all equal; with a few, or many, of many.
    for targets, weights in [(5, 1), (9, 2), (20, 3), (20, 18)]:
        for modes in [ORDERS, ORDERS + EQUALITIES]:
            number += 1
            forest = Forest(rng, 6, 5, targets, 5, modes, weights, True)
            yield Case(f"forest_{number}", [forest.regressor("y")],
                       {"x": samples(rng, 30, 5, True)}, {"y": FLOATS})
    votes = Forest(rng, 7, 5, 4, 5, ORDERS[:1], 1, False).all_equal(0.125)
    yield Case("forest_votes", [votes.regressor("y")], {"x": samples(rng, 30, 5, True)},
               {"y": FLOATS})
    for samples_of_leaves in [1230, 70000]:  # the latter are no quotients of small numbers
        shares = Forest(rng, 7, 5, 12, 5, ORDERS[:1], 3, False).shares(samples_of_leaves)
        yield Case(f"forest_shares_{samples_of_leaves}", [shares.regressor("y")],
                   {"x": samples(rng, 30, 5, False)}, {"y": FLOATS})
    double = Forest(rng, 5, 6, 2, 4, ORDERS + EQUALITIES, "grouped", False)
    yield Case("forest_double", [double.regressor("y")],
               {"x": samples(rng, 20, 6, False, np.float64)}, {"y": FLOATS})
    large = Forest(rng, 40, 300, 1, 9, ORDERS[:1], 1, False)
    yield Case("forest_large", [large.regressor("y")], {"x": samples(rng, 8, 300, False)},
               {"y": FLOATS}, tolerance=2e-5)


def tree_classifiers():
    rng = np.random.default_rng(6)
    for transform in TRANSFORMS[:4]:
        for classes, weights in [(3, 3), (4, 2)]:
            forest = Forest(rng, 5, 6, classes, 4, ORDERS[:2], weights, False)
            base = {} if classes == 3 else {"base_values": [0.0, 0.1, 0.2, 0.3]}
            node = forest.classifier(["y", "z"], classlabels_int64s=list(range(5, 5 + classes)),
                                     post_transform=transform, **base)
            yield Case(f"trees_{transform}_{classes}", [node], {"x": samples(rng, 40, 6, False)},
                       BOTH)
        for kind in [np.float64, np.int64, np.int32]:
            if transform == "NONE":
                forest = Forest(rng, 5, 6, 3, 4, ORDERS, "grouped", False)
                node = forest.classifier(["y", "z"], classlabels_int64s=[0, 1, 2])
                yield Case(f"trees_{kind.__name__}", [node],
                           {"x": samples(rng, 20, 6, False, kind)}, BOTH)
        for number in [0, 1]:
            for positive in [False, True]:
                forest = Forest(rng, 5, 6, 1, 4, ORDERS[:2], 1, False).of_one_class(number)
                if positive:
                    forest.positive(0.15)
                base = {"base_values": [0.25]} if number == 0 and positive else {}
                node = forest.classifier(["y", "z"], classlabels_int64s=[3, 8],
                                         post_transform=transform, **base)
                yield Case(f"trees_{transform}_{number}_{positive}", [node],
                           {"x": samples(rng, 40, 6, False)}, BOTH)


def machines():
    rng = np.random.default_rng(7)
    x = rng.normal(size=(12, 4)).astype(np.float32)

    def numbers(*shape):
        return [float(v) for v in rng.normal(size=shape).astype(np.float32).ravel()]

    for kernel in ["LINEAR", "POLY", "RBF", "SIGMOID"]:
        parameters = [0.25, 0.5, 3.0]
        yield one(f"svr_{kernel}", "SVMRegressor", x, {"y": FLOATS}, kernel_type=kernel,
                  kernel_params=parameters, n_supports=7, support_vectors=numbers(7, 4),
                  coefficients=numbers(7), rho=[0.3], one_class=0)
        for transform, classes in [("NONE", 3), ("NONE", 2), ("LOGISTIC", 2), ("SOFTMAX", 2),
                                   ("SOFTMAX", 4)]:
            counts = [3, 2, 4, 1][:classes]
            yield one(f"svc_{kernel}_{transform}_{classes}", "SVMClassifier", x, BOTH,
                      kernel_type=kernel, kernel_params=parameters, vectors_per_class=counts,
                      support_vectors=numbers(sum(counts), 4),
                      coefficients=numbers(sum(counts) * (classes - 1)),
                      rho=numbers(classes * (classes - 1) // 2), post_transform=transform,
                      classlabels_ints=[4, 2, 9, 7][:classes])
        for transform, classes in [("NONE", 2), ("NONE", 3), ("NONE", 5), ("SOFTMAX", 3)]:
            counts, pairs = [3, 2, 4, 1, 2][:classes], classes * (classes - 1) // 2
            yield one(f"svc_probabilities_{kernel}_{transform}_{classes}", "SVMClassifier", x, BOTH,
                      kernel_type=kernel, kernel_params=parameters, vectors_per_class=counts,
                      support_vectors=numbers(sum(counts), 4),
                      coefficients=numbers(sum(counts) * (classes - 1)), rho=numbers(pairs),
                      prob_a=[-abs(v) - 0.5 for v in numbers(pairs)], prob_b=numbers(pairs),
                      post_transform=transform, classlabels_ints=[4, 2, 9, 7, 1][:classes])
    yield one("one_class", "SVMRegressor", x, {"y": FLOATS}, kernel_type="RBF",
              kernel_params=[0.25, 0.0, 0.0], n_supports=5, support_vectors=numbers(5, 4),
              coefficients=numbers(5), rho=[0.1], one_class=1)
    yield one("svr_without_vectors", "SVMRegressor", x, {"y": FLOATS}, kernel_type="LINEAR",
              kernel_params=[0.0, 0.0, 0.0], n_supports=0, coefficients=numbers(4), rho=[0.1])


# One of each kind of code, for devices: few, so that they compile soon.
ON_TARGETS = {"linear_LOGISTIC_1_3", "linear_SOFTMAX_ZERO_3_7", "normalizer_L2", "imputer_nan",
              "labels_floats", "labels_run", "labels_strings", "forest_1", "forest_8", "forest_16",
              "forest_24", "forest_27", "forest_32", "forest_votes", "forest_shares_1230",
              "trees_SOFTMAX_3", "trees_LOGISTIC_0_False", "svr_RBF", "svc_POLY_NONE_3", "svc_probabilities_RBF_NONE_3"}


def cases():
    for family in [linear, features, trees, tree_classifiers, machines]:
        for case in family():
            case.on_targets = case.name in ON_TARGETS
            yield case
