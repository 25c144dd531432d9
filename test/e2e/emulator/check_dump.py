#!/usr/bin/env python3
"""What `dlc run --dump` writes, beside what onnxruntime computes for the same tensors.

    check_dump.py --dlc build/bin/dlc --plugin P --work build/w
"""

import argparse
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

TEST = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TEST / "harness"))

from board import missing_programs  # noqa: E402

SKIPPED = 77
SETS = 2


def network():
    """A convolution, a quantised one, a pool that answers where, and a product."""
    random = np.random.default_rng(5)

    def stored(name, values, kind=np.float32):
        return numpy_helper.from_array(np.asarray(values, kind), name)

    tensors = [stored("w", random.normal(0, 0.4, (6, 3, 3, 3))),
               stored("b", random.normal(0, 1, 6)),
               stored("s", 0.0517), stored("z", -3, np.int8), stored("t", 0.02131),
               stored("zw", 0, np.int8),
               stored("u", random.integers(-99, 99, (4, 6, 1, 1)), np.int8),
               stored("v", random.normal(0, 0.3, (5, 4 * 4 * 3))),
               stored("c", random.normal(0, 1, 5))]
    node = helper.make_node
    nodes = [
        node("Conv", ["x", "w", "b"], ["first/out"], "first/conv", pads=[1] * 4, strides=[2, 1]),
        node("Relu", ["first/out"], ["r"], "first/relu"),
        node("QuantizeLinear", ["r", "s", "z"], ["q"], "q"),
        node("DequantizeLinear", ["q", "s", "z"], ["dq"], "dq"),
        node("DequantizeLinear", ["u", "t", "zw"], ["dw"], "dw"),
        node("Conv", ["dq", "dw"], ["p"], "second"),
        node("QuantizeLinear", ["p", "s", "z"], ["pq"], "pq"),
        node("DequantizeLinear", ["pq", "s", "z"], ["pd"], "pd"),
        node("MaxPool", ["pd"], ["most", "where"], "\x1b[31mpool", kernel_shape=[1, 2],
             strides=[1, 2]),
        node("Flatten", ["most"], ["flat"], "flatten"),
        node("Gemm", ["flat", "v", "c"], ["y"], "last", transB=1),
        node("Greater", ["y", "c"], ["above"], "compare"),
        node("Cast", ["above"], ["answer"], "answer", to=TensorProto.INT32),
    ]
    value = helper.make_tensor_value_info
    graph = helper.make_graph(nodes, "net", [value("x", TensorProto.FLOAT, [1, 3, 8, 6])],
                              [value("answer", TensorProto.INT32, [1, 5])], tensors)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def reference(model, names, sample):
    """What onnxruntime computes for these tensors, unoptimised."""
    seen = onnx.ModelProto()
    seen.CopyFrom(model)
    have = {output.name for output in seen.graph.output}
    seen.graph.output.extend(helper.ValueInfoProto(name=n) for n in names if n not in have)
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(seen.SerializeToString(), options,
                                           ["CPUExecutionProvider"])
    return dict(zip(names, session.run(list(names), {"x": sample})))


class Checks:
    def __init__(self, dlc, work):
        self.dlc, self.work, self.wrong = dlc, work, 0
        self.model = network()
        onnx.save(self.model, work / "net.onnx")
        random = np.random.default_rng(6)
        self.samples = [random.normal(0, 1, (1, 3, 8, 6)).astype(np.float32) for _ in range(SETS)]
        for i, sample in enumerate(self.samples):
            folder = work / "data" / f"test_data_set_{i}"
            folder.mkdir(parents=True, exist_ok=True)
            answer = reference(self.model, ["answer"], sample)["answer"]
            for name, array in (("input_0.pb", sample), ("output_0.pb", answer)):
                (folder / name).write_bytes(numpy_helper.from_array(array).SerializeToString())

    def run(self, *options):
        return subprocess.run([str(part) for part in (self.dlc, "run", self.work / "net.onnx",
                                                      *options)],
                              text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def say(self, what, good, why=""):
        print(f"{what}: {'good' if good else 'WRONG ' + str(why)}")
        self.wrong += not good

    def compare(self, what, patterns, files, *options):
        """`files`: names of files and of the tensors that they have."""
        folder = self.work / what.replace(" ", "_")
        done = self.run(f"--inputs={self.work / 'data'}", f"--dump={patterns}",
                        f"--dump-to={folder}", "--check-only", *options)
        if done.returncode or "\x1b" in done.stdout:
            return self.say(what, False, done.stdout)
        bad = []
        for i, sample in enumerate(self.samples):
            wanted = reference(self.model, list(files.values()), sample)
            found = {p.name: np.load(p) for p in (folder / f"test_data_set_{i}").iterdir()}
            if set(found) != set(files):
                bad.append(sorted(found))
                continue
            for name, tensor in files.items():
                got, want = found[name], wanted[tensor]
                exact = got.dtype.kind != "f"
                same = got.dtype == want.dtype and got.shape == want.shape and (
                    np.array_equal(got, want) if exact
                    else np.allclose(got, want, rtol=1e-4, atol=1e-4))
                if not same:
                    bad.append((name, got.dtype, got.shape, want.dtype, want.shape))
        return self.say(what, not bad, bad)

    def refuse(self, what, text, *options):
        done = self.run(*options)
        self.say(what, done.returncode != 0 and text in done.stdout and
                 "\x1b" not in done.stdout, done.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--dlc", required=True, type=Path)
    parser.add_argument("--plugin", type=Path)
    parser.add_argument("--work", required=True, type=Path)
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    checks = Checks(arguments.dlc, arguments.work)
    by_node = {"first_out.npy": "first/out", "r.npy": "r"}
    checks.compare("nodes by a glob", "first/*", by_node)
    checks.compare("integers", "q,pq", {"q.npy": "q", "pq.npy": "pq"})
    checks.compare("both results", "?[[]31mpool", {"most.npy": "most", "where.npy": "where"})
    checks.compare("truth values", "above", {"above.npy": "above"})
    checks.compare("what is an output", "answer,y", {"answer.npy": "answer", "y.npy": "y"})
    if missing_programs("cortex-m4"):
        print("QEMU or gcc is missing")
        return SKIPPED
    checks.compare("on a device", "first/*,pq,y", by_node | {"pq.npy": "pq", "y.npy": "y"},
                   "--target=cortex-m4")
    checks.refuse("no such node", "no node of the graph has such a name", "--dump=third*")
    checks.refuse("no glob", "--dump=[", "--dump=[")
    checks.refuse("nothing", "--dump= names no node", "--dump=")
    checks.refuse("a folder alone", "is where --dump writes", "--dump-to=out")
    (arguments.work / "taken").write_text("")
    checks.refuse("no folder", "cannot write", "--dump=y",
                  f"--dump-to={arguments.work / 'taken'}")
    return 1 if checks.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
