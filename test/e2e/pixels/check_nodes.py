#!/usr/bin/env python3
"""Networks that make their image ready by nodes of their own answer what these are defined to.

    check_nodes.py cortex-m4 --dlc build/bin/dlc --work build/pixels

Each network is a chain of nodes on bytes; what the object answers is compared with the
same chain in numpy, and with onnxruntime.
"""

import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parents[1] / "harness"))

import case_runs  # noqa: E402
import definition  # noqa: E402
import programs  # noqa: E402

MEAN, SCALE = [np.array(v, np.float32) for v in ([123.675, 116.28, 103.53], [58.395, 57.12, 57.375])]
# Of ONNX's numbers of 8 bits.
STEP, ZERO = np.float32(0.018658), np.int8(-14)
HEIGHT, WIDTH = 12, 20


class Chain:
    """Nodes, and what they make in numpy of an image [1, height, width, channels]."""

    def __init__(self):
        self.nodes, self.constants, self.steps, self.last = [], [], [], "images"

    def add(self, kind, *constants, does, **attributes):
        inputs = [self.last]
        for value in constants:
            inputs.append("" if value is None else f"constant{len(self.constants)}")
            if value is not None:
                self.constants.append(numpy_helper.from_array(np.asarray(value), inputs[-1]))
        self.last = f"{kind.lower()}{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [self.last], name=self.last, **attributes))
        self.steps.append(does)
        return self

    def cast(self):
        return self.add("Cast", does=lambda x: x.astype(np.float32), to=TensorProto.FLOAT)

    def normalise(self):
        return self.add("Sub", MEAN, does=lambda x: x - MEAN).add("Div", SCALE, does=lambda x: x / SCALE)

    def scale(self):
        return self.add("Mul", np.float32(1 / 255), does=lambda x: x * np.float32(1 / 255))

    def planes(self):
        return self.add("Transpose", does=lambda x: x.transpose(0, 3, 1, 2), perm=[0, 3, 1, 2])

    def quantise(self):
        def does(x):
            return np.clip(np.rint(x / STEP) + ZERO, -128, 127).astype(np.int8)
        return self.add("QuantizeLinear", STEP, ZERO, does=does)

    def reverse(self):
        return self.add("Slice", np.array([-1]), np.array([-4]), np.array([3]), np.array([-1]),
                        does=lambda x: x[..., ::-1])

    def choose(self, axis):
        return self.add("Gather", np.array([2, 1, 0]), does=lambda x: np.take(x, [2, 1, 0], axis), axis=axis)

    def window(self, top, left, height, width):
        return self.add("Slice", np.array([top, left]), np.array([top + height, left + width]),
                        np.array([1, 2]), does=lambda x: x[:, top:top + height, left:left + width])

    def border(self, value):
        return self.add("Pad", np.array([0, 1, 2, 0, 0, 3, 0, 0]), np.float32(value), does=lambda x: np.pad(
            x, ((0, 0), (1, 3), (2, 0), (0, 0)), constant_values=value))

    def nearest(self, height, width):
        """Positions floor((i + 0.5) / ratio), as they are between pixels that are shrunk."""
        def does(x):
            rows, columns = (np.floor((np.arange(new) + 0.5) * old / new).astype(int)
                             for old, new in zip(x.shape[1:3], (height, width)))
            return x[:, rows][:, :, columns]
        return self.add("Resize", None, None, np.array([1, height, width, 3]), mode="nearest",
                        coordinate_transformation_mode="half_pixel", nearest_mode="round_prefer_ceil",
                        does=does)

    def linear(self, height, width):
        """In real numbers, rounded."""
        def does(x):
            image = definition.onnx_linear(x[0].astype(np.uint8), height, width)
            return image[None].astype(np.float32)
        self.add("Resize", None, None, np.array([1, height, width, 3]), mode="linear",
                 coordinate_transformation_mode="half_pixel", does=lambda x: x)
        return self.add("Round", does=does)

    def expected(self, image):
        for does in self.steps:
            image = does(image)
        return image

    def model(self, like):
        value = helper.make_tensor_value_info
        graph = helper.make_graph(
            self.nodes, "head", [value("images", TensorProto.UINT8, [1, HEIGHT, WIDTH, 3])],
            [value(self.last, helper.np_dtype_to_tensor_dtype(like.dtype), like.shape)], self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
        onnx.checker.check_model(model, full_check=True)
        return model


def chains():
    yield "quantised", Chain().cast().normalise().planes().quantise()
    yield "reversed", Chain().reverse().cast().normalise().quantise()
    yield "chosen", Chain().planes().choose(1).cast().scale()
    yield "window", Chain().window(2, 3, 9, 14).cast().scale().choose(3).quantise()
    yield "nearest", Chain().cast().nearest(5, 8).normalise().quantise()
    yield "border", Chain().cast().nearest(6, 10).border(114).scale()
    yield "linear", Chain().cast().linear(7, 9).normalise().planes()
    yield "larger", Chain().cast().linear(18, 25).reverse().scale()


def check(arguments, name, chain):
    folder = arguments.work / f"nodes-{arguments.target}"
    folder.mkdir(parents=True, exist_ok=True)
    images = [definition.random_frame(seed, "RGB", HEIGHT, WIDTH).reshape(1, HEIGHT, WIDTH, 3)
              for seed in range(3)]
    wanted = [chain.expected(image) for image in images]
    model = chain.model(wanted[0])
    onnx.save(model, folder / "model.onnx")
    session = onnxruntime.InferenceSession(model.SerializeToString())
    results = programs.run(arguments, folder, [[image] for image in images],
                           [[np.zeros_like(answer)] for answer in wanted])
    wrong = 0
    for image, answer, [found] in zip(images, wanted, results):
        # onnxruntime interpolates in float32, and so rounds some halves otherwise.
        [other] = session.run(None, {"images": image})
        agrees = np.isclose(other, answer, 1e-5, 1e-5).mean()
        if agrees < (0.95 if "Round" in [node.op_type for node in chain.nodes] else 1):
            print(f"{name}: onnxruntime agrees with {agrees:.3f} of the reference")
            wrong += 1
        near = np.array_equal(found, answer) if answer.dtype == np.int8 else \
            np.allclose(found, answer, 1e-6, 1e-6)
        if not near:
            print(f"{name}: {np.count_nonzero(~np.isclose(found, answer, 1e-6, 1e-6))} numbers differ")
            wrong += 1
    print(f"{name}: {wrong} wrong")
    return wrong


def main():
    arguments = case_runs.target_parser(__doc__).parse_args()
    if case_runs.is_skipped(arguments):
        return case_runs.SKIPPED
    return int(sum(check(arguments, *case) for case in chains()) > 0)


if __name__ == "__main__":
    sys.exit(main())
