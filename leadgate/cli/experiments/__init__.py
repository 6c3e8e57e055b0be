"""The commands that ask whether it is better: backtest, experiments, monitor, demo."""
