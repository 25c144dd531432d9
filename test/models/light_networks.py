"""The nine light_* networks of ONNX's backend tests, from the onnx wheel.

Their weights are ConstantOfShape nodes (all 0.02), so that nearly all of what
they compute ends in a softmax over equal numbers. A wrong convolution would go
unseen there: besides each network as it is, prepare() can also write it with the
softmax's input as the only output (`logits`), where the magnitudes are.
"""

from pathlib import Path

import numpy as np
import onnx

SMALL = ["densenet121", "inception_v1", "inception_v2", "resnet50", "shufflenet",
         "squeezenet"]
LARGE = ["bvlc_alexnet", "vgg19", "zfnet512"]  # more than 200 MB of weights


def names(large=False):
    return [f"light_{name}" for name in SMALL + (LARGE if large else [])]


def load(name):
    folder = Path(onnx.__file__).parent / "backend/test/data/light"
    return onnx.load(folder / f"{name}.onnx")


def cut_softmax(model):
    """Makes the input of the last Softmax the output; False without one."""
    last = model.graph.node[-1]
    if last.op_type != "Softmax":
        return False
    output = model.graph.output[0]
    output.name = last.input[0]
    model.graph.node.remove(last)
    return True


def seeded_input(model):
    """Name and data of the only input that has no initializer."""
    constants = {tensor.name for tensor in model.graph.initializer}
    inputs = [i for i in model.graph.input if i.name not in constants]
    if len(inputs) != 1:
        raise ValueError(f"expected one input, found {[i.name for i in inputs]}")
    shape = [d.dim_value for d in inputs[0].type.tensor_type.shape.dim]
    rng = np.random.default_rng(1)
    return inputs[0].name, rng.standard_normal(shape).astype(np.float32)
