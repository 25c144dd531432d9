"""Writes a quantised ONNX network (QDQ, int8) as a model of LiteRT (TensorFlow Lite).

For the comparison with XNNPACK: convolutional networks whose tensors have at most four
dimensions, N x C x H x W in ONNX and N x H x W x C in LiteRT. Integers, scales and zero
points are the network's own; nothing is rounded again.
"""

from dataclasses import dataclass

import flatbuffers
import numpy as np
import onnx
from ai_edge_litert import schema_py_generated as schema
from onnx import numpy_helper

TYPES = {np.dtype(np.float32): schema.TensorType.FLOAT32,
         np.dtype(np.int8): schema.TensorType.INT8, np.dtype(np.int32): schema.TensorType.INT32}
ONNX_TYPES = {onnx.TensorProto.FLOAT: np.dtype(np.float32), onnx.TensorProto.INT8: np.dtype(np.int8)}
PASSED = ("Relu", "Clip", "Reshape", "Flatten", "Add")


@dataclass
class Quantised:
    """An integer tensor and what it stands for."""

    name: str
    scale: np.ndarray
    zero: np.ndarray


def channels_last(shape):
    return [shape[0], *shape[2:], shape[1]] if len(shape) == 4 else list(shape)


class Converter:
    def __init__(self, model):
        self.graph = onnx.shape_inference.infer_shapes(model, data_prop=True).graph
        self.constants = {t.name: numpy_helper.to_array(t) for t in self.graph.initializer}
        values = [*self.graph.input, *self.graph.output, *self.graph.value_info]
        self.shapes = {v.name: [d.dim_value or 1 for d in v.type.tensor_type.shape.dim]
                       for v in values}
        self.dtypes = {v.name: v.type.tensor_type.elem_type for v in values}
        self.consumers = {}
        for node in self.graph.node:
            for name in node.input:
                self.consumers.setdefault(name, []).append(node)
        self.producers = {name: node for node in self.graph.node for name in node.output}
        self.model = schema.ModelT()
        self.model.version, self.model.description = 3, "from ONNX"
        self.model.buffers = [schema.BufferT()]
        self.model.operatorCodes = []
        self.net = schema.SubGraphT()
        self.net.tensors, self.net.operators = [], []
        self.index, self.codes = {}, {}
        self.taken = set()  # nodes that are part of others

    # Tensors and operators of LiteRT.

    def tensor(self, name, shape, dtype, quantised=None, data=None, axis=0):
        if name in self.index:
            return self.index[name]
        t = schema.TensorT()
        t.name, t.shape, t.type, t.buffer = name, list(shape), TYPES[np.dtype(dtype)], 0
        if quantised is not None:
            t.quantization = schema.QuantizationParametersT()
            t.quantization.scale = np.atleast_1d(quantised.scale).astype(np.float32)
            zeros = np.broadcast_to(quantised.zero, np.atleast_1d(quantised.scale).shape)
            t.quantization.zeroPoint = zeros.astype(np.int64)
            t.quantization.quantizedDimension = axis
        if data is not None:
            buffer = schema.BufferT()
            buffer.data = np.frombuffer(np.ascontiguousarray(data).tobytes(), np.uint8)
            self.model.buffers.append(buffer)
            t.buffer = len(self.model.buffers) - 1
        self.net.tensors.append(t)
        self.index[name] = len(self.net.tensors) - 1
        return self.index[name]

    def operator(self, kind, inputs, outputs, options=None, version=1):
        code = getattr(schema.BuiltinOperator, kind)
        if kind not in self.codes:
            entry = schema.OperatorCodeT()
            entry.builtinCode, entry.version = code, version
            entry.deprecatedBuiltinCode = min(code, 127)
            self.model.operatorCodes.append(entry)
            self.codes[kind] = len(self.codes)
        op = schema.OperatorT()
        op.opcodeIndex, op.inputs, op.outputs = self.codes[kind], inputs, outputs
        if options is not None:
            name = type(options).__name__[:-1]
            op.builtinOptionsType = getattr(schema.BuiltinOptions, name)
            op.builtinOptions = options
        self.net.operators.append(op)

    # What real tensors are.

    def source(self, name):
        """The integers behind a real tensor."""
        node = self.producers[name]
        assert node.op_type == "DequantizeLinear", f"{name} is computed by {node.op_type}"
        zero = self.constants[node.input[2]] if len(node.input) > 2 else np.int8(0)
        return Quantised(node.input[0], self.constants[node.input[1]], zero)

    def activation(self, name):
        q = self.source(name)
        return self.tensor(q.name, channels_last(self.shapes[q.name]), np.int8, q)

    def result(self, node):
        """The integers that a node's result becomes, past what they clamp, and the bias
        that is added on the way."""
        name, bias = node.output[0], None
        while True:
            (user,) = self.consumers[name]
            if user.op_type == "QuantizeLinear":
                return Quantised(user.output[0], self.constants[user.input[1]],
                                 self.constants[user.input[2]]), bias
            assert user.op_type in PASSED, f"{user.op_type} behind {node.op_type}"
            if user.op_type == "Add":
                (bias,) = [other for other in user.input if other != name]
            self.taken.add(user.name)
            name = user.output[0]

    def output(self, q):
        return self.tensor(q.name, channels_last(self.shapes[q.name]), np.int8, q)

    def bias(self, name, count, scale):
        if not name:
            return self.tensor(f"zeros{len(self.net.tensors)}", [count], np.int32,
                               Quantised("", scale, np.int64(0)), np.zeros(count, np.int32))
        q = self.source(name)
        return self.tensor(q.name, [count], np.int32, q, self.constants[q.name].reshape(-1))

    # Operators of ONNX.

    def padded(self, x, image, kernel, strides, pads, zero):
        """LiteRT's kind of padding; rows and columns of its own where that is another."""
        def same(size, k, s, before, after):
            total = max((-(-size // s) - 1) * s + k - size, 0)
            return (before, after) == (total // 2, total - total // 2)

        height, width = image[2:]
        if not any(pads):
            return x, schema.Padding.VALID
        if same(height, kernel[0], strides[0], pads[0], pads[2]) and \
                same(width, kernel[1], strides[1], pads[1], pads[3]):
            return x, schema.Padding.SAME
        amounts = np.array([[0, 0], [pads[0], pads[2]], [pads[1], pads[3]], [0, 0]], np.int32)
        number = len(self.net.tensors)
        source = self.net.tensors[x]
        shape = [n + int(a.sum()) for n, a in zip(source.shape, amounts)]
        to = self.tensor(f"padded{number}", shape, np.int8,
                         Quantised("", source.quantization.scale, source.quantization.zeroPoint))
        self.operator("PAD", [x, self.tensor(f"pads{number}", [4, 2], np.int32, data=amounts)],
                      [to], schema.PadOptionsT(), 2)
        return to, schema.Padding.VALID

    def conv(self, node, a):
        q, _ = self.result(node)
        image, filters = self.shapes[node.input[0]], self.source(node.input[1])
        weights = self.constants[filters.name]
        x, padding = self.padded(self.activation(node.input[0]), image, weights.shape[2:],
                                 a["strides"], a.get("pads", [0] * 4), 0)
        depthwise = a.get("group", 1) > 1
        axis = 3 if depthwise else 0
        order = (1, 2, 3, 0) if depthwise else (0, 2, 3, 1)
        w = self.tensor(filters.name, weights.transpose(order).shape, np.int8, filters,
                        weights.transpose(order), axis)
        bias = self.bias(node.input[2] if len(node.input) > 2 else "", len(weights),
                         self.source(node.input[0]).scale * filters.scale)
        o = schema.DepthwiseConv2DOptionsT() if depthwise else schema.Conv2DOptionsT()
        if depthwise:
            o.depthMultiplier = 1
        o.padding, (o.strideH, o.strideW) = padding, a["strides"]
        o.dilationHFactor = o.dilationWFactor = 1
        self.operator("DEPTHWISE_CONV_2D" if depthwise else "CONV_2D", [x, w, bias],
                      [self.output(q)], o, 3)

    def product(self, node, a):
        q, bias = self.result(node)
        columns = self.source(node.input[1])
        weights = self.constants[columns.name]
        if not a.get("transB", 0):
            weights = weights.T
        w = self.tensor(columns.name, weights.shape, np.int8, columns, weights)
        bias = node.input[2] if len(node.input) > 2 else bias
        b = self.bias(bias, len(weights), self.source(node.input[0]).scale * columns.scale)
        self.operator("FULLY_CONNECTED", [self.activation(node.input[0]), w, b],
                      [self.output(q)], schema.FullyConnectedOptionsT(), 4)

    def add(self, node, _):
        self.operator("ADD", [self.activation(name) for name in node.input],
                      [self.output(self.result(node)[0])], schema.AddOptionsT(), 2)

    def average(self, node, a):
        q, _ = self.result(node)
        o = schema.Pool2DOptionsT()
        o.padding, (o.strideH, o.strideW) = schema.Padding.VALID, a["strides"]
        o.filterHeight, o.filterWidth = a["kernel_shape"]
        self.operator("AVERAGE_POOL_2D", [self.activation(node.input[0])], [self.output(q)], o, 2)

    def mean(self, node, _):
        q, _ = self.result(node)
        o = schema.ReducerOptionsT()
        o.keepDims = len(self.shapes[q.name]) == 4
        axes = self.tensor("axes", [2], np.int32, data=np.array([1, 2], np.int32))
        self.operator("MEAN", [self.activation(node.input[0]), axes], [self.output(q)], o, 2)

    def softmax(self, node, _):
        o = schema.SoftmaxOptionsT()
        o.beta = 1.0
        self.operator("SOFTMAX", [self.activation(node.input[0])],
                      [self.output(self.result(node)[0])], o, 2)

    def edge(self, node, _):
        """Quantises the network's input, or dequantises its output."""
        x, to = node.input[0], node.output[0]
        if node.op_type == "QuantizeLinear":
            if x not in self.index:
                return  # part of the node before it
            q = Quantised(to, *(self.constants[name] for name in node.input[1:3]))
            self.operator("QUANTIZE", [self.index[x]], [self.output(q)],
                          schema.QuantizeOptionsT())
        elif any(value.name == to for value in self.graph.output):
            shape = channels_last(self.shapes[to])
            self.operator("DEQUANTIZE", [self.activation(to)],
                          [self.tensor(to, shape, np.float32)], schema.DequantizeOptionsT(), 2)

    def move(self, node, a):
        """Of integers: a change of layout is none here."""
        x, to = node.input[0], node.output[0]
        if x in self.index and node.op_type == "Transpose" and a["perm"] == [0, 3, 1, 2]:
            self.index[to] = self.index[x]
            return
        shape, source = self.shapes[to], self.net.tensors[self.index[x]].shape
        # Where there is one channel, or one pixel, both layouts are the same.
        for four in (self.shapes[x], shape):
            assert len(four) < 4 or 1 in (four[1], int(np.prod(four[2:]))) \
                or list(four) == list(source), f"{node.name} moves elements"
        like = self.net.tensors[self.index[x]].quantization
        given = Quantised("", like.scale, like.zeroPoint)
        self.operator("RESHAPE", [self.index[x], self.tensor(
            f"shape{len(self.net.tensors)}", [len(shape)], np.int32,
            data=np.array(channels_last(shape), np.int32))],
            [self.tensor(to, channels_last(shape), np.int8, given)], schema.ReshapeOptionsT())

    def convert(self):
        kinds = {"Conv": self.conv, "MatMul": self.product, "Gemm": self.product, "Add": self.add,
                 "AveragePool": self.average, "GlobalAveragePool": self.mean,
                 "ReduceMean": self.mean, "Softmax": self.softmax, "QuantizeLinear": self.edge,
                 "DequantizeLinear": self.edge, "Transpose": self.move, "Reshape": self.move}
        quantised = {n.input[0]: n for n in self.graph.node if n.op_type == "DequantizeLinear"}
        for value in self.graph.input:
            name, shape = value.name, self.shapes[value.name]
            dtype = ONNX_TYPES[value.type.tensor_type.elem_type]
            given = self.first_scale(name, quantised) if dtype == np.int8 else None
            # int8 inputs come channels last and are transposed.
            last = channels_last(shape) if dtype == np.float32 else shape
            self.net.inputs = [self.tensor(name, last, dtype, given)]
        for node in self.graph.node:
            if node.name in self.taken and node.op_type in PASSED:
                continue
            attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
            kinds[node.op_type](node, attributes)
        self.net.outputs = [self.index[self.graph.output[0].name]]
        self.model.subgraphs = [self.net]
        builder = flatbuffers.Builder(1 << 20)
        builder.Finish(self.model.Pack(builder), b"TFL3")
        return bytes(builder.Output())

    def first_scale(self, name, quantised):
        """Of the integers of an input, past what moves them."""
        while name not in quantised:
            (user,) = self.consumers[name]
            name = user.output[0]
        node = quantised[name]
        return Quantised(name, self.constants[node.input[1]], self.constants[node.input[2]])


def convert(model):
    """The bytes of a .tflite file."""
    for number, node in enumerate(model.graph.node):
        node.name = node.name or f"node{number}"
    return Converter(model).convert()
