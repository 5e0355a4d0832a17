"""STTN's generator in plain PyTorch, written from the paper and the layer table of the design: the oracle of the tests.

Shapes are NCHW with frames in the place of N; frames in [-1, 1]; a mask value of 1 is a hole.
Source: Zeng, Fu, Chao, ECCV 2020 (arXiv 2007.10247), under the names of the published checkpoint.
"""
import math
from dataclasses import dataclass

import torch
import torch.nn as nn
import torch.nn.functional as F


@dataclass(frozen=True)
class Configuration:
    encoder: tuple
    blocks: int
    decoder: tuple
    grids: tuple  # (columns, rows), one a head
    masks_attention: bool

    @property
    def channels(self):
        return self.encoder[3]


class Attention(nn.Module):
    def __init__(self, channels, grids, masks_attention):
        super().__init__()
        self.grids = grids
        self.masks_attention = masks_attention
        self.query_embedding = nn.Conv2d(channels, channels, 1)
        self.key_embedding = nn.Conv2d(channels, channels, 1)
        self.value_embedding = nn.Conv2d(channels, channels, 1)
        self.output_linear = nn.Sequential(nn.Conv2d(channels, channels, 3, padding=1), nn.LeakyReLU(0.2))

    def attend(self, x, mask):
        t, c, h, w = x.shape
        d = c // len(self.grids)
        query, key, value = self.query_embedding(x), self.key_embedding(x), self.value_embedding(x)
        heads = []
        for head, (columns, rows) in enumerate(self.grids):
            ph, pw = h // rows, w // columns

            def tokens(z):
                z = z.reshape(t, -1, rows, ph, columns, pw).permute(0, 2, 4, 1, 3, 5)
                return z.reshape(t * rows * columns, -1)

            part = slice(head * d, (head + 1) * d)
            q, k, v = tokens(query[:, part]), tokens(key[:, part]), tokens(value[:, part])
            scores = q @ k.T / math.sqrt(q.shape[1])
            if self.masks_attention:
                hidden = tokens(mask).mean(1) > 0.5
                scores = scores.masked_fill(hidden[None, :], -1e9)
            y = scores.softmax(1) @ v
            y = y.reshape(t, rows, columns, d, ph, pw).permute(0, 3, 1, 4, 2, 5)
            heads.append(y.reshape(t, d, h, w))
        return torch.cat(heads, 1)

    def forward(self, x, mask):
        return self.output_linear(self.attend(x, mask))


class FeedForward(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv = nn.Sequential(
            nn.Conv2d(channels, channels, 3, padding=2, dilation=2), nn.LeakyReLU(0.2),
            nn.Conv2d(channels, channels, 3, padding=1), nn.LeakyReLU(0.2))

    def forward(self, x):
        return self.conv(x)


class Block(nn.Module):
    def __init__(self, configuration):
        super().__init__()
        self.attention = Attention(configuration.channels, configuration.grids, configuration.masks_attention)
        self.feed_forward = FeedForward(configuration.channels)

    def forward(self, x, mask):
        x = x + self.attention(x, mask)
        return x + self.feed_forward(x)


class Deconvolution(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 3, padding=1)

    def forward(self, x):
        return self.conv(F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=True))


class STTN(nn.Module):
    def __init__(self, configuration):
        super().__init__()
        self.configuration = configuration
        a, b, c, d = configuration.encoder
        e, f, g = configuration.decoder
        self.encoder = nn.Sequential(
            nn.Conv2d(3, a, 3, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(a, b, 3, 1, 1), nn.LeakyReLU(0.2),
            nn.Conv2d(b, c, 3, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(c, d, 3, 1, 1), nn.LeakyReLU(0.2))
        self.transformer = nn.ModuleList([Block(configuration) for _ in range(configuration.blocks)])
        self.decoder = nn.Sequential(
            Deconvolution(d, e), nn.LeakyReLU(0.2), nn.Conv2d(e, f, 3, 1, 1), nn.LeakyReLU(0.2),
            Deconvolution(f, g), nn.LeakyReLU(0.2), nn.Conv2d(g, 3, 3, 1, 1))

    def maps(self, frames, masks):
        """What the encoder and the transformer make of frames."""
        encoded = self.encoder(frames * (1 - masks))
        mask = F.interpolate(masks, scale_factor=1 / 4)
        maps = encoded
        for block in self.transformer:
            maps = block(maps, mask)
        return encoded, maps

    def forward(self, frames, masks):
        return torch.tanh(self.decoder(self.maps(frames, masks)[1]))
