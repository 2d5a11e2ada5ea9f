"""Classic convolutional networks, small: the operators and wirings of the published ones, 4 to 32 channels, pictures of 3 x 32 x 32."""

import torch
from torch import nn
from torch.nn import functional as F

CLASSES = 6


def conv(inputs, outputs, kernel=1, stride=1, groups=1, activation=nn.ReLU, padding=None):
    """Convolution, batch norm, activation."""
    if padding is None:
        padding = kernel // 2
    layers = [
        nn.Conv2d(inputs, outputs, kernel, stride, padding, groups=groups, bias=False),
        nn.BatchNorm2d(outputs),
    ]
    return nn.Sequential(*layers, *([activation()] if activation else []))


class Gate(nn.Module):
    """Squeeze and excitation (Hu et al. 2018)."""

    def __init__(self, channels, hidden, gate=nn.Sigmoid, activation=nn.ReLU):
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.squeeze = nn.Conv2d(channels, hidden, 1)
        self.activation = activation()
        self.excite = nn.Conv2d(hidden, channels, 1)
        self.gate = gate()

    def forward(self, x):
        return x * self.gate(self.excite(self.activation(self.squeeze(self.pool(x)))))


class Bottleneck(nn.Module):
    """A residual bottleneck; with a group width and a gate it is RegNet's."""

    def __init__(self, inputs, outputs, stride, groups=1, gated=False):
        super().__init__()
        self.conv1 = conv(inputs, outputs)
        self.conv2 = conv(outputs, outputs, 3, stride, groups)
        self.gate = Gate(outputs, 4) if gated else nn.Identity()
        self.conv3 = conv(outputs, outputs, activation=None)
        plain = stride == 1 and inputs == outputs
        self.shortcut = nn.Identity() if plain else conv(inputs, outputs, 1, stride, activation=None)
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x):
        return self.relu(self.conv3(self.gate(self.conv2(self.conv1(x)))) + self.shortcut(x))


class ResNet(nn.Module):
    places = ("layer1", "layer2", "layer3")

    def __init__(self):
        super().__init__()
        self.stem = conv(3, 6, 7, 2)
        self.pool = nn.MaxPool2d(3, 2, 1)
        self.layer1 = nn.Sequential(Bottleneck(6, 8, 1), Bottleneck(8, 8, 1))
        self.layer2 = nn.Sequential(Bottleneck(8, 12, 2), Bottleneck(12, 12, 1))
        self.layer3 = nn.Sequential(Bottleneck(12, 16, 2))
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(16, CLASSES)

    def forward(self, x):
        x = self.layer3(self.layer2(self.layer1(self.pool(self.stem(x)))))
        return self.fc(torch.flatten(self.avgpool(x), 1))


class RegNet(nn.Module):
    places = ("stages.0", "stages.1", "stages.2")

    def __init__(self):
        super().__init__()
        self.stem = conv(3, 8, 3, 2)
        self.stages = nn.Sequential(
            Bottleneck(8, 8, 1, groups=2, gated=True),
            Bottleneck(8, 12, 2, groups=3, gated=True),
            nn.Sequential(Bottleneck(12, 16, 2, groups=4, gated=True), Bottleneck(16, 16, 1, groups=4, gated=True)),
        )
        self.head = nn.Linear(16, CLASSES)

    def forward(self, x):
        return self.head(self.stages(self.stem(x)).mean((2, 3)))


class VGG(nn.Module):
    places = ("features.1", "features.7", "features.14")

    def __init__(self):
        super().__init__()
        layers, inputs = [], 3
        for outputs, repeat in ((6, 1), (8, 2), (12, 2)):
            for _ in range(repeat):
                layers += [nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU(inplace=True)]
                inputs = outputs
            layers.append(nn.MaxPool2d(2, 2))
        layers += [nn.Conv2d(inputs, 12, 3, padding=1), nn.ReLU(inplace=True)]
        self.features = nn.Sequential(*layers)
        self.avgpool = nn.AdaptiveAvgPool2d((2, 2))
        self.classifier = nn.Sequential(nn.Linear(48, 24), nn.ReLU(), nn.Dropout(), nn.Linear(24, CLASSES))

    def forward(self, x):
        return self.classifier(torch.flatten(self.avgpool(self.features(x)), 1))


class Fire(nn.Module):
    """SqueezeNet's module: fewer channels, then two convolutions side by side."""

    def __init__(self, inputs, squeezed, outputs):
        super().__init__()
        self.squeeze = nn.Conv2d(inputs, squeezed, 1)
        self.expand1x1 = nn.Conv2d(squeezed, outputs, 1)
        self.expand3x3 = nn.Conv2d(squeezed, outputs, 3, padding=1)

    def forward(self, x):
        x = F.relu(self.squeeze(x))
        return torch.cat([F.relu(self.expand1x1(x)), F.relu(self.expand3x3(x))], 1)


class SqueezeNet(nn.Module):
    places = ("features.3", "features.5", "features.6")

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 8, 3, 2),
            nn.ReLU(),
            nn.MaxPool2d(3, 2, ceil_mode=True),
            Fire(8, 4, 6),
            nn.MaxPool2d(3, 2, ceil_mode=True),
            Fire(12, 4, 8),
            Fire(16, 6, 8),
        )
        self.classifier = nn.Sequential(
            nn.Dropout(), nn.Conv2d(16, CLASSES, 1), nn.ReLU(), nn.AdaptiveAvgPool2d((1, 1))
        )

    def forward(self, x):
        return torch.flatten(self.classifier(self.features(x)), 1)


class Dense(nn.Module):
    """Norm, activation, convolution, twice; what comes out is appended to what came in."""

    def __init__(self, inputs, growth):
        super().__init__()
        self.norm1 = nn.BatchNorm2d(inputs)
        self.conv1 = nn.Conv2d(inputs, 2 * growth, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(2 * growth)
        self.conv2 = nn.Conv2d(2 * growth, growth, 3, padding=1, bias=False)

    def forward(self, x):
        new = self.conv2(F.relu(self.norm2(self.conv1(F.relu(self.norm1(x))))))
        return torch.cat([x, new], 1)


class DenseNet(nn.Module):
    places = ("features.2", "features.6", "features.9")

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            conv(3, 8, 3, 2),
            Dense(8, 4),
            Dense(12, 4),
            nn.BatchNorm2d(16),
            nn.ReLU(),
            nn.Conv2d(16, 8, 1, bias=False),
            nn.AvgPool2d(2, 2),
            Dense(8, 4),
            Dense(12, 4),
            nn.BatchNorm2d(16),
        )
        self.classifier = nn.Linear(16, CLASSES)

    def forward(self, x):
        x = F.relu(self.features(x))
        return self.classifier(torch.flatten(F.adaptive_avg_pool2d(x, (1, 1)), 1))


class Mixed(nn.Module):
    """Inception's module: four branches, factorised kernels, and an average over a padded window."""

    def __init__(self, inputs):
        super().__init__()
        self.branch1 = conv(inputs, 4)
        self.branch7 = nn.Sequential(
            conv(inputs, 4),
            conv(4, 4, (1, 5), padding=(0, 2)),
            conv(4, 4, (5, 1), padding=(2, 0)),
        )
        self.branch3 = nn.Sequential(conv(inputs, 4), conv(4, 4, 3))
        self.branch_pool = conv(inputs, 4)

    def forward(self, x):
        pooled = self.branch_pool(F.avg_pool2d(x, kernel_size=3, stride=1, padding=1))
        return torch.cat([self.branch1(x), self.branch7(x), self.branch3(x), pooled], 1)


class Reduction(nn.Module):
    def __init__(self, inputs):
        super().__init__()
        self.branch3 = conv(inputs, 8, 3, 2, padding=0)

    def forward(self, x):
        return torch.cat([self.branch3(x), F.max_pool2d(x, kernel_size=3, stride=2)], 1)


class Inception(nn.Module):
    places = ("mixed1", "reduction", "mixed2")

    def __init__(self):
        super().__init__()
        self.stem = conv(3, 8, 3, 2, padding=0)
        self.mixed1 = Mixed(8)
        self.reduction = Reduction(16)
        self.mixed2 = Mixed(24)
        self.fc = nn.Linear(16, CLASSES)

    def transform(self, x):
        scales = ((0.458, -0.03), (0.448, -0.088), (0.45, -0.188))
        planes = [torch.unsqueeze(x[:, c], 1) * scale + shift for c, (scale, shift) in enumerate(scales)]
        return torch.cat(planes, 1)

    def forward(self, x):
        x = self.mixed2(self.reduction(self.mixed1(self.stem(self.transform(x)))))
        return self.fc(torch.flatten(F.adaptive_avg_pool2d(x, (1, 1)), 1))
