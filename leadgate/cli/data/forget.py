"""`leadgate forget`: erasing a lead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from leadgate.cli.options import ConfigOption, JsonOption, flags, load_config
from leadgate.cli.output import Screen
from leadgate.cli.words import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadgate.config import Config
    from serving.decisions.erasure import Erased


def forget(
    lead_id: Annotated[str, typer.Argument(metavar="LEAD_ID", help="As the CRM names it.")],
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Erase a lead from the store and from the lists of leads in the folders of runs."""
    from features.parsing.ids import canonical_id
    from serving.decisions.erasure import NOT_COVERED, erase
    from serving.store import Store

    lead_id = canonical_id(lead_id)
    if not lead_id:
        raise typer.BadParameter("name a lead.", param_hint="LEAD_ID")
    screen = Screen("forget", as_json=json)
    settings = load_config(config)
    with screen.work("Erasing"), Store(settings.store_url) as store:
        earlier = store.earlier_calls(lead_id)
        created = earlier.first_heard(0) if earlier.created_at is None else earlier.created_at
        erased = erase(store, settings.folder, lead_id)
        versions, unreachable = _trained_with(settings, created)
    facts = {
        "stored": erased.stored,
        "waiting_decisions": erased.waiting,
        "files": erased.files,
        "wal": erased.wal,
        "not_covered": [*NOT_COVERED],
        "trained_versions": versions,
        "registry_unreachable": unreachable,
    }
    then = "leadgate train" + flags(config) if versions else ""
    screen.answer(facts, *_words(erased, versions, unreachable), then=then)


def _words(erased: Erased, versions: list[str], unreachable: str) -> Iterator[str]:
    from serving.decisions.erasure import NOT_COVERED

    yield (
        "The lead is erased from the store."
        if erased.stored
        else "The store holds nothing of this lead; it will not be trained with from now on."
    )
    if erased.waiting:
        yield f"Decisions about it that waited for the store: {erased.waiting}, erased."
    if erased.wal == "pending":
        yield (
            "Somebody reads the store: its write-ahead log holds what was erased until then; "
            "leadgate serve, or forgetting the lead once more, empties it."
        )
    yield from (f"Erased from {shown(path)}." for path in erased.files)
    if versions:
        yield (
            "It may have been among the leads that these model versions were trained with: "
            f"{', '.join(versions)}. They hold no row of it; training again leaves it out."
        )
    if unreachable:
        yield (
            "Which model versions may have been trained with it is not known, because the registry "
            f"cannot be reached. {unreachable} Ask again when it answers: models hold no row of a "
            "lead, but only training again leaves it out of them."
        )
    yield "Not touched, and yours to clean: " + "; ".join(NOT_COVERED) + "."


def _trained_with(config: Config, created: int) -> tuple[list[str], str]:
    """Return the versions whose data reach beyond the creation of a lead.

    And why the registry cannot be reached; "" where it can, or where nothing was trained yet.
    """
    from features.parsing.times import parse_instant
    from leadgate.errors import LeadgateError
    from leadgate.registry.mlflow_store import NO_REGISTRY
    from leadgate.registry.registry import Registry

    versions = []
    try:
        registry = Registry(config.tracking, config.folder)
        for version in registry.versions():
            until = registry.tags(version).get("data_until", "")
            if not until or parse_instant(until, field="data_until") >= created:
                versions.append(version)
    except LeadgateError as error:
        return [], "" if error.code == NO_REGISTRY else error.message
    return versions, ""
