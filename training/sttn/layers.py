"""What the network's layers are made of: biases with their activations, which can be compiled, and bilinear doubling."""
import functools
from collections.abc import Callable

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor


def leaky(x: Tensor, bias: Tensor) -> Tensor:
    """x N,C,H,W plus bias C, through a leaky rectifier of slope 0.2."""
    return F.leaky_relu(x + bias.to(x.dtype)[None, :, None, None], 0.2)


def leaky_residual(x: Tensor, bias: Tensor, residual: Tensor) -> Tensor:
    """`leaky` added to a residual of the same shape."""
    return residual + F.leaky_relu(x + bias.to(x.dtype)[None, :, None, None], 0.2)


def squashed(x: Tensor, bias: Tensor) -> Tensor:
    """x N,3,H,W plus bias 3 as a frame in (-1, 1), in float32."""
    return torch.tanh(x.float() + bias[None, :, None, None])


class Activations:
    """The three functions as the network calls them: plain, or fused by a compiler."""

    PLAIN = (leaky, leaky_residual, squashed)

    def __init__(self) -> None:
        self.plain()

    def plain(self) -> None:
        self.leaky, self.leaky_residual, self.squashed = self.PLAIN

    def wrapped(self, wrap: Callable[[Callable], Callable]) -> None:
        self.leaky, self.leaky_residual, self.squashed = map(wrap, self.PLAIN)


activations = Activations()


def without_bias(x: Tensor, layer: nn.Conv2d) -> Tensor:
    """A convolution without its bias, which goes with the activation."""
    return F.conv2d(x, layer.weight, None, layer.stride, layer.padding, layer.dilation)


@functools.cache
def doubling(side: int, dtype: torch.dtype, device: torch.device) -> Tensor:
    """The matrix 2·side,side that doubles a side bilinearly, corners aligned."""
    eye = torch.eye(side)[None]
    matrix = F.interpolate(eye, scale_factor=2, mode="linear", align_corners=True)[0].t()
    return matrix.contiguous().to(device, dtype)


def doubled(x: Tensor) -> Tensor:
    """N,C,H,W to N,C,2H,2W: two matrix products, because their gradients are matrix products too."""
    n, c, h, w = x.shape
    y = x.permute(0, 2, 3, 1).reshape(n, h, w * c)
    y = torch.matmul(doubling(h, x.dtype, x.device), y).reshape(n * 2 * h, w, c)
    y = torch.matmul(doubling(w, x.dtype, x.device), y).reshape(n, 2 * h, 2 * w, c)
    return y.permute(0, 3, 1, 2)
