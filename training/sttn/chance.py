"""Where samples draw from: one generator on the device for pictures, one on the processor for choices."""
import numpy as np
import torch
from torch import Tensor


class Chance:
    """Two generators of one seed; equal words give equal draws on one kind of device."""

    def __init__(self, device: str, *words: int) -> None:
        seed = int(np.random.SeedSequence(words).generate_state(1, np.uint64)[0] >> 1)
        self.device = device
        self.tensors = torch.Generator(device).manual_seed(seed)
        self.choices = np.random.default_rng(seed)

    def uniform(self, *shape: int, low: float = 0.0, high: float = 1.0) -> Tensor:
        return torch.rand(*shape, generator=self.tensors, device=self.device) * (high - low) + low

    def normal(self, *shape: int) -> Tensor:
        return torch.randn(*shape, generator=self.tensors, device=self.device)
