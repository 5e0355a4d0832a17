"""T-PatchGAN: a discriminator that judges every patch of space and time of a clip.

Source: the paper, section 3.3, and its published code. Deviates: each clip of a batch is judged for itself, where the
published code gives batch × time to it as one clip.
"""
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor
from torch.nn.utils.parametrizations import spectral_norm


class Discriminator(nn.Module):
    """Six 3-D convolutions, kernel 3×5×5, stride 1×2×2, with spectral norm on the first five.

    Shapes: B,T,3,H,W in, B,4·width,T,H/64,W/64 rounded out; above 0 is real.
    """

    def __init__(self, width: int = 64) -> None:
        super().__init__()
        channels = [3, width, width * 2, width * 4, width * 4, width * 4, width * 4]
        self.layers = nn.ModuleList()
        for i in range(6):
            padding = 1 if i == 0 else (1, 2, 2)
            layer = nn.Conv3d(channels[i], channels[i + 1], (3, 5, 5), (1, 2, 2), padding, bias=i == 5)
            nn.init.normal_(layer.weight, 0, 0.02)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
            self.layers.append(spectral_norm(layer) if i < 5 else layer)

    def forward(self, clips: Tensor) -> Tensor:
        x = clips.transpose(1, 2)
        for layer in self.layers[:-1]:
            x = F.leaky_relu(layer(x), 0.2)
        return self.layers[-1](x)
