"""The discriminator beside the generator: its own optimiser, and what it adds to the generator's loss."""
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import torch
from torch import Tensor

from .discriminator import Discriminator
from .losses import discriminator_hinge, generator_hinge
from .processes import Processes


class Adversary:
    """T-PatchGAN under Adam at the paper's rate, 1e-4. `autocast` makes the context that it computes in."""

    def __init__(self, processes: Processes, autocast: Callable[[], AbstractContextManager], width: int = 64) -> None:
        self.discriminator = Discriminator(width).to(processes.device)
        self.optimizer = torch.optim.Adam(self.discriminator.parameters(), lr=1e-4, betas=(0.0, 0.99))
        self.autocast = autocast
        self._distributed = processes.distributed(self.discriminator)

    def learn(self, real: Tensor, fake: Tensor) -> Tensor:
        """One step of the discriminator on clips B,T,3,H,W; its loss. One pass over both, as one gradient is averaged."""
        with self.autocast():
            judged = self._distributed(torch.cat([real, fake.detach()])).float()
        loss = discriminator_hinge(*judged.chunk(2))
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()
        return loss.detach()

    def judge(self, fake: Tensor) -> Tensor:
        """What the generator is to make small; the discriminator's weights get no gradient of it."""
        self.discriminator.requires_grad_(False)
        with self.autocast():
            judged = self.discriminator(fake).float()
        self.discriminator.requires_grad_(True)
        return generator_hinge(judged)

    def state(self) -> dict[str, Any]:
        return {"network": self.discriminator.state_dict(), "optimizer": self.optimizer.state_dict()}

    def load_state(self, state: dict[str, Any]) -> None:
        self.discriminator.load_state_dict(state["network"])
        self.optimizer.load_state_dict(state["optimizer"])
