"""Builds an example of docs/examples as a user does: in a folder of its own."""

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODELS = ROOT / "test" / "models"
SKIPPED = 77  # what ctest takes for a skipped test


class Failure(Exception):
    pass


def run(*command):
    done = subprocess.run([str(part) for part in command], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        raise Failure(f"{' '.join(map(str, command))}\n{done.stdout}"
                      f"exit code {done.returncode}")
    return done.stdout


def missing(*programs):
    return [program for program in programs if not shutil.which(program)]


def build_example(name, toolchain, model, cmake, dlc_root, work, options=(), beside=()):
    """The build folder. `dlc_root` is where dlc was built or installed; without a
    toolchain file the program is for this machine. `beside`: examples that it takes
    files from."""
    for folder in (name, *beside):
        shutil.rmtree(work / folder, ignore_errors=True)
        shutil.copytree(ROOT / "docs" / "examples" / folder, work / folder)
    folder = work / name / "build"
    run(cmake, "-G", "Ninja", "-S", work / name, "-B", folder,
        *(["--toolchain", work / name / toolchain] if toolchain else []), f"-Ddlc_ROOT={dlc_root}",
        "-DCMAKE_FIND_USE_PACKAGE_REGISTRY=OFF", f"-DMODEL={MODELS / model / 'model.onnx'}",
        *options)
    run(cmake, "--build", folder)
    return folder
