"""The MLflow run of a recalibration, and the version that it registers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from leadgate.bundle.bundle import Bundle
from leadgate.registry.mlflow_store import explained
from leadgate.registry.registry import Registry
from leadgate.registry.tags import EVIDENCE, RECALIBRATED
from training.promotion.verdict import REFRESH
from training.tracking.naming import DESCRIPTION, RUN_NAME, description
from training.tracking.open_run import OpenRun
from training.tracking.version import log_model, register


def log_recalibrated(
    run: OpenRun, bundle: Bundle, *, champion: str, matured: Mapping[str, Any]
) -> str:
    """Register a recalibrated bundle as a new version; no alias moves.

    Its signature and input example are those of the champion: it takes the same leads.

    Parameters
    ----------
    run
        The run, open.
    champion
        The version that it started from.
    matured
        What the verdict rests on, JSON values.

    Returns
    -------
    str
        The version.
    """
    from mlflow.models import Model

    client, config, run_id = run.client, run.config, run.run_id
    meta, name = bundle.meta, run.config.tracking.model
    tags = {
        "verdict": REFRESH,
        "why": meta["why"],
        "compared_with": champion,
        RECALIBRATED: champion,
        "data_until": meta["data_until"],
    }
    described = description(bundle.card)
    of_the_run = {"data_sha256": meta["data_sha256"], "data_from": meta["data_from"]}
    with explained(run.uri):
        root = Registry(config.tracking, config.folder).bundle(champion).parents[1]
        logged = Model.load(str(root))
        client.log_artifacts(run_id, str(bundle.path), "bundle")
        example: Any = logged.load_input_example(str(root))
        model_id = log_model(config, run_id, bundle.path, logged.signature, example)
        client.log_metric(run_id, "offset_shift", meta["level"]["shift"], model_id=model_id)
        evidence = {EVIDENCE: json.dumps({"followed": matured}, allow_nan=False)}
        version = register(client, name, run_id, model_id, {**tags, **evidence}, described)
        run_name = f"v{version} {REFRESH}, until {meta['data_until'][:10]}"
        named = {RUN_NAME: run_name, DESCRIPTION: described}
        for key, value in {**tags, **of_the_run, **named}.items():
            client.set_tag(run_id, key, value)
    return version
