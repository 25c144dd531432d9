#!/usr/bin/env python3
"""Reference evaluation computes front ends as TensorFlow and the libraries do.

    check_evaluation.py --dlc build/bin/dlc --dlc-opt build/bin/dlc-opt --work build/sound

Front ends of constant samples are folded; what is left is compared with the recorded
references and with libraries.py.
"""

import argparse
import hashlib
import re
import subprocess
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parents[1] / "harness"))

import check_mel  # noqa: E402
import check_micro  # noqa: E402
import libraries  # noqa: E402
from clips import all_clips, speech  # noqa: E402
from configurations import CONFIGURATIONS  # noqa: E402

NETWORK = """\
func.func @main(%x: tensor<{shape}xf32>) -> tensor<{shape}xf32> {{
  %0 = nn.abs %x : (tensor<{shape}xf32>) -> tensor<{shape}xf32>
  return %0 : tensor<{shape}xf32>
}}
"""


def evaluate(arguments, shape, description, clip):
    """The front end's features, as dlc-opt folds them."""
    folder = arguments.work / "evaluation"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "net.mlir").write_text(NETWORK.format(shape="x".join(map(str, shape))))
    (folder / "sound.yaml").write_text(description)
    printed = subprocess.run(
        [arguments.dlc, folder / "net.mlir", "--target=cortex-m4", "--emit=nn",
         f"--pipeline={folder / 'sound.yaml'}"], check=True, stdout=subprocess.PIPE, text=True).stdout
    op = re.search(r"(nn\.m\w+) %\w+ (\{.*?\}) : (\(tensor<(\d+)xi16>\) -> (tensor<\S+>))", printed)
    assert int(op[4]) == len(clip)
    (folder / "constant.mlir").write_text(f"""\
func.func @main() -> {op[5]} {{
  %x = arith.constant dense<"0x{clip.tobytes().hex().upper()}"> : tensor<{len(clip)}xi16>
  %0 = {op[1]} %x {op[2]} : {op[3]}
  return %0 : {op[5]}
}}
""")
    folded = subprocess.run(
        [arguments.dlc_opt, folder / "constant.mlir", "--dlc-fold-constants",
         "--mlir-print-elementsattrs-with-hex-if-larger=1"],
        check=True, stdout=subprocess.PIPE, text=True).stdout
    assert "nn." not in folded, folded[:400]
    resource = re.search(r': "0x([0-9A-F]+)"', folded)
    data = bytes.fromhex(resource[1])[4:] if resource else \
        bytes.fromhex(re.search(r'dense<"0x([0-9A-F]+)">', folded)[1])
    kind = np.uint16 if "ui16" in op[5] else np.float32
    return np.frombuffer(data, kind).reshape(shape)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for name in ("dlc", "dlc-opt", "work"):
        parser.add_argument(f"--{name}", required=True, type=Path)
    arguments = parser.parse_args()
    wrong = 0
    clips = all_clips()
    for name, config in CONFIGURATIONS.items():
        for number in (3, 12, 15):
            features = evaluate(arguments, (config.frames, config.bins),
                                check_micro.description(None, config), clips[number])
            digest = hashlib.sha256(features.tobytes()).hexdigest()
            if digest != check_micro.REFERENCES[name][number]["sha256"]:
                wrong += 1
                print(f"{name}, clip {number}: {features[-1].tolist()}")
    clip = speech(2)[:1500]
    for library in ("tf_signal", "librosa", "kaldi"):
        step = check_mel.mel(library, **({"center": False} if library == "librosa" else {}))
        expected = getattr(libraries, library)(clip, check_mel.RATE, step)
        text = (f"audio: {{rate: {check_mel.RATE}, samples: {len(clip)}}}\npreprocess:\n" +
                check_mel.step_text("mel", step))
        found = evaluate(arguments, expected.shape, text, clip)
        error = float(np.max(np.abs(found - expected) / (expected + 1e-9 * expected.max())))
        print(f"{library}: {error:.1e}")
        wrong += not error < 1e-5
    print(f"{wrong} are wrong")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
