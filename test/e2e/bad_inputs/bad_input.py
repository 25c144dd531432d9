"""Compiles one bad input and checks how dlc refuses it.

Every case must end with exit code 1, one diagnostic that names the culprit,
and no file left behind.

    bad_input.py --list
    bad_input.py CASE --dlc build/bin/dlc
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile

CASES = {}


class Case:
    """What a generator returns: the diagnostic, and the command's arguments."""

    def __init__(self, diagnostic, *arguments, target="x86-64-v2",
                 output="net.o"):
        self.diagnostic = diagnostic
        self.arguments = arguments
        self.target = target
        self.output = output


def case(function):
    CASES[function.__name__] = function
    return function


def parse(body, opsets='"" : 17'):
    import onnx.parser
    return onnx.parser.parse_model(
        f"<ir_version: 8, opset_import: [{opsets}]>\n{body}")


def save(model, folder):
    """Without ONNX's checks: the model is meant to be wrong."""
    (folder / "model.onnx").write_bytes(model.SerializeToString())


RELU = """net (float[2,8] x) => (float[2,8] y) { [act] y = Relu (x) }"""


# ---- The file ---------------------------------------------------------------

@case
def missing_file(folder):
    return Case(r"model\.onnx: error: cannot open the model: No such file")


@case
def truncated_file(folder):
    whole = weights_model(64).SerializeToString()
    (folder / "model.onnx").write_bytes(whole[:len(whole) // 2])
    return Case(r"model\.onnx: error: the ONNX model is truncated or damaged")


@case
def not_onnx(folder):
    (folder / "model.onnx").write_text("<html>404 Not Found</html>\n" * 20)
    return Case(r"model\.onnx: error: this is not an ONNX model")


@case
def empty_file(folder):
    (folder / "model.onnx").write_bytes(b"")
    return Case(r"model\.onnx: error: this is not an ONNX model")


@case
def folder_as_model(folder):
    (folder / "model.onnx").mkdir()
    return Case(r"model\.onnx: error: .*folder")


# ---- External data ----------------------------------------------------------

def weights_model(size, location=None):
    import numpy as np
    from onnx import TensorProto, numpy_helper
    model = parse("net (float[N] x) => (float[N] y) { [scale] y = Mul (x, w) }")
    model.graph.input[0].type.tensor_type.shape.dim[0].dim_value = size
    values = np.arange(size, dtype=np.float32)
    tensor = numpy_helper.from_array(values, "w")
    if location is not None:
        tensor.ClearField("raw_data")
        tensor.data_location = TensorProto.EXTERNAL
        entry = tensor.external_data.add()
        entry.key, entry.value = "location", location
    model.graph.initializer.append(tensor)
    return model


@case
def external_data_missing(folder):
    save(weights_model(64, "weights.bin"), folder)
    return Case(r"tensor 'w': external data 'weights\.bin' cannot be read: No "
                r"such file or directory; put the file beside the model")


@case
def external_data_too_short(folder):
    save(weights_model(64, "weights.bin"), folder)
    (folder / "weights.bin").write_bytes(bytes(255))
    return Case(r"tensor 'w': external data 'weights\.bin' is too short: 256 "
                r"bytes are needed")


@case
def external_data_above_folder(folder):
    inner = folder / "inner"
    inner.mkdir()
    (folder / "weights.bin").write_bytes(bytes(256))
    save(weights_model(64, "../weights.bin"), inner)
    (inner / "model.onnx").rename(folder / "inner" / "m.onnx")
    (folder / "model.onnx").symlink_to("inner/m.onnx")
    return Case(r"tensor 'w': external data '\.\./weights\.bin' leaves the "
                r"model's folder")


@case
def external_data_absolute(folder):
    save(weights_model(64, "/etc/passwd"), folder)
    return Case(r"tensor 'w': external data '/etc/passwd' must be a path "
                r"relative to the model's folder")


@case
def external_data_through_link(folder):
    save(weights_model(1, "weights.bin"), folder)
    (folder / "weights.bin").symlink_to("/etc/passwd")
    return Case(r"tensor 'w': external data 'weights\.bin' leaves the model's "
                r"folder through a link")


# ---- The graph --------------------------------------------------------------

@case
def unknown_operator(folder):
    save(parse("net (float[4] x) => (float[4] y) { [odd] y = Frobnicate (x) }"),
         folder)
    return Case(r"model\.onnx: error: node 'odd' \(Frobnicate\): operator "
                r"Frobnicate is neither an ONNX operator nor a function")


@case
def unknown_domain(folder):
    save(parse("net (float[4] x) => (float[4] y) "
               "{ [odd] y = com.acme.Attend (x) }", '"" : 17, "com.acme" : 1'),
         folder)
    return Case(r"node 'odd' \(Attend\): operator Attend of domain 'com\.acme'")


@case
def unsupported_operators(folder):
    save(parse("""net (float[4] x) => (float[n] y, float[n] z) {
                  [one] y = ImageDecoder (x)
                  [two] z = StringNormalizer (y) }""", '"" : 20'), folder)
    return Case(r"error: 2 nodes have operators that are not supported\n"
                r"model\.onnx: note: node 'one' \(ImageDecoder\).*\n"
                r"model\.onnx: note: node 'two' \(StringNormalizer\)")


@case
def cyclic_graph(folder):
    save(parse("""net (float[4] x) => (float[4] y) {
                  [a] p = Add (x, q)
                  [b] q = Relu (p)
                  y = Relu (q) }"""), folder)
    return Case(r"node 'a' \(Add\): the graph has a cycle: 'a' -> 'b' -> 'a'")


@case
def duplicate_name(folder):
    save(parse("""net (float[4] x) => (float[4] y) {
                  y = Relu (x)
                  y = Exp (x) }"""), folder)
    return Case(r"its output 'y' is already made by node 'Relu_0' \(Relu\)")


@case
def newer_operator_set(folder):
    save(parse(RELU, '"" : 99'), folder)
    return Case(r"needs ONNX operator set 99, but this compiler knows 1 to \d+")


# ---- Shapes and types -------------------------------------------------------

@case
def dynamic_dimension(folder):
    save(parse("net (float[batch,time] x) => (float[batch,time] y) "
               "{ y = Relu (x) }"), folder)
    return Case(r"input 'x': dimension 1 \('time'\) is dynamic; give its size "
                r"with --shape time=SIZE")


@case
def unknown_dimension(folder):
    save(parse(RELU), folder)
    return Case(r"--shape tmie=3: no input has a dynamic dimension of this "
                r"name; all shapes of this model are static",
                "--shape=tmie=3")


@case
def wrong_rank(folder):
    save(parse("""net (float[2,8] x, float[4,2,3,3] w) => (float[2,8] y)
                  { [c] y = Conv (x, w) }"""), folder)
    return Case(r"node 'c' \(Conv\): input and filter have ranks 2 and 4")


@case
def wrong_type(folder):
    save(parse("net (int64[4] x) => (int64[4] y) { [e] y = Exp (x) }"), folder)
    return Case(r"node 'e' \(Exp\): its input 'input' has the type int64")


@case
def wrong_data_size(folder):
    model = weights_model(64)
    model.graph.initializer[0].raw_data = bytes(12)
    save(model, folder)
    return Case(r"tensor 'w' has 12 bytes of data, but its shape and type need "
                r"256")


@case
def overflowing_size(folder):
    save(parse("""net (float[4] x) => (float[n] y)
                  <int64[4] s = {4294967296, 4294967296, 4294967296, 4}>
                  { [grow] y = Expand (x, s) }"""), folder)
    return Case(r"node 'grow' \(Expand\): the result is too large")


@case
def zero_sized_tensor(folder):
    save(parse("net (float[4,0] x) => (float[4,0] y) { y = Relu (x) }"), folder)
    return Case(r"input 'x' has a dimension of size 0")


@case
def too_large_to_address(folder):
    save(parse("net (float[N,8] x) => (float[N,8] y) { y = Relu (x) }"), folder)
    return Case(r"input 'x' takes 4294967296 bytes, but the target can "
                r"address 2147483647", "--shape=N=134217728",
                target="cortex-m4")


@case
def result_too_large_to_address(folder):
    save(parse("""net (float[4] x) => (float[n] y)
                  <int64[1] s = {1099511627776}>
                  { [grow] y = Tile (x, s) }"""), folder)
    return Case(r"node 'grow' \(Tile\): its result takes 17592186044416 bytes",
                target="cortex-m4")


@case
def index_outside(folder):
    save(parse("""net (float[4] x) => (float[1] y) <int64[1] i = {9}>
                  { [pick] y = Gather (x, i) }"""), folder)
    return Case(r"node 'pick' \(Gather\): input 'indices' has the entry 9, but "
                r"dimension 0 of input 'data' has size 4; indices must be in "
                r"\[-4, 3\]")


# ---- The command ------------------------------------------------------------

@case
def unknown_target(folder):
    save(parse(RELU), folder)
    return Case(r"error: .*cortex-q9", target="cortex-q9")


@case
def target_given_twice(folder):
    save(parse(RELU), folder)
    return Case(r"--target is given twice", "--target=cortex-m3")


@case
def two_levels_of_optimisation(folder):
    save(parse(RELU), folder)
    return Case(r"two of -O1, -O2 and -Os are given", "-O1", "-Os")


@case
def dimension_given_twice(folder):
    save(parse("net (float[N,8] x) => (float[N,8] y) { y = Relu (x) }"), folder)
    return Case(r"--shape: dimension 'N' is given twice", "--shape=N=2",
                "--shape=N=3")


@case
def processor_of_another_profile(folder):
    save(parse(RELU), folder)
    return Case(r"target 'cortex-m4': processor 'cortex-a72' does not run code "
                r"for thumbv7em", "--mcpu=cortex-a72", target="cortex-m4")


@case
def older_processor(folder):
    save(parse(RELU), folder)
    return Case(r"target 'cortex-m4': processor 'cortex-m3' does not run code "
                r"for thumbv7em", "--mcpu=cortex-m3", target="cortex-m4")


@case
def unwritable_output(folder):
    save(parse(RELU), folder)
    return Case(r"error: .*no_such_folder", output="no_such_folder/net.o")


@case
def ram_budget_exceeded(folder):
    save(parse("""net (float[1,4096] x) => (float[1,4096] y)
                  { [first] a = Softmax (x)
                    [second] y = Softmax (a) }"""), folder)
    return Case(r"error: (.|\n)*(first|second)", "--ram=1K")


@case
def flash_budget_exceeded(folder):
    save(weights_model(4096), folder)
    return Case(r"error: (.|\n)*(scale|w)", "--flash=1K")


# ---- The check --------------------------------------------------------------

def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def check(name, dlc):
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        bad = CASES[name](folder)
        before = files(folder)
        command = [dlc, "model.onnx", f"--target={bad.target}",
                   "-o", bad.output, *bad.arguments]
        run = subprocess.run(command, cwd=folder, text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        print(run.stdout + run.stderr, end="")
        problems = []
        if run.returncode != 1:
            problems.append(f"exit code {run.returncode} instead of 1")
        if not re.search(bad.diagnostic, run.stderr):
            problems.append(f"no diagnostic matches {bad.diagnostic}")
        if run.stderr.count("error: ") != 1:
            problems.append("not exactly one error")
        if files(folder) != before:
            problems.append(f"files left behind: {files(folder)}")
        for problem in problems:
            print(f"{name}: {problem}", file=sys.stderr)
        return 1 if problems else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("case", nargs="?", choices=sorted(CASES))
    parser.add_argument("--dlc", type=os.path.abspath)
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    if options.list:
        print("\n".join(CASES))
        return 0
    return check(options.case, options.dlc)


if __name__ == "__main__":
    sys.exit(main())
