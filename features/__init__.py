"""Raw export -> lead history -> snapshots -> a float matrix; the same code in training and serving."""
