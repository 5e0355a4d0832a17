"""Training samples made on the device: real clips and photographs in motion, crops, holes.

Frames are B,T,3,H,W in [-1, 1], masks B,T,1,H,W with 1 = hole. Crops keep a source's pixels at about their own scale,
as a region does; half of them are moved by whole pixels and not resampled at all.
"""
import glob
import math
import os
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import torch
import torch.nn.functional as F


def read_clip(path):
    cap, out = cv2.VideoCapture(path), []
    while True:
        ok, f = cap.read()
        if not ok:
            return torch.from_numpy(np.stack(out)[..., ::-1].copy()).permute(0, 3, 1, 2)
        out.append(f)


def read_photo(path):
    f = cv2.resize(cv2.imread(path), (720, 480), interpolation=cv2.INTER_AREA)
    return torch.from_numpy(f[..., ::-1].copy()).permute(2, 0, 1)


class Bank:
    def __init__(self, root, device, seed=0, photo_share=0.35):
        self.device, self.photo_share = device, photo_share
        self.g = torch.Generator(device).manual_seed(seed)
        self.r = np.random.default_rng(seed)
        with ThreadPoolExecutor(8) as pool:
            clips = list(pool.map(read_clip, sorted(glob.glob(os.path.join(root, 'train', '*.mp4')))))
            photos = list(pool.map(read_photo, sorted(glob.glob(os.path.join(root, 'photos', '*.jpg')))))
        clips = [c if c.shape[-2:] == (240, 432) else F.interpolate(c.float(), (240, 432), mode='area').byte() for c in clips]
        self.starts, n = [], 0
        for c in clips:
            self.starts.append((n, len(c)))
            n += len(c)
        self.frames = torch.cat(clips).to(device)
        self.photos = torch.stack(photos).to(device)

    def rand(self, *shape, lo=0.0, hi=1.0):
        return torch.rand(*shape, generator=self.g, device=self.device) * (hi - lo) + lo

    def times(self, length, t):
        """Indices of t frames in order: as a session sees them (references, neighbours), in a row, or any."""
        kind = self.r.random()
        if length <= t:
            return np.minimum(np.arange(t), length - 1)
        if kind < .5:
            near = int(self.r.integers(2, min(6, t - 1) + 1))
            past = t - near
            stride = int(self.r.integers(3, 11))
            stride = max(1, min(stride, (length - near) // (past + 1)))
            step = 1 if self.r.random() < .8 or (past * stride + 2 * near) >= length else 2
            span = past * stride + step * (near - 1)
            at = int(self.r.integers(0, max(1, length - span)))
            return np.minimum(at + np.concatenate([np.arange(past) * stride, past * stride + step * np.arange(near)]), length - 1)
        if kind < .8:
            step = max(1, min(int(self.r.choice([1, 1, 1, 2, 3, 5])), (length - 1) // (t - 1)))
            return int(self.r.integers(0, length - step * (t - 1))) + step * np.arange(t)
        return np.sort(self.r.choice(length, t, replace=False))

    def crop(self, src, moments, h, w, high, wide, scales, speed, spin, still):
        """Crops n*t sources under a camera that drifts; moments n,t say when each frame was taken."""
        n, t = moments.shape
        d = moments.to(self.device)
        d = d - d.mean(1, keepdim=True)
        lo, hi = scales
        hi = min(hi, high / h, wide / w)
        exact = (self.rand(n, 1) < .5) if lo < 1 <= hi else torch.zeros(n, 1, dtype=torch.bool, device=self.device)
        p = torch.exp(self.rand(n, 1, lo=math.log(min(lo, hi)), hi=math.log(hi)))
        p = torch.where(exact, torch.ones_like(p), p)
        moves = (self.rand(n, 1) >= still).float()
        rate = torch.exp(self.rand(n, 1, lo=math.log(.1), hi=math.log(speed))) * moves
        course = self.rand(n, 1, hi=2 * math.pi)
        dx, dy = rate * course.cos() * d, rate * course.sin() * d
        loose = moves * (~exact).float()
        zoom = p * torch.exp(self.rand(n, 1, lo=-.004, hi=.004) * loose * d)
        turn = (self.rand(n, 1, lo=-spin, hi=spin) + self.rand(n, 1, lo=-.004, hi=.004) * loose * d) * loose
        room_x, room_y = ((wide - p * w) / 2).clamp(min=0), ((high - p * h) / 2).clamp(min=0)
        reach_x, reach_y = dx.abs().amax(1, keepdim=True), dy.abs().amax(1, keepdim=True)
        fit = torch.minimum((room_x / reach_x.clamp(min=1e-3)), (room_y / reach_y.clamp(min=1e-3))).clamp(max=1)
        dx, dy = dx * fit, dy * fit
        cx = self.rand(n, 1, lo=-1, hi=1) * (room_x - reach_x * fit).clamp(min=0) + dx
        cy = self.rand(n, 1, lo=-1, hi=1) * (room_y - reach_y * fit).clamp(min=0) + dy
        odd_x, odd_y = ((wide - w) % 2) / 2, ((high - h) % 2) / 2
        cx = torch.where(exact, (cx + odd_x).round() - odd_x, cx)
        cy = torch.where(exact, (cy + odd_y).round() - odd_y, cy)
        flip = torch.where(self.rand(n, 1) < .5, -1.0, 1.0)
        m = torch.stack([
            torch.stack([flip * zoom * turn.cos() * w / wide, -zoom * turn.sin() * h / wide, 2 * cx / wide], -1),
            torch.stack([flip * zoom * turn.sin() * w / high, zoom * turn.cos() * h / high, 2 * cy / high], -1)], -2)
        grid = F.affine_grid(m.reshape(n * t, 2, 3), (n * t, 3, h, w), align_corners=False)
        return F.grid_sample(src.float() / 127.5 - 1, grid, mode='bilinear', padding_mode='reflection', align_corners=False).reshape(n, t, 3, h, w)

    def batch(self, b, t, h, w):
        n = min(int(b * self.photo_share + self.r.random()), b)
        parts = []
        if b - n:
            at = [self.starts[i] for i in self.r.integers(0, len(self.starts), b - n)]
            when = np.stack([self.times(length, t) for _, length in at])
            if self.r.random() < .3:
                when = when[:, ::-1].copy()
            rows = torch.from_numpy(when + np.array([s for s, _ in at])[:, None]).to(self.device)
            x = self.frames[rows.flatten()]
            parts.append(self.crop(x, torch.from_numpy(when).float(), h, w, 240, 432, (.7, 1.4), 3, .06, .75))
        if n:
            when = torch.from_numpy(np.stack([self.times(40, t) for _ in range(n)])).float()
            x = self.photo(n, when, h, w)
            y = self.photo(n, when, h, w)
            over = self.holes(n, t, h, w, rounds=2)
            over = F.avg_pool2d(over.flatten(0, 1), 3, 1, 1).unflatten(0, (n, t)) * (self.rand(n, 1, 1, 1, 1) < .5)
            parts.append(x * (1 - over) + y * over)
        x = torch.cat(parts)
        colours = (self.rand(b, 1, 1, 1, 1) < .5).float()
        gain = 1 + (self.rand(b, 1, 3, 1, 1, lo=-.12, hi=.12) + self.rand(b, 1, 1, 1, 1, lo=-.2, hi=.2)) * colours
        shift = (self.rand(b, 1, 3, 1, 1, lo=-.06, hi=.06) + self.rand(b, 1, 1, 1, 1, lo=-.1, hi=.1)) * colours
        return (x * gain + shift).clamp(-1, 1), self.holes(b, t, h, w)

    def photo(self, n, when, h, w):
        t = when.shape[1]
        src = self.photos[torch.from_numpy(self.r.integers(0, len(self.photos), n)).to(self.device).repeat_interleave(t)]
        return self.crop(src, when, h, w, 480, 720, (.8, 1.7), 6, .12, .3)

    def holes(self, b, t, h, w, rounds=3):
        """One to three holes a sample: blobs, boxes, strokes, letters; half stand, half move."""
        d = self.device
        y = torch.arange(h, device=d).view(1, 1, h, 1) + .5
        x = torch.arange(w, device=d).view(1, 1, 1, w) + .5
        m = torch.zeros(b, t, h, w, device=d)
        step = torch.arange(t, device=d).view(1, t, 1, 1)
        for k in range(rounds):
            on = self.rand(b, 1, 1, 1) < (1.0, .3, .15)[k]
            hh, ww = self.rand(b, 1, 1, 1, lo=.07, hi=.34) * h, self.rand(b, 1, 1, 1, lo=.07, hi=.36) * w
            moving = (self.rand(b, 1, 1, 1) < .5).float()
            cy = (.5 + .25 * torch.randn(b, 1, 1, 1, generator=self.g, device=d)) * h + moving * self.rand(b, 1, 1, 1, lo=-.06, hi=.06) * h * (step - t / 2)
            cx = (.5 + .25 * torch.randn(b, 1, 1, 1, generator=self.g, device=d)) * w + moving * self.rand(b, 1, 1, 1, lo=-.06, hi=.06) * w * (step - t / 2)
            dy, dx = (y - cy) / hh, (x - cx) / ww
            th = torch.atan2(dy, dx)
            r = torch.ones_like(th)
            for f in (2, 3, 5, 7):
                r = r + self.rand(b, 1, 1, 1, lo=0, hi=.35 / f ** .5) * torch.cos(f * th + self.rand(b, 1, 1, 1, hi=2 * math.pi))
            blob = dy ** 2 + dx ** 2 < (.8 * r) ** 2
            box = (dy.abs() < 1) & (dx.abs() < 1)
            bars = (dy.abs() < .45) & (dx.abs() < 1) & (torch.sin(dx * self.rand(b, 1, 1, 1, lo=8, hi=25)) + .6 * torch.sin(dy * 9) > -.1)
            wave = (dy - .6 * torch.sin(dx * self.rand(b, 1, 1, 1, lo=1, hi=4))).abs() * hh < self.rand(b, 1, 1, 1, lo=2, hi=6)
            stroke = wave & (dx.abs() < 1)
            kind = self.rand(b, 1, 1, 1)
            hole = torch.where(kind < .45, blob, torch.where(kind < .8, box, torch.where(kind < .92, bars, stroke)))
            m = torch.maximum(m, (hole & on).float())
        return m[:, :, None]
