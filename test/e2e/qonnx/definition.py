"""QONNX's operators in numpy, as https://github.com/fastmachinelearning/qonnx documents
them: in float32, from left to right."""

import numpy as np


def integers(bits, signed, narrow):
    """Least and greatest integer of a grid."""
    if signed:
        return -(2 ** (bits - 1)) + narrow, 2 ** (bits - 1) - 1
    return 0, 2 ** bits - 1 - narrow


def away(whole):
    return lambda x: np.sign(x) * whole(np.abs(x))


HALF = np.float32(0.5)
ROUNDINGS = {
    "ROUND": np.round, "HALF_EVEN": np.round, "CEIL": np.ceil, "FLOOR": np.floor,
    "UP": away(np.ceil), "DOWN": away(np.floor),
    "HALF_UP": away(lambda v: np.floor(v + HALF)),
    "HALF_DOWN": away(lambda v: np.ceil(v - HALF)),
}


def signs(x):
    return np.where(x >= 0, np.float32(1), np.float32(-1))


def quant(x, scale, zero, bits, signed=1, narrow=0, rounding_mode="ROUND"):
    moved = x / scale + zero
    if signed and bits == 1:
        whole = signs(moved)
    else:
        low, high = integers(bits, signed, narrow)
        whole = ROUNDINGS[rounding_mode](np.clip(moved, np.float32(low), np.float32(high)))
    return (whole - zero) * scale


def bipolar_quant(x, scale):
    return signs(x) * scale


def trunc_1(x, scale, zero, bits, result_bits, rounding_mode="FLOOR"):
    whole = np.round(x / scale + zero) / np.float32(2.0 ** (bits - result_bits))
    return (ROUNDINGS[rounding_mode](whole) - zero) * scale


def trunc_2(x, scale, zero, bits, result_scale, result_bits, signed=1, narrow=0,
            rounding_mode="FLOOR"):
    step = np.float32(2.0 ** np.round(np.log2(result_scale / scale)))
    low, high = integers(result_bits, signed, narrow)
    whole = np.clip(np.round(x / scale + zero) / step, np.float32(low), np.float32(high))
    return (ROUNDINGS[rounding_mode](whole) - zero / step) * result_scale


def multi_threshold(x, thresholds, axis, out_scale=1.0, out_bias=0.0):
    last = np.moveaxis(x, axis, -1)[..., None]
    reached = np.count_nonzero(last >= thresholds, axis=-1).astype(np.float32)
    return np.float32(out_scale) * np.moveaxis(reached, -1, axis) + np.float32(out_bias)
