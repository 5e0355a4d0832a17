import math
import unittest

import torch

from . import fixtures  # noqa: F401
from sttn.losses import FLOOR, completed, decibels, reconstruction, valid_weight


def example():
    """Off by 0.5 in the hole, a quarter of the picture, and by 0.1 outside it."""
    frames = torch.zeros(1, 2, 3, 4, 4)
    masks = torch.zeros(1, 2, 1, 4, 4)
    masks[..., :2, :2] = 1
    return frames + 0.5 * masks + 0.1 * (1 - masks), frames, masks


class LossTests(unittest.TestCase):
    def test_paper_is_the_mean_absolute_error_in_and_outside_the_hole(self):
        losses = reconstruction("paper", *example(), causal=False)
        self.assertAlmostEqual(losses.hole.item(), 0.5, places=5)
        self.assertAlmostEqual(losses.valid.item(), 0.1, places=5)
        self.assertEqual(valid_weight("paper", 0.9), 1)

    def test_log_mse_is_the_log_of_the_mean_square_error(self):
        for causal in (False, True):
            losses = reconstruction("log-mse", *example(), causal=causal)
            self.assertAlmostEqual(losses.hole.item(), math.log(0.25 + FLOOR), places=5)
            self.assertAlmostEqual(losses.valid.item(), 0.1, places=5)

    def test_late_frames_count_more_where_attention_is_causal(self):
        output, frames, masks = example()
        output = output.clone()
        output[:, 1] = frames[:, 1]
        free = reconstruction("log-mse", output, frames, masks, causal=False).hole
        causal = reconstruction("log-mse", output, frames, masks, causal=True).hole
        self.assertLess(causal, free)

    def test_no_hole_and_nothing_but_hole_give_numbers(self):
        output, frames, _ = example()
        for value in (0.0, 1.0):
            masks = torch.full((1, 2, 1, 4, 4), value)
            for kind in ("paper", "log-mse"):
                own = output.clone().requires_grad_()
                losses = reconstruction(kind, own, frames, masks, causal=True)
                (losses.hole + losses.valid).backward()
                self.assertTrue(losses.hole.isfinite() and losses.valid.isfinite() and own.grad.isfinite().all())

    def test_completed_keeps_what_is_outside_the_hole(self):
        output, frames, masks = example()
        filled = completed(output, frames, masks)
        self.assertTrue(torch.equal(filled, 0.5 * masks.expand_as(filled)))

    def test_decibels_are_of_the_peak_255(self):
        self.assertAlmostEqual(decibels(math.log(4 / 100)), 20)


if __name__ == "__main__":
    unittest.main()
