#!/usr/bin/env python3
"""Trains STTN and exports weights for inpaintd; README.md says how.

One process:    train.py --data FOLDER --out FOLDER --minutes 60
Several GPUs:   torchrun --nproc-per-node 4 train.py …
"""
import sys

from sttn import RecipeError
from sttn.arguments import parse
from sttn.processes import Processes
from sttn.training import Training


def main() -> int:
    arguments = parse()
    processes = Processes.start(arguments.device)
    try:
        Training(arguments, processes).run()
    except RecipeError as error:
        print(f"train.py: {error}", file=sys.stderr)
        return 1
    finally:
        processes.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
