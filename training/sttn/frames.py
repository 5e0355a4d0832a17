"""Which frames of a clip a sample has."""
import numpy as np

from .chance import Chance


def moments(chance: Chance, length: int, frames: int) -> np.ndarray:
    """Indices of frames in order: half as a session sees them, references and neighbours; then in a row, or any.

    A clip that is too short gives its last frame again.
    """
    draw = chance.choices
    kind = draw.random()
    if length <= frames:
        return np.minimum(np.arange(frames), length - 1)
    if kind < 0.5 and frames > 2:
        return _session(draw, length, frames)
    if kind < 0.8 and frames > 1:
        step = max(1, min(int(draw.choice([1, 1, 1, 2, 3, 5])), (length - 1) // (frames - 1)))
        return int(draw.integers(0, length - step * (frames - 1))) + step * np.arange(frames)
    return np.sort(draw.choice(length, frames, replace=False))


def _session(draw: np.random.Generator, length: int, frames: int) -> np.ndarray:
    """References at a stride, then neighbours in a row or every other one."""
    near = int(draw.integers(2, min(6, frames - 1) + 1))
    past = frames - near
    stride = max(1, min(int(draw.integers(3, 11)), (length - near) // (past + 1)))
    step = 1 if draw.random() < 0.8 or past * stride + 2 * near >= length else 2
    span = past * stride + step * (near - 1)
    first = int(draw.integers(0, max(1, length - span)))
    when = np.concatenate([np.arange(past) * stride, past * stride + step * np.arange(near)])
    return np.minimum(first + when, length - 1)
