"""Batch norms folded into the convolutions before them, in exported PyTorch programs.

torch-mlir leaves a batch norm as seven operations. A convolution whose result goes to one
batch norm alone computes the same with other weights and another bias:

    w' = w x gamma / sqrt(variance + epsilon)
    b' = (b - mean) x gamma / sqrt(variance + epsilon) + beta
"""

from __future__ import annotations

from typing import Any

import torch

_CONVOLUTIONS = ("aten.conv1d.default", "aten.conv2d.default", "aten.conv3d.default")
_NORM = "aten.batch_norm.default"


def fold_batch_norms(program: Any) -> None:
    """Changes an exported program in place."""
    signature = program.graph_signature
    names = {**signature.inputs_to_parameters, **signature.inputs_to_buffers}
    graph = program.graph_module.graph
    for norm in list(graph.nodes):
        if str(norm.target) != _NORM or norm.args[5]:  # in training it is no constant
            continue
        convolution = norm.args[0]
        if str(convolution.target) not in _CONVOLUTIONS or len(convolution.users) != 1:
            continue
        bias = convolution.args[2] if len(convolution.args) > 2 else None
        # Each of the tensors that change must be a stored one, used here alone.
        changed = [convolution.args[1], bias or norm.args[2]]
        tensors = [convolution.args[1], bias, *norm.args[1:5]]
        if norm.args[2] is None or any(len(one.users) != 1 for one in changed):
            continue
        if any(
            one is not None and names.get(one.name) not in program.state_dict for one in tensors
        ):
            continue
        _fold(program.state_dict, names, convolution, bias, norm, changed[1])
        norm.replace_all_uses_with(convolution)
        graph.erase_node(norm)
    program.graph_module.recompile()


def _fold(
    state: dict[str, Any], names: dict[str, str], convolution: Any, bias: Any, norm: Any, new: Any
) -> None:
    """Stores the folded weights, and the folded bias as that of the node `new`."""

    def read(node: Any, default: float) -> Any:
        if node is None:
            return torch.tensor(default, dtype=torch.float64)
        return state[names[node.name]].detach().double()

    _, gamma, beta, mean, variance, _, _, epsilon, *_ = norm.args
    factor = read(gamma, 1) / torch.sqrt(read(variance, 1) + epsilon)
    offset = (read(bias, 0) - read(mean, 0)) * factor + read(beta, 0)
    key = names[convolution.args[1].name]
    weights = state[key]
    shape = [-1] + [1] * (weights.dim() - 1)
    folded = weights.detach().double() * factor.reshape(shape)
    state[key] = torch.nn.Parameter(folded.to(weights.dtype), requires_grad=False)
    state[names[new.name]] = torch.nn.Parameter(offset.to(weights.dtype), requires_grad=False)
    convolution.args = (*convolution.args[:2], new, *convolution.args[3:])
