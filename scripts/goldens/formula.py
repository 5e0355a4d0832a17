"""Test weights, frames and masks from one counter-based formula, the same in Python and in Swift.

    hash(name)       = 64-bit FNV-1a of the name's UTF-8 bytes
    uniform(name, i) = (mix(hash(name) + (i + 1) * 0x9E3779B97F4A7C15 mod 2^64) >> 40) / 2^23 - 1      in [-1, 1)
    mix              = the finaliser of splitmix64
    weight           = uniform * gain * sqrt(3 / fan_in)           so that its deviation is gain / sqrt(fan_in)
    bias             = uniform * 0.1
    gain             = 0.5 for `output_linear.0` and `feed_forward.conv.2`, 0.3 for `decoder.6`, 1 for embeddings, else 1.387:
                       LeakyReLU 0.2 then keeps activations of order 1, and residuals grow them slowly.
    frame            = 0.6 * uniform("frames.coarse", its 16 x 16 cell) + 0.4 * uniform("frames.fine", its index)
    mask             = a box of 5/8 of the sides whose corner is at ((1 + t % 3) / 8, (1 + t % 2) / 8) of them
    position k       = (the 64-bit mix of "positions", k) % count: where a tensor is sampled

Tests/TestFormula/TestFormula.swift is the other half.
"""
import math

import numpy as np
import torch

GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def fnv1a(name):
    value = 0xCBF29CE484222325
    for byte in name.encode():
        value = (value ^ byte) * 0x100000001B3 % (1 << 64)
    return np.uint64(value)


def bits(name, indices):
    with np.errstate(over="ignore"):
        z = fnv1a(name) + (indices.astype(np.uint64) + np.uint64(1)) * GOLDEN
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def uniform(name, indices):
    return (bits(name, indices) >> np.uint64(40)).astype(np.float32) / np.float32(1 << 23) - np.float32(1)


def series(name, *shape):
    """Uniform values of a shape, in order."""
    return torch.from_numpy(uniform(name, np.arange(math.prod(shape))).reshape(shape))


def gain(name):
    if "output_linear" in name or "feed_forward.conv.2" in name:
        return 0.5
    if name.startswith("decoder.6"):
        return 0.3
    return 1.0 if "embedding" in name else 1.387


def parameter(name, shape):
    """A tensor of the network under its published name."""
    if name.endswith(".bias"):
        return series(name, *shape) * np.float32(0.1)
    fan_in = math.prod(shape[1:])
    return series(name, *shape) * np.float32(gain(name) * math.sqrt(3 / fan_in))


def frames(count, height, width):
    t, c, y, x = np.meshgrid(np.arange(count), np.arange(3), np.arange(height), np.arange(width), indexing="ij")
    cell = ((t * 3 + c) * ((height + 15) // 16) + y // 16) * ((width + 15) // 16) + x // 16
    coarse = uniform("frames.coarse", cell)
    fine = uniform("frames.fine", np.arange(t.size).reshape(t.shape))
    return torch.from_numpy(np.float32(0.6) * coarse + np.float32(0.4) * fine)


def masks(count, height, width):
    result = torch.zeros(count, 1, height, width)
    for t in range(count):
        left, top = width * (1 + t % 3) // 8, height * (1 + t % 2) // 8
        result[t, 0, top:top + height * 5 // 8, left:left + width * 5 // 8] = 1
    return result


def positions(count, samples):
    return (bits("positions", np.arange(samples)) % np.uint64(count)).astype(np.int64)


def record(name, tensor, samples=64):
    """What a golden keeps of a tensor: its shape, its sums, and its values at sampled positions."""
    flat = tensor.detach().double().flatten()
    picked = flat[torch.from_numpy(positions(flat.numel(), samples))]
    return {
        "name": name,
        "shape": list(tensor.shape),
        "sum": round(flat.sum().item(), 4),
        "absoluteSum": round(flat.abs().sum().item(), 4),
        "samples": [round(value, 6) for value in picked.tolist()],
    }
