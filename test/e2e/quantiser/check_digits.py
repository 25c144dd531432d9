#!/usr/bin/env python3
"""Accuracy that a network loses by `dlc quantize`.

    check_digits.py --dlc build/bin/dlc --work build/w

On images that neither the training nor the quantiser has seen: at most half a point of
100 in int8, at most 2 with weights of 4 bits.
"""

import sys

import digits  # first: it says how many threads numpy has
import quantiser

import numpy as np
import onnx

MOST_LOST = {"int8": 0.5, "int4": 2}


def accuracy(model, images, labels):
    scores = quantiser.run(model, [image[None] for image in images])
    return 100 * np.mean([score.argmax() == label for score, label in zip(scores, labels)])


def check_weights(options, kind, source, images, labels):
    """What is wrong with one type of weights; nothing where all is well."""
    result = options.work / f"{kind}.onnx"
    data = source.with_name("seen.npz")
    report = quantiser.quantise(options.dlc, source, data, result, f"--weights={kind}")
    made = quantiser.load(result)
    stored = {t.name: t.data_type for t in made.graph.initializer}
    wanted = onnx.TensorProto.INT4 if kind == "int4" else onnx.TensorProto.INT8
    if stored["conv1.weight_quantized"] != wanted:
        return f"weights are stored as type {stored['conv1.weight_quantized']}"
    before, after = accuracy(source, images, labels), accuracy(result, images, labels)
    print(f"{kind}: {before:.1f}% before, {after:.1f}% after, signal to noise "
          f"{report['outputs'][0]['signal_to_noise_db']:.1f} dB")
    if before < 97:
        return "the float network has not learnt enough"
    if before - after > MOST_LOST[kind]:
        return f"{before - after:.1f} points are lost"
    calibration = np.load(data)
    said = report["accuracy_percent"]["quantised"]
    found = accuracy(result, calibration["x"], calibration["labels"])
    if abs(said - found) > 100 / len(calibration["x"]) + 1e-9:  # one sample may be a tie of both
        return f"the report says {said}% of the calibration data, onnxruntime {found}%"
    return ""


def main():
    options = quantiser.arguments(__doc__)
    source = digits.trained(options) / "float.onnx"
    unseen = digits.data(1000, seed=2)
    problems = [check_weights(options, kind, source, *unseen) for kind in MOST_LOST]
    for problem in filter(None, problems):
        print(problem)
    return int(any(problems))


if __name__ == "__main__":
    sys.exit(main())
