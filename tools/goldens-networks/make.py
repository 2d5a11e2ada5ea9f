"""Small networks as PyTorch exports them, and PyTorch's own gradients at three depths of each. Run by hand:

    python -m venv .venv && .venv/bin/pip install -r requirements.txt
    .venv/bin/python make.py ../../packages/onnx/test/pytorch

Every network has random weights and batch statistics from a written seed. It is exported by the TorchScript-based exporter
at four opsets and by the default one at its own; opset 11 with a fixed batch, the others with a free one. The gradients are
float64 PyTorch's: d logits[CLASS] / d the output of the modules in `places`, each followed by its Grad-CAM map. A seed whose float32 gradient differs from its
float64 one by more than rounding (an activation within rounding of its kink) is passed over.
"""

import json
import sys
import warnings
from pathlib import Path

import onnx
import torch
from torch import nn

import classic
import mobile
import tokens

CLASS = 3
OPSETS = (9, 11, 13, 17)
VARIANTS = {"deit": (13,), "vit-registers": (13,), "vit-pooled": (13,)}
NETWORKS = {
    "resnet": classic.ResNet,
    "regnet": classic.RegNet,
    "vgg": classic.VGG,
    "squeezenet": classic.SqueezeNet,
    "densenet": classic.DenseNet,
    "inception": classic.Inception,
    "mobilenet-v2": mobile.MobileNetV2,
    "mobilenet-v3": mobile.MobileNetV3,
    "efficientnet": mobile.EfficientNet,
    "shufflenet-v2": mobile.ShuffleNetV2,
    "convnext": tokens.ConvNeXt,
    "swin": tokens.Swin,
    "vit": tokens.ViT,
    "deit": tokens.DeiT,
    "vit-registers": tokens.RegisterViT,
    "vit-pooled": tokens.PooledViT,
}
ROUNDING = 2e-6


def randomise(network, seed):
    generator = torch.Generator().manual_seed(seed)

    def normal(tensor, mean, deviation):
        tensor.copy_(mean + deviation * torch.randn(tensor.shape, generator=generator))

    with torch.no_grad():
        for module in network.modules():
            if isinstance(module, (nn.Conv2d, nn.Linear)):
                normal(module.weight, 0, (2 / module.weight[0].numel()) ** 0.5)
                if module.bias is not None:
                    normal(module.bias, 0, 0.2)
            if isinstance(module, (nn.BatchNorm2d, nn.LayerNorm)):
                normal(module.weight, 1, 0.3)
                normal(module.bias, 0, 0.3)
            if isinstance(module, nn.BatchNorm2d):
                normal(module.running_mean, 0, 0.3)
                module.running_var.copy_(0.5 + torch.rand(module.running_var.shape, generator=generator))
        for name, parameter in network.named_parameters(recurse=True):
            if name.endswith(("token", "pos_embed", "layer_scale", "table")):
                normal(parameter, 0, 0.5)
    return network.eval()


def gradients(network, x):
    """The logits and, for each place, its output and d logits[CLASS] / d its output."""
    kept = {}
    hooks = [
        network.get_submodule(name).register_forward_hook(lambda _m, _x, y, name=name: kept.__setitem__(name, y.clone()) or kept[name])
        for name in network.places
    ]
    logits = network(x.clone().requires_grad_())
    for hook in hooks:
        hook.remove()
    outputs = [kept[name] for name in network.places]
    return logits.detach(), [y.detach() for y in outputs], torch.autograd.grad(logits[0, CLASS], outputs)


def as_map(network, values):
    """[N, C, H, W] of what a module gives out: pytorch-grad-cam's reshape_transform for tokens and channels-last maps."""
    if values.dim() == 3:
        side = int((values.shape[1] - network.prefix) ** 0.5)
        return values[:, network.prefix :].reshape(len(values), side, side, -1).permute(0, 3, 1, 2)
    return values if values.shape[2] == values.shape[3] else values.permute(0, 3, 1, 2)


def grad_cam(network, activation, gradient):
    """Before ReLU and scaling (Selvaraju et al. 2017, equations 1 and 2)."""
    weights = as_map(network, gradient).mean((2, 3), keepdim=True)
    return (weights * as_map(network, activation)).sum(1)


def distance(a, b):
    return float((a.double() - b).norm() / b.norm())


def build(make, x):
    """The network of the first good seed, its logits, activations and gradients, and how far float32 is from them."""
    for seed in range(100):
        torch.manual_seed(seed)
        network = randomise(make(), seed)
        single = gradients(network, x)[2]
        logits, activations, double = gradients(network.double(), x.double())
        network.float()
        noise = max(distance(a, b) for a, b in zip(single, double))
        if noise < ROUNDING and all(gradient.abs().max() > 1e-4 for gradient in double):
            return network, seed, logits, activations, double, noise
    raise SystemExit(f"no seed of {make.__name__} keeps clear of every kink")


def slim(path):
    """Leaves the module path of each node and drops stack traces, which name files of this machine."""
    model = onnx.load(path)
    for node in model.graph.node:
        kept = [entry for entry in node.metadata_props if entry.key == "pkg.torch.onnx.name_scopes"]
        del node.metadata_props[:]
        node.metadata_props.extend(kept)
        node.doc_string = ""
    for value in [*model.graph.value_info, *model.graph.input, *model.graph.output]:
        del value.metadata_props[:]
    for initializer in model.graph.initializer:
        del initializer.metadata_props[:]
    onnx.save(model, path)
    return path.stat().st_size


def export(network, x, folder, name):
    total = 0
    for opset in VARIANTS.get(name, OPSETS):
        tokens.Merging.strided = opset > 9
        path = folder / f"{name}-{opset}.onnx"
        free = {} if opset == 11 else {"dynamic_axes": {"x": {0: "N"}, "logits": {0: "N"}}}
        torch.onnx.export(
            network, (x,), path, dynamo=False, opset_version=opset, input_names=["x"], output_names=["logits"], **free
        )
        total += slim(path)
    path = folder / f"{name}-dynamo.onnx"
    torch.onnx.export(
        network,
        (torch.cat([x, x]),),
        path,
        dynamo=True,
        external_data=False,
        verbose=False,
        input_names=["x"],
        output_names=["logits"],
        dynamic_shapes=({0: torch.export.Dim("N")},),
    )
    return total + slim(path)


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    x = torch.randn(1, 3, 32, 32, generator=torch.Generator().manual_seed(7))
    values, index = [x.flatten().double()], {}
    only = sys.argv[2:] or NETWORKS
    for name in only:
        network, seed, logits, activations, found, noise = build(NETWORKS[name], x)
        size = export(network, x, folder, name)
        index[name] = {
            "class": CLASS,
            "layers": [
                {"name": place, "dims": list(g.shape), "cells": as_map(network, g)[0, 0].numel()}
                for place, g in zip(network.places, found)
            ],
        }
        values.append(logits.flatten())
        for activation, gradient in zip(activations, found):
            values += [gradient.flatten(), grad_cam(network, activation, gradient).flatten()]
        print(f"{name}: seed {seed}, float32 differs by {noise:.1e}, {size / 1024:.0f} kB")
    torch.cat(values).float().numpy().astype("<f4").tofile(folder / "goldens.f32")
    (folder / "goldens.json").write_text(json.dumps(index, indent=1) + "\n")


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    main(Path(sys.argv[1]))
