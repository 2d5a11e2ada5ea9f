"""Trains the shapes classifier and writes it as ONNX: python train.py <model.onnx> <labels.json> <pictures.bin>..."""

import json
import sys

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper
from torch import nn

SIZE = 96
EPOCHS = 9
# name, channels out, stride
LAYERS = [("stem", 16, 2), ("block1", 32, 2), ("block2", 32, 1), ("block3", 64, 2), ("block4", 64, 1), ("block5", 96, 1)]
MEAN, STD = 0.5, 0.25


class Shapes(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.convs, self.norms = nn.ModuleList(), nn.ModuleList()
        channels = 3
        for _, out, stride in LAYERS:
            self.convs.append(nn.Conv2d(channels, out, 3, stride, 0, bias=False))
            self.norms.append(nn.BatchNorm2d(out))
            channels = out
        self.head = nn.Linear(channels, classes)

    def forward(self, x):
        for conv, norm, (_, _, stride) in zip(self.convs, self.norms, LAYERS):
            # with stride 2 the padding of TensorFlow's SAME: nothing before, one behind
            x = F.relu(norm(conv(F.pad(x, (0, 1, 0, 1) if stride == 2 else (1, 1, 1, 1)))))
        return self.head(x.mean((2, 3)))


def read(paths):
    record = SIZE * SIZE * 3 + 2
    rows = np.concatenate([np.fromfile(path, np.uint8).reshape(-1, record) for path in paths])
    pictures = rows[:, :-2].reshape(-1, SIZE, SIZE, 3).transpose(0, 3, 1, 2)
    return torch.from_numpy(np.ascontiguousarray(pictures)), torch.from_numpy(rows[:, -2:].astype(np.int64))


def batch(pictures):
    x = pictures.float() / 255
    order = torch.rand(len(x), 3).argsort(1)  # colours must not tell the class
    x = x.gather(1, order[:, :, None, None].expand_as(x))
    x = (x - 0.5) * (0.7 + 0.6 * torch.rand(len(x), 1, 1, 1)) + 0.5 + 0.2 * (torch.rand(len(x), 1, 1, 1) - 0.5)
    return ((torch.where(torch.rand(len(x), 1, 1, 1) < 0.5, x.flip(3), x) - MEAN) / STD).contiguous(memory_format=torch.channels_last)


def export(model, labels, path):
    nodes, weights, x = [], [], "input"

    def weight(name, value):
        weights.append(numpy_helper.from_array(value.detach().numpy().astype(np.float32), name))
        return name

    for (name, _, stride), conv, norm in zip(LAYERS, model.convs, model.norms):
        scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
        w = weight(f"{name}.weight", conv.weight * scale[:, None, None, None])
        b = weight(f"{name}.bias", norm.bias - norm.running_mean * scale)
        pads = [0, 0, 1, 1] if stride == 2 else [1, 1, 1, 1]
        nodes.append(helper.make_node("Conv", [x, w, b], [f"{name}.conv"], f"{name}.conv", kernel_shape=[3, 3], strides=[stride] * 2, pads=pads))
        nodes.append(helper.make_node("Relu", [f"{name}.conv"], [name], f"{name}.relu"))
        x = name
    head = [weight("head.weight", model.head.weight), weight("head.bias", model.head.bias)]
    nodes.append(helper.make_node("GlobalAveragePool", [x], ["pooled"], "pool"))
    nodes.append(helper.make_node("Flatten", ["pooled"], ["features"], "flatten"))
    nodes.append(helper.make_node("Gemm", ["features", *head], ["logits"], "head", transB=1))
    nodes.append(helper.make_node("Softmax", ["logits"], ["probabilities"], "softmax", axis=1))
    floats = lambda name, dims: helper.make_tensor_value_info(name, TensorProto.FLOAT, dims)
    graph = helper.make_graph(nodes, "shapes", [floats("input", ["N", 3, SIZE, SIZE])], [floats("probabilities", ["N", len(labels)])], weights)
    file = helper.make_model(graph, producer_name="gradcam", opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    preprocess = {"width": SIZE, "height": SIZE, "fit": "cover", "colours": "rgb", "scale": 1 / 255, "mean": [MEAN] * 3, "std": [STD] * 3}
    helper.set_model_props(file, {"labels": json.dumps(labels), "preprocess": json.dumps(preprocess)})
    onnx.checker.check_model(file)
    onnx.save(file, path)


def main():
    torch.manual_seed(1)
    torch.set_num_threads(2)
    path, labels = sys.argv[1], json.load(open(sys.argv[2]))
    pictures, classes = read(sys.argv[3:])
    model = Shapes(len(labels)).to(memory_format=torch.channels_last)
    size = 64
    steps = len(pictures) // size
    optimiser = torch.optim.AdamW(model.parameters(), 1e-3, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 6e-3, EPOCHS * steps)
    for epoch in range(EPOCHS):
        total = 0.0
        for index in torch.randperm(len(pictures))[: steps * size].split(size):
            logits = model(batch(pictures[index]))
            # two objects share the probability
            loss = 0.5 * (F.cross_entropy(logits, classes[index, 0]) + F.cross_entropy(logits, classes[index, 1]))
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            total += loss.item()
        print(f"epoch {epoch + 1}: loss {total / steps:.4f}", flush=True)
    export(model.eval(), labels, path)


main()
