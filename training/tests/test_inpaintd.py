import os
import subprocess
import unittest
from pathlib import Path

import torch

from .fixtures import ROOT, FolderTest
from sttn.export import packed, unpacked
from sttn.network import STTN, Shape

INPAINTD = Path(os.environ.get("INPAINTD", ROOT / ".build/release/inpaintd"))


@unittest.skipUnless(os.access(INPAINTD, os.X_OK), f"SKIPPED: {INPAINTD} is not built; set INPAINTD to a program")
class InpaintdTests(FolderTest):
    def test_inpaintd_computes_what_the_trained_network_does(self):
        """Two steps on the processor, an export, and both networks on the same frames and masks: at most 2e-3 apart."""
        self.train("--steps", "2", "--frames", "4")
        self.compare(self.folder / "out/sttn.safetensors")

    def test_inpaintd_computes_what_a_long_trained_network_does(self):
        self.compare(ROOT / "Sources/CDefaultWeights/default.safetensors")

    def test_inpaintd_tells_the_network_that_was_exported(self):
        self.train("--steps", "1")
        told = subprocess.run(
            [INPAINTD, "model", "info", self.folder / "out/sttn.safetensors"], capture_output=True, text=True, timeout=60)
        self.assertEqual(told.returncode, 0, told.stderr)
        self.assertIn("8 channels, 1 blocks, 4 heads", told.stdout)
        self.assertRegex(told.stdout, r"attention +keys in holes are masked\n *region +any")

    def compare(self, weights: Path) -> None:
        tensors, metadata = unpacked(weights)
        network = STTN(Shape.of(metadata, str(weights)))
        network.load_published_state(tensors, str(weights))
        generator = torch.Generator().manual_seed(7)
        frames = torch.rand(4, 3, 96, 144, generator=generator) * 2 - 1
        masks = torch.zeros(4, 1, 96, 144)
        masks[:, :, 20:70, 30:90] = 1
        masks[2, :, :, 72:] = 1
        with torch.no_grad():
            want = network((frames * (1 - masks))[None], masks[None])[0]
        window, output = self.folder / "window.safetensors", self.folder / "output.safetensors"
        window.write_bytes(packed({"frames": frames, "masks": masks}, {}))
        ended = subprocess.run(
            [INPAINTD, "model", "forward", "--weights", weights, "--input", window, "--output", output],
            capture_output=True, text=True, timeout=120)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        got = unpacked(output)[0]["output"]
        self.assertGreater(want.std(), 1e-3)
        torch.testing.assert_close(got, want, atol=2e-3, rtol=0)
        print(f"{weights.name}: at most {(got - want).abs().max():.1e} apart")


if __name__ == "__main__":
    unittest.main()
