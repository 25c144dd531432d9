"""What a GPU computes beside what the emulated one computes.

    device.py --build BUILD [--target gtx-1080|jetson-tx2|cuda-pascal] [--models NAME...] [--driver FOLDER]

On a machine with an NVIDIA GPU: every instruction of the emulator, with 4096
operands each, has to give the same bits (approximate ones: nearly), and so does
every network of test/models, in float32, by --fp16 and on memory of the device (--io=device). Prints the time of a run on the GPU, and of
onnxruntime's CUDA provider where it is installed. --driver names a folder with
another libcuda.so.1 in place of the system's, to try the script itself.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

import instructions

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
RUNTIME = REPOSITORY / "runtime"
NETWORKS = ["mnist", "resnet8_fp32", "ad01_fp32", "kws_fp32", "vww_fp32"]
SPECIAL = [0, 0x80000000, 0x3f800000, 0xbf800000, 0x7f800000, 0xff800000, 1, 0x7fffffff, 0x00800000, 0x4b000000,
           0x4effffff, 0x4f000000, 0xcf000000, 0x3effffff, 0x3f000000, 0x40200000, 0x7fc00000, 0x807fffff]


class Devices:
    """Runs a program with the emulated driver and with the other."""

    def __init__(self, arguments):
        self.emulated = {"LD_LIBRARY_PATH": str(arguments.build / "lib/dlc/cuda"), "DLC_CUDA_CAPABILITY": "62",
                         "DLC_CUDA_MEMORY": str(16 << 30)}
        self.other = dict(LD_LIBRARY_PATH=str(arguments.driver), DLC_CUDA_REVERSED="1") if arguments.driver else {}

    def run(self, command, folder):
        """Standard output of each; the outputs are folder/emulated and folder/device."""
        said = []
        for name, environment in (("emulated", self.emulated), ("device", self.other)):
            done = subprocess.run([*command, str(folder / name)], env={**os.environ, **environment},
                                  capture_output=True, text=True)
            if done.returncode:
                sys.exit(f"{name}: {command[0]} ended with {done.returncode}: {done.stderr}")
            said.append(done.stdout.strip())
        return said


def compile_c(sources, program, *options):
    subprocess.run(["gcc", "-std=gnu99", "-O2", "-Wall", "-Wextra", "-Werror", *options, *map(str, sources),
                    "-o", str(program), "-ldl"], check=True)


def operands():
    """Random bits, special numbers, moderate floats and moderate halves in turn."""
    random = np.random.default_rng(62)
    words = random.integers(0, 1 << 64, (instructions.COUNT, instructions.WORDS), np.uint64, endpoint=False)
    low = words & np.uint64(0xffffffff)
    low[1::4] = random.choice(np.array(SPECIAL, np.uint64), low[1::4].shape)
    moderate = (random.integers(-100000, 100000, low[2::4].shape) / np.float32(777)).astype(np.float32)
    low[2::4] = moderate.view(np.uint32)
    low[3::4] = low[3::4] & np.uint64(0x3fff3fff) | np.uint64(0x20002000)
    return (words & ~np.uint64(0xffffffff)) | low


def floats_of(name, words):
    """The results as floats, or None: of what type an instruction's result is."""
    kind = name.split(".")[1:]
    result = next((part for part in kind if part[0] in "fsub" and part[1:2].isdigit()), "b32")
    if name.startswith(("setp", "shfl", "copysign")):
        return None
    if result == "f64":
        return words.view(np.float64)
    if result in ("f16", "f16x2"):
        return words.astype(np.uint32).view(np.float16).astype(np.float32)
    return words.astype(np.uint32).view(np.float32) if result == "f32" else None


def count_differences(name, a, b):
    """A NaN is equal to a NaN: devices have one, CPUs have many."""
    x, y = floats_of(name, a), floats_of(name, b)
    if x is None:
        return int(np.sum(a != b))
    both = np.isnan(x) & np.isnan(y)
    if instructions.tolerance(name):
        with np.errstate(all="ignore"):
            near = np.abs(x.astype(np.float64) - y) <= instructions.tolerance(name) * np.maximum(1, np.abs(y))
        return int(np.sum(~(near | both | (x == y))))
    bits = np.uint64 if x.dtype == np.float64 else np.uint32
    return int(np.sum((x.view(bits) != y.view(bits)) & ~both))


def check_instructions(devices, capability, folder):
    text, names = instructions.module(capability)
    (folder / "kernels.ptx").write_text(text)
    (folder / "names").write_text("\n".join(map(instructions.symbol, names)) + "\n")
    operands().tofile(folder / "operands")
    compile_c([HERE / "kernels.c"], folder / "kernels")
    said = devices.run([str(folder / "kernels"), *(str(folder / n) for n in ("kernels.ptx", "names", "operands"))],
                       folder)
    results = [np.fromfile(folder / name, np.uint64).reshape(len(names), -1) for name in ("emulated", "device")]
    bad = 0
    for i, name in enumerate(names):
        different = count_differences(name, results[0][i], results[1][i])
        bad += different != 0
        if different:
            print(f"{name}: {different} of {instructions.COUNT} results differ")
    print(f"{said[1]}: {len(names) - bad} of {len(names)} instructions equal the emulator's")
    return bad


def random_inputs(model):
    import onnx
    random = np.random.default_rng(7)
    graph = onnx.load(model, load_external_data=False).graph
    constants = {tensor.name for tensor in graph.initializer}
    inputs = {}
    for value in graph.input:
        if value.name in constants:
            continue
        kind = onnx.helper.tensor_dtype_to_np_dtype(value.type.tensor_type.elem_type)
        shape = [dimension.dim_value or 1 for dimension in value.type.tensor_type.shape.dim]
        inputs[value.name] = (random.standard_normal(shape) if kind.kind == "f" else
                              random.integers(0, 100, shape)).astype(kind)
    return inputs


def onnxruntime_time(model, inputs):
    """Microseconds with onnxruntime's CUDA provider; None where it has none."""
    import onnxruntime
    if "CUDAExecutionProvider" not in onnxruntime.get_available_providers():
        return None
    session = onnxruntime.InferenceSession(str(model), providers=[("CUDAExecutionProvider", {"use_tf32": 0})])
    best = None
    for _ in range(100):
        begin = time.perf_counter()
        session.run(None, inputs)
        took = (time.perf_counter() - begin) * 1e6
        best = took if best is None else min(best, took)
    return best


def check_network(devices, arguments, model, more, folder):
    options = [f"--target={arguments.target}", f"--host={os.uname().machine.replace('_', '-')}", "--name=net", *more]
    subprocess.run([str(arguments.build / "bin/dlc"), str(model), *options, "-o", str(folder / "net.o")], check=True)
    compile_c([HERE / "network.c", folder / "net.o", *sorted((RUNTIME / "src").glob("dlc_cuda*.c"))],
              folder / "network", f"-I{RUNTIME / 'include'}", f"-I{folder}",
              *(["-DON_DEVICE"] if "--io=device" in more else []))
    inputs = random_inputs(model)
    (folder / "inputs").write_bytes(b"".join(value.tobytes() for value in inputs.values()))
    times = []
    for name, environment, runs in (("emulated", devices.emulated, 1), ("device", devices.other, 200)):
        done = subprocess.run([str(folder / "network"), str(folder / "inputs"), str(folder / name),
                               str(1 if arguments.driver else runs)], env={**os.environ, **environment},
                              capture_output=True, text=True)
        if done.returncode:
            print(f"{model.parent.name}: {name} ended with {done.returncode}: {done.stderr}")
            return 1
        times.append(float(done.stdout))
    equal = (folder / "emulated").read_bytes() == (folder / "device").read_bytes()
    beside = None if more else onnxruntime_time(model, inputs)
    print(f"{' '.join([model.parent.name, *more])}: {'equal bit for bit' if equal else 'DIFFERENT'}, {times[1]:.1f} us a run" +
          (f", onnxruntime {beside:.1f} us" if beside else ""))
    return not equal


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, required=True)
    parser.add_argument("--driver", type=Path)
    parser.add_argument("--target", default="gtx-1080")
    parser.add_argument("--models", nargs="*", default=NETWORKS)
    arguments = parser.parse_args()
    devices = Devices(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bad = check_instructions(devices, 60 if arguments.target == "cuda-pascal" else 61, folder)
        for network in arguments.models:
            model = REPOSITORY / "test/models" / network / "model.onnx"
            for more in [], ["--fp16"], ["--io=device"]:
                bad += check_network(devices, arguments, model, more, folder)
    return bad != 0


if __name__ == "__main__":
    sys.exit(main())
