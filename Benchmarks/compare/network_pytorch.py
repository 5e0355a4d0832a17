#!/usr/bin/env python3
"""Seconds a frame of the window that PyTorch takes for the network, fp32. `pip install torch numpy`"""
import torch

import contender

settings = contender.options(__doc__, network=True).parse_args()
torch.set_num_threads(settings.threads)
network = contender.network(settings)
frames, masks = contender.pictures(settings)


@torch.inference_mode()
def run():
    network(frames, masks)


contender.report(f"PyTorch {torch.__version__} fp32", settings, contender.timed(run, settings.window))
