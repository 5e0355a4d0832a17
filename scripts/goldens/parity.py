#!/usr/bin/env python3
"""Compares `inpaintd model forward` with PyTorch, from every kind of weight file: `scripts/goldens/parity.py`, by hand.

Needs torch, numpy, safetensors and a release build. Weights, frames and masks come from formula.py. Every network is
written as .safetensors, as a zip .pth and as the older stream .pth, the last two as PyTorch writes a checkpoint that
was trained on a GPU: `{'netG': OrderedDict with _metadata}`, storages located on `cuda:0`, one tensor a strided view
and two tensors views of one storage. PyTorch files say nothing of masked attention, so the compact network, which has
it, is compared without it there.
"""
import argparse
import collections
import dataclasses
import json
import pathlib
import subprocess
import sys
import tempfile
import time

import torch
from safetensors.torch import load_file, save_file

from cases import ARCHITECTURES, LENGTHS, SIZES, network
from formula import frames, masks

ROOT = pathlib.Path(__file__).resolve().parents[2]
MAXIMUM, MEAN = 2e-3, 1e-4

# Every storage is written as if it lay on a GPU; reading back is not done here.
torch.serialization.register_package(0, lambda storage: "cuda:0", lambda storage, location: None)


def checkpoint(net):
    """The network's state as a real checkpoint holds it."""
    state = net.state_dict()
    name = "transformer.0.feed_forward.conv.0.weight"
    state[name] = state[name].transpose(0, 1).contiguous().transpose(0, 1)
    first, second = "encoder.0.bias", "encoder.2.bias"
    shared = torch.cat([state[first], state[second]])
    state[first], state[second] = shared[:state[first].numel()], shared[state[first].numel():]
    assert isinstance(state, collections.OrderedDict) and state._metadata
    assert not state[name].is_contiguous() and state[second].storage_offset() > 0
    return {"netG": state}


def weight_files(folder, net, configuration):
    """(path, what the file can say of masked attention)"""
    metadata = {}
    if configuration.masks_attention:
        metadata = {
            "format": "sttn", "channels": configuration.channels, "blocks": configuration.blocks,
            "encoder": list(configuration.encoder), "decoder": [*configuration.decoder, 3],
            "grids": [list(grid) for grid in configuration.grids], "mask_attention": True}
    native = folder / "weights.safetensors"
    save_file(net.state_dict(), native, {k: v if isinstance(v, str) else json.dumps(v) for k, v in metadata.items()})
    yield native, configuration.masks_attention
    for name, zipped in (("zip.pth", True), ("stream.pth", False)):
        torch.save(checkpoint(net), folder / name, _use_new_zipfile_serialization=zipped)
        yield folder / name, False


def text(grids):
    return ",".join(f"{columns}x{rows}" for columns, rows in grids)


def run(binary, weights, grids, window, output):
    output.unlink(missing_ok=True)
    start = time.monotonic()
    subprocess.run(
        [binary, "model", "forward", "--weights", weights, "--grids", text(grids), "--input", window,
         "--output", output], check=True)
    return load_file(output)["output"], time.monotonic() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=ROOT / ".build/release/inpaintd")
    parser.add_argument("--architecture", choices=ARCHITECTURES, help="only this network")
    options = parser.parse_args()
    failures = 0
    print("network  size     T  file                 max       mean      seconds")
    with tempfile.TemporaryDirectory() as name, torch.no_grad():
        folder = pathlib.Path(name)
        for architecture, make in ARCHITECTURES.items():
            if options.architecture not in (None, architecture):
                continue
            for width, height, grids in SIZES:
                configuration = make(grids)
                net = network(configuration)
                files = list(weight_files(folder, net, configuration))
                plain = network(dataclasses.replace(configuration, masks_attention=False))
                for count in LENGTHS:
                    x, m = frames(count, height, width), masks(count, height, width)
                    window = folder / "window.safetensors"
                    save_file({"frames": x, "masks": m}, window)
                    expected = {False: plain(x, m)}
                    expected[True] = net(x, m) if configuration.masks_attention else expected[False]
                    for path, masked in files:
                        output, seconds = run(options.binary, path, grids, window, folder / "output.safetensors")
                        difference = (output - expected[masked]).abs()
                        worst, mean = difference.max().item(), difference.mean().item()
                        failed = not (worst <= MAXIMUM and mean <= MEAN)
                        failures += failed
                        print(f"{architecture:8} {width}x{height:<4} {count}  {path.name:20} {worst:.2e}  {mean:.2e}  "
                              f"{seconds:5.1f}{'  FAILED' if failed else ''}", flush=True)
    sys.exit(f"{failures} beyond {MAXIMUM} at most or {MEAN} on average" if failures else 0)


if __name__ == "__main__":
    main()
