"""Stages with windows and sums of products: of random_stages.py."""

import numpy as np
from onnx import TensorProto

FLOAT = TensorProto.FLOAT
MODES = ["half_pixel", "asymmetric", "align_corners", "pytorch_half_pixel"]


class WindowStages:
    KINDS = ["convolution", "convolution", "pointwise", "pointwise", "depthwise_conv", "depthwise_conv",
             "grouped_conv", "conv_1d", "conv_3d", "winograd", "transposed_conv", "max_pools",
             "average_pools", "lp_pools", "global_pools", "resizes", "resizes", "denses", "denses",
             "row_products", "batch_products", "products", "recurrents", "einsum",
             "integer_products", "grid_samples"]

    def _conv(self, group_of):  # the one of RandomNetwork, with what goes into it
        before = len(self.nodes)
        super()._conv(group_of)
        if len(self.nodes) > before:
            self.after(0.5)

    def _fresh_image(self, rank=4):
        self.fresh(self.image_shape(rank))
        self.before()

    def convolution(self):
        self._fresh_image()
        self.conv()

    def depthwise_conv(self):
        self._fresh_image()
        self.depthwise()

    def grouped_conv(self):
        self._fresh_image()
        self.grouped()

    def conv_1d(self):
        self.fresh(self.image_shape(3))
        self.choice_of(self.conv, self.depthwise, self.grouped)()

    def conv_3d(self):
        shape = self.image_shape(5)
        name = self.fresh(shape)
        kernel = [self.choose.choice([1, 2, 3]) for _ in range(3)]
        if all(k <= s for k, s in zip(kernel, shape[2:])):
            group = self.choose.choice([1, 1, shape[1]])
            self.add("Conv", [name, self.weights(group * 2, shape[1] // group, *kernel)], group=group,
                     strides=[self.choose.choice([1, 2])] * 3, pads=[k // 2 for k in kernel] * 2)
            self.after(0.4)

    def pointwise(self):
        """Channels and features that do and do not fill tiles."""
        channels, features = (self.choose.choice([1, 2, 3, 5, 8, 12, 16, 17, 24, 33]) for _ in range(2))
        side = self.choose.choice([1, 2, 3, 4, 5, 7])
        name = self.fresh((1, channels, side, self.choose.choice([1, side, side + 1])))
        self.before()
        bias = [self.weights(features, fan_in=1)] * self.choose.choice([0, 1, 1])
        if self.last()[1][1] != channels:
            return
        self.add("Conv", [self.last()[0], self.weights(features, channels, 1, 1), *bias],
                 strides=[self.choose.choice([1, 1, 1, 2])] * 2)
        self.after()

    def winograd(self):
        """3x3 of stride 1, with enough channels for it to pay."""
        self.MOST_MACS = 400_000
        channels, features = self.choose.choice([8, 12, 16]), self.choose.choice([8, 16, 20])
        side = self.choose.choice([6, 7, 8, 9])
        name = self.fresh((1, channels, side, self.choose.choice([side, 11])))
        self.add("Conv", [name, self.weights(features, channels, 3, 3), self.weights(features, fan_in=1)],
                 pads=[self.choose.choice([0, 1])] * 4)
        self.after()
        del self.MOST_MACS

    def transposed_conv(self):
        self.fresh(self.image_shape(self.choose.choice([3, 4, 4])))
        self.conv_transpose()
        self.after(0.4)

    def _pool(self, op, **attributes):
        shape = self.image_shape(self.choose.choice([3, 4, 4, 4, 5]))
        self.fresh(shape)
        if len(shape) < 5:
            self.before(0.2)
        name, shape = self.last()
        kernel, window = self.windows(shape, [1, 2, 2, 3, 3, 4], pad_within_kernel=True)
        if op != "MaxPool":
            del window["dilations"]
        # Of a window that sees nothing but padding the maximum is not defined.
        elif any(d > size for d, size in zip(window["dilations"], shape[2:])):
            return
        if op != "LpPool" and "auto_pad" not in window:
            window["ceil_mode"] = self.choose.choice([0, 0, 1])
        self.add(op, [name], kernel_shape=kernel, **window, **attributes)
        self.after(0.3)

    def max_pools(self):
        self._pool("MaxPool")

    def average_pools(self):
        self._pool("AveragePool", count_include_pad=self.choose.choice([0, 1]))

    def lp_pools(self):
        self._pool("LpPool", p=self.choose.choice([1, 2, 3]))

    def global_pools(self):
        self.fresh(self.image_shape(self.choose.choice([3, 4, 5])))
        self.add(self.choice_of("GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool"), [self.last()[0]])
        self.after(0.3)

    def resizes(self):
        shape = self.shape(3, 4, most=500)
        name = self.fresh((1, *shape[1:]))
        mode = self.choice_of("nearest", "linear", "linear", "cubic")
        if len(shape) == 3 and mode == "cubic":
            return
        sizes = [1, shape[1], *(self.choose.randint(max(1, s // 2), 2 * s + 3) for s in shape[2:])]
        attributes = dict(coordinate_transformation_mode=self.choose.choice(MODES))
        if mode == "nearest":  # coordinates that floats have exactly: ties do not depend on rounding
            sizes[2:] = [self.choose.choice([s, 2 * s, 4 * s, *([s // 2] if s % 2 == 0 else [])])
                         for s in shape[2:]]
            attributes = dict(coordinate_transformation_mode=self.choice_of("half_pixel", "asymmetric"),
                              nearest_mode=self.choice_of("floor", "ceil", "round_prefer_floor"))
        self.add("Resize", [name, "", "", self.ints(*sizes)], mode=mode, **attributes)
        self.after(0.3)

    def grid_samples(self):
        self.fresh(self.image_shape())
        self.before()
        name, shape = self.last()
        places = [self.choose.choice([1, 2, 3, 5, 8]) for _ in range(2)]
        reach = self.constant(np.array([self.choose.choice([0.9, 1.4, 3.3])], np.float32))
        if len(shape) != 4 or not self.add("Mul", [self.fresh((shape[0], *places, 2)), reach]):
            return
        # Not the nearest: which one that is may depend on a coordinate's last digit.
        self.add("GridSample", [name, self.last()[0]],
                 mode=self.choice_of("bilinear", "bilinear", "bicubic"),
                 padding_mode=self.choice_of("zeros", "border", "reflection"),
                 align_corners=self.choose.choice([0, 1]))
        self.after(0.3)

    def denses(self):
        rows, depth, features = (self.choose.choice([1, 2, 3, 4, 5, 7, 8, 11, 16, 23, 32, 33])
                                 for _ in range(3))
        self.fresh((rows, depth))
        if self.choose.random() < 0.3:
            self.activation()
        self.dense_of(features)
        self.after()

    def dense_of(self, features):
        name, (_, depth) = self.last()
        transposed = self.choose.choice([0, 1])
        sizes = (features, depth) if transposed else (depth, features)
        weights = self.weights(*sizes, fan_in=depth)
        bias = [self.weights(features, fan_in=1)] * self.choose.choice([0, 1])
        self.add("Gemm", [name, weights, *bias], transB=transposed, alpha=self.choice_of(1.0, 0.5))

    def row_products(self):
        """One row: every remainder of steps and of columns."""
        depth = self.choose.choice([*range(1, 24), 31, 40, 64, 131])
        features = self.choose.choice([*range(1, 20), 30, 50, 131])
        self.fresh((1, depth))
        self.dense_of(features)
        self.after()

    def batch_products(self):
        """A stack of matrices by a constant, or by one matrix for each."""
        batch = self.shape(1, 2, most=6)
        m, k, n = (self.choose.choice([1, 2, 3, 4, 5, 8, 9, 16]) for _ in range(3))
        name = self.fresh((*batch, m, k))
        shape = (k, n) if self.choose.random() < 0.5 else (*batch, k, n)
        self.add("MatMul", [name, self.weights(*shape, fan_in=k)])
        self.after(0.4)

    def products(self):
        """Of two values, as in attention."""
        batch = self.shape(1, 2, most=6)
        m, k, n = (self.choose.choice([1, 2, 3, 4, 5, 8, 9, 15, 16]) for _ in range(3))
        left = self.fresh((*batch, m, k))
        if self.choose.random() < 0.4:
            self.fresh((*batch, n, k))
            self.add("Transpose", [self.last()[0]], perm=[*range(len(batch)), len(batch) + 1, len(batch)])
            right = self.last()[0]
        else:
            right = self.fresh((*batch, k, n))
        if self.add("MatMul", [left, right]):
            if self.choose.random() < 0.4:
                self.add("Softmax", [self.last()[0]], axis=-1)
            self.after(0.3)

    def recurrents(self):
        self.fresh((self.choose.randint(1, 6), self.choose.choice([1, 1, 2, 3]),
                    self.choose.choice([1, 3, 4, 8, 9])))
        self.recurrent()

    def einsum(self):
        b, i, j, k = (self.choose.choice([1, 2, 3, 4, 7, 8]) for _ in range(4))
        left, right, equation = self.choose.choice([
            ((b, i, k), (b, k, j), "bik,bkj->bij"), ((b, i, k), (k, j), "bik,kj->bij"),
            ((i, k), (j, k), "ik,jk->ij"), ((b, i, k), (b, j, k), "bik,bjk->bji")])
        self.add("Einsum", [self.fresh(left), self.fresh(right)], equation=equation)

    def integer_products(self):
        m, k, n = (self.choose.choice([1, 2, 3, 4, 5, 8, 9, 16, 20]) for _ in range(3))
        kind = self.choose.choice([np.int8, np.uint8])
        self.add("MatMulInteger", [self.fresh((m, k), TensorProto.UINT8),
                                   self.constant(self.numbers.integers(0, 100, (k, n)).astype(kind))])
