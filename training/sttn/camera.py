"""A camera that drifts over pictures: crops with their own course, zoom and turn."""
import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from .chance import Chance


@dataclass(frozen=True)
class Course:
    """How a camera goes.

    `scales`: source pixels a pixel of the crop, least and most. `speed`: the most pixels a moment. `spin`: the most
    radians either way. `still`: the share of crops that stand still.
    """

    scales: tuple[float, float]
    speed: float
    spin: float
    still: float


def crops(chance: Chance, pictures: Tensor, moments: Tensor, height: int, width: int, course: Course) -> Tensor:
    """Crops of pictures under drifting cameras; half of those that can be are moved by whole pixels and not resampled.

    Shapes: pictures B·T,C,H,W uint8; moments B,T say when each was taken; result B,T,C,height,width in [-1, 1].
    """
    n, t = moments.shape
    channels, high, wide = pictures.shape[1:]
    d = moments.to(pictures.device)
    d = d - d.mean(1, keepdim=True)
    low, most = course.scales
    most = min(most, high / height, wide / width)
    if low < 1 <= most:
        exact = chance.uniform(n, 1) < 0.5
    else:
        exact = torch.zeros(n, 1, dtype=torch.bool, device=d.device)
    scale = torch.exp(chance.uniform(n, 1, low=math.log(min(low, most)), high=math.log(most)))
    scale = torch.where(exact, torch.ones_like(scale), scale)

    moves = (chance.uniform(n, 1) >= course.still).float()
    speed = torch.exp(chance.uniform(n, 1, low=math.log(0.1), high=math.log(course.speed))) * moves
    heading = chance.uniform(n, 1, high=2 * math.pi)
    dx, dy = speed * heading.cos() * d, speed * heading.sin() * d
    loose = moves * (~exact).float()
    zoom = scale * torch.exp(chance.uniform(n, 1, low=-0.004, high=0.004) * loose * d)
    spin = chance.uniform(n, 1, low=-course.spin, high=course.spin)
    turn = (spin + chance.uniform(n, 1, low=-0.004, high=0.004) * loose * d) * loose

    # The whole course is kept within the picture: shortened where it is longer, then put anywhere it fits.
    room_x, room_y = ((wide - scale * width) / 2).clamp(min=0), ((high - scale * height) / 2).clamp(min=0)
    reach_x, reach_y = dx.abs().amax(1, keepdim=True), dy.abs().amax(1, keepdim=True)
    fit = torch.minimum(room_x / reach_x.clamp(min=1e-3), room_y / reach_y.clamp(min=1e-3)).clamp(max=1)
    x = chance.uniform(n, 1, low=-1, high=1) * (room_x - reach_x * fit).clamp(min=0) + dx * fit
    y = chance.uniform(n, 1, low=-1, high=1) * (room_y - reach_y * fit).clamp(min=0) + dy * fit
    odd_x, odd_y = ((wide - width) % 2) / 2, ((high - height) % 2) / 2
    x = torch.where(exact, (x + odd_x).round() - odd_x, x)
    y = torch.where(exact, (y + odd_y).round() - odd_y, y)
    flip = torch.where(chance.uniform(n, 1) < 0.5, -1.0, 1.0)

    across = torch.stack(
        [flip * zoom * turn.cos() * width / wide, -zoom * turn.sin() * height / wide, 2 * x / wide], -1)
    down = torch.stack([flip * zoom * turn.sin() * width / high, zoom * turn.cos() * height / high, 2 * y / high], -1)
    affine = torch.stack([across, down], -2).reshape(n * t, 2, 3)
    grid = F.affine_grid(affine, (n * t, channels, height, width), align_corners=False)
    result = F.grid_sample(
        pictures.float() / 127.5 - 1, grid, mode="bilinear", padding_mode="reflection", align_corners=False)
    return result.reshape(n, t, channels, height, width)
