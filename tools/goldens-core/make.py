"""Golden values of the CAM methods, by the real pytorch-grad-cam. Run by hand:

    python -m venv .venv && .venv/bin/pip install --no-deps grad-cam==1.5.5 && .venv/bin/pip install -r requirements.txt
    .venv/bin/python make.py ../../packages/core/test/golden

Raw maps, before pytorch-grad-cam's ReLU and scaling. "maps" are seeded activations and gradients; "network" is the network of
packages/core/test/pooled-linear.ts. Where pytorch-grad-cam has a known fault the value is mended here, in a line that says so.
"""

import json
import sys
from pathlib import Path

import numpy as np
import pytorch_grad_cam as peer
import torch
from pytorch_grad_cam.utils.model_targets import ClassifierOutputReST, ClassifierOutputTarget

METHODS = {
    "grad-cam": peer.GradCAM,
    "hires-cam": peer.HiResCAM,
    "element-wise": peer.GradCAMElementWise,
    "grad-cam++": peer.GradCAMPlusPlus,
    "xgrad-cam": peer.XGradCAM,
    "layer-cam": peer.LayerCAM,
    "eigen-cam": peer.EigenCAM,
    "eigen-grad-cam": peer.EigenGradCAM,
    "fem": peer.FEM,
}
SMOOTHED = ["grad-cam", "hires-cam", "layer-cam", "grad-cam++", "xgrad-cam"]
UNSIGNED = ["eigen-cam", "eigen-grad-cam"]


def numbers(array):
    return [float(f"{value:.9g}") for value in np.asarray(array, dtype=np.float64).ravel()]


def oriented(projection, summed):
    """A principal component has no sign: mended, so that it agrees with the plain sum over the channels."""
    centred = summed - summed.mean()
    return projection if float((projection * centred).sum()) >= 0 else -projection


def maps_case(seed, channels, height, width, steepness=0.5):
    rng = np.random.default_rng(seed)
    activation = np.maximum(rng.normal(0.3, 1, (1, channels, height, width)), 0).astype(np.float32)
    gradient = rng.normal(0, steepness, activation.shape).astype(np.float32)
    found = {}
    for name, method in METHODS.items():
        cam = method.__new__(method)
        cam.k = 2  # of FEM, its default
        raw = lambda smooth: np.asarray(cam.get_cam_image(None, None, [None], activation.copy(), gradient.copy(), smooth))[0]
        summed = (activation if name == "eigen-cam" else activation * gradient)[0].sum(axis=0)
        found[name] = numbers(oriented(raw(False), summed) if name in UNSIGNED else raw(False))
        if name in SMOOTHED:
            found[name + " eigen"] = numbers(oriented(raw(True), raw(False)))
    return {
        "dims": [channels, height, width],
        "activation": numbers(activation),
        "gradient": numbers(gradient),
        "maps": found,
    }


class PooledLinear(torch.nn.Module):
    def __init__(self, weight, bias):
        super().__init__()
        self.features = Square()
        self.head = torch.nn.Linear(weight.shape[1], weight.shape[0])
        self.head.weight.data, self.head.bias.data = torch.tensor(weight), torch.tensor(bias)

    def forward(self, x):
        return self.head(self.features(x).mean((2, 3)))


class Square(torch.nn.Module):
    def forward(self, x):
        return x * x / 2


def network_case():
    rng = np.random.default_rng(5)
    weight, bias = rng.normal(0, 1, (4, 3)).astype(np.float32), rng.normal(0, 1, 4).astype(np.float32)
    x = rng.normal(0, 1.5, (1, 3, 5, 6)).astype(np.float32)
    x[0, :, 0, 0] = 0  # the smallest activation is 0: Ablation-CAM then fills with 0, and not with its running minimum
    logits = PooledLinear(weight, bias)(torch.tensor(x))[0].detach().numpy()
    target = int(np.argmax(logits))

    def raw_map(method, targets, scale=1.0):
        model = PooledLinear(weight, bias).eval()
        seen = []
        with method(model=model, target_layers=[model.features]) as cam:
            inner = cam.get_cam_image
            cam.get_cam_image = lambda *args, **kwargs: (seen.append(inner(*args, **kwargs)), seen[-1])[1]
            cam(input_tensor=torch.tensor(x, requires_grad=True), targets=targets)
        return numbers(seen[0][0] * scale)

    plain = [ClassifierOutputTarget(target)]
    return {
        "weight": weight.astype(float).tolist(),
        "bias": bias.astype(float).tolist(),
        "dims": list(x.shape[1:]),
        "x": numbers(x),
        "target": target,
        "maps": {
            "grad-cam": raw_map(peer.GradCAM, plain),
            "score-cam": raw_map(peer.ScoreCAM, plain),
            "shapley-cam ReST": raw_map(peer.ShapleyCAM, [ClassifierOutputReST(target)]),
            # Divided by the score there, which turns the map over where the score is negative: multiplied back.
            "ablation-cam": raw_map(peer.AblationCAM, plain, float(logits[target])),
        },
    }


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    cases = {"wide": maps_case(1, 6, 5, 7), "deep": maps_case(2, 40, 3, 4), "line": maps_case(3, 1, 1, 5)}
    # So steep that pytorch-grad-cam's epsilons do not count.
    cases["steep"] = maps_case(4, 4, 4, 5, steepness=100)
    (folder / "maps.json").write_text(json.dumps(cases) + "\n")
    (folder / "network.json").write_text(json.dumps(network_case()) + "\n")
