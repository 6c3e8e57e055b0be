"""`[tracking]` and `[serving]`: where models are kept, and how the endpoint is run."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from leadgate.config.base import Section
from leadgate.database import DatabaseUrl, without_password


class Tracking(Section):
    """Where runs and model versions are kept."""

    uri: Annotated[str, AfterValidator(without_password)] = "sqlite:///mlflow.db"
    experiment: str = "lead-readiness"
    model: str = "lead-readiness"


class Serving(Section):
    """How the scoring endpoint is run."""

    store: DatabaseUrl = "sqlite:///leadgate.db"
    key_hashes: list[str] = []
    public: list[Literal["metrics", "docs"]] = []
    shadow: str | None = None
    requests_per_second: float | None = Field(default=None, gt=0)
    log: Literal["plain", "json"] = "plain"
    public_url: str | None = Field(default=None, pattern="^https?://")
    hubspot_secret_variable: str | None = None

    @model_validator(mode="after")
    def _signatures_need_an_address(self) -> Self:
        if self.hubspot_secret_variable and not self.public_url:
            raise ValueError("hubspot_secret_variable needs public_url, which HubSpot signs")
        return self
