"""Runs a network of many inputs and outputs for a target."""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from onnx import numpy_helper

HERE = Path(__file__).resolve().parent
sys.path += [str(HERE), str(HERE.parent / "models")]

import board  # noqa: E402
import compiled_network  # noqa: E402
from compiled_network import CompileError  # noqa: E402

ASSEMBLER = shutil.which("llvm-mc-22") or "/usr/lib/llvm-22/bin/llvm-mc"


def missing(target):
    """Why the target's code does not run here; empty where it does."""
    if board.emulator_of(target):
        programs = board.missing_programs(target)
        return f"{', '.join(programs)} not installed" if programs else ""
    needed = {"x86-64-v3": {"avx2", "fma"}, "x86-64-v4": {"avx512f", "avx512bw", "avx512vl"},
              "x86-64-vnni": {"avx512f", "avx512bw", "avx512vl", "avx512_vnni"}}
    flags = set(re.search(r"^flags\s*:(.*)", Path("/proc/cpuinfo").read_text(),
                          re.MULTILINE)[1].split())
    lacking = needed.get(target, set()) - flags
    return f"this processor lacks {', '.join(sorted(lacking))}" if lacking else ""


def brief(text):
    """Without the frames of a crash."""
    return "\n".join(re.sub(r" at 0x\w+", "", line) for line in text.splitlines()
                     if not re.match(r"\s*#\d+ 0x|/\S+/ld: (NOTE|warning)", line))


def run(arguments, folder, inputs, expected, name="model.onnx", options=()):
    """The outputs of the network FOLDER/`name` for each set of inputs, in the
    shapes and types of `expected`; `options` are more words of the command line."""
    model = folder / name
    if not board.emulator_of(arguments.target):
        # Each in a folder of its own: a library that is loaded must not change.
        with tempfile.TemporaryDirectory(dir=folder) as own:
            network = compiled_network.CompiledNetwork(
                arguments.dlc, model, own, [arguments.level, *options],
                target=arguments.target)
        return [network.run(*pair) for pair in zip(inputs, expected)]
    data = folder / "data"
    shutil.rmtree(data, ignore_errors=True)
    for number, tensors in enumerate(inputs):
        (data / f"test_data_set_{number}").mkdir(parents=True)
        for i, tensor in enumerate(tensors):
            (data / f"test_data_set_{number}" / f"input_{i}.pb").write_bytes(
                numpy_helper.from_array(np.asarray(tensor)).SerializeToString())
    done = subprocess.run(
        [arguments.dlc, "run", model, f"--target={arguments.target}", arguments.level, *options,
         f"--inputs={data}", f"--save={folder}"],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise CompileError(f"exit code {done.returncode}\n{brief(done.stderr)}")
    return read_outputs((folder / "outputs.bin").read_bytes(), expected)


def read_outputs(data, expected):
    sets, at = [], 0
    for tensors in expected:
        sets.append([])
        for tensor in tensors:
            part = data[at:at + tensor.nbytes]
            sets[-1].append(np.frombuffer(part, tensor.dtype).reshape(tensor.shape))
            at += tensor.nbytes
    if at != len(data):
        raise RuntimeError(f"outputs.bin has {len(data)} bytes, not {at}")
    return sets
