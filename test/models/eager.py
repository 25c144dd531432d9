"""The few ONNX operators the generated networks use, evaluated with numpy.

The generator runs every node as it writes it, on one calibration image: batch
normalisation then gets the statistics that its input really has, which is what
keeps the activations of a network with random weights at O(1) to its last
layer. All tensors are N C H W, N = 1, float32.
"""

import numpy as np


def _pad(x, pads, value=0.0):
    top, left, bottom, right = pads
    widths = ((0, 0), (0, 0), (top, bottom), (left, right))
    return np.pad(x, widths, constant_values=value) if any(pads) else x


def _windows(x, kernel, strides):
    """Views x as [N, C, OH, OW, KH, KW]."""
    view = np.lib.stride_tricks.sliding_window_view(x, kernel, axis=(2, 3))
    return view[:, :, :: strides[0], :: strides[1]]


def conv(x, weight, strides, pads, group):
    """[1, C, H, W] with [F, C/group, KH, KW]; group is 1 or C."""
    x = _pad(x, pads)
    features, _, kernel_h, kernel_w = weight.shape
    view = _windows(x, (kernel_h, kernel_w), strides)
    _, channels, out_h, out_w = view.shape[:4]
    if group == 1:
        columns = view[0].transpose(0, 3, 4, 1, 2).reshape(-1, out_h * out_w)
        y = weight.reshape(features, -1) @ columns
        return y.reshape(1, features, out_h, out_w)
    if group != channels or group != features:
        raise ValueError("only dense and depthwise convolutions are evaluated")
    y = np.zeros((1, channels, out_h, out_w), np.float32)
    for row in range(kernel_h):
        for column in range(kernel_w):
            tap = weight[:, 0, row, column][:, None, None]
            y += tap * view[..., row, column]
    return y


def _pool_view(x, kernel, strides, pads, ceil_mode, value):
    """Pads x, at the end also for ceil_mode, and returns the windows."""
    pads = list(pads)
    if ceil_mode:
        for axis in range(2):
            size = x.shape[2 + axis] + pads[axis] + pads[axis + 2]
            rest = (size - kernel[axis]) % strides[axis]
            if rest:
                # A window that would begin in the end padding does not exist.
                last = (size - kernel[axis]) // strides[axis] + 1
                begin = last * strides[axis]
                if begin < x.shape[2 + axis] + pads[axis]:
                    pads[axis + 2] += strides[axis] - rest
    return _windows(_pad(x, pads, value), kernel, strides)


def max_pool(x, kernel, strides, pads, ceil_mode):
    view = _pool_view(x, kernel, strides, pads, ceil_mode, -np.inf)
    return np.ascontiguousarray(view.max(axis=(-1, -2)))


def average_pool(x, kernel, strides, pads):
    """The divisor counts the padding, as PyTorch's default does."""
    view = _pool_view(x, kernel, strides, pads, False, 0.0)
    return view.mean(axis=(-1, -2), dtype=np.float32)


def sigmoid(x):
    return (1.0 / (1.0 + np.exp(-x))).astype(np.float32)


def hard_sigmoid(x):
    return np.clip(x / 6.0 + 0.5, 0.0, 1.0).astype(np.float32)
