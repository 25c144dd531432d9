#!/usr/bin/env python3
"""Networks that onnxruntime's quantiser writes, against their definition.

    check_networks.py x86-64-v3 --dlc build/bin/dlc --work build/w [--set whole]

Each network is quantised in every form; those of one network are compiled side by
side, and give what exact_graph.py says. --strict-int takes those of 8 bits.
"""

import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx

sys.path.append(str(Path(__file__).resolve().parents[2] / "harness"))

import exact_graph  # noqa: E402
import networks  # noqa: E402
import case_runs  # noqa: E402
import programs  # noqa: E402


def side_by_side(models):
    """One network of many that have the input `x`: what they have in common (layers of
    QDQ and QOperator form are the same) is compiled once."""
    joint = onnx.ModelProto()
    joint.CopyFrom(models[0])
    for part in ("node", "initializer", "output", "value_info"):
        del getattr(joint.graph, part)[:]
    imports = {}
    for number, model in enumerate(models):
        for entry in model.opset_import:  # 20, and 21 where there are 4 bits
            imports[entry.domain] = max(entry.version, imports.get(entry.domain, 0))
        joint.ir_version = max(joint.ir_version, model.ir_version)

        def renamed(name, prefix=f"n{number}_"):
            return prefix + name if name not in ("", "x") else name

        for node in model.graph.node:
            node.input[:] = map(renamed, node.input)
            node.output[:] = map(renamed, node.output)
            node.name = renamed(node.name)
        for named in (*model.graph.initializer, *model.graph.output):
            named.name = renamed(named.name)
        joint.graph.node.extend(model.graph.node)
        joint.graph.initializer.extend(model.graph.initializer)
        joint.graph.output.extend(model.graph.output)
    del joint.opset_import[:]
    joint.opset_import.extend(onnx.helper.make_opsetid(*entry) for entry in imports.items())
    return joint


def difference(form, actual, expected):
    """What is wrong, or nothing."""
    distance = np.abs(actual - expected)
    wrong = np.count_nonzero(~(distance <= form.tolerance * np.abs(expected).max()))
    return f"{wrong} of {distance.size} differ, by {distance.max()}" if wrong else ""


def left_in_floats(models, arguments, folder):
    """What --strict-int says of networks side by side; nothing where it takes them."""
    path = folder / "strict.onnx"
    onnx.save(side_by_side(models), path)
    done = subprocess.run([arguments.dlc, path, f"--target={arguments.target}", "--strict-int",
                           "--emit=nn", "-o", folder / "strict.mlir"],
                          stderr=subprocess.PIPE, text=True, check=False)
    return done.stderr if done.returncode else ""


def check(network, forms, arguments):
    """The number of forms that are wrong; each is reported."""
    folder = arguments.work / arguments.target / network.__name__
    folder.mkdir(parents=True, exist_ok=True)
    models, expected = [], []
    for form in forms:
        path, images = networks.quantise(network, form, folder)
        models.append(onnx.load(path))
        expected.append([exact_graph.evaluate(models[-1], image).astype(np.float32)
                         for image in images])
    onnx.save(side_by_side(models), folder / "model.onnx")
    try:
        sets = programs.run(arguments, folder, [[image] for image in images],
                            [list(one) for one in zip(*expected)])
    except programs.CompileError as error:
        if len(forms) > 1:  # which one?
            return sum(check(network, [form], arguments) for form in forms)
        print(f"{arguments.target} {network.__name__}-{forms[0]}: {error}", flush=True)
        return 1
    # Of 8 bits and known scales nothing stays in floats.
    exact = [model for form, model in zip(forms, models) if not form.tolerance]
    floats = left_in_floats(exact, arguments, folder) if exact else ""
    if floats:
        print(f"{arguments.target} {network.__name__}: {floats}", flush=True)
    wrong = int(bool(floats))
    for number, (form, wanted) in enumerate(zip(forms, expected)):
        problem = difference(form, np.stack([one[number] for one in sets]), np.stack(wanted))
        wrong += bool(problem)
        if problem:
            print(f"{arguments.target} {network.__name__}-{form}: {problem}", flush=True)
    return wrong


def main():
    parser = case_runs.target_parser(__doc__)
    parser.add_argument("--only", default="", help="networks whose name has this in it")
    parser.add_argument("--set", default="blocks", choices=[*networks.SETS])
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--every", type=int, default=1, help="each n-th of them")
    arguments = parser.parse_args()
    if case_runs.is_skipped(arguments):
        return case_runs.SKIPPED
    chosen = networks.SETS[arguments.set]
    pairs = [(network, form) for network in chosen for form in networks.forms_of(network)
             if arguments.only in f"{network.__name__}-{form}"]
    pairs = pairs[arguments.first::arguments.every]
    wrong = 0
    for network in chosen:
        forms = [form for of, form in pairs if of is network]
        wrong += check(network, forms, arguments) if forms else 0
    print(f"{len(pairs)} networks, {wrong} wrong")
    return int(wrong > 0 or not pairs)


if __name__ == "__main__":
    sys.exit(main())
