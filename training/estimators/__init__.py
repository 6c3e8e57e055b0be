"""The candidates: additive and boosted, and how they are tuned."""
