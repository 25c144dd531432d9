#!/usr/bin/env python3
"""What Winograd's algorithm makes of a pixel that is not finite.

    check_not_finite.py --dlc build/bin/dlc --work DIR

docs/decisions/winograd.md has what is promised: where a window has such a pixel
the output is not finite either, though it may be NaN in place of an infinity; no
output beyond the tiles that read the pixel changes at all.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import parser

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "models"))

from compiled_network import CompiledNetwork, largest_difference  # noqa: E402

CHANNELS, SIDE, TILE = 16, 32, 4
# The first convolution puts the channels last, as Winograd's has them, and the
# pixel into all of them.
MODEL = f"""<ir_version: 8, opset_import: ["" : 17]>
net (float[1,{CHANNELS},{SIDE},{SIDE}] x) => (float[1,{CHANNELS},{SIDE},{SIDE}] y)
<float[{CHANNELS},{CHANNELS},1,1] u = {{%s}}, float[{CHANNELS},{CHANNELS},3,3] w = {{%s}}> {{
  z = Conv (x, u)
  y = Conv <pads = [1, 1, 1, 1]> (z, w)
}}"""


def listed(values):
    return ", ".join(map(repr, values.ravel().tolist()))


def direct(x, w):
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1))).astype(np.float64)
    y = np.zeros(x.shape)
    for i in range(3):
        for j in range(3):
            y += np.einsum("fc,nchw->nfhw", w[:, :, i, j],
                           padded[:, :, i:i + SIDE, j:j + SIDE])
    return y


def reads(pixel):
    """Of one dimension: outputs of the tiles that read it, with the padding."""
    return np.array([pixel - TILE - 1 < at // TILE * TILE <= pixel + 1 for at in range(SIDE)])


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--dlc", required=True, type=Path)
    arguments.add_argument("--work", required=True, type=Path)
    options = arguments.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(1)
    w = random.uniform(0.5, 1, (CHANNELS, CHANNELS, 3, 3)).astype(np.float32)
    u = random.uniform(0.5, 1, (CHANNELS, CHANNELS, 1, 1)).astype(np.float32)
    path = options.work / "model.onnx"
    onnx.save(parser.parse_model(MODEL % (listed(u), listed(w))), path)
    network = CompiledNetwork(options.dlc, path, options.work, target="x86-64-v3")
    x = random.uniform(-1, 1, (1, CHANNELS, SIDE, SIDE)).astype(np.float32)
    [finite] = network.run([x], [x])
    if not largest_difference(finite, direct(np.einsum("fc,nchw->nfhw", u[:, :, 0, 0], x), w)) < 1e-5:
        raise SystemExit("error: finite pixels are convolved wrongly")
    beyond = 0
    for value in (np.inf, -np.inf, np.nan):
        for row, column in ((9, 10), (0, 0), (SIDE - 1, 13), (11, 15)):
            bad = x.copy()
            bad[0, 5, row, column] = value
            [y] = network.run([bad], [x])
            tiles = np.outer(reads(row), reads(column))
            window = np.outer(abs(np.arange(SIDE) - row) <= 1,
                              abs(np.arange(SIDE) - column) <= 1)
            if np.isfinite(y[0][:, window]).any():
                raise SystemExit(f"error: {value} at {row}, {column} is lost")
            if (y[0][:, ~tiles] != finite[0][:, ~tiles]).any():
                raise SystemExit(f"error: {value} at {row}, {column} reaches other tiles")
            beyond += int((~np.isfinite(y[0][:, ~window])).sum())
    print(f"{beyond} outputs are not finite without such a pixel in their window")
    if not beyond:
        raise SystemExit("error: this is not Winograd's algorithm")
    return 0


if __name__ == "__main__":
    sys.exit(main())
