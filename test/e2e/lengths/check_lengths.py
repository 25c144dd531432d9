"""Networks compiled for all lengths of a dimension, against onnxruntime at each.

    check_lengths.py cortex-m4 --dlc build/bin/dlc [--name encoder] [--lengths 1,2,7]
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import networks
import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper

MOST = 128
FEW = [1, 2, 7, 64, MOST]


def inputs_for(model, sizes):
    """Seeded inputs of a model for the sizes of its dimensions."""
    generator = np.random.default_rng(list(sizes.values()))
    inputs = {}
    for value in model.graph.input:
        tensor = value.type.tensor_type
        shape = [sizes[d.dim_param] if d.dim_param else d.dim_value
                 for d in tensor.shape.dim]
        if tensor.elem_type == onnx.TensorProto.INT64:
            inputs[value.name] = generator.integers(0, networks.VOCABULARY, shape)
        else:
            inputs[value.name] = generator.normal(size=shape).astype(np.float32)
    return inputs


def write_sets(model, folder, points):
    session = onnxruntime.InferenceSession(model.SerializeToString(),
                                           providers=["CPUExecutionProvider"])
    for number, sizes in enumerate(points):
        inputs = inputs_for(model, sizes)
        data = Path(folder, f"test_data_set_{number}")
        data.mkdir()
        for kind, arrays in [("input", inputs.values()), ("output", session.run(None, inputs))]:
            for i, array in enumerate(arrays):
                Path(data, f"{kind}_{i}.pb").write_bytes(
                    numpy_helper.from_array(np.ascontiguousarray(array)).SerializeToString())


def check(arguments, name, tolerance=1e-4):
    model = networks.ALL[name]()
    least = 1
    lengths = arguments.lengths or (
        range(least, MOST + 1) if arguments.target == "x86-64" else FEW)
    shapes, points = [f"--shape=seq={least}..{MOST}"], [{"seq": n} for n in lengths]
    if name == "batches":
        shapes = ["--shape=batch=1..3", "--shape=seq=1..40"]
        points = [{"batch": b, "seq": n} for b in (1, 2, 3) for n in (1, 2, 7, 39, 40)]
    with tempfile.TemporaryDirectory() as folder:
        onnx.save(model, f"{folder}/model.onnx")
        write_sets(model, folder, points)
        done = subprocess.run(
            [arguments.dlc, "run", folder, f"--target={arguments.target}", *shapes,
             "--check-only", f"--inputs={folder}", f"--tolerance={tolerance}"],
            capture_output=True, text=True, check=False)
        compared = done.stdout.count("largest difference")
        expected = len(points) * len(model.graph.output)
        if done.returncode or compared != expected:
            wrong = [line for line in done.stdout.splitlines() if "above" in line]
            print(f"{name}: {compared} of {expected} outputs\n" + "\n".join(wrong[:8]) +
                  done.stderr)
            return False
        print(f"{name}: {compared} outputs for {len(points)} lengths")
        return True


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target")
    parser.add_argument("--dlc", required=True)
    parser.add_argument("--name", choices=networks.ALL)
    parser.add_argument("--lengths", type=lambda text: [int(n) for n in text.split(",")])
    arguments = parser.parse_args()
    names = [arguments.name] if arguments.name else networks.ALL
    return 0 if all([check(arguments, name) for name in names]) else 1


if __name__ == "__main__":
    sys.exit(main())
