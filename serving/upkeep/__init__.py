"""What whoever runs the store does with it: look into it, keep a copy, let go of what is old."""
