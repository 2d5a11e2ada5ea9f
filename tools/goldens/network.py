"""A network of packages/conformance, read from its definition and computed by PyTorch in float64."""

import json
import struct

import numpy as np
import torch
import torch.nn.functional as F


class Network:
    def __init__(self, data):
        (length,) = struct.unpack_from("<I", data)
        self.__dict__.update(json.loads(data[4 : 4 + length]))
        self.numbers = np.frombuffer(data, dtype="<f4", offset=(4 + length + 3) // 4 * 4)

    def tensor(self, entry):
        size = int(np.prod(entry["dims"])) if entry["dims"] else 1
        values = self.numbers[entry["offset"] : entry["offset"] + size].astype(np.float64)
        return torch.tensor(values).reshape(entry["dims"])

    def node(self, name):
        return next(node for node in self.nodes if node["name"] == name)

    def forward(self):
        """All tensors by name; the named layers keep their gradient."""
        values = {}
        for node in self.nodes:
            if node["op"] == "input":
                value = self.tensor(self.pictures[node["name"]]).requires_grad_()
            else:
                weights = {key: self.tensor(entry) for key, entry in node.items() if isinstance(entry, dict)}
                value = OPERATIONS[node["op"]](node, weights, *[values[name] for name in node["inputs"]])
            assert list(value.shape[1:]) == node["dims"] or node["op"] in ("windows",), (node["name"], value.shape)
            if node["name"] in self.layers:
                value.retain_grad()
            values[node["name"]] = value
        return values


def padding(node, size, x, dilations=(1, 1)):
    """[left, right, top, bottom], as torch.nn.functional.pad wants it."""
    if node["padding"] != "same":
        top, left, bottom, right = node["padding"]
        return [left, right, top, bottom]
    found = []
    for axis in (1, 0):
        cells, stride = x.shape[2 + axis], node["strides"][axis]
        total = max(0, (-(-cells // stride) - 1) * stride + (size[axis] - 1) * dilations[axis] + 1 - cells)
        found += [total // 2, total - total // 2]
    return found


def conv(node, w, x):
    padded = F.pad(x, padding(node, w["kernel"].shape[2:], x, node["dilations"]))
    return F.conv2d(padded, w["kernel"], w["bias"], node["strides"], 0, node["dilations"], node["groups"])


def max_pool(node, _, x):
    return F.max_pool2d(F.pad(x, padding(node, node["size"], x), value=-torch.inf), node["size"], node["strides"])


def average_pool(node, _, x):
    pads = padding(node, node["size"], x)
    total, cells = (F.avg_pool2d(F.pad(v, pads), node["size"], node["strides"]) for v in (x, torch.ones_like(x)))
    return total / cells


def squares(x, grid, size):
    """[N, H * W, C] as [N, rows of windows, windows of a row, size, size, C]."""
    n, _, channels = x.shape
    return x.reshape(n, *grid, channels).unfold(1, size, size).unfold(2, size, size).movedim(3, -1)


def windows(node, _, x):
    cut = squares(x, node["grid"], node["size"])
    return cut.reshape(x.shape[0], -1, node["size"] ** 2, x.shape[-1])


def unwindows(node, _, x):
    (height, width), size = node["grid"], node["size"]
    n, _, _, channels = x.shape
    rows = [
        torch.cat(list(x[:, r * (width // size) : (r + 1) * (width // size)].reshape(n, -1, size, size, channels).unbind(1)), dim=2)
        for r in range(height // size)
    ]
    return torch.cat(rows, dim=1).reshape(n, height * width, channels)


def batch_norm(node, w, x):
    return F.batch_norm(x, w["mean"], w["variance"], w["scale"], w["shift"], False, 0.0, node["epsilon"])


OPERATIONS = {
    "conv": conv,
    "relu": lambda _n, _w, x: F.relu(x),
    "relu6": lambda _n, _w, x: F.relu6(x),
    "sigmoid": lambda _n, _w, x: torch.sigmoid(x),
    "tanh": lambda _n, _w, x: torch.tanh(x),
    "gelu": lambda _n, _w, x: F.gelu(x),
    "softmax": lambda _n, _w, x: F.softmax(x, dim=-1),
    "batchNorm": batch_norm,
    "layerNorm": lambda n, w, x: F.layer_norm(x, x.shape[-1:], w["scale"], w["shift"], n["epsilon"]),
    "maxPool": max_pool,
    "averagePool": average_pool,
    "globalAverage": lambda n, _w, x: F.adaptive_avg_pool2d(x, 1) if n["keep"] else F.adaptive_avg_pool2d(x, 1).flatten(1),
    "dense": lambda _n, w, x: F.linear(x, w["kernel"].T, w["bias"]),
    "add": lambda _n, _w, a, b: a + b,
    "multiply": lambda _n, _w, a, b: a * b,
    "concat": lambda _n, _w, *x: torch.cat(x, dim=1),
    "upsample": lambda _n, _w, x: F.interpolate(x, scale_factor=2, mode="nearest"),
    "tokens": lambda _n, _w, x: x.flatten(2).transpose(1, 2),
    "prependToken": lambda _n, w, x: torch.cat([w["token"].expand(x.shape[0], 1, -1), x], dim=1),
    "addConstant": lambda _n, w, x: x + w["value"],
    "matmul": lambda n, _w, a, b: n["scale"] * (a @ (b.transpose(-1, -2) if n["transposed"] else b)),
    "takeToken": lambda n, _w, x: x[:, n["index"]],
    "meanToken": lambda _n, _w, x: x.mean(1),
    "windows": windows,
    "unwindows": unwindows,
    "flattenLast": lambda _n, _w, x: x.permute(0, 2, 3, 1).flatten(1),
    "centreBatch": lambda _n, _w, x: x - x.mean(0, keepdim=True) / 2,
}
