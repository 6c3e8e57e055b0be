"""What became of a model since it was trained: drift, calibration, handoffs."""

from experiments.monitor.monitor import Monitored, monitor

__all__ = ["Monitored", "monitor"]
