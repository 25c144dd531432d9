"""Writes small networks to change: random ones, and one of each kind that those
do not have.

    make_networks.py OUT
"""

import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper, shape_inference

TEST = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TEST / "models"))

from random_networks import RandomNetwork  # noqa: E402

RANDOM = 60
MOST_BYTES = 200_000


def quantised():
    """Conv and Gemm between QuantizeLinear and DequantizeLinear, per channel."""
    numbers = np.random.default_rng(0)
    weights = {
        "x_scale": np.float32(0.05), "x_zero": np.int8(-3),
        "w": numbers.integers(-127, 128, (4, 3, 3, 3)).astype(np.int8),
        "w_scale": np.full(4, 0.01, np.float32), "w_zero": np.zeros(4, np.int8),
        "b": numbers.integers(-999, 999, 4).astype(np.int32),
        "b_scale": np.full(4, 0.0005, np.float32), "b_zero": np.zeros(4, np.int32),
        "y_scale": np.float32(0.1), "y_zero": np.int8(5),
    }
    node = helper.make_node
    nodes = [
        node("QuantizeLinear", ["x", "x_scale", "x_zero"], ["xq"]),
        node("DequantizeLinear", ["xq", "x_scale", "x_zero"], ["xd"]),
        node("DequantizeLinear", ["w", "w_scale", "w_zero"], ["wd"], axis=0),
        node("DequantizeLinear", ["b", "b_scale", "b_zero"], ["bd"], axis=0),
        node("Conv", ["xd", "wd", "bd"], ["c"], pads=[1, 1, 1, 1]),
        node("Relu", ["c"], ["r"]),
        node("QuantizeLinear", ["r", "y_scale", "y_zero"], ["yq"]),
        node("DequantizeLinear", ["yq", "y_scale", "y_zero"], ["yd"]),
        node("GlobalAveragePool", ["yd"], ["p"]),
        node("Flatten", ["p"], ["y"]),
    ]
    return nodes, weights, [1, 3, 6, 6]


def recurrent():
    """LSTM and GRU in both directions, with what they end in."""
    numbers = np.random.default_rng(1)

    def some(*shape):
        return numbers.uniform(-0.5, 0.5, shape).astype(np.float32)

    weights = {"lw": some(2, 12, 4), "lr": some(2, 12, 3), "lb": some(2, 24),
               "gw": some(1, 9, 3), "gr": some(1, 9, 3), "axis": np.array([1], np.int64)}
    node = helper.make_node
    nodes = [
        node("LSTM", ["x", "lw", "lr", "lb"], ["l", "lh", "lc"], hidden_size=3,
             direction="bidirectional"),
        node("ReduceSum", ["l", "axis"], ["s"], keepdims=0),
        node("GRU", ["s", "gw", "gr"], ["g", "y"], hidden_size=3, linear_before_reset=1),
    ]
    return nodes, weights, [5, 2, 4]


def attention():
    """Products of two inputs, a softmax, a layer normalisation."""
    numbers = np.random.default_rng(2)
    weights = {"q": numbers.normal(size=(8, 8)).astype(np.float32),
               "k": numbers.normal(size=(8, 8)).astype(np.float32),
               "scale": np.full(8, 1.5, np.float32), "bias": np.zeros(8, np.float32)}
    node = helper.make_node
    nodes = [
        node("MatMul", ["x", "q"], ["xq"]), node("MatMul", ["x", "k"], ["xk"]),
        node("Transpose", ["xk"], ["xt"], perm=[0, 2, 1]),
        node("MatMul", ["xq", "xt"], ["scores"]),
        node("Softmax", ["scores"], ["weights"], axis=-1),
        node("MatMul", ["weights", "x"], ["mixed"]),
        node("Add", ["mixed", "x"], ["sum"]),
        node("LayerNormalization", ["sum", "scale", "bias"], ["y"], axis=-1),
    ]
    return nodes, weights, [1, 5, 8]


def model_of(nodes, weights, shape):
    graph = helper.make_graph(
        nodes, "network", [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in weights.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return shape_inference.infer_shapes(model, check_type=True, strict_mode=True)


def main():
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    for build in (quantised, recurrent, attention):
        model = model_of(*build())
        onnx.save(model, out / f"{build.__name__}.onnx")
    for seed in range(RANDOM):
        model = RandomNetwork(seed).model()
        if model.ByteSize() <= MOST_BYTES:
            onnx.save(model, out / f"random{seed}.onnx")


if __name__ == "__main__":
    main()
