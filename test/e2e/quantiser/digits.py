"""A small convolutional network that is trained in numpy on drawn digits.

Digits are strokes on a grid of 12x12, shifted, slanted, thickened and blurred with
noise: no data set is needed, and the same numbers come out everywhere.

    digits.py build/digits     trains it once for several tests
"""

import os
import sys
from pathlib import Path

for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

import numpy as np  # noqa: E402
import onnx  # noqa: E402
from onnx import TensorProto, helper, numpy_helper  # noqa: E402

SIZE = 12
# Seven segments, and two diagonals for digits that have none.
SEGMENTS = {"top": ((0, 0), (0, 1)), "middle": ((1, 0), (1, 1)), "bottom": ((2, 0), (2, 1)),
            "upper left": ((0, 0), (1, 0)), "upper right": ((0, 1), (1, 1)),
            "lower left": ((1, 0), (2, 0)), "lower right": ((1, 1), (2, 1)),
            "slash": ((0, 1), (2, 0)), "beak": ((0, 1), (1, 0))}
DIGITS = [
    "top;bottom;upper left;upper right;lower left;lower right",
    "upper right;lower right;beak",
    "top;middle;bottom;upper right;lower left",
    "top;middle;bottom;upper right;lower right",
    "middle;upper left;upper right;lower right",
    "top;middle;bottom;upper left;lower right",
    "top;middle;bottom;upper left;lower left;lower right",
    "top;slash",
    "top;middle;bottom;upper left;upper right;lower left;lower right",
    "top;middle;bottom;upper left;upper right;lower right",
]


def draw(random, digit):
    """[SIZE, SIZE] in 0 to 1."""
    slant = random.uniform(-0.2, 0.2)
    height, width = random.uniform(2.6, 4.2), random.uniform(3, 5.5)
    row, column = (SIZE - 2 * height) / 2, (SIZE - width) / 2
    row += random.uniform(-1.2, 1.2)
    column += random.uniform(-1.5, 1.5)
    thickness = random.uniform(0.5, 0.95)
    rows, columns = np.mgrid[0:SIZE, 0:SIZE]
    image = np.zeros((SIZE, SIZE))
    for name in DIGITS[digit].split(";"):
        ends = np.array([(row + height * r + random.normal(0, 0.15),
                          column + width * c - slant * height * (r - 1) + random.normal(0, 0.15))
                         for r, c in SEGMENTS[name]])
        step = ends[1] - ends[0]
        along = ((rows - ends[0, 0]) * step[0] + (columns - ends[0, 1]) * step[1]) / (step @ step)
        along = np.clip(along, 0, 1)
        distance = np.hypot(rows - ends[0, 0] - along * step[0],
                            columns - ends[0, 1] - along * step[1])
        image = np.maximum(image, np.exp(-(distance / thickness) ** 2))
    image = image * random.uniform(0.6, 1) + random.normal(0, 0.06, image.shape)
    return np.clip(image, 0, 1)


def data(count, seed):
    """Images [count, 1, SIZE, SIZE] and their digits."""
    random = np.random.default_rng(seed)
    labels = random.integers(0, 10, count)
    images = np.stack([draw(random, digit) for digit in labels])
    return images[:, None].astype(np.float32), labels


def windows(x, stride):
    """Rows of 3x3 windows of padded images, and the size of the result."""
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    view = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), (2, 3))
    view = view[:, :, ::stride, ::stride]
    count, channels, height, width = view.shape[:4]
    rows = np.ascontiguousarray(view.transpose(0, 2, 3, 1, 4, 5))
    return rows.reshape(count * height * width, channels * 9), (count, height, width)


def scatter(gradient, shape, stride, height, width):
    """What `windows` reads, from the gradient of its rows."""
    count, channels, rows, columns = shape
    result = np.zeros((count, channels, rows + 2, columns + 2), np.float32)
    gradient = gradient.reshape(count, height, width, channels, 3, 3)
    for i in range(3):
        for j in range(3):
            part = gradient[..., i, j].transpose(0, 3, 1, 2)
            result[:, :, i:i + stride * height:stride, j:j + stride * width:stride] += part
    return result[:, :, 1:-1, 1:-1]


class Network:
    """Three convolutions, each with normalisation and Relu, and two dense layers."""

    SHAPES = [(12, 1, 3, 3), (24, 12, 3, 3), (32, 24, 3, 3), (48, 288), (10, 48)]
    STRIDES = [1, 2, 2]

    def __init__(self):
        random = np.random.default_rng(1)
        self.weights = [(random.standard_normal(shape) * np.sqrt(2 / np.prod(shape[1:])))
                        .astype(np.float32) for shape in self.SHAPES]
        self.biases = [np.zeros(shape[0], np.float32) for shape in self.SHAPES]
        self.factors = [np.ones(shape[0], np.float32) for shape in self.SHAPES[:3]]
        self.means = [np.zeros(shape[0], np.float32) for shape in self.SHAPES[:3]]
        self.variances = [np.ones(shape[0], np.float32) for shape in self.SHAPES[:3]]

    def forward(self, x):
        """Scores, and what the gradients need."""
        kept = []
        for i, stride in enumerate(self.STRIDES):
            rows, (count, height, width) = windows(x, stride)
            sums = rows @ self.weights[i].reshape(len(self.weights[i]), -1).T
            mean, variance = sums.mean(0), sums.var(0)
            self.means[i] = 0.9 * self.means[i] + 0.1 * mean
            self.variances[i] = 0.9 * self.variances[i] + 0.1 * variance
            inverse = 1 / np.sqrt(variance + 1e-5)
            normal = (sums - mean) * inverse
            y = np.maximum(normal * self.factors[i] + self.biases[i], 0)
            kept.append((rows, x.shape, height, width, normal, inverse, y))
            x = y.reshape(count, height, width, -1).transpose(0, 3, 1, 2)
        flat = x.reshape(len(x), -1)
        hidden = np.maximum(flat @ self.weights[3].T + self.biases[3], 0)
        return hidden @ self.weights[4].T + self.biases[4], (kept, flat, hidden)

    def gradients(self, x, labels):
        scores, (kept, flat, hidden) = self.forward(x)
        odds = np.exp(scores - scores.max(1, keepdims=True))
        d = odds / odds.sum(1, keepdims=True)
        d[np.arange(len(x)), labels] -= 1
        d /= len(x)
        of_weights, of_biases, of_factors = [None] * 5, [None] * 5, [None] * 3
        of_weights[4], of_biases[4] = d.T @ hidden, d.sum(0)
        d = (d @ self.weights[4]) * (hidden > 0)
        of_weights[3], of_biases[3] = d.T @ flat, d.sum(0)
        d = (d @ self.weights[3]).reshape(len(x), self.SHAPES[2][0], 3, 3)
        for i in (2, 1, 0):
            rows, shape, height, width, normal, inverse, y = kept[i]
            d = d.transpose(0, 2, 3, 1).reshape(-1, d.shape[1]) * (y > 0)
            of_factors[i], of_biases[i] = (d * normal).sum(0), d.sum(0)
            d = d * self.factors[i]
            d = inverse * (d - d.mean(0) - normal * (d * normal).mean(0))
            of_weights[i] = (d.T @ rows).reshape(self.SHAPES[i])
            if i:
                d = scatter(d @ self.weights[i].reshape(self.SHAPES[i][0], -1), shape,
                            self.STRIDES[i], height, width)
        return of_weights + of_biases + of_factors

    def train(self, x, labels, epochs, batch=64, rate=3e-3):
        """Adam, with the rate falling as a half cosine."""
        random = np.random.default_rng(0)
        parameters = self.weights + self.biases + self.factors
        first = [np.zeros_like(p) for p in parameters]
        second = [np.zeros_like(p) for p in parameters]
        each = len(x) // batch
        for step in range(epochs * each):
            if step % each == 0:
                order = random.permutation(len(x))
            chosen = order[step % each * batch:][:batch]
            now = rate * 0.5 * (1 + np.cos(np.pi * step / (epochs * each)))
            for p, g, m, v in zip(parameters, self.gradients(x[chosen], labels[chosen]),
                                  first, second):
                m *= 0.9
                m += 0.1 * g
                v *= 0.999
                v += 0.001 * g * g
                p -= now * (m / (1 - 0.9 ** (step + 1))) / (
                    np.sqrt(v / (1 - 0.999 ** (step + 1))) + 1e-8)
        return self

    def model(self):
        """ONNX, with the normalisations as nodes."""
        nodes, tensors, x = [], [], "x"

        def tensor(name, value):
            tensors.append(numpy_helper.from_array(np.asarray(value, np.float32), name))
            return name

        for i, stride in enumerate(self.STRIDES):
            norm = [tensor(f"norm{i}.{kind}", values[i]) for kind, values in (
                ("scale", self.factors), ("bias", self.biases), ("mean", self.means),
                ("var", self.variances))]
            nodes += [
                helper.make_node("Conv", [x, tensor(f"conv{i}.weight", self.weights[i])],
                                 [f"c{i}"], f"conv{i}", pads=[1] * 4, strides=[stride] * 2),
                helper.make_node("BatchNormalization", [f"c{i}", *norm], [f"n{i}"], f"norm{i}"),
                helper.make_node("Relu", [f"n{i}"], [f"r{i}"], f"relu{i}")]
            x = f"r{i}"
        nodes.append(helper.make_node("Flatten", [x], ["flat"], "flatten"))
        for i, (source, target) in enumerate((("flat", "hidden"), ("r3", "y"))):
            names = [tensor(f"dense{i}.{kind}", values[3 + i])
                     for kind, values in (("weight", self.weights), ("bias", self.biases))]
            nodes.append(helper.make_node("Gemm", [source, *names], [target], f"dense{i}",
                                          transB=1))
            if i == 0:
                nodes.append(helper.make_node("Relu", ["hidden"], ["r3"], "relu3"))
        value = helper.make_tensor_value_info
        graph = helper.make_graph(nodes, "digits", [value("x", TensorProto.FLOAT,
                                                          [1, 1, SIZE, SIZE])],
                                  [value("y", TensorProto.FLOAT, [1, 10])], tensors)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)],
                                 ir_version=8)


def write_trained(folder):
    """Writes a network that has learnt 3000 digits, and the first 128 of them."""
    folder.mkdir(parents=True, exist_ok=True)
    images, labels = data(3000, seed=1)
    onnx.save(Network().train(images, labels, epochs=6).model(), folder / "float.onnx")
    np.savez(folder / "seen.npz", x=images[:128], labels=labels[:128])


def trained(options):
    """The folder with what write_trained writes: that of --digits, or made now."""
    if not options.digits:
        write_trained(options.work)
    return options.digits or options.work


if __name__ == "__main__":
    write_trained(Path(sys.argv[1]))
