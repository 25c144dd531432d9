"""Layers of windows for random_networks.py: convolutions and pools with every
attribute, and blocks of them."""

import numpy as np


class WindowLayers:
    """Adds to a network that draws with `choose` and grows by `add`."""

    def windows(self, shape, kernels, pad_within_kernel=False):
        """Attributes of a window that slides over the value's spatial dimensions."""
        rank = len(shape) - 2
        kernel = [self.choose.choice(kernels) for _ in range(rank)]
        if self.choose.random() < 0.6:
            kernel = kernel[:1] * rank
        strides = [self.choose.choice([1, 1, 1, 2, 2, 3]) for _ in range(rank)]
        if self.choose.random() < 0.7:
            strides = strides[:1] * rank
        dilations = [self.choose.choice([1] * 6 + [2, 3]) for _ in range(rank)]
        attributes = dict(strides=strides, dilations=dilations)
        how = self.choose.choice(["same", "same", "valid", "asymmetric", "auto"])
        reach = [(k - 1) * d for k, d in zip(kernel, dilations)]
        if how == "same":
            pads = [r // 2 for r in reach]
            attributes["pads"] = pads + pads
        elif how == "asymmetric":
            limit = [k - 1 for k in kernel] if pad_within_kernel else [r + 1 for r in reach]
            attributes["pads"] = [self.choose.randint(0, most) for most in limit * 2]
        elif how == "auto":
            attributes["auto_pad"] = self.choose.choice(["SAME_UPPER", "SAME_LOWER", "VALID"])
            attributes["dilations"] = [1] * rank
        if pad_within_kernel and how == "same":
            attributes["pads"] = [min(p, k - 1) for p, k in zip(attributes["pads"], kernel * 2)]
        if how == "auto":
            reach = [k - 1 for k in kernel]
        pads = attributes.get("pads", [0] * (2 * rank))
        for axis in range(rank):  # a window that is larger than all it slides over
            if reach[axis] >= shape[2 + axis] + pads[axis] + pads[axis + rank]:
                kernel[axis] = attributes["dilations"][axis] = 1
                if "pads" in attributes and pad_within_kernel:
                    pads[axis] = pads[axis + rank] = 0
        return kernel, attributes

    def image(self):
        return self.pick(lambda s: len(s) in (3, 4) and min(s[2:]) > 1)

    def _conv(self, group_of):
        found = self.image()
        if not found:
            return
        name, shape = found
        features, group = group_of(shape[1])
        kernel, attributes = self.windows(shape, [1, 1, 2, 3, 3, 3, 4, 5])
        operands = [name, self.weights(features, shape[1] // group, *kernel)]
        if self.choose.random() < 0.7:
            operands.append(self.weights(features, fan_in=1))
        if self.add("Conv", operands, group=group, **attributes) and self.choose.random() < 0.6:
            self._activate(self.last()[0])

    def conv(self):
        self._conv(lambda channels: (self.choose.choice(self.channels), 1))

    def depthwise(self):
        self._conv(lambda channels: (channels * self.choose.choice([1, 1, 1, 2, 3]), channels))

    def grouped(self):
        def group_of(channels):
            group = self.choose.choice([d for d in range(1, channels + 1) if channels % d == 0])
            return group * self.choose.choice([1, 2, 3, 4]), group
        self._conv(group_of)

    def conv_transpose(self):
        found = self.image()
        if not found:
            return
        name, shape = found
        rank = len(shape) - 2
        group = self.choose.choice([1, 1, 1, shape[1]])
        kernel = [self.choose.choice([1, 2, 3, 4])] * rank
        stride = [self.choose.choice([1, 2, 2, 3])] * rank
        attributes = dict(strides=stride, group=group)
        if self.choose.random() < 0.5:
            attributes["pads"] = [self.choose.randint(0, kernel[0] // 2) for _ in range(2 * rank)]
        if stride[0] > 1 and self.choose.random() < 0.3:
            attributes["output_padding"] = [1] * rank
        features = self.choose.choice([1, 2, 4, 8])
        fan_in = shape[1] // group * kernel[0]
        self.add("ConvTranspose",
                 [name, self.weights(shape[1], features, *kernel, fan_in=fan_in),
                  self.weights(features * group, fan_in=1)][:self.choose.choice([2, 3])],
                 **attributes)

    def separable(self):
        """As in mobile networks: depthwise, then pointwise."""
        found = self.pick(lambda s: len(s) == 4 and min(s[2:]) > 2)
        if not found:
            return
        name, (_, channels, _, _) = found
        features = self.choose.choice(self.channels)
        stride = self.choose.choice([1, 1, 2])
        if not self.add("Conv", [name, self.weights(channels, 1, 3, 3),
                                 self.weights(channels, fan_in=1)],
                        group=channels, pads=[1] * 4, strides=[stride] * 2):
            return
        self._activate(self.last()[0], ["Relu", "Clip", "HardSwish"])
        if self.add("Conv", [self.last()[0], self.weights(features, channels, 1, 1),
                             self.weights(features, fan_in=1)]):
            self._activate(self.last()[0], ["Relu", "Clip", "HardSwish"])

    def residual_block(self):
        found = self.pick(lambda s: len(s) == 4 and min(s[2:]) > 2)
        if not found:
            return
        name, (_, channels, _, _) = found
        middle = self.choose.choice(self.channels)
        if not self.add("Conv", [name, self.weights(middle, channels, 3, 3),
                                 self.weights(middle, fan_in=1)], pads=[1] * 4):
            return
        self._activate(self.last()[0], ["Relu", "LeakyRelu"])
        if self.add("Conv", [self.last()[0], self.weights(channels, middle, 3, 3),
                             self.weights(channels, fan_in=1)], pads=[1] * 4):
            self.add("Add", self.choose.sample([name, self.last()[0]], 2))
            if self.choose.random() < 0.7:
                self.add("Relu", [self.last()[0]])

    def pool(self):
        found = self.image()
        if not found:
            return
        name, shape = found
        op = self.choose.choice(["MaxPool", "AveragePool"])
        kernel, attributes = self.windows(shape, [2, 2, 3, 3, 4], pad_within_kernel=True)
        if op == "AveragePool":
            del attributes["dilations"]  # came with opset 19
            attributes["count_include_pad"] = self.choose.choice([0, 1])
        if "auto_pad" not in attributes:
            attributes["ceil_mode"] = self.choose.choice([0, 0, 1])
        self.add(op, [name], kernel_shape=kernel, **attributes)

    def global_pool(self):
        found = self.image()
        if found:
            self.add(self.choose.choice(["GlobalAveragePool", "GlobalMaxPool"]), [found[0]])
