"""leadgate: decides, lead by lead, who is ready to buy, with reasons and with proof."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadgate.errors import LeadgateError

if TYPE_CHECKING:
    from leadgate.config import Config

__version__ = "0.2.0"
__all__ = ["Config", "LeadgateError", "__version__"]


def __getattr__(name: str) -> object:
    # A configuration loads pydantic: a command has to be interruptible before that.
    if name == "Config":
        from leadgate.config import Config

        return Config
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
