"""Who made a version the champion, when and why; and whether it was the gate at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from leadgate.registry.registry import CHAMPION, Registry
from leadgate.registry.tags import change_of


@dataclass(frozen=True)
class Standing:
    """How the champion came to be it.

    Attributes
    ----------
    version
        Of the champion.
    since, by, why
        When it was promoted (ISO 8601), by whom, and the reason; "" where nobody wrote it down.
    moved_by_hand
        Whether the alias was moved past the gate, such as in MLflow's page.
    gate_chose
        The version that the gate chose last, "" where it never chose.
    """

    version: str
    since: str
    by: str
    why: str
    moved_by_hand: bool
    gate_chose: str = ""

    @property
    def warning(self) -> str:
        """A sentence about a champion that was moved by hand; "" for any other."""
        if not self.moved_by_hand:
            return ""
        chosen = f"chose version {self.gate_chose}" if self.gate_chose else "never chose one"
        return f"version {self.version} was made champion by hand: the gate {chosen}"

    def to_dict(self) -> dict[str, Any]:
        """Return the standing as JSON values."""
        return dict(vars(self))


def standing(registry: Registry) -> Standing | None:
    """Return how the champion came to be it; None without a champion.

    Raises
    ------
    RegistryError
        If the registry cannot be reached.
    """
    version = registry.aliases().get(CHAMPION, "")
    if not version:
        return None
    last = change_of(registry.model_tags())
    if last.get("version") == version:
        return Standing(version, last["at"], last["by"], last["why"], moved_by_hand=False)
    tags = registry.tags(version)
    # A registry that an earlier leadgate kept has no tag of the model yet.
    by_gate = not last and "promoted_at" in tags
    if by_gate:
        since, by = tags["promoted_at"], tags.get("promoted_by", "")
        return Standing(version, since, by, tags.get("why", ""), moved_by_hand=False)
    return Standing(version, "", "", "", moved_by_hand=True, gate_chose=last.get("version", ""))
