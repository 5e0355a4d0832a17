"""Muon for the kernels, AdamW for the rest, and how their rates rise and fall."""
from typing import Any

import torch
import torch.nn as nn
from torch import Tensor

from .network import STTN

WARM_STEPS = 150
# Newton and Schulz's iteration of the fifth order; source: Jordan, "Muon", 2024.
COEFFICIENTS = (3.4445, -4.7750, 2.0315)


def orthogonal(matrices: Tensor, dtype: torch.dtype) -> Tensor:
    """Matrices K,M,N with their singular values driven near 1."""
    tall = matrices.shape[1] > matrices.shape[2]
    u = matrices.to(dtype)
    u = u.transpose(1, 2) if tall else u
    u = u / (u.float().norm(dim=(1, 2), keepdim=True).to(dtype) + 1e-7)
    a, b, c = COEFFICIENTS
    for _ in range(5):
        s = u @ u.transpose(1, 2)
        u = a * u + (b * s + c * s @ s) @ u
    return u.transpose(1, 2) if tall else u


class Muon:
    """Momentum made orthogonal, of kernels O,I,KH,KW as matrices O,I·KH·KW; those of one shape together."""

    def __init__(self, kernels: list[nn.Parameter]) -> None:
        groups: dict[tuple[int, int], list[nn.Parameter]] = {}
        for kernel in kernels:
            groups.setdefault((kernel.shape[0], kernel[0].numel()), []).append(kernel)
        self.groups = list(groups.values())
        self.momenta = [
            torch.zeros(len(g), g[0].shape[0], g[0][0].numel(), device=g[0].device) for g in self.groups]

    @torch.no_grad()
    def step(self, rate: float, momentum: float) -> None:
        for kernels, m in zip(self.groups, self.momenta):
            gradient = torch.stack([k.grad.reshape(k.shape[0], -1) for k in kernels]).float()
            m.lerp_(gradient, 1 - momentum)
            dtype = torch.bfloat16 if m.is_cuda else torch.float32
            u = orthogonal(gradient.lerp(m, momentum), dtype)
            scale = max(1, m.shape[1] / m.shape[2]) ** 0.5
            torch._foreach_add_(
                kernels, [v.reshape(k.shape).float() for v, k in zip(u, kernels)], alpha=-rate * scale)


class Optimizers:
    """Both, over one network. With `muon` 0 AdamW takes everything, as the paper's Adam does."""

    def __init__(self, network: STTN, muon: float, adam: float) -> None:
        self.muon_rate, self.adam_rate = muon, adam
        ends = (network.encoder[0], network.decoder[-1])
        layers = [layer for layer in network.modules() if isinstance(layer, nn.Conv2d) and layer not in ends]
        kernels = [layer.weight for layer in layers] if muon > 0 else []
        taken = {id(kernel) for kernel in kernels}
        self.rest = [p for p in network.parameters() if id(p) not in taken]
        self.parameters = list(network.parameters())
        self.muon = Muon(kernels)
        self.adam = torch.optim.AdamW(self.rest, lr=adam, betas=(0.9, 0.99), weight_decay=0)

    def clear(self) -> None:
        for parameter in self.parameters:
            parameter.grad = None

    def step(self, share: float, steps: int) -> None:
        """One step at a share of the full rates, after `steps` earlier ones of this schedule."""
        torch.nn.utils.clip_grad_norm_(self.rest, 1.0)
        for group in self.adam.param_groups:
            group["lr"] = self.adam_rate * share
        self.adam.step()
        self.muon.step(self.muon_rate * share, 0.95 if steps > 300 else 0.85 + 0.1 * steps / 300)

    def state(self) -> dict[str, Any]:
        return {"muon": self.muon.momenta, "adam": self.adam.state_dict()}

    def load_state(self, state: dict[str, Any]) -> None:
        """Raises ValueError: a state of other parameters."""
        momenta = state["muon"]
        if [m.shape for m in momenta] != [m.shape for m in self.muon.momenta]:
            raise ValueError("Muon's momenta are of other kernels")
        for own, given in zip(self.muon.momenta, momenta):
            own.copy_(given)
        self.adam.load_state_dict(state["adam"])


def rate_share(progress: float, steps: int, decay: float) -> float:
    """The share of the full rate: up over the first steps, down to nothing over the last `decay` of the time."""
    return min(1, (steps + 1) / WARM_STEPS) * min(1, max(0, 1 - progress) / decay)
