#!/usr/bin/env python3
"""IREE's kernels beside dlc's on the emulated GPU: launches, instructions, sectors, modelled time.

    benchmarks/gpu/iree.py --build build --iree FOLDER [--networks FOLDER] NAME...

FOLDER of --iree has IREE's iree-import-onnx and iree-compile (`pip install iree-base-compiler
onnx` into a virtual environment of its own, and its bin). NAMEs are networks of test/models or of
--networks (test/models/generate_networks.py).

IREE compiles for sm_60, the least that it takes of this generation, and PTX 6.0. Its PTX and the
launches of its command buffers are taken from what the compiler writes; each launch
runs with its grid, block, shared memory and bindings, on random numbers: what is
counted does not depend on them. Fills of buffers are left out.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import bounds
import onnx

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
sys.path.insert(0, str(REPOSITORY / "test" / "models"))
from compiled_network import load_test_set  # noqa: E402

TARGET = "jetson-tx2"
DRIVER = {"DLC_CUDA_CAPABILITY": "62", "DLC_CUDA_CHECKS": "0"}
SIZES = re.compile(r"workgroup_size = \[([^\]]*)\](?:.*?, workgroup_local_memory = (\d+))?")
DISPATCH = re.compile(r"command_buffer\.dispatch<.*?\)\[(%\w+)\] workgroups\(\[([^\]]*)\]\)"
                      r"(?: constants\(\[([^\]]*)\]\))? bindings\(\[(.*?)\]\) flags", re.S)
BINDING = re.compile(r"\((%\S+) : [^)]*\)\[(\S+), (\S+)\]")
FUNCTION = re.compile(r"(%\w+) = hal\.executable\.lookup\.function .*?::@([^\s:)]+)\)")
EXPORT = re.compile(r"hal\.executable\.export public @(\S+) .*?\n      \}([^\n]*)", re.S)


def run(command, **options):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False,
                          **options)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stderr[-2000:]}")
    return done.stdout


def constant(name):
    """The number that MLIR named a constant by: %c12, %c-1_i32, %c12_5."""
    found = re.match(r"%c(-?\d+)", name)
    if not found:
        sys.exit(f"{name} is not known when compiling")
    return int(found[1])


def symbol(name):
    """How PTX spells a name."""
    return re.sub(r"[^\w]", "_", name)


def compile_with_iree(tools, model, folder):
    """IREE's PTX, the text of its launches, and each kernel's block and shared memory."""
    # A network of any batch is one picture, as dlc has it.
    network = onnx.load(model)
    for dimension in (d for tensor in network.graph.input for d in tensor.type.tensor_type.shape.dim):
        if dimension.dim_param:
            dimension.dim_value = 1
    onnx.save(network, folder / "net.onnx")
    imported, options = folder / "net.mlir", ["--iree-opt-level=O3", "--iree-hal-target-device=cuda", "--iree-cuda-target=sm_60",
                                              "--iree-cuda-target-features=+ptx60", "--mlir-elide-elementsattrs-if-larger=4"]
    run([tools / "iree-import-onnx", folder / "net.onnx", "--opset-version", "17", "-o", imported])
    compiler = tools / "iree-compile"
    run([compiler, imported, *options, "--compile-to=executable-targets", "-o", folder / "kernels.mlir"])
    run([compiler, imported, *options, "--compile-to=hal", "-o", folder / "hal.mlir",
         f"--iree-hal-dump-executable-binaries-to={folder / 'kernels'}"])
    texts = list((folder / "kernels").glob("*.ptx"))
    if len(texts) != 1:
        sys.exit(f"{len(texts)} texts of PTX, expected one")
    blocks = {}
    for name, attributes in EXPORT.findall((folder / "kernels.mlir").read_text()):
        size, shared = SIZES.search(attributes).groups()
        blocks[symbol(name)] = ([int(n.split(":")[0]) for n in size.split(",")], int(shared or 0))
    return texts[0], (folder / "hal.mlir").read_text(), blocks


def launches_of(text, blocks):
    """(kernel, grid, block, shared memory, bindings, constants) for each launch, in order."""
    functions = dict(FUNCTION.findall(text))
    for function, grid, scalars, bindings in DISPATCH.findall(text):
        kernel = symbol(functions[function])
        block, shared = blocks[kernel]
        yield (kernel, [constant(n.strip()) for n in grid.split(",")], block, shared,
               [(buffer, constant(offset), constant(length))
                for buffer, offset, length in BINDING.findall(bindings)],
               [constant(n.strip()) for n in (scalars or "").split(",") if n.strip()])


def plan_of(launches):
    """The lines that replay.c reads."""
    sizes = {}
    for *_, bindings, _ in launches:
        for buffer, offset, length in bindings:
            sizes[buffer] = max(sizes.get(buffer, 0), offset + length)
    lines = [f"buffer {size}" for size in sizes.values()]
    numbers = {buffer: i for i, buffer in enumerate(sizes)}
    for kernel, grid, block, shared, bindings, scalars in launches:
        places = [n for buffer, offset, _ in bindings for n in (numbers[buffer], offset)]
        lines.append(" ".join(map(str, ["launch", kernel, *grid, *block, shared, len(bindings), *places,
                                        len(scalars), *scalars])))
    return "\n".join(lines) + "\n"


def counted(command, build, folder):
    """What a program's launches did in the emulator."""
    lines = folder / "launches.json"
    lines.unlink(missing_ok=True)
    run(command, env={**os.environ, **DRIVER, "LD_LIBRARY_PATH": str(build / "lib/dlc/cuda"),
                      "DLC_CUDA_STATS": str(lines)})
    return bounds.counts_of(lines.read_text().splitlines(), TARGET)


def of_iree(arguments, model, folder):
    ptx, text, blocks = compile_with_iree(arguments.iree, model, folder)
    launches = list(launches_of(text, blocks))
    if not launches or len(launches) != text.count("command_buffer.dispatch<"):
        sys.exit(f"{len(launches)} of {text.count('command_buffer.dispatch<')} launches are understood")
    (folder / "plan").write_text(plan_of(launches))
    run(["gcc", "-std=gnu99", "-O2", HERE / "replay.c", "-o", folder / "replay", "-ldl"])
    return counted([folder / "replay", ptx, folder / "plan"], arguments.build, folder)


def of_dlc(arguments, model, folder):
    host = os.uname().machine.replace("_", "-")
    run([arguments.build / "bin/dlc", model, f"--target={TARGET}", f"--host={host}", "--name=net",
         "-o", folder / "net.o"])
    runtime = REPOSITORY / "runtime"
    run(["gcc", "-std=gnu99", "-O2", REPOSITORY / "test/device/network.c", folder / "net.o",
         *sorted((runtime / "src").glob("dlc_cuda*.c")), f"-I{runtime / 'include'}", f"-I{folder}",
         "-o", folder / "network", "-ldl"])
    inputs, _ = load_test_set(model.parent)
    (folder / "inputs").write_bytes(b"".join(value.tobytes() for value in inputs))
    counts = counted([folder / "network", folder / "inputs", folder / "outputs", "1"], arguments.build, folder)
    bounds.check(counts, run([arguments.build / "bin/dlc", "run", model, "--inputs", model.parent,
                              f"--target={TARGET}", "--profile"]))
    return counts


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--build", type=Path, default=Path("build"))
    parser.add_argument("--iree", type=Path, required=True, help="folder of iree-compile")
    parser.add_argument("--networks", type=Path, help="folder of generated networks")
    parser.add_argument("names", nargs="+", metavar="NAME")
    arguments = parser.parse_args()
    print("| network | launches, dlc / IREE | instructions of warps | sectors | modelled | ratio of times |")
    print("|---|---|---|---|---|---|")
    for name in arguments.names:
        model = REPOSITORY / "test/models" / name / "model.onnx"
        if not model.exists() and arguments.networks:
            model = arguments.networks / name / "model.onnx"
        with tempfile.TemporaryDirectory() as scratch:
            ours, theirs = of_dlc(arguments, model, Path(scratch)), of_iree(arguments, model, Path(scratch))
        ratio = ours.seconds / theirs.seconds
        text = f"{ratio:.2f}" if ratio <= 0.5 else f"**{ratio:.2f}**"
        print(f"| {name} | {ours.launches} / {theirs.launches} "
              f"| {ours.instructions / 1e3:,.0f} / {theirs.instructions / 1e3:,.0f} thousand "
              f"| {ours.sectors / 1e3:,.0f} / {theirs.sectors / 1e3:,.0f} thousand "
              f"| {ours.seconds * 1e6:,.0f} / {theirs.seconds * 1e6:,.0f} us | {text} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
