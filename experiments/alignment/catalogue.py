"""The catalogue of content: what is never used, and what to send a lead in its stage."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from experiments.alignment.lead_states import LeadStates
from experiments.alignment.touches import Touch, Touches
from experiments.alignment.view import View
from features.schema.columns import texts
from features.schema.source import read_source
from leadgate.arrays import Bools, Ints
from leadgate.config import Config
from leadgate.errors import DataError
from leadgate.policy.bands import STAGES
from leadgate.policy.batch import Decisions
from leadgate.policy.decision import NURTURE


@dataclass(frozen=True)
class Catalogue:
    """The pieces of content that there are, each once, in the order of the file.

    `stage` is the stage that each is made for, "" for any.
    """

    names: tuple[str, ...]
    stage: tuple[str, ...]

    @classmethod
    def of(cls, config: Config) -> Catalogue | None:
        """Read the catalogue of a configuration; None where it has none.

        Raises
        ------
        DataError
            ``missing_column``; ``unknown_stage``; or as `features.schema.source.read_source`.
        """
        table = config.data.content
        if table is None:
            return None
        frame = read_source(config, table.path, "content.path").accepted
        wanted = {"key": table.key, "stage": table.stage}
        absent = {k: name for k, name in wanted.items() if name and name not in frame.columns}
        if absent:
            raise DataError(
                "data.content: there is no column "
                + " and no column ".join(f"{name} ({key})" for key, name in absent.items())
                + ".",
                code="missing_column",
                hint="Check data.content in leadgate.toml.",
            )
        names = texts(frame, table.key, config.data)
        stage = np.char.lower(texts(frame, table.stage, config.data).astype(str))
        unknown = int((~np.isin(stage, ["", *STAGES]) & (names != "")).sum())
        if unknown:
            raise DataError(
                f"data.content: {unknown} rows have a stage in {table.stage} that there is not.",
                code="unknown_stage",
                hint=f"The stages are {', '.join(STAGES)}; empty is any of them.",
            )
        pieces = dict(reversed([*zip(names.tolist(), stage.tolist(), strict=True)]))
        kept = {name: pieces[name] for name in dict.fromkeys(names.tolist()) if name}
        return cls(tuple(kept), tuple(kept.values()))

    def made_for(self, stage: str) -> Bools:
        """Mark the pieces that may be sent in a stage; shape (pieces,)."""
        return np.array([own in ("", stage) for own in self.stage], dtype=bool)


@dataclass(frozen=True)
class Content:
    """What became of the catalogue.

    Attributes
    ----------
    catalogue
        The pieces.
    unused
        The pieces that no lead ever used.
    best
        By stage: the pieces to send, those before most purchases first, by the lower end of the
        interval; what no lead used stands last.
    """

    catalogue: Catalogue
    unused: tuple[str, ...]
    best: dict[str, tuple[str, ...]]


def content_of(
    catalogue: Catalogue | None, states: LeadStates, touches: Touches | None
) -> Content | None:
    """Return what became of a catalogue; None where there is none."""
    if catalogue is None:
        return None
    used = set(states.history.activities.content.texts) & set(catalogue.names)
    unused = tuple(name for name in catalogue.names if name not in used)
    shares = {kind.name: kind for kind in touches.kinds} if touches else {}
    best = {stage: _ranked(catalogue, stage, shares) for stage in STAGES}
    return Content(catalogue, unused, best)


def _ranked(catalogue: Catalogue, stage: str, kinds: dict[str, Touch]) -> tuple[str, ...]:
    """Return the pieces for a stage, those before most purchases first."""

    def worth(name: str) -> float:
        kind = kinds.get(name)
        return -1.0 if kind is None else kind.stages.get(stage, kind.won).low

    fitting = np.flatnonzero(catalogue.made_for(stage))
    return tuple(sorted((catalogue.names[k] for k in fitting), key=worth, reverse=True))


def suggestions(
    content: Content, decided: Decisions, view: View, states: LeadStates
) -> pd.DataFrame:
    """Suggest each open, uncontacted lead that stays with marketing a piece for its stage.

    The best one that it has not used yet, "" where it has used them all.

    Returns
    -------
    DataFrame
        ``lead_id, stage, content``; nothing else of a lead.
    """
    rows = np.flatnonzero(decided.decision == NURTURE)
    lead, stage = view.now.lead[rows], decided.stage[rows]
    piece = np.full(rows.size, "", dtype=object)
    for name, ranking in content.best.items():
        members = stage == name
        piece[members] = _first_new(ranking, states, lead[members])
    return pd.DataFrame(
        {"lead_id": states.history.lead_ids[lead], "stage": stage, "content": piece}
    )


def _first_new(ranking: tuple[str, ...], states: LeadStates, lead: Ints) -> list[str]:
    """Return for each lead the first piece of a ranking that it has not used."""
    acts = states.history.activities
    place = {name: k for k, name in enumerate(ranking)}
    code = np.array([place.get(name, -1) for name in acts.content.texts])[acts.content.codes]
    used: dict[int, set[int]] = {}
    ours = (code >= 0) & np.isin(acts.owner, lead)
    for owner, k in zip(acts.owner[ours].tolist(), code[ours].tolist(), strict=True):
        used.setdefault(owner, set()).add(k)
    nothing: set[int] = set()
    return [
        next((name for k, name in enumerate(ranking) if k not in used.get(of, nothing)), "")
        for of in lead.tolist()
    ]
