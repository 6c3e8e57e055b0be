"""Who waits for whom in PostgreSQL: one lock for each lead, and one for the capacity of the week.

They are taken in this order, those of leads in the order of their numbers, so that nobody waits in
a circle. SQLite has one writer at a time and needs none.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

# That of every writer of the last release: its replicas and ours hold the capacity together.
WEEK = 722004


def number(lead_id: str) -> int:
    """Return the number of a lead's lock; two leads seldom share one, and then wait in vain."""
    digest = blake2b(lead_id.encode(errors="surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)


def numbers(lead_ids: Iterable[str]) -> list[int]:
    """Return the numbers of the locks of leads, in the order in which they are taken."""
    return sorted({number(lead_id) for lead_id in lead_ids})
