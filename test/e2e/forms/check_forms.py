#!/usr/bin/env python3
"""Compressed networks as tools write them, each with an input and its output.

    check_forms.py cortex-m4 --dlc build/bin/dlc

Every folder beside this script is one of them (README.md). Outputs are what exact
arithmetic gives: sums of binary networks are often 0, and what floats make of these
is chance.
"""

import argparse
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
COUNT = 13


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target")
    parser.add_argument("--dlc", required=True, type=Path)
    arguments = parser.parse_args()
    forms = sorted(path.parent for path in FOLDER.glob("*/model.onnx"))
    wrong = [] if len(forms) == COUNT else [f"{len(forms)} of {COUNT} forms are there"]
    for form in forms:
        done = subprocess.run(
            [arguments.dlc, "run", form, f"--target={arguments.target}", "--check-only"],
            capture_output=True, text=True, timeout=120)
        if done.returncode or "largest difference" not in done.stdout:
            wrong.append(f"{form.name}: {done.stdout.strip()} {done.stderr.strip()}")
    print(*wrong, sep="\n")
    return len(wrong) > 0


if __name__ == "__main__":
    sys.exit(main())
