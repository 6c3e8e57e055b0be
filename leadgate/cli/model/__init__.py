"""The commands about one model: train, promote, rollback, score."""
