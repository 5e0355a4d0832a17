import json
import unittest
from pathlib import Path

import cv2
import numpy as np

from .fixtures import FolderTest, moving_picture, write_picture, write_video, write_zip
from sttn import RecipeError
from sttn.data import SPAN, Segment, Unreadable, covering, find, read_clip, read_masks, read_photograph


def names(segments) -> set[str]:
    return {segment.path.stem for segment in segments}


class DataTests(FolderTest):
    def test_reads_a_data_set_of_the_published_code(self):
        root = self.folder / "youtube-vos"
        for name in ("one", "two", "kept", "unnamed"):
            write_zip(root / f"JPEGImages/{name}.zip", moving_picture(9))
        write_zip(root / "test_masks/kept.zip", moving_picture(9), ".png")
        (root / "train.json").write_text(json.dumps({"one": 9, "two": 9, "kept": 9}))
        (root / "test.json").write_text(json.dumps({"kept": 9}))
        for folder in (root, self.folder):
            source = find(f"set={folder}")
            self.assertEqual(names(source.clips), {"one", "two"})
            self.assertEqual(source.counts(), {
                "name": "set", "clips": 2, "frames": 18, "masks": 0, "photographs": 0})
            self.assertEqual(source.held_out, 1)

    def test_looks_through_a_folder_of_videos_to_the_bottom(self):
        root = self.folder / "videos"
        write_video(root / "a.avi", moving_picture(10))
        write_video(root / "x/y z/b.AVI", moving_picture(10))
        (root / "notes.txt").write_text("no video")
        write_picture(root / "cover.jpg", moving_picture(1)[0])
        source = find(str(root))
        self.assertEqual((names(source.clips), source.photographs), ({"a", "b"}, []))
        for clip in source.clips:
            self.assertEqual(read_clip(clip).shape, (10, 240, 432, 3))

    def test_finds_masks_and_photographs_by_their_folders(self):
        source = find(str(self.data()))
        self.assertEqual(names(source.clips), {"one", "two"})
        self.assertEqual(names(source.masks), {"object"})
        masks = read_masks(source.masks[0])
        self.assertEqual((masks.shape, masks.dtype), ((10, 240, 432), bool))
        self.assertAlmostEqual(masks.mean(), 40 * 60 / (120 * 216), places=3)
        self.assertEqual(read_photograph(source.photographs[0]).shape, (480, 720, 3))

    def test_leaves_alone_what_is_for_measuring(self):
        root = self.folder / "data"
        write_zip(root / "train/one.zip", moving_picture(9))
        write_zip(root / "train/twin.zip", moving_picture(9))
        write_zip(root / "train/named.zip", moving_picture(9))
        for folder in ("eval/clips", "Test", "val"):
            write_zip(root / folder / "twin.zip", moving_picture(9))
        source = find(str(root), {"named"})
        self.assertEqual((names(source.clips), source.held_out), ({"one"}, 2))
        for folder in ("eval", "eval/clips", "Test"):
            with self.assertRaisesRegex(RecipeError, "for measuring"):
                find(str(root / folder))

    def test_passes_over_damaged_files_and_says_so(self):
        root = self.folder / "data"
        whole = write_zip(root / "whole.zip", moving_picture(9)).read_bytes()
        (root / "cut.zip").write_bytes(whole[:len(whole) // 2])
        (root / "text.mp4").write_text("no video")
        write_zip(root / "empty.zip", moving_picture(1)[:0])
        write_zip(root / "short.zip", moving_picture(3))
        source = find(str(root))
        self.assertEqual(names(source.clips), {"whole", "short"})
        self.assertEqual(sorted(Path(line.split(":")[0]).name for line in source.passed_over),
                         ["cut.zip", "empty.zip", "text.mp4"])
        with self.assertRaisesRegex(Unreadable, "3 frames"):
            read_clip(Segment(root / "short.zip", 0, 3))
        (root / "bad.jpg").write_text("no picture")
        with self.assertRaises(Unreadable):
            read_photograph(root / "bad.jpg")

    def test_cuts_long_files_into_equal_segments(self):
        write_zip(self.folder / "long.zip", moving_picture(2 * SPAN + 1, 24, 43))
        counts = [segment.count for segment in find(str(self.folder)).clips]
        self.assertEqual((sum(counts), len(counts)), (2 * SPAN + 1, 3))
        self.assertLessEqual(max(counts) - min(counts), 1)

    def test_a_segment_of_a_video_begins_where_it_says(self):
        frames = np.stack([np.full((48, 96, 3), i, np.uint8) for i in range(0, 240, 2)])
        path = write_video(self.folder / "grey.avi", frames)
        seen = [int(frame.mean()) for frame in Segment(path, 50, 10).frames()]
        np.testing.assert_allclose(seen, range(100, 120, 2), atol=2)

    def test_a_clip_has_no_cut_in_it(self):
        dark, light = np.full((10, 240, 432, 3), 20, np.uint8), np.full((15, 240, 432, 3), 220, np.uint8)
        write_zip(self.folder / "cut.zip", np.concatenate([dark, light]))
        clip = read_clip(Segment(self.folder / "cut.zip", 0, 25))
        self.assertEqual(len(clip), 15)
        self.assertGreater(clip.min(), 200)

    def test_frames_are_in_rgb(self):
        blue = np.zeros((9, 240, 432, 3), np.uint8)
        blue[..., 0] = 255  # as OpenCV writes
        path = write_zip(self.folder / "blue.zip", blue, ".png")
        np.testing.assert_array_equal(read_clip(Segment(path, 0, 9))[0, 0, 0], [0, 0, 255])

    def test_covering_keeps_the_shape_of_things(self):
        for height, width in ((480, 854), (1080, 608), (100, 100), (240, 432)):
            picture = np.zeros((height, width, 3), np.uint8)
            centre, radius = (width // 2, height // 2), min(height, width) // 8
            cv2.circle(picture, centre, radius, (255, 255, 255), -1)
            result = covering(picture, 240, 432)
            self.assertEqual(result.shape, (240, 432, 3))
            ys, xs = np.nonzero(result[..., 0] > 127)
            self.assertAlmostEqual(np.ptp(xs) / np.ptp(ys), 1, delta=0.05)
            self.assertAlmostEqual(xs.mean(), 216, delta=2)

    def test_a_folder_that_is_not_there_is_said(self):
        with self.assertRaisesRegex(RecipeError, "is no folder"):
            find(str(self.folder / "nowhere"))

    def test_a_temporary_folder_gives_no_name(self):
        self.assertEqual(find(str(self.folder)).name, "unnamed")


if __name__ == "__main__":
    unittest.main()
