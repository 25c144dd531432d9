#!/usr/bin/env python3
"""The micro front end in a network's object, on a device's core.

    check_micro.py cortex-m4 --dlc build/bin/dlc --work build/sound

Its features of the clips (clips.py) have the digests of what TensorFlow's own gives
(references.json, written by record_references.py), as floats and as bytes. An object of
the front end in integers calls no arithmetic of floats and no product of 64 bits.
"""

import hashlib
import json
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
import programs  # noqa: E402
from clips import SAMPLES, all_clips  # noqa: E402
from configurations import CONFIGURATIONS  # noqa: E402

REFERENCES = json.loads((HERE / "references.json").read_text())
STEP = 26 / 256


def network(shapes, quantised):
    """Inputs that are outputs, and one of bytes, which a clip at zero keeps as it is."""
    inputs, outputs, nodes = [], [], []
    for i, shape in enumerate(shapes):
        inputs.append(helper.make_tensor_value_info(f"x{i}", TensorProto.FLOAT, shape))
        outputs.append(helper.make_tensor_value_info(f"y{i}", TensorProto.FLOAT, shape))
        nodes.append(helper.make_node("Identity", [f"x{i}"], [f"y{i}"], name=f"same_{i}"))
    inputs.append(helper.make_tensor_value_info("bytes", TensorProto.INT8, quantised))
    outputs.append(helper.make_tensor_value_info("kept", TensorProto.INT8, quantised))
    nodes += [helper.make_node("DequantizeLinear", ["bytes", "step", "zero"], ["real"], name="real"),
              helper.make_node("Relu", ["real"], ["positive"], name="relu"),
              helper.make_node("QuantizeLinear", ["positive", "step", "zero"], ["kept"], name="kept")]
    constants = [helper.make_tensor("step", TensorProto.FLOAT, [], [STEP]),
                 helper.make_tensor("zero", TensorProto.INT8, [], [-128])]
    graph = helper.make_graph(nodes, "sound", inputs, outputs, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    onnx.checker.check_model(model)
    return model


def description(name, config):
    """Of an input of this name; None: the only one."""
    low, high = config.range
    return f"""\
- {f"input: {name}" if name else ""}
  audio: {{rate: {config.rate}, samples: {SAMPLES}}}
  preprocess:
    - micro_frontend: {{window: {config.window}, hop: {config.hop}, bins: {config.bins},
                       range: [{low}, {high}]}}
"""


def compare(arguments, folder):
    configs = list(CONFIGURATIONS.values())
    shapes = [(1, c.frames * c.bins) for c in configs]
    onnx.save(network(shapes, shapes[0]), folder / "model.onnx")
    (folder / "sound.yaml").write_text(
        "".join(description(f"x{i}", c) for i, c in enumerate(configs)) +
        description("bytes", configs[0]))
    answers = [np.zeros(shape, np.float32) for shape in shapes] + [np.zeros(shapes[0], np.int8)]
    clips = all_clips()
    found = programs.run(arguments, folder, [[clip] * len(answers) for clip in clips],
                         [answers] * len(clips), options=[f"--pipeline={folder / 'sound.yaml'}"])
    wrong = 0
    for number, outputs in enumerate(found):
        for output, (name, config) in zip(outputs, CONFIGURATIONS.items()):
            features = np.rint(output * 25.6).astype(np.uint16)
            recorded = REFERENCES[name][number]
            if hashlib.sha256(features.tobytes()).hexdigest() == recorded["sha256"]:
                continue
            wrong += 1
            print(f"{name}, clip {number}: last frame {features[0, -config.bins:].tolist()}\n"
                  f"  in place of {recorded['last']}")
        # What micro_speech's program makes of them.
        features = np.rint(outputs[0] * 25.6).astype(np.int64)
        kept = np.clip((features * 256 + 333) // 666 - 128, -128, 127)
        if not np.array_equal(outputs[-1], kept):
            wrong += 1
            print(f"clip {number}: bytes are not what features make")
    return wrong, len(found) * len(answers)


def calls_of_integers(arguments, folder):
    """Symbols that an object of bytes alone needs and may not."""
    config = CONFIGURATIONS["micro_speech"]
    onnx.save(network([], (1, config.frames * config.bins)), folder / "bytes.onnx")
    (folder / "bytes.yaml").write_text(description("bytes", config))
    subprocess.run([arguments.dlc, folder / "bytes.onnx", f"--target={arguments.target}",
                    f"--pipeline={folder / 'bytes.yaml'}", "--name=net", "-o", folder / "bytes.o"],
                   check=True, stderr=subprocess.DEVNULL)
    tool = Path(programs.ASSEMBLER).with_name(Path(programs.ASSEMBLER).name.replace("mc", "nm"))
    listed = board.run([tool, "-u", folder / "bytes.o"])
    # Divisions of words are calls on cores that have none.
    allowed = re.compile(r"mem(cpy|set|move)|__aeabi_mem\w+|__aeabi_uidiv")
    header = (folder / "bytes.h").read_text()
    arena = int(re.search(r"NET_ARENA_BYTES (\d+)", header)[1])
    return [line.split()[-1] for line in listed.splitlines()
            if line.strip() and not allowed.fullmatch(line.split()[-1])], arena


def main():
    arguments = case_runs.target_parser(__doc__).parse_args()
    if case_runs.is_skipped(arguments):
        return case_runs.SKIPPED
    folder = arguments.work / f"micro-{arguments.target}"
    folder.mkdir(parents=True, exist_ok=True)
    wrong, count = compare(arguments, folder)
    calls, arena = calls_of_integers(arguments, folder)
    print(f"{count} clips, {wrong} wrong; {arena} bytes of arena; calls: {calls}")
    return int(wrong > 0 or bool(calls) or arena > 4096)


if __name__ == "__main__":
    sys.exit(main())
