"""torchvision's larger networks and a bare product: topologies and sizes."""

import numpy as np

from graph_builder import GraphBuilder

IMAGE = (1, 3, 224, 224)


def _residual_stem(g, features=64):
    x = g.relu(g.conv(g.input, features, 7, "conv1", stride=2))
    return g.max_pool(x, 3, 2, 1)


def resnet18(size=224, width=64, classes=1000):
    """He et al. 2015; batch left dynamic, batch normalisation left as nodes. Images of
    `size` pixels along each side, `width` features in the first stage."""
    g = GraphBuilder("resnet18", (1, 3, size, size), seed=18, opset=18,
                     fold_batch_norm=False, dynamic_batch=True)
    x = _residual_stem(g, width)
    for stage in range(4):
        features = width << stage
        for block in range(2):
            scope = f"layer{stage + 1}.{block}"
            stride = 2 if stage and block == 0 else 1
            y = g.relu(g.conv(x, features, 3, f"{scope}.conv1", stride))
            y = g.conv(y, features, 3, f"{scope}.conv2", gain=0.7)
            if stride != 1:
                x = g.conv(x, features, 1, f"{scope}.downsample", stride, gain=0.7)
            x = g.relu(g.add(y, x))
    x = g.reshape_keeping_batch(g.global_mean(x), 8 * width)
    return g, g.linear(x, classes, "fc")


def resnet50():
    """He et al. 2015, with the stride in the 3x3 convolution (torchvision)."""
    g = GraphBuilder("resnet50", IMAGE, seed=50)
    x = _residual_stem(g)
    for stage, (width, blocks) in enumerate(((64, 3), (128, 4), (256, 6), (512, 3))):
        for block in range(blocks):
            scope = f"layer{stage + 1}.{block}"
            stride = 2 if stage and block == 0 else 1
            y = g.relu(g.conv(x, width, 1, f"{scope}.conv1"))
            y = g.relu(g.conv(y, width, 3, f"{scope}.conv2", stride))
            y = g.conv(y, 4 * width, 1, f"{scope}.conv3", gain=0.7)
            if block == 0:
                x = g.conv(x, 4 * width, 1, f"{scope}.downsample", stride, gain=0.7)
            x = g.relu(g.add(y, x))
    x = g.reshape(g.global_mean(x), [1, 2048])
    return g, g.linear(x, 1000, "fc")


def vgg16():
    """Simonyan and Zisserman 2014, configuration D."""
    g = GraphBuilder("vgg16", IMAGE, seed=16)
    x = g.input
    for block, (features, count) in enumerate(((64, 2), (128, 2), (256, 3), (512, 3), (512, 3))):
        for number in range(count):
            x = g.relu(g.conv(x, features, 3, f"features.{block}.{number}"))
        x = g.max_pool(x, 2, 2)
    x = g.flatten(x)
    for number in (0, 3):
        x = g.relu(g.linear(x, 4096, f"classifier.{number}"))
    return g, g.linear(x, 1000, "classifier.6")


def _transform_input(g):
    """The change of normalisation that torchvision's pretrained GoogLeNet and
    Inception begin with: channels taken apart, scaled and put together."""
    factors = ((0.458, -0.030), (0.448, -0.088), (0.450, -0.188))
    planes = [g.scale_shift(g.select_channel(g.input, channel), scale, shift)
              for channel, (scale, shift) in enumerate(factors)]
    return g.concat(planes)


def googlenet():
    """Szegedy et al. 2014, torchvision's form (3x3 in place of the 5x5)."""
    g = GraphBuilder("googlenet", IMAGE, seed=22, batch_norm_epsilon=1e-3)

    def unit(x, features, kernel, scope, stride=1):
        return g.relu(g.conv(x, features, kernel, scope, stride))

    def inception(x, scope, one, three_in, three, five_in, five, pool):
        branches = [
            unit(x, one, 1, f"{scope}.branch1"),
            unit(unit(x, three_in, 1, f"{scope}.branch2.0"), three, 3,
                 f"{scope}.branch2.1"),
            unit(unit(x, five_in, 1, f"{scope}.branch3.0"), five, 3,
                 f"{scope}.branch3.1"),
            unit(g.max_pool(x, 3, 1, 1, ceil_mode=1), pool, 1, f"{scope}.branch4.1")]
        return g.concat(branches)

    x = unit(_transform_input(g), 64, 7, "conv1", 2)
    x = g.max_pool(x, 3, 2, ceil_mode=1)
    x = unit(unit(x, 64, 1, "conv2"), 192, 3, "conv3")
    x = g.max_pool(x, 3, 2, ceil_mode=1)
    x = inception(x, "inception3a", 64, 96, 128, 16, 32, 32)
    x = inception(x, "inception3b", 128, 128, 192, 32, 96, 64)
    x = g.max_pool(x, 3, 2, ceil_mode=1)
    x = inception(x, "inception4a", 192, 96, 208, 16, 48, 64)
    x = inception(x, "inception4b", 160, 112, 224, 24, 64, 64)
    x = inception(x, "inception4c", 128, 128, 256, 24, 64, 64)
    x = inception(x, "inception4d", 112, 144, 288, 32, 64, 64)
    x = inception(x, "inception4e", 256, 160, 320, 32, 128, 128)
    x = g.max_pool(x, 2, 2, ceil_mode=1)
    x = inception(x, "inception5a", 256, 160, 320, 32, 128, 128)
    x = inception(x, "inception5b", 384, 192, 384, 48, 128, 128)
    x = g.flatten(g.global_average_pool(x))
    return g, g.linear(x, 1000, "fc")


class _InceptionV3:
    """Szegedy et al. 2015; the mixed blocks in the order of the paper."""

    def __init__(self):
        self.g = GraphBuilder("inception_v3", (1, 3, 299, 299), seed=33,
                              batch_norm_epsilon=1e-3)
        self.scope = ""
        self.count = 0

    def unit(self, x, features, kernel, stride=1, pads=None):
        self.count += 1
        scope = f"{self.scope}.{self.count}.conv"
        return self.g.relu(self.g.conv(x, features, kernel, scope, stride, pads))

    def chain(self, x, *layers):
        for features, kernel in layers:
            x = self.unit(x, features, kernel)
        return x

    def shrink(self, x, features):
        return self.unit(x, features, 3, stride=2, pads=[0] * 4)

    def pooled(self, x, features):
        return self.unit(self.g.average_pool(x, 3, 1, 1), features, 1)

    def mixed_a(self, x, pool):
        return self.g.concat([
            self.unit(x, 64, 1), self.chain(x, (48, 1), (64, 5)),
            self.chain(x, (64, 1), (96, 3), (96, 3)), self.pooled(x, pool)])

    def mixed_b(self, x):
        return self.g.concat([
            self.shrink(x, 384), self.shrink(self.chain(x, (64, 1), (96, 3)), 96),
            self.g.max_pool(x, 3, 2)])

    def mixed_c(self, x, c):
        row, column = (1, 7), (7, 1)
        return self.g.concat([
            self.unit(x, 192, 1), self.chain(x, (c, 1), (c, row), (192, column)),
            self.chain(x, (c, 1), (c, column), (c, row), (c, column), (192, row)),
            self.pooled(x, 192)])

    def mixed_d(self, x):
        return self.g.concat([
            self.shrink(self.unit(x, 192, 1), 320),
            self.shrink(self.chain(x, (192, 1), (192, (1, 7)), (192, (7, 1))), 192),
            self.g.max_pool(x, 3, 2)])

    def mixed_e(self, x):
        def fork(y):
            return self.g.concat([self.unit(y, 384, (1, 3)), self.unit(y, 384, (3, 1))])

        return self.g.concat([
            self.unit(x, 320, 1), fork(self.unit(x, 384, 1)),
            fork(self.chain(x, (448, 1), (384, 3))), self.pooled(x, 192)])

    def build(self):
        g, none = self.g, [0] * 4
        self.scope = "stem"
        x = self.unit(_transform_input(g), 32, 3, 2, none)
        x = self.unit(self.unit(x, 32, 3, 1, none), 64, 3)
        x = g.max_pool(x, 3, 2)
        x = self.unit(self.unit(x, 80, 1), 192, 3, 1, none)
        x = g.max_pool(x, 3, 2)
        blocks = [(self.mixed_a, 32), (self.mixed_a, 64), (self.mixed_a, 64),
                  (self.mixed_b,), (self.mixed_c, 128), (self.mixed_c, 160),
                  (self.mixed_c, 160), (self.mixed_c, 192), (self.mixed_d,),
                  (self.mixed_e,), (self.mixed_e,)]
        for number, (block, *arguments) in enumerate(blocks):
            self.scope, self.count = f"mixed.{number}", 0
            x = block(x, *arguments)
        x = g.reshape(g.global_mean(x), [1, 2048])
        return g, g.linear(x, 1000, "fc")


def inception_v3():
    return _InceptionV3().build()


def matmul_512():
    """One 512x512x512 product with a constant right operand."""
    g = GraphBuilder("matmul_512", (512, 512), seed=512)
    weight = g.rng.standard_normal((512, 512), dtype=np.float32) / np.float32(22.6)
    g.macs = 512 ** 3
    right = g.constant(weight, "weight")
    return g, g.node("MatMul", "matmul", [g.input, right], g.input.data @ weight)
