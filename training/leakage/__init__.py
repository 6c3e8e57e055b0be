"""Columns known only after the outcome, and columns that stand for the date."""
