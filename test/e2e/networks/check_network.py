#!/usr/bin/env python3
"""Compiles one network for this machine, or a GPU beside it, runs it, compares in
numpy.

    check_network.py NAME --dlc build/bin/dlc --networks build/networks

The references are onnxruntime's (all graph optimisations off), never dlc's own.
NAME is a generated network, a light_* network, or one of test/models.
"""

import argparse
import subprocess
import sys
from pathlib import Path

MODELS = Path(__file__).resolve().parents[2] / "models"
sys.path.insert(0, str(MODELS))

import compiled_network  # noqa: E402
import generate_networks  # noqa: E402

TOLERANCE = 1e-4  # docs: float32 networks, relative to the largest output


def check_object(network, folder):
    """Every test set of the folder; returns the largest relative difference."""
    worst = 0.0
    count = len(list(folder.glob("test_data_set_*")))
    for index in range(count):
        inputs, references = compiled_network.load_test_set(folder, index)
        outputs = network.run(inputs, references)
        # The arena is left as the first inference left it: nothing may depend
        # on what is in it.
        again = network.run(inputs, references)
        for output, repeated, reference in zip(outputs, again, references):
            if output.tobytes() != repeated.tobytes():
                raise compiled_network.CompileError("a second run gave other bits")
            worst = max(worst, compiled_network.largest_difference(output, reference))
    if not count:
        raise compiled_network.CompileError(f"{folder}: no test set")
    return worst


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("name")
    parser.add_argument("--dlc", required=True)
    parser.add_argument("--networks", required=True, help="folder of the networks")
    parser.add_argument("--driver-run", action="store_true",
                        help="also let `dlc run` compare")
    parser.add_argument("--target", default="host")
    parser.add_argument("--link", action="append", default=[],
                        help="library that the network's object needs")
    parser.add_argument("--option", action="append", default=[],
                        help="one more option for dlc")
    parser.add_argument("--tolerance", type=float, default=TOLERANCE)
    arguments = parser.parse_args()

    half = "-half" if "--fp16" in arguments.option else ""
    committed = MODELS / arguments.name
    folder = committed if (committed / "model.onnx").exists() else (
        generate_networks.ensure(arguments.networks, arguments.name))
    model = folder / "model.onnx"
    try:
        network = compiled_network.CompiledNetwork(
            arguments.dlc, model,
            Path(arguments.networks) / "objects" / f"{arguments.name}-{arguments.target}{half}",
            arguments.option, arguments.link, arguments.target)
        worst = check_object(network, folder)
    except compiled_network.CompileError as error:
        print(f"{arguments.name}: {error}", file=sys.stderr)
        return 1
    print(f"{arguments.name}: largest difference {worst:.2e}, compiled in "
          f"{network.cost.seconds:.2f} s with {network.cost.peak_bytes / 1e6:.0f} MB, "
          f"arena {network.arena_bytes} bytes")
    if worst > arguments.tolerance:
        print(f"{arguments.name}: more than {arguments.tolerance}", file=sys.stderr)
        return 1
    if arguments.driver_run:
        return subprocess.run([arguments.dlc, "run", str(model), "--inputs", str(folder),
                               *arguments.option]).returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
