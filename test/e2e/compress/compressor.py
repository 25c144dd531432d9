"""What the tests of `dlc compress` share."""

import json
import subprocess
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "quantiser"))

import digits  # noqa: E402  first: it says how many threads numpy has
import quantiser  # noqa: E402

import numpy as np  # noqa: E402
from onnx import numpy_helper  # noqa: E402


def compress(dlc, model, data, result, *options):
    """Runs `dlc compress`; its report."""
    report = result.with_suffix(".json")
    subprocess.run([dlc, "compress", model, f"--data={data}", "-o", result,
                    f"--report={report}", *options], check=True)
    return json.loads(report.read_text())


def trained(options, samples=600):
    """The path of a network that knows digits, and that of samples for it, which the training
    has not seen."""
    source, data = digits.trained(options) / "float.onnx", options.work / "data.npz"
    x, y = digits.data(samples, seed=3)
    np.savez(data, x=x, labels=y)
    return source, data


def classes(model, images):
    return np.array([y.argmax() for y in quantiser.run(model, [image[None] for image in images])])


def accuracy(model, images, labels):
    return 100 * np.mean(classes(model, images) == labels)


def tensors(model):
    return {t.name: numpy_helper.to_array(t) for t in quantiser.load(model).graph.initializer}
