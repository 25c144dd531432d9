"""onnx2c's C code for a network, compiled by gcc and run as dlc's object is.

What was measured is kept as facts in figures/onnx2c.json, so that a comparison can be
written where onnx2c is not installed.
"""

import json
import re
import subprocess
from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper

from board import emulator_of, program_of, run, section_bytes, tools_of

FACTS = Path(__file__).resolve().parent / "figures" / "onnx2c.json"
LEVELS = ("-O2", "-O3")  # of gcc; the one that executes fewer instructions counts
TUNING = {"armv6": ["-mtune=arm1176jzf-s"], "armv8-neon": ["-mcpu=cortex-a53"]}

# net.h of a network that keeps its buffers to itself, for infer.c.
HEADER = """#include <stdint.h>
#define NET_ARENA_BYTES 0
#define NET_ARENA_ALIGN 1
#define NET_INPUT_COUNT 1
#define NET_OUTPUT_COUNT 1
#define NET_INPUT_0_BYTES {input}
#define NET_OUTPUT_0_BYTES {output}
int net_run(const void *const *inputs, void *const *outputs, void *arena);
"""
ENTRY = """
int net_run(const void *const *inputs, void *const *outputs, void *arena) {
  (void)arena;
  entry(inputs[0], outputs[0]);
  return 0;
}
"""


def without_dequantized_constants(model):
    """The model with DequantizeLinear of constants folded: left in, onnx2c would
    do it in every inference, with the result in RAM."""
    graph = model.graph
    constants = {t.name: numpy_helper.to_array(t) for t in graph.initializer}
    kept = []
    for node in graph.node:
        if node.op_type != "DequantizeLinear" or node.input[0] not in constants:
            kept.append(node)
            continue
        data, scale, *zero = (constants[name] for name in node.input)
        axis = next((a.i for a in node.attribute if a.name == "axis"), 1)
        shape = [1] * data.ndim
        if scale.size > 1:
            shape[axis] = scale.size
        values = data.astype(np.float32)
        if zero:
            values -= zero[0].astype(np.float32).reshape(shape if zero[0].size > 1 else ())
        values *= scale.reshape(shape if scale.size > 1 else ())
        graph.initializer.append(
            numpy_helper.from_array(values.astype(np.float32), node.output[0]))
    used = {name for node in kept for name in node.input}
    initializers = [t for t in graph.initializer if t.name in used]
    del graph.node[:], graph.initializer[:]
    graph.node.extend(kept)
    graph.initializer.extend(initializers)
    return model


def generate(onnx2c, model_path, folder):
    """Writes net.c and net.h into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    model = without_dequantized_constants(onnx.load(model_path))
    onnx.save(model, folder / "folded.onnx")
    code = subprocess.run([onnx2c, folder / "folded.onnx"], check=True,
                          capture_output=True, text=True).stdout
    (folder / "net.c").write_text(code + ENTRY)
    constants = {t.name for t in model.graph.initializer}

    def size(values):
        [value] = [v for v in values if v.name not in constants]
        tensor = value.type.tensor_type
        width = helper.tensor_dtype_to_np_dtype(tensor.elem_type).itemsize
        return width * int(np.prod([d.dim_value or 1 for d in tensor.shape.dim]))

    (folder / "net.h").write_text(
        HEADER.format(input=size(model.graph.input), output=size(model.graph.output)))


def compiler_of(target):
    """gcc for the target and what it is called with, but for the level."""
    return [*emulator_of(target).compiler, *TUNING.get(target, [])]


def measure(onnx2c, model_path, target, folder, data, check):
    """Facts of the better level; `check(output)` gives an output's difference from
    the reference or raises."""
    generate(onnx2c, model_path, folder)
    best = None
    for level in LEVELS:
        run([*compiler_of(target), level, "-std=gnu99", "-ffunction-sections",
             "-fdata-sections", "-w", "-c", folder / "net.c", "-o", folder / "net.o"])
        result = program_of(target)(target, folder, ["-lm"]).infer(data, timeout=600)
        check(result.output)
        size = tools_of(target) + "size"
        facts = {"level": level, "instructions": result.instructions,
                 "ram": section_bytes(folder / "net.o", (".data", ".bss"), size),
                 "text": section_bytes(folder / "net.o", (".text",), size)}
        if not best or facts["instructions"] < best["instructions"]:
            best = facts
    return best


def load():
    return json.loads(FACTS.read_text()) if FACTS.exists() else {"results": {}}


def store(facts, onnx2c, targets):
    """Writes the facts with what they were measured with."""
    version = subprocess.run([onnx2c, "--version"], check=True, text=True,
                             capture_output=True)
    commit = re.search(r"Commit:\s*(\w+)", version.stdout + version.stderr)
    compilers = facts.setdefault("compilers", {})
    for target in targets:
        command = compiler_of(target)
        compilers[target] = {
            "version": run([command[0], "-dumpfullversion"]).strip(),
            "command": " ".join(command) + " -std=gnu99 -ffunction-sections -fdata-sections"}
    facts["onnx2c"] = {"repository": "https://github.com/kraiskil/onnx2c",
                       "commit": commit.group(1) if commit else "unknown"}
    facts["results"] = {target: dict(sorted(facts["results"][target].items()))
                        for target in sorted(facts["results"])}
    ordered = {key: facts[key] for key in ("onnx2c", "compilers", "results")}
    FACTS.write_text(json.dumps(ordered, indent=1) + "\n")
