"""What became of a model since it was trained: drift, calibration, handoffs."""

from experiments.monitor.health import Health, health
from experiments.monitor.monitor import Monitored, monitor

__all__ = ["Health", "Monitored", "health", "monitor"]
