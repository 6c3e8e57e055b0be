"""The lead history: sorted arrays of everything known about the leads."""
