"""A database: its models, its key, and what it does when a record is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from experiments.fakes.odoo.records import VALUE, Model, Record, Refused, matching, ordered

KEY = "not-a-secret"
DATABASE = "firm"
_OWN_TYPES = {"char", "text", "datetime", "float", "integer", "boolean"}


@dataclass
class Database:
    """An Odoo database.

    Attributes
    ----------
    models
        By name.
    now
        Its clock.
    several
        Whether its server has other databases, so that a call must name this one.
    administrator
        Whether the user of the key is one.
    """

    models: dict[str, Model]
    now: Callable[[], datetime]
    several: bool = False
    administrator: bool = True
    writes: int = 0

    def model(self, name: str) -> Model:
        """Return a model; refused where there is none, or the user may not see it."""
        if name not in self.models:
            raise Refused(404, "werkzeug.exceptions.NotFound")
        model = self.models[name]
        if model.system and not self.administrator:
            raise Refused(403, "odoo.exceptions.AccessError")
        return model

    def search(
        self,
        name: str,
        domain: Sequence[Any],
        order: str,
        limit: int | None,
        context: Mapping[str, Any],
    ) -> list[Record]:
        """Return the records of a domain; archived ones where the context asks for them."""
        model = self.model(name)

        def reach(record: Record, path: str) -> object:
            first, _, rest = path.partition(".")
            if first != "id" and first not in model.fields:
                raise Refused(*VALUE)
            if not rest:
                return record.get(first)
            return self.models[model.fields[first]["relation"]].records[record[first][0]].get(rest)

        archived = not context.get("active_test", True)
        rows = matching(list(model.records.values()), domain, reach, archived=archived)
        return ordered(rows, order)[:limit]

    def write(self, name: str, ids: Sequence[int], values: Mapping[str, Any]) -> bool:
        """Set fields of records: of all, or of none."""
        model = self.model(name)
        if not set(ids) <= set(model.records):
            raise Refused(404, "odoo.exceptions.MissingError")
        if not set(values) <= set(model.fields):
            raise Refused(*VALUE)
        for each in ids:
            for rule in model.rules:
                if broken := rule({**model.records[each], **values}):
                    raise Refused(422, broken)
        for each in ids:
            kept = {n: _kept(value, model.fields[n]["type"]) for n, value in values.items()}
            model.records[each] |= {**kept, "write_date": self.now()}
        self.writes += 1
        return True

    def create_fields(self, fields: Sequence[Mapping[str, Any]]) -> list[int]:
        """Create fields of the lead: of names that begin with x_, and not twice."""
        model = self.model("ir.model.fields")
        leads = self.models["crm.lead"]
        for asked in fields:
            own = asked["name"].startswith("x_") and asked["state"] == "manual"
            if not own or asked["name"] in leads.fields or asked["ttype"] not in _OWN_TYPES:
                raise Refused(422, "odoo.exceptions.ValidationError")
        first = max(model.records) + 1
        for n, asked in enumerate(fields, first):
            leads.fields[asked["name"]] = {"type": asked["ttype"], "store": True, "readonly": False}
            model.fill([{"id": n, "model": "crm.lead", **asked, "relation": False}])
        return list(range(first, first + len(fields)))


def _kept(value: object, kind: str) -> object:
    if kind == "datetime" and value:
        # Any other form is refused: no T, and no zone.
        try:
            return datetime.strptime(str(value), "%Y-%m-%d %H:%M:%S")
        except ValueError:
            raise Refused(*VALUE) from None
    if kind in ("float", "integer", "monetary"):
        return float(str(value)) if value else 0.0
    return value or None
