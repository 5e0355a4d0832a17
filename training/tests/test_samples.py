import time
import unittest

import numpy as np
import torch

from .fixtures import FolderTest, moving_picture, write_zip
from sttn import RecipeError
from sttn.bank import FRAME_BYTES, Bank
from sttn.camera import Course, crops
from sttn.chance import Chance
from sttn.data import SPAN, find
from sttn.frames import moments
from sttn.masks import holes, objects, shapes
from sttn.samples import Samples


class BankTest(FolderTest):
    def bank(self, folder, memory: float = 2**30, **options) -> Bank:
        result = Bank([find(str(folder))], "cpu", memory, np.random.default_rng(0), **options)
        self.addCleanup(result.close)
        return result


class SampleTests(BankTest):
    def test_batches_have_frames_and_holes_in_range(self):
        samples = Samples(self.bank(self.data()), Chance("cpu", 1))
        for height, width in ((96, 96), (240, 432)):
            frames, masks = samples.batch(3, 5, height, width)
            self.assertEqual(frames.shape, (3, 5, 3, height, width))
            self.assertEqual(masks.shape, (3, 5, 1, height, width))
            self.assertTrue(frames.isfinite().all() and frames.abs().max() <= 1)
            self.assertEqual(set(masks.unique().tolist()) - {0.0, 1.0}, set())

    def test_one_seed_gives_one_batch_and_another_rank_another(self):
        held = self.bank(self.data())
        first, again, other = (Samples(held, Chance("cpu", 1, rank)).batch(2, 3, 96, 96)[0] for rank in (1, 1, 2))
        self.assertTrue(torch.equal(first, again))
        self.assertFalse(torch.equal(first, other))

    def test_photographs_are_optional_and_so_are_clips(self):
        root = self.data()
        for left, right in (("clips", 0), ("photographs", 1)):
            with self.subTest(left):
                alone = self.bank(root / left)
                samples = Samples(alone, Chance("cpu", 1))
                self.assertEqual(samples.photographs, right)
                self.assertEqual(samples.batch(2, 4, 96, 96)[0].shape, (2, 4, 3, 96, 96))
        (self.folder / "nothing").mkdir()
        with self.assertRaisesRegex(RecipeError, "no clip and no photograph"):
            self.bank(self.folder / "nothing")

    def test_moments_are_in_order_and_within_the_clip(self):
        chance = Chance("cpu", 1)
        for length in (1, 2, 7, 8, 9, 12, 24, 96):
            for frames in (2, 3, 5, 8):
                for _ in range(50):
                    when = moments(chance, length, frames)
                    self.assertEqual(len(when), frames)
                    self.assertTrue((np.diff(when) >= 0).all() and when.min() >= 0 and when.max() < length)
                    if length > frames * 3:
                        self.assertTrue((np.diff(when) > 0).all(), (length, frames, when))

    def test_a_still_camera_at_full_scale_gives_pixels_as_they_are(self):
        picture = torch.from_numpy(moving_picture(1, 96, 144)).permute(0, 3, 1, 2)
        result = crops(Chance("cpu", 1), picture.repeat(4, 1, 1, 1), torch.arange(4.0)[None], 96, 144,
                       Course((1, 1), 1, 0, 1))
        plain = picture[0].float() / 127.5 - 1
        both = [(result[0, 0] - p).abs().mean() for p in (plain, plain.flip(2))]
        self.assertLess(min(both), 1e-4)
        self.assertTrue(torch.equal(result[0, 0], result[0, 3]))


class MaskTests(BankTest):
    def test_half_of_the_shapes_move(self):
        masks = shapes(Chance("cpu", 1), 200, 4, 96, 96, most=1)
        moved = (masks[:, 0] != masks[:, 3]).flatten(1).any(1).float().mean()
        self.assertGreater(moved, 0.35)
        self.assertLess(moved, 0.65)
        share = masks.mean()
        self.assertGreater(share, 0.03)
        self.assertLess(share, 0.4)

    def test_object_masks_take_their_share(self):
        held = self.bank(self.data())
        chance = Chance("cpu", 1)
        masks = objects(chance, held, 8, 3, 192, 336)
        self.assertEqual(masks.shape, (8, 3, 1, 192, 336))
        self.assertGreater(masks.mean(), 0.03)
        self.assertEqual(holes(chance, held, 1.0, 2, 3, 96, 96).shape, (2, 3, 1, 96, 96))
        drawn = [holes(Chance("cpu", 5), held, share, 64, 2, 48, 48) for share in (0.0, 1.0)]
        same = (drawn[0] == drawn[1]).flatten(1).all(1).float().mean()
        self.assertLess(same, 0.9)

    def test_empty_object_masks_leave_the_shapes(self):
        root = self.folder / "data"
        write_zip(root / "clips/one.zip", moving_picture(9))
        write_zip(root / "masks/none.zip", np.zeros((9, 60, 100, 3), np.uint8), ".png")
        held = self.bank(root)
        plain, masked = (holes(Chance("cpu", 5), held, share, 16, 2, 96, 96) for share in (0.0, 1.0))
        self.assertTrue(torch.equal(plain, masked))


class BankTests(BankTest):
    def clips(self, count: int, frames: int = 10):
        """Clips of one grey each, so that a frame says where it is from."""
        for i in range(count):
            write_zip(self.folder / f"clips/{i}.zip", np.full((frames, 24, 43, 3), 10 * i, np.uint8))
        return self.folder / "clips"

    def test_holds_everything_that_fits(self):
        held = self.bank(self.clips(5), memory=50 * FRAME_BYTES)
        self.assertEqual([length for _, length in held.starts], [10] * 5)
        self.assertEqual(len(held.frames), 50)

    def test_exchanges_what_does_not_fit_until_all_were_seen(self):
        held = self.bank(self.clips(24, 9), memory=2 * SPAN * FRAME_BYTES)
        self.assertEqual((len(held.frames), len(held.starts)), (2 * SPAN, 2))
        seen, end = set(), time.monotonic() + 60
        while len(seen) < 24 and time.monotonic() < end:
            held.exchange()
            for start, length in held.starts:
                values = held.frames[start:start + length].float().mean((1, 2, 3)).round()
                self.assertEqual(len(set(values.tolist())), 1, "a slot holds frames of one clip")
                seen.add(values[0].item())
            time.sleep(0.01)
        self.assertEqual(len(seen), 24)

    def test_processes_share_what_does_not_fit(self):
        folder = self.clips(24, 9)
        orders = []
        for rank in range(2):
            held = self.bank(folder, memory=2 * SPAN * FRAME_BYTES, rank=rank, processes=2)
            seen, end = set(), time.monotonic() + 60
            while len(seen) < 12 and time.monotonic() < end:
                held.exchange()
                seen |= {held.frames[start].float().mean().round().item() for start, _ in held.starts}
                time.sleep(0.01)
            orders.append(seen)
        self.assertEqual((len(orders[0]), len(orders[1]), orders[0] & orders[1]), (12, 12, set()))

    def test_passes_over_a_clip_that_turns_out_damaged(self):
        folder = self.clips(3)
        source = find(str(folder))
        (folder / "1.zip").write_bytes(b"gone")
        said = []
        held = Bank([source], "cpu", 2**30, np.random.default_rng(0), warn=said.append)
        self.assertEqual(len(held.starts), 2)
        self.assertRegex(said[0], "passed over .*1.zip")

    def test_too_little_memory_is_said(self):
        with self.assertRaisesRegex(RecipeError, "--memory"):
            self.bank(self.clips(2), memory=3 * FRAME_BYTES)


if __name__ == "__main__":
    unittest.main()
