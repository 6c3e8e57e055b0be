"""`[crm]`: which CRM is read and written."""

from __future__ import annotations

from pydantic import Field

from leadgate.config.base import Section


class Crm(Section):
    """The CRM of `leadgate pull` and `leadgate push`; secrets are in the environment."""

    name: str = Field(description="Which CRM it is.", examples=["salesforce"])
    pulled: str = Field(
        default="pulled", description="The folder of what was pulled.", examples=["data/crm"]
    )
    pushes: str = Field(
        default="pushes",
        description="The folder of journals: what each push wrote over.",
        examples=["data/pushes"],
    )
    fields: dict[str, str] = Field(
        default={},
        description="The CRM's names of fields that are called otherwise there: of `readiness`, "
        "`grade`, `stage`, `trend`, `decision`, `person`, `reasons`, `model`, `scored`.",
        examples=[{"readiness": "Purchase_Readiness__c"}],
    )
