"""Forward windows and account folds."""
