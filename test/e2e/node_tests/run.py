#!/usr/bin/env python3
"""Runs ONNX's backend node tests with `dlc run`.

    run.py --dlc build/bin/dlc                  the cases of Debian's libonnx-testdata
    run.py --dlc build/bin/dlc --newest         those that came later
    run.py --dlc build/bin/dlc --target T       those of devices.txt, under QEMU
    run.py --dlc build/bin/dlc --target T --all every case that passes here, under QEMU
    run.py --dlc build/bin/dlc [...] --update   rewrites the lists
    run.py --dlc build/bin/dlc [...] NAME ...   these cases, with what dlc says

Cases that came later are those that the onnx package in use generates and Debian's
does not have. passing.txt and passing_newest.txt name the cases that pass, and
refused.txt and refused_newest.txt the others, with the reason that dlc gives: each
case has to end as its list says.

ONNX's tests feed some operands that dlc has to know when compiling (axes,
shapes, pads). Such a case runs with the operands behind the first as
initializers, or all of them where that is not enough. Sequences and optional
values, which C has no types for, are made of tensors at the model's edges.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper
from onnx.backend.test.case.node import collect_testcases

sys.path[:0] = [str(Path(__file__).resolve().parents[2] / "harness")]
import programs  # noqa: E402

SKIPPED = 77
CASES = Path("/usr/share/libonnx-testdata/data/node")
HERE = Path(__file__).parent
# Relative to the largest element of the result.
TOLERANCE = 1e-5
# Recorded with 3.1415 for pi, or with four digits.
ROUGH = ("test_averagepool_2d_ceil_last_window_starts_on_pad", "test_blackmanwindow",
         "test_hammingwindow", "test_hannwindow", "test_roialign")
ROUGH_TOLERANCE = 2e-4
# Where the difference that dlc finds does not say why.
REASONS = {
    r"bernoulli": "random numbers, which ONNX leaves open (docs/decisions/random-numbers.md)",
    r"cast(like)?_(BFLOAT16_to_FLOAT|FLOAT_to_BFLOAT16)":
        "Debian's data of bfloat16 are written as uint16",
}
# As ONNX's own runner has it; half precision has 11 digits and bfloat16 8.
HALF_TOLERANCE = {onnx.TensorProto.FLOAT16: 2e-3, onnx.TensorProto.BFLOAT16: 1e-2}


def write_newest(folder):
    """Writes the cases of the onnx package that Debian's package does not have."""
    warnings.filterwarnings("ignore")  # the generators overflow on purpose
    for case in collect_testcases(None):
        if case.kind != "node" or case.model is None or (CASES / case.name).exists():
            continue
        target = folder / case.name
        inputs, outputs = case.data_sets[0]
        write_case(target, *as_tensors(case.model, inputs, outputs))


def write_case(target, model, inputs, outputs):
    data = target / "test_data_set_0"
    data.mkdir(parents=True)
    onnx.save(model, target / "model.onnx")
    for kind, arrays, values in [("input", inputs, model.graph.input),
                                 ("output", outputs, model.graph.output)]:
        for index, (array, value) in enumerate(zip(arrays, values)):
            tensor = (array if isinstance(array, onnx.TensorProto) else
                      numpy_helper.from_array(np.asarray(array), value.name))
            (data / f"{kind}_{index}.pb").write_bytes(tensor.SerializeToString())


class Edges:
    """A model whose inputs and outputs are tensors, in place of one where some are
    sequences or optional values."""

    def __init__(self, model):
        self.model = onnx.ModelProto()
        self.model.CopyFrom(model)
        self.inputs, self.outputs, self.before, self.behind = [], [], [], []

    def give(self, name, kind, value):
        """Makes the value `name` of one or more inputs of the model."""
        if kind.HasField("tensor_type"):
            self.inputs.append((name, value))
        elif kind.HasField("sequence_type"):
            element = kind.sequence_type.elem_type
            parts = [f"{name}_{i}" for i in range(len(value))]
            for part, inner in zip(parts, value):
                self.give(part, element, inner)
            self.before.append(
                helper.make_node("SequenceConstruct", parts, [name]) if parts else
                helper.make_node("SequenceEmpty", [], [name],
                                 dtype=element.tensor_type.elem_type))
        elif value is None:
            self.before.append(helper.make_node(
                "Optional", [], [name], type=kind.optional_type.elem_type))
        else:
            self.give(name, kind.optional_type.elem_type, value)

    def want(self, name, kind, value):
        """Makes outputs of the value `name` and of all that it consists of."""
        if kind.HasField("tensor_type"):
            self.outputs.append((name, value))
        elif kind.HasField("sequence_type"):
            self.behind.append(helper.make_node("SequenceLength", [name], [f"{name}_length"]))
            self.outputs.append((f"{name}_length", np.int64(len(value))))
            for i, inner in enumerate(value):
                at, part = f"{name}_at_{i}", f"{name}_{i}"
                self.behind.append(helper.make_node(
                    "Constant", [], [at], value=numpy_helper.from_array(np.int64(i))))
                self.behind.append(helper.make_node("SequenceAt", [name, at], [part]))
                self.want(part, kind.sequence_type.elem_type, inner)
        else:
            self.behind.append(helper.make_node("OptionalHasElement", [name], [f"{name}_has"]))
            self.outputs.append((f"{name}_has", np.bool_(value is not None)))
            if value is not None:
                self.behind.append(
                    helper.make_node("OptionalGetElement", [name], [f"{name}_element"]))
                self.want(f"{name}_element", kind.optional_type.elem_type, value)

    def finish(self):
        graph = self.model.graph
        nodes = [*self.before, *graph.node, *self.behind]
        del graph.node[:], graph.input[:], graph.output[:]
        graph.node.extend(nodes)
        for values, declared in [(self.inputs, graph.input), (self.outputs, graph.output)]:
            for name, value in values:
                tensor = (value if isinstance(value, onnx.TensorProto) else
                          numpy_helper.from_array(np.asarray(value)))
                declared.append(helper.make_tensor_value_info(
                    name, tensor.data_type, list(tensor.dims)))
        return (self.model, [value for _, value in self.inputs],
                [value for _, value in self.outputs])


def as_tensors(model, inputs, outputs):
    """The model, its inputs and its outputs, of tensors alone."""
    values = [*model.graph.input, *model.graph.output]
    if all(value.type.HasField("tensor_type") for value in values):
        return model, inputs, outputs
    edges = Edges(model)
    for value, array in zip(model.graph.input, inputs):
        edges.give(value.name, value.type, array)
    for value, array in zip(model.graph.output, outputs):
        edges.want(value.name, value.type, array)
    return edges.finish()


def read_value(file, kind):
    """What a file of test data holds, of a value of type `kind`."""
    data = file.read_bytes()
    if kind.HasField("tensor_type"):
        return onnx.TensorProto.FromString(data)
    if kind.HasField("sequence_type"):
        return numpy_helper.to_list(onnx.SequenceProto.FromString(data))
    return numpy_helper.to_optional(onnx.OptionalProto.FromString(data))


def with_tensors(case, folder):
    """`case`, or one in `folder` that has tensors at its edges."""
    model = onnx.load(case / "model.onnx")
    values = [*model.graph.input, *model.graph.output]
    if all(value.type.HasField("tensor_type") for value in values):
        return case
    data = case / "test_data_set_0"
    read = [[read_value(data / f"{kind}_{i}.pb", value.type) for i, value in enumerate(edge)]
            for kind, edge in [("input", model.graph.input), ("output", model.graph.output)]]
    write_case(folder / case.name, *as_tensors(model, *read))
    return folder / case.name


def is_empty(value):
    return any(size.HasField("dim_value") and size.dim_value == 0
               for size in value.type.tensor_type.shape.dim)


def without_empty(case, folder):
    """`case`, or one in `folder` without the tensors of no elements that networks leave
    out: outputs, and inputs of operators that take such ones."""
    graph = onnx.load(case / "model.onnx").graph
    empty = {value.name for value in graph.input if is_empty(value)}
    if any(node.op_type not in ("CausalConvWithState", "Concat")
           for node in graph.node if empty & set(node.input)):
        return case
    if not empty and not any(map(is_empty, graph.output)):
        return case
    target = folder / "some" / case.name
    (target / "test_data_set_0").mkdir(parents=True)
    (target / "model.onnx").write_bytes((case / "model.onnx").read_bytes())
    for kind, values in [("input", graph.input), ("output", graph.output)]:
        kept = [i for i, value in enumerate(values) if not is_empty(value)]
        for place, i in enumerate(kept):
            (target / "test_data_set_0" / f"{kind}_{place}.pb").write_bytes(
                (case / "test_data_set_0" / f"{kind}_{i}.pb").read_bytes())
    return target


def bind_inputs(case, first, folder):
    """Writes `case` into `folder` with the inputs from `first` on as constants."""
    model = onnx.load(case / "model.onnx")
    source, target = case / "test_data_set_0", folder / "test_data_set_0"
    target.mkdir(parents=True)
    inputs = list(model.graph.input)
    for index, value in enumerate(inputs):
        tensor = (source / f"input_{index}.pb").read_bytes()
        if index < first:
            (target / f"input_{index}.pb").write_bytes(tensor)
            continue
        constant = onnx.TensorProto.FromString(tensor)
        constant.name = value.name
        model.graph.initializer.append(constant)
        model.graph.input.remove(value)
    for output in source.glob("output_*.pb"):
        (target / output.name).write_bytes(output.read_bytes())
    onnx.save(model, folder / "model.onnx")


def tolerance_of(folder):
    if folder.name.startswith(ROUGH):
        return ROUGH_TOLERANCE
    types = [onnx.TensorProto.FromString(file.read_bytes()).data_type
             for file in folder.glob("test_data_set_0/output_*.pb")]
    return max([HALF_TOLERANCE.get(kind, TOLERANCE) for kind in types], default=TOLERANCE)


def run_dlc(dlc, folder, options):
    """Returns whether the case passes and what dlc says."""
    try:
        done = subprocess.run(
            [dlc, "run", str(folder), "--check-only", f"--tolerance={tolerance_of(folder)}",
             *options],
            capture_output=True, text=True, timeout=60)
    except subprocess.TimeoutExpired:
        return False, "took more than a minute"
    return done.returncode == 0, (done.stdout + done.stderr).strip()


def needs_constants(message):
    """Whether dlc asks for what is known when compiling. Axes that an empty operand leaves out, and
    branches and rounds of what is no tensor, are as much a matter of compiling."""
    return any(sign in message for sign in
               ("must be known", "of size 0", "depends on the model's inputs"))


def run_case(dlc, name, cases=CASES, options=()):
    with tempfile.TemporaryDirectory() as folder:
        case = without_empty(with_tensors(cases / name, Path(folder)), Path(folder))
        passes, message = run_dlc(dlc, case, options)
        for first in (1, 0):
            if passes or not needs_constants(message):
                break
            bound = Path(folder) / str(first) / name
            bind_inputs(case, first, bound)
            passes, message = run_dlc(dlc, bound, options)
    return passes, message


def reason(name, message):
    """Why a case does not pass, without where: one line."""
    for pattern, why in REASONS.items():
        if re.match(f"test_{pattern}", name) and "error: node" not in message:
            return why
    errors = re.findall(r"error: (.*)", message)
    if errors:
        return re.sub(r"'?/\S*/(\S+)", r"'\1", errors[0])
    return message.splitlines()[-1] if message else "nothing is said"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--dlc", required=True)
    parser.add_argument("--newest", action="store_true", help="the cases of the onnx package")
    parser.add_argument("--target", help="a device, under QEMU")
    parser.add_argument("--all", action="store_true",
                        help="with --target: every case that passes on this machine")
    parser.add_argument("--every", type=int, default=1, help="every so many cases one")
    parser.add_argument("--update", action="store_true", help="rewrite the lists")
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    options = [f"--target={arguments.target}"] if arguments.target else []
    if options and programs.missing(arguments.target):
        print(f"skipped: {programs.missing(arguments.target)}")
        return SKIPPED
    lists = ("passing.txt", "refused.txt")
    if not arguments.newest and not arguments.target:
        return run_all(arguments, CASES, lists, options)
    with tempfile.TemporaryDirectory() as folder:
        newest = Path(folder)
        write_newest(newest)
        if arguments.newest:
            lists = ("passing_newest.txt", "refused_newest.txt")
            return run_all(arguments, newest, lists, options)
        for case in CASES.iterdir():
            (newest / case.name).symlink_to(case)
        return run_all(arguments, newest, ("devices.txt", None), options)


def names_to_run(arguments, cases, passing, refused):
    if arguments.names:
        return arguments.names
    if arguments.all:
        return [name for names in ("passing.txt", "passing_newest.txt")
                for name in (HERE / names).read_text().split()]
    if refused is None and not arguments.update:
        return (HERE / passing).read_text().split()
    return sorted(folder.name for folder in cases.iterdir())


def check_lists(names, results, passing, refused):
    """Says which cases do not end as their list says; gives how many."""
    expected = set((HERE / passing).read_text().split())
    reasons = dict(line.split(": ", 1) for line in (HERE / refused).read_text().splitlines())
    wrong = 0
    for name, (passes, message) in zip(names, results):
        if passes and name in expected:
            continue
        if not passes and reasons.get(name) == reason(name, message):
            continue
        wrong += 1
        print(f"{name}: {'passes' if passes else 'FAILS'}, but is "
              f"{'to pass' if name in expected else 'listed as ' + repr(reasons.get(name))}"
              f": {message}")
    return wrong


def run_all(arguments, cases, lists, options):
    """Runs what the command line asks for; gives the exit status."""
    passing, refused = lists
    if refused and not arguments.update and not (HERE / refused).exists():
        refused = None
    names = names_to_run(arguments, cases, passing, refused)
    if not arguments.update:
        names = names[::arguments.every]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(
            lambda name: run_case(arguments.dlc, name, cases, options), names))
    good = [name for name, result in zip(names, results) if result[0]]
    print(f"{len(good)} of {len(names)} cases pass")
    if arguments.update and not arguments.names:
        (HERE / passing).write_text("".join(f"{name}\n" for name in good))
        if refused:
            (HERE / refused).write_text("".join(
                f"{name}: {reason(name, message)}\n"
                for name, (passes, message) in zip(names, results) if not passes))
        return 0
    if refused and not arguments.names:
        return 1 if check_lists(names, results, passing, refused) else 0
    for name, (passes, message) in zip(names, results):
        if arguments.names or not passes:
            print(f"{name}: {'passes' if passes else 'FAILS'}: {message}")
    return 0 if len(good) == len(names) else 1


if __name__ == "__main__":
    sys.exit(main())
