"""Snapshots, labels, weights and the matrix of one cut."""
