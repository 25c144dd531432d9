"""Compiles a model with dlc for this machine and calls it from Python.

The object is linked into a shared library and called through ctypes with
nothing but what its header promises, so that this is also a test of the header.
"""

import ctypes
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper

GUARD_BYTES = 4096  # beside the arena, behind each output, to see writes there
GUARD_VALUE = 0xA5


class CompileError(Exception):
    pass


@dataclass
class CompileCost:
    seconds: float
    peak_bytes: int


def load_tensor(path):
    tensor = onnx.TensorProto()
    tensor.ParseFromString(Path(path).read_bytes())
    return numpy_helper.to_array(tensor)


def load_test_set(folder, index=0):
    """Inputs and outputs of FOLDER/test_data_set_INDEX in their order."""
    data_set = Path(folder) / f"test_data_set_{index}"

    def tensors(kind):
        paths = sorted(data_set.glob(f"{kind}_*.pb"),
                       key=lambda path: int(path.stem.rsplit("_", 1)[1]))
        return [load_tensor(path) for path in paths]

    return tensors("input"), tensors("output")


# A child's peak memory counts that of the process it was forked from, so a
# small process stands between.
LAUNCHER = """
import os, sys
pid = os.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
_, status, usage = os.wait4(pid, 0)
print(usage.ru_maxrss * 1024)
sys.exit(os.waitstatus_to_exitcode(status) & 255)
"""


def run_measured(command):
    """Runs a command; raises with its stderr, else returns its cost."""
    start = time.monotonic()
    done = subprocess.run([sys.executable, "-I", "-S", "-c", LAUNCHER, *command],
                          capture_output=True, text=True, check=False)
    if done.returncode:
        raise CompileError(f"{' '.join(map(str, command))}\n{done.stderr}"
                           f"exit code {done.returncode}")
    return CompileCost(time.monotonic() - start, int(done.stdout.split()[-1]))


def aligned_buffer(size, alignment):
    """A byte array of `size` that begins at a multiple of `alignment`, and at
    none of twice that; what keeps it alive is its base."""
    raw = np.empty(size + 2 * alignment, np.uint8)
    begin = (alignment - raw.ctypes.data) % (2 * alignment)
    return raw[begin : begin + size]


class CompiledNetwork:
    """A network compiled into `folder` as net.o, net.h and net.so."""

    def __init__(self, dlc, model, folder, options=(), link_with=(), target="host"):
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        obj = folder / "net.o"
        self.cost = run_measured([str(dlc), str(model), f"--target={target}", "--name=net",
                                  "-o", str(obj), *options])
        self.header = (folder / "net.h").read_text()
        library = folder / "net.so"
        run_measured(["cc", "-shared", "-o", str(library), str(obj),
                      *map(str, link_with)])
        self.library = ctypes.CDLL(str(library), mode=os.RTLD_LOCAL | os.RTLD_NOW)
        self.arena_bytes = self.constant("NET_ARENA_BYTES")
        self.arena_align = max(1, self.constant("NET_ARENA_ALIGN"))

    def constant(self, name):
        match = re.search(rf"^#define\s+{name}\s+\(?(\d+)", self.header, re.MULTILINE)
        if not match:
            raise CompileError(f"net.h does not define {name}")
        return int(match.group(1))

    def bind(self, inputs, references, align=1):
        """Allocates buffers, aligned to `align` or to what net.h asks for and to
        no more; returns the argument triple of net_run."""
        counts = self.constant("NET_INPUT_COUNT"), self.constant("NET_OUTPUT_COUNT")
        if counts != (len(inputs), len(references)):
            raise CompileError(f"net.h counts {counts} inputs and outputs")
        for kind, arrays in (("INPUT", inputs), ("OUTPUT", references)):
            for index, array in enumerate(arrays):
                if self.constant(f"NET_{kind}_{index}_BYTES") != array.nbytes:
                    raise CompileError(f"net.h: wrong size of {kind} {index}")
        self.memory = aligned_buffer(GUARD_BYTES + self.arena_bytes + GUARD_BYTES,
                                     max(align, self.arena_align))
        self.arena = self.memory[GUARD_BYTES:]
        self.inputs, self.outputs = [], []
        for array in inputs:
            buffer = aligned_buffer(array.nbytes, max(align, array.itemsize))
            buffer[:] = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
            self.inputs.append(buffer)
        self.outputs = [aligned_buffer(r.nbytes + GUARD_BYTES, max(align, r.itemsize))
                        for r in references]
        for buffer in [self.memory, *self.outputs]:
            buffer[:] = GUARD_VALUE

        def pointers(arrays):
            return (ctypes.c_void_p * len(arrays))(*[a.ctypes.data for a in arrays])

        return (pointers(self.inputs), pointers(self.outputs),
                ctypes.c_void_p(self.arena.ctypes.data))

    def run(self, inputs, references):
        """One inference; outputs come in the shapes and types of `references`."""
        arguments = self.bind(inputs, references)
        # Of a network on a GPU they are functions of the object, of others they
        # do nothing and are in the header alone.
        on_device = hasattr(self.library, "net_open")
        if on_device and (status := self.library.net_open(arguments[-1])):
            raise CompileError(f"net_open returned {status}")
        status = self.library.net_run(*arguments)
        if on_device:
            self.library.net_close(arguments[-1])
        if status:
            raise CompileError(f"net_run returned {status}")
        for index, (buffer, array) in enumerate(zip(self.inputs, inputs)):
            if buffer.tobytes() != array.tobytes():
                raise CompileError(f"net_run wrote to input {index}")
        if (self.memory[:GUARD_BYTES] != GUARD_VALUE).any():
            raise CompileError("net_run wrote before the arena")
        for what, buffer in [("arena", self.arena)] + [
                (f"output {i}", o) for i, o in enumerate(self.outputs)]:
            if (buffer[-GUARD_BYTES:] != GUARD_VALUE).any():
                raise CompileError(f"net_run wrote beyond the end of {what}")
        return [buffer[: r.nbytes].view(r.dtype).reshape(r.shape).copy()
                for buffer, r in zip(self.outputs, references)]


def largest_difference(actual, expected):
    """Largest difference relative to the largest magnitude of `expected`."""
    if not np.isfinite(actual).all():
        return float("inf")
    actual, expected = actual.astype(np.float64), expected.astype(np.float64)
    return float(np.abs(actual - expected).max() / max(np.abs(expected).max(), 1e-30))
