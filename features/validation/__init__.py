"""Rows that are refused, each with its reason."""
