"""Measuring: the native helper, one network beside onnxruntime, the machine."""

import ctypes
import importlib.util
import platform
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx

HERE = Path(__file__).resolve().parent
MODELS = HERE.parent / "test" / "models"
sys.path.insert(0, str(MODELS))

import compiled_network  # noqa: E402
import generate_networks  # noqa: E402

MAX_RANK, MAX_TENSORS = 8, 8
# A working set in no cache of today's.
BEYOND_CACHES = 1 << 28


class Tensor(ctypes.Structure):
    """struct tensor of side_by_side.c."""

    _fields_ = [("name", ctypes.c_char_p), ("data", ctypes.c_void_p),
                ("bytes", ctypes.c_size_t), ("shape", ctypes.c_int64 * MAX_RANK),
                ("rank", ctypes.c_size_t), ("element_type", ctypes.c_int)]


class Peer(ctypes.Structure):
    """struct peer."""

    _fields_ = [("run", ctypes.c_void_p), ("session", ctypes.c_void_p),
                ("in_count", ctypes.c_size_t), ("out_count", ctypes.c_size_t),
                ("in_names", ctypes.c_char_p * MAX_TENSORS),
                ("out_names", ctypes.c_char_p * MAX_TENSORS),
                ("ins", ctypes.c_void_p * MAX_TENSORS),
                ("outs", ctypes.c_void_p * MAX_TENSORS)]


class Network(ctypes.Structure):
    """struct network."""

    _fields_ = [("run", ctypes.c_void_p), ("inputs", ctypes.c_void_p),
                ("outputs", ctypes.c_void_p), ("arena", ctypes.c_void_p)]


class Native:
    """side_by_side.c, peak.c, dot_peak.c and stream.c, compiled for this machine."""

    def __init__(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        library = folder / "measure.so"
        subprocess.run(["cc", "-O2", "-march=native", "-shared", "-fPIC", "-o", library,
                        HERE / "side_by_side.c", HERE / "peak.c", HERE / "dot_peak.c",
                        HERE / "stream.c", "-ldl"], check=True)
        self.library = ctypes.CDLL(str(library))
        self.library.measure_peak.restype = ctypes.c_double
        self.library.measure_peak.argtypes = [ctypes.c_double]
        self.library.measure_dot_peak.restype = ctypes.c_double
        self.library.measure_dot_peak.argtypes = [ctypes.c_double]
        self.library.time_calls.restype = ctypes.c_double
        self.library.time_calls.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_long]
        self.library.measure_read_bandwidth.restype = ctypes.c_double
        self.library.measure_read_bandwidth.argtypes = [ctypes.c_size_t,
                                                        ctypes.c_double]
        self.library.alternate.restype = ctypes.c_long
        self.library.alternate.argtypes = [ctypes.c_void_p, ctypes.c_void_p,
                                           ctypes.c_double, ctypes.c_void_p]
        package = importlib.util.find_spec("onnxruntime").submodule_search_locations[0]
        self.onnxruntime = next(Path(package).glob("capi/libonnxruntime.so*"))

    def peak(self, seconds=0.5):
        """Float32 operations for each second on one core."""
        return self.library.measure_peak(seconds)

    def read_bandwidth(self, working_set, seconds=0.3):
        """Bytes for each second that one core reads of so many bytes, in order."""
        return self.library.measure_read_bandwidth(working_set, seconds)

    def vector_bits(self):
        return self.library.peak_vector_bits()

    def alternate(self, network, peer, seconds):
        """Smallest seconds per inference of both (0.0 where None)."""
        best = (ctypes.c_double * 2)()
        rounds = self.library.alternate(
            ctypes.byref(network) if network else None,
            ctypes.byref(peer) if peer else None, seconds, best)
        if rounds < 0:
            raise RuntimeError("an inference failed while it was timed")
        return best[0], best[1]


def open_peer(native, model_path, inputs, references, threads=1):
    """An onnxruntime session with all its optimisations and bound buffers."""
    model = onnx.load(model_path, load_external_data=False)
    constants = {tensor.name for tensor in model.graph.initializer}
    names = [i.name for i in model.graph.input if i.name not in constants]
    names += [o.name for o in model.graph.output]
    buffers = [np.ascontiguousarray(a).copy() for a in [*inputs, *references]]
    tensors = (Tensor * len(buffers))()
    for tensor, name, buffer in zip(tensors, names, buffers):
        tensor.name, tensor.data = name.encode(), buffer.ctypes.data
        tensor.bytes, tensor.rank = buffer.nbytes, buffer.ndim
        tensor.shape[: buffer.ndim] = buffer.shape
        tensor.element_type = onnx.helper.np_dtype_to_tensor_dtype(buffer.dtype)
    peer = Peer()
    peer.keep_alive = (tensors, buffers)
    if native.library.peer_open(str(native.onnxruntime).encode(),
                                str(model_path).encode(), threads, tensors,
                                ctypes.c_size_t(len(inputs)),
                                ctypes.c_size_t(len(references)), ctypes.byref(peer)):
        raise RuntimeError(f"onnxruntime does not run {model_path}")
    return peer


def bind_network(compiled, inputs, references):
    arguments = compiled.bind(inputs, references, align=64)
    network = Network(ctypes.cast(compiled.library.net_run, ctypes.c_void_p),
                      ctypes.cast(arguments[0], ctypes.c_void_p),
                      ctypes.cast(arguments[1], ctypes.c_void_p), arguments[2])
    network.keep_alive = (compiled, arguments)
    return network


def multiply_adds(model_path):
    """Of convolutions and products, from the shapes in the model."""
    model = onnx.load(model_path)
    inferred = onnx.shape_inference.infer_shapes(model, data_prop=True).graph
    shapes = {t.name: list(t.dims) for t in inferred.initializer}
    for value in [*inferred.input, *inferred.output, *inferred.value_info]:
        dims = value.type.tensor_type.shape.dim
        shapes.setdefault(value.name, [d.dim_value or 1 for d in dims])
    total = 0
    for node in inferred.node:
        if node.op_type == "Conv":
            per_output = np.prod(shapes[node.input[1]][1:])
        elif node.op_type == "Gemm":
            transposed = any(a.name == "transA" and a.i for a in node.attribute)
            per_output = shapes[node.input[0]][0 if transposed else 1]
        elif node.op_type == "MatMul":
            per_output = shapes[node.input[0]][-1]
        else:
            continue
        total += int(np.prod(shapes[node.output[0]])) * int(per_output)
    return total


@dataclass
class Result:
    name: str
    multiply_adds: int
    ours: float  # seconds per inference
    peer: float
    difference: float  # from the reference, relative
    compile_seconds: float
    compile_bytes: int
    model_bytes: int
    arena_bytes: int


def locate(name, networks):
    committed = MODELS / name
    if (committed / "model.onnx").exists():
        return committed
    return generate_networks.ensure(networks, name)


def measure(native, dlc, name, build, seconds, threads=1, options=(), link_with=()):
    """Compiles, checks and times one network beside onnxruntime."""
    folder = locate(name, build / "networks")
    model = folder / "model.onnx"
    inputs, references = compiled_network.load_test_set(folder)
    compiled = compiled_network.CompiledNetwork(
        dlc, model, build / "benchmarks" / f"{name}-{threads}", options, link_with)
    outputs = compiled.run(inputs, references)
    difference = max(map(compiled_network.largest_difference, outputs, references))
    network = bind_network(compiled, inputs, references)
    # One thread for the peer in any case: its waiting threads would spin on the
    # cores that ours compute on.
    peer = open_peer(native, model, inputs, references)
    ours, theirs = native.alternate(network, peer, seconds)
    size = sum(p.stat().st_size for p in folder.glob("model.onnx*"))
    return Result(name, multiply_adds(model), ours, theirs, difference,
                  compiled.cost.seconds, compiled.cost.peak_bytes, size,
                  compiled.arena_bytes)


def machine():
    """Processor, its count of cores, and the compiler under test's system."""
    name = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        lines = [line.split(":", 1)[1].strip() for line in info.read_text().splitlines()
                 if line.startswith("model name")]
        name = f"{lines[0]}, {len(lines)} cores" if lines else name
    return f"{name}, {platform.system()} {platform.release()}"
