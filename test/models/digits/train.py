"""Trains the digits network in numpy so that any machine gets the same bits.

Floating-point sums depend on their order, and the order on the BLAS library, the
processor and the number of threads. Here every sum is exact, so that the order
can't matter: activations, weights and gradients are integers (held in float64)
counted in the units below, no product sum leaves the 53 bits that float64 holds
exactly (`check_exact` sees to it), and results are rounded back to their unit. What is
left is element-wise +, -, x, /, sqrt and rint, which IEEE 754 defines to the bit.
"""

import numpy as np

from network import IMAGE, NETWORK, taps

ACTIVATION = 2.0**-12  # unit of activations
WEIGHT = 0.001  # unit of weights and biases: three decimals
PER_WEIGHT = 1000.0  # 1 / WEIGHT, which has no exact float64 itself
GRADIENT = 2.0**-20  # unit of d(loss of one sample)/d(activation)

EPOCHS = 100
BATCH = 32
RATE = 0.01  # Adam's step at the start; falls linearly to 0
SEED = 1
SMOOTHING = 0.1  # share of each target that is spread over all ten classes


def check_exact(a, b, terms):
    """Refuse sums of `terms` products of integers from a and b that may be inexact.

    The limit is 2^49, as up to nine such sums (a tap each) and a bias are then added."""
    bound = np.abs(a).max() * np.abs(b).max() * terms
    if bound >= 2.0**49:
        raise OverflowError(f"a sum of products may reach {bound:.3g}, past 2^49")


def dot(a, b):
    """a @ b for integer-valued float64 matrices, exact whatever the order."""
    check_exact(a, b, a.shape[1])
    return a @ b


def padded(layer, x):
    top, bottom, left, right = layer.pad
    return np.pad(x, ((0, 0), (top, bottom), (left, right), (0, 0)))


def convolve(layer, x, weights, bias):
    """Output in ACTIVATION for x in ACTIVATION, weights and bias in WEIGHT."""
    n, (height, width, channels) = len(x), layer.shape
    x = padded(layer, x)
    acc = np.zeros((n, height, width, channels)) + bias / ACTIVATION
    for ky, kx, rows, columns in taps(layer):
        window = x[:, rows, columns]
        if layer.op == "conv2d":
            flat = window.reshape(-1, window.shape[-1])
            acc += dot(flat, weights[:, ky, kx].T).reshape(acc.shape)
        else:
            acc += window * weights[ky, kx, :, 0]
    return np.rint(acc / PER_WEIGHT)


def forward(x, params):
    """All activations by layer name, in ACTIVATION; x is [n, 8, 8, 1] in ACTIVATION.

    params: layer name -> (weights, bias), in WEIGHT."""
    acts = {IMAGE: x}
    for layer in NETWORK:
        first = acts[layer.inputs[0]]
        if layer.op == "add":
            y = first + acts[layer.inputs[1]]
        elif layer.op == "avg_pool2d":
            y = np.rint(first.mean(axis=(1, 2), keepdims=True))
        else:
            y = convolve(layer, first, *params[layer.name])
        acts[layer.name] = np.maximum(y, 0) if layer.relu else y
    return acts


def convolve_backward(layer, x, weights, dy):
    """(dx in GRADIENT, d(weights), d(bias)), the last two in ACTIVATION x GRADIENT."""
    x = padded(layer, x)
    dx, dw = np.zeros_like(x), np.zeros_like(weights)
    flat = dy.reshape(-1, dy.shape[-1])
    for ky, kx, rows, columns in taps(layer):
        window = x[:, rows, columns]
        if layer.op == "conv2d":
            w = weights[:, ky, kx]
            dw[:, ky, kx] = dot(flat.T, window.reshape(-1, w.shape[1]))
            dx[:, rows, columns] += dot(flat, w).reshape(window.shape)
        else:
            check_exact(window, dy, len(flat))
            dw[ky, kx, :, 0] = (window * dy).sum(axis=(0, 1, 2))
            dx[:, rows, columns] += dy * weights[ky, kx, :, 0]
    top, bottom, left, right = layer.pad
    dx = dx[:, top : dx.shape[1] - bottom, left : dx.shape[2] - right]
    return np.rint(dx / PER_WEIGHT), dw, flat.sum(axis=0) / ACTIVATION


def loss_gradient(logits, labels):
    """d(cross-entropy)/d(logits), [n, 10] in GRADIENT, for logits in ACTIVATION.

    exp(x) is (1 + x/1024)^1024 by ten squarings, as libraries differ in exp's last bit."""
    x = (logits - logits.max(axis=1, keepdims=True)) * ACTIVATION
    e = 1 + np.maximum(x, -1024) / 1024
    for _ in range(10):
        e = e * e
    e = np.rint(e * 2.0**30)
    target = (1 - SMOOTHING) * np.eye(10)[labels] + SMOOTHING / 10
    return np.rint((e / e.sum(axis=1, keepdims=True) - target) / GRADIENT)


def gradients(acts, params, labels):
    """layer name -> (d(weights), d(bias)) of the batch's mean loss, real-valued."""
    grads = {name: 0.0 for name in acts}
    grads[NETWORK[-1].name] = loss_gradient(acts["fc"][:, 0, 0], labels)[:, None, None]
    out = {}
    for layer in reversed(NETWORK):
        dy = grads[layer.name]
        if layer.relu:
            dy = dy * (acts[layer.name] > 0)
        x = acts[layer.inputs[0]]
        if layer.op == "add":
            grads[layer.inputs[1]] = grads[layer.inputs[1]] + dy
            dx = dy
        elif layer.op == "avg_pool2d":
            rows, columns = layer.kernel
            dx = np.broadcast_to(np.rint(dy / (rows * columns)), x.shape)
        else:
            dx, dw, db = convolve_backward(layer, x, params[layer.name][0], dy)
            unit = ACTIVATION * GRADIENT / len(labels)
            out[layer.name] = dw * unit, db * unit
        grads[layer.inputs[0]] = grads[layer.inputs[0]] + dx
    return out


def initial(rng):
    """He-uniform weights and zero biases, real-valued, by layer name."""
    params = {}
    for layer in NETWORK:
        if layer.weights:
            fan_in = 9 if layer.op == "depthwise_conv2d" else int(np.prod(layer.weights[1:]))
            spread = np.sqrt(6 / fan_in)
            weights = (2 * rng.random_sample(layer.weights) - 1) * spread
            params[layer.name] = [weights, np.zeros(layer.shape[-1])]
    return params


def shifted(x, rng):
    """Each image moved by -1, 0 or 1 pixels along both axes: cheap extra writers."""
    around = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
    moves = rng.randint(0, 3, (len(x), 2))
    return np.stack([a[r : r + 8, c : c + 8] for a, (r, c) in zip(around, moves, strict=True)])


def on_grid(params):
    return {name: tuple(np.rint(p * PER_WEIGHT) for p in pair) for name, pair in params.items()}


def train(x, labels):
    """Parameters in WEIGHT by layer name, from x [n, 8, 8, 1] in ACTIVATION.

    Adam on real-valued parameters; the network sees them rounded to WEIGHT."""
    rng = np.random.RandomState(SEED)  # its streams are frozen across numpy versions
    params = initial(rng)
    mean = {name: [0.0, 0.0] for name in params}
    square = {name: [0.0, 0.0] for name in params}
    steps = EPOCHS * (len(x) // BATCH)
    power1, power2 = 1.0, 1.0
    step = 0
    for _ in range(EPOCHS):
        order = rng.permutation(len(x))
        for start in range(0, len(x) - BATCH + 1, BATCH):
            batch = order[start : start + BATCH]
            seen = on_grid(params)
            grads = gradients(forward(shifted(x[batch], rng), seen), seen, labels[batch])
            rate = RATE * (1 - step / steps)
            power1, power2, step = power1 * 0.9, power2 * 0.999, step + 1
            for name, pair in grads.items():
                for i, g in enumerate(pair):
                    m = mean[name][i] = 0.9 * mean[name][i] + 0.1 * g
                    v = square[name][i] = 0.999 * square[name][i] + 0.001 * (g * g)
                    update = (m / (1 - power1)) / (np.sqrt(v / (1 - power2)) + 1e-8)
                    params[name][i] = params[name][i] - rate * update
    return on_grid(params)
