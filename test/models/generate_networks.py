#!/usr/bin/env python3
"""Writes the networks of the end-to-end tests and benchmarks into a folder.

    generate_networks.py OUT [NAME ...]      all but those of benchmarks alone
    generate_networks.py --list

Each becomes OUT/NAME/model.onnx (and model.onnx.data for the larger ones) with
OUT/NAME/test_data_set_0/{input,output}_0.pb. The reference is onnxruntime with
every graph optimisation off. A folder that this version of the scripts has
already written is left alone.
"""

import argparse
import hashlib
import shutil
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper

import classic_networks
import light_networks
import mobile_networks

GENERATED = {
    "matmul_512": classic_networks.matmul_512,
    "mobilenet_v2": mobile_networks.mobilenet_v2,
    "mobilenet_v3_small": mobile_networks.mobilenet_v3_small,
    "efficientnet_b0": mobile_networks.efficientnet_b0,
    "shufflenet_v2_x1_0": mobile_networks.shufflenet_v2_x1_0,
    "squeezenet1_1": mobile_networks.squeezenet1_1,
    "resnet18": classic_networks.resnet18,
    "resnet50": classic_networks.resnet50,
    "googlenet": classic_networks.googlenet,
    "inception_v3": classic_networks.inception_v3,
}
# Written when they are named: no test needs them.
OF_BENCHMARKS = {
    "mobilenet_v1": mobile_networks.mobilenet_v1,
    "vgg16": classic_networks.vgg16,
}
# PyTorch's exporter puts weights beside the model when it is asked to, or when
# they are many; both forms are kept in use.
EXTERNAL_DATA = {"efficientnet_b0", "resnet50", "googlenet", "inception_v3", "vgg16"}


def scripts_digest():
    """Identifies what wrote a folder: these scripts and the two libraries."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    for module in (onnx, onnxruntime, np):
        digest.update(module.__version__.encode())
    return digest.hexdigest()


def reference(model_path, inputs):
    """Outputs by onnxruntime with all graph optimisations off."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = (
        onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL)
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(model_path), options,
                                           providers=["CPUExecutionProvider"])
    return session.run(None, inputs)


def write_test_set(folder, name, data, outputs):
    data_set = folder / "test_data_set_0"
    data_set.mkdir()
    (data_set / "input_0.pb").write_bytes(
        numpy_helper.from_array(data, name).SerializeToString())
    for index, output in enumerate(outputs):
        (data_set / f"output_{index}.pb").write_bytes(
            numpy_helper.from_array(output).SerializeToString())


def generate(name, folder):
    """A torchvision network with seeded weights and its test set."""
    builder, output = (GENERATED | OF_BENCHMARKS)[name]()
    model = builder.model(output)
    path = folder / "model.onnx"
    if name in EXTERNAL_DATA:
        onnx.save_model(model, path, save_as_external_data=True,
                        location="model.onnx.data")
    else:
        onnx.save_model(model, path)
    calibration = reference(path, {"x": builder.input.data})[0]
    if not np.allclose(calibration, output.data, rtol=1e-2, atol=1e-2):
        raise ValueError(f"{name}: numpy and onnxruntime disagree on the network")
    # Not quite the image the statistics were taken from: with random weights
    # they hold for no other, and what differs grows from layer to layer.
    other = builder.rng.standard_normal(builder.input.data.shape)
    data = (builder.input.data + 0.02 * other).astype(np.float32)
    outputs = reference(path, {"x": data})
    check_magnitude(name, outputs[0], low=0.05, high=20.0)
    write_test_set(folder, "x", data, outputs)
    return (f"{builder.macs / 1e6:.1f} million multiply-adds, "
            f"outputs {outputs[0].mean():.2f} +- {outputs[0].std():.2f}")


def prepare_light(name, folder):
    """A network of the wheel as it is, or NAME_logits without its softmax."""
    model = light_networks.load(name.removesuffix("_logits"))
    if name.endswith("_logits") and not light_networks.cut_softmax(model):
        raise ValueError(f"{name}: the network has no softmax to cut")
    path = folder / "model.onnx"
    onnx.save_model(model, path)
    input_name, data = light_networks.seeded_input(model)
    outputs = reference(path, {input_name: data})
    if not np.isfinite(outputs[0]).all():
        raise ValueError(f"{name}: the reference is not finite")
    write_test_set(folder, input_name, data, outputs)
    return f"largest output {np.abs(outputs[0]).max():.3g}"


def check_magnitude(name, output, low, high):
    """A network whose outputs vanish, explode or agree would test nothing."""
    spread = float(output.std())
    if not low < spread < high:
        raise ValueError(f"{name}: standard deviation of the outputs is {spread}")


def ensure(out, name, digest=None):
    """Writes OUT/NAME unless it is there already; returns the folder."""
    digest = digest or scripts_digest()
    folder = Path(out) / name
    stamp = folder / ".generated"
    if stamp.exists() and stamp.read_text() == digest:
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    note = (prepare_light if name.startswith("light_") else generate)(name, folder)
    stamp.write_text(digest)
    print(f"{name}: {note}", flush=True)
    return folder


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("out", nargs="?", help="folder to write to")
    parser.add_argument("names", nargs="*", help="networks; all when left out")
    parser.add_argument("--list", action="store_true", help="print the names")
    arguments = parser.parse_args()
    everything = list(GENERATED) + light_networks.names()
    if arguments.list or not arguments.out:
        print("\n".join(everything))
        return 0 if arguments.list else 2
    digest = scripts_digest()
    for name in arguments.names or everything:
        ensure(arguments.out, name, digest)
    return 0


if __name__ == "__main__":
    sys.exit(main())
