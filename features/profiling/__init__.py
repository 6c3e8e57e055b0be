"""What the columns of an unknown export mean, guessed with a reason each."""
