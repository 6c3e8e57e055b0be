"""Rejected rows, each with its reason, and faults of whole files."""
