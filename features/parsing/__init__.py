"""One value at a time: texts, numbers, times, the order of day and month."""
