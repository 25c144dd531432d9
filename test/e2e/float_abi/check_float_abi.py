#!/usr/bin/env python3
"""Links one object into a hard-float and a softfp firmware and runs both.

    check_float_abi.py cortex-m4 --dlc build/bin/dlc --work build/w

(The Armv6 tests of e2e/board link the hard-float target's object into a softfp
Linux program.)
"""

import argparse
import sys
from pathlib import Path

import numpy as np

TEST = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TEST / "harness"), str(TEST / "models")]

from board import BoardError, EmulatedProgram, missing_programs  # noqa: E402
from compiled_network import largest_difference, load_test_set  # noqa: E402

SKIPPED = 77
NETWORK = "ad01_fp32"


class SoftFpBoard(EmulatedProgram):
    float_abi = "softfp"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("target")
    parser.add_argument("--dlc", required=True)
    parser.add_argument("--work", required=True, type=Path)
    arguments = parser.parse_args()
    missing = missing_programs(arguments.target)
    if missing:
        print(f"skipped: not installed: {', '.join(missing)}")
        return SKIPPED
    model = TEST / "models" / NETWORK
    inputs, references = load_test_set(model)
    work = arguments.work / arguments.target
    try:
        hard = EmulatedProgram.of_model(arguments.dlc, model / "model.onnx", arguments.target, work)
        results = [hard.infer(inputs[0].tobytes())]
        before = (work / "net.o").read_bytes()
        results.append(SoftFpBoard(arguments.target, work).infer(inputs[0].tobytes()))
    except BoardError as error:
        print(error, file=sys.stderr)
        return 1
    worst = max(largest_difference(np.frombuffer(result.output, references[0].dtype)
                                   .reshape(references[0].shape), references[0])
                for result in results)
    same = results[0].output == results[1].output and before == (work / "net.o").read_bytes()
    print(f"{NETWORK} on {arguments.target}, hard and softfp: largest difference {worst:.2e}, "
          f"{'the same' if same else 'not the same'} output")
    return 0 if same and worst <= 1e-4 else 1


if __name__ == "__main__":
    sys.exit(main())
