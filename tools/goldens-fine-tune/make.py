"""Twenty steps of gradient descent on the head of a small classifier, by PyTorch, for packages/onnx-autodiff/test/fine-tune.
Run by hand: python make.py > ../../packages/onnx-autodiff/test/goldens/fine-tune.json   (torch 2.13, CPU)"""

import json

import torch
from torch import nn

torch.manual_seed(3)
STEPS, RATE = 20, 0.5
backbone = nn.Sequential(nn.Conv2d(1, 6, 3, stride=2, padding=1), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten())
head = nn.Linear(6, 4)
images = torch.randn(8, 1, 8, 8)
labels = torch.tensor([0, 1, 2, 3, 0, 1, 2, 3])


def listed(tensor):
    return [float(f"{value:.9g}") for value in tensor.detach().flatten().tolist()]


golden = {
    "steps": STEPS,
    "rate": RATE,
    "images": listed(images),
    "labels": labels.tolist(),
    "filters": listed(backbone[0].weight),
    "offsets": listed(backbone[0].bias),
    "before": {"weight": listed(head.weight), "bias": listed(head.bias)},
}
with torch.no_grad():
    features = backbone(images)
optimiser = torch.optim.SGD(head.parameters(), lr=RATE)
losses = []
for _ in range(STEPS):
    optimiser.zero_grad()
    loss = nn.functional.cross_entropy(head(features), labels)
    loss.backward()
    optimiser.step()
    losses.append(loss)
golden["losses"] = listed(torch.stack(losses))
golden["after"] = {"weight": listed(head.weight), "bias": listed(head.bias)}
print(json.dumps(golden))
