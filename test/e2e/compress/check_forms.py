#!/usr/bin/env python3
"""Weights are in the form that `dlc compress --layers` asks for, and the network is the same but
for them.

    check_forms.py --dlc build/bin/dlc --work build/w

Four random layers: a convolution with strides and padding, a depthwise one, MatMul with Add,
and Gemm.
"""

import sys

import compressor
import quantiser

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

LAYERS = {"conv": "conv.w", "depthwise": "dw.w", "product": "product.w", "gemm": "gemm.w"}
FORMS = ["code:2.5", "round:4", "round:2", "round:e4m3", "cluster:16", "cluster:4:rows", "prune:50%",
         "prune:50%:1x4", "prune:50%:4x1", "prune:50%+cluster:16", "prune:50%+round:3", "shrink:50%"]


def network():
    random = np.random.default_rng(7)
    tensors = []

    def tensor(name, *shape, scale=1.0):
        value = random.standard_normal(shape) * scale
        tensors.append(numpy_helper.from_array(value.astype(np.float32), name))
        return name

    nodes = [
        helper.make_node("Conv", ["x", tensor("conv.w", 8, 4, 3, 3, scale=0.3)], ["a"], "conv",
                         strides=[2, 1], pads=[1, 0, 0, 1]),
        helper.make_node("Relu", ["a"], ["b"], "relu"),
        helper.make_node("Conv", ["b", tensor("dw.w", 8, 1, 3, 3, scale=0.5), tensor("dw.b", 8)],
                         ["c"], "depthwise", group=8),
        helper.make_node("Flatten", ["c"], ["d"], "flatten"),
        helper.make_node("MatMul", ["d", tensor("product.w", 96, 16, scale=0.1)], ["e"],
                         "product"),
        helper.make_node("Add", [tensor("product.b", 16), "e"], ["f"], "sum"),
        helper.make_node("Gemm", ["f", tensor("gemm.w", 16, 12, scale=0.3)], ["y"], "gemm")]
    value = helper.make_tensor_value_info
    graph = helper.make_graph(nodes, "net", [value("x", TensorProto.FLOAT, [1, 4, 10, 7])],
                              [value("y", TensorProto.FLOAT, [1, 12])], tensors)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def by_results(name, weights):
    """[results, channels, taps]"""
    if name in ("product", "gemm"):
        weights = weights.T
    return weights.reshape(len(weights), weights.shape[1], -1)


def on_minifloat(values, exponent, mantissa):
    bias = 2 ** (exponent - 1) - 1
    top = (2 - 2.0 ** -mantissa) * 2.0 ** (2 ** exponent - 1 - bias)
    # A power of 2 for the tensor brings its largest number to just below the top.
    scale = 2.0 ** np.ceil(np.log2(np.abs(values).max() / top))
    for one in (scale, scale / 2, scale * 2):
        part = np.abs(values / one)
        exponents = np.maximum(np.floor(np.log2(np.maximum(part, 1e-300))), 1 - bias)
        steps = part / 2.0 ** (exponents - mantissa)
        if part.max() <= top and np.array_equal(steps, np.round(steps)):
            return True
    return False


def wrong(form, rows):
    """What is wrong with weights of a form; nothing where all is well."""
    if form.startswith("prune"):
        zeros = np.mean(rows == 0)
        if abs(zeros - 0.5) > 0.01 and "+" not in form:
            return f"{100 * zeros:.1f}% are zero"
        if zeros < 0.49:
            return f"only {100 * zeros:.1f}% are zero"
    if form.endswith("1x4"):
        blocks = (rows == 0).reshape(len(rows), -1, 4, rows.shape[2])
        return "" if np.all(blocks.all(2) == blocks.any(2)) else "blocks are not whole"
    if form.endswith("4x1"):
        blocks = (rows == 0).reshape(-1, 4, *rows.shape[1:])
        return "" if np.all(blocks.all(1) == blocks.any(1)) else "blocks are not whole"
    last = form.split("+")[-1]
    if last == "round:e4m3":
        return "" if on_minifloat(rows.astype(np.float64), 4, 3) else "they are no floats e4m3"
    if last == "code:2.5":
        steps = np.diff(np.unique(rows).astype(np.float64))
        integers = np.round(rows / steps.min())
        shares = np.unique(integers, return_counts=True)[1] / integers.size
        information = -(shares * np.log2(shares)).sum()
        if not np.allclose(rows, integers * steps.min(), rtol=1e-5):
            return "they are not integers of one step"
        return f"they have {information} bits" if abs(information - 2.5) > 0.3 else ""
    if last == "cluster:16" and len(np.unique(rows)) > 16:
        return f"there are {len(np.unique(rows))} values"
    if last == "cluster:4:rows" and max(len(np.unique(row)) for row in rows) > 4:
        return "a row has more than 4 values"
    if last in ("round:2", "round:3", "round:4"):
        most = 2 ** int(last[-1])
        for row in rows:
            values = np.unique(row).astype(np.float64)
            if not values.any():
                continue
            steps = values / np.min(np.abs(values[values != 0]))
            # The least number may be a multiple of the scale.
            if len(values) > most or not any(
                    np.allclose(k * steps, np.round(k * steps), atol=1e-4)
                    for k in range(1, most)):
                return f"a row has the values {values}"
    if last == "shrink:50%":
        unread = np.all(rows == 0, axis=(0, 2))
        return "" if unread.sum() == len(unread) // 2 else f"{unread.sum()} channels are not read"
    return ""


def check(options, source, data, samples, form):
    """What is wrong with one form; nothing where all is well."""
    # Its results have one channel each.
    keep = ["--layers=depthwise=keep"] if "1x4" in form or "shrink" in form else []
    result = options.work / "made.onnx"
    report = compressor.compress(options.dlc, source, data, result, *keep, f"--layers=*={form}",
                                 "--max-drop=100")
    made, model = quantiser.load(result), onnx.load(source)
    if [(n.name, n.op_type) for n in made.graph.node] != [
            (n.name, n.op_type) for n in model.graph.node]:
        return "nodes are others"
    if quantiser.names(model) - quantiser.names(made):
        return "names are lost"
    before = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
    after = compressor.tensors(result)
    for layer, name in LAYERS.items():
        if layer == "depthwise" and keep:
            if not np.array_equal(before[name], after[name]):
                return "a layer that is kept has changed"
            continue
        problem = wrong(form, by_results(layer, after[name]))
        if problem:
            return f"{layer}: {problem}"
    found = quantiser.decibels(quantiser.run(source, samples), quantiser.run(result, samples))
    if abs(found - report["signal_to_noise_db"]) > 0.05:
        return f"the report says {report['signal_to_noise_db']} dB, onnxruntime {found}"
    least = 1 if "2" in form else 4
    return f"signal to noise is {found:.1f} dB" if found < least else ""


def check_ranks(options, source, data, samples):
    """A convolution and two products become two each; at high rank little is lost."""
    result = options.work / "ranks.onnx"
    report = compressor.compress(options.dlc, source, data, result, "--layers=depthwise=keep",
                                 "--layers=conv=factorise:7", "--layers=*=factorise:11",
                                 "--max-drop=100")
    shapes = {name: array.shape for name, array in compressor.tensors(result).items()}
    wanted = {"conv.w": (8, 7, 1, 1), "conv.w_first": (7, 4, 3, 3), "product.w": (11, 16),
              "product.w_first": (96, 11), "gemm.w": (11, 12), "gemm.w_first": (16, 11)}
    if any(shapes.get(name) != shape for name, shape in wanted.items()):
        return f"shapes are {shapes}"
    found = quantiser.decibels(quantiser.run(source, samples), quantiser.run(result, samples))
    if abs(found - report["signal_to_noise_db"]) > 0.05 or found < 6:
        return f"the report says {report['signal_to_noise_db']} dB, onnxruntime {found}"
    return ""


def check_sides(options, source, data, samples):
    """A convolution with strides and a rim becomes a column and a row."""
    result = options.work / "sides.onnx"
    report = compressor.compress(options.dlc, source, data, result, "--layers=conv=factorise:11:sides",
                                 "--layers=*=keep", "--max-drop=100")
    shapes = {name: array.shape for name, array in compressor.tensors(result).items()}
    wanted = {"conv.w": (8, 11, 1, 3), "conv.w_first": (11, 4, 3, 1)}
    if any(shapes.get(name) != shape for name, shape in wanted.items()):
        return f"shapes are {shapes}"
    found = quantiser.decibels(quantiser.run(source, samples), quantiser.run(result, samples))
    if abs(found - report["signal_to_noise_db"]) > 0.05 or found < 12:
        return f"the report says {report['signal_to_noise_db']} dB, onnxruntime {found}"
    return ""


def main():
    options = quantiser.arguments(__doc__)
    source, data = options.work / "float.onnx", options.work / "x.npy"
    onnx.save(network(), source)
    random = np.random.default_rng(3)
    x = random.standard_normal((256, 1, 4, 10, 7)).astype(np.float32)
    np.save(data, x)
    judged = list(x[1::2])
    problems = {form: check(options, source, data, judged, form) for form in FORMS}
    problems["factorise"] = check_ranks(options, source, data, judged)
    problems["sides"] = check_sides(options, source, data, judged)
    for form, problem in problems.items():
        print(f"{form}: {problem or 'right'}")
    return int(any(problems.values()))


if __name__ == "__main__":
    sys.exit(main())
