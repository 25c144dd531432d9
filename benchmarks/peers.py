"""Networks in other runtimes, one thread each, as callables that are timed in turn.

A side has a name and seconds(count): how long so many inferences take.
"""

import ctypes
import itertools
import os
import time
from pathlib import Path

import numpy as np


class Side:
    def __init__(self, name, seconds, output):
        self.name, self.seconds = name, seconds
        self.output = output  # of the last inference, a function
        self.best = float("inf")


def in_turn(sides, seconds):
    """The least seconds of an inference of each, of batches of a millisecond that follow
    each other: what slows the machine down for a while hits all."""
    counts = [max(1, int(1e-3 / max(side.seconds(1), 1e-7))) for side in sides]
    end, rounds = time.monotonic() + seconds, 0
    while rounds < 3 or time.monotonic() < end:
        for side, count in zip(sides, counts):
            side.best = min(side.best, side.seconds(count) / count)
        rounds += 1


def of_library(native, name, function, state, output):
    """A function int (*)(void *), called from C."""
    address = ctypes.cast(function, ctypes.c_void_p)

    def seconds(count):
        result = native.library.time_calls(address, state, count)
        if result < 0:
            raise RuntimeError(f"{name}: an inference failed")
        return result

    return Side(name, seconds, output)


class OpenVino:
    """By its C interface: Python's costs as much as a small network."""

    def __init__(self, native):
        import openvino  # noqa: PLC0415, its libraries are in the package
        self.native = native
        folder = Path(openvino.__file__).parent / "libs"
        self.library = ctypes.CDLL(str(next(folder.glob("libopenvino_c.so*"))))
        for name in ("ov_core_read_model", "ov_core_compile_model"):
            getattr(self.library, name).restype = ctypes.c_int
        self.core = ctypes.c_void_p()
        self.check(self.library.ov_core_create(ctypes.byref(self.core)))

    def check(self, status):
        if status:
            said = self.library.ov_get_last_err_msg
            said.restype = ctypes.c_char_p
            raise RuntimeError(f"OpenVINO: {(said() or b'').decode()}")

    def open(self, path, data, reference):
        o, made = self.library, [ctypes.c_void_p() for _ in range(5)]
        model, compiled, request, x, y = made
        self.check(o.ov_core_read_model(self.core, str(path).encode(), None,
                                        ctypes.byref(model)))
        options = [b"INFERENCE_NUM_THREADS", b"1", b"NUM_STREAMS", b"1", b"PERFORMANCE_HINT",
                   b"LATENCY", b"ENABLE_CPU_PINNING", b"NO"]
        self.check(o.ov_core_compile_model(self.core, model, b"CPU",
                                           ctypes.c_size_t(len(options)),
                                           ctypes.byref(compiled), *map(ctypes.c_char_p, options)))
        self.check(o.ov_compiled_model_create_infer_request(compiled, ctypes.byref(request)))
        address = ctypes.c_void_p()
        for index, kind, tensor in ((0, "input", x), (0, "output", y)):
            self.check(getattr(o, f"ov_infer_request_get_{kind}_tensor_by_index")(
                request, ctypes.c_size_t(index), ctypes.byref(tensor)))
        self.check(o.ov_tensor_data(x, ctypes.byref(address)))
        ctypes.memmove(address, data.ctypes.data, data.nbytes)

        def output():
            where, result = ctypes.c_void_p(), np.empty_like(reference)
            self.check(o.ov_tensor_data(y, ctypes.byref(where)))
            ctypes.memmove(result.ctypes.data, where, result.nbytes)
            return result

        return of_library(self.native, "OpenVINO", o.ov_infer_request_infer, request, output)


def lite_rt(path, data):
    """XNNPACK by way of LiteRT, called from Python: some 0.3 us for a call."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    from ai_edge_litert.interpreter import Interpreter  # noqa: PLC0415
    interpreter = Interpreter(str(path), num_threads=1)
    interpreter.allocate_tensors()
    details = interpreter.get_input_details()[0]
    interpreter.set_tensor(details["index"], data.reshape(details["shape"]))
    invoke = interpreter._interpreter.Invoke  # noqa: SLF001, past checks in Python

    def seconds(count):
        start = time.perf_counter()
        for _ in itertools.repeat(None, count):
            invoke()
        return time.perf_counter() - start

    return Side("XNNPACK", seconds, lambda: interpreter.get_tensor(
        interpreter.get_output_details()[0]["index"]))
