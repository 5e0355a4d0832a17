"""The processes of a run: one alone, or as many as torchrun started, on one machine or several."""
import datetime
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch
import torch.distributed as dist
import torch.nn as nn
from torch import Tensor


@dataclass
class Processes:
    """This process among all. What they agree on goes over gloo, so that no GPU waits for it."""

    rank: int = 0
    count: int = 1
    device: str = "cpu"
    _talk: Any = field(default=None, repr=False)

    @classmethod
    def start(cls, device: str = "auto") -> "Processes":
        """Joins the others that torchrun's variables name; `device` is auto, cpu or cuda."""
        rank, count = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
        if device == "auto":
            device = "cuda" if torch.cuda.is_available() else "cpu"
        if device == "cuda":
            local = int(os.environ.get("LOCAL_RANK", 0))
            torch.cuda.set_device(local)
            device = f"cuda:{local}"
        if count == 1:
            return cls(device=device)
        # An hour: one process may read its data for longer than another.
        patience = datetime.timedelta(hours=1)
        dist.init_process_group("nccl" if device.startswith("cuda") else "gloo", timeout=patience)
        return cls(rank, count, device, dist.new_group(backend="gloo", timeout=patience))

    @property
    def first(self) -> bool:
        return self.rank == 0

    def distributed(self, module: nn.Module) -> nn.Module:
        """The module with its gradients averaged over the processes; its weights become the first one's."""
        if self.count == 1:
            return module
        ids = [torch.device(self.device).index] if self.device.startswith("cuda") else None
        return nn.parallel.DistributedDataParallel(module, device_ids=ids, gradient_as_bucket_view=False)

    def clock(self, seconds: float, stop: bool) -> tuple[float, bool]:
        """The first process's clock, and whether any of them was told to stop: the same everywhere."""
        if self.count == 1:
            return seconds, stop
        values = torch.tensor([seconds if self.first else -1.0, float(stop)], dtype=torch.float64)
        dist.all_reduce(values, dist.ReduceOp.MAX, group=self._talk)
        return values[0].item(), values[1].item() > 0

    def all(self, condition: bool) -> bool:
        """Whether a condition holds in every process."""
        if self.count == 1:
            return condition
        value = torch.tensor([int(condition)])
        dist.all_reduce(value, dist.ReduceOp.MIN, group=self._talk)
        return value.item() > 0

    def sum(self, values: list[int]) -> list[int]:
        if self.count == 1:
            return values
        tensor = torch.tensor(values, dtype=torch.int64)
        dist.all_reduce(tensor, group=self._talk)
        return tensor.tolist()

    def from_first(self, make: Callable[[], Any]) -> Any:
        """What the first process makes, in every process; an error that it raises is raised everywhere."""
        if self.count == 1:
            return make()
        box: list[Any] = [None, None]
        if self.first:
            try:
                box[0] = make()
            except Exception as error:  # every kind: the others wait for an answer
                box[1] = error
        dist.broadcast_object_list(box, src=0, group=self._talk)
        if box[1] is not None:
            raise box[1]
        return box[0]

    def same(self, tensors: list[Tensor]) -> bool:
        """Whether these have the same sums in every process."""
        sums = torch.stack([t.detach().double().sum() for t in tensors]).tolist()
        return self.all(sums == self.from_first(lambda: sums))

    def stop(self) -> None:
        if self.count > 1:
            dist.destroy_process_group()
