"""Runs nn ops through dlc-lower-to-linalg and upstream's plainest loops.

Each case is one function with one nn op. All are lowered together, compiled to
a shared library without any of dlc's own loops, called, and compared with a
result that numpy or ONNX's reference evaluator computed.
"""

import ctypes
import os
import shutil
import subprocess
import sys
import tempfile

import numpy as np
import onnx
from onnx.reference import ReferenceEvaluator

CASES = []

ELEMENT_TYPES = {
    "float32": "f32", "float64": "f64", "float16": "f16", "bool": "i1",
    "int8": "i8", "int16": "i16", "int32": "i32", "int64": "i64",
    "uint8": "ui8", "uint16": "ui16", "uint32": "ui32", "uint64": "ui64",
}

LOWERING = """builtin.module(
  func.func(empty-tensor-to-alloc-tensor),
  one-shot-bufferize{bufferize-function-boundaries
                     function-boundary-type-conversion=identity-layout-map},
  buffer-results-to-out-params{modify-public-functions=1},
  func.func(convert-linalg-to-loops, lower-affine),
  expand-strided-metadata, lower-affine, convert-scf-to-cf,
  convert-math-to-llvm, convert-math-to-libm,
  convert-func-to-llvm{use-bare-ptr-memref-call-conv=1},
  finalize-memref-to-llvm, convert-arith-to-llvm, convert-index-to-llvm,
  convert-cf-to-llvm, reconcile-unrealized-casts)"""


class Raw(str):
    """An attribute in MLIR's own syntax."""


def layout(last):
    return Raw("#nn.layout<channels_last>" if last
               else "#nn.layout<channels_first>")


def attribute(value):
    if isinstance(value, Raw):
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return f"{value} : i64"
    if isinstance(value, float):
        return f"{value!r} : f64"
    kind = "f64" if any(isinstance(v, float) for v in value) else "i64"
    return f"array<{kind}: " + ", ".join(repr(v) for v in value) + ">" \
        if len(value) else f"array<{kind}>"


def tensor_type(array):
    dims = "".join(f"{d}x" for d in array.shape)
    return f"tensor<{dims}{ELEMENT_TYPES[array.dtype.name]}>"


def case(name, op, inputs, expected, tolerance=1e-5, **attributes):
    """Expects `nn.<op>` of `inputs` to be `expected`, one array or several."""
    outputs = list(expected) if isinstance(expected, (list, tuple)) \
        else [expected]
    CASES.append((name, op, [np.asarray(x) for x in inputs],
                  [np.asarray(x) for x in outputs], attributes, tolerance))


def reference(op_type, inputs, opset=19, outputs=1, **attributes):
    """What ONNX's reference evaluator computes for one node."""
    names = ["" if x is None else f"x{i}" for i, x in enumerate(inputs)]
    node = onnx.helper.make_node(op_type, names,
                                 [f"y{i}" for i in range(outputs)],
                                 **attributes)
    given = {n: np.asarray(x) for n, x in zip(names, inputs) if n}
    infos = [onnx.helper.make_tensor_value_info(
        n, onnx.helper.np_dtype_to_tensor_dtype(x.dtype), x.shape)
        for n, x in given.items()]
    results = [onnx.helper.make_empty_tensor_value_info(o)
               for o in node.output]
    graph = onnx.helper.make_graph([node], "reference", infos, results)
    model = onnx.helper.make_model(
        graph, opset_imports=[onnx.helper.make_opsetid("", opset)])
    result = ReferenceEvaluator(model).run(None, given)
    return result[0] if outputs == 1 else result


def function_text(name, op, inputs, outputs, attributes):
    arguments = [f"%x{i}: {tensor_type(x)}" for i, x in enumerate(inputs)]
    operands = ", ".join(f"%x{i}" for i in range(len(inputs)))
    types = ", ".join(tensor_type(x) for x in inputs)
    results = ", ".join(tensor_type(y) for y in outputs)
    attrs = ", ".join(f"{k} = {attribute(v)}" for k, v in attributes.items())
    values = ", ".join(f"%y#{i}" for i in range(len(outputs)))
    return (f"func.func @{name}({', '.join(arguments)}) -> ({results}) "
            f"attributes {{nn.stage = \"{op}\"}} {{\n"
            f"  %y:{len(outputs)} = nn.{op} {operands} {{{attrs}}} : "
            f"({types}) -> ({results})\n"
            f"  return {values} : {results}\n}}\n")


def run_tool(command, text):
    done = subprocess.run(command, input=text, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{command[0]} failed:\n{done.stderr[:4000]}")
    return done.stdout


def build(folder):
    text = "".join(function_text(*c[:5]) for c in CASES)
    text = run_tool(["dlc-opt", "--dlc-lower-to-linalg"], text)
    text = run_tool(["mlir-opt", f"--pass-pipeline={LOWERING}"], text)
    text = run_tool(["mlir-translate", "--mlir-to-llvmir"], text)
    obj, library = os.path.join(folder, "cases.o"), os.path.join(folder, "cases.so")
    run_tool(["llc", "-O0", "-filetype=obj", "-relocation-model=pic", "-o", obj],
             text)
    # Copies between strided buffers are a function of MLIR's own library.
    llvm = os.path.dirname(os.path.dirname(os.path.realpath(
        shutil.which("mlir-opt"))))
    run_tool(["gcc", "-shared", "-o", library, obj, "-lm",
              f"-L{llvm}/lib", f"-Wl,-rpath,{llvm}/lib",
              "-lmlir_c_runner_utils"], "")
    return ctypes.CDLL(library)


def compare(name, actual, expected, tolerance):
    if np.issubdtype(expected.dtype, np.floating):
        np.testing.assert_allclose(actual, expected, rtol=tolerance,
                                   atol=tolerance, err_msg=name)
    else:
        np.testing.assert_array_equal(actual, expected, err_msg=name)


def run_all():
    """Runs every case; exits with a message for each that fails."""
    names = [c[0] for c in CASES]
    assert len(set(names)) == len(names), "two cases of one name"
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        library = build(folder)
        for name, _, inputs, outputs, _, tolerance in CASES:
            # Copies: upstream bufferization may write into arguments.
            given = [np.array(x, order="C") for x in inputs]
            results = [np.empty(y.shape, y.dtype) for y in outputs]
            pointers = [ctypes.c_void_p(a.ctypes.data) for a in given + results]
            getattr(library, name)(*pointers)
            try:
                for actual, expected in zip(results, outputs):
                    compare(name, actual, expected, tolerance)
            except AssertionError as error:
                failures += 1
                print(error)
    print(f"{len(CASES) - failures} of {len(CASES)} cases pass")
    sys.exit(1 if failures else 0)
