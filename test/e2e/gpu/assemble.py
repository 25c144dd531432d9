#!/usr/bin/env python3
"""Assembles the kernels of networks with NVIDIA's ptxas for each chip.

    assemble.py --dlc build/bin/dlc --networks build/networks --ptxas PATH [NAME...]

The text is the one that the object holds. No kernel may spill registers, and a
block's registers have to fit: a launch fails where registers of a thread times
threads are more than a block may have.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

MODELS = Path(__file__).resolve().parents[2] / "models"
sys.path.insert(0, str(MODELS))

import generate_networks  # noqa: E402

# Registers of a block (CUDA C programming guide, "Compute capabilities").
CHIPS = {"cuda-pascal": (60, 65536), "gtx-1080": (61, 65536), "jetson-tx2": (62, 32768)}
GRANULE = 8  # a thread gets registers in such steps
NETWORKS = ["mnist", "ad01_fp32", "kws_fp32", "resnet8_fp32", "vww_fp32", "resnet8_int8",
            "squeezenet1_1", "mobilenet_v2", "resnet50"]
ENTRY = re.compile(r"\.visible \.entry (\w+)\(.*?\n\.reqntid (\d+)", re.S)
USED = re.compile(r"Compiling entry function '(\w+)'.*?(\d+) bytes spill stores, "
                  r"(\d+) bytes spill loads.*?Used (\d+) registers", re.S)


# Those that are computed in halves as well.
HALVES = {"kws_fp32", "resnet8_fp32", "vww_fp32", "mobilenet_v2", "resnet50"}


def problems_of(name, model, target, options, arguments, folder):
    capability, limit = CHIPS[target]
    network, ptx, cubin = (folder / f"net.{end}" for end in ("o", "ptx", "cubin"))
    subprocess.run([arguments.dlc, str(model), f"--target={target}", "-o", str(network),
                    *options], check=True)
    text = network.read_bytes()
    text = text[text.index(b".version "):]
    ptx.write_bytes(text[:text.index(b"\0")])
    name = " ".join([name, *options])
    done = subprocess.run([arguments.ptxas, "-v", f"-arch=sm_{capability}", str(ptx),
                           "-o", str(cubin)], capture_output=True, text=True, check=False)
    if done.returncode:
        yield f"{name} on {target}: {done.stderr.strip()[-500:]}"
        return
    threads = {entry: int(count) for entry, count in ENTRY.findall(ptx.read_text())}
    used = USED.findall(done.stderr)
    if {entry for entry, *_ in used} != set(threads):
        yield f"{name} on {target}: ptxas speaks of other kernels than the text has"
    for entry, stores, loads, registers in used:
        if int(stores) or int(loads):
            yield f"{name} on {target}: {entry} spills registers"
        given = -(-int(registers) // GRANULE) * GRANULE * threads.get(entry, 0)
        if given > limit:
            yield (f"{name} on {target}: a block of {entry} takes {given} registers, "
                   f"{limit} are there")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--dlc", required=True)
    parser.add_argument("--networks", required=True, help="folder of the networks")
    parser.add_argument("--ptxas", required=True)
    parser.add_argument("names", nargs="*", default=NETWORKS)
    arguments = parser.parse_args()
    if not Path(arguments.ptxas).exists():
        print(f"no {arguments.ptxas}: `./dev build` installs it, or pip install -r "
              "cmake/requirements.txt", file=sys.stderr)
        return 1
    problems = []
    for name in arguments.names:
        folder = MODELS / name
        if not (folder / "model.onnx").exists():
            folder = generate_networks.ensure(arguments.networks, name)
        for target in CHIPS:
            for options in [[], ["--fp16"]] if name in HALVES else [[]]:
                with tempfile.TemporaryDirectory() as scratch:
                    problems += problems_of(name, folder / "model.onnx", target, options,
                                            arguments, Path(scratch))
    print("\n".join(problems) or f"{len(arguments.names)} networks assemble for "
          f"{len(CHIPS)} chips")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
