#!/usr/bin/env python3
"""Signal to noise that `dlc quantize` and onnxruntime's quantiser leave.

    benchmarks/quantiser.py --dlc build/bin/dlc [--seed N] FOLDER...

Each folder has model.onnx and test_data_set_*/input_0.pb. Both quantise by the same
samples: those of the folder, which are measured too, and 32 drawn ones, measured on 20
others. Activations int8, weights int8 and int4 with a scale for each channel; decibels of
the network's output, and of what its softmax reads; onnxruntime runs all of it.
"""

import argparse
import logging
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import helper, numpy_helper
from onnxruntime.quantization import (CalibrationDataReader, QuantFormat, QuantType,
                                      quantize_static)


class Samples(CalibrationDataReader):
    def __init__(self, name, samples):
        self.left = iter([{name: sample} for sample in samples])

    def get_next(self):
        return next(self.left, None)


def drawn(samples, count, seed):
    """Images of blobs and fine noise in the range of the samples; for vectors noise of
    their mean and deviation."""
    random = np.random.default_rng(seed)
    shape, low, high = samples[0].shape, np.min(samples), np.max(samples)
    for _ in range(count):
        if len(shape) == 2:
            yield (np.mean(samples) + np.std(samples) * random.standard_normal(shape)
                   ).astype(np.float32)
            continue
        _, height, width, channels = shape
        image = np.zeros(shape[1:])
        for cells, part in ((4, 1), (8, 0.6), (height // 2, 0.3)):
            block = np.ones(((height + cells - 1) // cells, (width + cells - 1) // cells, 1))
            coarse = np.kron(random.standard_normal((cells, cells, channels)), block)
            image += part * coarse[:height, :width]
        image = (image - image.min()) / (image.max() - image.min())
        yield (low + (high - low) * image).astype(np.float32)[None]


def run(model, samples, tensors, folder):
    """Each tensor for all samples."""
    model = onnx.load(model)
    outputs = {output.name for output in model.graph.output}
    for name in tensors:
        if name not in outputs:
            model.graph.output.append(helper.make_empty_tensor_value_info(name))
    onnx.save(model, folder / "watched.onnx")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.log_severity_level = 1, 3
    session = onnxruntime.InferenceSession(folder / "watched.onnx", options,
                                           ["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    results = [session.run(tensors, {name: sample}) for sample in samples]
    return [np.stack(of_one).astype(np.float64) for of_one in zip(*results)]


def compare(source, samples, measured, label, arguments, folder):
    graph = onnx.load(source).graph
    name, last = graph.input[0].name, graph.node[-1]
    tensors = [graph.output[0].name]
    if last.op_type == "Softmax":
        tensors.append(last.input[0])
    reference = run(source, measured, tensors, folder)
    np.savez(folder / "data.npz", **{name: np.concatenate(samples)})
    for kind, weights in (("int8", QuantType.QInt8), ("int4", QuantType.QInt4)):
        made = {tool: folder / f"{tool}.onnx" for tool in ("onnxruntime", "dlc")}
        quantize_static(source, made["onnxruntime"], Samples(name, samples),
                        quant_format=QuantFormat.QDQ, per_channel=True, weight_type=weights,
                        activation_type=QuantType.QInt8)
        subprocess.run([arguments.dlc, "quantize", source, f"--data={folder / 'data.npz'}",
                        "-o", made["dlc"], f"--weights={kind}"], check=True)
        for tool, suffix in (("onnxruntime", "_DequantizeLinear_Output"),
                             ("dlc", "_dequantized")):
            found = run(made[tool], measured,
                        tensors[:1] + [name + suffix for name in tensors[1:]], folder)
            ratios = [10 * np.log10(np.square(a).sum() / np.square(a - b).sum())
                      for a, b in zip(reference, found)]
            print(f"{source.parent.name} weights {kind}, {label}, {tool}: "
                  + ", ".join(f"{ratio:.1f} dB" for ratio in ratios), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--dlc", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=11, help="of the drawn samples")
    parser.add_argument("folders", type=Path, nargs="+")
    arguments = parser.parse_args()
    logging.disable(logging.WARNING)
    for source in arguments.folders:
        own = [numpy_helper.to_array(onnx.load_tensor(path))
               for path in sorted(source.glob("test_data_set_*/input_0.pb"))]
        others = list(drawn(own, 52, arguments.seed))
        with tempfile.TemporaryDirectory() as folder:
            folder = Path(folder)
            compare(source / "model.onnx", own, own, "its own samples", arguments, folder)
            compare(source / "model.onnx", others[20:], others[:20], "unseen samples",
                    arguments, folder)


if __name__ == "__main__":
    main()
