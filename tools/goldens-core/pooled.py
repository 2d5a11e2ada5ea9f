"""Raw maps of the network of packages/core/test/pooled-linear.ts."""

import numpy as np
import pytorch_grad_cam as peer
import torch
from pytorch_grad_cam.utils.model_targets import ClassifierOutputReST, ClassifierOutputTarget
from written import numbers


class Square(torch.nn.Module):
    def forward(self, x):
        return x * x / 2


class PooledLinear(torch.nn.Module):
    def __init__(self, weight, bias):
        super().__init__()
        self.features = Square()
        self.head = torch.nn.Linear(weight.shape[1], weight.shape[0])
        self.head.weight.data, self.head.bias.data = torch.tensor(weight), torch.tensor(bias)

    def forward(self, x):
        return self.head(self.features(x).mean((2, 3)))


def pooled():
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
