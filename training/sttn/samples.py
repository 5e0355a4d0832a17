"""Training samples made on the device: clips and photographs under a camera, with holes.

Crops keep a source's pixels at about their own scale, as the region that inpaintd looks at does.
"""
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from .bank import Bank
from .camera import Course, crops
from .chance import Chance
from .frames import moments
from .masks import holes, shapes

CLIPS = Course(scales=(0.7, 1.4), speed=3, spin=0.06, still=0.75)
PHOTOGRAPHS = Course(scales=(0.8, 1.7), speed=6, spin=0.12, still=0.3)
PHOTOGRAPH_MOMENTS = 40  # the length of the clip that a photograph stands for


class Samples:
    """Batches without an end. `photographs` and `objects` are the shares of samples that are made of these."""

    def __init__(self, bank: Bank, chance: Chance, photographs: float = 0.35, objects: float = 0.3) -> None:
        self.bank, self.chance, self.objects = bank, chance, objects
        has = len(bank.photographs) > 0
        self.photographs = (photographs if has else 0) if bank.starts else 1

    def batch(self, batch: int, frames: int, height: int, width: int) -> tuple[Tensor, Tensor]:
        """Frames B,T,3,H,W in [-1, 1] and masks B,T,1,H,W with 1 = hole."""
        self.bank.exchange()
        still = min(int(batch * self.photographs + self.chance.choices.random()), batch)
        parts = []
        if still < batch:
            parts.append(self._clips(batch - still, frames, height, width))
        if still:
            parts.append(self._photographs(still, frames, height, width))
        x = self._coloured(torch.cat(parts))
        return x, holes(self.chance, self.bank, self.objects, batch, frames, height, width)

    def _clips(self, n: int, frames: int, height: int, width: int) -> Tensor:
        chance, bank = self.chance, self.bank
        at = [bank.starts[i] for i in chance.choices.integers(0, len(bank.starts), n)]
        when = np.stack([moments(chance, length, frames) for _, length in at])
        if chance.choices.random() < 0.3:
            when = when[:, ::-1].copy()
        rows = torch.from_numpy(when + np.array([start for start, _ in at])[:, None]).to(chance.device)
        return crops(chance, bank.frames[rows.flatten()], torch.from_numpy(when).float(), height, width, CLIPS)

    def _photographs(self, n: int, frames: int, height: int, width: int) -> Tensor:
        """Photographs in drift; over half of them shapes of another one pass."""
        when = np.stack([moments(self.chance, PHOTOGRAPH_MOMENTS, frames) for _ in range(n)])
        below, above = (self._drift(when, height, width) for _ in range(2))
        over = shapes(self.chance, n, frames, height, width, most=2)
        over = F.avg_pool2d(over.flatten(0, 1), 3, 1, 1).unflatten(0, (n, frames))
        over = over * (self.chance.uniform(n, 1, 1, 1, 1) < 0.5)
        return below * (1 - over) + above * over

    def _drift(self, when: np.ndarray, height: int, width: int) -> Tensor:
        n, t = when.shape
        which = self.chance.choices.integers(0, len(self.bank.photographs), n)
        rows = torch.from_numpy(which).to(self.chance.device).repeat_interleave(t)
        course = torch.from_numpy(when).float()
        return crops(self.chance, self.bank.photographs[rows], course, height, width, PHOTOGRAPHS)

    def _coloured(self, x: Tensor) -> Tensor:
        """Half of the samples in other colours and brightness, the same over all their frames."""
        b = len(x)
        chance = self.chance
        changed = (chance.uniform(b, 1, 1, 1, 1) < 0.5).float()
        gain = chance.uniform(b, 1, 3, 1, 1, low=-0.12, high=0.12) + chance.uniform(b, 1, 1, 1, 1, low=-0.2, high=0.2)
        shift = chance.uniform(b, 1, 3, 1, 1, low=-0.06, high=0.06) + chance.uniform(b, 1, 1, 1, 1, low=-0.1, high=0.1)
        return (x * (1 + gain * changed) + shift * changed).clamp(-1, 1)
