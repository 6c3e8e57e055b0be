"""The commands of a week, run one after the other."""
