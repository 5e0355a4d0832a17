"""What is made small: the error in the hole and outside it, and the hinge losses of the adversarial game."""
import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

LOSSES = ("log-mse", "paper")
# Below this mean square error, on the scale of [-1, 1], a frame's hole is as good as filled.
FLOOR = 2e-4


@dataclass(frozen=True)
class Reconstruction:
    """The two losses of a batch, and the mean of the holes' log square errors for people to read."""

    hole: Tensor
    valid: Tensor
    log_square: Tensor


def decibels(log_square: float) -> float:
    """The PSNR that a mean log square error on the scale of [-1, 1] stands for."""
    return 10 * math.log10(4) - log_square * 10 / math.log(10)


def log_square_error(output: Tensor, frames: Tensor, masks: Tensor, causal: bool) -> Tensor:
    """The mean over frames of the log of a hole's mean square error; where attention is causal, late frames count more."""
    square = ((output - frames) ** 2 * masks).sum((2, 3, 4))
    count = masks.sum((2, 3, 4)) * 3
    weight = (count > 0).float()
    if causal:
        weight = weight * torch.linspace(0.5, 1, frames.shape[1], device=frames.device)
    return (torch.log(square / count.clamp(min=1) + FLOOR) * weight).sum() / weight.sum().clamp(min=1)


def mean_absolute_error(output: Tensor, frames: Tensor, where: Tensor) -> Tensor:
    """L1 over the pixels of `where` B,T,1,H,W, divided by how many they are."""
    return ((output - frames).abs() * where).sum() / (where.sum() * 3 + 1e-6)


def reconstruction(kind: str, output: Tensor, frames: Tensor, masks: Tensor, causal: bool) -> Reconstruction:
    """The losses of `kind`: `log-mse`, or `paper`, the L1 of the paper's equations 9 and 10."""
    log_square = log_square_error(output, frames, masks, causal)
    hole = log_square if kind == "log-mse" else mean_absolute_error(output, frames, masks)
    return Reconstruction(hole, mean_absolute_error(output, frames, 1 - masks), log_square.detach())


def valid_weight(kind: str, progress: float) -> float:
    """What the valid loss counts beside the hole's: 1 in the paper, less and later still less for the log."""
    if kind == "paper":
        return 1
    return 0.5 if progress < 0.5 else 0.25


def completed(output: Tensor, frames: Tensor, masks: Tensor) -> Tensor:
    """The frames with the holes filled, as the discriminator sees them."""
    return frames * (1 - masks) + output * masks


def discriminator_hinge(real: Tensor, fake: Tensor) -> Tensor:
    """What the discriminator makes small, of its judgements of real and of completed clips."""
    return (F.relu(1 - real).mean() + F.relu(1 + fake).mean()) / 2


def generator_hinge(fake: Tensor) -> Tensor:
    """What the generator makes small, of the discriminator's judgement of completed clips."""
    return -fake.mean()
