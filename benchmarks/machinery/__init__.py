"""How benchmarks are listed, run, kept and shown."""
