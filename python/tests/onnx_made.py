"""Small ONNX models, and ONNX Runtime's results for them."""

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

FLOAT, INT8, UINT8, INT64 = (
    TensorProto.FLOAT,
    TensorProto.INT8,
    TensorProto.UINT8,
    TensorProto.INT64,
)
node = helper.make_node


def model(nodes, inputs, outputs, constants=None, opset=17):
    """The file's bytes; inputs and outputs are (name, type, shape)."""
    graph = helper.make_graph(
        nodes,
        "made by a test",
        [helper.make_tensor_value_info(*value) for value in inputs],
        [helper.make_tensor_value_info(*value) for value in outputs],
        [numpy_helper.from_array(array, name) for name, array in (constants or {}).items()],
    )
    opsets = [helper.make_opsetid("", opset)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=9).SerializeToString()


def results(content, **inputs):
    """ONNX Runtime's outputs, each node as it is written: nothing is fused."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    return session.run(None, inputs)


def stacked(content, samples, *, fused=False):
    """The first output for each sample of the one input, x: each node as it is written, or
    `fused` to integer kernels."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    if not fused:
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    return np.stack([session.run(None, {"x": one})[0] for one in samples])


def before_last(content):
    """The model that gives the real numbers that the last QuantizeLinear rounds."""
    found = load(content)
    last = [one for one in found.graph.node if one.op_type == "QuantizeLinear"][-1]
    del found.graph.output[:]
    found.graph.output.append(helper.make_tensor_value_info(last.input[0], FLOAT, None))
    return found.SerializeToString()


def load(content):
    return onnx.load_model_from_string(content)
