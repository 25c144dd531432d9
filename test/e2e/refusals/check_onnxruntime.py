"""Asks onnxruntime about the models at the borders of what ONNX allows.

refusals.txt says for each model whether onnxruntime refuses it too, or why it
does not; accepted.txt holds models that it must run, and dlc's results must be
its. The tables are those of test/unit/compiler-import.

    check_onnxruntime.py refusals
    check_onnxruntime.py accepted --dlc build/bin/dlc
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnx.parser
import onnxruntime
from onnx import numpy_helper

TABLES = Path("test/unit/compiler-import")
TYPES = {"tensor(float)": np.float32, "tensor(double)": np.float64,
         "tensor(float16)": np.float16, "tensor(bool)": np.bool_,
         **{f"tensor({sign}int{bits})": np.dtype(f"{sign}int{bits}").type
            for sign in ("", "u") for bits in (8, 16, 32, 64)}}


def rows(table, columns):
    text = (TABLES / table).read_text(encoding="utf-8")
    for number, line in enumerate(text.splitlines(), 1):
        if line and not line.startswith("#"):
            cells = line.split(" | ")
            assert len(cells) == columns, f"{table}:{number}"
            yield f"{table}:{number}", cells


def model_of(opset, graph):
    return onnx.parser.parse_model(
        f'<ir_version: 8, opset_import: ["" : {opset}, "com.microsoft" : 1, '
        f'"ai.onnx.ml" : 3, "qonnx.custom_op.general" : 2]>\n'
        f'border {graph}')


def session_of(model):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(model.SerializeToString(), options,
                                        providers=["CPUExecutionProvider"])


def inputs_of(session):
    """Small numbers, so that indices and lengths are inside."""
    generator = np.random.default_rng(7)
    feeds = {}
    for one in session.get_inputs():
        shape = [size if isinstance(size, int) else 1 for size in one.shape]
        values = generator.uniform(-1, 1, shape)
        if "float" not in one.type and "double" not in one.type:
            values = np.abs(values) * 1.99  # 0 or 1
        feeds[one.name] = np.asarray(values, TYPES[one.type])
    return feeds


def answer(model):
    """"accepts", "refuses" or "crashes", from a process of its own."""
    child = os.fork()
    if child == 0:
        try:
            session = session_of(model)
            session.run(None, inputs_of(session))
        except Exception:  # whatever onnxruntime says
            os._exit(1)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    if os.WIFSIGNALED(status):
        return "crashes"
    return "refuses" if os.WEXITSTATUS(status) else "accepts"


def check_refusals():
    problems = []
    for place, (opset, graph, _, onnxruntime_does) in rows("refusals.txt", 4):
        found = answer(model_of(opset, graph))
        stated = onnxruntime_does.split(":")[0]
        if found != stated:
            problems.append(f"{place}: onnxruntime {found} this, the table "
                            f"says {onnxruntime_does}\n    {graph}")
        if stated == "accepts" and ": " not in onnxruntime_does:
            problems.append(f"{place}: say why this is refused although "
                            "onnxruntime accepts it")
    return problems


def check_accepted(dlc):
    problems = []
    for place, (opset, graph, _) in rows("accepted.txt", 3):
        model = model_of(opset, graph)
        try:
            session = session_of(model)
            feeds = inputs_of(session)
            expected = session.run(None, feeds)
        except Exception as error:  # whatever onnxruntime says
            problems.append(f"{place}: onnxruntime refuses it: {error}")
            continue
        with tempfile.TemporaryDirectory() as folder:
            onnx.save(model, f"{folder}/model.onnx")
            data = Path(folder, "test_data_set_0")
            data.mkdir()
            for kind, arrays in (("input", [feeds[i.name] for i in
                                            session.get_inputs()]),
                                 ("output", expected)):
                for i, array in enumerate(arrays):
                    tensor = numpy_helper.from_array(np.asarray(array))
                    (data / f"{kind}_{i}.pb").write_bytes(
                        tensor.SerializeToString())
            run = subprocess.run([dlc, "run", folder, "--check-only",
                                  "--tolerance=1e-5"],
                                 capture_output=True, text=True, check=False)
        if run.returncode:
            problems.append(f"{place}: {graph}\n    {run.stdout}{run.stderr}")
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("what", choices=["refusals", "accepted"])
    parser.add_argument("--dlc", type=os.path.abspath)
    options = parser.parse_args()
    problems = (check_refusals() if options.what == "refusals"
                else check_accepted(options.dlc))
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
