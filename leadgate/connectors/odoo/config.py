"""What is known of Odoo's API, and what the environment says of a firm's database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from leadgate.connectors.environment import from_environment

API = "/json/2"
LEAD, MESSAGE, TRACKING = "crm.lead", "mail.message", "mail.tracking.value"
# How it writes an instant, which is UTC.
STAMP = "%Y-%m-%d %H:%M:%S"
ROWS_A_PAGE = 1_000
IDS_A_PAGE = 100_000

# The columns that are read; of the lead all that the user may see.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    LEAD: ("create_date", "write_date", "won_status", "date_closed", "expected_revenue"),
    MESSAGE: (
        "res_id", "date", "create_date", "message_type", "mail_activity_type_id", "subtype_id",
    ),
    TRACKING: (
        "field_id", "mail_message_id", "create_date",
        *(f"{age}_value_{kind}" for age in ("old", "new")
          for kind in ("integer", "float", "char", "text", "datetime")),
    ),
}  # fmt: skip
# Of what is no act of a person on a lead: the notes that Odoo writes by itself.
AUTOMATIC = ("notification", "user_notification", "auto_comment")
DOMAINS: Mapping[str, tuple[object, ...]] = {
    LEAD: (),
    MESSAGE: (
        ("model", "=", LEAD),
        "|",
        ("message_type", "not in", AUTOMATIC),
        ("mail_activity_type_id", "!=", False),
    ),
    TRACKING: (("mail_message_id.model", "=", LEAD),),
}
# Lost leads are archived, and an archived one is not shown unless it is asked for.
CONTEXT = {"active_test": False, "lang": "en_US"}

TEXTS = frozenset({"char", "selection", "many2one", "date", "datetime"})
NUMBERS = frozenset({"integer", "float", "monetary"})
# Models of people: they are read as ids, never by name.
PEOPLE = frozenset({"res.users", "res.partner"})
# Columns that name somebody, whatever their names sound like.
LEFT_OUT = frozenset({"display_name", "referred", "street2", "zip", "website"})

FIELD_PREFIX = "x_leadgate_"
# A value that is written by hand stops Odoo's own.
NEVER_WRITTEN = frozenset({"probability", "automated_probability"})


@dataclass(frozen=True)
class Settings:
    """Of a user of Odoo 19 or later.

    Attributes
    ----------
    url
        Such as ``https://firm.odoo.com``.
    key
        An API key of the user who reads and writes.
    database
        Where one server has several; "" else.
    """

    url: str
    key: str
    database: str = ""

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Self:
        """Read ``LEADGATE_ODOO_URL``, ``…_KEY`` and, if it is there, ``…_DATABASE``.

        Raises
        ------
        ConfigError
            Naming every variable that is missing, or is no address.
        """
        return cls(**from_environment("ODOO", cls, environment))
