"""What ships beside the model."""
