"""The backtest: what would the gate have done with the leads of the past."""

from experiments.backtest.run import Backtest, backtest

__all__ = ["Backtest", "backtest"]
