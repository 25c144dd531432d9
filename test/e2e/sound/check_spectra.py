#!/usr/bin/env python3
"""Networks that compute features by nodes of their own answer what these are defined to.

    check_spectra.py cortex-m4 --dlc build/bin/dlc --work build/sound

Each network is a chain of ONNX's nodes behind samples, as exporters write them. What the
object answers is compared with the same in numpy's float64, and numpy with onnxruntime.
"""

import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parents[1] / "harness"))

import case_runs  # noqa: E402
import programs  # noqa: E402
from clips import noise, speech  # noqa: E402

RATE = 16000


def hann(size, of=None):
    """A periodic window, in the middle of a frame of `of`, as torch.stft pads it."""
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(size) / size)
    around = (of or size) - size
    return np.pad(window, (around // 2, around - around // 2)).astype(np.float32)


def mel(bands, size, lowest=20, highest=7600):
    """ONNX MelWeightMatrix."""
    scale = lambda f: 2595 * np.log10(1 + np.float64(f) / 700)  # noqa: E731
    edges = np.arange(bands + 2) * (scale(highest) - scale(lowest)) / (bands + 2) + scale(lowest)
    edges = ((size + 1) * (700 * (10 ** (edges / 2595) - 1)) // RATE).astype(int)
    matrix = np.zeros((size // 2 + 1, bands))
    for band, (begin, middle, end) in enumerate(zip(edges, edges[1:], edges[2:])):
        if begin == middle:
            matrix[middle, band] = 1
        for i in range(begin, middle + 1 if begin < middle else begin):
            matrix[i, band] = (i - begin) / (middle - begin)
        for i in range(middle, end):
            matrix[i, band] = (end - i) / (end - middle)
    return matrix


def spectra(x, window, hop):
    """[frames, bins] of a vector, complex."""
    frames = (len(x) - len(window)) // hop + 1
    return np.array([np.fft.rfft(x[f * hop:f * hop + len(window)] * np.float64(window))
                     for f in range(frames)])


class Network:
    """A chain of nodes, which ends with `right`, what numpy has for samples x."""

    def __init__(self, shape, right, kind=np.float32, energies=True):
        self.shape, self.right, self.kind = shape, right, kind
        self.energies = energies  # whether no spectrum is left
        self.nodes, self.constants, self.last = [], [], "x"

    def constant(self, value):
        name = f"constant{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def add(self, kind, *constants, inputs=None, first=False, **attributes):
        """A node of the last value (or `inputs`), and constants behind it (or before)."""
        others = [self.constant(value) for value in constants]
        values = inputs or [self.last]
        self.last = f"{kind.lower()}{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, others + values if first else values + others,
                                           [self.last], name=self.last, **attributes))
        return self

    def stft(self, window, hop):
        return self.add("STFT", np.int64(hop), window, np.int64(len(window)), onesided=1)

    def square(self):
        return self.add("Mul", inputs=[self.last] * 2)

    def parts(self, take):
        """The sum of the squares of what `take` makes of the parts."""
        whole, halves = self.last, []
        for part in (0, 1):
            self.last = whole
            take(part)
            halves.append(self.square().last)
        return self.add("Add", inputs=halves)

    def gathered(self):
        return self.parts(lambda part: self.add("Gather", np.int64(part), axis=-1))

    def sliced(self):
        def take(part):
            self.add("Slice", np.array([part]), np.array([part + 1]), np.array([-1]))
            return self.add("Squeeze", np.array([-1]))
        return self.parts(take)

    def mel(self, bands, size):
        """By a node."""
        weights = f"weights{len(self.nodes)}"
        inputs = [self.constant(value) for value in (
            np.int64(bands), np.int64(size), np.int64(RATE), np.float32(20), np.float32(7600))]
        self.nodes.append(helper.make_node("MelWeightMatrix", inputs, [weights], name=weights))
        return self.add("MatMul", inputs=[self.last, weights])

    def log(self, floor):
        return self.add("Clip", np.float32(floor)).add("Log")

    def model(self, answer):
        value = helper.make_tensor_value_info
        graph = helper.make_graph(
            self.nodes, "features",
            [value("x", helper.np_dtype_to_tensor_dtype(np.dtype(self.kind)), self.shape)],
            [value(self.last, TensorProto.FLOAT, answer.shape)], self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
        onnx.checker.check_model(model, full_check=True)
        return model


def power(x, window, hop):
    return np.abs(spectra(x, window, hop)) ** 2


def networks():
    w = hann(256)
    yield "mel", Network([1, 2000], lambda x: np.log(np.maximum(
        power(x[0], w, 160) @ mel(20, 256), 1e-6))[None]) \
        .stft(w, 160).square().add("ReduceSum", np.array([-1]), keepdims=0).mel(20, 256).log(1e-6)
    # The root of real and imaginary parts, each by itself.
    v = hann(400, 512)
    yield "parts", Network([1, 1500], lambda x: np.log(np.maximum(
        np.abs(spectra(x[0], v, 200)) @ mel(40, 512), 1e-5))[None]) \
        .stft(v, 200).gathered().add("Sqrt").mel(40, 512).log(1e-5)
    # Bins before frames, and the square of a magnitude.
    banks = mel(16, 128).T.astype(np.float32)
    u = hann(128)
    yield "transposed", Network([1, 700], lambda x: np.log(np.maximum(
        banks.astype(float) @ power(x[0], u, 64).T, 1e-4))[None]) \
        .stft(u, 64).add("Transpose", perm=[0, 2, 1, 3]).add("ReduceL2", np.array([-1]), keepdims=0) \
        .add("Pow", np.float32(2)).add("MatMul", banks, first=True).log(1e-4)
    # Samples of 16 bits, converted in the network.
    yield "samples", Network([1000], lambda x: np.log(np.maximum(
        power(x / 32768, w, 100) / 256 @ mel(20, 256), 1e-9))[None], kind=np.int16) \
        .add("Cast", to=TensorProto.FLOAT).add("Mul", np.float32(1 / 32768)) \
        .add("Unsqueeze", np.array([0])).stft(w, 100).sliced().add("Div", np.float32(256)) \
        .mel(20, 256).log(1e-9)
    # What is no sum of bands: all bins, and both parts.
    yield "bins", Network([1, 600], lambda x: 0.5 * power(x[0], u, 128)[None]) \
        .stft(u, 128).add("ReduceSumSquare", np.array([3]), keepdims=0).add("Mul", np.float32(0.5))
    yield "spectrum", Network([1, 9000], lambda x: np.stack(
        [spectra(x[0], hann(4096), 2000).real, spectra(x[0], hann(4096), 2000).imag], -1)[None],
        energies=False).stft(hann(4096), 2000)
    yield "dense", Network([1, 200], lambda x: (power(x[0], hann(32), 32) @ np.cos(
        np.arange(17 * 5).reshape(17, 5)).astype(np.float32).astype(float))[None]) \
        .stft(hann(32), 32).square().add("ReduceSum", np.array([-1]), keepdims=0) \
        .add("MatMul", np.cos(np.arange(17 * 5).reshape(17, 5)).astype(np.float32))
    yield "dft", Network([3, 50, 1], lambda x: np.stack(
        [np.fft.rfft(x[..., 0], 64).real, np.fft.rfft(x[..., 0], 64).imag], -1), energies=False) \
        .add("DFT", np.int64(64), axis=1, onesided=1)


def samples_for(network, seed):
    count = int(np.prod(network.shape))
    values = speech(seed)[:count] if seed else noise(7, count)
    values = values.reshape(network.shape)
    return values.astype(np.int16) if network.kind == np.int16 else (values / 32768).astype(np.float32)


def is_taken(arguments, path, network):
    """Whether the nodes have become what they should."""
    printed = subprocess.run([arguments.dlc, path, f"--target={arguments.target}", "--emit=nn"],
                             check=True, stdout=subprocess.PIPE, text=True).stdout
    return ("nn.mel_energies" if network.energies else "nn.spectrum") in printed and \
        ("nn.spectrum" in printed) != network.energies


def check(arguments, name, network):
    folder = arguments.work / f"spectra-{arguments.target}"
    folder.mkdir(parents=True, exist_ok=True)
    inputs = [samples_for(network, seed) for seed in range(2)]
    wanted = [network.right(x.astype(np.float64)) for x in inputs]
    model = network.model(wanted[0])
    onnx.save(model, folder / f"{name}.onnx")
    results = programs.run(arguments, folder, [[x] for x in inputs],
                           [[right.astype(np.float32)] for right in wanted], name=f"{name}.onnx")
    session = onnxruntime.InferenceSession(model.SerializeToString())
    wrong = not is_taken(arguments, folder / f"{name}.onnx", network)
    for x, right, [found] in zip(inputs, wanted, results):
        # Logarithms to 1e-4 of their own size, or 1; sums to 1e-5 of the largest.
        least, limit = (1, 1e-4) if "Log" in [node.op_type for node in network.nodes] else \
            (np.abs(right).max(), 1e-5)
        errors = [np.max(np.abs(answer - right) / np.maximum(least, np.abs(right)))
                  for answer in (found, session.run(None, {"x": x})[0])]
        print(f"{name}: {errors[0]:.1e} (onnxruntime {errors[1]:.1e})")
        wrong |= not errors[0] < limit or not errors[1] < 100 * limit
    return int(wrong)


def main():
    arguments = case_runs.target_parser(__doc__).parse_args()
    if case_runs.is_skipped(arguments):
        return case_runs.SKIPPED
    wrong = sum(check(arguments, *case) for case in networks())
    print(f"{wrong} networks are wrong")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
