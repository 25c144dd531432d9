#!/usr/bin/env python3
"""Winograd's algorithm as launches of a GPU, beside a plain sum in float64.

    check_winograd.py --dlc build/bin/dlc --runtime libdlc_cuda.a --host x86-64

The driver is found by LD_LIBRARY_PATH. The object has the filter as it is; what a
kernel makes of it when the network is opened, which only this algorithm does, has
the bits of the same sum in numpy's float64.
"""

import argparse
import ctypes
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "models"))

from compiled_network import CompiledNetwork, largest_difference  # noqa: E402

# Channels, features, rows, columns, pads (top, left, bottom, right), residual;
# of halves also the size of the input.
CASES = {
    "whole tiles of 4 x 4": (64, 64, 56, 56, (1, 1, 1, 1), False),
    "tiles of 4 x 4 that the borders cut": (96, 128, 31, 30, (1, 0, 2, 1), False),
    "no padding, features in pairs alone": (64, 130, 45, 47, (0, 0, 0, 0), False),
    "tiles of 2 x 2, the residual in place": (256, 256, 14, 14, (1, 1, 1, 1), True),
}
# In halves: more than 1024 products, which are added up in float32, and values
# near the end of their range, which the transforms must not leave.
HALVES = {
    "halves, borders that cut tiles": (256, 128, 29, 30, (1, 0, 2, 1), False, 1),
    "halves, large values": (256, 128, 14, 14, (1, 1, 1, 1), False, 6000),
}
TOLERANCE = 1e-5  # of an operator
TOLERANCE_OF_HALVES = 1e-2  # of the guide
MOST_BESIDE = 400_000  # bytes of an object beside the filter: PTX and what is small


def direct(x, w, pads):
    """A convolution in [channels][rows][columns], float64."""
    top, left, bottom, right = pads
    padded = np.pad(x, ((0, 0), (top, bottom), (left, right)))
    rows, columns = padded.shape[1] - 2, padded.shape[2] - 2
    return sum(np.einsum("fc,chw->fhw", w[:, :, i, j], padded[:, i:i + rows, j:j + columns])
               for i in range(3) for j in range(3))


def transform(size):
    """G for tiles of `size` x `size` outputs, of the points 0, a, -a, b, -b and infinity."""
    if size == 2:
        return [(1, 0, 0), (0.5, 0.5, 0.5), (0.5, -0.5, 0.5), (0, 0, 1)]
    a, b = 0.625, 1.5
    a2, b2 = a * a, b * b
    at_a, at_b = 2 * a2 * (a2 - b2), 2 * b2 * (b2 - a2)
    return [(1 / (a2 * b2), 0, 0), (1 / at_a, a / at_a, a2 / at_a), (1 / at_a, -a / at_a, a2 / at_a),
            (1 / at_b, b / at_b, b2 / at_b), (1 / at_b, -b / at_b, b2 / at_b), (0, 0, 1)]


def transformed(w, size, element):
    """The filter's matrices, one for each point, each product and sum rounded once."""
    rows = transform(size)
    w = w.astype(np.float64)
    for down in rows:
        for across in rows:
            total = np.zeros(w.shape[:2])
            for i in range(3):
                for j in range(3):
                    total = total + (down[i] * w[:, :, i, j]) * across[j]
            yield total.astype(element)


def made_at_open(compiled, x, y):
    """The bytes of the device's constants that the object does not have."""
    driver = ctypes.CDLL("libcuda.so.1")
    arguments = compiled.bind([x], [y])
    if status := compiled.library.net_open(arguments[-1]):
        raise RuntimeError(f"net_open returned {status}")
    # struct dlc_cuda_state: magic, plan, context, module, stream, graph, memory.
    # struct dlc_cuda_plan: two numbers, three pointers, bytes of the arena, of
    # the weights, and of what is made, which begins at a multiple of 256.
    _, plan, context, _, stream, _, memory = (
        ctypes.c_uint64 * 7).from_address(compiled.arena.ctypes.data)
    _, _, _, _, _, stored, size = (ctypes.c_uint64 * 7).from_address(plan)
    made = np.empty(size, np.uint8)
    driver.cuCtxPushCurrent_v2(ctypes.c_void_p(context))
    source = memory + (stored + 255) // 256 * 256
    status = driver.cuMemcpyDtoHAsync_v2(
        ctypes.c_void_p(made.ctypes.data), ctypes.c_uint64(source), ctypes.c_size_t(size),
        ctypes.c_void_p(stream)) or driver.cuStreamSynchronize(ctypes.c_void_p(stream))
    driver.cuCtxPopCurrent_v2(ctypes.byref(ctypes.c_void_p()))
    compiled.library.net_close(arguments[-1])
    if status:
        raise RuntimeError(f"the driver answered {status}")
    return made


def wrong_filter(made, w, halves):
    """What is wrong with the bits of the matrices, in any order and with zeros between."""
    if not made.size:
        return "Winograd's algorithm is not used"
    element = np.float16 if halves else np.float32
    values = made.view(element)
    size = 2 if halves or values.size < 36 * w[:, :, 0, 0].size else 4
    expected = transformed(w.astype(np.float16) * np.float16(4) if halves else w, size, element)
    for point, (found, wanted) in enumerate(zip(np.split(values, (size + 2) ** 2), expected)):
        if not np.array_equal(np.sort(found[found != 0]), np.sort(wanted[wanted != 0])):
            return f"point {point} of the filter has other bits"
    return ""


def network(case, random):
    """A model, its input, and what comes out. The first convolution puts the
    channels last, as Winograd's has them."""
    channels, features, rows, columns, pads, residual, scale = case
    u = random.standard_normal((channels, 4, 1, 1)).astype(np.float32) / 2
    w = random.standard_normal((features, channels, 3, 3)).astype(np.float32)
    w /= np.float32(3 * channels ** 0.5)
    bias = random.standard_normal(features).astype(np.float32)
    x = random.standard_normal((1, 4, rows, columns)).astype(np.float32) * np.float32(scale)
    z = np.einsum("fc,chw->fhw", u[:, :, 0, 0].astype(np.float64), x[0].astype(np.float64))
    y = direct(z, w.astype(np.float64), pads) + bias[:, None, None]
    y = np.maximum(y + z if residual else y, 0)[None]
    nodes = [helper.make_node("Conv", ["x", "u"], ["z"]),
             helper.make_node("Conv", ["z", "w", "bias"], ["s"], pads=pads)]
    if residual:
        nodes.append(helper.make_node("Add", ["s", "z"], ["t"]))
    nodes.append(helper.make_node("Relu", ["t" if residual else "s"], ["y"]))
    kind = onnx.TensorProto.FLOAT
    graph = helper.make_graph(
        nodes, "net", [helper.make_tensor_value_info("x", kind, x.shape)],
        [helper.make_tensor_value_info("y", kind, y.shape)],
        [numpy_helper.from_array(value, name)
         for name, value in (("u", u), ("w", w), ("bias", bias))])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return model, x, y, w


def problem_of(case, halves, arguments, folder):
    model, x, y, w = network(case, np.random.default_rng(4))
    path = folder / "model.onnx"
    onnx.save_model(model, path)
    options = [f"--host={arguments.host}", *(["--fp16"] if halves else [])]
    compiled = CompiledNetwork(arguments.dlc, path, folder / "net", options,
                               [arguments.runtime], "jetson-tx2")
    if (folder / "net" / "net.o").stat().st_size > w.size * (2 if halves else 4) + MOST_BESIDE:
        return "the object has more than the filter"
    if wrong := wrong_filter(made_at_open(compiled, x, y.astype(np.float32)), w, halves):
        return wrong
    difference = largest_difference(
        compiled.run([x], [y.astype(np.float32)])[0].astype(np.float64), y)
    tolerance = TOLERANCE_OF_HALVES if halves else TOLERANCE
    return "" if difference <= tolerance else f"differs by {difference:.1e}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--dlc", required=True)
    parser.add_argument("--runtime", required=True, help="library of the runtime")
    parser.add_argument("--host", default="x86-64")
    arguments = parser.parse_args()
    wrong = False
    cases = [(name, (*case, 1), False) for name, case in CASES.items()]
    cases += [(name, case, True) for name, case in HALVES.items()]
    for name, case, halves in cases:
        with tempfile.TemporaryDirectory() as folder:
            problem = problem_of(case, halves, arguments, Path(folder))
        print(f"{name}: {problem or 'equal'}")
        wrong |= bool(problem)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
