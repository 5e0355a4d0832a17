"""The frames that samples are made of, on the device: all there are, or as many as are allowed, exchanged as it goes."""
import contextlib
import queue
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from torch import Tensor

from . import RecipeError
from .data import HEIGHT, SPAN, WIDTH, Segment, Source, Unreadable, read_clip, read_masks, read_photograph

FRAME_BYTES = HEIGHT * WIDTH * 3
READERS = 8


class Bank:
    """Clips N,3,240,432, photographs P,3,480,720 and object masks M,1,240,432, uint8 on the device.

    `starts` and `mask_starts` hold where each segment begins and how many frames it has. What fits `memory` bytes is
    read once and every process holds it; of more, each process reads its own share in an order drawn from `chance`,
    and puts new segments in the places of the oldest. Masks and photographs take at most a quarter each beside that.
    """

    def __init__(
        self, sources: Iterable[Source], device: str, memory: float, chance: np.random.Generator,
        rank: int = 0, processes: int = 1, warn: Callable[[str], None] = print,
    ) -> None:
        sources = list(sources)
        self.device, self.warn = device, warn
        clips = [s for source in sources for s in source.clips]
        self._waiting: queue.Queue | None = None
        self._closed = threading.Event()
        slots = int(memory // (SPAN * FRAME_BYTES))
        if sum(s.count for s in clips) * FRAME_BYTES <= memory:
            self.frames, self.starts = self._whole(clips, read_clip)
            self.frames = self.frames.permute(0, 3, 1, 2) if self.starts else self.frames
        elif slots == 0:
            raise RecipeError(f"--memory is less than one segment's {SPAN * FRAME_BYTES / 2**20:.0f} MiB")
        else:
            order = np.random.default_rng(0).permutation(len(clips)).tolist()
            self._begin([clips[i] for i in order[rank::processes] or order], slots, chance)
        masks = _as_many([s for source in sources for s in source.masks], memory / 4 / (HEIGHT * WIDTH), chance)
        self.masks, self.mask_starts = self._whole(masks, read_masks)
        self.masks = self.masks.to(torch.uint8)[:, None] * 255 if self.mask_starts else self.masks
        paths = [p for source in sources for p in source.photographs]
        room = int(memory / 4 / (480 * 720 * 3))
        if len(paths) > room:
            paths = [paths[i] for i in chance.permutation(len(paths))[:room]]
        photographs = [p for p in self._read(paths, read_photograph) if p is not None]
        self.photographs = self._put(np.stack(photographs)).permute(0, 3, 1, 2) if photographs else torch.zeros(0)
        if not self.starts and not photographs:
            raise RecipeError("the data hold no clip and no photograph that can be read")

    def exchange(self) -> None:
        """Puts the segments that were read meanwhile in the places of the oldest; does nothing where all are held."""
        while self._waiting is not None:
            try:
                clip = self._waiting.get_nowait()
            except queue.Empty:
                return
            self._store(self._oldest, clip)
            self._oldest = (self._oldest + 1) % len(self.starts)

    def close(self) -> None:
        """Ends the reading; what is held stays."""
        self._closed.set()

    def _begin(self, clips: list[Segment], slots: int, chance: np.random.Generator) -> None:
        slots = min(slots, len(clips))
        self.frames = torch.empty(slots * SPAN, 3, HEIGHT, WIDTH, dtype=torch.uint8, device=self.device)
        order = [clips[i] for i in chance.permutation(len(clips))]
        self.starts, self._oldest = [], 0
        for clip in self._read(order[:slots], read_clip):
            if clip is not None:
                self.starts.append((0, 0))
                self._store(len(self.starts) - 1, clip)
        if not self.starts:
            raise RecipeError(f"none of the first {slots} segments of the data can be read")
        if slots < len(clips):
            self._waiting = queue.Queue(4)
            threading.Thread(target=self._go_on, args=(order, slots), daemon=True).start()

    def _go_on(self, order: list[Segment], at: int) -> None:
        bad = set()
        while len(bad) < len(order) and not self._closed.is_set():
            segment = order[at % len(order)]
            at += 1
            if segment in bad:
                continue
            clip = self._one(segment, read_clip)
            if clip is None:
                bad.add(segment)
                continue
            while not self._closed.is_set():
                with contextlib.suppress(queue.Full):
                    self._waiting.put(clip, timeout=0.5)
                    break

    def _store(self, slot: int, clip: np.ndarray) -> None:
        self.frames[slot * SPAN:slot * SPAN + len(clip)] = self._put(clip).permute(0, 3, 1, 2)
        self.starts[slot] = (slot * SPAN, len(clip))

    def _whole(self, segments: list[Segment], read: Callable) -> tuple[Tensor, list[tuple[int, int]]]:
        """All segments one after the other, and where each begins."""
        arrays = [a for a in self._read(segments, read) if a is not None]
        starts, at = [], 0
        for array in arrays:
            starts.append((at, len(array)))
            at += len(array)
        return (self._put(np.concatenate(arrays)) if arrays else torch.zeros(0)), starts

    def _read(self, items: list, read: Callable) -> list[np.ndarray | None]:
        with ThreadPoolExecutor(READERS) as pool:
            return list(pool.map(lambda item: self._one(item, read), items))

    def _one(self, item, read: Callable) -> np.ndarray | None:
        try:
            return read(item)
        except Unreadable as error:
            self.warn(f"passed over {getattr(item, 'path', item)}: {error}")
            return None

    def _put(self, array: np.ndarray) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(array)).to(self.device)


def _as_many(segments: list[Segment], frames: float, chance: np.random.Generator) -> list[Segment]:
    """Segments of at most that many frames together: all, or some drawn by chance."""
    if sum(s.count for s in segments) <= frames:
        return segments
    result = []
    for i in chance.permutation(len(segments)):
        frames -= segments[i].count
        if frames < 0:
            break
        result.append(segments[i])
    return result
