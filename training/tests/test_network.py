import importlib.util
import unittest

import torch

from .fixtures import ROOT, TINY
from sttn.export import unpacked
from sttn.network import STTN, Shape

WEIGHTS = ROOT / "Sources/CDefaultWeights/default.safetensors"


def oracle():
    """scripts/goldens/sttn.py, which the goldens of the Swift tests are made with."""
    spec = importlib.util.spec_from_file_location("oracle", ROOT / "scripts/goldens/sttn.py")
    module = importlib.util.module_from_spec(spec)
    import sys
    sys.modules["oracle"] = module
    spec.loader.exec_module(module)
    return module


def window(batch: int, frames: int, height: int, width: int):
    generator = torch.Generator().manual_seed(3)
    x = torch.rand(batch, frames, 3, height, width, generator=generator) * 2 - 1
    masks = torch.zeros(batch, frames, 1, height, width)
    masks[..., height // 4:3 * height // 4, width // 4:width // 2] = 1
    masks[:, 1, :, :height // 2] = 1
    return x, masks


class NetworkTests(unittest.TestCase):
    def test_agrees_with_the_oracle_on_the_weights_that_are_kept(self):
        goldens = oracle()
        tensors, metadata = unpacked(WEIGHTS)
        shape = Shape.of(metadata, str(WEIGHTS))
        own = STTN(shape)
        own.load_published_state(tensors, str(WEIGHTS))
        other = goldens.STTN(goldens.Configuration(
            (*shape.encoder, shape.channels), shape.blocks, shape.decoder, ((1, 1), (3, 3), (6, 6), (12, 12)), True))
        other.load_state_dict(tensors, strict=True)
        x, masks = window(1, 3, 96, 144)
        with torch.no_grad():
            torch.testing.assert_close(own(x * (1 - masks), masks)[0], other(x[0], masks[0]), atol=1e-5, rtol=0)

    def test_causal_attention_sees_no_later_frame(self):
        torch.manual_seed(0)
        network = STTN(TINY)
        x, masks = window(2, 4, 48, 96)
        with torch.no_grad():
            whole = network(x, masks, causal=True)
            part = network(x[:, :2], masks[:, :2], causal=True)
            free = network(x, masks, causal=False)
        torch.testing.assert_close(whole[:, :2], part, atol=1e-5, rtol=0)
        self.assertGreater((free[:, 0] - whole[:, 0]).abs().max(), 1e-4)

    def test_clips_of_a_batch_do_not_see_each_other(self):
        torch.manual_seed(0)
        network = STTN(TINY)
        x, masks = window(2, 3, 48, 48)
        with torch.no_grad():
            torch.testing.assert_close(network(x, masks)[1:], network(x[1:], masks[1:]), atol=1e-5, rtol=0)

    def test_every_parameter_gets_a_gradient(self):
        network = STTN(TINY)
        x, masks = window(1, 2, 48, 48)
        network(x, masks).square().mean().backward()
        for name, parameter in network.named_parameters():
            self.assertTrue(parameter.grad.isfinite().all(), name)


if __name__ == "__main__":
    unittest.main()
