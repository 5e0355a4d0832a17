#!/usr/bin/env python3
"""Writes the goldens that the tests compare with: `scripts/goldens/make.py`, by hand, needs PyTorch (made with 2.13)."""
import json
import pathlib

import torch
import torch.nn as nn
import torch.nn.functional as F

from cases import ARCHITECTURES, LENGTHS, SIZES, SQUARE, compact, network
from formula import frames, masks, parameter, record, series
from sttn import Attention, Block

ROOT = pathlib.Path(__file__).resolve().parents[2]


def convolution(name, inputs, outputs, kernel, **options):
    layer = nn.Conv2d(inputs, outputs, kernel, **options)
    for part, tensor in layer.state_dict().items():
        tensor.copy_(parameter(f"{name}.{part}", tensor.shape))
    return layer


def layers():
    """Each layer alone, on small odd maps."""
    result = []
    x = series("layer.input", 2, 5, 9, 13)
    for name, kernel, options in (
        ("plain", 3, dict(padding=1)),
        ("strided", 3, dict(padding=1, stride=2)),
        ("dilated", 3, dict(padding=2, dilation=2)),
        ("pointwise", 1, dict()),
    ):
        y = convolution(name, 5, 7, kernel, **options)(x)
        result.append(record(name, y))
        result.append(record(f"{name}.leaky", F.leaky_relu(y, 0.2)))
        if y.shape[2:] == x.shape[2:]:
            residual = series("layer.residual", *y.shape)
            result.append(record(f"{name}.residual", residual + F.leaky_relu(y, 0.2)))
        result.append(record(f"{name}.tanh", torch.tanh(y)))
    for shape in ((2, 3, 5, 7), (1, 2, 1, 4), (1, 1, 30, 54)):
        y = F.interpolate(series("layer.upsample", *shape), scale_factor=2, mode="bilinear", align_corners=True)
        result.append(record("upsample." + "x".join(map(str, shape)), y))

    x = series("layer.maps", 3, 16, 12, 24)
    mask = masks(3, 12, 24)
    mask[1] = 1
    for name, masked, mask in (("open", False, mask), ("masked", True, mask), ("all-masked", True, mask * 0 + 1)):
        attention = Attention(16, SQUARE, masked)
        for part, tensor in attention.state_dict().items():
            tensor.copy_(parameter(f"attention.{part}", tensor.shape) * (4 if "weight" in part else 1))
        result.append(record(f"attention.{name}", attention.attend(x, mask)))
        result.append(record(f"attention.{name}.first", attention.attend(x[:1], mask[:1])))
    return result


def stages():
    """Encoder, block and decoder of the compact network, each alone."""
    net = network(compact(SQUARE))
    x = frames(2, 96, 144) * (1 - masks(2, 96, 144))
    maps = series("stage.maps", 2, 64, 24, 36)
    return [
        record("encoder", net.encoder(x)),
        record("block", net.transformer[1](maps, F.interpolate(masks(2, 96, 144), scale_factor=1 / 4))),
        record("decoder", torch.tanh(net.decoder(maps))),
    ]


def models():
    result = []
    for architecture, configuration in ARCHITECTURES.items():
        for width, height, grids in SIZES:
            net = network(configuration(grids))
            for count in LENGTHS:
                x, m = frames(count, height, width), masks(count, height, width)
                encoded, maps = net.maps(x, m)
                output = torch.tanh(net.decoder(maps))
                print(f"{architecture} {width}x{height} T={count}: deviations "
                      f"{encoded.std():.2f} {maps.std():.2f} {output.std():.2f}, output {output.abs().max():.3f} at most")
                result.append({
                    "architecture": architecture, "width": width, "height": height, "frames": count,
                    "grids": [list(grid) for grid in grids],
                    "tensors": [record("maps", maps), record("output", output, 256)],
                })
    return result


def write(path, value):
    path = ROOT / path
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(value, separators=(",", ":")).replace('{"name"', '\n{"name"').replace('{"arch', '\n{"arch')
    path.write_text(text + "\n")
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size} bytes")


with torch.no_grad():
    write("Tests/NetworksTests/Goldens/layers.json", layers())
    write("Tests/STTNTests/Goldens/stages.json", stages())
    write("Tests/STTNTests/Goldens/models.json", models())
