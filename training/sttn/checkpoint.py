"""What a run needs to go on: weights, their moving average, the optimisers, and how far it was."""
import io
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from . import RecipeError
from .export import replace

VERSION = 1


@dataclass
class Progress:
    """How far a schedule is, and what was done before it to the weights that it began with."""

    steps: int = 0
    samples: int = 0
    seconds: float = 0
    earlier_steps: int = 0
    earlier_samples: int = 0
    earlier_minutes: float = 0


def save(path: Path, progress: Progress, state: dict[str, Any]) -> None:
    buffer = io.BytesIO()
    torch.save({"version": VERSION, "progress": asdict(progress), **state}, buffer)
    replace(path, buffer.getvalue())


def load(path: Path) -> tuple[Progress, dict[str, Any]]:
    """Tensors on the processor; nothing in the file is executed. Raises RecipeError: no checkpoint of this recipe."""
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
        version, progress = state.pop("version"), Progress(**state.pop("progress"))
    except OSError as error:
        raise RecipeError(f"{path}: {error.strerror}") from error
    except Exception as error:  # foreign bytes bring out whatever an unpickler can raise
        text = (str(error) or repr(error)).splitlines()[0]
        raise RecipeError(f"{path}: is no checkpoint of this recipe ({text})") from error
    if version != VERSION:
        raise RecipeError(f"{path}: is a checkpoint of another version of this recipe; resume its exported weights")
    return progress, state
