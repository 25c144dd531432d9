#!/usr/bin/env python3
"""Flash and executed instructions of random forests on Cortex-M, beside emlearn.

    benchmarks/classical/trees.py --build build            the table on standard output
    benchmarks/classical/trees.py --build build --write    and into docs/results.md

Needs scikit-learn, skl2onnx and emlearn. Forests are trained on digits and iris. dlc's code gives
the class and the probabilities; emlearn's is what its `predict` computes, the class, without
`predict_proba`, in the forms of FORMS, compiled by the same gcc at -O2 and at -Os. Flash is what a linker keeps of network and libraries.
Instructions are the mean over samples, under QEMU.
"""

import argparse
import struct
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import emlearn
import numpy as np
import onnx
from skl2onnx import to_onnx
from sklearn.datasets import load_digits, load_iris
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent.parent / "test" / "harness")]

from board import BoardError, program_of, run, section_bytes, tools_of  # noqa: E402
from emulated_targets import require_programs, target_options  # noqa: E402
from onnx2c import compiler_of  # noqa: E402
from results import Report, write_section  # noqa: E402

TARGETS = ("cortex-m4", "cortex-m0")
LEVELS = ("-O2", "-Os")
GOAL = 0.7
SAMPLES = 5
DATA = {"digits": load_digits, "iris": load_iris}
# The peer's forms: method, type of features, bits of leaves (0: each tree has one vote).
SAME = ("inline", "float", 8)  # what computes scikit-learn's classes
OTHERS = {"floats, votes": ("inline", "float", 0),
          "integers, votes": ("inline", "int16_t", 0),
          "table of integers, votes": ("loadable", "int16_t", 0)}
FORMS = [SAME, *OTHERS.values()]
INTRODUCTION = f"""Bytes of flash at -Os (all that a linker keeps, libraries included) and executed instructions at -O2
for one sample, the mean of {SAMPLES}; `benchmarks/classical/trees.py`, which trains scikit-learn's forests; emlearn
{version("emlearn")}, its C code compiled by the same gcc. dlc gives the class and the probabilities of all classes in
float32, emlearn the class: "the same" are trees on floats whose leaves are probabilities of 8 bits, as scikit-learn
decides; the others count a vote for each tree, or take features and thresholds as integers of 16 bits without their
fractions, and are right (say what scikit-learn says) for the share of samples at their end. emlearn has no boosting.
Votes and integers compute something else and are no goal: where they take less, dlc does not reach them.
Goal: {GOAL} of both."""

HEADER = """#include <stdint.h>
#define NET_ARENA_BYTES 0
#define NET_ARENA_ALIGN 1
#define NET_INPUT_COUNT 1
#define NET_OUTPUT_COUNT 1
#define NET_INPUT_0_BYTES {input}
#define NET_OUTPUT_0_BYTES 4
int net_run(const void *const *inputs, void *const *outputs, void *arena);
"""
PEER = """
int net_run(const void *const *inputs, void *const *outputs, void *arena) {{
  *(int32_t *)outputs[0] = forest_predict((const {type} *)inputs[0], {features});
  return 0;
}}
"""
NOTHING = """#include "net.h"
int net_run(const void *const *inputs, void *const *outputs, void *arena) {
  *(int32_t *)outputs[0] = 0;
  return 0;
}
"""
# The board's program has one result: both are computed, and the class is looked at.
WRAPPED = """#include "forest.h"
static float probabilities[FOREST_OUTPUT_1_BYTES / 4];
int net_run(const void *const *inputs, void *const *outputs, void *arena) {
  int64_t label;
  void *both[2];
  both[0] = &label;
  both[1] = probabilities;
  forest_run(inputs, both, arena);
  *(int32_t *)outputs[0] = (int32_t)label;
  return 0;
}
"""


@dataclass
class Forest:
    """A trained model, the samples that are counted and what scikit-learn says of all."""

    name: str
    data: str
    model: object

    def __post_init__(self):
        x, y = DATA[self.data](return_X_y=True)
        self.all = x.astype(np.float32)
        self.model.fit(self.all, y)
        self.labels = self.model.predict(self.all)
        chosen = np.random.default_rng(1).permutation(len(x))[:SAMPLES]
        self.samples, self.expected = self.all[chosen], self.labels[chosen]

    @property
    def folder(self):
        return self.name.replace(",", "").replace(" ", "-")

    def write_onnx(self, path):
        exported = to_onnx(self.model, self.samples[:1], target_opset={"": 17, "ai.onnx.ml": 3},
                           options={"zipmap": False})
        exported.graph.input[0].type.tensor_type.shape.dim[0].dim_value = 1
        onnx.save(exported, path)


def forests():
    for data in DATA:
        yield Forest(f"{data}, 10 trees", data, RandomForestClassifier(10, random_state=0))
        yield Forest(f"{data}, 10 trees of 5 levels", data,
                     RandomForestClassifier(10, max_depth=5, random_state=0))
        yield Forest(f"{data}, boosting of 10 rounds", data,
                     GradientBoostingClassifier(n_estimators=10, random_state=0))


@dataclass
class Facts:
    flash: int
    instructions: float
    right: float  # share of samples with scikit-learn's class


def program_bytes(folder, target):
    return section_bytes(folder / "program.elf", (".text", ".rodata", ".data"),
                         tools_of(target) + "size")


def compile_c(folder, target, level, source, features, width):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "net.h").write_text(HEADER.format(input=features * width))
    (folder / "net.c").write_text(source)
    run([*compiler_of(target), level, "-std=gnu99", "-ffunction-sections", "-fdata-sections", "-w",
         f"-I{emlearn.includedir}", "-c", folder / "net.c", "-o", folder / "net.o"])
    return program_of(target)(target, folder, ["-lm"])


def count(program, samples, kind, label):
    """Mean instructions, and the classes."""
    total, classes = 0, []
    for sample in samples:
        result = program.infer(sample.astype(kind).tobytes())
        total += result.instructions
        classes.append(struct.unpack_from("<i", result.output, label)[0])
    return total / len(samples), np.array(classes)


def facts_of(program, forest, target, kind, empty):
    instructions, classes = count(program, forest.samples, kind, 0)
    return Facts(program_bytes(program.folder, target) - empty, instructions,
                 np.mean(classes == forest.expected))


def peers(forest, target, level, work, empty):
    for method, kind, bits in FORMS:
        code = emlearn.convert(forest.model, method=method, dtype=kind, leaf_bits=bits).save(
            name="forest", include_proba=False)
        features = forest.samples.shape[1]
        source = code + PEER.format(type=kind, features=features)
        folder = work / f"{forest.folder}-{target}{level}-{method}-{kind}-{bits}"
        dtype = np.float32 if kind == "float" else np.int16
        program = compile_c(folder, target, level, source, features, dtype().itemsize)
        yield (method, kind, bits), facts_of(program, forest, target, dtype, empty)


def ours(forest, dlc, target, level, work, empty):
    folder = work / f"{forest.folder}-{target}{level}"
    folder.mkdir(parents=True, exist_ok=True)
    forest.write_onnx(folder / "model.onnx")
    run([dlc, folder / "model.onnx", f"--target={target}", "--name=forest", "-o",
         folder / "forest.o", level])
    header = (folder / "forest.h").read_text(encoding="utf-8")
    arena = header.split("FOREST_ARENA_BYTES ")[1].split()[0]
    (folder / "net.c").write_text(WRAPPED)
    (folder / "net.h").write_text(HEADER.format(input=forest.samples.shape[1] * 4).replace(
        "NET_ARENA_BYTES 0", f"NET_ARENA_BYTES {arena}").replace("NET_ARENA_ALIGN 1",
                                                                "NET_ARENA_ALIGN 16"))
    run([*compiler_of(target), "-Os", "-std=gnu99", "-ffunction-sections", "-w",
         f"-I{folder}", "-c", folder / "net.c", "-o", folder / "wrapper.o"])
    run([tools_of(target) + "ld", "-r", folder / "wrapper.o", folder / "forest.o", "-o",
         folder / "net.o"])
    return facts_of(program_of(target)(target, folder), forest, target, np.float32, empty)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    target_options(parser, TARGETS)
    arguments = parser.parse_args()
    require_programs(parser, arguments.targets)
    work, dlc = arguments.build / "trees-beside-emlearn", arguments.build / "bin" / "dlc"
    report = Report()
    report.line(INTRODUCTION)
    report.line()
    report.table("target", "forest", "dlc: flash", "instructions", "emlearn, the same: flash",
                 "instructions", "ratio, flash", "instructions",
                 *[f"{name}: flash, instructions, right" for name in OTHERS])
    for target in arguments.targets:
        stub = compile_c(work / f"nothing-{target}", target, "-Os", NOTHING, 1, 4)
        empty = program_bytes(stub.folder, target)
        for forest in forests():
            try:
                add_row(report, forest, target, work, dlc, empty)
            except BoardError as error:
                report.missed += 1
                report.row(target, forest.name, "**failed**", *[""] * (5 + len(OTHERS)))
                print(error, file=sys.stderr)
    report.line()
    report.line(f"Goals missed: {report.missed}.")
    if arguments.write:
        write_section("Decision trees, beside emlearn", report.lines)
    return 0


def add_row(report, forest, target, work, dlc, empty):
    own = [ours(forest, dlc, target, level, work, empty) for level in LEVELS]
    assert all(facts.right == 1 for facts in own)
    cells = [own[1].flash, f"{own[0].instructions:.0f}"]
    if not isinstance(forest.model, RandomForestClassifier):
        report.row(target, forest.name, *cells, "none", *[""] * (3 + len(OTHERS)))
        return
    fast, small = (dict(peers(forest, target, level, work, empty)) for level in LEVELS)
    flash = own[1].flash / small[SAME].flash
    instructions = own[0].instructions / fast[SAME].instructions
    report.row(target, forest.name, *cells, small[SAME].flash, f"{fast[SAME].instructions:.0f}",
               report.marked(f"{flash:.2f}", flash <= GOAL),
               report.marked(f"{instructions:.2f}", instructions <= GOAL),
               *[f"{small[form].flash}, {fast[form].instructions:.0f}, {fast[form].right:.0%}"
                 for form in OTHERS.values()])


if __name__ == "__main__":
    sys.exit(main())
