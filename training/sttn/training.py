"""A run: from the data and what is resumed, step by step until its time is over, to the exported weights."""
import argparse
import contextlib
import dataclasses
import json
import signal
import time
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import numpy as np
import torch

from . import RecipeError, checkpoint, data
from .adversary import Adversary
from .arguments import shape, telling
from .bank import Bank
from .chance import Chance
from .checkpoint import Progress
from .export import LARGEST, export, exported_bytes, origin, unpacked
from .layers import activations
from .losses import Reconstruction, completed, decibels, reconstruction, valid_weight
from .network import STTN, Shape
from .optimizer import Optimizers, rate_share
from .processes import Processes
from .samples import Samples

# Sides of crops, and how often they are drawn. All processes draw the same, so that none waits for another.
CROPS = {(96, 240): 3, (96, 432): 2, (144, 192): 2, (192, 336): 3, (240, 432): 2, (144, 288): 2, (192, 192): 2}
SMALL_CROPS = {(96, 96): 1, (96, 144): 1}


class Training:
    """What a run holds. Everything here is the same in every process, but for the samples."""

    def __init__(self, arguments: argparse.Namespace, processes: Processes) -> None:
        self.began = time.monotonic()
        self.arguments, self.processes, self.device = arguments, processes, processes.device
        self.out = Path(arguments.out)
        self.gpu = self.device.startswith("cuda")
        self.bf16 = arguments.precision == "bf16" or (
            arguments.precision == "auto" and self.gpu and torch.cuda.is_bf16_supported())
        if self.gpu:
            torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
        torch.manual_seed(arguments.seed)
        self.stopped = False

        resumed, state = self._resumed()
        self._prepare(resumed)
        self.network = STTN(resumed).to(self.device, memory_format=torch.channels_last)
        self.optimizers = Optimizers(self.network, arguments.muon, arguments.adam)
        self.adversary = Adversary(processes, self._autocast) if arguments.adversarial > 0 else None
        self._restore(state)
        self.bank = self._bank()
        words = (arguments.seed, self.progress.earlier_steps + self.progress.steps)
        self.samples = Samples(
            self.bank, Chance(self.device, *words, 1 + processes.rank), arguments.photographs_share,
            arguments.masks_share)
        self.common = np.random.default_rng([*words, 0])
        self.crops = list(SMALL_CROPS if arguments.small else CROPS)
        weights = np.array(list((SMALL_CROPS if arguments.small else CROPS).values()), float)
        self.crop_shares = weights / weights.sum()
        self.pixels = arguments.pixels or (5.5e6 if self.gpu else 3e5)

    def run(self) -> None:
        """Trains until the time is over, a signal comes or the steps are done; then saves."""
        self._compile()
        self.distributed = self.processes.distributed(self.network)
        previous = {s: signal.signal(s, self._stop) for s in (signal.SIGTERM, signal.SIGINT)}
        self.resumed_seconds = self.progress.seconds
        try:
            self._steps()
        finally:
            for name, handler in previous.items():
                signal.signal(name, handler)
            self.bank.close()
        if not self.processes.same([*self.optimizers.parameters, *self.average]):
            raise RecipeError("the processes no longer hold the same weights; nothing was saved at the end")
        self._save()
        self._say(f"done: {self.progress.steps} steps, {self.progress.samples} samples, {self.progress.seconds:.0f} s")

    def _steps(self) -> None:
        a, p = self.arguments, self.progress
        total, saved, mark, seen = a.minutes * 60, time.monotonic(), (p.seconds, p.steps), []
        while True:
            now = self.resumed_seconds + time.monotonic() - self.began
            p.seconds, stop = self.processes.clock(now, self.stopped)
            over = stop or p.seconds >= total or bool(a.steps and p.steps >= a.steps)
            if seen and (over or time.monotonic() - saved > a.every):
                self._report(torch.stack(seen).mean(0).tolist(), (p.steps - mark[1]) / max(1e-3, p.seconds - mark[0]))
                mark, seen = (p.seconds, p.steps), []
                if not over:
                    self._save()
                saved = time.monotonic()
            if over:
                return
            seen.append(self._step(max(p.seconds / total, p.steps / a.steps if a.steps else 0)))

    def _step(self, progress: float) -> torch.Tensor:
        """One step; its log square error, valid loss, the adversary's loss and what it adds to the generator's."""
        a = self.arguments
        height, width = self.crops[self.common.choice(len(self.crops), p=self.crop_shares)]
        causal = bool(self.common.random() < a.causal)
        batch = max(1, round(self.pixels / (a.frames * height * width)))
        frames, masks = self.samples.batch(batch, a.frames, height, width)
        output, losses = self._losses(self.distributed, frames, masks, causal)
        loss = losses.hole + valid_weight(a.loss, progress) * losses.valid
        judged = learnt = torch.zeros((), device=self.device)
        if self.adversary is not None and progress >= a.adversarial_from:
            filled = completed(output, frames, masks)
            learnt = self.adversary.learn(frames, filled)
            judged = self.adversary.judge(filled)
            loss = loss + a.adversarial * judged
        self.optimizers.clear()
        loss.backward()
        self.optimizers.step(rate_share(progress, self.progress.steps, a.decay), self.progress.steps)
        self.progress.steps += 1
        self.progress.samples += batch * self.processes.count
        n = self.progress.steps
        with torch.no_grad():
            torch._foreach_lerp_(self.average, self.optimizers.parameters, 1 - min(0.998, (1 + n) / (10 + n)))
        return torch.stack([losses.log_square, losses.valid.detach(), learnt, judged.detach()])

    def _losses(self, network, frames, masks, causal: bool) -> tuple[torch.Tensor, Reconstruction]:
        with self._autocast():
            output = network(frames * (1 - masks), masks, causal)
        return output, reconstruction(self.arguments.loss, output, frames, masks, causal)

    def _autocast(self) -> AbstractContextManager:
        return torch.autocast(self.device.split(":")[0], torch.bfloat16) if self.bf16 else contextlib.nullcontext()

    def _resumed(self) -> tuple[Shape, dict[str, Any]]:
        """The network's shape and what to restore, read by the first process for all."""
        if not self.arguments.resume:
            self.progress = Progress()
            return shape(self.arguments), {}
        path = Path(self.arguments.resume)

        def read() -> tuple[Progress, dict[str, Any]]:
            if path.suffix != ".safetensors":
                return checkpoint.load(path)
            tensors, metadata = unpacked(path)
            past = json.loads(metadata.get("training", "{}"))
            progress = Progress(
                earlier_steps=past.get("steps", 0), earlier_samples=past.get("samples", 0),
                earlier_minutes=past.get("minutes", 0))
            return progress, {"tensors": tensors, "shape": dataclasses.asdict(Shape.of(metadata, str(path)))}

        self.progress, state = self.processes.from_first(read)
        resumed = Shape(**state["shape"])
        if shape(self.arguments, resumed) != resumed:
            raise RecipeError(f"{path}: holds a network of {resumed}, and other sizes were asked for")
        if self.progress.seconds >= self.arguments.minutes * 60:
            raise RecipeError(
                f"{path}: its schedule had {self.progress.seconds / 60:.1f} minutes of {self.arguments.minutes:g}; "
                "give more --minutes, or resume the exported weights for a new schedule")
        return resumed, state

    def _prepare(self, resumed: Shape) -> None:
        if exported_bytes(resumed) > LARGEST:
            raise RecipeError(
                f"a network of {resumed} is exported in more than {LARGEST // 2**20} MiB; ask for a smaller one")
        try:
            self.out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise RecipeError(f"{self.out}: {error.strerror}") from error

    def _restore(self, state: dict[str, Any]) -> None:
        if "tensors" in state:
            self.network.load_published_state(state["tensors"], self.arguments.resume)
        elif state:
            try:
                self.network.load_state_dict(state["network"])
                self.optimizers.load_state(state["optimizers"])
                if self.adversary is not None and state["adversary"] is not None:
                    self.adversary.load_state(state["adversary"])
            except (ValueError, RuntimeError, KeyError) as error:
                raise RecipeError(
                    f"{self.arguments.resume}: does not fit these arguments ({error}); "
                    "resume the exported weights instead") from error
        parameters = self.optimizers.parameters
        self.average = [p.detach().clone() for p in parameters]
        for own, given in zip(self.average, state.get("average", [])):
            own.copy_(given)

    def _bank(self) -> Bank:
        a = self.arguments
        held_out = set()
        for folder in map(Path, a.held_out):
            if not folder.is_dir():
                raise RecipeError(f"{folder}: is no folder")
            held_out |= data.clip_names([p.name for p in folder.rglob("*")])
        sources = [data.find(folder, held_out) for folder in a.data]
        for source in sources:
            for line in source.passed_over:
                self._say(f"passed over {line}")
        chance = np.random.default_rng([a.seed, 1 + self.processes.rank])
        bank = Bank(
            sources, self.device, a.memory * 2**30, chance, self.processes.rank, self.processes.count, self._say)
        self.data = [source.counts() for source in sources]
        for source, counts in zip(sources, self.data):
            self._say(
                "{name}: {clips} clips, {frames} frames, {masks} files of masks, {photographs} photographs; "
                "{0} clips held out".format(source.held_out, **counts))
        self._say(
            f"{self.network.parameter_count() / 1e6:.2f} M parameters, {self.processes.count} × {self.device}, "
            f"{'bf16' if self.bf16 else 'fp32'}, data read after {time.monotonic() - self.began:.0f} s")
        return bank

    def _compile(self) -> None:
        """Fuses activations and compiles them at every size; where that fails in any process, none does it."""
        if not (self.gpu if self.arguments.compile is None else self.arguments.compile):
            return
        works = True
        try:
            import torch._dynamo
            torch._dynamo.config.cache_size_limit = 256
            activations.wrapped(lambda function: torch.compile(function, dynamic=True))
            for height, width in self.crops:
                for causal in (True, False):
                    frames, masks = self.samples.batch(2, self.arguments.frames, height, width)
                    _, losses = self._losses(self.network, frames, masks, causal)
                    (losses.hole + losses.valid).backward()
        except Exception as error:  # whatever a compiler says: the run goes on without it
            self._say(f"not compiled: {error!r}"[:500])
            works = False
        self.optimizers.clear()
        if not self.processes.all(works):
            activations.plain()
        self._say(f"compiled: {works}, after {time.monotonic() - self.began:.0f} s")

    def _report(self, means: list[float], rate: float) -> None:
        if not all(np.isfinite(means)):
            raise RecipeError(f"the losses are no numbers after {self.progress.steps} steps; lower --muon and --adam")
        p, (log_square, valid, learnt, judged) = self.progress, means
        game = f"\tdiscriminator {learnt:.4f}\tgenerator {judged:.4f}" if self.adversary is not None else ""
        self._say(f"{p.steps}\t{p.seconds:.0f} s\t{p.samples}\thole {decibels(log_square):.3f} dB\tvalid {valid:.4f}{game}"
                  f"\t{rate:.1f} steps/s")

    def _save(self) -> None:
        """The moving average as the weights to use, and the checkpoint to go on from; by the first process."""
        if not self.processes.first:
            return
        p = self.progress
        training = {
            "steps": p.earlier_steps + p.steps, "samples": p.earlier_samples + p.samples,
            "minutes": round(p.earlier_minutes + p.seconds / 60, 1), **origin(), "processes": self.processes.count,
            "device": torch.cuda.get_device_name() if self.gpu else "cpu", "data": self.data,
            "arguments": telling(self.arguments) | {"pixels": self.pixels}}
        if p.earlier_steps:
            training["resumed"] = {"steps": p.earlier_steps, "minutes": p.earlier_minutes}
        parameters = self.optimizers.parameters
        live = [q.detach().clone() for q in parameters]
        with torch.no_grad():
            torch._foreach_copy_(parameters, self.average)
            try:
                export(self.out / "sttn.safetensors", self.network, training)
            finally:
                torch._foreach_copy_(parameters, live)
        checkpoint.save(self.out / "checkpoint.pt", p, {
            "shape": dataclasses.asdict(self.network.shape), "network": self.network.state_dict(),
            "average": self.average, "optimizers": self.optimizers.state(),
            "adversary": self.adversary.state() if self.adversary is not None else None})

    def _stop(self, *_: Any) -> None:
        self.stopped = True

    def _say(self, line: str) -> None:
        if self.processes.first:
            print(line, flush=True)
