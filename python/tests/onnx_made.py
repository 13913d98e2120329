"""Small ONNX models, and ONNX Runtime's results for them."""

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


def load(content):
    return onnx.load_model_from_string(content)
