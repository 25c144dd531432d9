#!/usr/bin/env python3
"""A network whose camera pushes lines answers as it does to the whole frame, byte for byte.

    check_lines.py cortex-m4 --dlc build/bin/dlc --work build/pixels

Cases (cases.py) are networks of their own in one program of net.h, which is given line after
line in one buffer that it destroys behind the call. What comes out has to be what the definition
in numpy gives (check_pixels.py compares that with OpenCV and Pillow). Besides: a line too many, a
run without an image, memory outside of the arena, and what is kept of a frame of 320x240.
"""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parents[1] / "harness"))

import board  # noqa: E402
import case_runs  # noqa: E402
import definition  # noqa: E402
from cases import STEP, ZERO, Case, all_cases  # noqa: E402

MOST_KEPT = 2560  # bytes of a frame of 320x240, RGB565

PROGRAM = """\
#include <string.h>
#include "machine.h"
%(headers)s
enum { GUARD = 64 };
static uint8_t memory[GUARD + %(arena)s + GUARD] __attribute__((aligned(64)));
static uint8_t line[%(line)s];
static uint8_t output[%(output)s] __attribute__((aligned(16)));

static int is_overrun(const uint8_t *guard) {
  size_t i;
  for (i = 0; i < GUARD; ++i)
    if (guard[i] != 0xa5)
      return 1;
  return 0;
}

#define CHECK(condition, status) if (!(condition)) return status
%(functions)s
int main(void) {
  int status, frames = file_open("frames.bin", 0), outputs = file_open("outputs.bin", 1);
  if (frames < 0 || outputs < 0)
    return 2;
%(calls)s
  file_close(outputs);
  return 0;
}
"""

FUNCTION = """
static int run_%(name)s(int frames, int outputs) {
  void *arena = memory + GUARD, *results[1];
  int i, status, done = 0;
  results[0] = output;
  memset(memory, 0xa5, sizeof memory);
  CHECK(%(name)s_line(line, arena) == -1, 10); /* nobody has begun */
  %(name)s_begin(arena);
  CHECK(%(name)s_run(NULL, results, arena) == -1, 11);
  for (i = 0; i < %(macro)s_LINE_HEIGHT; ++i) {
    CHECK(file_read(frames, line, %(macro)s_LINE_STRIDE), 12);
    status = %(name)s_line(line, arena);
    CHECK((status == 0 || status == 1) && status >= done, 13);
    done = status;
    memset(line, 0x5a, sizeof line);
    if (i == 0 && %(macro)s_LINE_HEIGHT > 1 && !done)
      CHECK(%(name)s_run(NULL, results, arena) == -1, 15);
  }
  CHECK(done == 1, 16);
  CHECK(%(name)s_line(line, arena) == -1, 17);
  CHECK(%(name)s_run(NULL, results, arena) == 0, 18);
  CHECK(!is_overrun(memory) && !is_overrun(memory + GUARD + %(macro)s_ARENA_BYTES), 19);
  CHECK(file_write(outputs, output, %(macro)s_OUTPUT_0_BYTES), 20);
  return 0;
}
"""


def network(case, expected):
    """The image, with dimensions in another order: an image that is an output is none."""
    turned = [0, 3, 2, 1]
    kind = {"uint8": TensorProto.UINT8}.get(case.kind, TensorProto.FLOAT)
    nodes, out = [], kind
    if case.kind == "int8":
        nodes, out = [helper.make_node("QuantizeLinear", ["x", "step", "zero"], ["q"])], TensorProto.INT8
    nodes.append(helper.make_node("Transpose", ["q" if nodes else "x"], ["y"], perm=turned))
    constants = [helper.make_tensor("step", TensorProto.FLOAT, [], [float(STEP)]),
                 helper.make_tensor("zero", TensorProto.INT8, [], [ZERO])]
    answer = np.ascontiguousarray(expected.transpose(turned))
    graph = helper.make_graph(nodes, "lines",
                              [helper.make_tensor_value_info("x", kind, expected.shape)],
                              [helper.make_tensor_value_info("y", out, answer.shape)],
                              constants if case.kind == "int8" else [])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    onnx.checker.check_model(model)
    return model, answer


def chosen_cases(target):
    """Of the cases that come in lines each third; those of 320x240 on every core."""
    cases = dict(enumerate(all_cases()))
    cases = {i: case for i, case in cases.items()
             if case.format not in definition.PLANES and case.size != (1, 1) and case.height * case.width <= 40000}
    first = sum(map(ord, target)) % 3
    cases = dict([*cases.items()][first::3])
    for number, method in enumerate(("opencv_linear", "pillow_bilinear")):
        cases[1000 + number] = Case("RGB565_BE", 240, 320, "RGB", size=(96, 96), method=method,
                                    kind=("int8", "uint8")[number])
    return cases


def kept_bytes(arguments, folder, options):
    """Of lines, as the plan has them."""
    text = subprocess.run([arguments.dlc, folder / "model.onnx", *options, "--emit=arena", "-o", "-"],
                          check=True, text=True, stdout=subprocess.PIPE).stdout
    return int(re.search(r'arena\.buffer.*bytes = (\d+) : i64.*name = "[^"]*\.lines"', text)[1])


def compile_case(arguments, folder, i, case):
    """The object; what its run has to answer, and the frame."""
    expected = case.expected(case.image(i))
    model, answer = network(case, expected)
    onnx.save(model, folder / "model.onnx")
    yaml = case.yaml("x").replace("  tensor:\n", "  tensor:\n    delivery: lines\n")
    (folder / "camera.yaml").write_text(yaml)
    options = [f"--target={arguments.target}", arguments.level,
               f"--pipeline={folder / 'camera.yaml'}"]
    subprocess.run([arguments.dlc, folder / "model.onnx", *options, f"--name=n{i}",
                    "-o", folder / f"n{i}.o"], check=True)
    wrong = 0
    if case.height == 240:
        kept = kept_bytes(arguments, folder, options)
        wrong = int(kept > MOST_KEPT and "neon" not in arguments.target and "x86" not in arguments.target)
        print(f"{case.method}: {kept} bytes are kept of lines" + ", too many" * wrong)
    return answer, case.frame(i), wrong


def write_program(folder, cases, answers):
    names = [f"n{i}" for i in cases]
    sizes = {what: max(int(re.search(rf"_{what} (\d+)", (folder / f"{name}.h").read_text())[1])
                       for name in names) for what in ("ARENA_BYTES", "LINE_STRIDE")}
    functions = "".join(FUNCTION % {"name": name, "macro": name.upper()} for name in names)
    calls = "\n".join(f"  if ((status = run_{name}(frames, outputs)))\n"
                      f'    return print_number("{name}", (unsigned)status), 1;' for name in names)
    (folder / "program.c").write_text(PROGRAM % {
        "headers": "\n".join(f'#include "{name}.h"' for name in names),
        "arena": sizes["ARENA_BYTES"], "line": sizes["LINE_STRIDE"],
        "output": max(answer.nbytes for answer in answers), "functions": functions,
        "calls": calls})
    return [folder / f"{name}.o" for name in names]


def run_program(target, folder, objects):
    """Under QEMU, or here under the sanitizers."""
    emulator = board.emulator_of(target)
    sources = [folder / "program.c", *objects, f"-I{folder}", f"-I{board.EMULATOR}"]
    if not emulator:
        board.run(["gcc", "-std=gnu99", "-g", "-fsanitize=address,undefined",
                   "-fno-sanitize-recover=all", board.EMULATOR / "linux.c", *sources,
                   "-o", folder / "program"])
        return board.run([folder / "program"], cwd=folder)
    bare = []
    if emulator.is_board:
        emulator.write_linker_script(folder / "link.ld")
        bare = ["-nostartfiles", "--specs=nano.specs", f"-L{board.EMULATOR}", "-T",
                folder / "link.ld"]
    board.run([*emulator.compiler, "-Os", "-std=gnu99", "-static",
               board.EMULATOR / ("board.c" if emulator.is_board else "linux.c"), *sources, *bare,
               "-o", folder / "program.elf"])
    machine = ["-display", "none", "-monitor", "none", "-serial", "none", "-semihosting-config",
               "enable=on,target=native", "-kernel"] if emulator.is_board else []
    return board.run([*emulator.command, *machine, folder / "program.elf"], cwd=folder)


def main():
    arguments = case_runs.target_parser(__doc__).parse_args()
    if case_runs.is_skipped(arguments):
        return case_runs.SKIPPED
    folder = (arguments.work / f"lines-{arguments.target}").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    cases = chosen_cases(arguments.target)
    answers, frames, wrong = [], [], 0
    for i, case in cases.items():
        answer, frame, too_many = compile_case(arguments, folder, i, case)
        answers.append(answer)
        frames.append(frame.tobytes())
        wrong += too_many
    objects = write_program(folder, cases, answers)
    (folder / "frames.bin").write_bytes(b"".join(frames))
    run_program(arguments.target, folder, objects)
    data, at = (folder / "outputs.bin").read_bytes(), 0
    for (i, case), answer in zip(cases.items(), answers):
        found = np.frombuffer(data[at:at + answer.nbytes], answer.dtype).reshape(answer.shape)
        at += answer.nbytes
        differs = (found != answer).sum()
        if differs:
            print(f"case {i}: {case}: {differs} of {answer.size} elements differ")
            wrong += 1
    print(f"{len(cases)} pipelines from lines, {wrong} wrong")
    return int(wrong > 0 or at != len(data))


if __name__ == "__main__":
    sys.exit(main())
