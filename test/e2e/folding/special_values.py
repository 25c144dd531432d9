"""Rewrites that infinities, NaNs, signs of zeros or exact cancellation would show."""

import numpy as np
import onnx
from onnx import helper, numpy_helper

INF, NAN = np.float32("inf"), np.float32("nan")


def model():
    """The model, its inputs, and its outputs by the definitions in float32."""
    nodes, constants = [], []

    def constant(name, array):
        constants.append(numpy_helper.from_array(np.asarray(array), name))

    def node(op, inputs, output, **attributes):
        nodes.append(helper.make_node(op, inputs, [output], name=f"{op}_{output}", **attributes))

    rng = np.random.default_rng(9)
    left = rng.uniform(-3, 3, (8, 4)).astype(np.float32)
    rows = np.array([[-INF, -INF, -INF], [1, INF, 2], [-INF, 3, 3], [NAN, 0, 1], [88, 89, 90]], np.float32)
    x = np.array([-INF, -2, -0.0, 0.0, 4, INF, NAN], np.float32)
    constant("axes", np.array([1], np.int64))
    constant("half", np.float32(0.5))
    constant("zero", np.float32(0))
    constant("one", np.float32(1))
    constant("inf", INF)
    # Of equal numbers: each product is rounded, so that the difference is 0.
    node("Mul", ["left", "left"], "left_square")
    node("Mul", ["right", "right"], "right_square")
    node("Sub", ["left_square", "right_square"], "difference")
    node("Sqrt", ["difference"], "distance")
    node("ReduceLogSumExp", ["rows", "axes"], "log_sum", keepdims=0)
    node("Pow", ["x", "half"], "root")
    node("Add", ["x", "zero"], "plus_zero")
    node("Div", ["one", "plus_zero"], "inverse")
    node("Relu", ["x"], "positive")
    node("Max", ["positive", "inf"], "at_least_inf")
    with np.errstate(all="ignore"):
        outputs = {
            "distance": np.zeros((8, 4), np.float32),
            "log_sum": np.array([-INF, INF, np.log(2) + 3, NAN, 90 + np.log1p(np.exp(-1) + np.exp(-2))], np.float32),
            "root": np.array([INF, NAN, 0, 0, 2, INF, NAN], np.float32),
            "inverse": np.array([-0.0, -0.5, INF, INF, 0.25, 0, NAN], np.float32),
            "at_least_inf": np.array([INF] * 6 + [NAN], np.float32),
        }
    info = lambda name, array: helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, array.shape)
    inputs = {"left": left, "right": left.copy(), "rows": rows, "x": x}
    graph = helper.make_graph(nodes, "special", [info(*i) for i in inputs.items()],
                              [info(*o) for o in outputs.items()], constants)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.checker.check_model(made)
    return made, inputs, outputs
