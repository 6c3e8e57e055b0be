"""The connectors by the names of their CRMs."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import requests

from leadgate.connectors.clock import Clock, SystemClock
from leadgate.connectors.connector import Connector
from leadgate.connectors.odoo.config import Settings as OdooSettings
from leadgate.connectors.odoo.connector import Odoo
from leadgate.connectors.salesforce.config import Settings as SalesforceSettings
from leadgate.connectors.salesforce.connector import Salesforce
from leadgate.errors import ConfigError

Environment = Mapping[str, str]


def _salesforce(
    environment: Environment,
    clock: Clock,
    names: Mapping[str, str],
    session: requests.Session | None,
) -> Connector:
    settings = SalesforceSettings.read(environment)
    return Salesforce(settings, clock, names=names, session=session)


def _odoo(
    environment: Environment,
    clock: Clock,
    names: Mapping[str, str],
    session: requests.Session | None,
) -> Connector:
    settings = OdooSettings.read(environment)
    return Odoo(settings, clock, names=names, session=session)


CONNECTORS: Mapping[
    str, Callable[[Environment, Clock, Mapping[str, str], requests.Session | None], Connector]
] = {"odoo": _odoo, "salesforce": _salesforce}


def connect(
    crm: str,
    environment: Environment,
    *,
    names: Mapping[str, str] | None = None,
    clock: Clock | None = None,
    session: requests.Session | None = None,
) -> Connector:
    """Log in to a CRM.

    Parameters
    ----------
    crm
        Its name, in lower case.
    environment
        Holds its address and secrets.
    names
        Of fields that a firm calls otherwise.

    Raises
    ------
    ConfigError
        If there is no connector of this name, or the environment lacks something.
    CrmError
        If the CRM cannot be reached, or refuses the log-in.
    """
    make = CONNECTORS.get(crm.lower())
    if make is None:
        hint = f"There are: {', '.join(sorted(CONNECTORS))}."
        raise ConfigError("crm", [f"there is no connector for {crm}"], hint=hint)
    return make(environment, clock or SystemClock(), names or {}, session)
