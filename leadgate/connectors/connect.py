"""The connectors by the names of their CRMs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import requests

from leadgate.connectors.clock import Clock, SystemClock
from leadgate.connectors.connector import Connector
from leadgate.connectors.odoo.config import Settings as OdooSettings
from leadgate.connectors.odoo.connector import Odoo
from leadgate.connectors.salesforce.config import Settings as SalesforceSettings
from leadgate.connectors.salesforce.connector import Salesforce
from leadgate.errors import ConfigError

Environment = Mapping[str, str]
# Of each CRM what reads its settings from the environment, and the class that they are for.
CONNECTORS: Mapping[str, tuple[Callable[[Environment], Any], Callable[..., Connector]]] = {
    "odoo": (OdooSettings.read, Odoo),
    "salesforce": (SalesforceSettings.read, Salesforce),
}


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
    if crm.lower() not in CONNECTORS:
        hint = f"There are: {', '.join(sorted(CONNECTORS))}."
        raise ConfigError("crm", [f"there is no connector for {crm}"], hint=hint)
    read, make = CONNECTORS[crm.lower()]
    return make(read(environment), clock or SystemClock(), names=names or {}, session=session)
