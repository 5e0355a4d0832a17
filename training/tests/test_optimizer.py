import unittest

import torch

from .fixtures import TINY
from sttn.network import STTN
from sttn.optimizer import Optimizers, orthogonal, rate_share


class OptimizerTests(unittest.TestCase):
    def test_muon_drives_singular_values_near_one(self):
        torch.manual_seed(0)
        for rows, columns in ((8, 24), (24, 8), (8, 8)):
            values = torch.linalg.svdvals(orthogonal(torch.randn(2, rows, columns), torch.float32))
            self.assertGreater(values.median(), 0.6)
            self.assertLess(values.max(), 1.3)

    def test_every_parameter_moves_with_muon_and_without(self):
        for muon in (0.01, 0):
            torch.manual_seed(0)
            network = STTN(TINY)
            optimizers = Optimizers(network, muon, 1e-3)
            before = [p.detach().clone() for p in network.parameters()]
            network(torch.rand(1, 2, 3, 48, 48), torch.zeros(1, 2, 1, 48, 48)).square().mean().backward()
            optimizers.step(1, 0)
            for (name, p), was in zip(network.named_parameters(), before):
                # A key's bias adds the same to every score, which softmax takes away again: its gradient is rounding.
                self.assertTrue(name.endswith("key.bias") or not torch.equal(p, was), name)
            self.assertEqual(len(optimizers.muon.momenta) > 0, muon > 0)

    def test_state_of_other_kernels_is_refused(self):
        with_muon, without = (Optimizers(STTN(TINY), muon, 1e-3) for muon in (0.01, 0))
        with self.assertRaises(ValueError):
            without.load_state(with_muon.state())

    def test_rates_rise_and_fall(self):
        self.assertLess(rate_share(0, 0, 0.6), 0.01)
        self.assertEqual(rate_share(0.3, 1000, 0.6), 1)
        self.assertAlmostEqual(rate_share(0.7, 1000, 0.6), 0.5)
        self.assertEqual(rate_share(1.2, 1000, 0.6), 0)


if __name__ == "__main__":
    unittest.main()
