#!/usr/bin/env python3
"""Compiles and refuses models whose names hold what moves a cursor, turns the
direction of reading, ends a comment or a string, or is no UTF-8, and looks at
every byte that comes out.

    check_names.py outputs|refusals --dlc build/bin/dlc --work DIR

outputs    every kind of output of networks that compile
refusals   what a user is told of networks that do not, in each place of a
           model that has a name
"""

import argparse
import html.parser
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from refused_models import MODELS, make, node

SKIPPED = 77
# Bytes that are no UTF-8 have to be put in after the model is serialised:
# protobuf's strings in Python are UTF-8. A mark has as many bytes.
MARK, BROKEN = "@#@#", b"\x83\xff\xc3("
EVIL = (
    "esc\x1b[31mred",
    "line\nbreak",
    "bell\r\x07\x08\x7f\x00nul",
    "c1 \u0080\u009b2J\u0085",
    "bidi \u202egnp\u2066\u2069\u200f",
    "separators \u2028\u2029\ufeff",
    f"broken {MARK}",
    "*/ int x; /* // \\",
    "trigraph ??/ ??) ??",
    "\"; #error \"\\x",
    "<script>alert('1')</script>&amp;",
    "%s%n%d $(id) `id`",
    "letters \u00e4\u4e16\u754c\U0001f600",
    "int8_t", "NET_ARENA_BYTES", "net_run", "NET_H", "linux", "arena",
)
# Readable to whoever reads that language.
LETTERS = "letters \u00e4\u4e16\u754c\U0001f600"
# A node of a function that it calls.
INSIDE = LETTERS + "/in\x1bside"
FORBIDDEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
    "\ufeff\ufff9-\ufffb]")
EMITTED = ("nn", "linalg", "arena", "llvm-mlir", "llvm", "asm")


def expect(condition, what):
    if not condition:
        raise SystemExit(f"error: not so: {what}")


def check_text(data, what, tabs=False):
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SystemExit(f"error: {what} is no UTF-8: {error}") from error
    found = FORBIDDEN.search(text.replace("\t", "") if tabs else text)
    expect(not found,
           f"{what} holds {found and text[max(0, found.start() - 60):][:90]!r}")
    return text


def save(model, path):
    data = model.SerializeToString()
    path.write_bytes(data.replace(MARK.encode(), BROKEN))
    return path


def as_printed(name):
    """What docs and dialects/nn/PrintableText.h say of a name."""
    out = ""
    for c in name.replace(MARK, "\udc83\udcff\udcc3("):
        short = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(c)
        if short:
            out += short
        elif "\udc80" <= c <= "\udcff":
            out += f"\\x{ord(c) - 0xdc00:02x}"
        elif c == "\0" or FORBIDDEN.match(c):
            out += f"\\x{ord(c):02x}" if ord(c) < 0x80 else f"\\u{ord(c):04x}"
        else:
            out += c
    return out


class Runner:
    def __init__(self, dlc, work):
        self.dlc, self.work = dlc, work

    def __call__(self, *arguments, code=0, tabs=False):
        command = [self.dlc, *map(str, arguments)]
        run = subprocess.run(command, capture_output=True, cwd=self.work,
                             timeout=100)
        what = " ".join(map(repr, command[1:]))
        out = check_text(run.stdout, f"standard output of {what}", tabs)
        err = check_text(run.stderr, f"standard error of {what}")
        expect(run.returncode == code,
               f"{what} ends with {code}, not {run.returncode}:\n{err}")
        return out, err


# ---- Networks that compile ---------------------------------------------------

def network():
    """A chain with a name out of EVIL for every tensor and node; its product
    is a function of the model; float and quantised edges."""
    rng = np.random.default_rng(0)
    nodes, constants, inputs, outputs = [], [], [], []
    domain, function = "dom\x1b[2J\n", "Product\x1b[1m"
    value = EVIL[0] + " in"
    inputs.append((value, TensorProto.FLOAT, ["batch\x1b]0;\x07", 16]))
    for i, name in enumerate(EVIL):
        weight = f"{name} weight"
        constants.append((weight, rng.standard_normal(
            (16, 16)).astype(np.float32)))
        result = name if i else name + " first"
        called = name == LETTERS
        nodes.append(helper.make_node(
            function if called else "MatMul", [value, weight], [result],
            name=name, domain=domain if called else "",
            doc_string="doc\x1b[31m\n"))
        value = result
        if i % 4 == 3:
            nodes.append(helper.make_node("Softmax", [value], [f"{name} soft"],
                                          name=f"{name} soft", axis=0))
            value = f"{name} soft"
        if i % 3 == 0:
            outputs.append((value, TensorProto.FLOAT, [1, 16]))
    quantised, scale = "quantised \x1b*/", "scale\x9b"
    inputs.append((quantised, TensorProto.INT8, [1, 16]))
    constants.append((scale, np.float32(0.25)))
    nodes.append(helper.make_node("DequantizeLinear", [quantised, scale],
                                  ["dequantised\x1b"], name="dq\x1b"))
    nodes.append(helper.make_node("Relu", ["dequantised\x1b"], ["relu\n"]))
    outputs.append(("relu\n", TensorProto.FLOAT, [1, 16]))
    graph = helper.make_graph(
        nodes, "graph */ \x1b[31m\n" + MARK,
        [helper.make_tensor_value_info(n, t, s) for n, t, s in inputs],
        [helper.make_tensor_value_info(n, t, s) for n, t, s in outputs],
        [numpy_helper.from_array(v, n) for n, v in constants],
        doc_string="doc\x1b[31m\n")
    body = helper.make_function(
        domain, function, ["a", "b"], ["c"],
        [helper.make_node("MatMul", ["a", "b"], ["c"], name="in\x1bside")],
        [helper.make_opsetid("", 17)])
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 17),
                              helper.make_opsetid(domain, 1)],
        functions=[body], ir_version=8, producer_name="me\x1b[31m",
        doc_string="doc\x1b[31m\n")
    helper.set_model_props(model, {"key\x1b": "value\x1b"})
    return model


class Tags(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags = set()

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)


def check_json(path):
    report = json.loads(check_text(path.read_bytes(), path.name))
    names = {row["name"] for row in report["inputs"] + report["outputs"] +
             report["stages"]}
    for name in (EVIL[1], EVIL[4], INSIDE, EVIL[7]):
        expect(name in names, f"{name!r} is itself in the JSON report")
    expect(report["model"] == "graph */ \x1b[31m\n\\x83\\xff\\xc3(",
           f"the model is {report['model']!r}")


def check_html(path):
    text = check_text(path.read_bytes(), path.name)
    tags = Tags()
    tags.feed(text)
    expect("script" not in tags.tags, "no name opens a tag")
    expect("esc\\x1b[31mred" in text and "\u4e16\u754c" in text,
           "names are readable in the page")


PRINT_NAMES = r"""
#include "net.h"
#include <dlc/dlc.h>
#include <stdio.h>
#include <string.h>
int main(void) {
  uint32_t i;
  %s
  for (i = 0; i < net_model.input_count; ++i)
    printf("%%s\n", net_model.inputs[i].name);
  for (i = 0; i < net_model.output_count; ++i)
    printf("%%s\n", net_model.outputs[i].name);
  for (i = 0; i < net_model.stage_count; ++i)
    printf("%%s\n", net_model.stages[i].name);
  return 0;
}
"""


def check_program(model, folder, runner):
    """net.h is C and C++ in ASCII, its names are those of the description, and
    a program that prints them does no harm."""
    runner(model, "--target=host", "-o", folder / "net.o")
    (folder / "net.h").read_bytes().decode("ascii")
    kinds = (("INPUT", "inputs", len(model_inputs(model))),
             ("OUTPUT", "outputs", len(model_outputs(model))))
    same = "\n  ".join(
        f"if (strcmp(NET_{kind}_{i}_NAME, net_model.{field}[{i}].name)) "
        f"return 1;" for kind, field, count in kinds for i in range(count))
    (folder / "main.c").write_text(PRINT_NAMES % same)
    include = Path(__file__).resolve().parents[3] / "runtime/include"
    options = ["-pedantic", "-Wall", "-Wextra", "-Werror", f"-I{folder}",
               f"-I{include}"]
    for compiler in (["gcc", "-std=c99"], ["gcc", "-std=gnu11", "-trigraphs"],
                     ["g++", "-std=c++11", "-x", "c++"],
                     ["g++", "-std=gnu++20", "-x", "c++"]):
        subprocess.run([*compiler, *options, "-c", folder / "main.c", "-o",
                        folder / "main.o"], check=True)
    subprocess.run(["gcc", "-std=c99", *options, folder / "main.c",
                    folder / "net.o", "-o", folder / "main"], check=True)
    printed = subprocess.run([folder / "main"], check=True,
                             capture_output=True).stdout
    lines = check_text(printed, "names of the description").split("\n")
    for name in (*EVIL, INSIDE):
        expect(name == LETTERS or as_printed(name) in lines,
               f"{as_printed(name)!r} is a stage")


def load(path):
    return onnx.load_from_string(path.read_bytes().replace(
        BROKEN, MARK.encode()))


def model_inputs(path):
    return load(path).graph.input


def model_outputs(path):
    return load(path).graph.output


def check_outputs(dlc, work):
    runner = Runner(dlc, work)
    folder = work / "out \x1b[31m"
    folder.mkdir()
    model = save(network(), folder / "model\x1b[31m\n\u4e16.onnx")
    for target in ("cortex-m4", "host"):
        out = work / target
        out.mkdir()
        runner(model, f"--target={target}", "-o", out / "net.o", "--name=net",
               "--verify", f"--report={out / 'net.txt'}",
               f"--report={out / 'net.json'}", f"--report={out / 'net.html'}")
        check_json(out / "net.json")
        check_html(out / "net.html")
        for name in ("net.h", "net.stages", "net.txt"):
            check_text((out / name).read_bytes(), name)
        data = (out / "net.o").read_bytes()
        # Its machine code may be any bytes; names are longer.
        for name in EVIL:
            raw = name.encode().replace(MARK.encode(), BROKEN)
            expect(as_printed(name) == name or raw not in data,
                   f"{name!r} is not in the object as it is")
        for emit in EMITTED:
            tabs = emit == "asm"  # LLVM lays assembly out with them
            text, _ = runner(model, f"--target={target}", f"--emit={emit}",
                             "-o", "-", tabs=tabs)
            runner(model, f"--target={target}", f"--emit={emit}", "-o",
                   out / f"net.{emit}")
            check_text((out / f"net.{emit}").read_bytes(), emit, tabs)
            expect(len(text) > 1000, f"{emit} is there")
        runner(model, f"--target={target}", "--print-stages", "-o", "/dev/null")
        text, _ = runner(model, f"--target={target}", "--report", "-o",
                         "/dev/null")
        expect("esc\\x1b[31mred" in text, "the report names its layers")
    _, err = runner(model, "--target=cortex-m4", "--ram=64", "-o",
                    work / "small.o", f"--report={work / 'small.html'}", code=1)
    expect("of RAM" in err and err.count("error: ") == 1, err)
    _, err = runner(model, "--target=cortex-m4", "--flash=1K", "-o",
                    work / "small.o", code=1)
    expect("of flash" in err, err)
    runner(model, "--target=cortex-m4", "--arena-split=2K,2K", "-o",
           "/dev/null")
    runner(model, "--target=cortex-m4", "--arena=static", "-o", "/dev/null")
    check_runs(model, work, runner)
    out = work / "program"
    out.mkdir()
    check_program(model, out, runner)


def check_runs(model, work, runner):
    for options in ([], ["--profile"]):
        text, _ = runner("run", model, *options)
        expect(f"output '{as_printed(EVIL[3])} soft' =" in text, text)
    expect("esc\\x1b[31mred (" in text, text)
    tests = work / "test_data\x1b[31m"
    tests.mkdir()
    for i, data in enumerate((np.zeros((1, 16), np.float32),
                              np.zeros((1, 16), np.int8))):
        (tests / f"input_{i}.pb").write_bytes(
            numpy_helper.from_array(data).SerializeToString())
    runner("run", model, f"--inputs={tests}", "--check-only")
    (tests / "output_0.pb").write_bytes(numpy_helper.from_array(
        np.ones((1, 16), np.float32)).SerializeToString())
    _, err = runner("run", model, f"--inputs={tests}", "--check-only", code=1)
    (tests / "input_0.pb").write_bytes(
        numpy_helper.from_array(np.zeros(3)).SerializeToString())
    _, err = runner("run", model, f"--inputs={tests}", code=1)
    expect("input_0.pb' does not have" in err, err)
    (tests / "input_0.pb").write_bytes(b"\x1b[31m\n" * 9)
    _, err = runner("run", model, f"--inputs={tests}", code=1)
    expect("holds no ONNX tensor" in err, err)
    saved = work / "saved"
    text, _ = runner("run", model, "--target=cortex-m4", "--profile",
                     f"--save={saved}")
    expect("esc\\x1b[31mred (" in text and "instructions" in text, text)
    for path in saved.iterdir():
        if path.suffix in (".h", ".c", ".ld", ".log", ".map"):
            check_text(path.read_bytes(), path.name)
    board = work / "board\x1b.yaml"
    for text in (
            'name: "b\\e[31m"\ninherits: cortex-m4\nsummary: "s\\e[31m\\n"\n',
            'name: b\ninherits: cortex-m4\n"colour\\e": red\n',
            'name: b\ninherits: "c\\e[31m"\n',
            'name: b\ninherits: cortex-m4\ncpu: "c\\e[31m"\n'):
        board.write_text(text)
        good = text.startswith('name: "b')
        runner("targets", f"--target={board}", code=0 if good else 1)
        runner(model, f"--target={board}", "-o", work / "board.o", "--report",
               code=0 if good else 1)
    check_text((work / "board.h").read_bytes(), "board.h")


def check_refusals(dlc, work):
    runner = Runner(dlc, work)
    readable = 0
    for kind, build in MODELS.items():
        for i, evil in enumerate(("\x1b[31m\r\n\x07name", f"x\u009b\u202e{MARK}",
                                  LETTERS)):
            path = save(build(evil), work / f"{kind}{i}.onnx")
            before = sorted(os.listdir(work))
            _, err = runner(path, "--target=cortex-m4", "-o", work / "net.o",
                            code=1)
            print(f"{kind}: {err}", end="")
            lines = err.rstrip("\n").split("\n")
            expect("error: " in lines[0] and
                   all(": note: " in line for line in lines[1:]),
                   f"{kind}: one error and notes on lines of their own: {err}")
            expect(sorted(os.listdir(work)) == before, f"{kind}: nothing left")
            readable += LETTERS in err
    # Those that speak of a name speak of it as it is.
    expect(readable >= len(MODELS) - 3, f"{readable} messages are readable")
    path = save(make([node("Relu")], [("x", ["a\x1b", 4])]),
                work / "shape.onnx")
    _, err = runner(path, "--target=cortex-m4", "-o", work / "net.o",
                    "--shape=b\x1b=2", code=1)
    expect("--shape b\\x1b=2: no input" in err and "a\\x1b" in err, err)
    runner(path, "--target=cortex-m4", "-o", work / "net.o", "--shape=b\x1b",
           code=1)
    runner("run", path, "--shape=a\x1b=1")
    # The path of the model itself.
    path = work / "model\x1b[31m\n\u202e\u4e16.onnx"
    path.write_bytes(b"\x1b[31m nothing\n")
    _, err = runner(path, "--target=cortex-m4", "-o", work / "net.o", code=1)
    expect("model\\x1b[31m\\n\\u202e\u4e16.onnx: error: this is not" in err, err)
    path = os.fsdecode(os.fsencode(work) + b"/model\xff\x1b.onnx")
    _, err = runner(path, "--target=cortex-m4", "-o", work / "net.o", code=1)
    expect("model\\xff\\x1b.onnx: error: cannot open" in err, err)
    _, err = runner(path, "--target=\x1b[31m\u202e", "-o", work / "net.o",
                    code=1)
    expect("unknown target '\\x1b[31m\\u202e'" in err, err)
    _, err = runner(path, "--target=host", "-o", "no\x1b/net.o", code=1)
    expect("cannot write 'no\\x1b/net.o'" in err, err)


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("part", choices=("outputs", "refusals"))
    arguments.add_argument("--dlc", required=True, type=os.path.abspath)
    arguments.add_argument("--work", required=True, type=Path)
    options = arguments.parse_args()
    if options.part == "outputs":
        for tool in ("gcc", "arm-none-eabi-gcc", "qemu-system-arm"):
            if not shutil.which(tool):
                print(f"skipped: {tool} is not installed")
                return SKIPPED
    work = options.work.resolve()
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    check = check_outputs if options.part == "outputs" else check_refusals
    check(options.dlc, work)
    return 0


if __name__ == "__main__":
    sys.exit(main())
