import json
import os
import signal
import threading
import unittest
from unittest import mock

import torch

from .fixtures import TINY, FolderTest, moving_picture, write_zip
from sttn import RecipeError, checkpoint
from sttn.arguments import parse
from sttn.export import unpacked
from sttn.layers import Activations, activations
from sttn.network import Shape


class TrainingTests(FolderTest):
    def exported(self, out: str = "out"):
        tensors, metadata = unpacked(self.folder / out / "sttn.safetensors")
        return tensors, json.loads(metadata["training"]), Shape.of(metadata, out)

    def test_two_steps_export_weights_that_say_how_they_were_trained(self):
        for loss in ("log-mse", "paper"):
            _, printed = self.train("--steps", "2", "--loss", loss)
            tensors, training, shape = self.exported()
            self.assertEqual(shape, TINY)
            self.assertEqual((training["steps"], training["processes"]), (2, 1))
            self.assertGreater(training["samples"], 0)
            self.assertEqual(training["arguments"]["loss"], loss)
            self.assertEqual(training["data"], [
                {"name": "unnamed", "clips": 2, "frames": 22, "masks": 1, "photographs": 1}])
            self.assertNotIn(str(self.folder), (self.folder / "out/sttn.safetensors").read_bytes()[:5000].decode("latin1"))
            self.assertRegex(printed, r"hole \d+\.\d+ dB")

    def test_the_loss_falls(self):
        root = self.folder / "data"
        write_zip(root / "one.zip", moving_picture(10))
        _, first = self.train("--steps", "1", "--seed", "1", data=root)
        _, last = self.train("--steps", "40", "--seed", "1", "--decay", "0.3", data=root)
        valid = [float(text.split("valid ")[1].split()[0]) for text in (first, last)]
        self.assertLess(valid[1], valid[0])

    def test_a_checkpoint_goes_on_with_weights_and_optimisers(self):
        words = ("--adversarial", "0.01", "--adversarial-from", "0", "--pixels", "3e4")
        first, _ = self.train("--steps", "2", *words)
        path = self.folder / "out/checkpoint.pt"
        going, _ = self.train("--steps", "2", "--resume", str(path), *words)
        self.assertEqual((first.progress.steps, going.progress.steps), (2, 2))
        for name in ("network", "optimizers", "adversary"):
            a, b = (getattr(t, name) for t in (first, going))
            a, b = ((x.state_dict() if name == "network" else x.state()) for x in (a, b))
            torch.testing.assert_close(a, b, rtol=0, atol=0)
        torch.testing.assert_close(first.average, going.average, rtol=0, atol=0)
        self.assertGreater(max(m.abs().max() for m in going.optimizers.muon.momenta), 0)

        before = checkpoint.load(path)[0]
        further, _ = self.train("--steps", "3", "--resume", str(path), *words)
        self.assertEqual((before.steps, further.progress.steps), (2, 3))
        self.assertGreater(further.progress.samples, before.samples)
        self.assertGreater(further.progress.seconds, before.seconds)
        self.assertEqual(self.exported()[1]["steps"], 3)

    def test_exported_weights_alone_begin_a_new_schedule(self):
        self.train("--steps", "2")
        tensors, past, _ = self.exported()
        training, _ = self.train("--steps", "0", "--minutes", "0.0001", "--resume",
                                 str(self.folder / "out/sttn.safetensors"), out="next")
        again, says, _ = self.exported("next")
        self.assertEqual(training.progress.steps, 0)
        for name, tensor in tensors.items():
            self.assertTrue(torch.equal(again[name], tensor), name)
        self.assertEqual((says["steps"], says["samples"]), (2, past["samples"]))
        self.assertEqual(says["resumed"]["steps"], 2)

    def test_what_cannot_be_resumed_is_said(self):
        self.train("--steps", "1")
        path, weights = self.folder / "out/checkpoint.pt", str(self.folder / "out/sttn.safetensors")
        for words, said in (
            (("--resume", str(path), "--muon", "0"), "does not fit these arguments"),
            (("--resume", str(path), "--minutes", "0.00001"), "give more --minutes"),
            (("--resume", weights, "--channels", "16"), "other sizes were asked for"),
            (("--resume", str(self.folder / "nothing.pt")), "No such file"),
            (("--channels", "512", "--blocks", "8"), "more than 16 MiB"),
        ):
            with self.subTest(said), self.assertRaisesRegex(RecipeError, said):
                self.train("--steps", "2", *words)

    def test_time_ends_a_run(self):
        training, printed = self.train("--minutes", "0.05")
        self.assertGreaterEqual(training.progress.seconds, 3)
        self.assertLess(training.progress.seconds, 30)
        self.assertIn("done:", printed)

    def test_a_signal_ends_a_run_and_saves_it(self):
        timer = threading.Timer(3, os.kill, (os.getpid(), signal.SIGTERM))
        timer.start()
        self.addCleanup(timer.cancel)
        training, _ = self.train("--minutes", "5", "--every", "1000")
        self.assertTrue(training.stopped)
        self.assertEqual(checkpoint.load(self.folder / "out/checkpoint.pt")[0].steps, training.progress.steps)

    def test_bf16_gives_numbers(self):
        _, printed = self.train("--steps", "2", "--precision", "bf16", "--pixels", "3e4")
        self.assertIn("bf16", printed)
        self.assertTrue(all(tensor.isfinite().all() for tensor in self.exported()[0].values()))

    def test_goes_on_without_a_compiler(self):
        with mock.patch("torch.compile", side_effect=RuntimeError("no compiler here")):
            _, printed = self.train("--steps", "1", "--compile")
        self.assertIn("no compiler here", printed)
        self.assertEqual(activations.leaky, Activations.PLAIN[0])

    def test_losses_that_are_no_numbers_end_the_run_and_keep_the_file(self):
        self.train("--steps", "1")
        kept = (self.folder / "out/sttn.safetensors").read_bytes()
        with self.assertRaisesRegex(RecipeError, "no numbers"):
            self.train("--steps", "6", "--adam", "1e30", "--muon", "1e30")
        self.assertEqual((self.folder / "out/sttn.safetensors").read_bytes(), kept)


class ArgumentTests(unittest.TestCase):
    def test_bad_values_are_refused(self):
        for words in (("--minutes", "0"), ("--frames", "1"), ("--channels", "6"), ("--encoder", "1,2"),
                      ("--causal", "2"), ("--muon", "-1"), ("--blocks", "0"), ("--decay", "0")):
            with self.subTest(words), self.assertRaises(SystemExit) as caught, mock.patch("sys.stderr"):
                parse(["--data", "d", "--out", "o", *words])
            self.assertEqual(caught.exception.code, 2)


if __name__ == "__main__":
    unittest.main()
