"""Decisions: taken, taken again, erased."""
