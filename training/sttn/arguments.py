"""The command line of train.py."""
import argparse
from dataclasses import replace
from typing import Any

from .losses import LOSSES
from .network import GRIDS, Shape

# What the exported weights say of a run: never where files lay.
TELLING = (
    "loss", "adversarial", "adversarial_from", "frames", "pixels", "muon", "adam", "decay", "causal", "photographs_share",
    "masks_share", "minutes", "steps", "seed", "small")


def parser() -> argparse.ArgumentParser:
    result = argparse.ArgumentParser(
        prog="train.py", description="Trains STTN by the clock and exports weights for inpaintd.",
        epilog="training/README.md says how data are laid out, and what to expect.")
    add = result.add_argument
    add("--data", action="append", required=True, metavar="[NAME=]FOLDER",
        help="folder of clips, looked through to the bottom; may be given more than once")
    add("--held-out", action="append", default=[], metavar="FOLDER",
        help="clips of the names that are found there are not trained on")
    add("--out", required=True, metavar="FOLDER", help="where sttn.safetensors and checkpoint.pt go")
    add("--minutes", type=positive, default=60, help="all of it, start and compiling included (default 60)")
    add("--steps", type=int, default=0, help="at most so many steps, however long they take")
    add("--resume", default="", metavar="FILE",
        help="a checkpoint.pt, whose schedule goes on, or exported weights, which begin a new one")
    add("--every", type=positive, default=60, help="seconds between two savings (default 60)")

    shape = Shape()
    add("--channels", type=int, help=f"a multiple of {len(GRIDS)} (default {shape.channels}, or the resumed file's)")
    add("--blocks", type=int, help=f"default {shape.blocks}, or the resumed file's")
    add("--encoder", type=widths, metavar="A,B,C", help=f"widths before the last (default {_text(shape.encoder)})")
    add("--decoder", type=widths, metavar="A,B,C", help=f"widths before the last (default {_text(shape.decoder)})")

    add("--loss", choices=LOSSES, default="log-mse",
        help="the log of the hole's mean square error (default), or the paper's L1 in and outside the hole")
    add("--adversarial", type=float, default=0, help="weight of T-PatchGAN's hinge loss (default 0; the paper's is 0.01)")
    add("--adversarial-from", type=share, default=0.5, help="share of the time after which it begins (default 0.5)")
    add("--frames", type=int, default=8, help="frames of a sample (default 8)")
    add("--pixels", type=positive, help="pixels of all frames of a process's step (default 5.5e6 on a GPU, else 3e5)")
    add("--muon", type=float, default=0.004,
        help="rate of the kernels (default 0.004; in short trials 0.016 stalled, 0.04 diverged); 0: AdamW takes them")
    add("--adam", type=float, default=1e-3, help="rate of the rest (default 0.001)")
    add("--decay", type=share, default=0.6, help="share of the time over which rates fall to nothing (default 0.6)")
    add("--causal", type=share, default=0.67, help="share of the steps in which no frame sees a later one (default 0.67)")
    add("--photographs-share", type=share, default=0.35, help="share of samples made of photographs (default 0.35)")
    add("--masks-share", type=share, default=0.3, help="share of holes made of object masks (default 0.3)")
    add("--small", action="store_true", help="crops of 96x96 and 96x144 only")
    add("--seed", type=int, default=0)

    add("--device", choices=("auto", "cpu", "cuda"), default="auto")
    add("--precision", choices=("auto", "bf16", "fp32"), default="auto",
        help="auto: bf16 on a GPU that has it, and on nothing else")
    add("--compile", action=argparse.BooleanOptionalAction,
        help="fuse activations by torch.compile, and go on without it where that fails (default: on a GPU)")
    add("--memory", type=positive, default=8, metavar="GIB",
        help="room for frames in a process; more data than that are exchanged as it goes (default 8)")
    return result


def parse(words: list[str] | None = None) -> argparse.Namespace:
    result = parser()
    arguments = result.parse_args(words)
    for name in ("muon", "adam", "adversarial", "steps", "seed"):
        if getattr(arguments, name) < 0:
            result.error(f"argument --{name}: is {getattr(arguments, name)}, expected 0 or more")
    if arguments.frames < 2:
        result.error(f"argument --frames: is {arguments.frames}, expected 2 or more")
    if arguments.decay == 0:
        result.error("argument --decay: is 0, expected more")
    if arguments.channels is not None and (arguments.channels < 1 or arguments.channels % len(GRIDS)):
        result.error(f"argument --channels: is {arguments.channels}, expected a multiple of {len(GRIDS)}")
    if arguments.blocks is not None and arguments.blocks < 1:
        result.error(f"argument --blocks: is {arguments.blocks}, expected 1 or more")
    return arguments


def shape(arguments: argparse.Namespace, resumed: Shape | None = None) -> Shape:
    """The network asked for: what was given, else what is resumed, else the default."""
    given = {k: v for k in ("channels", "blocks", "encoder", "decoder") if (v := getattr(arguments, k)) is not None}
    return replace(resumed or Shape(), **given)


def telling(arguments: argparse.Namespace) -> dict[str, Any]:
    """The arguments that matter to what the weights are."""
    return {name: getattr(arguments, name) for name in TELLING}


def positive(text: str) -> float:
    value = float(text)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"is {text}, expected more than 0")
    return value


def share(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"is {text}, expected 0 to 1")
    return value


def widths(text: str) -> tuple[int, ...]:
    values = tuple(int(word) for word in text.split(","))
    if len(values) != 3 or min(values) < 1:
        raise argparse.ArgumentTypeError(f"is {text}, expected three widths such as 64,64,128")
    return values


def _text(widths: tuple[int, ...]) -> str:
    return ",".join(map(str, widths))
