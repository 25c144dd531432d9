#!/usr/bin/env python3
"""Log-mel features and their cosine transforms against libraries' definitions, on a core.

    check_mel.py cortex-m4 --dlc build/bin/dlc --work build/sound

The references are libraries.py's, in float64. Logarithms are within 1e-4 of them, relative
to their own size or to 1.
"""

import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parents[1] / "harness"))

import case_runs  # noqa: E402
import libraries  # noqa: E402
import programs  # noqa: E402
from clips import noise, speech  # noqa: E402

RATE = 16000
SAMPLES = 4000


def mel(library, **more):
    step = {"library": library, "window": 400, "hop": 160, "fft": 512, "bins": 40,
            "range": [20, 7600], **more}
    if library != "kaldi":
        step.setdefault("power", 1 if library == "tf_signal" else 2)
    if library in ("librosa", "torchaudio"):
        step.setdefault("center", True)
    return step


CASES = [
    (mel("tf_signal"), {"offset": 1e-6}, {"library": "tf_signal", "count": 13}),
    (mel("tf_signal", window=255, fft=256, hop=100, power=2), {"offset": 1e-6}, None),
    (mel("librosa"), {"base": 10, "factor": 10, "floor": 1e-10}, {"library": "librosa", "count": 20}),
    (mel("librosa", window=1024, fft=1024, hop=512, bins=128, range=[0, 8000], center=False),
     {"base": 10, "factor": 10, "offset": 2.220446049250313e-16}, None),
    (mel("torchaudio", window=512, hop=256, bins=64, range=[0, 8000]), {"base": 2, "offset": 1e-6},
     None),
    (mel("torchaudio", power=1), {"offset": 1e-3}, {"library": "torchaudio", "count": 40}),
    (mel("kaldi", bins=23, range=[20, 8000]), {"floor": 1.1920928955078125e-07}, None),
]


def text_of(value):
    if isinstance(value, bool):
        return str(value).lower()
    return f"[{', '.join(map(str, value))}]" if isinstance(value, list) else str(value)


def step_text(name, step):
    return f"    - {name}: {{" + ", ".join(f"{k}: {text_of(v)}" for k, v in step.items()) + "}\n"


def expected_of(samples, spec, log, dct):
    features = getattr(libraries, spec["library"])(samples, RATE, spec)
    base = {2: np.log(2), 10: np.log(10)}.get(log.get("base"), 1)
    features = np.log(np.maximum(features, log.get("floor", 0)) + log.get("offset", 0))
    features = log.get("factor", 1) * features / base
    return libraries.dct(features, dct["count"], dct["library"]) if dct else features


def main():
    arguments = case_runs.target_parser(__doc__).parse_args()
    if case_runs.is_skipped(arguments):
        return case_runs.SKIPPED
    folder = arguments.work / f"mel-{arguments.target}"
    folder.mkdir(parents=True, exist_ok=True)
    clips = [speech(2)[:SAMPLES], noise(5, SAMPLES).astype(np.int16)]
    expected = [[expected_of(clip, *case).astype(np.float32) for case in CASES] for clip in clips]
    inputs, outputs, nodes, text = [], [], [], ""
    for i, ((spec, log, dct), value) in enumerate(zip(CASES, expected[0])):
        inputs.append(helper.make_tensor_value_info(f"x{i}", TensorProto.FLOAT, value.shape))
        outputs.append(helper.make_tensor_value_info(f"y{i}", TensorProto.FLOAT, value.shape))
        nodes.append(helper.make_node("Identity", [f"x{i}"], [f"y{i}"], name=f"same_{i}"))
        text += f"- input: x{i}\n  audio: {{rate: {RATE}, samples: {SAMPLES}}}\n  preprocess:\n"
        text += step_text("mel", spec) + step_text("log", log)
        text += step_text("dct", dct) if dct else ""
    model = helper.make_model(helper.make_graph(nodes, "sound", inputs, outputs),
                              opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    onnx.save(model, folder / "model.onnx")
    (folder / "sound.yaml").write_text(text)
    found = programs.run(arguments, folder, [[clip] * len(CASES) for clip in clips], expected,
                         options=[f"--pipeline={folder / 'sound.yaml'}"])
    wrong = 0
    for clip, (answers, rights) in enumerate(zip(found, expected)):
        for (spec, *_), answer, right in zip(CASES, answers, rights):
            error = np.max(np.abs(answer - right) / np.maximum(1, np.abs(right)))
            print(f"clip {clip}, {spec['library']}: {error:.1e}")
            wrong += not error < 1e-4
    print(f"{wrong} cases are wrong")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
