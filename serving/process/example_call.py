"""A first call for whoever starts the service: a lead that its model can score."""

from __future__ import annotations

import http.client
import json
from urllib.parse import urlsplit

from serving.process.server import Server

_SECONDS = 10.0


def example_lead(server: Server) -> dict[str, object] | None:
    """Return the example of a lead of the service's own document; None where it gives none.

    That is so without a model, and where only the hashes of its keys are known here.
    """
    address = urlsplit(server.url)
    # Not urllib.request: a proxy of the environment would be asked for our own address.
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=_SECONDS)
    try:
        connection.request("GET", "/openapi.json", headers={"X-API-Key": server.key})
        document = json.load(connection.getresponse())
        lead = document["components"]["schemas"]["Lead"]["properties"]
    except (OSError, ValueError, KeyError):
        return None
    finally:
        connection.close()
    fields = {name: field["example"] for name, field in lead.items() if "example" in field}
    return fields if len(fields) > 1 else None
