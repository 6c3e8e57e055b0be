"""A client of the scoring endpoint; it needs requests and nothing else of leadgate's stack."""

from leadgate.client.answers import Answer, Kept
from leadgate.client.client import Client
from leadgate.client.connection import CallError

__all__ = ["Answer", "CallError", "Client", "Kept"]
