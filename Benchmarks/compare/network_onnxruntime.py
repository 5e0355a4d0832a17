#!/usr/bin/env python3
"""Seconds a frame of the window that ONNX Runtime takes for the network, fp32. `pip install torch numpy onnx onnxruntime`"""
import onnxruntime

import contender

settings = contender.options(__doc__, network=True).parse_args()
network, inputs = contender.exported(settings)
wishes = onnxruntime.SessionOptions()
wishes.intra_op_num_threads = settings.threads
session = onnxruntime.InferenceSession(network, wishes, providers=["CPUExecutionProvider"])
contender.report(
    f"ONNX Runtime {onnxruntime.__version__} fp32", settings,
    contender.timed(lambda: session.run(None, inputs), settings.window))
