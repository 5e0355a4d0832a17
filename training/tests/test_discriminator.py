import contextlib
import unittest

import torch

from .fixtures import TINY
from sttn.adversary import Adversary
from sttn.discriminator import Discriminator
from sttn.losses import completed, discriminator_hinge, generator_hinge
from sttn.network import STTN
from sttn.processes import Processes


class DiscriminatorTests(unittest.TestCase):
    def test_judges_every_patch_of_the_smallest_crop(self):
        judged = Discriminator(4)(torch.zeros(2, 5, 3, 96, 96))
        self.assertEqual(judged.shape, (2, 16, 5, 2, 2))

    def test_spectral_norm_keeps_kernels_at_one(self):
        torch.manual_seed(0)
        network = Discriminator(4)
        for _ in range(30):
            network(torch.randn(1, 3, 3, 96, 96))
        for layer in network.layers[:5]:
            norm = torch.linalg.matrix_norm(layer.weight.flatten(1), 2)
            self.assertAlmostEqual(norm.item(), 1, delta=0.05)

    def test_hinge_losses_are_as_the_paper_writes_them(self):
        real, fake = torch.tensor([2.0, 0.5]), torch.tensor([-2.0, 0.5])
        self.assertAlmostEqual(discriminator_hinge(real, fake).item(), (0.25 + 0.75) / 2)
        self.assertAlmostEqual(generator_hinge(fake).item(), 0.75)

    def test_gradients_flow_in_both_networks_and_stay_apart(self):
        torch.manual_seed(0)
        generator = STTN(TINY)
        adversary = Adversary(Processes(), contextlib.nullcontext, width=4)
        frames = torch.rand(2, 3, 3, 96, 96) * 2 - 1
        masks = torch.zeros(2, 3, 1, 96, 96)
        masks[..., 20:60, 20:60] = 1
        filled = completed(generator(frames * (1 - masks), masks), frames, masks)

        before = [p.detach().clone() for p in adversary.discriminator.parameters()]
        learnt = adversary.learn(frames, filled)
        self.assertTrue(learnt.isfinite())
        for p, was in zip(adversary.discriminator.parameters(), before):
            self.assertTrue(p.grad.isfinite().all() and p.grad.abs().sum() > 0)
            self.assertFalse(torch.equal(p, was))
        self.assertTrue(all(p.grad is None for p in generator.parameters()))

        kept = [p.grad.clone() for p in adversary.discriminator.parameters()]
        judged = adversary.judge(filled)
        judged.backward()
        self.assertTrue(judged.isfinite())
        for name, p in generator.named_parameters():
            self.assertTrue(p.grad.isfinite().all() and p.grad.abs().sum() > 0, name)
        for p, was in zip(adversary.discriminator.parameters(), kept):
            self.assertTrue(torch.equal(p.grad, was) and p.requires_grad)

    def test_learns_to_tell_noise_from_grey(self):
        torch.manual_seed(0)
        adversary = Adversary(Processes(), contextlib.nullcontext, width=4)
        for group in adversary.optimizer.param_groups:
            group["lr"] = 1e-2
        losses = [adversary.learn(torch.zeros(1, 2, 3, 96, 96), torch.randn(1, 2, 3, 96, 96)) for _ in range(20)]
        self.assertLess(losses[-1], losses[0] - 0.2)


if __name__ == "__main__":
    unittest.main()
