"""`dlc check` against `dlc`: what is refused, and how large the rest becomes.

Every 40th of ONNX's node cases and all models of the tests' folders are refused by
both or by neither, with the same errors; and networks need between half and 1.6 times the RAM and the flash that
the check says.

    check_outlook.py --dlc build/bin/dlc
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

CASES = Path("/usr/share/libonnx-testdata/data/node")
EVERY = 40
MODELS = Path(__file__).parents[2] / "models"
FOLDERS = [MODELS, MODELS.parent / "e2e"]
NETWORKS = ["mnist", "ad01_fp32", "kws_fp32", "kws_int8"]
TARGETS = ["cortex-m4", "cortex-m0"]
BOUNDS = 0.5, 1.6
UNITS = {"bytes": 1, "KB": 1024}


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False)


def errors(text):
    return [line for line in text.splitlines() if "error:" in line]


def refusals(dlc, folder):
    cases = sorted(path for path in CASES.iterdir() if path.is_dir())
    if len(cases) < 100:
        yield f"{CASES} holds {len(cases)} cases"
    models = [case / "model.onnx" for case in cases[::EVERY]]
    for root in FOLDERS:
        found = sorted(root.rglob("*.onnx"))
        if not found:
            yield f"{root} holds no models"
        models += found
    for path in models:
        model = str(path)
        check = run(dlc, "check", model)
        done = run(dlc, model, "--target=host", "-O1", "-o", f"{folder}/net.o")
        if (check.returncode, errors(check.stderr)) != (
                done.returncode, errors(done.stderr)):
            yield (f"{path}: check says {check.returncode} "
                   f"{check.stderr}, dlc {done.returncode} {done.stderr}")


def estimates(dlc, folder):
    for name in NETWORKS:
        for target in TARGETS:
            model = str(next((MODELS / name).glob("*.onnx")))
            text = run(dlc, "check", model, f"--target={target}").stdout
            said = {
                what: float(number) * UNITS[unit] for what, number, unit in
                re.findall(r"^  (RAM|flash) +about ([\d.]+) (\w+)", text, re.M)}
            done = run(dlc, model, f"--target={target}", "-o",
                       f"{folder}/net.o", f"--report={folder}/net.json")
            report = Path(folder, "net.json").read_text()
            real = {"RAM": int(re.search(r'"arena_bytes": (\d+)', report)[1]),
                    "flash": int(re.search(r'"flash": {\s*"bytes": (\d+)',
                                           report)[1])}
            for what, size in real.items():
                low, high = (bound * said.get(what, 0) for bound in BOUNDS)
                if done.returncode or not low <= size <= high:
                    yield (f"{name} on {target}: {what} is {size} bytes, "
                           f"check says {text}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--dlc", required=True, type=os.path.abspath)
    dlc = parser.parse_args().dlc
    with tempfile.TemporaryDirectory() as folder:
        problems = [*refusals(dlc, folder), *estimates(dlc, folder)]
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
