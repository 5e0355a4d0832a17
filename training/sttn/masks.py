"""Random holes: shapes that stand or move, and the objects of mask files."""
import math

import numpy as np
import torch
from torch import Tensor

from .bank import Bank
from .camera import Course, crops
from .chance import Chance
from .frames import moments

SHARES = (1.0, 0.3, 0.15)  # how many samples have a first, a second and a third shape
OBJECTS = Course(scales=(0.7, 1.4), speed=6, spin=0.12, still=0.5)


def shapes(chance: Chance, batch: int, frames: int, height: int, width: int, most: int = 3) -> Tensor:
    """One to `most` shapes a sample: blobs, boxes, letters, strokes; half stand, half move. B,T,1,H,W."""
    device = chance.device
    one = (batch, 1, 1, 1)
    y = torch.arange(height, device=device).view(1, 1, height, 1) + 0.5
    x = torch.arange(width, device=device).view(1, 1, 1, width) + 0.5
    step = torch.arange(frames, device=device).view(1, frames, 1, 1) - frames / 2
    result = torch.zeros(batch, frames, height, width, device=device)
    for share in SHARES[:most]:
        there = chance.uniform(*one) < share
        half_height = chance.uniform(*one, low=0.07, high=0.34) * height
        half_width = chance.uniform(*one, low=0.07, high=0.36) * width
        moves = (chance.uniform(*one) < 0.5).float()
        cy = (0.5 + 0.25 * chance.normal(*one)) * height
        cx = (0.5 + 0.25 * chance.normal(*one)) * width
        cy = cy + moves * chance.uniform(*one, low=-0.06, high=0.06) * height * step
        cx = cx + moves * chance.uniform(*one, low=-0.06, high=0.06) * width * step
        dy, dx = (y - cy) / half_height, (x - cx) / half_width
        angle = torch.atan2(dy, dx)
        radius = torch.ones_like(angle)
        for f in (2, 3, 5, 7):
            phase = chance.uniform(*one, high=2 * math.pi)
            radius = radius + chance.uniform(*one, high=0.35 / f**0.5) * torch.cos(f * angle + phase)
        blob = dy**2 + dx**2 < (0.8 * radius) ** 2
        box = (dy.abs() < 1) & (dx.abs() < 1)
        rhythm = torch.sin(dx * chance.uniform(*one, low=8, high=25)) + 0.6 * torch.sin(dy * 9)
        letters = (dy.abs() < 0.45) & (dx.abs() < 1) & (rhythm > -0.1)
        away = (dy - 0.6 * torch.sin(dx * chance.uniform(*one, low=1, high=4))).abs() * half_height
        stroke = (away < chance.uniform(*one, low=2, high=6)) & (dx.abs() < 1)
        kind = chance.uniform(*one)
        hole = torch.where(kind < 0.45, blob, torch.where(kind < 0.8, box, torch.where(kind < 0.92, letters, stroke)))
        result = torch.maximum(result, (hole & there).float())
    return result[:, :, None]


def objects(chance: Chance, bank: Bank, batch: int, frames: int, height: int, width: int) -> Tensor:
    """Objects of the bank's masks, each under a camera of its own; a sample may have none. B,T,1,H,W."""
    at = [bank.mask_starts[i] for i in chance.choices.integers(0, len(bank.mask_starts), batch)]
    when = np.stack([moments(chance, length, frames) for _, length in at])
    rows = torch.from_numpy(when + np.array([start for start, _ in at])[:, None]).to(chance.device)
    course = torch.from_numpy(when).float()
    return (crops(chance, bank.masks[rows.flatten()], course, height, width, OBJECTS) > 0).float()


def holes(chance: Chance, bank: Bank, share: float, batch: int, frames: int, height: int, width: int) -> Tensor:
    """Shapes, and for a share of the samples objects in their place, where the bank has some."""
    result = shapes(chance, batch, frames, height, width)
    if not bank.mask_starts or share <= 0:
        return result
    masks = objects(chance, bank, batch, frames, height, width)
    taken = (chance.uniform(batch, 1, 1, 1, 1) < share) & (masks.amax((1, 2, 3, 4), keepdim=True) > 0)
    return torch.where(taken, masks, result)
