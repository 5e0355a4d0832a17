#!/usr/bin/env python3
"""Seconds of one 3x3 convolution 256->256 at 60x108 with ncnn, fp32. `pip install ncnn numpy`"""
import tempfile

import ncnn
import numpy

import contender

# So many in a row, and the packing of the first one's input and the last one's output weighs little.
LAYERS = 4

settings = contender.options(__doc__).parse_args()
rng = numpy.random.default_rng(1)
net = ncnn.Net()
net.opt.num_threads = settings.threads
net.opt.use_fp16_packed = net.opt.use_fp16_storage = net.opt.use_fp16_arithmetic = net.opt.use_bf16_storage = False
with tempfile.TemporaryDirectory() as folder:
    with open(f"{folder}/net.param", "w") as param, open(f"{folder}/net.bin", "wb") as weights:
        param.write(f"7767517\n{LAYERS + 1} {LAYERS + 1}\nInput blob0 0 1 blob0 0=108 1=60 2=256\n")
        for layer in range(LAYERS):
            param.write(
                f"Convolution conv{layer} 1 1 blob{layer} blob{layer + 1} 0=256 1=3 2={settings.dilation} 3=1 "
                f"4={settings.dilation} 5=1 6={256 * 256 * 9}\n")
            weights.write(numpy.uint32(0).tobytes())
            weights.write(rng.uniform(-0.036, 0.036, 256 * 256 * 9).astype(numpy.float32).tobytes())
            weights.write(numpy.zeros(256, numpy.float32).tobytes())
    assert net.load_param(f"{folder}/net.param") == 0 and net.load_model(f"{folder}/net.bin") == 0
# The mat is over the array's memory, which has to stay.
values = rng.uniform(-0.5, 0.5, (256, 60, 108)).astype(numpy.float32)
maps = ncnn.Mat(values)


def run():
    with net.create_extractor() as extractor:
        extractor.input("blob0", maps)
        status, output = extractor.extract(f"blob{LAYERS}")
        assert status == 0 and (output.c, output.h, output.w) == (256, 60, 108)


contender.report(f"ncnn {ncnn.__version__}, dilation {settings.dilation}", settings, contender.timed(run, LAYERS))
