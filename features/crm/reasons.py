"""Reasons by the names of columns."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from features.crm.names import canonical, spellings


class Reasons:
    """Why columns are what they are, by their names or by how these begin.

    Parameters
    ----------
    names, prefixes
        Of columns, by the reason.
    """

    def __init__(
        self,
        names: Mapping[str, Collection[str]],
        prefixes: Mapping[str, Collection[str]] | None = None,
    ) -> None:
        self._by_name = {canonical(name): why for why, listed in names.items() for name in listed}
        starts = (prefixes or {}).items()
        self._by_prefix = {canonical(start): why for why, listed in starts for start in listed}

    def of(self, name: str) -> str:
        """Return the reason of a column; "" where there is none."""
        for spelling in spellings(name):
            if spelling in self._by_name:
                return self._by_name[spelling]
            for start, why in self._by_prefix.items():
                if spelling.startswith(start):
                    return why
        return ""
