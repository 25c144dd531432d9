"""ONNX's own cases of its quantised operators, which the onnx package computes."""

import importlib

import numpy as np
from onnx import TensorProto, helper, numpy_helper
from onnx.backend.test.case import node as onnx_node

MODULES = ["convinteger", "dequantizelinear", "dynamicquantizelinear", "matmulinteger",
           "qlinearconv", "qlinearmatmul", "quantizelinear"]
SMALL = {TensorProto.INT4, TensorProto.UINT4, TensorProto.INT2, TensorProto.UINT2}
# Floats of 8 and 4 bits are not supported.
UNSUPPORTED = ("e4m3fn", "e5m2", "float4e2m1", "float6", "e8m0")


def collect():
    """(model, inputs, outputs) by name, without those of floats of few bits."""
    for module in MODULES:
        importlib.import_module(f"onnx.backend.test.case.node.{module}")
    # collect_testcases() would import, and compute, the cases of all operators.
    return [case for case in onnx_node._NodeTestCases
            if not any(word in case.name for word in UNSUPPORTED)
            and not case.name.endswith("_expanded")]


def as_tensor(value, name):
    if isinstance(value, TensorProto):
        copy = TensorProto()
        copy.CopyFrom(value)
        copy.name = name
        return copy
    return numpy_helper.from_array(np.asarray(value), name)


def prepared(case, prefix):
    """(nodes, input infos, input arrays, constants, outputs): the first operand is the
    network's input where it may be one, all others are constants. Results of 2 or 4
    bits are cast to 8."""
    graph = case.model.graph
    inputs, outputs = case.data_sets[0]
    nodes, infos, arrays, constants, results = [], [], [], [], []
    for node in graph.node:
        copy = type(node)()
        copy.CopyFrom(node)
        copy.input[:] = [prefix + name if name else "" for name in node.input]
        copy.output[:] = [prefix + name if name else "" for name in node.output]
        copy.name = f"{prefix}{node.op_type}"
        nodes.append(copy)
    for i, (info, value) in enumerate(zip(graph.input, inputs)):
        name, element = prefix + info.name, info.type.tensor_type.elem_type
        proto = as_tensor(value, name)
        if i > 0 or element in SMALL:
            constants.append(proto)
            continue
        array = numpy_helper.to_array(proto)
        infos.append(helper.make_tensor_value_info(name, element, array.shape))
        arrays.append(array)
    for info, value in zip(graph.output, outputs):
        name, element = prefix + info.name, info.type.tensor_type.elem_type
        array = numpy_helper.to_array(as_tensor(value, name))
        if element in SMALL:
            unsigned = element in (TensorProto.UINT4, TensorProto.UINT2)
            element = TensorProto.UINT8 if unsigned else TensorProto.INT8
            nodes.append(helper.make_node("Cast", [name], [name + "_wide"], to=element,
                                          name=f"{prefix}Cast"))
            name += "_wide"
            array = array.astype(np.uint8 if unsigned else np.int8)
        results.append((helper.make_tensor_value_info(name, element, array.shape), array))
    return nodes, infos, arrays, constants, results


def opset(case):
    return next(entry.version for entry in case.model.opset_import if entry.domain == "")
