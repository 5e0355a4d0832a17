import json
import os
import subprocess
import sys
import unittest

from .fixtures import ROOT, TINY_ARGUMENTS, FolderTest
from sttn import checkpoint
from sttn.export import unpacked

# Two processes: the mean of their gradients is the gradient of both batches together, they agree on clocks and
# objects, and notice weights that differ.
WORKER = """
import torch
from sttn import RecipeError
from sttn.network import STTN, Shape
from sttn.processes import Processes

processes = Processes.start("cpu")
rank = processes.rank
torch.manual_seed(rank)
network = STTN(Shape(8, 1, (4, 4, 8), (8, 4, 4)))
network_of_all = processes.distributed(network)
batches = torch.rand(2, 1, 2, 3, 48, 48, generator=torch.Generator().manual_seed(5))
masks = torch.zeros(1, 2, 1, 48, 48)
network_of_all(batches[rank], masks, True).square().mean().backward()
averaged = [p.grad.clone() for p in network.parameters()]
network.zero_grad()
network(batches.flatten(0, 1), masks.expand(2, -1, -1, -1, -1), True).square().mean().backward()
for got, parameter in zip(averaged, network.parameters()):
    torch.testing.assert_close(got, parameter.grad, atol=1e-6, rtol=1e-4)

assert processes.count == 2
assert processes.clock(10.0 + rank, False) == (10.0, False)
assert processes.clock(10.0, rank == 1) == (10.0, True)
assert processes.all(True) and not processes.all(rank == 0)
assert processes.from_first(lambda: {"rank": rank}) == {"rank": 0}
try:
    processes.from_first(lambda: (_ for _ in ()).throw(RecipeError("said by the first")))
    raise SystemExit("no error")
except RecipeError as error:
    assert str(error) == "said by the first"
assert processes.same(list(network.parameters()))
assert not processes.same([torch.full((3,), float(rank))])
processes.stop()
"""


class ProcessTests(FolderTest):
    def torchrun(self, *words: str, count: int = 2) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(count), *words],
            cwd=ROOT / "training", capture_output=True, text=True, timeout=300,
            env={**os.environ, "PYTHONPATH": str(ROOT / "training"), "OMP_NUM_THREADS": "1"})

    def test_processes_average_and_agree(self):
        script = self.folder / "worker.py"
        script.write_text(WORKER)
        ended = self.torchrun(str(script))
        self.assertEqual(ended.returncode, 0, ended.stderr[-3000:])

    def test_two_processes_train_one_network_and_one_goes_on(self):
        data, out = self.data(), self.folder / "out"
        words = ["train.py", "--data", str(data), "--out", str(out), *TINY_ARGUMENTS, "--pixels", "3e4"]
        ended = self.torchrun(*words, "--steps", "2", "--adversarial", "0.01", "--adversarial-from", "0")
        self.assertEqual(ended.returncode, 0, ended.stderr[-3000:])
        self.assertEqual(ended.stdout.count("done: 2 steps"), 1)
        training = json.loads(unpacked(out / "sttn.safetensors")[1]["training"])
        self.assertEqual((training["processes"], training["steps"], training["samples"] % 2), (2, 2, 0))

        again = self.torchrun(*words, "--steps", "3", "--resume", str(out / "checkpoint.pt"))
        self.assertEqual(again.returncode, 0, again.stderr[-3000:])
        alone = subprocess.run(
            [sys.executable, *words, "--steps", "4", "--resume", str(out / "checkpoint.pt")],
            cwd=ROOT / "training", capture_output=True, text=True, timeout=300)
        self.assertEqual(alone.returncode, 0, alone.stderr[-3000:])
        self.assertEqual(checkpoint.load(out / "checkpoint.pt")[0].steps, 4)

    def test_what_is_wrong_is_said_in_one_line(self):
        ended = subprocess.run(
            [sys.executable, "train.py", "--data", str(self.folder / "nowhere"), "--out", str(self.folder / "out")],
            cwd=ROOT / "training", capture_output=True, text=True, timeout=300)
        self.assertEqual(ended.returncode, 1)
        self.assertRegex(ended.stderr, r"^train.py: .*nowhere: is no folder\n$")


if __name__ == "__main__":
    unittest.main()
