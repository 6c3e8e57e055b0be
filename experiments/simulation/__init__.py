"""A simulated CRM with known truth: what a real one would export, and what it would hide.

Accounts with a few leads each; a hidden journey for each lead (`experiments.simulation.law`);
activities that depend on its stage; marketing hands every lead over and sales works what it has
time for; activities of some tools and all outcomes are recorded late; the data end at a cut.
`World.truth` knows the stage at every instant and the chance of a win, `Oracle` is the best that
any model could do with the recorded data, and `decision_points` are the moments to judge it at.
"""

from experiments.simulation.decision_points import decision_points
from experiments.simulation.law import STAGES
from experiments.simulation.oracle import Oracle
from experiments.simulation.settings import WorldSettings
from experiments.simulation.simulate import simulate
from experiments.simulation.truth import Truth
from experiments.simulation.world import World

__all__ = ["STAGES", "Oracle", "Truth", "World", "WorldSettings", "decision_points", "simulate"]
