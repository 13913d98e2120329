"""PyTorch models, exported and imported: the text means what PyTorch computes, up to the
order of sums and f64 that became f32."""

import pickle
import tempfile
import unittest
import zipfile
from pathlib import Path

import reference_model
import torch
from torch import nn

from lacuna import LacunaError
from lacuna.importing import import_model


class Cnn(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 3, padding=1)
        self.norm = nn.BatchNorm2d(8)
        self.conv2 = nn.Conv2d(8, 16, 3, stride=2, padding=1, groups=8)
        self.head = nn.Linear(16, 10)

    def forward(self, x):
        x = nn.functional.max_pool2d(torch.relu(self.norm(self.conv1(x))), 2)
        return self.head(nn.functional.relu6(self.conv2(x)).mean((2, 3)))


class Block(nn.Module):
    """A transformer block: layer norms, attention, GELU."""

    def __init__(self, width=16):
        super().__init__()
        self.norm1 = nn.LayerNorm(width)
        self.attention = nn.MultiheadAttention(width, 2, batch_first=True)
        self.norm2 = nn.LayerNorm(width)
        self.feed = nn.Sequential(nn.Linear(width, 32), nn.GELU(), nn.Linear(32, width))

    def forward(self, x):
        y = self.norm1(x)
        x = x + self.attention(y, y, y, need_weights=False)[0]
        return x + self.feed(self.norm2(x))


class Norms(nn.Module):
    """Batch norms that fold, without a bias before them, and ones that must not."""

    def __init__(self):
        super().__init__()
        self.bare = nn.Conv2d(2, 4, 3, bias=False)
        self.norm1 = nn.BatchNorm2d(4)
        self.shared = nn.Conv2d(4, 4, 1)
        self.norm2 = nn.BatchNorm2d(4)
        for norm in (self.norm1, self.norm2):
            nn.init.normal_(norm.weight)
            nn.init.normal_(norm.bias)
            norm.running_mean.normal_()
            norm.running_var.uniform_(0.5, 2)

    def forward(self, x):
        x = torch.relu(self.norm1(self.bare(x)))
        y = self.shared(x)
        return self.norm2(y) + y + self.shared(y)


class Upsample(nn.Module):
    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def forward(self, x):
        return nn.functional.interpolate(x, scale_factor=self.factor, mode="nearest")


class Square(nn.Module):
    def forward(self, x):
        return x.square() + x**2


class Sort(nn.Module):
    def forward(self, x):
        return torch.special.bessel_j0(torch.relu(x)) + torch.special.i0(x)


class Double(nn.Module):
    def forward(self, x):
        return x.double() * 2


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "m.pt2"
        torch.manual_seed(0)

    def export(self, module, *inputs, **options):
        program = torch.export.export(module.eval(), inputs, **options)
        torch.export.save(program, str(self.path))

    def load(self, **shapes):
        return import_model(self.path, shapes=shapes)

    def refusal(self, **shapes):
        with self.assertRaises(LacunaError) as caught:
            self.load(**shapes)
        self.assertNotIn("Traceback", str(caught.exception))
        return str(caught.exception)


@unittest.skipUnless(reference_model.AVAILABLE, "tosa-tools is not installed")
class Values(Case):
    def same(self, module, x, tolerance):
        self.export(module, x)
        text = self.load().text()
        got = torch.from_numpy(reference_model.run(text, x.numpy())[0])
        torch.testing.assert_close(got, module(x).detach(), rtol=tolerance, atol=tolerance)
        return text

    def test_cnn(self):
        text = self.same(Cnn(), torch.randn(1, 3, 16, 16), 1e-5)
        self.assertIn('loc("conv1/', text)
        self.assertNotIn('loc("norm', text)
        self.assertIn('{tosa.tensor_name = "x"}', text)

    def test_norms(self):
        text = self.same(Norms(), torch.randn(1, 2, 6, 6), 1e-5)
        self.assertNotIn('loc("norm1', text)
        self.assertIn('loc("norm2', text)

    def test_transformer_block(self):
        text = self.same(Block(), torch.randn(1, 8, 16), 1e-5)
        self.assertNotIn("f64", text)
        self.assertIn('loc("feed.1/', text)

    def test_upsampling(self):
        self.same(Upsample(3), torch.randn(1, 2, 4, 5), 0)

    def test_square_of_negative(self):
        self.same(Square(), torch.tensor([[-3.0, 2.0]]), 1e-6)


class Refusals(Case):
    def test_every_operator_is_named(self):
        self.export(Sort(), torch.randn(2, 2))
        message = self.refusal()
        self.assertIn("special_bessel_j0", message)
        self.assertIn("i0", message)

    def test_upsampling_by_fractions_is_named(self):
        self.export(Upsample(1.5), torch.randn(1, 2, 4, 6))
        self.assertIn("(upsample_nearest2d)", self.refusal())

    def test_real_double(self):
        self.export(Double(), torch.randn(2, 2))
        self.assertIn("output 'mul' is f64", self.refusal())

    def test_open_shape(self):
        batch = torch.export.Dim("n", min=2, max=64)
        self.export(nn.Linear(4, 2), torch.randn(3, 4), dynamic_shapes=({0: batch},))
        self.assertIn("has an open shape, [?,4]", self.refusal())
        self.assertIn("tensor<5x4xf32>", self.load(input=[5, 4]).text())

    def test_no_program(self):
        for content in (b"", b"PK\3\4" + bytes(50), b"TFL3" * 9):
            self.path.write_bytes(content)
            self.assertIn("m.pt2: error: can't be imported", self.refusal())

    def test_truncated(self):
        self.export(Cnn(), torch.randn(1, 3, 16, 16))
        whole = self.path.read_bytes()
        self.path.write_bytes(whole[: len(whole) // 2])
        self.refusal()

    def test_pickles_do_not_run(self):
        trap = Path(self.path.parent, "trap")

        class Evil:
            def __reduce__(self):
                return (Path.touch, (trap,))

        self.export(Square(), torch.randn(2, 2))
        evil = self.path.with_name("evil.pt2")
        with zipfile.ZipFile(self.path) as source, zipfile.ZipFile(evil, "w") as target:
            for name in source.namelist():
                data = source.read(name)
                if name.endswith(".pt") or "constants" in name or "sample_inputs" in name:
                    data = pickle.dumps(Evil())
                target.writestr(name, data)
        evil.replace(self.path)
        try:
            self.load()
        except LacunaError as error:
            self.assertNotIn("Traceback", str(error))
        self.assertFalse(trap.exists())


if __name__ == "__main__":
    unittest.main()
