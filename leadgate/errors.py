"""The one tree of errors.

LeadgateError                a refusal that the message explains (exit 1)
├── ConfigError              leadgate.toml: every fault at once, each with its key
├── DataError                a file or table that cannot be used as a whole
├── LeadError                one lead that cannot be scored (HTTP 400); names the field
│   └── BadRecordError       the store can never keep what a call said of a lead
├── ModelError
│   ├── BundleError          a model directory that is damaged or of another format
│   ├── NoChampionError      nothing has been promoted yet
│   └── RegistryError        the registry cannot be reached or does not know the version
├── StoreError               the store behind the endpoint is away (HTTP 503)
│   ├── StoreBusyError       it is there, and others held it for too long
│   └── StoreLostError       its connection was cut; a new one may find it there
├── CrmError                 a CRM that refuses, cannot be reached or answers what nobody can read
└── PromotionRefused         the gate keeps the champion

Messages name the file, row, column or key, what is wrong and what to do. They never hold a
field value of a lead.
"""

from __future__ import annotations

from collections.abc import Sequence


class LeadgateError(Exception):
    """A refusal: nothing was changed, and the message says what to do.

    Parameters
    ----------
    message
        What is wrong, and where.
    code
        Stable snake_case name for machines.
    hint
        What to do next.
    """

    code = "error"

    def __init__(self, message: str, *, code: str | None = None, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".rstrip()

    def to_dict(self) -> dict[str, str]:
        """Return the refusal as the ``error`` object of ``--json``."""
        return {"code": self.code, "message": self.message, "hint": self.hint}


class ConfigError(LeadgateError):
    """A configuration that cannot be used; `faults` holds one sentence for each fault."""

    code = "bad_config"

    def __init__(self, where: str, faults: Sequence[str], *, hint: str = "") -> None:
        self.faults = list(faults)
        count = "1 fault" if len(self.faults) == 1 else f"{len(self.faults)} faults"
        super().__init__(f"{where}: {count}: " + "; ".join(self.faults) + ".", hint=hint)


class DataError(LeadgateError):
    """A file or table that cannot be used as a whole."""

    code = "bad_data"


class LeadError(LeadgateError):
    """One lead that cannot be scored; `field` names the field at fault, never its value."""

    code = "bad_lead"

    def __init__(self, message: str, *, field: str = "", code: str | None = None) -> None:
        super().__init__(message, code=code)
        self.field = field


class BadRecordError(LeadError):
    """What a call says of a lead can never be kept: sent again it would fail again."""

    code = "bad_record"


class ModelError(LeadgateError):
    """A model that cannot be used."""

    code = "bad_model"


class BundleError(ModelError):
    """A model directory that is damaged or of another format; names the file."""

    code = "bad_bundle"


class NoChampionError(ModelError):
    """Nothing has been promoted yet, so nothing is gated."""

    code = "no_champion"


class RegistryError(ModelError):
    """The registry cannot be reached, or does not know the model or version."""

    code = "registry_unavailable"


class StoreError(LeadgateError):
    """The store of decisions, activities and outcomes cannot be used."""

    code = "store_away"


class StoreBusyError(StoreError):
    """The store is there, but others held what a call needs for too long; nothing was kept."""

    code = "store_busy"


class StoreLostError(StoreError):
    """The connection to the store was cut; whether what it did was kept is not known."""


class CrmError(LeadgateError):
    """A CRM refused a call, was not reached, or answered what cannot be read.

    Attributes
    ----------
    status
        Of HTTP; 0 when nobody answered.
    """

    code = "crm"

    def __init__(
        self, message: str, *, status: int = 0, code: str | None = None, hint: str = ""
    ) -> None:
        super().__init__(message, code=code, hint=hint)
        self.status = status


class PromotionRefused(LeadgateError):
    """The gate keeps the champion; `code` is no_signal, not_better or no_evidence."""

    code = "not_better"
