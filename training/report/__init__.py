"""What people read of a run: the report, the model card, the notes."""
