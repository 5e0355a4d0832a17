#!/usr/bin/env python3
"""Seconds a frame of the window that OpenVINO takes for the network, fp32 or bf16. `pip install torch numpy onnx openvino`"""
import openvino

import contender

parser = contender.options(__doc__, network=True)
parser.add_argument("--precision", choices=("fp32", "bf16"), default="fp32")
settings = parser.parse_args()
network, inputs = contender.exported(settings)
core = openvino.Core()
model = core.compile_model(core.read_model(network), "CPU", {
    "INFERENCE_PRECISION_HINT": {"fp32": "f32", "bf16": "bf16"}[settings.precision],
    "INFERENCE_NUM_THREADS": settings.threads, "NUM_STREAMS": 1})
contender.report(
    f"OpenVINO {openvino.__version__.split('-')[0]} {settings.precision}", settings,
    contender.timed(lambda: model(inputs), settings.window))
