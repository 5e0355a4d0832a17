"""Small data sets, and arguments for a run that takes seconds."""
import contextlib
import io
import os
import tempfile
import unittest
import zipfile
from pathlib import Path

import cv2
import numpy as np

os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

from sttn.arguments import parse
from sttn.network import Shape
from sttn.processes import Processes
from sttn.training import Training

ROOT = Path(__file__).resolve().parents[2]
TINY = Shape(channels=8, blocks=1, encoder=(4, 4, 8), decoder=(8, 4, 4))
TINY_ARGUMENTS = [
    "--channels", "8", "--blocks", "1", "--encoder", "4,4,8", "--decoder", "8,4,4",
    "--small", "--frames", "3", "--pixels", "6e4", "--memory", "0.1", "--device", "cpu"]


def moving_picture(count: int, height: int = 120, width: int = 216, seed: int = 0) -> np.ndarray:
    """A smooth picture that goes one pixel a frame: T,H,W,3 uint8."""
    rough = np.random.default_rng(seed).integers(0, 256, (8, 14, 3), np.uint8)
    wide = cv2.resize(rough, (width + count, height), interpolation=cv2.INTER_CUBIC)
    return np.stack([wide[:, i:i + width] for i in range(count)])


def write_zip(path: Path, frames: np.ndarray, suffix: str = ".jpg") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for i, frame in enumerate(frames):
            archive.writestr(f"{i:05}{suffix}", cv2.imencode(suffix, frame)[1].tobytes())
    return path


def write_video(path: Path, frames: np.ndarray) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    video = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 25, (frames.shape[2], frames.shape[1]))
    if not video.isOpened():
        raise unittest.SkipTest("this OpenCV writes no video")
    for frame in frames:
        video.write(frame)
    video.release()
    return path


def write_picture(path: Path, picture: np.ndarray) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), picture)
    return path


class FolderTest(unittest.TestCase):
    """A test with a folder of its own."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def data(self) -> Path:
        """Two clips, object masks and a photograph."""
        root = self.folder / "data"
        write_zip(root / "clips/one.zip", moving_picture(12))
        write_zip(root / "clips/two.zip", moving_picture(10, seed=1))
        masks = np.zeros((10, 120, 216, 3), np.uint8)
        masks[:, 40:80, 60:120] = 255
        write_zip(root / "masks/object.zip", masks, ".png")
        write_picture(root / "photographs/photo.jpg", moving_picture(1, 240, 360)[0])
        return root

    def train(self, *words: str, out: str = "out", data: Path | None = None) -> tuple[Training, str]:
        """A tiny run, and what it printed."""
        arguments = parse([
            "--data", str(data or self.data()), "--out", str(self.folder / out), *TINY_ARGUMENTS, *words])
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            training = Training(arguments, Processes())
            training.run()
        return training, printed.getvalue()
