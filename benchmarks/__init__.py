"""Benchmarks: speed, quality and coverage, beside peers; ``python -m benchmarks --list``."""
