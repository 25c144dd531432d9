"""Runs the cases of codegen/lower through dlc-emit-loops.

    execute_loops.py LOWER_INPUTS VECTOR_BITS [SCALAR_FACTOR]

The lowered functions are given the form that bufferised stages have, become
loops for a vector width (and a place of scalar factors), and are compared with the cases' references.
"""

import ctypes
import os
import re
import sys

sys.path.insert(0, sys.argv[1])

import harness  # noqa: E402
import data_cases  # noqa: E402,F401
import elementwise_cases  # noqa: E402,F401
import root_cases  # noqa: E402,F401

BITS = sys.argv[2]
FACTOR = sys.argv[3] if len(sys.argv) > 3 else "vector"
# Vectors with factors in core registers are those of a microcontroller.
L2_BYTES = 0 if FACTOR == "core" else 262144
COMPACT = "true" if L2_BYTES == 0 or BITS == "0" else "false"
PREDICATION = "true" if FACTOR == "core" else "false"
CPUS = {"256": "haswell", "128": "x86-64-v2", "0": "x86-64-v2"}

PASSES = ["--dlc-emit-loops", "--canonicalize", "--cse",
          "--convert-scf-to-cf", "--expand-strided-metadata", "--lower-affine",
          "--convert-vector-to-llvm", "--convert-math-to-llvm",
          "--convert-math-to-libm", "--finalize-memref-to-llvm",
          "--convert-func-to-llvm=use-bare-ptr-memref-call-conv=1",
          "--convert-to-llvm", "--reconcile-unrealized-casts"]


def memref(tensor):
    return tensor.replace("tensor<", "memref<")


def stage_header(name, arguments, results):
    """The function's first lines with memrefs for tensors."""
    arguments = [a.split(": ", 1) for a in re.split(r", (?=%)", arguments) if a]
    arguments = [(n, re.sub(r" \{.*\}", "", t)) for n, t in arguments]
    signature = [f"{n}_memref: {memref(t)}" for n, t in arguments]
    signature += [f"%out{i}: {memref(t)}" for i, t in enumerate(results)]
    yield (f"func.func @{name}({', '.join(signature)}) "
           'attributes {nn.stage = "case"} {')
    for n, t in arguments:
        yield (f"{n} = bufferization.to_tensor {n}_memref restrict : "
               f"{memref(t)} to {t}")


def staged(text):
    target = (f"module attributes {{dlc.target = {{vector_bits = {BITS} : i64, "
              f'vector_registers = 16 : i64, scalar_factor = "{FACTOR}", '
              f"predication = {PREDICATION}, l2_bytes = {L2_BYTES} : i64, "
              f"compact_code = {COMPACT}}}}} {{")
    lines, results = [], []
    for line in text.splitlines():
        header = re.match(r"\s*func\.func @(\w+)\((.*)\) -> (.*) \{$", line)
        done = re.match(r"\s*return (.*) : (.*)$", line)
        if header:
            results = re.findall(r"tensor<[^>]*>", header.group(3))
            lines += stage_header(header.group(1), header.group(2), results)
        elif done:
            for i, value in enumerate(done.group(1).split(", ")):
                lines.append(
                    "bufferization.materialize_in_destination "
                    f"{value} in restrict writable %out{i} : "
                    f"({results[i]}, {memref(results[i])}) -> ()")
            lines.append("return")
        else:
            lines.append(line)
    return re.sub(r"^module.*\{$", target, "\n".join(lines), count=1,
                  flags=re.M)


def build(folder):
    text = "".join(harness.function_text(*c[:5]) for c in harness.CASES)
    text = staged(harness.run_tool(["dlc-opt", "--dlc-lower-to-linalg"], text))
    text = harness.run_tool(["dlc-opt"] + PASSES, text)
    text = harness.run_tool(["mlir-translate", "--mlir-to-llvmir"], text)
    obj = os.path.join(folder, "cases.o")
    library = os.path.join(folder, "cases.so")
    harness.run_tool(["llc", "-O1", f"-mcpu={CPUS[BITS]}", "-filetype=obj",
                      "-relocation-model=pic", "-o", obj], text)
    harness.run_tool(["gcc", "-shared", "-o", library, obj, "-lm"], "")
    return ctypes.CDLL(library)


harness.build = build
harness.run_all()
