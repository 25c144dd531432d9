#!/usr/bin/env python3
"""Accuracy that a network loses by `dlc compress`.

    check_digits.py --dlc build/bin/dlc --work build/w

On images that neither the training nor dlc has seen. Forms that are asked for lose as little
as is said here; what the search keeps loses as little as --max-drop says.
"""

import sys

import compressor
import digits
import quantiser

import numpy as np

# By layer and form: points of 100.
MOST_LOST = {"*=round:4": 0.5, "*=cluster:16": 0.7, "dense0=factorise:16": 0.4}
MAX_DROP = 0.5


def check_form(options, source, data, unseen, asked):
    """What is wrong with one form; nothing where all is well."""
    result = options.work / "forced.onnx"
    more = [] if asked.startswith("*") else ["--layers=*=keep"]
    report = compressor.compress(options.dlc, source, data, result, f"--layers={asked}", *more,
                                 "--max-drop=100")
    lost = compressor.accuracy(source, *unseen) - compressor.accuracy(result, *unseen)
    form = asked.split("=")[1]
    print(f"{asked}: {lost:.2f} points are lost, {report['signal_to_noise_db']:.1f} dB")
    kept = [layer["form"] for layer in report["layers"] if layer["form"] != "keep"]
    if kept != [form] * (5 if asked.startswith("*") else 1):
        return f"{asked}: layers are {kept}"
    return f"{asked}: {lost:.2f} points are lost" if lost > MOST_LOST[asked] else ""


def check_search(options, source, data, unseen):
    """What is wrong with what the search keeps."""
    result = options.work / "small.onnx"
    report = compressor.compress(options.dlc, source, data, result, f"--max-drop={MAX_DROP}",
                                 "--try=round,prune,factorise")
    lost = compressor.accuracy(source, *unseen) - compressor.accuracy(result, *unseen)
    bytes_of = report["weight_bytes"]
    print(f"search: {lost:.2f} points are lost of unseen images, {report['drop_points']:.2f} "
          f"+-{report['drop_doubt']:.2f} of those it was judged by; {bytes_of}")
    judged = np.load(data)
    said = report["accuracy_percent"]["after"]
    found = compressor.accuracy(result, judged["x"][1::2], judged["labels"][1::2])
    if abs(said - found) > 100 / report["samples_judged"] + 1e-9:  # one may be a tie
        return f"the report says {said}% of the samples it was judged by, onnxruntime {found}%"
    if lost > MAX_DROP:
        return f"--max-drop={MAX_DROP} loses {lost:.2f} points"
    if max(report["drop_points"] + report["drop_doubt"],
           report["expected_changes_percent"]) > MAX_DROP:
        return "the report has more than --max-drop"
    if bytes_of["after"] > bytes_of["before"] / 5:
        return f"weights take {bytes_of}"
    verdicts = {row["verdict"] for row in report["tried"]}
    if not {"kept", "loses too much"} <= verdicts:
        return f"verdicts are {verdicts}"
    kept = {(row["layer"], row["form"]) for row in report["tried"] if row["verdict"] == "kept"}
    layers = {(layer["name"], layer["form"]) for layer in report["layers"]
              if layer["form"] != "keep"}
    return "" if kept == layers else f"kept are {kept}, but layers have {layers}"


def main():
    options = quantiser.arguments(__doc__)
    source, data = compressor.trained(options)
    unseen = digits.data(1000, seed=2)
    if compressor.accuracy(source, *unseen) < 97:
        print("the float network has not learnt enough")
        return 1
    problems = [check_form(options, source, data, unseen, asked) for asked in MOST_LOST]
    problems.append(check_search(options, source, data, unseen))
    for problem in filter(None, problems):
        print(problem)
    return int(any(problems))


if __name__ == "__main__":
    sys.exit(main())
