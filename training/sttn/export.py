"""The file that inpaintd reads: .safetensors in fp16 with what the network is and how it was trained."""
import datetime
import json
import os
import struct
import subprocess
from pathlib import Path
from typing import Any, Mapping

import torch
from torch import Tensor

from . import RecipeError
from .network import STTN, Shape

LARGEST = 16 * 2**20  # bytes of an exported file
DTYPES = {"F16": torch.float16, "F32": torch.float32}


def export(path: Path, network: STTN, training: Mapping[str, Any]) -> None:
    """Writes a network in fp16 in one move, so that a reader sees the old file or the new one, whole.

    Raises RecipeError: a weight is not finite in fp16, or the file would be larger than `LARGEST`.
    """
    tensors = {name: tensor.to("cpu", torch.float16) for name, tensor in network.published_state().items()}
    for name, tensor in tensors.items():
        if not tensor.isfinite().all():
            raise RecipeError(f"{path}: tensor {name} would hold what is no number; the file is left as it was")
    data = packed(tensors, network.shape.metadata() | {"training": training})
    if len(data) > LARGEST:
        raise RecipeError(f"{path}: would be {len(data)} bytes, more than {LARGEST}")
    replace(path, data)


def replace(path: Path, data: bytes) -> None:
    """Writes a file beside its place and moves it there."""
    part = path.with_name(path.name + ".part")
    with open(part, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)


def exported_bytes(shape: Shape) -> int:
    """About how large the exported file of a network is: its numbers, and room for the header."""
    with torch.device("meta"):
        return STTN(shape).parameter_count() * 2 + 64 * 1024


def packed(tensors: Mapping[str, Tensor], metadata: Mapping[str, Any]) -> bytes:
    """The bytes of a .safetensors file; metadata that is no text is written as JSON."""
    names = {dtype: name for name, dtype in DTYPES.items()}
    header: dict[str, Any] = {
        "__metadata__": {k: v if isinstance(v, str) else json.dumps(v) for k, v in metadata.items()}}
    blobs, at = [], 0
    for name in sorted(tensors):
        tensor = tensors[name]
        blob = tensor.cpu().contiguous().numpy().tobytes()
        header[name] = {
            "dtype": names[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [at, at + len(blob)]}
        blobs.append(blob)
        at += len(blob)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return b"".join([struct.pack("<Q", len(text)), text, *blobs])


def unpacked(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    """The tensors of a .safetensors file as float32, and its metadata. Raises RecipeError: it is none."""
    try:
        data = Path(path).read_bytes()
        length = struct.unpack("<Q", data[:8])[0]
        header = json.loads(data[8:8 + length])
        metadata = header.pop("__metadata__", {})
        tensors = {}
        for name, entry in header.items():
            start, end = (8 + length + offset for offset in entry["data_offsets"])
            values = torch.frombuffer(bytearray(data[start:end]), dtype=DTYPES[entry["dtype"]])
            tensors[name] = values.reshape(entry["shape"]).float()
    except OSError as error:
        raise RecipeError(f"{path}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError, RuntimeError, struct.error) as error:
        raise RecipeError(f"{path}: is no .safetensors file of F16 or F32 tensors ({error!r})") from error
    return tensors, metadata


def origin() -> dict[str, str]:
    """When, and of which commit of the recipe, if that is known; `+` says that files of it were changed."""
    says = {"date": datetime.datetime.now(datetime.timezone.utc).date().isoformat(), "torch": torch.__version__}
    here = Path(__file__).resolve().parent

    def git(*arguments: str) -> str:
        return subprocess.run(
            ["git", *arguments], cwd=here, check=True, capture_output=True, text=True, timeout=10).stdout.strip()

    try:
        says["commit"] = git("rev-parse", "HEAD") + ("+" if git("status", "--porcelain", "--", "..") else "")
    except (OSError, subprocess.SubprocessError):
        pass  # an unpacked archive, or no git here
    return says
