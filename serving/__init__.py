"""The scorer and the scoring endpoint."""
