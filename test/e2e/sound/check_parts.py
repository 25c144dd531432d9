#!/usr/bin/env python3
"""Sound that comes part by part: a call has new samples only.

    check_parts.py cortex-m4 --dlc build/bin/dlc --work build/sound

After each call the network sees the features of the last frames, bit for bit those of the
whole clip, which check_micro.py and check_mel.py compare with the libraries; before the
first sample there is silence.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parents[1] / "harness"))

import case_runs  # noqa: E402
import programs  # noqa: E402
from check_micro import network  # noqa: E402
from clips import SAMPLES, speech  # noqa: E402

FRONT = "{library: tf_signal, window: %d, hop: 320, bins: 20, range: [20, 4000]}"
# Bands, samples that windows reach back behind their hop, steps, a band's silence.
INPUTS = {
    "x0": (40, 160, ["micro_frontend: {window: 480, hop: 320, bins: 40, range: [125, 7500]}"], 0),
    "x1": (10, 160, ["mel: " + FRONT % 480, "log: {offset: 1e-6}",
                     "dct: {library: tf_signal, count: 10}"], None),
    "x2": (20, 0, ["mel: " + FRONT % 200, "log: {base: 10, factor: 2, floor: 1e-10}", "transpose"], -20),
    "bytes": (40, 160, ["micro_frontend: {window: 480, hop: 320, bins: 40, range: [125, 7500]}"], -128),
}
FRAMES, FRESH = 12, 2  # that the network looks at, and of a call
CALLS = 20


def described(hop):
    """All inputs; without a hop of the whole clip."""
    text = ""
    for name, (_, before, steps, _) in INPUTS.items():
        samples = (FRAMES - 1 if hop else FRESH * CALLS - 1) * 320 + before + 320
        if not before:
            samples -= 120
        text += (f"- input: {name}\n  audio: {{rate: 16000, samples: {samples}"
                 f"{f', hop: {320 * FRESH}' if hop else ''}}}\n  preprocess:\n"
                 + "".join(f"    - {step}\n" for step in steps))
    return text


def run(arguments, folder, name, frames, sets):
    """The features of each set of samples, as frames and bands."""
    shapes = [(1, frames * bands) for bands, *_ in INPUTS.values()]
    onnx.save(network(shapes[:-1], shapes[-1]), folder / f"{name}.onnx")
    (folder / f"{name}.yaml").write_text(described(hop=name == "parts"))
    data = folder / "data"
    shutil.rmtree(data, ignore_errors=True)
    for number, tensors in enumerate(sets):
        (data / f"test_data_set_{number}").mkdir(parents=True)
        for i, tensor in enumerate(tensors):
            (data / f"test_data_set_{number}" / f"input_{i}.pb").write_bytes(
                numpy_helper.from_array(tensor).SerializeToString())
    subprocess.run([arguments.dlc, "run", folder / f"{name}.onnx", f"--target={arguments.target}",
                    f"--pipeline={folder / name}.yaml", f"--inputs={data}", f"--save={folder}"],
                   check=True, stdout=subprocess.DEVNULL)
    kinds = [np.int8 if each == "bytes" else np.float32 for each in INPUTS]
    expected = [[np.zeros(shape, kind) for shape, kind in zip(shapes, kinds)]] * len(sets)
    found = programs.read_outputs((folder / "outputs.bin").read_bytes(), expected)
    return [[as_frames(output, *row) for output, row in zip(outputs, INPUTS.values())]
            for outputs in found]


def as_frames(output, bands, _, steps, __):
    return output.reshape(bands, -1).T if steps[-1] == "transpose" else output.reshape(-1, bands)


def silence(name):
    bands, _, _, value = INPUTS[name]
    if value is not None:
        return np.full(bands, value)
    # log(1e-6) in all of 20 bands has the first coefficient only.
    return np.array([2 * 20 * np.log(1e-6) / np.sqrt(2 * 20)] + [0] * (bands - 1))


def main():
    arguments = case_runs.target_parser(__doc__).parse_args()
    if case_runs.is_skipped(arguments):
        return case_runs.SKIPPED
    folder = arguments.work / f"parts-{arguments.target}"
    folder.mkdir(parents=True, exist_ok=True)
    clip = speech(3)[:320 * FRESH * CALLS]
    assert len(clip) <= SAMPLES
    parts = np.split(clip, CALLS)
    whole = [np.concatenate([np.zeros(before, np.int16), clip])[:len(clip) + (before or -120)]
             for _, before, *_ in INPUTS.values()]
    right = run(arguments, folder, "whole", FRESH * CALLS, [whole])[0]
    found = run(arguments, folder, "parts", FRAMES, [[part] * len(INPUTS) for part in parts])
    wrong = 0
    for call, outputs in enumerate(found):
        for name, output, features in zip(INPUTS, outputs, right):
            new = min(FRAMES, (call + 1) * FRESH)
            last = features[(call + 1) * FRESH - new:(call + 1) * FRESH]
            same = np.array_equal(output[FRAMES - new:], last)
            silent = np.allclose(output[:FRAMES - new], silence(name), rtol=1e-5, atol=1e-4)
            if not (same and silent):
                wrong += 1
                print(f"{name}, call {call}: {'' if same else 'features'} "
                      f"{'' if silent else 'silence'} differ")
    distinct = len({outputs[0].tobytes() for outputs in found})
    print(f"{len(found)} calls, {distinct} different, {wrong} wrong")
    return int(wrong > 0 or distinct < CALLS)


if __name__ == "__main__":
    sys.exit(main())
