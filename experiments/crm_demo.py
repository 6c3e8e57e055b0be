"""The loop through a CRM: a simulated firm's org in memory, read, learned from and written to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from experiments.demo import empty_folder
from experiments.fakes.in_process import session_to
from experiments.fakes.salesforce.app import salesforce_app
from experiments.fakes.salesforce.org import CLIENT
from experiments.fakes.salesforce.world import org_of
from experiments.simulation import World, WorldSettings, simulate
from experiments.summary import run_pages
from features.open_leads import write_open_leads
from features.profiling.guess import ExportFiles, guess
from features.pulled.pull import Pulled, pull_tables
from leadgate.config import FILE_NAME, Config
from leadgate.connectors.connect import connect
from leadgate.connectors.decided import decided
from leadgate.connectors.pushed.journal import Journal
from leadgate.connectors.pushed.push import Pushed, push
from leadgate.connectors.scores import read_scores
from leadgate.registry.registry import CHALLENGER, resolve
from serving.batch.score_file import Scored, score_file
from serving.scoring.scorer import Scorer
from training import train
from training.result import TrainingResult

ADDRESS = "https://example.my.salesforce.com"
SCORES = "scores.csv"
_GOAL = """

[policy]
capacity_per_week = {capacity}
cost_per_handoff = 40.0
value_per_win = 5000.0
"""


@dataclass
class StillClock:
    """Stands where the simulated year ends; waiting moves it on."""

    time: datetime

    def now(self) -> datetime:
        """Return the instant."""
        return self.time

    def sleep(self, seconds: float) -> None:
        """Let the time pass at once."""
        self.time += timedelta(seconds=seconds)


class CrmDemo:
    """A simulated Salesforce org, and the way from it to a model and back to its leads.

    Parameters
    ----------
    folder
        Where everything is written; what an earlier demo left there is replaced.
    leads, seed
        Of the simulation.

    Raises
    ------
    DataError
        If the folder holds something that no demo wrote.
    """

    def __init__(self, folder: Path, *, leads: int, seed: int) -> None:
        self.folder = folder
        empty_folder(folder)
        self.world: World = simulate(WorldSettings(n_leads=leads, seed=seed))
        clock = StillClock(self.world.until.to_pydatetime())
        self.org = org_of(self.world, clock.now)
        environment = {
            "LEADGATE_SALESFORCE_URL": ADDRESS,
            "LEADGATE_SALESFORCE_CLIENT_ID": CLIENT[0],
            "LEADGATE_SALESFORCE_CLIENT_SECRET": CLIENT[1],
        }
        session = session_to(salesforce_app(self.org))
        self.connector = connect("salesforce", environment, clock=clock, session=session)
        self.config_path = folder / FILE_NAME

    def pull(self, say: Callable[[str], None]) -> Pulled:
        """Read the org, as `leadgate pull` does."""
        return pull_tables(self.connector, self.folder / "pulled", say)

    def configure(self) -> Config:
        """Guess the configuration of what was pulled, as `leadgate init` does, and set the goal."""
        files = ExportFiles(self.folder / "pulled").in_folder()
        made = guess(files, folder=self.folder, crm="salesforce")
        written = made.text.split("\n[policy]")[0]
        weeks = self.world.settings.days / 7
        goal = _GOAL.format(capacity=max(round(len(self.world.leads) / weeks / 2), 1))
        self.config_path.write_text(written + goal, encoding="utf-8")
        return Config.load(self.config_path)

    def train(self, config: Config, progress: Callable[[str, float], None]) -> TrainingResult:
        """Train on it, as `leadgate train` does."""
        return train(config, pages=run_pages(config), progress=progress)

    def score(self, config: Config) -> Scored:
        """Score the leads that are still open, as `leadgate weekly` does, by the new model."""
        still_open = write_open_leads(config, self.folder / "open")
        resolved = resolve(config.tracking, config.folder, CHALLENGER)
        scorer = Scorer.load(
            resolved.path, version=resolved.version, policy=config.policy, threads=2
        )
        return score_file(
            scorer,
            still_open.leads,
            self.folder / SCORES,
            activities=[path for path in (still_open.activities,) if path],
            field_changes=still_open.field_changes,
        )

    def create_fields(self) -> list[str]:
        """Create the fields of the lead, as `leadgate push --create-fields` does."""
        return self.connector.create_fields(list(self.connector.fields().values()))

    def push(self, scored: Scored, say: Callable[[str], None]) -> Pushed:
        """Write the decisions to the org, as `leadgate push` does."""
        journal = Journal(self.folder / "pushes" / "demo")
        journal.begin(self.connector.name, self.connector.org, scored.output.name)
        rows = decided(read_scores(scored.output))
        return push(self.connector, rows, journal, dry_run=False, say=say)

    def page(self, scored: Scored) -> dict[str, Any]:
        """Return what the page of the readiest lead shows, by the labels of its fields."""
        leads = dict(decided(read_scores(scored.output)))
        best = max(leads, key=lambda lead: float(leads[lead]["readiness"] or 0))
        record = self.org.objects["Lead"].records[best]
        labels = {field.label: record.get(field.name) for field in self.connector.fields().values()}
        return {"Id": best, "Status": record["Status"], **labels}
