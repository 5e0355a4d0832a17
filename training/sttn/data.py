"""Finds clips, photographs and object masks in folders, keeps what is held out apart, and reads them.

Needs no PyTorch: frames are uint8 arrays T,H,W,3 in RGB, masks bool arrays T,H,W with True = hole.
"""
import json
import os
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from . import RecipeError

HEIGHT, WIDTH = 240, 432
PHOTOGRAPH_HEIGHT, PHOTOGRAPH_WIDTH = 480, 720
SPAN = 96  # the most frames of one segment
LEAST = 8  # the fewest frames of one
VIDEOS = {".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".ts", ".m2ts", ".ogv", ".flv", ".wmv", ".y4m"}
PICTURES = {".jpg", ".jpeg", ".png"}
HELD_OUT = {"eval", "evaluation", "test", "test_masks", "val", "valid", "validation"}
MASKS = {"masks", "annotations"}
PHOTOGRAPHS = {"photos", "photographs"}


class Unreadable(Exception):
    """A file that is passed over, and why."""


@dataclass(frozen=True)
class Segment:
    """At most `SPAN` frames in a row of one file: a video, or a zip of pictures in name order."""

    path: Path
    first: int
    count: int

    def frames(self) -> Iterator[np.ndarray]:
        """H,W,3 in RGB, as stored. Raises Unreadable."""
        if self.path.suffix.lower() == ".zip":
            yield from _pictures(self.path, self.first, self.count)
        else:
            yield from _video(self.path, self.first, self.count)


@dataclass
class Source:
    """What one folder holds."""

    name: str
    clips: list[Segment] = field(default_factory=list)
    masks: list[Segment] = field(default_factory=list)
    photographs: list[Path] = field(default_factory=list)
    held_out: int = 0
    passed_over: list[str] = field(default_factory=list)

    def counts(self) -> dict[str, str | int]:
        """What the exported weights say of it: files, not segments."""
        return {
            "name": self.name, "clips": len({s.path for s in self.clips}), "frames": sum(s.count for s in self.clips),
            "masks": len({s.path for s in self.masks}), "photographs": len(self.photographs)}


def find(folder: str, held_out: set[str] = frozenset()) -> Source:
    """Looks through `FOLDER` or `NAME=FOLDER`; `held_out` are names of clips, without suffix, that are left alone.

    A folder with `train.json` and `JPEGImages/` is a data set of the published code: the clips its `train.json` names.
    Elsewhere videos and zips of JPEGs are clips, zips below `masks` or `Annotations` are object masks, and pictures
    below `photos` or `photographs` are photographs. What lies below a folder named as in `HELD_OUT`, and clips of the
    same names elsewhere, are left alone. Raises RecipeError: no such folder, or one that is held out itself.
    """
    name, _, path = folder.rpartition("=")
    root = Path(path).resolve()
    if not root.is_dir():
        raise RecipeError(f"{path}: is no folder")
    if root.name.lower() in HELD_OUT or root.parent.name.lower() == "eval":
        raise RecipeError(f"{path}: is for measuring, nothing in it is trained on")
    if not name:
        name = "unnamed" if root.is_relative_to(Path(tempfile.gettempdir()).resolve()) else root.name
    source = Source(name)
    held_out = held_out | held_out_names(root)
    for directory, folders, files in os.walk(root):
        here = Path(directory)
        folders[:] = sorted(f for f in folders if f.lower() not in HELD_OUT and not f.startswith("."))
        parts = {part.lower() for part in here.relative_to(root).parts} | {root.name.lower()}
        if "train.json" in files and "JPEGImages" in folders:
            folders.remove("JPEGImages")
            files = [f"JPEGImages/{clip}.zip" for clip in sorted(_clips_named(here / "train.json"))]
        for file in sorted(files):
            path = here / file
            suffix = path.suffix.lower()
            if suffix in PICTURES:
                if parts & PHOTOGRAPHS:
                    source.photographs.append(path)
            elif suffix == ".zip" or suffix in VIDEOS:
                if path.stem in held_out:
                    source.held_out += 1
                    continue
                try:
                    (source.masks if parts & MASKS else source.clips).extend(_segments(path))
                except Unreadable as error:
                    source.passed_over.append(f"{path}: {error}")
    return source


def held_out_names(root: Path) -> set[str]:
    """The names of clips that lie below folders named as in `HELD_OUT`, or that a `test.json` names."""
    names = set()
    for directory, folders, files in os.walk(root):
        here = Path(directory)
        if {part.lower() for part in here.relative_to(root).parts} & HELD_OUT:
            names |= clip_names(files)
        if "test.json" in files and "JPEGImages" in folders:
            names |= set(_clips_named(here / "test.json"))
    return names


def clip_names(files: list[str]) -> set[str]:
    """The names, without suffix, of those files that can be clips."""
    return {Path(f).stem for f in files if Path(f).suffix.lower() in VIDEOS | {".zip"}}


def read_clip(segment: Segment) -> np.ndarray:
    """T,240,432,3: the longest run of frames without a cut. Raises Unreadable."""
    frames = np.stack([covering(frame, HEIGHT, WIDTH) for frame in segment.frames()] or [np.zeros((0, 0, 3), np.uint8)])
    start, end = max(_runs(frames), key=lambda run: run[1] - run[0]) if frames.size else (0, 0)
    if end - start < LEAST:
        raise Unreadable(f"has {end - start} frames in a row, expected at least {LEAST}")
    return frames[start:end]


def read_masks(segment: Segment) -> np.ndarray:
    """T,240,432, True = hole: whatever is not black. Raises Unreadable."""
    masks = [cv2.resize(f.max(2), (WIDTH, HEIGHT), interpolation=cv2.INTER_NEAREST) > 0 for f in segment.frames()]
    if not masks:
        raise Unreadable("holds no masks")
    return np.stack(masks)


def read_photograph(path: Path) -> np.ndarray:
    """480,720,3. Raises Unreadable."""
    picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if picture is None:
        raise Unreadable("is no picture that OpenCV reads")
    return covering(picture[..., ::-1], PHOTOGRAPH_HEIGHT, PHOTOGRAPH_WIDTH)


def covering(frame: np.ndarray, height: int, width: int) -> np.ndarray:
    """A frame H,W,3 scaled until it covers height × width, and its middle."""
    h, w = frame.shape[:2]
    if (h, w) == (height, width):
        return frame
    scale = max(height / h, width / w)
    size = max(width, round(w * scale)), max(height, round(h * scale))
    frame = cv2.resize(np.ascontiguousarray(frame), size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    y, x = (size[1] - height) // 2, (size[0] - width) // 2
    return frame[y:y + height, x:x + width]


def _runs(frames: np.ndarray) -> list[tuple[int, int]]:
    """Where frames run on without a cut: half of the picture another one, far beyond what motion changes."""
    small = frames[:, ::8, ::8].mean(3)
    changes = np.abs(np.diff(small, axis=0)).mean((1, 2))
    cuts = [0, *(np.flatnonzero(changes > 60) + 1).tolist(), len(frames)]
    return list(zip(cuts, cuts[1:]))


def _clips_named(path: Path) -> list[str]:
    """The clips that a `train.json` or `test.json` names: an object's keys (values are lengths), or a list."""
    try:
        return list(json.loads(path.read_text()))
    except (OSError, ValueError, TypeError) as error:
        raise RecipeError(f"{path}: names no clips ({error})") from error


def _segments(path: Path) -> list[Segment]:
    """A file cut into equal segments of at most `SPAN` frames. Raises Unreadable."""
    if path.suffix.lower() == ".zip":
        count = len(_picture_names(path))
    else:
        video = cv2.VideoCapture(str(path))
        count = int(video.get(cv2.CAP_PROP_FRAME_COUNT))
        if video.isOpened() and count <= 0:
            count = 0
            while video.grab():
                count += 1
        video.release()
    if count <= 0:
        raise Unreadable("holds no frames that can be read")
    pieces = -(-count // SPAN)
    edges = [count * i // pieces for i in range(pieces + 1)]
    return [Segment(path, a, b - a) for a, b in zip(edges, edges[1:])]


def _picture_names(path: Path) -> list[str]:
    try:
        with zipfile.ZipFile(path) as archive:
            return sorted(n for n in archive.namelist() if Path(n).suffix.lower() in PICTURES)
    except (OSError, zipfile.BadZipFile) as error:
        raise Unreadable(str(error)) from error


def _pictures(path: Path, first: int, count: int) -> Iterator[np.ndarray]:
    names = _picture_names(path)[first:first + count]
    with zipfile.ZipFile(path) as archive:
        for name in names:
            try:
                picture = cv2.imdecode(np.frombuffer(archive.read(name), np.uint8), cv2.IMREAD_COLOR)
            except (OSError, zipfile.BadZipFile, cv2.error) as error:
                raise Unreadable(f"{name}: {error}") from error
            if picture is None:
                raise Unreadable(f"{name}: is no picture that OpenCV reads")
            yield picture[..., ::-1]


def _video(path: Path, first: int, count: int) -> Iterator[np.ndarray]:
    video = cv2.VideoCapture(str(path))
    try:
        if first:
            video.set(cv2.CAP_PROP_POS_FRAMES, first)
        for _ in range(count):
            ok, frame = video.read()
            if not ok:
                return
            yield frame[..., ::-1]
    finally:
        video.release()
