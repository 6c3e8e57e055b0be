"""The whole loop on a simulated CRM, one step after the other, beside the known truth.

Every step calls the function behind the command of the same name.
"""

from __future__ import annotations

import json
import shutil
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments.simulation import Oracle, World, WorldSettings, simulate
from experiments.summary import run_pages
from features.checks import CheckReport, check
from features.io.files import read_table
from features.parsing.times import iso, iso_array, micros
from leadgate.config import Config
from leadgate.errors import DataError, PromotionRefused
from leadgate.policy import HAND_OFF
from leadgate.policy.ranking import top
from leadgate.registry.mlflow_store import connect, explained, store_uri
from leadgate.registry.registry import CHALLENGER, CHAMPION, resolve
from serving.batch.score_file import Scored, score_file
from serving.process.launch import serve
from serving.scoring.scorer import Scorer
from training import train
from training.promotion.promote import Promotion, promote
from training.result import TrainingResult

MARK = ".leadgate-demo"
OPEN_LEADS, SCORES = "open-leads.csv", "scores.csv"


@dataclass(frozen=True)
class Outcome:
    """What becomes of handing some of the open leads to sales: the truth, not an estimate.

    `won` is the share of the handoffs that would be won within the horizon if sales worked them
    from now on, `wins_kept` the share of wins captured: of all the wins that there are to have.
    """

    handed_off: int
    won: float
    wins_kept: float


@dataclass(frozen=True)
class Promise:
    """What leadgate claims about the open leads, beside the truth that the simulation knows.

    Attributes
    ----------
    claim, claim_low, claim_high
        Mean readiness of the leads handed off, with its 90 % interval.
    truth
        By policy: ``gate``, ``everything``, and as many handoffs as the gate's for
        ``newest_first`` and ``best_possible``, the exact filter of the hidden journeys.
    """

    claim: float
    claim_low: float
    claim_high: float
    truth: dict[str, Outcome]


@dataclass(frozen=True)
class Answer:
    """One call of the scoring endpoint: where, what was sent and what came back."""

    url: str
    sent: dict[str, Any]
    received: dict[str, Any]


class Demo:
    """A simulated year in a folder, and the steps that a user takes with it.

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
        self.model = CHALLENGER
        empty_folder(folder)
        self.world: World = simulate(WorldSettings(n_leads=leads, seed=seed))
        self.config_path = self.world.export(folder)
        self.config = Config.load(self.config_path)

    def check(self) -> CheckReport:
        """Validate the export, as `leadgate check` does."""
        return check(self.config)

    def train(self, progress: Callable[[str, float], None]) -> TrainingResult:
        """Train on it, as `leadgate train` does."""
        return train(self.config, pages=run_pages(self.config), progress=progress)

    def promote(self) -> Promotion | PromotionRefused:
        """Ask the gate, as `leadgate promote` does; when it refuses, go on with the challenger."""
        try:
            promotion = promote(self.config)
        except PromotionRefused as refusal:
            return refusal
        self.model = CHAMPION
        return promotion

    def score(self) -> Scored:
        """Score the leads without a recorded outcome as of the end of the data."""
        path = self.folder / OPEN_LEADS
        self.open_leads().to_csv(path, index=False)
        resolved = resolve(self.config.tracking, self.config.folder, self.model)
        scorer = Scorer.load(
            resolved.path, version=resolved.version, policy=self.config.policy, threads=2
        )
        return score_file(
            scorer,
            path,
            self.folder / SCORES,
            activities=[self.config.path(table.path) for table in self.config.data.activities],
            as_of=iso(self.until),
        )

    def ask(self, lead_id: str) -> Answer:
        """Start the real service, post one lead with its activities, and stop it."""
        sent = self._record(lead_id)
        with (
            (self.folder / "service.log").open("wb") as log,
            serve(self.config_path, port=0, model=self.model, log=log) as server,
        ):
            url = f"{server.url}/v1/score"
            received = _post(url, sent, server.key)
        return Answer(url, sent, received)

    def answers(self, scored: Scored) -> pd.DataFrame:
        """Return the table of answers as it was written."""
        return pd.read_csv(scored.output, dtype={"lead_id": "str"})

    def compare(self, answers: pd.DataFrame) -> Promise:
        """Put what was claimed about the open leads beside what is true."""
        world, ids = self.world, answers["lead_id"]
        chance = world.truth.p_won(ids, world.until, world.settings.horizon_days)
        taken = (answers["decision"] == HAND_OFF).to_numpy()
        created = world.leads.set_index("lead_id")["created_at"].loc[ids]
        chosen = {
            "everything": np.ones_like(taken),
            "newest_first": top(micros(created), ids, int(taken.sum())),
            "gate": taken,
            "best_possible": top(Oracle(world).readiness(ids, world.until), ids, int(taken.sum())),
        }
        claim = answers.loc[taken, ["readiness", "readiness_low", "readiness_high"]].mean()
        return Promise(
            claim=float(claim["readiness"]),
            claim_low=float(claim["readiness_low"]),
            claim_high=float(claim["readiness_high"]),
            truth={
                name: Outcome(
                    int(some.sum()),
                    float(chance[some].mean()),
                    float(chance[some].sum() / chance.sum()),
                )
                for name, some in chosen.items()
            },
        )

    @property
    def experiment_id(self) -> str:
        """MLflow's id of the experiment that holds the training."""
        tracking, folder = self.config.tracking, self.config.folder
        with explained(store_uri(tracking, folder)):
            named = connect(tracking, folder).get_experiment_by_name(tracking.experiment)
        return str(named.experiment_id) if named is not None else "0"

    @property
    def until(self) -> int:
        """The end of the data, microseconds UTC."""
        return int(micros(pd.Series([self.world.until]))[0])

    def open_leads(self) -> pd.DataFrame:
        """Return the rows of the export whose lead has no recorded outcome, as text."""
        leads = read_table(self.config.path(self.config.data.leads)).accepted
        ids = leads[self.config.columns.lead_id]
        return leads[~ids.isin(self.world.outcomes["lead_id"])].reset_index(drop=True)

    def _record(self, lead_id: str) -> dict[str, Any]:
        """Return what a CRM would send about a lead: its fields and what it did, no more."""
        leads, personal = self.open_leads(), self.config.columns.personal
        row = leads[leads[self.config.columns.lead_id] == lead_id].drop(columns=personal).iloc[0]
        done = self.world.activities
        done = done[done["lead_id"] == lead_id].drop(columns="lead_id")
        times = {name: iso_array(micros(done[name])) for name in ("occurred_at", "recorded_at")}
        activities = done.assign(**times).to_dict(orient="records")
        fields = {str(name): value for name, value in row.items()}
        return {**fields, "as_of": iso(self.until), "activities": activities}


def empty_folder(folder: Path) -> None:
    """Make the folder empty; what no demo wrote is not touched."""
    if folder.is_dir() and any(folder.iterdir()):
        if not (folder / MARK).is_file():
            raise DataError(
                f"{folder} holds files that no demo wrote.",
                code="not_a_demo",
                hint="Name another folder with --out.",
            )
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).touch()


def _post(url: str, body: dict[str, Any], key: str) -> dict[str, Any]:
    headers = {"Content-Type": "application/json", "X-API-Key": key}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)  # noqa: S310
    with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
        answer: dict[str, Any] = json.load(response)
    return answer
