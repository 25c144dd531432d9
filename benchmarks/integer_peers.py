#!/usr/bin/env python3
"""int8 networks on this machine beside XNNPACK, OpenVINO and onnxruntime, one thread.

    python3 -m venv build/peers
    build/peers/bin/pip install onnx onnxruntime numpy -r benchmarks/figures/requirements.txt
    build/peers/bin/python benchmarks/integer_peers.py --build build [--write]

All run in one process in turn, the least of many batches counts. OpenVINO and onnxruntime
have each network with activations of int8 and of uint8, the same integers but for 128, and
the faster copy counts; XNNPACK, by way of LiteRT, has int8: its uint8 knows no scales for
channels. dlc has the network as it is.
"""

import argparse
import ctypes
import datetime
import logging
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

import measure
import peers
import tflite_model
from compiled_network import CompiledNetwork, load_test_set
from results import Report, write_section

GOAL, PEAK_GOAL = 0.7, 0.75
NETWORKS = ("ad01_int8", "kws_int8", "resnet8_int8", "vww_int8", "mobilenet_v2_int8")


def quantised_mobilenet(build):
    """mobilenet_v2 by onnxruntime's quantiser: int8, a scale for each channel."""
    folder = build / "networks" / "mobilenet_v2_int8"
    if (folder / "model.onnx").exists():
        return folder
    from graph_builder import smooth_image  # noqa: PLC0415
    from onnxruntime.quantization import (  # noqa: PLC0415
        CalibrationDataReader, QuantFormat, QuantType, quantize_static)
    import onnxruntime  # noqa: PLC0415
    source = measure.locate("mobilenet_v2", build / "networks") / "model.onnx"
    random = np.random.default_rng(3)
    images = [smooth_image(random, (1, 3, 224, 224)) for _ in range(4)]

    class Images(CalibrationDataReader):
        left = iter([{"x": image} for image in images])

        def get_next(self):
            return next(self.left, None)

    logging.disable(logging.WARNING)
    data = folder / "test_data_set_0"
    data.mkdir(parents=True)
    quantize_static(source, folder / "made.onnx", Images(), quant_format=QuantFormat.QDQ,
                    activation_type=QuantType.QInt8, weight_type=QuantType.QInt8,
                    per_channel=True)
    session = onnxruntime.InferenceSession(folder / "made.onnx")
    [result] = session.run(None, {"x": images[0]})
    for kind, array in (("input", images[0]), ("output", result)):
        (data / f"{kind}_0.pb").write_bytes(numpy_helper.from_array(array).SerializeToString())
    (folder / "made.onnx").rename(folder / "model.onnx")
    return folder


def unsigned_twin(model):
    """The same network with activations of uint8: 128 more in all of them."""
    twin = onnx.ModelProto()
    twin.CopyFrom(model)
    graph = twin.graph
    constants = {t.name: numpy_helper.to_array(t) for t in graph.initializer}
    made = {}

    def moved(name):
        if name not in made:
            made[name] = f"{name}_unsigned"
            value = (constants[name].astype(np.int16) + 128).astype(np.uint8)
            graph.initializer.append(numpy_helper.from_array(value, made[name]))
        return made[name]

    for node in graph.node:
        if node.op_type == "QuantizeLinear" or (
                node.op_type == "DequantizeLinear" and node.input[0] not in constants):
            node.input[2] = moved(node.input[2])
    for value in [*graph.input, *graph.output]:
        kind = value.type.tensor_type
        if kind.elem_type == TensorProto.INT8:
            kind.elem_type = TensorProto.UINT8
    del graph.value_info[:]
    return twin


def as_unsigned(array):
    return (array.astype(np.int16) + 128).astype(np.uint8) if array.dtype == np.int8 else array


def difference(output, reference):
    """The largest, of integers in steps."""
    output, reference = (as_unsigned(a).astype(np.float64).ravel() for a in (output, reference))
    return np.abs(output - reference).max()


class Session:
    """What opens networks in every runtime."""

    def __init__(self, native, arguments):
        self.native, self.arguments = native, arguments
        self.openvino = peers.OpenVino(native)

    def ours(self, model, work, inputs, references):
        compiled = CompiledNetwork(self.arguments.dlc, model, work / "dlc")
        compiled.run(inputs, references)
        network = measure.bind_network(compiled, inputs, references)
        return peers.of_library(self.native, "dlc", self.native.library.call_network,
                                ctypes.byref(network),
                                lambda: compiled.run(inputs, references)[0]), network

    def sides(self, name, folder, work):
        inputs, references = load_test_set(folder)
        work.mkdir(parents=True, exist_ok=True)
        ours, kept = self.ours(folder / "model.onnx", work, inputs, references)
        sides, keep = [("dlc", "", ours)], [kept]
        model = onnx.load(folder / "model.onnx")
        for kind, made in (("int8", model), ("uint8", unsigned_twin(model))):
            path = work / f"{kind}.onnx"
            onnx.save(made, path)
            data, wanted = inputs, references
            if kind == "uint8":
                data, wanted = map(lambda all: [as_unsigned(a) for a in all], (data, wanted))
            try:
                sides.append(("OpenVINO", kind, self.openvino.open(
                    path, np.ascontiguousarray(data[0]), wanted[0])))
            except RuntimeError as error:
                print(error, file=sys.stderr)
            peer = measure.open_peer(self.native, path, data, wanted)
            keep.append(peer)
            result = peer.keep_alive[1][-1]
            sides.append(("onnxruntime", kind, peers.of_library(
                self.native, "onnxruntime", self.native.library.call_peer, ctypes.byref(peer),
                lambda result=result: result)))
        path = work / "model.tflite"
        path.write_bytes(tflite_model.convert(model))
        data = inputs[0]
        if data.dtype == np.float32 and data.ndim == 4:
            data = data.transpose(0, 2, 3, 1)
        sides.append(("XNNPACK", "int8", peers.lite_rt(path, np.ascontiguousarray(data))))
        return sides, references[0], keep


def microseconds(seconds):
    return f"{seconds * 1e6:.1f}" if seconds else "refused"


def compare(report, session, arguments):
    report.table("network", "dlc", "XNNPACK", "OpenVINO, int8", "uint8", "onnxruntime, int8",
                 "uint8", "dlc to the best", "reached", "largest difference of a peer")
    for name in arguments.only or NETWORKS:
        folder = (quantised_mobilenet(arguments.build) if name == "mobilenet_v2_int8"
                  else measure.MODELS / name)
        sides, reference, _keep = session.sides(
            name, folder, arguments.build / "benchmarks" / f"peers-{name}")
        peers.in_turn([side for _, _, side in sides], arguments.seconds)
        best = {(tool, kind): side.best for tool, kind, side in sides}
        off = max(difference(side.output(), reference) for _, _, side in sides[1:])
        ratio = best["dlc", ""] / min(side.best for _, _, side in sides[1:])
        report.row(name, *(microseconds(best.get(key)) for key in (
            ("dlc", ""), ("XNNPACK", "int8"), ("OpenVINO", "int8"), ("OpenVINO", "uint8"),
            ("onnxruntime", "int8"), ("onnxruntime", "uint8"))),
            f"{ratio:.2f}", report.reached(ratio, GOAL), f"{off:.2g}")


def product(size):
    random = np.random.default_rng(1)
    weights = random.integers(-127, 128, (size, size), np.int8)
    scale, zero = np.float32(0.01), np.int8(3)
    constants = {"w": weights, "s": scale, "z": zero, "none": np.int8(0),
                 "t": np.float32(0.9)}
    node = helper.make_node("QLinearMatMul", ["x", "s", "z", "w", "s", "none", "t", "z"], ["y"])
    values = [helper.make_tensor_value_info(n, TensorProto.INT8, [size, size]) for n in "xy"]
    graph = helper.make_graph([node], "product", values[:1], values[1:],
                              [numpy_helper.from_array(np.asarray(v), k)
                               for k, v in constants.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return model, random.integers(-128, 128, (size, size), np.int8)


def share_of_peak(report, session, arguments, size=512):
    peak = session.native.library.measure_dot_peak(ctypes.c_double(0.5))
    if not peak:
        return
    work = arguments.build / "benchmarks" / "peers-product"
    work.mkdir(parents=True, exist_ok=True)
    model, data = product(size)
    onnx.save(model, work / "model.onnx")
    ours, _keep = session.ours(work / "model.onnx", work, [data], [data])
    peers.in_turn([ours], arguments.seconds)
    peak = max(peak, session.native.library.measure_dot_peak(ctypes.c_double(0.5)))
    share = size ** 3 / ours.best / peak
    report.line()
    report.line(f"Product of {size} x {size} x {size} bytes: {microseconds(ours.best)} us, "
                f"{share:.1%} of the peak of VPDPBUSD that was measured beside it "
                f"({peak / 1e9:.0f} G products a second); goal {PEAK_GOAL:.0%}, "
                f"{report.reached(PEAK_GOAL, share)}.")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", type=Path, default=Path("build"))
    parser.add_argument("--dlc", type=Path, help="another than that of the build")
    parser.add_argument("--only", nargs="+", choices=NETWORKS)
    parser.add_argument("--seconds", type=float, default=5.0, help="for each network")
    parser.add_argument("--write", action="store_true", help="write docs/results.md")
    arguments = parser.parse_args()
    arguments.dlc = arguments.dlc or arguments.build / "bin" / "dlc"
    native = measure.Native(arguments.build / "benchmarks")
    report, session = Report(), Session(native, arguments)
    report.line(f"{measure.machine()}; {datetime.date.today()}; `benchmarks/integer_peers.py "
                f"{' '.join(sys.argv[1:])}`. Microseconds, the least of many batches in turn.")
    report.line()
    compare(report, session, arguments)
    share_of_peak(report, session, arguments)
    report.line()
    report.line(f"Goals missed: {report.missed}.")
    if arguments.write:
        write_section("Networks of bytes beside other runtimes on x86-64", report.lines)
    return 0


if __name__ == "__main__":
    sys.exit(main())
