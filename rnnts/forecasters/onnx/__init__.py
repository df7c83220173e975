"""Fitted networks as ONNX graphs, which other languages run."""
