import json
import os
import unittest
from unittest import mock

import torch

from .fixtures import ROOT, TINY, FolderTest
from sttn import RecipeError, checkpoint
from sttn.checkpoint import Progress
from sttn.export import LARGEST, export, exported_bytes, origin, packed, unpacked
from sttn.network import STTN, Shape

WEIGHTS = ROOT / "Sources/CDefaultWeights/default.safetensors"


class ExportTests(FolderTest):
    def test_the_weights_that_are_kept_go_through_without_loss(self):
        tensors, metadata = unpacked(WEIGHTS)
        network = STTN(Shape.of(metadata, str(WEIGHTS)))
        network.load_published_state(tensors, str(WEIGHTS))
        path = self.folder / "sttn.safetensors"
        export(path, network, {})
        again, says = unpacked(path)
        self.assertEqual(again.keys(), tensors.keys())
        for name, tensor in tensors.items():
            self.assertTrue(torch.equal(again[name], tensor), name)
        for key in ("format", "channels", "blocks", "encoder", "decoder", "grids", "mask_attention"):
            self.assertEqual(says[key], metadata[key])
        self.assertEqual(network.shape, Shape.of(says, str(path)))

    def test_the_file_is_laid_out_as_the_format_asks(self):
        path = self.folder / "sttn.safetensors"
        export(path, STTN(TINY), {"steps": 1})
        data = path.read_bytes()
        length = int.from_bytes(data[:8], "little")
        header = json.loads(data[8:8 + length])
        self.assertEqual(json.loads(header.pop("__metadata__")["training"]), {"steps": 1})
        spans = sorted(entry["data_offsets"] for entry in header.values())
        self.assertEqual((spans[0][0], spans[-1][1], length % 8), (0, len(data) - 8 - length, 0))
        self.assertTrue(all(a[1] == b[0] for a, b in zip(spans, spans[1:])))
        self.assertEqual(list(self.folder.iterdir()), [path])

    def test_what_is_no_number_leaves_the_file_as_it_was(self):
        path = self.folder / "sttn.safetensors"
        path.write_text("good")
        for value in (float("nan"), 1e6):  # the second is infinite in fp16
            network = STTN(TINY)
            network.encoder[0].weight.data[0, 0, 0, 0] = value
            with self.assertRaisesRegex(RecipeError, "encoder.0.weight"):
                export(path, network, {})
            self.assertEqual(path.read_text(), "good")

    def test_no_file_is_larger_than_the_limit(self):
        self.assertGreater(exported_bytes(Shape(256, 8, (64, 64, 128), (128, 64, 64))), LARGEST)
        self.assertLess(exported_bytes(Shape()), LARGEST)
        self.assertGreaterEqual(exported_bytes(Shape()), WEIGHTS.stat().st_size)
        with mock.patch("sttn.export.LARGEST", 1000), self.assertRaisesRegex(RecipeError, "more than 1000"):
            export(self.folder / "sttn.safetensors", STTN(TINY), {})

    def test_damaged_files_are_refused_in_one_line(self):
        path = self.folder / "weights.safetensors"
        whole = packed({"a": torch.zeros(4)}, {"format": "sttn"})
        for data in (b"", whole[:4], whole[:30], whole[:-3], b"\0" * 64):
            path.write_bytes(data)
            with self.assertRaisesRegex(RecipeError, r"^[^\n]*weights.safetensors: is no[^\n]*$"):
                unpacked(path)
        with self.assertRaisesRegex(RecipeError, "No such file"):
            unpacked(self.folder / "nowhere")

    def test_weights_of_another_network_are_refused_by_the_tensors_name(self):
        network = STTN(TINY)
        state = {name: tensor.clone() for name, tensor in network.published_state().items()}
        state["encoder.0.bias"] = torch.zeros(5)
        with self.assertRaisesRegex(RecipeError, "encoder.0.bias is .5,., expected .4,."):
            network.load_published_state(state, "file")
        del state["encoder.0.bias"]
        with self.assertRaisesRegex(RecipeError, "encoder.0.bias is missing"):
            network.load_published_state(state, "file")
        with self.assertRaisesRegex(RecipeError, "says nothing of its network"):
            Shape.of({}, "file")

    def test_origin_has_a_date_and_does_without_git(self):
        self.assertRegex(origin()["date"], r"^\d{4}-\d\d-\d\d$")
        with mock.patch.dict(os.environ, PATH=""):
            self.assertNotIn("commit", origin())


class CheckpointTests(FolderTest):
    def test_damaged_checkpoints_are_refused_in_one_line(self):
        path = self.folder / "checkpoint.pt"
        checkpoint.save(path, Progress(steps=3), {"network": {"a": torch.ones(2)}})
        whole = path.read_bytes()
        progress, state = checkpoint.load(path)
        self.assertEqual((progress, state["network"]["a"].tolist()), (Progress(steps=3), [1, 1]))
        for data in (b"", b"text", whole[:len(whole) // 2]):
            path.write_bytes(data)
            with self.assertRaisesRegex(RecipeError, r"^[^\n]*checkpoint.pt: is no checkpoint[^\n]*$"):
                checkpoint.load(path)
        torch.save({"version": 1, "progress": {"other": 1}}, path)
        with self.assertRaisesRegex(RecipeError, "is no checkpoint"):
            checkpoint.load(path)

    def test_nothing_in_a_checkpoint_is_executed(self):
        class Trap:
            def __reduce__(self):
                return os.system, ("true",)

        path = self.folder / "checkpoint.pt"
        torch.save({"version": 1, "progress": Trap()}, path)
        with self.assertRaisesRegex(RecipeError, "is no checkpoint"):
            checkpoint.load(path)


if __name__ == "__main__":
    unittest.main()
