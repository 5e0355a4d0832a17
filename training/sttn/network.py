"""STTN's generator: encoder, multi-scale patch attention, decoder.

Source: the paper, under the tensor names of its published checkpoint. Deviates: key patches that are mostly hole are
masked, as the paper writes and its published code does not; attention can be causal, as the low-latency session has it.
"""
import json
import math
from dataclasses import dataclass
from typing import Any, Mapping

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor

from . import RecipeError
from .layers import activations, doubled, without_bias

GRIDS = (1, 3, 6, 12)  # patches a side, one entry a head
SIDE_STEP = 4 * math.lcm(*GRIDS)  # sides of frames are multiples of this


@dataclass(frozen=True)
class Shape:
    """The network's hyper-parameters; `encoder` and `decoder` are the widths of their first three convolutions."""

    channels: int = 128
    blocks: int = 5
    encoder: tuple[int, int, int] = (64, 64, 128)
    decoder: tuple[int, int, int] = (64, 48, 32)

    def metadata(self) -> dict[str, Any]:
        """What inpaintd's loader reads of a network."""
        return {
            "format": "sttn", "channels": self.channels, "blocks": self.blocks,
            "encoder": [*self.encoder, self.channels], "decoder": [*self.decoder, 3],
            "grids": [[grid, grid] for grid in GRIDS], "mask_attention": True}

    @classmethod
    def of(cls, metadata: Mapping[str, str], name: str) -> "Shape":
        """Reads `metadata` back. Raises RecipeError: another format, or grids that are not these."""
        if metadata.get("format") != "sttn":
            raise RecipeError(f"{name}: says nothing of its network, expected weights that this recipe exported")
        try:
            says = {key: json.loads(metadata[key]) for key in ("channels", "blocks", "encoder", "decoder", "grids")}
            shape = cls(says["channels"], says["blocks"], tuple(says["encoder"][:3]), tuple(says["decoder"][:3]))
        except (KeyError, ValueError, TypeError) as error:
            raise RecipeError(f"{name}: its metadata does not describe a network ({error})") from error
        if says["grids"] != [[grid, grid] for grid in GRIDS]:
            raise RecipeError(f"{name}: has grids {says['grids']}, and this recipe trains {list(GRIDS)}")
        return shape


def penalties(holes: Tensor, batch: int, frames: int, causal: bool, dtype: torch.dtype) -> list[Tensor]:
    """What is added to each head's scores: far down where a key is mostly hole, farther where it is later.

    Shapes: holes B·T,H,W on the feature maps; result B,N,N a head, N = T·grid².
    """
    h, w = holes.shape[-2:]
    result = []
    for grid in GRIDS:
        n = frames * grid * grid
        hidden = holes.reshape(batch, frames, grid, h // grid, grid, w // grid).mean((3, 5)).reshape(batch, 1, n) > 0.5
        added = torch.zeros(batch, 1, n, device=holes.device, dtype=dtype).masked_fill(hidden, -1e9)
        added = added.expand(batch, n, n)
        if causal:
            frame = torch.arange(frames, device=holes.device).repeat_interleave(grid * grid)
            added = added.masked_fill(frame[None, :, None] < frame[None, None, :], -2e9)
        result.append(added)
    return result


class Block(nn.Module):
    """A transformer block: patch attention over all frames, then two convolutions. Shapes: B·T,C,H,W in and out."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.query = nn.Conv2d(channels, channels, 1)
        self.key = nn.Conv2d(channels, channels, 1)
        self.value = nn.Conv2d(channels, channels, 1)
        self.output = nn.Conv2d(channels, channels, 3, padding=1)
        self.dilated = nn.Conv2d(channels, channels, 3, padding=2, dilation=2)
        self.plain = nn.Conv2d(channels, channels, 3, padding=1)

    def attend(self, x: Tensor, added: list[Tensor], batch: int) -> Tensor:
        """The heads' results side by side; `added` as `penalties` makes it."""
        bt, c, h, w = x.shape
        t, d = bt // batch, c // len(GRIDS)
        x = F.conv2d(x, torch.cat([self.query.weight, self.key.weight, self.value.weight]))
        bias = torch.cat([self.query.bias, self.key.bias, self.value.bias])
        x = x + bias.to(x.dtype)[None, :, None, None]
        x = x.permute(0, 2, 3, 1).reshape(batch, t, h, w, 3, len(GRIDS), d)
        heads = []
        for head, grid in enumerate(GRIDS):
            ph, pw = h // grid, w // grid
            tokens = x[..., head, :].reshape(batch, t, grid, ph, grid, pw, 3, d).permute(6, 0, 1, 2, 4, 3, 5, 7)
            q, k, v = tokens.reshape(3, batch, t * grid * grid, ph * pw * d)
            scores = torch.baddbmm(added[head], q, k.transpose(1, 2), alpha=1 / math.sqrt(ph * pw * d))
            y = torch.bmm(scores.float().softmax(-1).to(v.dtype), v)
            y = y.reshape(batch, t, grid, grid, ph, pw, d).permute(0, 1, 2, 4, 3, 5, 6)
            heads.append(y.reshape(bt, h, w, d))
        return torch.cat(heads, -1).permute(0, 3, 1, 2)

    def forward(self, x: Tensor, added: list[Tensor], batch: int) -> Tensor:
        attended = without_bias(self.attend(x, added, batch), self.output)
        x = activations.leaky_residual(attended, self.output.bias, x)
        y = activations.leaky(without_bias(x, self.dilated), self.dilated.bias)
        return activations.leaky_residual(without_bias(y, self.plain), self.plain.bias, x)


class STTN(nn.Module):
    """The generator. Memory is channels-last."""

    def __init__(self, shape: Shape = Shape()) -> None:
        super().__init__()
        self.shape = shape
        w0, w1, w2 = shape.encoder
        d0, d1, d2 = shape.decoder
        c = shape.channels
        self.encoder = nn.ModuleList([
            nn.Conv2d(3, w0, 3, 2, 1), nn.Conv2d(w0, w1, 3, 1, 1), nn.Conv2d(w1, w2, 3, 2, 1), nn.Conv2d(w2, c, 3, 1, 1)])
        self.transformer = nn.ModuleList([Block(c) for _ in range(shape.blocks)])
        self.decoder = nn.ModuleList([
            nn.Conv2d(c, d0, 3, 1, 1), nn.Conv2d(d0, d1, 3, 1, 1), nn.Conv2d(d1, d2, 3, 1, 1), nn.Conv2d(d2, 3, 3, 1, 1)])
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d):
                nn.init.kaiming_normal_(layer.weight, a=0.2)
                nn.init.zeros_(layer.bias)
        for block in self.transformer:
            for layer in (block.output, block.plain):
                layer.weight.data.mul_(0.2)
        self.to(memory_format=torch.channels_last)

    def forward(self, frames: Tensor, masks: Tensor, causal: bool = False) -> Tensor:
        """Fills the holes: frames B,T,3,H,W already multiplied by 1 - masks, masks B,T,1,H,W; result as frames.

        Causal: no frame sees a later one. H and W are multiples of `SIDE_STEP`.
        """
        b, t = frames.shape[:2]
        x = frames.flatten(0, 1).contiguous(memory_format=torch.channels_last)
        for layer in self.encoder:
            x = activations.leaky(without_bias(x, layer), layer.bias)
        holes = F.interpolate(masks.flatten(0, 1), scale_factor=0.25)[:, 0]
        added = penalties(holes, b, t, causal, x.dtype)
        for block in self.transformer:
            x = block(x, added, b)
        first, second, third, last = self.decoder
        x = activations.leaky(without_bias(doubled(x), first), first.bias)
        x = activations.leaky(without_bias(x, second), second.bias)
        x = activations.leaky(without_bias(doubled(x), third), third.bias)
        return activations.squashed(without_bias(x, last), last.bias).unflatten(0, (b, t))

    def published_layers(self) -> dict[str, nn.Conv2d]:
        """The layers under the published checkpoint's names."""
        layers = {f"encoder.{2 * i}": layer for i, layer in enumerate(self.encoder)}
        for i, block in enumerate(self.transformer):
            name = f"transformer.{i}."
            layers[name + "attention.query_embedding"] = block.query
            layers[name + "attention.key_embedding"] = block.key
            layers[name + "attention.value_embedding"] = block.value
            layers[name + "attention.output_linear.0"] = block.output
            layers[name + "feed_forward.conv.0"] = block.dilated
            layers[name + "feed_forward.conv.2"] = block.plain
        layers |= zip(("decoder.0.conv", "decoder.2", "decoder.4.conv", "decoder.6"), self.decoder)
        return layers

    def published_state(self) -> dict[str, Tensor]:
        """The tensors under the published checkpoint's names; they share the network's memory."""
        return {
            f"{name}.{part}": getattr(layer, part).detach()
            for name, layer in self.published_layers().items() for part in ("weight", "bias")}

    def load_published_state(self, tensors: Mapping[str, Tensor], name: str) -> None:
        """Takes the tensors of `published_state`. Raises RecipeError: one is missing or has another shape."""
        with torch.no_grad():
            for key, own in self.published_state().items():
                if key not in tensors:
                    raise RecipeError(f"{name}: tensor {key} is missing")
                if tensors[key].shape != own.shape:
                    raise RecipeError(
                        f"{name}: tensor {key} is {tuple(tensors[key].shape)}, expected {tuple(own.shape)}")
                own.copy_(tensors[key].to(own))

    def parameter_count(self) -> int:
        return sum(p.numel() for p in self.parameters())
