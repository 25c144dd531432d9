#!/usr/bin/env python3
"""Networks that `dlc quantize` makes, in onnxruntime and in dlc.

    check_networks.py --dlc build/bin/dlc --work build/w

The result is valid ONNX with the names of the float network, leaves nothing in floats,
gives the same in onnxruntime and in dlc within one step of its output, exactly what its
definition in real numbers gives, and is as near to the float network as the report says.
"""

import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

TESTS = Path(__file__).resolve().parents[2]
sys.path += [str(TESTS / "models"), str(TESTS / "e2e" / "quantised_networks")]

import exact_graph  # noqa: E402
import networks  # noqa: E402
import quantiser  # noqa: E402
from graph_builder import smooth_image  # noqa: E402

FEW = 4
# Below what the methods reach on these, far above what a wrong scale gives.
LEAST_DECIBELS = {"mobilenet": 22, "resnet": 25, "branches": 25, "dense": 25, "normalised": 20}


def float_model(nodes, inputs, constants, output):
    tensors = [numpy_helper.from_array(value.astype(np.float32), name)
               for name, value in constants.items()]
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes, "net", [value("x", TensorProto.FLOAT, inputs)],
        [value("y", TensorProto.FLOAT, output)], tensors)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def dense():
    """Products with a bias behind them, as Keras writes a dense layer."""
    r = np.random.default_rng(4)
    node = helper.make_node
    return float_model(
        [node("MatMul", ["x", "w"], ["m"], "product"), node("Add", ["m", "b"], ["a"], "bias"),
         node("Relu", ["a"], ["r"], "relu"),
         node("Gemm", ["r", "v", "c"], ["y"], "last", transB=1)],
        (1, 24), {"w": r.standard_normal((24, 32)), "b": r.standard_normal(32),
                  "v": r.standard_normal((10, 32)), "c": r.standard_normal(10)}, (1, 10))


def normalised():
    """Normalisations that are part of weights, and one that is not; weights that two
    nodes share."""
    r = np.random.default_rng(6)
    node = helper.make_node
    norm = {name: np.abs(r.standard_normal(8)) + 0.3 for name in ("g", "b", "m", "v")}
    return float_model(
        [node("Conv", ["x", "w"], ["c0"], "first", pads=[1, 1, 1, 1]),
         node("BatchNormalization", ["c0", "g", "b", "m", "v"], ["n0"], "norm"),
         node("Relu", ["n0"], ["r0"], "relu"),
         node("Conv", ["r0", "u"], ["c1"], "second", pads=[1, 1, 1, 1]),
         node("Conv", ["c1", "u"], ["c2"], "third", pads=[1, 1, 1, 1]),
         node("Add", ["c2", "r0"], ["s"], "sum"),
         node("Clip", ["s", "", "six"], ["k"], "clip"),
         node("GlobalAveragePool", ["k"], ["p"], "pool"),
         node("Flatten", ["p"], ["y"], "flat")],
        (1, 3, 12, 12), {"w": r.standard_normal((8, 3, 3, 3)) / 5,
                         "u": r.standard_normal((8, 8, 3, 3)) / 9, **norm,
                         "six": np.array(6)}, (1, 8))


def of_builder(network):
    def make():
        builder, output = network()
        return builder.model(output)
    make.__name__ = network.__name__
    return make


NETWORKS = [*map(of_builder, networks.NETWORKS), dense, normalised]


def samples_of(model, count):
    shape = [d.dim_value for d in model.graph.input[0].type.tensor_type.shape.dim]
    random = np.random.default_rng(3)
    if len(shape) == 4:
        return [smooth_image(random, shape) for _ in range(count)]
    return [random.standard_normal(shape).astype(np.float32) for _ in range(count)]


def lost_names(float_network, made):
    """But for a convolution's own result where the normalisation behind it is part of it."""
    folded = {node.name for node in float_network.graph.node
              if node.op_type == "BatchNormalization"}
    inputs = {node.input[0] for node in float_network.graph.node if node.name in folded}
    return quantiser.names(float_network) - quantiser.names(made) - folded - inputs


def step_of_output(made):
    """Of the last result; where a product leaves it in floats, what steps of a few of the
    product's elements make of it: means that lie between two integers, to onnxruntime's
    float32 on one side or the other."""
    last = made.graph.node[-1]
    step = quantiser.scale_of(made, made.graph.output[0].name)
    if step or last.op_type not in ("Gemm", "MatMul"):
        return step
    [weights] = [node for node in made.graph.node if last.input[1] in node.output]
    tensors = {t.name: numpy_helper.to_array(t) for t in made.graph.initializer}
    stored, scale = (tensors[name] for name in weights.input[:2])
    return FEW * quantiser.scale_of(made, last.input[0]) * float(np.abs(stored).max() * np.max(scale))


def check(make, options):
    """What is wrong with a network; nothing where all is well."""
    name, folder = make.__name__, options.work / make.__name__
    folder.mkdir(parents=True, exist_ok=True)
    source, result = folder / "float.onnx", folder / "model.onnx"
    model = make()
    onnx.save(model, source)
    samples = samples_of(model, 8)
    np.savez_compressed(folder / "data.npz", x=np.concatenate(samples))
    report = quantiser.quantise(options.dlc, source, folder / "data.npz", result)
    made = quantiser.load(result)
    lost = lost_names(model, made)
    if lost:
        return f"names are lost: {sorted(lost)}"
    strict = subprocess.run([options.dlc, result, "--target=cortex-m4", "--strict-int",
                             "--emit=nn", "-o", folder / "net.mlir"],
                            capture_output=True, text=True, check=False)
    if strict.returncode:
        return strict.stderr
    exact = [exact_graph.evaluate(made, sample).astype(np.float32) for sample in samples]
    reached = quantiser.decibels(quantiser.run(source, samples), exact)
    said = report["outputs"][0]["signal_to_noise_db"]
    if abs(reached - said) > 0.5:
        return f"the report says {said:.1f} dB, its definition gives {reached:.1f}"
    if reached < LEAST_DECIBELS[name]:
        return f"signal to noise is {reached:.1f} dB"
    outputs = quantiser.run(result, samples)
    step, largest = step_of_output(made), max(np.abs(y).max() for y in exact)
    if max(np.abs(a - b).max() for a, b in zip(exact, outputs)) > 1.001 * step + 1e-5 * largest:
        return "onnxruntime is more than one step away from the definition"
    quantiser.write_sets(folder / "sets", samples[:3], exact)
    good, text = quantiser.agrees(options.dlc, result, folder / "sets", 1e-5 * largest, largest)
    return "" if good else text


def main():
    options = quantiser.arguments(__doc__)
    wrong = 0
    for make in NETWORKS:
        problem = check(make, options)
        wrong += bool(problem)
        print(f"{make.__name__}: {problem or 'right'}", flush=True)
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
