"""Token models and channels-last networks, small. Attention is written out: the fused form does not export below opset 14."""

import torch
from torch import nn

from classic import CLASSES


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)

    def weights(self, scores):
        return scores.softmax(dim=-1)

    def forward(self, x):
        batch, tokens, width = x.shape
        qkv = self.qkv(x).reshape(batch, tokens, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        q, k, v = qkv[0], qkv[1], qkv[2]
        scores = (q * (width // self.heads) ** -0.5) @ k.transpose(-2, -1)
        return self.proj((self.weights(scores) @ v).transpose(1, 2).reshape(batch, tokens, width))


class Mlp(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.fc1 = nn.Linear(width, 2 * width)
        self.act = nn.GELU()
        self.fc2 = nn.Linear(2 * width, width)

    def forward(self, x):
        return self.fc2(self.act(self.fc1(x)))


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.norm1 = nn.LayerNorm(width, eps=1e-6)
        self.attn = Attention(width, heads)
        self.norm2 = nn.LayerNorm(width, eps=1e-6)
        self.mlp = Mlp(width)

    def forward(self, x):
        x = x + self.attn(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class ViT(nn.Module):
    """A class token by default; with a distillation token (DeiT), registers, or a mean over the patches instead."""

    places = ("blocks.0", "blocks.1.norm1", "blocks.1")

    def __init__(self, prefix=1, pooled=False):
        super().__init__()
        width = 16
        self.prefix, self.pooled, self.distilled = prefix, pooled, prefix == 2
        self.patch_embed = nn.Conv2d(3, width, 8, 8)
        self.cls_token = nn.Parameter(torch.randn(1, prefix, width)) if prefix else None
        self.pos_embed = nn.Parameter(torch.randn(1, 16 + prefix, width))
        self.blocks = nn.Sequential(Block(width, 2), Block(width, 2))
        self.norm = nn.LayerNorm(width, eps=1e-6)
        self.head = nn.Linear(width, CLASSES)
        self.head_dist = nn.Linear(width, CLASSES) if self.distilled else None

    def forward(self, x):
        x = self.patch_embed(x).flatten(2).transpose(1, 2)
        if self.cls_token is not None:
            x = torch.cat((self.cls_token.expand(x.shape[0], -1, -1), x), dim=1)
        x = self.norm(self.blocks(x + self.pos_embed))
        if self.pooled:
            return self.head(x.mean(dim=1))
        if self.distilled:
            return (self.head(x[:, 0]) + self.head_dist(x[:, 1])) / 2
        return self.head(x[:, 0])


class DeiT(ViT):
    def __init__(self):
        super().__init__(prefix=2)


class RegisterViT(ViT):
    def __init__(self):
        super().__init__(prefix=5)


class PooledViT(ViT):
    def __init__(self):
        super().__init__(prefix=0, pooled=True)


class WindowAttention(Attention):
    """Attention within windows, with a bias for each relative position and a mask between parts that only a roll made neighbours."""

    def __init__(self, width, heads, window, side, shift):
        super().__init__(width, heads)
        self.window, self.shift = window, shift
        self.relative_position_bias_table = nn.Parameter(torch.randn((2 * window - 1) ** 2, heads))
        at = torch.stack(torch.meshgrid(torch.arange(window), torch.arange(window), indexing="ij")).flatten(1)
        offsets = at[:, :, None] - at[:, None, :] + window - 1
        self.register_buffer("relative_position_index", offsets[0] * (2 * window - 1) + offsets[1])
        region = torch.zeros(side)
        region[-window:-shift or None] = 1
        if shift:
            region[-shift:] = 2
        regions = self.partition((region[:, None] * 3 + region)[None, :, :, None]).squeeze(-1)
        apart = regions[:, None, :] != regions[:, :, None]
        self.register_buffer("mask", torch.zeros(apart.shape).masked_fill(apart, -100.0))

    def partition(self, x):
        batch, height, width, channels = x.shape
        s = self.window
        x = x.reshape(batch, height // s, s, width // s, s, channels).permute(0, 1, 3, 2, 4, 5)
        return x.reshape(-1, s * s, channels)

    def weights(self, scores):
        s = self.window**2
        bias = self.relative_position_bias_table[self.relative_position_index.view(-1)]
        scores = scores + bias.view(s, s, -1).permute(2, 0, 1).unsqueeze(0)
        windows = self.mask.shape[0]
        masked = scores.view(-1, windows, self.heads, s, s) + self.mask.unsqueeze(1).unsqueeze(0)
        return masked.view(-1, self.heads, s, s).softmax(dim=-1)

    def forward(self, x):
        batch, height, width, channels = x.shape
        s = self.window
        if self.shift:
            x = torch.roll(x, (-self.shift, -self.shift), (1, 2))
        x = super().forward(self.partition(x)).reshape(batch, height // s, width // s, s, s, channels)
        x = x.permute(0, 1, 3, 2, 4, 5).reshape(batch, height, width, channels)
        return torch.roll(x, (self.shift, self.shift), (1, 2)) if self.shift else x


class SwinBlock(Block):
    def __init__(self, width, heads, window, side, shift):
        super().__init__(width, heads)
        self.attn = WindowAttention(width, heads, window, side, shift)


class Merging(nn.Module):
    """Four neighbours become one position of twice the width: by slices of step 2, or (where the exporter has none) by reshaping."""

    strided = True

    def __init__(self, width):
        super().__init__()
        self.norm = nn.LayerNorm(4 * width)
        self.reduction = nn.Linear(4 * width, 2 * width, bias=False)

    def forward(self, x):
        if self.strided:
            x = torch.cat([x[:, row::2, column::2, :] for column in (0, 1) for row in (0, 1)], -1)
        else:
            batch, height, width, channels = x.shape
            x = x.reshape(batch, height // 2, 2, width // 2, 2, channels).permute(0, 1, 3, 4, 2, 5).flatten(3)
        return self.reduction(self.norm(x))


class Permute(nn.Module):
    def __init__(self, *order):
        super().__init__()
        self.order = order

    def forward(self, x):
        return x.permute(self.order)


class Swin(nn.Module):
    places = ("features.1", "features.2", "norm")

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Sequential(nn.Conv2d(3, 12, 4, 4), Permute(0, 2, 3, 1), nn.LayerNorm(12)),
            nn.Sequential(SwinBlock(12, 2, 4, 8, 0), SwinBlock(12, 2, 4, 8, 2)),
            Merging(12),
            nn.Sequential(SwinBlock(24, 3, 2, 4, 0)),
        )
        self.norm = nn.LayerNorm(24)
        self.head = nn.Linear(24, CLASSES)

    def forward(self, x):
        x = self.norm(self.features(x)).permute(0, 3, 1, 2)
        return self.head(torch.flatten(nn.functional.adaptive_avg_pool2d(x, 1), 1))


class NormFirst(nn.LayerNorm):
    """A layer norm of a channels-first map."""

    def forward(self, x):
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class NextBlock(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layer_scale = nn.Parameter(torch.randn(width, 1, 1))
        self.block = nn.Sequential(
            nn.Conv2d(width, width, 7, padding=3, groups=width),
            Permute(0, 2, 3, 1),
            nn.LayerNorm(width, eps=1e-6),
            nn.Linear(width, 4 * width),
            nn.GELU(),
            nn.Linear(4 * width, width),
            Permute(0, 3, 1, 2),
        )

    def forward(self, x):
        return x + self.layer_scale * self.block(x)


class ConvNeXt(nn.Module):
    places = ("features.1", "features.3.0.block.5", "features.3")

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Sequential(nn.Conv2d(3, 8, 4, 4), NormFirst(8)),
            nn.Sequential(NextBlock(8), NextBlock(8)),
            nn.Sequential(NormFirst(8), nn.Conv2d(8, 12, 2, 2)),
            nn.Sequential(NextBlock(12)),
        )
        self.classifier = nn.Sequential(NormFirst(12), nn.Flatten(1), nn.Linear(12, CLASSES))

    def forward(self, x):
        return self.classifier(nn.functional.adaptive_avg_pool2d(self.features(x), 1))
