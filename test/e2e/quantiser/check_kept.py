#!/usr/bin/env python3
"""Layers that `dlc quantize --max-drop` keeps in floats or 16 bits.

    check_kept.py --dlc build/bin/dlc --work build/w

Four products of random weights, rounded to nearest in 4 bits, give many samples another
class than the float network.
"""

import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

import quantiser

WIDTH, SAMPLES = 16, 64


def network():
    random = np.random.default_rng(8)
    nodes, tensors, x = [], [], "x"
    for i in range(4):
        weights = random.standard_normal((WIDTH, WIDTH)) / np.sqrt(WIDTH / 2)
        for kind, value in (("w", weights), ("b", random.standard_normal(WIDTH) / 4)):
            tensors.append(numpy_helper.from_array(value.astype(np.float32), f"{kind}{i}"))
        nodes.append(helper.make_node("Gemm", [x, f"w{i}", f"b{i}"],
                                      [f"g{i}" if i < 3 else "y"], f"gemm{i}"))
        if i < 3:
            nodes.append(helper.make_node("Relu", [f"g{i}"], [f"r{i}"], f"relu{i}"))
            x = f"r{i}"
    value = helper.make_tensor_value_info
    graph = helper.make_graph(nodes, "net", [value("x", TensorProto.FLOAT, [1, WIDTH])],
                              [value("y", TensorProto.FLOAT, [1, WIDTH])], tensors)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def classes(model, samples):
    return [y.argmax() for y in quantiser.run(model, samples)]


def changed(source, result, samples):
    """Points of 100."""
    pairs = zip(classes(source, samples), classes(result, samples))
    return 100 * np.mean([a != b for a, b in pairs])


def check(options, kept, samples):
    """What is wrong with one way to keep layers; nothing where all is well."""
    source, data = options.work / "source.onnx", options.work / "x.npy"
    result = options.work / f"{kept}.onnx"
    common = ["--weights=int4", "--nearest", "--calibrate=min-max"]
    quantiser.quantise(options.dlc, source, data, result, *common)
    lost = changed(source, result, samples)
    most = lost / 2
    report = quantiser.quantise(options.dlc, source, data, result, *common,
                                f"--max-drop={most}", f"--keep={kept}")
    made = quantiser.load(result)
    found, rows = changed(source, result, samples), report["sensitivity"]
    names = [row["name"] for row in rows if row["kept"]]
    print(f"--keep={kept}: {found:.2f} points are lost in place of {lost:.2f}, kept {names}")
    if lost < 4:
        return "rounding to nearest loses too little to test"
    if found > most:
        return f"--max-drop={most} loses {found}"
    gains = [row["gain_db"] for row in rows]
    if len(rows) != 4 or gains != sorted(gains, reverse=True) or names != [
            row["name"] for row in rows[:len(names)]] or not names:
        return f"sensitivities are {rows}"
    wanted = {"float": "float32", "int16": "int16, weights int8"}[kept]
    types = {row["name"]: row["type"] for row in report["layers"]}
    if any(types[name] != wanted for name in names):
        return f"types are {types}"
    stored = {t.name: t.data_type for t in made.graph.initializer}
    weights = {"float": ("w{}", TensorProto.FLOAT), "int16": ("w{}_quantized", TensorProto.INT8)}
    form, data_type = weights[kept]
    if any(stored.get(form.format(name[-1])) != data_type for name in names):
        return f"initializers are {stored}"
    if kept == "int16" and TensorProto.INT16 not in stored.values():
        return "nothing has 16 bits"
    return ""


def main():
    options = quantiser.arguments(__doc__)
    random = np.random.default_rng(5)
    samples = [random.standard_normal((1, WIDTH)).astype(np.float32) for _ in range(SAMPLES)]
    onnx.save(network(), options.work / "source.onnx")
    np.save(options.work / "x.npy", np.concatenate(samples))
    problems = [check(options, kept, samples) for kept in ("float", "int16")]
    for problem in filter(None, problems):
        print(problem)
    return int(any(problems))


if __name__ == "__main__":
    sys.exit(main())
