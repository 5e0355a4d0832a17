"""What every contender's script shares: its options, its clock, and the one line of JSON at the end."""
import argparse
import json
import os
import pathlib
import statistics
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts/goldens"))


def options(description, network=False):
    """The options that all scripts know; `network` adds those of a whole network's."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--serve", action="store_true", help="measure once for each line on standard input")
    if network:
        parser.add_argument("--architecture", choices=("full", "compact"), default="full")
        parser.add_argument("--size", default="432x240")
        parser.add_argument("--window", type=int, default=10, help="frames that go through the network together")
        parser.add_argument("--onnx", help="a file to keep the exported network in, or to take it from")
    else:
        parser.add_argument("--dilation", type=int, choices=(1, 2), default=1)
    return parser


def timed(run, count):
    """Measures the seconds of one run, for each of the `count` things it does: the median of a quarter of a second."""
    def measure():
        seconds = []
        while sum(seconds) < 0.25:
            start = time.perf_counter()
            run()
            seconds.append(time.perf_counter() - start)
        return statistics.median(seconds) / count
    return measure


def age():
    """Seconds since this process was started."""
    ticks = int(pathlib.Path("/proc/self/stat").read_text().rsplit(")", 1)[1].split()[19])
    return time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")


def greatest_memory():
    lines = pathlib.Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


def report(name, settings, measure):
    """Measures as the settings say: so many rounds and one line, or one line for each that comes in."""
    def about(seconds):
        print(json.dumps({
            "contender": name, "seconds": seconds, "threads": settings.threads, "start_seconds": start,
            "max_rss_bytes": greatest_memory()}), flush=True)

    measure()
    start = age()
    if settings.serve:
        print(json.dumps({"contender": name}), flush=True)
        for _ in sys.stdin:
            about(measure())
    else:
        about(statistics.median(measure() for _ in range(settings.rounds)))


def pictures(settings):
    """A window of frames and masks."""
    import formula
    width, height = map(int, settings.size.split("x"))
    return formula.frames(settings.window, height, width), formula.masks(settings.window, height, width)


def network(settings):
    """The network with the formula's weights."""
    import cases
    return cases.network(cases.ARCHITECTURES[settings.architecture](cases.SQUARE))


def exported(settings):
    """The network as the bytes of an ONNX file, and its inputs by name."""
    import io
    import warnings
    import torch
    frames, masks = pictures(settings)
    inputs = {"frames": frames.numpy(), "masks": masks.numpy()}
    kept = settings.onnx and pathlib.Path(settings.onnx)
    if kept and kept.exists():
        return kept.read_bytes(), inputs
    file = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network(settings), (frames, masks), file, input_names=["frames", "masks"], output_names=["output"],
            opset_version=17, dynamo=False)
    if kept:
        kept.write_bytes(file.getvalue())
    return file.getvalue(), inputs
