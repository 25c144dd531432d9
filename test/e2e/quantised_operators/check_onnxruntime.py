#!/usr/bin/env python3
"""The definitions of cases.py against onnxruntime, each case a model of its own.

onnxruntime computes some operators by tables and all in float32: a stored integer may be
one away, and a few of a thousand are.
"""

import sys
from pathlib import Path

import numpy as np
import onnxruntime
from onnx import helper
from onnxruntime.capi.onnxruntime_pybind11_state import NotImplemented as Missing

import cases
import drafts

# Of the stored integers, how many may be one away from the definition.
FEW = 1e-3


def session_of(case):
    node, inputs, constants = drafts.renamed(case, "")
    infos = [helper.make_tensor_value_info(name, drafts.element_type(array), array.shape[1:])
             for name, array in inputs]
    output = helper.make_tensor_value_info("y", drafts.result_type(case), None)
    model = helper.make_model(
        helper.make_graph([node], "case", infos, [output], constants),
        opset_imports=[helper.make_opsetid("", case.opset),
                       helper.make_opsetid(drafts.MICROSOFT, 1)], ir_version=10)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(model.SerializeToString(), options,
                                        providers=["CPUExecutionProvider"])


def sums_saturate(case):
    """Whether onnxruntime computes another sum: processors without VNNI add pairs of products
    of uint8 and int8 in 16 bits, which not all of them fit."""
    wide = [array.dtype for _, array in case.inputs + case.constants if array.ndim > 1]
    if case.node.op_type.startswith("DynamicQuantize"):
        wide.append(np.dtype(np.uint8))  # what it makes of its floats
    flags = Path("/proc/cpuinfo").read_text()
    return np.dtype(np.uint8) in wide and np.dtype(np.int8) in wide and "vnni" not in flags


def differences(case):
    """(stored integers, how many are one away, how many numbers are wrong)"""
    session = session_of(case)
    total = away = wrong = 0
    for i in range(drafts.SETS):
        actual = session.run(None, {name: array[i] for name, array in case.inputs})[0]
        expected = case.expected[i]
        if len(expected) == 2:
            wrong += np.count_nonzero(~(np.abs(actual - expected[0]) <= 4 * expected[1]))
            continue
        distance = np.abs(actual.astype(np.int64) - expected[1].astype(np.int64))
        total += distance.size
        away += np.count_nonzero(distance == 1)
        wrong += np.count_nonzero(distance > 1)
    return total, away, wrong


def main():
    total = away = wrong = ran = missing = saturated = 0
    for case in cases.all_cases():
        for one in (case, case.twin):
            if one is None or not one.runs_in_onnxruntime:
                continue
            if sums_saturate(one):
                saturated += 1
                continue
            try:
                found = differences(one)
            except Missing:  # int8 with weights of uint8
                missing += 1
                continue
            ran += 1
            total, away, wrong = total + found[0], away + found[1], wrong + found[2]
            if found[1] or found[2]:
                print(f"{one.label}: of {found[0]} {found[1]} one away, {found[2]} wrong")
    print(f"{ran} models, {missing} without kernels in onnxruntime, {saturated} that it computes "
          f"otherwise on this processor: {away} of {total} integers one away, {wrong} numbers wrong")
    return int(wrong > 0 or missing > 4 or away > FEW * total)


if __name__ == "__main__":
    sys.exit(main())
