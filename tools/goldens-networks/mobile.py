"""Networks for small devices, small: depthwise convolutions, gates, bounded activations, shuffled channels."""

import torch
from torch import nn

from classic import CLASSES, Gate, conv


class Inverted(nn.Module):
    """An inverted residual: wider, depthwise, a gate perhaps, narrower; the sum where sizes agree."""

    def __init__(self, inputs, hidden, outputs, kernel, stride, activation, gate=None):
        super().__init__()
        layers = [] if hidden == inputs else [conv(inputs, hidden, activation=activation)]
        layers.append(conv(hidden, hidden, kernel, stride, hidden, activation))
        if gate:
            layers.append(gate(hidden))
        layers.append(conv(hidden, outputs, activation=None))
        self.block = nn.Sequential(*layers)
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x):
        return x + self.block(x) if self.residual else self.block(x)


class MobileNetV2(nn.Module):
    places = ("features.2", "features.4", "features.5")

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            conv(3, 8, 3, 2, activation=nn.ReLU6),
            Inverted(8, 8, 6, 3, 1, nn.ReLU6),
            Inverted(6, 18, 8, 3, 2, nn.ReLU6),
            Inverted(8, 24, 8, 3, 1, nn.ReLU6),
            Inverted(8, 24, 12, 3, 2, nn.ReLU6),
            conv(12, 24, activation=nn.ReLU6),
        )
        self.classifier = nn.Sequential(nn.Dropout(0.2), nn.Linear(24, CLASSES))

    def forward(self, x):
        x = nn.functional.adaptive_avg_pool2d(self.features(x), (1, 1))
        return self.classifier(torch.flatten(x, 1))


def hard_gate(channels):
    return Gate(channels, 4, nn.Hardsigmoid, nn.ReLU)


class MobileNetV3(nn.Module):
    places = ("features.2", "features.3", "features.5")

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            conv(3, 8, 3, 2, activation=nn.Hardswish),
            Inverted(8, 8, 8, 3, 1, nn.ReLU, hard_gate),
            Inverted(8, 16, 8, 3, 2, nn.ReLU),
            Inverted(8, 24, 8, 5, 1, nn.Hardswish, hard_gate),
            Inverted(8, 24, 12, 5, 2, nn.Hardswish, hard_gate),
            conv(12, 24, activation=nn.Hardswish),
        )
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Sequential(nn.Linear(24, 24), nn.Hardswish(), nn.Dropout(0.2), nn.Linear(24, CLASSES))

    def forward(self, x):
        return self.classifier(torch.flatten(self.avgpool(self.features(x)), 1))


def silu_gate(channels):
    return Gate(channels, 4, nn.Sigmoid, nn.SiLU)


class EfficientNet(nn.Module):
    places = ("features.2", "features.3", "features.5")

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            conv(3, 8, 3, 2, activation=nn.SiLU),
            Inverted(8, 8, 8, 3, 1, nn.SiLU, silu_gate),
            Inverted(8, 24, 10, 3, 2, nn.SiLU, silu_gate),
            Inverted(10, 24, 10, 5, 1, nn.SiLU, silu_gate),
            Inverted(10, 24, 12, 5, 2, nn.SiLU, silu_gate),
            conv(12, 24, activation=nn.SiLU),
        )
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Sequential(nn.Dropout(0.2), nn.Linear(24, CLASSES))

    def forward(self, x):
        return self.classifier(torch.flatten(self.avgpool(self.features(x)), 1))


class Shuffled(nn.Module):
    """ShuffleNetV2's unit: half the channels pass, or both branches stride; then the halves are interleaved."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        half = outputs // 2
        self.splits = stride == 1
        entering = inputs // 2 if self.splits else inputs
        self.branch1 = (
            nn.Identity()
            if self.splits
            else nn.Sequential(conv(inputs, inputs, 3, stride, inputs, None), conv(inputs, half))
        )
        self.branch2 = nn.Sequential(conv(entering, half), conv(half, half, 3, stride, half, None), conv(half, half))

    def shuffle(self, x):
        batch, channels, height, width = x.size()
        x = x.view(batch, 2, channels // 2, height, width)
        return torch.transpose(x, 1, 2).contiguous().view(batch, channels, height, width)

    def forward(self, x):
        first, second = x.chunk(2, dim=1) if self.splits else (x, x)
        return self.shuffle(torch.cat([self.branch1(first), self.branch2(second)], 1))


class ShuffleNetV2(nn.Module):
    places = ("stage2", "stage3", "conv5")

    def __init__(self):
        super().__init__()
        self.conv1 = conv(3, 8, 3, 2)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        self.stage2 = nn.Sequential(Shuffled(8, 16, 2), Shuffled(16, 16, 1))
        self.stage3 = nn.Sequential(Shuffled(16, 20, 2), Shuffled(20, 20, 1))
        self.conv5 = conv(20, 24)
        self.fc = nn.Linear(24, CLASSES)

    def forward(self, x):
        x = self.conv5(self.stage3(self.stage2(self.maxpool(self.conv1(x)))))
        return self.fc(x.mean([2, 3]))
