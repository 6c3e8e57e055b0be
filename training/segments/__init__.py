"""Segments of the leads and their win rates."""
