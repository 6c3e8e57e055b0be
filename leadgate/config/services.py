"""`[tracking]` and `[serving]`: where models are kept, and how the endpoint is run."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from leadgate.config.base import Section
from leadgate.database import DatabaseUrl, without_password


class Tracking(Section):
    """Where runs and model versions are kept."""

    uri: Annotated[str, AfterValidator(without_password)] = Field(
        default="sqlite:///mlflow.db",
        description="Of MLflow's tracking store and registry.",
        examples=["https://mlflow.example.com"],
    )
    experiment: str = Field(
        default="lead-readiness", description="MLflow's experiment.", examples=["lead-readiness"]
    )
    model: str = Field(
        default="lead-readiness",
        description="The registered model.",
        examples=["lead-readiness-emea"],
    )


class Serving(Section):
    """How the scoring endpoint is run."""

    store: DatabaseUrl = Field(
        default="sqlite:///leadgate.db",
        description="The store of decisions, activities and outcomes: SQLite or PostgreSQL.",
        examples=["postgresql://leadgate:${STORE_PASSWORD}@db.example/leadgate"],
    )
    connections: int = Field(
        default=4,
        ge=2,
        le=100,
        description="How many connections to PostgreSQL each worker has; SQLite has one.",
        examples=[8],
    )
    key_hashes: list[str] = Field(
        default=[],
        description="Hashes of the keys that may call, as `leadgate key new` prints them.",
        examples=[["score+write:5f…"]],
    )
    public: list[Literal["metrics", "docs"]] = Field(
        default=[], description="What needs no key.", examples=[["metrics"]]
    )
    shadow: str | None = Field(
        default=None,
        description="A second model that decides beside the first, stored and never answered: an "
        "alias, a version or a directory.",
        examples=["challenger"],
    )
    requests_per_second: float | None = Field(
        default=None,
        gt=0,
        description="The most that each key may ask, counted in leads.",
        examples=[50],
    )
    replica_share: float = Field(
        default=1.0,
        gt=0,
        le=1,
        description="How much of what is left of the week's capacity this replica may hand off "
        "while the store is away; those of all replicas should add up to 1.",
        examples=[0.5],
    )
    idempotency_hours: float = Field(
        default=168.0,
        gt=0,
        description="How long a call that is sent again with its `Idempotency-Key` gets the answer "
        "that it got; a CRM repeats for days.",
        examples=[24],
    )
    drain_seconds: float = Field(
        default=5.0,
        ge=0,
        le=60,
        description="How long `/readyz` says on SIGTERM that the service is about to end, while it "
        "goes on answering: what a load balancer needs to send nothing more.",
        examples=[10],
    )
    retention_days: float | None = Field(
        default=None,
        gt=0,
        description="How long `leadgate store prune` keeps a lead about which nothing comes.",
        examples=[730],
    )
    log: Literal["plain", "json"] = Field(
        default="plain", description="How the service writes its log.", examples=["json"]
    )
    public_url: str | None = Field(
        default=None,
        pattern="^https?://",
        description="The address by which callers reach the service, which HubSpot signs.",
        examples=["https://leads.example.com"],
    )
    hubspot_secret_variable: str | None = Field(
        default=None,
        description="The environment variable with the client secret of the HubSpot app, whose "
        "signatures then stand for a key; needs `public_url`.",
        examples=["HUBSPOT_CLIENT_SECRET"],
    )

    @model_validator(mode="after")
    def _signatures_need_an_address(self) -> Self:
        if self.hubspot_secret_variable and not self.public_url:
            raise ValueError("hubspot_secret_variable needs public_url, which HubSpot signs")
        return self
