"""The page `/docs`: the calls as people read and try them.

The page itself holds nothing of the service: it asks for `/openapi.json` with the key that is
typed in, and for nothing of any other host.
"""

from __future__ import annotations

import base64
import hashlib
import re
from importlib import resources

_CONTENT = resources.files(__package__).joinpath("docs.html").read_bytes()


def _digest(tag: bytes) -> str:
    """Return the digest of what stands between two tags, as a browser makes it."""
    inner = re.search(b"<%b>(.*?)</%b>" % (tag, tag), _CONTENT, re.DOTALL)
    assert inner is not None
    return "'sha256-" + base64.b64encode(hashlib.sha256(inner[1]).digest()).decode() + "'"


HEADERS = {
    "Content-Security-Policy": "default-src 'none'; connect-src 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'none'; "
    f"script-src {_digest(b'script')}; style-src {_digest(b'style')}",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def page() -> bytes:
    """Return the page, HTML."""
    return _CONTENT
