"""Models that dlc refuses, each with a hostile name in another place.

MODELS has a function for each place: from the name to the model.
"""

import numpy as np
from onnx import TensorProto, helper, numpy_helper

FLOAT = TensorProto.FLOAT
MODELS = {}


def refused(function):
    MODELS[function.__name__] = function
    return function


def make(nodes, inputs=None, outputs=None, constants=(), domains=()):
    def info(name, shape, element=FLOAT):
        return helper.make_tensor_value_info(name, element, shape)
    graph = helper.make_graph(
        nodes, "g\x1b[31m", [info(*i) for i in inputs or [("x", [1, 4])]],
        [info(*o) for o in outputs or [("y", [1, 4])]], list(constants))
    return helper.make_model(
        graph, ir_version=8, opset_imports=[helper.make_opsetid("", 17)] + [
            helper.make_opsetid(domain, 1) for domain in domains])


def node(op, inputs=("x",), outputs=("y",), name="", **attributes):
    return helper.make_node(op, inputs, outputs, name=name, **attributes)


@refused
def operator(evil):
    return make([node("No" + evil, name=evil)])


@refused
def operators(evil):
    return make([node("No" + evil, name=evil, outputs=["a"]),
                 node("Not", ["a"], name=evil + "2", domain=evil)],
                domains=[evil])


@refused
def domain_not_imported(evil):
    return make([node("Relu", name=evil, domain=evil)])


@refused
def missing_input(evil):
    return make([node("Relu", [evil], name=evil + " node")])


@refused
def output_that_nothing_makes(evil):
    return make([node("Relu")], outputs=[(evil, [1, 4])])


@refused
def output_made_twice(evil):
    return make([node("Relu", outputs=[evil]), node("Exp", outputs=[evil]),
                 node("Exp", [evil])])


@refused
def cycle(evil):
    return make([node("Add", ["x", "b"], ["a"], name=evil),
                 node("Relu", ["a"], ["b"], name=evil + "2"),
                 node("Relu", ["b"])])


@refused
def attribute_name(evil):
    return make([node("Relu", name="n", **{evil: 1})])


@refused
def attribute_value(evil):
    return make([node("Conv", ["x", "w"], auto_pad=evil, name=evil)],
                [("x", [1, 1, 4]), ("w", [1, 1, 3])], [("y", [1, 1, 4])])


@refused
def equation(evil):
    return make([node("Einsum", ["x", "x"], equation=evil + "->", name=evil)])


@refused
def dimension(evil):
    return make([node("Relu")], [("x", [1, evil])], [("y", [1, evil])])


@refused
def tensor_data(evil):
    tensor = TensorProto(name=evil, data_type=FLOAT, dims=[1, 4],
                         raw_data=bytes(12))
    return make([node("Add", ["x", evil], name=evil)], constants=[tensor])


@refused
def tensor_type(evil):
    tensor = TensorProto(name=evil, data_type=TensorProto.STRING, dims=[1],
                         string_data=[b"\x1b"])
    return make([node("Add", ["x", evil], name=evil)], constants=[tensor])


def external(evil, **entries):
    tensor = TensorProto(name=evil, data_type=FLOAT, dims=[1, 4],
                         data_location=TensorProto.EXTERNAL)
    for key, value in entries.items():
        entry = tensor.external_data.add()
        entry.key, entry.value = key, value
    return make([node("Add", ["x", evil], name=evil)], constants=[tensor])


@refused
def external_location(evil):
    return external(evil, location=evil)


@refused
def external_offset(evil):
    return external(evil, location="x.bin", offset=evil)


@refused
def output_type(evil):
    return make([node("Relu", outputs=[evil])],
                outputs=[(evil, [1, 4], TensorProto.INT64)])


@refused
def input_type(evil):
    return make([node("Relu", [evil])], [(evil, [1, 4], TensorProto.STRING)])


@refused
def empty_input(evil):
    return make([node("Relu", [evil])], [(evil, [1, 0])], [("y", [1, 0])])


@refused
def operand_type(evil):
    return make([node("Exp", name=evil)], [("x", [1, 4], TensorProto.INT64)],
                [("y", [1, 4], TensorProto.INT64)])


@refused
def too_large_input(evil):
    return make([node("Relu", [evil], name=evil)], [(evil, [1 << 30, 4])],
                [("y", [1 << 30, 4])])


@refused
def too_large_result(evil):
    shape = numpy_helper.from_array(np.array([1 << 30, 4]), "s")
    return make([node("Expand", ["x", "s"], name=evil)], constants=[shape],
                outputs=[("y", [1 << 30, 4])])


@refused
def old_operator_set(evil):
    model = make([node("Upsample", [evil], name=evil, width_scale=2.0,
                       height_scale=2.0)], [(evil, [2, 2])], [("y", [4, 4])])
    model.opset_import[0].version = 1
    return model


@refused
def function_body(evil):
    body = helper.make_function(
        evil, evil, ["a"], ["b"], [node("No" + evil, ["a"], ["b"], name=evil)],
        [helper.make_opsetid("", 17)])
    model = make([node(evil, name=evil, domain=evil)], domains=[evil])
    model.functions.append(body)
    return model
