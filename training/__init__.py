"""Labels, splits, candidates, blend, calibration, evaluation, the MLflow run.

The modules by what they are for, a training run from its beginning to its end:

- A run: `run` reads, learns and writes; `learn` goes from tables to a judged model, `judgement`
  from a sample to a verdict; `fit` is the recipe before a window and on everything.
- Which leads count, and how much: `kinds`, `labels`, `censoring`, `horizons`.
- Forward in time, accounts on one side: `splits`, `apart`, `forward`, `forward_window`,
  `forward_split` (for scikit-learn), `out_of_fold`, `cross_fit`, `even_sample`.
- Leaks: `leaks` and its evidence `settled`, `lone_column`, `filling`, `later_counts`, `final_acts`,
  `ablation`; `suspect` is what it finds.
- Columns that tell the date only: `date_probe`, `telling`, `probe_losses`.
- Members and their blend: `recipe`, `candidates`, `additive`, `boosting`, `tuning`, `search`,
  `members`, `anchor` (the level of a blend), `blend`.
- Calibration: `calibration` (the slope), `level`, `mature`, `sandwich`.
- Too few leads: `base_rate`, `segments`, `pooling`, `segment_model`.
- What it is worth: `judged` and `result` hold it; `evaluation`, `metrics`, `intervals`,
  `baselines`, `breakdown`, `over_time`, `reliability`, `gain`, `shapes`, `stability`.
- Against the champion: `compare`, `paired`, `evidence`, `verdict`, `advice`, `promote`.
- What ships beside the model: `incoming`, `limits`, `reference`.
- What is written down: `report` (`page`, `plots`, `shape_plots`), `card`, `facts`, `digest`,
  `tracking` (`signature`, `trial_runs`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from training.forward_split import ForwardSplit
    from training.result import TrainingResult
    from training.run import train

__all__ = ["ForwardSplit", "TrainingResult", "train"]


def __getattr__(name: str) -> object:
    # Training loads LightGBM and the report's plots; who only reads a result needs neither.
    if name == "train":
        from training.run import train

        return train
    if name == "ForwardSplit":
        from training.forward_split import ForwardSplit

        return ForwardSplit
    if name == "TrainingResult":
        from training.result import TrainingResult

        return TrainingResult
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
