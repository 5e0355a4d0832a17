#!/usr/bin/env python3
"""Seconds of one 3x3 convolution 256->256 at 60x108 with oneDNN, through PyTorch; its fastest layout. `pip install torch`"""
import copy

import torch
from torch.utils import mkldnn

import contender

LAYERS = 4

settings = contender.options(__doc__).parse_args()
torch.set_num_threads(settings.threads)
chain = torch.nn.Sequential(*(
    torch.nn.Conv2d(256, 256, 3, padding=settings.dilation, dilation=settings.dilation) for _ in range(LAYERS))).eval()
plain = torch.rand(1, 256, 60, 108) - 0.5
last = torch.channels_last
layouts = {
    "packed": (mkldnn.to_mkldnn(copy.deepcopy(chain)), plain.to_mkldnn()),
    "channels last": (chain.to(memory_format=last), plain.to(memory_format=last)),
}


def clock(name):
    net, maps = layouts[name]
    return contender.timed(torch.inference_mode()(lambda: net(maps)), LAYERS)


for name in layouts:
    clock(name)()
fastest = min(layouts, key=lambda name: clock(name)())
contender.report(
    f"oneDNN, PyTorch {torch.__version__}, {fastest}, dilation {settings.dilation}", settings, clock(fastest))
