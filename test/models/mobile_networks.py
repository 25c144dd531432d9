"""torchvision's networks for small devices: topologies and sizes."""

from graph_builder import GraphBuilder

IMAGE = (1, 3, 224, 224)


def _classify(g, x, classes=1000):
    x = g.global_mean(x)
    x = g.reshape(x, [1, x.data.shape[1]])
    return g.linear(x, classes, "classifier.1")


def mobilenet_v1():
    """Howard et al. 2017, table 1."""
    g = GraphBuilder("mobilenet_v1", IMAGE, seed=1)
    x = g.relu6(g.conv(g.input, 32, 3, "model.0", stride=2))
    stages = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1),
              (512, 1), (512, 1), (512, 1), (512, 1), (1024, 2), (1024, 1)]
    for number, (features, stride) in enumerate(stages, 1):
        channels = x.data.shape[1]
        x = g.relu6(g.conv(x, channels, 3, f"model.{number}.0", stride, group=channels))
        x = g.relu6(g.conv(x, features, 1, f"model.{number}.3"))
    return g, _classify(g, x)


def mobilenet_v2(size=224, width=1.0, classes=1000):
    """Sandler et al. 2018, table 2; ReLU6 arrives as Clip. Images of `size` pixels
    along each side, channels times `width` in multiples of 8."""
    def scaled(channels):
        return max(8, int(channels * width + 4) // 8 * 8)

    g = GraphBuilder("mobilenet_v2", (1, 3, size, size), seed=2)
    x = g.relu6(g.conv(g.input, scaled(32), 3, "features.0.0", stride=2))
    block = 0
    stages = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2),
              (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]
    for expand, features, repeats, first_stride in stages:
        for repeat in range(repeats):
            block += 1
            scope = f"features.{block}.conv"
            stride = first_stride if repeat == 0 else 1
            channels, kept = x.data.shape[1], scaled(features)
            y = x
            if expand != 1:
                y = g.relu6(g.conv(y, channels * expand, 1, f"{scope}.0.0"))
            hidden = channels * expand
            y = g.relu6(g.conv(y, hidden, 3, f"{scope}.1.0", stride, group=hidden))
            y = g.conv(y, kept, 1, f"{scope}.2", gain=0.7)
            x = g.add(x, y) if stride == 1 and channels == kept else y
    x = g.relu6(g.conv(x, scaled(1280), 1, "features.18.0"))
    return g, _classify(g, x, classes)


def _squeeze_excite(g, x, squeezed, scope, activation, gate):
    s = g.global_mean(x)
    s = activation(g.conv(s, squeezed, 1, f"{scope}.fc1", batch_norm=False))
    s = gate(g.conv(s, x.data.shape[1], 1, f"{scope}.fc2", batch_norm=False))
    return g.mul(s, x)


def mobilenet_v3_small():
    """Howard et al. 2019, table 2; opset 18 with HardSwish and HardSigmoid."""
    g = GraphBuilder("mobilenet_v3_small", IMAGE, seed=3, opset=18)
    x = g.hard_swish(g.conv(g.input, 16, 3, "features.0.0", stride=2))
    rows = [  # kernel, expanded, features, squeeze, hard swish, stride
        (3, 16, 16, 8, False, 2), (3, 72, 24, 0, False, 2), (3, 88, 24, 0, False, 1),
        (5, 96, 40, 24, True, 2), (5, 240, 40, 64, True, 1), (5, 240, 40, 64, True, 1),
        (5, 120, 48, 32, True, 1), (5, 144, 48, 40, True, 1), (5, 288, 96, 72, True, 2),
        (5, 576, 96, 144, True, 1), (5, 576, 96, 144, True, 1)]
    for number, (kernel, expanded, features, squeezed, swish, stride) in enumerate(rows):
        scope = f"features.{number + 1}.block"
        activation = g.hard_swish if swish else g.relu
        channels = x.data.shape[1]
        y = x
        if expanded != channels:
            y = activation(g.conv(y, expanded, 1, f"{scope}.0.0"))
        y = activation(g.conv(y, expanded, kernel, f"{scope}.1.0", stride,
                              group=expanded))
        if squeezed:
            y = _squeeze_excite(g, y, squeezed, f"{scope}.2", g.relu, g.hard_sigmoid)
        y = g.conv(y, features, 1, f"{scope}.3.0", gain=0.7)
        x = g.add(y, x) if stride == 1 and channels == features else y
    x = g.hard_swish(g.conv(x, 576, 1, "features.12.0"))
    x = g.global_mean(x)
    x = g.reshape(x, [1, 576])
    x = g.hard_swish(g.linear(x, 1024, "classifier.0"))
    return g, g.linear(x, 1000, "classifier.3")


def efficientnet_b0():
    """Tan and Le 2019, table 1; SiLU arrives as Sigmoid and Mul."""
    g = GraphBuilder("efficientnet_b0", IMAGE, seed=4, opset=18)
    x = g.silu(g.conv(g.input, 32, 3, "features.0.0", stride=2))
    stages = [(1, 3, 1, 16, 1), (6, 3, 2, 24, 2), (6, 5, 2, 40, 2), (6, 3, 2, 80, 3),
              (6, 5, 1, 112, 3), (6, 5, 2, 192, 4), (6, 3, 1, 320, 1)]
    for stage, (expand, kernel, first_stride, features, repeats) in enumerate(stages):
        for repeat in range(repeats):
            scope = f"features.{stage + 1}.{repeat}.block"
            stride = first_stride if repeat == 0 else 1
            channels = x.data.shape[1]
            hidden = channels * expand
            y = x
            if expand != 1:
                y = g.silu(g.conv(y, hidden, 1, f"{scope}.0.0"))
            y = g.silu(g.conv(y, hidden, kernel, f"{scope}.1.0", stride, group=hidden))
            y = _squeeze_excite(g, y, max(1, channels // 4), f"{scope}.2", g.silu,
                                g.sigmoid)
            y = g.conv(y, features, 1, f"{scope}.3.0", gain=0.7)
            x = g.add(y, x) if stride == 1 and channels == features else y
    x = g.silu(g.conv(x, 1280, 1, "features.8.0"))
    return g, _classify(g, x)


def _channel_shuffle(g, x, groups):
    _, channels, height, width = x.data.shape
    x = g.reshape(x, [1, groups, channels // groups, height, width])
    x = g.transpose(x, [0, 2, 1, 3, 4])
    return g.reshape(x, [1, channels, height, width])


def _shuffle_branch(g, x, features, stride, scope):
    y = g.relu(g.conv(x, features, 1, f"{scope}.0"))
    y = g.conv(y, features, 3, f"{scope}.3", stride, group=features)
    return g.relu(g.conv(y, features, 1, f"{scope}.5"))


def shufflenet_v2_x1_0():
    """Ma et al. 2018, table 5; batch normalisation left as nodes, opset 18."""
    g = GraphBuilder("shufflenet_v2_x1_0", IMAGE, seed=5, opset=18,
                     fold_batch_norm=False)
    x = g.relu(g.conv(g.input, 24, 3, "conv1.0", stride=2))
    x = g.max_pool(x, 3, 2, 1)
    for stage, (repeats, features) in enumerate(((4, 116), (8, 232), (4, 464))):
        half = features // 2
        for repeat in range(repeats):
            scope = f"stage{stage + 2}.{repeat}"
            if repeat == 0:
                channels = x.data.shape[1]
                left = g.conv(x, channels, 3, f"{scope}.branch1.0", 2, group=channels)
                left = g.relu(g.conv(left, half, 1, f"{scope}.branch1.2"))
                right = _shuffle_branch(g, x, half, 2, f"{scope}.branch2")
            else:
                left, right = g.split(x, [half, half])
                right = _shuffle_branch(g, right, half, 1, f"{scope}.branch2")
            x = _channel_shuffle(g, g.concat([left, right]), 2)
    x = g.relu(g.conv(x, 1024, 1, "conv5.0"))
    return g, g.linear(g.global_mean(x, keepdims=0), 1000, "fc")


def squeezenet1_1():
    """Iandola et al. 2016, version 1.1; pooling rounds up (ceil_mode)."""
    g = GraphBuilder("squeezenet1_1", IMAGE, seed=6)
    x = g.relu(g.conv(g.input, 64, 3, "features.0", stride=2, pads=[0] * 4))
    layers = ["pool", (16, 64), (16, 64), "pool", (32, 128), (32, 128), "pool",
              (48, 192), (48, 192), (64, 256), (64, 256)]
    for number, layer in enumerate(layers):
        if layer == "pool":
            x = g.max_pool(x, 3, 2, ceil_mode=1)
            continue
        squeezed, features = layer
        scope = f"features.{number + 2}"
        x = g.relu(g.conv(x, squeezed, 1, f"{scope}.squeeze"))
        left = g.relu(g.conv(x, features, 1, f"{scope}.expand1x1"))
        right = g.relu(g.conv(x, features, 3, f"{scope}.expand3x3"))
        x = g.concat([left, right])
    x = g.relu(g.conv(x, 1000, 1, "classifier.1"))
    return g, g.flatten(g.global_average_pool(x))
